// The line in discussion: its row is marked, brought into view for whoever follows, and G goes there. The mark is a
// constructed style sheet: rows are replaced by the stream, and kept for everybody in one cache.
const marque = new CSSStyleSheet();
document.adoptedStyleSheets.push(marque);
const titre = document.title;
const projection = document.body.classList.contains("projection");
let suivie = null;

const bandeau = () => document.getElementById("discussion");
const rangee = (id) => id && document.getElementById(`ligne-${id}`);
const cadre = () => document.querySelector(".defilement");

function enVue(tr) {
  const boite = cadre()?.getBoundingClientRect();
  const r = tr.getBoundingClientRect();
  if (!boite) return false;
  return r.bottom > Math.max(boite.top, 0) && r.top < Math.min(boite.bottom, window.innerHeight);
}

// Whoever reads or edits elsewhere stays there: his row is not the one in discussion, or that one is out of his sight.
function suit() {
  if (projection || !suivie) return true;
  if (document.querySelector(".editeur")) return false;
  const actif = document.activeElement?.closest?.("tbody tr[id]");
  const tr = rangee(suivie);
  return (!actif || actif === tr) && Boolean(tr) && enVue(tr);
}

// In the middle of its frame, and the frame alone: the page does not move, nor the focus.
function montrer(tr, doucement) {
  const boite = cadre();
  const ecart = tr.getBoundingClientRect().top - boite.getBoundingClientRect().top;
  const calme = matchMedia("(prefers-reduced-motion: reduce)").matches;
  boite.scrollBy({ top: ecart - boite.clientHeight / 3, behavior: doucement && !calme ? "smooth" : "instant" });
}

function marquer(id) {
  const tr = rangee(id);
  for (const autre of document.querySelectorAll("tr[aria-current]")) {
    if (autre !== tr) autre.removeAttribute("aria-current");
  }
  tr?.setAttribute("aria-current", "true");
  marque.replaceSync(
    id
      ? `#ligne-${id}, #ligne-${id} > * { background: var(--ambre-doux) } #ligne-${id} > :first-child { box-shadow: inset 4px 0 0 var(--ambre) }`
      : "",
  );
}

function regarder() {
  const zone = bandeau();
  if (!zone) return;
  const id = zone.dataset.ligne || null;
  const dit = zone.dataset.titre;
  document.title = dit ? `${dit} — ${titre}` : titre;
  if (id !== suivie) {
    const tr = rangee(id);
    const va = suit();
    suivie = id;
    if (tr && va) montrer(tr, true);
    else if (id && projection) window.location.replace(zone.dataset.suite);
  }
  marquer(id);
  zone.classList.toggle("ailleurs", Boolean(id) && !(rangee(id) && enVue(rangee(id))));
}

function aller() {
  const id = bandeau()?.dataset.ligne;
  if (!id) return;
  const tr = rangee(id);
  if (!tr) {
    window.location.assign(bandeau().dataset.suite);
    return;
  }
  montrer(tr, false);
  const decision = tr.querySelector('[data-c="decision_commission"]'); // where its letters act
  if (decision) document.dispatchEvent(new CustomEvent("grille:aller", { detail: { id: decision.id } }));
  else tr.querySelector("td[data-c]").focus({ preventScroll: true });
  regarder();
}

document.addEventListener("htmx:after:swap", regarder);
document.addEventListener("keydown", (e) => {
  if (e.key !== "g" && e.key !== "G") return;
  if (e.ctrlKey || e.metaKey || e.altKey || document.documentElement.dataset.lettres === "non") return;
  if (e.target.closest?.("input, select, textarea, .editeur, [contenteditable]")) return;
  e.preventDefault();
  aller();
});
document.addEventListener(
  "scroll",
  (e) => {
    const zone = bandeau();
    const tr = rangee(suivie);
    if (zone && tr && e.target === cadre()) zone.classList.toggle("ailleurs", !enVue(tr));
  },
  true,
);

// The room's screen has nobody to press *Actualiser*: it reads the list again by itself.
if (projection) {
  const vu = new MutationObserver(() => {
    if (document.getElementById("nouveautes")?.textContent) window.location.reload();
  });
  document.addEventListener("recharger", () => window.location.reload());
  vu.observe(document.getElementById("nouveautes") || document.body, { childList: true, subtree: true });
}
regarder();
