const formulaire = () => document.getElementById("saisie");

// A site picked in a list of results is sent with the next save, even if another answer has replaced the list meanwhile.
const SITE = "etablissement_id";
let choisi = null;
document.addEventListener("change", ({ target }) => {
  if (target.name === SITE && target.form === formulaire()) choisi = target.value;
});
document.addEventListener("formdata", (e) => {
  if (e.target === formulaire() && choisi !== null) e.formData.set(SITE, choisi);
});
const REPONDU = [200, 409, 422]; // the form came back, saved or not; whatever else came, nothing is saved
document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  if (REPONDU.includes(ctx.response.status) && ctx.request.body?.get?.(SITE) === choisi) choisi = null;
});

// The state of the save is always in sight, and leaving before it is done asks.
let sale = false;
let demande = false; // a `change` has asked for the save of what is typed
let envois = 0;
function dire(texte) {
  const etat = document.getElementById("etat");
  if (!etat) return;
  etat.textContent = texte;
  etat.className = "en-attente"; // the answer of a save has its own words, and no class
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

document.addEventListener("htmx:before:request", (e) => {
  if (e.detail.ctx.sourceElement !== formulaire()) return;
  sale = false;
  envois += 1;
  dire("Enregistrement…");
});
document.addEventListener("htmx:finally:request", (e) => {
  const { sourceElement, response } = e.detail.ctx;
  if (sourceElement !== formulaire() || !envois) return;
  envois -= 1;
  if (REPONDU.includes(response?.status)) return;
  sale = true;
  demande = false; // asked for again when a field is left
  dire(response ? "Pas encore enregistré." : "Pas encore enregistré : le réseau ne répond pas.");
});
document.addEventListener("submit", ({ target }) => {
  if (target !== formulaire()) return;
  sale = false; // it goes with the page that leaves, the save under way included
  envois = 0;
});
window.addEventListener("beforeunload", (e) => {
  if (sale || envois) e.preventDefault();
});
document.addEventListener("entretemps", () => {
  sale = true; // what was typed meanwhile is not what was saved
  demande = document.activeElement?.form !== formulaire();
  dire("Modifications non enregistrées");
});
