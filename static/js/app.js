// What every page needs: messages for failed requests, and closing of open lists. Nothing here is required.
const zone = () => document.getElementById("messages");

function dire(texte, lien) {
  const p = document.createElement("p");
  p.className = "message";
  p.textContent = texte;
  if (lien) {
    const a = document.createElement("a");
    a.href = lien;
    a.textContent = " Se reconnecter";
    a.target = "_blank";
    a.rel = "opener";
    p.append(a);
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
    dire(
      "Votre session a expiré. Ce que vous avez saisi est toujours là : reconnectez-vous dans un autre onglet, puis recommencez.",
      vers,
    );
    return;
  }
  if (statut === 409 || statut === 422) return; // shown in place
  const texte = new DOMParser().parseFromString(e.detail?.ctx?.text || "", "text/html").body.textContent.trim();
  dire(texte.slice(0, 300) || "L'action n'a pas abouti. Rien n'a été enregistré.");
});
document.addEventListener("htmx:error", () => {
  dire("Le réseau ne répond pas. Rien n'est perdu : réessayez dans un instant.");
});

// Lists opened from a header close on Escape and on a click elsewhere.
document.addEventListener("keydown", (e) => {
  if (e.key !== "Escape") return;
  const ouvert = document.activeElement?.closest("details[open].choix, details[open].choix-colonnes");
  if (!ouvert) return;
  ouvert.open = false;
  ouvert.querySelector("summary").focus();
});
document.addEventListener("click", (e) => {
  for (const d of document.querySelectorAll("details[open].choix")) {
    if (!d.contains(e.target)) d.open = false;
  }
});

// A page left with unsaved text asks.
let modifie = false;
document.addEventListener("input", (e) => {
  if (e.target.closest(".editeur, form[data-garde]")) modifie = true;
});
document.addEventListener("submit", () => {
  modifie = false;
});
document.addEventListener("htmx:after:swap", () => {
  modifie = Boolean(document.querySelector(".editeur textarea:not(:placeholder-shown)")) && modifie;
});
window.addEventListener("beforeunload", (e) => {
  if (modifie && document.querySelector(".editeur, form[data-garde]")) e.preventDefault();
});
