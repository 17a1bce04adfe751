// Moving in the table with the keyboard: one tab stop, the arrows, a focus that outlives what is swapped under it.
const RANGEE = "tr[id^='ligne-']";
const NUS = `#corps > ${RANGEE} > td:not([tabindex], :has(.editeur)), #corps > ${RANGEE} > td :is(a, input[name="lignes"]):not([tabindex], .editeur a)`;
const corps = () => document.getElementById("corps");
const rangees = () => [...(corps()?.querySelectorAll(`:scope > ${RANGEE}`) ?? [])];
const celluleDe = (e) => e?.closest?.(`#corps > ${RANGEE} > td`);
const code = (td) => td.dataset.c ?? "coche";
const colonne = (tr, c) => tr?.querySelector(`:scope > td${c === "coche" ? ".coche" : `[data-c="${c}"]`}`);
let active = null; // what is active survives its element: { ligne, rang, code }
let choisie = 0; // the line last told to whoever follows
let dedans = false; // whether the focus was last seen in the grid
let offerte = null; // the column left for « Page suivante »

// The box of a row takes the focus for its cell, so that Space ticks it; an open editor is entered.
const SAISIES = ["> input", ".editeur input[name=sens]:checked", ".editeur input[name=sens]"];
const saisie = (td) => SAISIES.map((x) => td.querySelector(`:scope ${x}`)).find(Boolean);
const focaliser = (td) => (saisie(td) ?? td).focus({ preventScroll: true });

function poser(td) {
  for (const autre of corps().querySelectorAll(`td[tabindex="0"]`)) if (autre !== td) autre.tabIndex = -1;
  if (!td.querySelector(".editeur")) td.tabIndex = 0;
  const ligne = Number(td.parentElement.id.slice(6));
  active = { ligne, rang: rangees().indexOf(td.parentElement), code: code(td) };
}

function retrouver() {
  const trs = rangees();
  const tr = (active && document.getElementById(`ligne-${active.ligne}`)) ?? trs[Math.min(active?.rang ?? 0, trs.length - 1)];
  return (active && colonne(tr, active.code)) ?? tr?.querySelector(":scope > td:not(.coche)");
}

function aller(td) {
  dedans = true;
  poser(td);
  focaliser(td);
  td.dispatchEvent(new CustomEvent("grille:montrer", { bubbles: true }));
}

// After any swap: cells can take the focus, their links are reached through them, and the focus is where it was.
function tenir() {
  const table = corps()?.closest("table");
  if (!table) return;
  table.role = rangees().length ? "grid" : null;
  for (const e of document.querySelectorAll(NUS)) e.tabIndex = -1;
  for (const e of corps().querySelectorAll("td[tabindex]:has(.editeur)")) e.removeAttribute("tabindex"); // its controls are stops
  const tournee = offerte && active && !document.getElementById(`ligne-${active.ligne}`);
  if (tournee) active = { ligne: 0, rang: 0, code: offerte };
  const td = retrouver();
  if (!td) return;
  poser(td);
  if (tournee) aller(td);
  else if (dedans && document.activeElement === document.body && !td.querySelector(".editeur")) focaliser(td);
}

// At the end of the page the next one is offered, never turned.
function proposer(td, rel) {
  const lien = document.querySelector(`#pages a[rel="${rel}"]`);
  if (!lien) return focaliser(td);
  lien.focus();
  offerte = code(td);
}

const page = (td) => Math.max(1, Math.floor((td.closest(".defilement").clientHeight - 92) / td.offsetHeight) - 1);
const DEPLACEMENTS = {
  ArrowDown: (l, c) => [l + 1, c],
  ArrowUp: (l, c) => [l - 1, c],
  ArrowRight: (l, c) => [l, c + 1],
  ArrowLeft: (l, c) => [l, c - 1],
  Home: (l) => [l, 0],
  End: (l) => [l, 999],
  "Ctrl+Home": () => [0, 0],
  "Ctrl+End": () => [9999, 999],
  PageDown: (l, c, td) => [l + page(td), c],
  PageUp: (l, c, td) => [l - page(td), c],
};

function deplacer(td, touche) {
  const trs = rangees();
  const l = trs.indexOf(td.parentElement);
  const [vers, col] = DEPLACEMENTS[touche](l, td.cellIndex, td);
  const fin = vers > l && l === trs.length - 1 ? "next" : vers < l && l === 0 ? "prev" : null;
  if (fin) return proposer(td, fin);
  const tr = trs[Math.max(0, Math.min(vers, trs.length - 1))];
  aller(tr.cells[Math.max(0, Math.min(col, tr.cells.length - 1))]);
}

document.addEventListener("grille:deplacer", (e) => {
  const td = celluleDe(document.activeElement) ?? retrouver();
  if (td) deplacer(td, e.detail.touche);
});
document.addEventListener("grille:aller", (e) => {
  const td = document.getElementById(e.detail.id);
  if (td) aller(td);
});
document.addEventListener("keydown", (e) => {
  if (e.defaultPrevented || e.altKey || e.metaKey || e.target.closest?.(".editeur, .a-reprendre")) return;
  const touche = (e.ctrlKey ? "Ctrl+" : "") + e.key;
  const td = celluleDe(e.target) ?? (e.target.matches?.("#pages a") && touche === "ArrowUp" && offerte ? retrouver() : null);
  if (!td || !DEPLACEMENTS[touche]) return;
  e.preventDefault();
  if (celluleDe(e.target)) deplacer(td, touche);
  else aller(td);
});
document.addEventListener("focusin", (e) => {
  const td = celluleDe(e.target);
  dedans = Boolean(td);
  if (!e.target.closest?.("#pages")) offerte = null;
  if (!td) return;
  poser(td);
  if (choisie !== active.ligne) document.dispatchEvent(new CustomEvent("ligne:choisie", { detail: { id: active.ligne } }));
  choisie = active.ligne;
});
// A click in a cell makes it the active one; a click elsewhere leaves the grid.
document.addEventListener("pointerdown", (e) => {
  const td = celluleDe(e.target);
  dedans = Boolean(td);
  if (td && !e.target.closest("a, button, input, label, select, textarea, .editeur")) poser(td);
});
document.addEventListener("htmx:after:swap", tenir);
tenir();
