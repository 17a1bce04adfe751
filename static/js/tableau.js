// The table: locked columns, lists that open inside the screen. Positions go in a constructed style sheet: the policy forbids style attributes, and a swap would drop them.
const feuille = new CSSStyleSheet();
const ouvertes = new CSSStyleSheet();
document.adoptedStyleSheets.push(feuille, ouvertes);

function verrouiller() {
  const regles = [];
  for (const table of document.querySelectorAll("table.grille")) {
    const titres = [...table.querySelectorAll("tr.titres > th")];
    const dernier = titres.findIndex((th) => th.dataset.c === table.dataset.verrou);
    // The chosen column, and those at its left as long as two fifths of the frame hold them.
    const place = table.parentElement.clientWidth * 0.4;
    const tenues = titres.slice(0, dernier + 1);
    while (tenues.reduce((n, th) => n + th.offsetWidth, 0) > place) tenues.shift();
    let gauche = 0;
    for (const th of tenues) {
      regles.push(`table.grille [data-c="${th.dataset.c}"] { position: sticky; left: ${gauche}px; z-index: 2 }`);
      regles.push(`table.grille thead [data-c="${th.dataset.c}"] { z-index: 5 }`);
      gauche += th.offsetWidth;
    }
  }
  feuille.replaceSync(regles.join("\n"));
}

// An open list is placed under its header, over the scrolling frame that would cut it.
function placer(details) {
  const cadre = details.getBoundingClientRect();
  const largeur = Math.min(352, window.innerWidth - 16);
  const gauche = Math.max(8, Math.min(cadre.left, window.innerWidth - largeur - 8));
  const hauteur = Math.max(160, window.innerHeight - cadre.bottom - 16);
  ouvertes.replaceSync(
    `details.choix[open] .options { left: ${gauche}px; top: ${cadre.bottom + 2}px; max-height: ${hauteur}px }`,
  );
}

// It follows its header, and closes when that leaves the frame.
function suivre(details) {
  const vue = details.closest(".defilement").getBoundingClientRect();
  const titre = details.getBoundingClientRect();
  if (titre.right < vue.left || titre.left > vue.right || titre.bottom < 0) details.open = false;
  else placer(details);
}

document.addEventListener(
  "toggle",
  (e) => {
    if (e.target.matches?.("details.choix") && e.target.open) placer(e.target);
  },
  true,
);
document.addEventListener(
  "scroll",
  (e) => {
    for (const d of document.querySelectorAll("details[open].choix")) {
      if (!d.contains(e.target)) suivre(d);
    }
  },
  true,
);

// A filter's count, in its header, without waiting for the answer.
document.addEventListener("change", (e) => {
  const details = e.target.closest?.("details.choix");
  if (!details) return;
  const n = details.querySelectorAll("input:checked").length;
  details.querySelector(".nombre").textContent = n ? `${n} choisi${n > 1 ? "s" : ""}` : "Tous";
});

// Once before the next frame, however many fragments an answer swaps: widths are then measured once.
let prevu = false;
function prevoir() {
  if (prevu) return;
  prevu = true;
  requestAnimationFrame(() => {
    prevu = false;
    verrouiller();
  });
}
document.addEventListener("htmx:after:swap", prevoir);

window.addEventListener("resize", verrouiller);
verrouiller();
