// A dossier opened from a list: j and k go to its neighbours, and what changes on it meanwhile is told, never replaced.
document.addEventListener("keydown", (e) => {
  if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey) return;
  if (document.documentElement.dataset.lettres === "non" || e.target.closest?.("input, select, textarea")) return;
  const vers = { j: "next", k: "prev" }[e.key];
  if (vers) document.querySelector(`.voisines a[rel="${vers}"]`)?.click();
});

function dire(texte) {
  const zone = document.getElementById("changement");
  if (!zone || zone.textContent) return;
  zone.replaceChildren(`${texte} — `, voir());
}

function voir() {
  const lien = document.createElement("a");
  lien.href = location.href.split("#")[0];
  lien.textContent = "voir";
  return lien;
}

const suivies = document.querySelectorAll("#suivi tr").length;
document.addEventListener("htmx:after:swap", () => {
  const rangees = [...document.querySelectorAll("#suivi tr")];
  const heure = new Date().toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" });
  if (rangees.some((tr) => tr.textContent.trim())) dire(`Ce dossier a été modifié à ${heure}`);
  else if (rangees.length < suivies) dire("Ce dossier a quitté votre périmètre");
  // The stream speaks to tables: here « voir » is this page, with its list.
  for (const lien of document.querySelectorAll(".editeur .marque a")) lien.replaceWith(voir());
});
document.addEventListener("recharger", () => dire("Ce dossier a pu changer"));
