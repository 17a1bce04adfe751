// The table: locked columns, lists that open inside the screen, and the stream's word when it lost its place.
function verrouiller() {
  for (const table of document.querySelectorAll("table.grille")) {
    const code = table.dataset.verrou;
    const titres = [...table.querySelectorAll("tr.titres > th")];
    const dernier = titres.findIndex((th) => th.dataset.c === code);
    const place = table.parentElement.clientWidth * 0.6;
    let gauche = 0;
    const decalages = titres.map((th, i) => {
      const ici = gauche;
      gauche += th.offsetWidth;
      return i <= dernier && gauche <= place ? ici : null;
    });
    for (const ligne of table.rows) {
      [...ligne.cells].forEach((cellule, i) => {
        const d = ligne.classList.contains("vide") ? null : decalages[i];
        cellule.classList.toggle("verrouillee", d !== null && d !== undefined);
        cellule.style.left = d === null || d === undefined ? "" : `${d}px`;
      });
    }
  }
}

// An open list is placed under its header, over the scrolling frame that would cut it.
function placer(details) {
  const options = details.querySelector(".options");
  if (!options) return;
  const cadre = details.getBoundingClientRect();
  const largeur = Math.min(352, window.innerWidth - 16);
  options.style.left = `${Math.max(8, Math.min(cadre.left, window.innerWidth - largeur - 8))}px`;
  options.style.top = `${cadre.bottom + 2}px`;
  options.style.maxHeight = `${Math.max(160, window.innerHeight - cadre.bottom - 16)}px`;
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
      if (!d.contains(e.target)) d.open = false;
    }
  },
  true,
);

// A filter's count, in its header, without waiting for the answer.
document.addEventListener("change", (e) => {
  const details = e.target.closest?.("details.choix");
  if (!details) return;
  const n = details.querySelectorAll("input:checked").length;
  details.querySelector("summary").textContent = n ? `${n} choisi${n > 1 ? "s" : ""}` : "Tous";
});

// The stream lost its place: the list says so, and moves only when asked.
document.addEventListener("recharger", () => {
  const zone = document.getElementById("nouveautes");
  if (!zone) return;
  const lien = document.createElement("a");
  lien.href = "";
  lien.textContent = "Actualiser";
  zone.replaceChildren("La liste a changé — ", lien);
});

document.addEventListener("htmx:after:swap", verrouiller);
window.addEventListener("resize", verrouiller);
document.addEventListener("DOMContentLoaded", verrouiller);
verrouiller();
