// Keys that act on a cell. Those typed faster than the answers come wait their turn: none is lost, none goes astray.
const EN_FILE = /^(.|Enter|Escape|Tab|F2|Backspace|Arrow\w+)$/;
const TEXTE = "input:not([type=radio], [type=checkbox]), select, textarea, [contenteditable]";
const file = [];
let occupe = null; // id of the cell whose editor, or whose save, is awaited

const celluleDe = (e) => e.closest?.("#corps > tr[id^='ligne-'] > td");
const lecture = () => document.body.dataset.mode !== "saisie";
const lettres = () => document.documentElement.dataset.lettres !== "non";
const evenement = (nom, detail) => document.dispatchEvent(new CustomEvent(nom, { detail }));
const nom = (e) => ({ Digit1: "1", Digit5: "5" })[e.code] ?? e.key;

document.addEventListener(
  "keydown",
  (e) => {
    if (!occupe || !e.isTrusted || e.metaKey || e.altKey || !EN_FILE.test(e.key)) return;
    if (e.ctrlKey && !["Enter", "z", "y"].includes(e.key)) return;
    if (e.target !== document.body && celluleDe(e.target)?.id !== occupe) return;
    e.preventDefault();
    e.stopImmediatePropagation();
    const { code, ctrlKey, shiftKey } = e;
    file.push({ key: e.key, code, ctrlKey, shiftKey });
  },
  true,
);

// What the browser would have done with a key that nobody handles.
function natif(champ, { key, shiftKey }) {
  if (key === "Tab") {
    const tous = [...(champ.form?.elements ?? [])].filter(
      (c) => c.checkVisibility() && c.type !== "hidden" && c.tagName !== "FIELDSET",
    );
    tous[tous.indexOf(champ) + (shiftKey ? -1 : 1)]?.focus();
  } else if (champ.matches("select") && /^Arrow(Up|Down)$/.test(key)) {
    champ.selectedIndex = Math.max(0, Math.min(champ.length - 1, champ.selectedIndex + (key === "ArrowDown" ? 1 : -1)));
  } else if (champ.matches("textarea") && (key.length === 1 || key === "Enter")) {
    champ.setRangeText(key === "Enter" ? "\n" : key, champ.selectionStart, champ.selectionEnd, "end");
  } else if (champ.matches("textarea") && key === "Backspace") {
    champ.setRangeText("", Math.max(0, champ.selectionStart - 1), champ.selectionEnd, "end");
  } else return;
  if (key !== "Tab") champ.dispatchEvent(new Event("input", { bubbles: true }));
}

function rejouer() {
  while (file.length && !occupe) {
    const touche = file.shift();
    const ou = document.activeElement;
    if (ou.dispatchEvent(new KeyboardEvent("keydown", { ...touche, bubbles: true, cancelable: true }))) natif(ou, touche);
  }
}

document.addEventListener("htmx:before:request", (e) => {
  const td = e.detail.ctx.target?.closest?.("td.jugement");
  if (td && e.detail.ctx.target === td && td.contains(document.activeElement)) occupe = td.id;
});
document.addEventListener("htmx:finally:request", (e) => {
  const { ctx } = e.detail;
  if (!occupe || ctx.target?.id !== occupe) return;
  occupe = null;
  const la = ctx.request.method === "POST" || ctx.target.contains(document.activeElement);
  if (ctx.response?.status !== 200 || !la) file.length = 0; // what was meant for one line is never typed into another
  rejouer();
});

function modifier(td, touche) {
  const lien = td.querySelector("a.modifier");
  if (!lien) return false;
  if (lecture()) evenement("mode:rappel");
  else {
    if (touche) file.unshift(touche);
    occupe = td.id;
    lien.click();
  }
  return true;
}

function activer(td, key) {
  const ouvert = td.querySelector(".editeur :is(input[name=sens]:checked, input[name=sens])");
  const laisse = key === "F2" && td.querySelector(".a-reprendre button");
  if (ouvert) ouvert.focus();
  else if (laisse && !lecture()) laisse.click();
  else if (!modifier(td)) td.querySelector("a[href]")?.click();
}

function surCellule(e, td) {
  const touche = nom(e);
  if (e.key === "Enter" || e.key === "F2") activer(td, e.key);
  else if (e.key === " " && e.target === td) evenement("ligne:panneau", { id: Number(td.parentElement.id.slice(6)) });
  else if (lettres() && /^[aerspc15]$/i.test(touche) && (!e.shiftKey || /\d/.test(touche))) {
    return modifier(td, { key: touche, code: e.code });
  } else return false;
  return true;
}

document.addEventListener("keydown", (e) => {
  const { target: ou } = e;
  if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || ou.closest?.("dialog, .editeur, .a-reprendre, #panneau"))
    return;
  const td = celluleDe(ou);
  if (e.key === "Enter" && ou.matches?.("td.coche input")) return e.preventDefault(); // it ticks nothing, and sends no form
  const fait = td && (ou === td || ou.closest("a.modifier")) && surCellule(e, td);
  if (fait) return e.preventDefault();
  if (!lettres() || e.shiftKey || ou.matches?.(TEXTE) || !/^[jk]$/i.test(e.key)) return;
  e.preventDefault();
  evenement("grille:deplacer", { touche: e.key.toLowerCase() === "j" ? "ArrowDown" : "ArrowUp" });
});
