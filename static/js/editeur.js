// The editor in a cell: its keys, where the focus goes when it opens, saves, is refused or is left.
const PHASES = { s: "S", p: "A", c: "C" };
const SENS = { a: "ACCEPTE", e: "A_L_ETUDE", r: "REFUSE" };
const DE_TEXTE = "select, textarea, input:not([type=radio], [type=checkbox])";
const AILLEURS = "dialog, #messages, #panneau, #barre, #nouveautes"; // going there does not leave the row
const suites = new Map(); // cell id → where the focus goes once it is saved: bas, haut, ici, rien
const celluleDe = (e) => e?.closest?.("td.jugement");

function changer(champ, coche) {
  champ.checked = coche;
  champ.dispatchEvent(new Event("input", { bubbles: true }));
  champ.dispatchEvent(new Event("change", { bubbles: true }));
  champ.focus();
}

// A letter or a figure is a choice of the form.
function choisir(editeur, touche) {
  const champ = (nom, valeur) => editeur.querySelector(`input[name="${nom}"][value="${valeur}"]`);
  const sens = SENS[touche] && champ("sens", SENS[touche]);
  const cible = sens ?? (PHASES[touche] ? champ("phases", PHASES[touche]) : champ("duree", touche));
  if (!cible) return false;
  const refuse = editeur.querySelector('input[value="REFUSE"]').checked;
  if (refuse && cible.closest(".si-accord")) return true; // hidden: a refusal has neither duration nor phases
  changer(cible, cible.type === "radio" || !cible.checked);
  if (touche === "r") editeur.querySelector('select[name="motif"]').focus();
  return true;
}

function envoyer(editeur, suite) {
  suites.set(celluleDe(editeur).id, suite);
  editeur.requestSubmit();
}

function fermer(editeur, suite) {
  suites.set(celluleDe(editeur).id, suite);
  editeur.querySelector(".actions a").click();
}

function entrer(e, editeur) {
  const champ = e.target;
  const suite = e.shiftKey ? "haut" : "bas";
  if (champ.matches("textarea") && !(e.ctrlKey || e.metaKey)) return;
  e.preventDefault();
  if (editeur.dataset.envoi) return;
  if (!champ.matches("a, button")) return envoyer(editeur, suite);
  suites.set(celluleDe(editeur).id, champ.matches(":not([formaction])[type=submit]") ? suite : "ici");
  champ.click();
}

document.addEventListener("keydown", (e) => {
  const editeur = e.target.closest?.("td .editeur");
  if (!editeur || e.defaultPrevented || e.altKey) return;
  if (e.key === "Enter") return entrer(e, editeur);
  if (e.key === "Escape") {
    e.preventDefault();
    return fermer(editeur, "ici");
  }
  if (e.ctrlKey || e.metaKey || e.target.matches(DE_TEXTE) || document.documentElement.dataset.lettres === "non") return;
  const touche = { Digit1: "1", Digit5: "5" }[e.code] ?? e.key.toLowerCase();
  if (/^[aerspc15]$/.test(touche) && choisir(editeur, touche)) e.preventDefault();
});

// Leaving the row's editor saves it; what is refused or in conflict stays open, what is untouched closes.
function quitter(editeur) {
  if (editeur.dataset.envoi || editeur.querySelector(".conflit")) return;
  if (editeur.dataset.sale === "oui") envoyer(editeur, "rien");
  else if (!editeur.dataset.sale) fermer(editeur, "rien");
}
document.addEventListener("focusin", (e) => {
  if (!e.target.closest || e.target.closest(AILLEURS)) return;
  const autre = e.target.closest(".editeur");
  for (const editeur of document.querySelectorAll("#corps .editeur")) {
    const reste = editeur.closest("tr").contains(e.target) && (!autre || autre === editeur);
    if (!reste) quitter(editeur);
  }
});

let retenu = null; // the control that had the focus in a form that is handed back
document.addEventListener("htmx:before:request", (e) => {
  const { sourceElement: source, request } = e.detail.ctx;
  if (request.method === "POST" && source.closest?.("td .editeur")) source.closest(".editeur").dataset.envoi = "oui";
});
document.addEventListener("htmx:finally:request", (e) => {
  delete e.detail.ctx.request.form?.dataset.envoi;
  suites.delete(e.detail.ctx.target?.id);
});
document.addEventListener("htmx:before:swap", (e) => {
  const td = celluleDe(e.detail.ctx?.target);
  const actif = document.activeElement;
  retenu = td?.contains(actif) && actif.name ? { nom: actif.name, valeur: actif.value, type: actif.type } : null;
});

function champDe(editeur) {
  const refuse = editeur.querySelector("[aria-invalid=true]");
  const meme = [...editeur.elements].find(
    (c) => c.name === retenu?.nom && (!["radio", "checkbox", "submit"].includes(c.type) || c.value === retenu.valeur),
  );
  return refuse ?? meme ?? editeur.querySelector("input[name=sens]:checked") ?? editeur.querySelector("input[name=sens]");
}

document.addEventListener("htmx:after:swap", (e) => {
  const td = celluleDe(e.detail.ctx?.target);
  if (!td) return;
  const suite = suites.get(td.id) ?? "ici";
  suites.delete(td.id);
  const editeur = td.querySelector(".editeur");
  const libre = document.activeElement === document.body || td.contains(document.activeElement);
  if (!libre) return; // the focus is elsewhere by now: it is not taken back
  if (editeur) {
    champDe(editeur)?.focus();
    return td.dispatchEvent(new CustomEvent("grille:montrer", { bubbles: true }));
  }
  if (suite === "rien") return;
  document.dispatchEvent(new CustomEvent("grille:aller", { detail: { id: td.id } }));
  const touche = { bas: "ArrowDown", haut: "ArrowUp" }[suite];
  if (touche) document.dispatchEvent(new CustomEvent("grille:deplacer", { detail: { touche } }));
});
