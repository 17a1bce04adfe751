// What every page needs: messages for failed requests, and closing of open lists. Nothing here is required.
const zone = () => document.getElementById("messages");

function dire(texte, lien) {
  const p = document.createElement("p");
  p.className = "message";
  p.textContent = texte;
  if (lien) {
    const ailleurs = document.createElement("a");
    ailleurs.href = lien;
    ailleurs.textContent = "Se reconnecter";
    ailleurs.target = "_blank";
    ailleurs.rel = "opener";
    const ici = document.createElement("a");
    ici.href = lien;
    ici.textContent = "le faire ici";
    ici.addEventListener("click", () => {
      for (const form of document.querySelectorAll(".editeur[data-sale]")) delete form.dataset.sale; // kept as a draft
    });
    p.append(" ", ailleurs, " dans un autre onglet, ou ", ici, ".");
  }
  zone()?.replaceChildren(p);
  if (!lien) setTimeout(() => p.remove(), 8000);
}

// A refused request leaves the page, and what was typed, as they are: say why.
document.addEventListener("htmx:response:error", (e) => {
  const reponse = e.detail?.ctx?.response;
  const statut = reponse?.status ?? reponse?.raw?.status;
  if (statut === 401) {
    const vers = reponse.headers?.get?.("X-Connexion") || "/connexion";
    dire("Votre session a expiré. Ce que vous avez saisi est toujours là et partira dès que vous serez reconnecté.", vers);
    return;
  }
  if (statut === 409 || statut === 422) return; // shown in place
  const texte = new DOMParser().parseFromString(e.detail?.ctx?.text || "", "text/html").body.textContent.trim();
  dire(texte.slice(0, 300) || "L'action n'a pas abouti. Rien n'a été enregistré.");
});
document.addEventListener("htmx:error", () => {
  dire("Le réseau ne répond pas. Rien n'est perdu : réessayez dans un instant.");
});

document.addEventListener("dire", (e) => dire(e.detail));

// Lists opened from a header, and menus, close on Escape and on a click elsewhere.
document.addEventListener("keydown", (e) => {
  if (e.key !== "Escape") return;
  const ouvert = document.activeElement?.closest("details[open]:is(.choix, .choix-colonnes, .menu-barre, .menu-groupe)");
  if (!ouvert) return;
  ouvert.open = false;
  ouvert.querySelector("summary").focus();
});
document.addEventListener("click", (e) => {
  for (const d of document.querySelectorAll("details[open]:is(.choix, .menu-barre, .menu-groupe)")) {
    if (!d.contains(e.target)) d.open = false;
  }
});

// A page left with unsaved text asks.
for (const geste of ["input", "entretemps"]) {
  document.addEventListener(geste, (e) => {
    const form = e.target.closest?.(".editeur, form[data-garde]");
    if (form) form.dataset.sale = "oui";
  });
}
document.addEventListener("submit", (e) => {
  delete e.target.dataset.sale;
  if (e.target.matches("[action='/deconnexion']")) partir();
});
window.addEventListener("beforeunload", (e) => {
  if (document.querySelector("[data-sale], [data-envoi]")) e.preventDefault();
});

// Other tabs learn who is signed in: a save that met an expired session is then replayed. Drafts leave with the person.
const personne = document.querySelector("[data-personne]")?.dataset.personne;
if (personne) localStorage.setItem("session-de", `${personne} ${Date.now()}`);
function partir() {
  for (const nom of Object.keys(localStorage)) {
    if (nom.startsWith("brouillon:")) localStorage.removeItem(nom);
  }
}
