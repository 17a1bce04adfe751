// What the stream brings to the table: rows out of the filter stay, greyed; rows that came in are counted; nothing moves
// until « Actualiser », which leaves an open editor alone. A row in edit keeps what it missed until its editor closes.
const hors = new Set();
const entrees = new Set();
const deplacees = new Set();
const retards = new Map();
let perdu = false;
let dernier = "";
let cles = new Map();

const rangee = (id) => document.getElementById(`ligne-${id}`);
const enSaisie = (tr) => Boolean(tr?.querySelector(".editeur"));
const numero = (tr) => Number(tr.id.slice(6));

// What the reader sees in the sorted columns: only a change of it moves a row for him.
function cleDe(tr) {
  const codes = [...document.querySelectorAll('tr.titres > th[aria-sort$="ending"]')].map((th) => th.dataset.c);
  const cellules = codes.map((c) => tr.querySelector(`td[data-c="${c}"]`)?.cloneNode(true));
  for (const td of cellules) for (const x of td?.querySelectorAll(".hors, .presents") ?? []) x.remove();
  return cellules.map((td) => td?.textContent.trim()).join("|");
}

function marquer(tr, oui) {
  tr.classList.toggle("hors-filtre", oui);
  const mot = tr.querySelector(".hors");
  if (!oui) mot?.remove();
  else if (!mot) {
    const neuf = document.createElement("small");
    neuf.className = "hors";
    neuf.textContent = "hors filtre";
    tr.querySelector("td[data-c]")?.append(" ", neuf);
  }
}

function montrer() {
  for (const id of hors) if (rangee(id)) marquer(rangee(id), true);
  const parties = document.querySelectorAll("tr.partie").length;
  const n = [...hors, ...deplacees].filter(rangee).length + [...entrees].filter((id) => !rangee(id)).length + parties;
  const zone = document.getElementById("nouveautes");
  if (!zone) return;
  const dit = n ? `Actualiser (${n})` : "Actualiser";
  if (!n && !perdu) zone.replaceChildren();
  else if (zone.querySelector("a")?.textContent !== dit) {
    const lien = Object.assign(document.createElement("a"), { href: "", className: "actualiser", textContent: dit });
    zone.replaceChildren("La liste a changé — ", lien);
  }
}

function placer(dit) {
  for (const id of [...dit.page, ...dit.ailleurs, ...dit.hors]) {
    const tr = rangee(id);
    const dedans = !dit.hors.includes(id);
    entrees.delete(id);
    if (!tr && dit.page.includes(id)) entrees.add(id);
    if (tr && !enSaisie(tr) && cles.has(id) && cles.get(id) !== cleDe(tr)) deplacees.add(id);
    if (!tr || dedans) hors.delete(id);
    else hors.add(id);
    if (tr && dedans) marquer(tr, false);
    if (!dedans) deplacees.delete(id);
    const debut = dernier.indexOf(`<hx-partial hx-target="#ligne-${id}:not(`);
    if (enSaisie(tr) && debut >= 0) retards.set(id, dernier.slice(debut, dernier.indexOf("</hx-partial>", debut) + 13));
    else retards.delete(id);
  }
  montrer();
}

// A row whose editor has closed takes what it missed, unless its own save brings it meanwhile.
function rattraper() {
  for (const [id, text] of retards) {
    if (enSaisie(rangee(id))) continue;
    setTimeout(() => {
      if (retards.get(id) !== text || enSaisie(rangee(id))) return;
      retards.delete(id);
      const direct = document.getElementById("direct");
      window.htmx.swap({ sourceElement: direct, target: direct, swap: "none", text });
    }, 300);
  }
}

document.addEventListener("htmx:sse:before:message", (e) => {
  if (e.detail.message.event) return;
  dernier = e.detail.message.data;
  const trie = document.querySelector('tr.titres > th[aria-sort$="ending"]');
  cles = new Map(trie ? [...document.querySelectorAll("#corps > tr[id]")].map((tr) => [numero(tr), cleDe(tr)]) : []);
});
document.addEventListener("suivi", (e) => {
  const dit = JSON.parse(e.detail.data);
  placer(dit);
  document.dispatchEvent(new CustomEvent("liste:suivie", { detail: dit }));
});
document.addEventListener("htmx:after:swap", () => {
  montrer();
  rattraper();
});
// The stream lost its place: the list says so, and moves only when asked.
document.addEventListener("recharger", () => {
  perdu = true;
  montrer();
  document.dispatchEvent(new CustomEvent("liste:suivie", { detail: null }));
});
// Another list on the screen: nothing is out of it any more, but rows that their editor has kept.
document.addEventListener("liste:neuve", (e) => {
  for (const memoire of [hors, entrees, deplacees]) memoire.clear();
  for (const id of e.detail.restees) hors.add(id);
  perdu = false;
  montrer();
});

// « voir »: the value as it is now, beside the editor that stays open.
document.addEventListener("click", (e) => {
  const lien = e.target.closest?.(".marque a.voir");
  if (!lien) return;
  e.preventDefault();
  const valeur = lien.nextElementSibling;
  valeur.hidden = !valeur.hidden;
  lien.setAttribute("aria-expanded", String(!valeur.hidden));
});
