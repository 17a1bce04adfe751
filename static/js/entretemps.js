// What is typed while a save is on its way stays: the answer shows the form as it was saved, and must not undo it.
// For every form whose saves wait for one another.
const FORMULAIRE = "form[hx-sync^='this:queue']";
const COCHES = ["radio", "checkbox"];
const champs = (form) => [...form.elements].filter((c) => c.name && !["hidden", "file", "submit"].includes(c.type));

// A save that waited for the one before it leaves with the form as it is now, version included.
document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  const form = ctx.sourceElement;
  if (!form.matches?.(FORMULAIRE)) return;
  const donnees = new FormData(form);
  ctx.request.body = ctx.request.body instanceof URLSearchParams ? new URLSearchParams(donnees) : donnees;
});

// Whether a field no longer holds what the request carried; a radio is left by picking another one.
function change(c, envoye) {
  if (!COCHES.includes(c.type)) return envoye.get(c.name) !== c.value;
  const parti = envoye.getAll(c.name).includes(c.value);
  return c.type === "radio" ? c.checked && !parti : c.checked !== parti;
}

// After a conflict nothing is saved by itself: what the other screen wrote has to be read first.
function remettre(form, { name, type, value, checked }, conflit) {
  const coche = COCHES.includes(type);
  const champ = champs(form).find((c) => c.name === name && (!coche || c.value === value));
  if (!champ || (coche ? champ.checked === checked : champ.value === value)) return;
  if (coche) champ.checked = checked;
  else champ.value = value;
  if (!conflit) champ.dispatchEvent(new Event("input", { bubbles: true }));
}

let garde = null;
document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
  const form = ctx.sourceElement;
  if (!form?.matches?.(FORMULAIRE)) return;
  const actif = document.activeElement;
  garde = {
    ou: `form[action="${form.getAttribute("action")}"]`,
    valeurs: champs(form)
      .filter((c) => change(c, ctx.request.body))
      .map(({ name, type, value, checked }) => ({ name, type, value, checked })),
    conflit: ctx.response?.status === 409,
    actif: actif?.form === form ? actif.id : "",
    curseur: ["text", "search", "textarea"].includes(actif?.type) ? actif.selectionStart : null,
  };
});
document.addEventListener("htmx:after:swap", () => {
  const form = garde && document.querySelector(garde.ou);
  if (form) reprendre(form, garde);
  garde = null;
});

function reprendre(form, { valeurs, conflit, actif, curseur }) {
  for (const valeur of valeurs) remettre(form, valeur, conflit);
  if (valeurs.length) form.dispatchEvent(new CustomEvent("entretemps", { bubbles: true }));
  const retour = actif && document.getElementById(actif);
  if (!retour || retour === document.activeElement) return;
  retour.focus({ preventScroll: true });
  if (curseur !== null) retour.setSelectionRange(curseur, curseur);
}
