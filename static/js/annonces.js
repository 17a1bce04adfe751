// One quiet voice for what others do: at most one announcement every ten seconds, that sums up; and the counts that follow.
const PAUSE = 10_000;
const vues = { modifiees: new Set(), hors: new Set(), entrees: new Set(), parties: new Set() };
let perdu = false;
let parle = 0;
let minuterie = 0;
let comptes = 0;

const s = (n) => (n > 1 ? "s" : "");

function phrase() {
  const n = Object.fromEntries(Object.entries(vues).map(([nom, ids]) => [nom, ids.size]));
  const mots = [];
  if (n.modifiees) mots.push(`${n.modifiees} ligne${s(n.modifiees)} modifiée${s(n.modifiees)}`);
  if (n.hors) mots.push(`${n.hors} hors filtre`);
  if (n.entrees) mots.push(`${n.entrees} nouvelle${s(n.entrees)}`);
  if (n.parties) mots.push(`${n.parties} hors de votre liste`);
  return perdu ? "La liste a changé" : mots.join(", ");
}

function annoncer() {
  minuterie = 0;
  const dit = phrase();
  for (const ids of Object.values(vues)) ids.clear();
  perdu = false;
  const voix = document.getElementById("annonces");
  if (!voix || !dit || document.body.classList.contains("projection")) return;
  parle = Date.now();
  voix.textContent = dit;
}

function compter() {
  comptes = 0;
  document.body.dispatchEvent(new CustomEvent("compteurs"));
}

function retenir(dit) {
  const montree = (id) => document.getElementById(`ligne-${id}`);
  const autrui = new Set(dit.autrui);
  for (const id of dit.autrui) if (montree(id)) vues.modifiees.add(id);
  for (const id of dit.hors) if (autrui.has(id) && montree(id)) vues.hors.add(id);
  for (const id of dit.page) if (autrui.has(id) && !montree(id)) vues.entrees.add(id);
  for (const id of dit.parties) if (montree(id)) vues.parties.add(id);
}

document.addEventListener("liste:suivie", (e) => {
  if (e.detail) retenir(e.detail);
  else perdu = true;
  if (phrase() && !minuterie) minuterie = setTimeout(annoncer, Math.max(1000, parle + PAUSE - Date.now()));
  // Two hundred screens hear of the same act: they do not all ask for the counts in the same instant.
  if (!comptes) comptes = setTimeout(compter, 500 + Math.random() * 1500);
});
