// The dossier beside the row, and the way back to the row that was left. All of it is a page without this script.
const aside = document.getElementById("panneau");
const montree = new CSSStyleSheet();
document.adoptedStyleSheets.push(montree);
const annonce = document.getElementById("panneau-annonce");

let ligne = 0; // the line shown, 0 when the panel is closed
let origine = null; // where the focus goes back to
let attente = 0;
let vue = ""; // the row as it was when the panel was read

const memoriser = (detail) => document.dispatchEvent(new CustomEvent("memoriser", { detail }));
const rangee = (id) => document.getElementById(`ligne-${id}`);
const adresse = (id) => `/lignes/${id}/panneau?liste=${encodeURIComponent(location.search.slice(1) || "tout=1")}`;
const dedans = () => aside.contains(document.activeElement);
const numero = (url) => Number(/\/lignes\/(\d+)\/panneau/.exec(url)?.[1]);

// What others do to the row without changing it (who reads it, an editor that opens) is not news.
function contenu(tr) {
  if (!tr || tr.querySelector(".editeur")) return vue;
  const copie = tr.cloneNode(true);
  for (const x of copie.querySelectorAll(".presents, .enregistre, .coche")) x.remove();
  return copie.textContent.replace(/\s+/g, " ");
}

async function montrer(id, url = adresse(id)) {
  clearTimeout(attente);
  const clavier = dedans() ? document.activeElement.rel || "titre" : "";
  if (!clavier) origine = document.activeElement;
  ligne = id;
  vue = contenu(rangee(id));
  aside.hidden = false;
  montree.replaceSync(`#ligne-${id}, #ligne-${id} > td { background: var(--accent-doux) }`);
  await htmx.ajax("GET", url, { source: aside, target: aside, swap: "innerHTML" });
  if (ligne !== id) return;
  aside.scrollTop = 0;
  if (innerWidth <= 900) rangee(id)?.scrollIntoView({ block: "nearest" }); // from under the sheet
  if (clavier) (aside.querySelector(`a[rel="${clavier}"]`) || document.getElementById("panneau-titre"))?.focus();
  annonce.textContent = `Aperçu : ${document.getElementById("panneau-titre")?.textContent ?? ""}. F6 pour y aller.`;
  memoriser({ panneau: id });
}

function revenir() {
  const gardee = origine?.isConnected && origine !== document.body;
  (gardee ? origine : rangee(ligne)?.querySelector("[tabindex='0'], a"))?.focus();
}

function fermer() {
  if (dedans() || document.activeElement === document.body) revenir();
  ligne = 0;
  aside.hidden = true;
  aside.replaceChildren();
  montree.replaceSync("");
  annonce.textContent = "";
  memoriser({ panneau: 0 });
}

const basculer = (id) => (ligne === id ? fermer() : montrer(id));
const modifiee = () => [...aside.querySelectorAll("textarea, input")].some((x) => x.value !== x.defaultValue);

const heure = () => new Date().toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" });
// The row has changed: so does the panel, unless somebody is writing in it.
function rafraichir() {
  const nouvelle = contenu(rangee(ligne));
  if (!ligne || nouvelle === vue) return;
  vue = nouvelle;
  const dire = (...quoi) => aside.querySelector(".marque")?.replaceChildren(`modifié à ${heure()}`, ...quoi);
  if (!modifiee()) return montrer(ligne).then(() => dire());
  const lien = document.createElement("a");
  lien.href = adresse(ligne);
  lien.textContent = "voir";
  return dire(" — ", lien);
}

function lettre(e) {
  if (e.ctrlKey || e.metaKey || e.altKey || e.target.closest("input, textarea, select")) return;
  if (document.documentElement.dataset.lettres === "non") return;
  aside.querySelector(`a[rel="${{ j: "next", k: "prev" }[e.key]}"]`)?.click();
}

// Space on a row, where no grid has taken it.
function surEspace(e) {
  const tr = e.target.closest?.("tr[id^=ligne-]");
  if (!tr || e.target.closest("input, select, textarea, button, summary, .editeur")) return;
  e.preventDefault();
  basculer(Number(tr.id.slice(6)));
}

if (aside) {
  document.addEventListener("ligne:panneau", (e) => basculer(Number(e.detail.id)));
  document.addEventListener("ligne:choisie", (e) => {
    clearTimeout(attente);
    const id = Number(e.detail.id);
    if (ligne && id && id !== ligne) attente = setTimeout(() => montrer(id), 150);
  });
  document.addEventListener("keydown", (e) => {
    if (e.defaultPrevented) return;
    if (e.key === " ") surEspace(e);
    else if (ligne && e.key === "Escape" && !e.target.closest?.(".editeur, details[open]")) fermer();
    else if (ligne && e.key === "F6") {
      e.preventDefault();
      if (dedans()) revenir();
      else document.getElementById("panneau-titre")?.focus();
    } else if (dedans()) lettre(e);
  });
  document.addEventListener("click", (e) => {
    const lien = e.target.closest?.(".apercu, #panneau a[href*='/panneau'], #panneau .fermer, #panneau [data-cellule]");
    if (!lien || e.ctrlKey || e.metaKey || e.shiftKey || e.button) return;
    const cellule = lien.dataset.cellule && document.querySelector(`#${lien.dataset.cellule} a.modifier`);
    if (lien.dataset.cellule && !cellule) return; // its column is not shown: the form is a page
    e.preventDefault();
    if (cellule) {
      if (innerWidth <= 900) fermer(); // the sheet would cover the editor
      cellule.click();
    } else if (lien.matches(".fermer")) fermer();
    else if (lien.matches(".apercu")) basculer(numero(lien.href));
    else montrer(numero(lien.href), lien.href);
  });
  document.addEventListener("htmx:after:swap", rafraichir);
}
