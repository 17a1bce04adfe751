// What is typed in an editor is kept in this browser, for this person, with the version that was read, until it is
// saved or abandoned: a crash, a closed tab or an expired session gives it back.
const PREFIXE = `brouillon:${document.querySelector("[data-personne]")?.dataset.personne}:`;
const JOURS = 7 * 24 * 3600 * 1000;
const REJEU = 3600 * 1000; // a save that met an expired session is replayed within the hour, then only offered
const OUBLIES = ["_csrf_token", "retour"];
const reprises = new Map(); // cell id → the draft that the editor which opens shall take
const cle = (editeur) => PREFIXE + new URL(editeur.action).pathname;
const dansUneCellule = (e) => e?.closest?.("td.jugement .editeur");

function lire(nom) {
  try {
    const lu = JSON.parse(localStorage.getItem(nom));
    if (lu && Date.now() - lu.quand < JOURS) return lu;
  } catch {}
  return null;
}

function garder(editeur, attente = false) {
  const champs = [...new FormData(editeur)].filter(([nom]) => !OUBLIES.includes(nom));
  try {
    localStorage.setItem(cle(editeur), JSON.stringify({ champs, quand: Date.now(), attente }));
  } catch {} // no room, or forbidden: the page still asks before it is left
}

function oublier(nom) {
  localStorage.removeItem(nom);
  marquer();
}

function bouton(texte, nom, faire) {
  const b = document.createElement("button");
  b.type = "button";
  b.textContent = texte;
  b.setAttribute("aria-label", nom);
  b.addEventListener("click", faire);
  return b;
}

function reprendre(td, brouillon) {
  reprises.set(td.id, brouillon);
  td.querySelector("a.modifier").click();
}

// A cell with a draft offers it; rows are swapped under these buttons, so they are put back after each swap.
function offrir(lien, nom, brouillon) {
  const td = lien.closest("td");
  if (td.querySelector(".a-reprendre")) return;
  const heure = new Date(brouillon.quand).toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" });
  const offre = document.createElement("span");
  offre.className = "a-reprendre";
  offre.append(
    bouton("Reprendre", `Reprendre la saisie de ${heure}, à enregistrer`, () => reprendre(td, lire(nom) ?? brouillon)),
    bouton("Abandonner", `Abandonner la saisie de ${heure}`, () => {
      oublier(nom);
      document.dispatchEvent(new CustomEvent("grille:aller", { detail: { id: td.id } }));
    }),
  );
  td.append(offre);
}

function marquer() {
  const cles = Object.keys(localStorage).filter((nom) => nom.startsWith(PREFIXE));
  const brouillons = new Map(cles.map((nom) => [nom.slice(PREFIXE.length), [nom, lire(nom)]]));
  for (const offre of document.querySelectorAll(".a-reprendre")) {
    const chemin = offre.closest("td").querySelector("a.modifier")?.getAttribute("href");
    if (!brouillons.has(chemin)) offre.remove();
  }
  for (const [chemin, [nom, brouillon]] of brouillons) {
    if (!brouillon) localStorage.removeItem(nom);
    const lien = brouillon && document.querySelector(`td.jugement a.modifier[href="${chemin}"]`);
    if (lien) offrir(lien, nom, brouillon);
  }
}

function remplir(editeur, { champs }) {
  for (const champ of editeur.elements) {
    if (!champ.name || OUBLIES.includes(champ.name) || champ.type === "submit") continue;
    const valeurs = champs.filter(([nom]) => nom === champ.name).map(([, valeur]) => valeur);
    if (["radio", "checkbox"].includes(champ.type)) champ.checked = valeurs.includes(champ.value);
    else champ.value = valeurs[0] ?? "";
  }
  editeur.dispatchEvent(new Event("input", { bubbles: true }));
  if (editeur.contains(document.activeElement)) editeur.querySelector("input[name=sens]:checked")?.focus();
}

document.addEventListener("input", (e) => {
  const editeur = dansUneCellule(e.target);
  if (editeur) garder(editeur);
});
document.addEventListener("htmx:after:swap", (e) => {
  const td = e.detail.ctx?.target?.closest?.("td.jugement");
  const editeur = td?.querySelector(".editeur");
  const brouillon = editeur && reprises.get(td.id);
  if (brouillon) {
    reprises.delete(td.id);
    remplir(editeur, brouillon);
    if (brouillon.attente) editeur.requestSubmit();
  }
  marquer();
});
document.addEventListener("htmx:finally:request", (e) => {
  const { request, response } = e.detail.ctx;
  const editeur = request.method === "POST" && request.form?.matches(".editeur") ? request.form : null;
  if (editeur && response?.status === 200) oublier(cle(editeur));
  else if (editeur && [undefined, 401].includes(response?.status)) garder(editeur, true);
});
document.addEventListener("click", (e) => {
  const laisse = e.target.closest?.(".editeur:has(.conflit) .actions a"); // « Prendre la leur »
  if (laisse) localStorage.removeItem(cle(laisse.closest(".editeur")));
});
marquer();
document.addEventListener("DOMContentLoaded", () => {
  // htmx is ready by then: its own listener came first
  for (const { parentElement: td } of document.querySelectorAll(".a-reprendre")) {
    const brouillon = lire(PREFIXE + td.querySelector("a.modifier").getAttribute("href"));
    if (brouillon?.attente && Date.now() - brouillon.quand < REJEU) reprendre(td, brouillon);
  }
});
