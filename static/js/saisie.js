// What is typed while a save is on its way stays: the answer shows the form as it was saved, and must not undo it.
const formulaire = () => document.getElementById("saisie");
const COCHES = ["radio", "checkbox"];
const saisissables = () =>
  [...(formulaire()?.elements ?? [])].filter((c) => c.name && !["hidden", "file", "submit"].includes(c.type));

// The fields that no longer hold what the request carried; a radio is left by picking another one.
function change(c, envoye) {
  if (!COCHES.includes(c.type)) return envoye.get(c.name) !== c.value;
  const parti = envoye.getAll(c.name).includes(c.value);
  return c.type === "radio" ? c.checked && !parti : c.checked !== parti;
}
function changes(envoye) {
  return saisissables()
    .filter((c) => change(c, envoye))
    .map((c) => ({ nom: c.name, type: c.type, valeur: c.value, cochee: c.checked }));
}

function remettre({ nom, type, valeur, cochee }) {
  const coche = COCHES.includes(type);
  const champ = saisissables().find((c) => c.name === nom && (!coche || c.value === valeur));
  if (!champ || (coche ? champ.checked === cochee : champ.value === valeur)) return;
  if (coche) champ.checked = cochee;
  else champ.value = valeur;
  champ.dispatchEvent(new Event("input", { bubbles: true }));
}

// A site picked in a list of results is sent with the next save, even if another answer has replaced the list meanwhile.
const SITE = "etablissement_id";
let choisi = null;
document.addEventListener("change", ({ target }) => {
  if (target.name === SITE && target.form === formulaire()) choisi = target.value;
});
document.addEventListener("formdata", (e) => {
  if (e.target === formulaire() && choisi !== null) e.formData.set(SITE, choisi);
});
document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  if (ctx.request.body?.get?.(SITE) === choisi) choisi = null;
});

// The state of the save is always in sight, and leaving before it is done asks.
let sale = false;
let demande = false; // a `change` has asked for the save of what is typed
let envois = 0;
function dire(texte) {
  const etat = document.getElementById("etat");
  if (etat) etat.textContent = texte;
}
document.addEventListener("input", (e) => {
  if (e.target.form !== formulaire() || e.target.name === "q") return;
  sale = true;
  demande = false;
  dire("Modifications non enregistrées");
});
document.addEventListener("change", (e) => {
  if (e.target === formulaire() || e.target.form === formulaire()) demande = true;
});

// A value put back by script fires no `change` when its field is left: ask for the save all the same.
document.addEventListener("focusout", (e) => {
  if (e.target.form !== formulaire() || e.target.name === "q") return;
  setTimeout(() => {
    if (sale && !demande) formulaire()?.dispatchEvent(new Event("change", { bubbles: true }));
  });
});

// A save that waited for the one before it leaves with the form as it is now, version included.
document.addEventListener("htmx:before:request", (e) => {
  const { ctx } = e.detail;
  if (ctx.sourceElement !== formulaire()) return;
  ctx.request.body = new FormData(formulaire());
  sale = false;
  envois += 1;
  dire("Enregistrement…");
});
document.addEventListener("htmx:finally:request", (e) => {
  if (e.detail.ctx.request.method === "POST" && envois > 0) envois -= 1;
});
document.addEventListener("htmx:error", () => dire("Pas encore enregistré : le réseau ne répond pas."));
document.addEventListener("submit", ({ target }) => {
  if (target !== formulaire()) return;
  sale = false; // it goes with the page that leaves, the save under way included
  envois = 0;
});
window.addEventListener("beforeunload", (e) => {
  if (sale || envois) e.preventDefault();
});

let garde = null;
document.addEventListener("htmx:before:swap", (e) => {
  const envoye = e.detail.ctx.request?.body;
  const actif = document.activeElement;
  garde = {
    valeurs: envoye?.getAll ? changes(envoye) : [],
    actif: actif?.form === formulaire() ? actif.id : "",
    curseur: actif?.type === "text" || actif?.type === "search" ? actif.selectionStart : null,
  };
});
document.addEventListener("htmx:after:swap", () => {
  if (!garde) return;
  garde.valeurs.forEach(remettre);
  if (garde.valeurs.length) {
    sale = true; // what was typed meanwhile is not what was saved
    demande = document.activeElement?.form !== formulaire();
    dire("Modifications non enregistrées");
  }
  const retour = garde.actif && document.getElementById(garde.actif);
  if (retour && retour !== document.activeElement) {
    retour.focus({ preventScroll: true });
    if (garde.curseur !== null) retour.setSelectionRange(garde.curseur, garde.curseur);
  }
  garde = null;
});
