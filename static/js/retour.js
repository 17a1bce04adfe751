// Back to the list: the same page, the same scroll, the same row. The address alone does it too, a little less exactly.
const cle = () => `liste:${location.pathname}${location.search}`;
const cadre = () => document.querySelector(".defilement");

const lire = () => JSON.parse(sessionStorage.getItem(cle()) || "{}");

const memoriser = (quoi) => sessionStorage.setItem(cle(), JSON.stringify({ ...lire(), ...quoi }));
document.addEventListener("memoriser", (e) => memoriser(e.detail));

// A link to a dossier takes the list along, and the row that it leaves.
for (const geste of ["click", "auxclick"]) {
  document.addEventListener(
    geste,
    (e) => {
      const lien = e.target.closest?.("#corps a[href^='/demandes/']");
      if (!lien) return;
      const ligne = lien.closest("tr").id.slice(6);
      const liste = encodeURIComponent(location.search.slice(1) || "tout=1");
      if (!lien.search) lien.search = `?liste=${liste}&ligne=${ligne}`;
      memoriser({ ligne });
    },
    true,
  );
}

window.addEventListener("pagehide", () => {
  const c = cadre();
  if (c) memoriser({ haut: c.scrollTop, gauche: c.scrollLeft, y: window.scrollY });
});

function revenir() {
  const revenue = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  const ancre = /^#ligne-(\d+)$/.exec(location.hash)?.[1];
  if (!revenue && !ancre) return;
  const { haut = 0, gauche = 0, y = 0, ligne, panneau } = lire();
  const c = cadre();
  c.scrollTop = haut;
  c.scrollLeft = gauche;
  window.scrollTo(0, y);
  const tr = document.getElementById(`ligne-${ancre ?? ligne}`);
  const lien = tr?.querySelector("[tabindex='0'], a");
  lien?.focus({ preventScroll: true });
  if (tr && !visible(tr, c)) tr.scrollIntoView({ block: "center" });
  if (panneau) document.dispatchEvent(new CustomEvent("ligne:panneau", { detail: { id: panneau } }));
}

function visible(tr, c) {
  const [r, v] = [tr.getBoundingClientRect(), c.getBoundingClientRect()];
  const titres = c.querySelector("thead").offsetHeight;
  return r.top >= v.top + titres && r.bottom <= Math.min(v.bottom, window.innerHeight);
}

if (cadre()) setTimeout(revenir); // after the other scripts have taken their places
