// Reading or entry, kept per tab; the list of keys, the switch of single letters; undo and redo.
const bloc = document.getElementById("mode");
const bascule = document.getElementById("bascule");
const dialogue = document.getElementById("touches");
const lettres = document.getElementById("lettres");
const TEXTE = "input:not([type=radio], [type=checkbox]), select, textarea, [contenteditable]";
const garde = `mode:${bloc?.dataset.contexte}`;
let rappele = false;

const projete = () => document.body.classList.contains("projection");

function passer(mode) {
  const retenu = projete() ? "lecture" : mode;
  document.body.dataset.mode = retenu;
  if (!bascule) return;
  bascule.hidden = projete();
  const [nom, autre] = retenu === "saisie" ? ["Saisie", "lecture"] : ["Lecture", "saisie"];
  bascule.querySelector(".mode-nom").textContent = nom;
  bascule.querySelector(".masque-visuel").textContent = ` : passer en ${autre}`;
}

function basculer() {
  if (!bascule || projete()) return;
  passer(document.body.dataset.mode === "saisie" ? "lecture" : "saisie");
  sessionStorage.setItem(garde, document.body.dataset.mode);
  document.getElementById("annonce").textContent =
    document.body.dataset.mode === "saisie" ? "Saisie : les cellules se modifient" : "Lecture : rien ne se modifie";
}

function seules(actives) {
  document.documentElement.dataset.lettres = actives ? "oui" : "non";
  if (lettres) lettres.checked = actives;
}

if (bloc) {
  passer(sessionStorage.getItem(garde) ?? (bloc.dataset.saisie === "oui" ? "saisie" : "lecture"));
  seules(localStorage.getItem("lettres") !== "non");
  document.getElementById("ouvrir-touches").hidden = false;
}
bascule?.addEventListener("click", basculer);
document.getElementById("ouvrir-touches")?.addEventListener("click", () => dialogue.showModal());
document.getElementById("fermer-touches")?.addEventListener("click", () => dialogue.close());
lettres?.addEventListener("change", () => {
  localStorage.setItem("lettres", lettres.checked ? "oui" : "non");
  seules(lettres.checked);
});

function rappeler() {
  if (!rappele) document.dispatchEvent(new CustomEvent("dire", { detail: "Lecture : Maj+E pour saisir." }));
  rappele = true;
}
document.addEventListener("mode:rappel", rappeler);

// The séance opens under its readers: whoever may decide from now on enters, unless he chose to read.
document.addEventListener("htmx:after:swap", () => {
  if (document.body.dataset.mode === "saisie" || !bascule || bloc.dataset.contexte === "liste") return;
  const decide = document.querySelector("#corps td[data-c=decision_commission] a.modifier");
  if (decide && !sessionStorage.getItem(garde)) passer("saisie");
});

const RACCOURCIS = { "Ctrl+z": "annulation", "Ctrl+y": "retablissement", "Ctrl+Maj+z": "retablissement" };
document.addEventListener("keydown", (e) => {
  if (e.defaultPrevented || e.altKey || dialogue?.open || e.target.matches?.(TEXTE)) return;
  const touche = e.key.toLowerCase();
  const form = (e.ctrlKey || e.metaKey) && RACCOURCIS[`Ctrl+${e.shiftKey ? "Maj+" : ""}${touche}`];
  if (form && document.getElementById(form)) {
    e.preventDefault();
    if (document.body.dataset.mode === "saisie") document.getElementById(form).requestSubmit();
    else rappeler();
  } else if (!e.ctrlKey && !e.metaKey && document.documentElement.dataset.lettres !== "non") {
    if (e.key === "?") dialogue?.showModal();
    else if (touche === "e" && e.shiftKey) basculer();
    else return;
    e.preventDefault();
  }
});
