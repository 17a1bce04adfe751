// What leaves the table: addresses that follow its state, the link to copy, printing; and the order of columns and sorts.
// A filter replaces rows only: whatever carries the state elsewhere on the page is written again from the address.
const hors = new Set(["apres", "avant"]);

function etat(sans = hors) {
  return new URLSearchParams([...new URLSearchParams(location.search)].filter(([nom]) => !sans.has(nom)));
}

// The whole state: what the person's own preferences give is written out, for a reader who has others.
function complet() {
  const parametres = etat(new Set(["tout", "ouvrir"]));
  const table = document.querySelector("table.grille");
  const cols = [...document.querySelectorAll("table.grille tr.titres > th[data-c]")].map((th) => th.dataset.c);
  parametres.set("cols", cols.join(","));
  if (table?.dataset.verrou) parametres.set("verrou", table.dataset.verrou);
  return `${location.origin}/demandes?${parametres}`;
}

function suivre() {
  for (const e of document.querySelectorAll("[data-etat]")) {
    const parametres = etat(e.matches("input") ? new Set() : hors);
    for (const [nom, valeur] of new URLSearchParams(e.dataset.plus)) parametres.set(nom, valeur);
    e[e.matches("a") ? "href" : "value"] = `${e.dataset.etat}?${parametres}`;
  }
  const vues = document.getElementById("menu-vues");
  vues?.setAttribute("hx-get", complet().replace("/demandes?", "/demandes/vues?"));
  const lien = document.querySelector("[data-lien]");
  if (lien) lien.value = complet();
  const sorts = document.querySelectorAll("table.grille tr.titres a[hx-get], .ordre-colonnes a[data-tri]");
  for (const a of sorts) {
    const parametres = etat(new Set([...hors, "tri", "ouvrir"]));
    for (const nom of ["href", "hx-get", "data-aussi"]) {
      const vers = a.getAttribute(nom);
      if (vers) a.setAttribute(nom, avecTri(vers, parametres));
    }
  }
}

function avecTri(vers, parametres) {
  const suite = new URLSearchParams(parametres);
  const tri = new URL(vers, location.href).searchParams.get("tri");
  if (tri) suite.set("tri", tri);
  if (![...suite].length) suite.set("tout", "1");
  return `/demandes?${suite}`;
}

document.addEventListener("htmx:after:swap", () => queueMicrotask(suivre));
for (const suite of ["push", "replace", "update"]) document.addEventListener(`htmx:after:history:${suite}`, suivre);

// Shift and a click: sort on this column after the others.
document.addEventListener(
  "click",
  (e) => {
    const a = e.shiftKey && e.target.closest?.("table.grille tr.titres a[data-aussi]");
    if (!a) return;
    e.preventDefault();
    e.stopPropagation();
    window.htmx.ajax("GET", a.dataset.aussi, { source: a, target: "#tableau", swap: "outerMorph" });
  },
  true,
);

// Up and down without leaving the panel: what is posted is the order of its lines.
document.addEventListener("click", (e) => {
  const bouton = e.target.closest?.(".ordre-colonnes button[name]");
  if (!bouton) return;
  e.preventDefault();
  const li = bouton.closest("li");
  if (bouton.name === "monter") li.previousElementSibling?.before(li);
  else li.nextElementSibling?.after(li);
  bouton.focus();
});

const copier = document.querySelector("[data-copier]");
if (copier && navigator.clipboard) copier.hidden = false;
copier?.addEventListener("click", async () => {
  const lien = document.querySelector("[data-lien]");
  await navigator.clipboard.writeText(lien.value);
  copier.textContent = "Lien copié";
  setTimeout(() => {
    copier.textContent = "Copier le lien";
  }, 3000);
});
document.addEventListener("focusin", (e) => {
  if (e.target.matches?.("[data-lien]")) e.target.select();
});

const imprimer = document.querySelector("[data-imprimer]");
if (imprimer) imprimer.hidden = false;
imprimer?.addEventListener("click", () => window.print());

suivre();
