// The state of a cell: à enregistrer, enregistrement…, enregistré HH:MM, conflit, refusé; and saves that wait for the
// network or for a session, which leave by themselves when it is back.
const feuille = new CSSStyleSheet();
document.adoptedStyleSheets.push(feuille);
const LENT = 300;
const etats = new Map(); // cell id → { texte, contenu }: in a sheet, since any swap would drop an attribute
const minuteurs = new Map();
const moi = () => document.querySelector("[data-personne]")?.dataset.personne;
const formulaire = (ctx) => {
  const form = ctx.request?.method === "POST" ? ctx.request.form : null;
  return form?.matches(".editeur") ? form : null;
};

function peindre() {
  const regles = [...etats].map(([id, { texte }]) => `#${id}::after { content: "${texte}" }`);
  feuille.replaceSync(regles.join("\n"));
}

function annoncer(texte) {
  const zone = document.getElementById("annonce");
  if (zone) zone.textContent = texte;
}

const contenu = (td) => {
  const copie = td.cloneNode(true);
  for (const ajout of copie.querySelectorAll(".enregistre, .fusion, .a-reprendre")) ajout.remove();
  return copie.textContent.replace(/\s+/g, " ").trim();
};
const rang = (id) => id.replace(/^.*-/, "ligne ");

function noter(td, texte) {
  if (texte) etats.set(td.id, { texte, contenu: contenu(td) });
  else etats.delete(td.id);
  peindre();
}

// In the editor the state is a line of its own; said by itself only when it is bad news.
function dire(editeur, texte) {
  const zone = editeur.querySelector(".etat");
  if (zone && zone.textContent !== texte) zone.textContent = texte;
}

document.addEventListener("input", (e) => {
  const editeur = e.target.closest?.("td .editeur");
  if (!editeur) return;
  delete editeur.dataset.attente;
  dire(editeur, "à enregistrer");
});

document.addEventListener("htmx:before:request", (e) => {
  const form = formulaire(e.detail.ctx);
  const td = form?.closest("td.jugement");
  if (!td) return;
  delete form.dataset.attente;
  clearTimeout(minuteurs.get(form));
  minuteurs.set(
    form,
    setTimeout(() => dire(form, "enregistrement…"), LENT),
  );
});

document.addEventListener("htmx:finally:request", (e) => {
  const { ctx } = e.detail;
  const form = formulaire(ctx);
  if (!form) return;
  clearTimeout(minuteurs.get(form));
  minuteurs.delete(form);
  const statut = ctx.response?.status;
  if (statut === 200) return confirmer(ctx.target);
  if (statut === 422) return annoncer(`${rang(ctx.target.id)} : refusé par une règle`);
  if (statut === 409) return annoncer(`${rang(ctx.target.id)} : conflit, rien n'est perdu`);
  form.dataset.sale = "refus"; // still here, still unsaved: leaving the page asks
  if (statut === 401) attendre(form, "session", "session expirée, à enregistrer");
  else if (statut === undefined) attendre(form, "reseau", "pas enregistré : le réseau ne répond pas");
  else dire(form, "pas enregistré");
});

function confirmer(td) {
  const fait = td?.querySelector(".enregistre")?.textContent;
  if (!fait) return;
  // The stream soon brings the row again, without what this save alone knows.
  const fusion = td.querySelector(".fusion")?.textContent;
  noter(td, `✓ ${fait}${fusion ? " · fusionné" : ""}`);
  annoncer(`${rang(td.id)} : ${fait}${fusion ? `, ${fusion}` : ""}`);
}

function attendre(form, quoi, texte) {
  if (!form.isConnected) return;
  form.dataset.attente = quoi;
  dire(form, texte);
}

// What stands is no longer what was saved: somebody came after, or the act was undone.
document.addEventListener("htmx:after:swap", () => {
  for (const [id, etat] of etats) {
    const td = document.getElementById(id);
    if (td && (td.querySelector(".editeur") || contenu(td) !== etat.contenu)) noter(td, "");
  }
});

function renvoyer(quoi) {
  for (const form of document.querySelectorAll(`.editeur[data-attente="${quoi}"]`)) form.requestSubmit();
}
window.addEventListener("online", () => renvoyer("reseau"));
// The person signed in again in another tab: see app.js. Somebody else is not he.
window.addEventListener("storage", (e) => {
  if (e.key === "session-de" && e.newValue?.split(" ")[0] === moi()) renvoyer("session");
});
