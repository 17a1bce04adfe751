// Who is on the rows: what this page does is said every ten seconds while it does something; what others do is shown.
const PAS = 10_000;
const onglet = Math.random().toString(36).slice(2, 12) || "a";
const presents = new Map();
let dit = "[]";
let panneau = 0;

const initiales = (nom) =>
  nom
    .split(/[\s-]+/)
    .map((mot) => mot[0])
    .join("")
    .slice(0, 3);

function emplacement(id) {
  const deja = document.getElementById(`presents-${id}`);
  const td = !deja && document.querySelector(`#ligne-${id} > td[data-c]`);
  if (!td) return deja;
  td.append(Object.assign(document.createElement("span"), { id: `presents-${id}`, className: "presents" }));
  return td.lastChild;
}

function montrer(id, gens) {
  const ici = emplacement(id);
  if (!ici || ici.dataset.dit === JSON.stringify(gens)) return;
  ici.dataset.dit = JSON.stringify(gens);
  const pastilles = gens.map(([nom, verbe]) => {
    const pastille = Object.assign(document.createElement("span"), { className: `present ${verbe}`, title: `${nom} ${verbe}` });
    const court = Object.assign(document.createElement("span"), { textContent: initiales(nom) });
    court.setAttribute("aria-hidden", "true");
    const long = Object.assign(document.createElement("span"), { textContent: ` ${nom} ${verbe}`, className: "masque-visuel" });
    pastille.append(court, long);
    return pastille;
  });
  ici.replaceChildren(...pastilles);
}

function actes() {
  const faits = [...document.querySelectorAll(".editeur")].map((editeur) => {
    const [, ligne, quoi] = (editeur.getAttribute("action") || "").match(/^\/lignes\/(\d+)\/([a-z-]+)/) || [];
    return ["saisit", ligne && `${ligne}:${quoi}`];
  });
  if (document.hidden) return faits.filter(([, quoi]) => quoi); // nobody reads, but what is being typed is still there
  const cote = document.getElementById("panneau");
  if (cote && !cote.hidden && panneau) faits.push(["lit", String(cote.dataset.ligne || panneau)]);
  for (const id of (document.querySelector("[data-lit]")?.dataset.lit || "").split(" ")) faits.push(["lit", id]);
  return faits.filter(([, quoi]) => quoi);
}

function dire(faits) {
  const entetes = JSON.parse(document.body.getAttribute("hx-headers:inherited") || "{}");
  const champs = [["onglet", onglet], ["_csrf_token", entetes["X-CSRF-Token"] || ""], ...faits];
  navigator.sendBeacon("/presence", new URLSearchParams(champs));
}

function regarder(encore) {
  const faits = actes();
  const texte = JSON.stringify(faits);
  if (texte === dit && !(encore && faits.length)) return;
  dit = texte;
  dire(faits);
}

document.addEventListener("presence", (e) => {
  for (const [id, gens] of Object.entries(JSON.parse(e.detail.data))) {
    if (gens.length) presents.set(id, gens);
    else presents.delete(id);
    montrer(id, gens);
  }
});
document.addEventListener("htmx:after:swap", () => {
  for (const [id, gens] of presents) montrer(id, gens);
  regarder(false);
});
document.addEventListener("ligne:panneau", (e) => {
  panneau = Number(e.detail?.id) || 0;
});
document.addEventListener("visibilitychange", () => regarder(false));
// A stream that begins says all that there is.
document.addEventListener("htmx:sse:after:connection", () => {
  for (const id of presents.keys()) montrer(id, []);
  presents.clear();
});
window.addEventListener("pagehide", () => {
  if (dit !== "[]") dire([]);
});
setInterval(() => regarder(true), PAS);
regarder(false);
