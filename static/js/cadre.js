// What others decide takes no height from a row: those below would move under the pointer. Until the list is read again.
const tenues = new CSSStyleSheet();
document.adoptedStyleSheets.push(tenues);
const hauteurs = new Map();
const hauteur = (tr) => tr?.getBoundingClientRect().height;
let avant = new Map();
document.addEventListener("htmx:sse:before:message", (e) => {
  if (!e.detail.message.event)
    avant = new Map([...document.querySelectorAll("#corps > tr[id]")].map((tr) => [tr.id, hauteur(tr)]));
});
document.addEventListener("suivi", () => {
  for (const [id, h] of avant) if (hauteur(document.getElementById(id)) < h) hauteurs.set(id, h);
  avant.clear();
  tenues.replaceSync([...hauteurs].map(([id, h]) => `#${id} { height: ${h}px }`).join(" "));
});
document.addEventListener("liste:neuve", () => {
  hauteurs.clear();
  tenues.replaceSync("");
});

// Headers and locked columns lie over the table's frame: the cell that takes the focus is brought out from under them.
const collee = (td) => getComputedStyle(td).position === "sticky";

function enHauteur(cadre, td, vue, place) {
  const haut = vue.top + td.closest("table").tHead.offsetHeight;
  if (place.top < haut) cadre.scrollTop -= haut - place.top;
  else if (place.bottom > vue.bottom - 16) cadre.scrollTop += Math.min(place.bottom - vue.bottom + 16, place.top - haut);
}

function enLargeur(cadre, td, vue, place) {
  if (collee(td)) return;
  let [gauche, droite] = [vue.left, vue.left + cadre.clientWidth];
  for (const x of td.parentElement.cells) {
    if (!collee(x)) continue;
    if (x.cellIndex < td.cellIndex) gauche += x.offsetWidth;
    else droite -= x.offsetWidth;
  }
  if (place.left < gauche) cadre.scrollLeft -= gauche - place.left;
  else if (place.right > droite) cadre.scrollLeft += place.right - droite;
}

document.addEventListener("grille:montrer", (e) => {
  const cadre = e.target.closest(".defilement");
  e.target.scrollIntoView({ block: "nearest", inline: "nearest" }); // the frame itself may be partly below the window
  const [vue, place] = [cadre.getBoundingClientRect(), e.target.getBoundingClientRect()];
  enHauteur(cadre, e.target, vue, place);
  enLargeur(cadre, e.target, vue, place);
});
