// Another list on the screen (a filter, a sort, « Actualiser »): its stream is told of it; what is typed stays.
const resume = () => document.getElementById("resume");
const sansDepuis = (url) => (url || "").replace(/[?&]depuis=\d+/, "");
let connu = resume()?.dataset.direct;
let gardees = [];
let restees = [];
let encours = false;

function renouveler() {
  const url = resume()?.dataset.direct;
  if (!url || url === connu) return;
  connu = url;
  document.dispatchEvent(new CustomEvent("liste:neuve", { detail: { restees } }));
  const direct = document.getElementById("direct");
  if (sansDepuis(direct.getAttribute("hx-sse:connect")) === sansDepuis(url)) return;
  const neuf = direct.cloneNode();
  neuf.removeAttribute("data-htmx-powered");
  neuf.setAttribute("hx-sse:connect", url);
  window.htmx.swap({ sourceElement: direct, target: direct, swap: "outerHTML", text: neuf.outerHTML });
}

// The table again, in place: focus and scroll stay, and so does a row whose editor is open, in the list or out of it.
async function actualiser() {
  gardees = [...document.querySelectorAll("#corps > tr")].filter((tr) => tr.querySelector(".editeur"));
  for (const tr of gardees) tr.setAttribute("hx-morph-skip", "");
  const perdu = document.activeElement?.closest("#nouveautes");
  const defilement = document.querySelector(".defilement");
  const place = [defilement?.scrollLeft, defilement?.scrollTop];
  encours = true;
  try {
    const url = location.pathname + location.search;
    await window.htmx.ajax("GET", url, { source: "#tableau", target: "#tableau", swap: "outerMorph" });
  } finally {
    encours = false;
    for (const tr of gardees) tr.removeAttribute("hx-morph-skip");
    gardees = [];
    restees = [];
  }
  const apres = document.querySelector(".defilement");
  // Back to what is being typed: to leave its row would save it.
  const ou = ["#corps .editeur input[name=sens]:checked", "#corps .editeur input[name=sens]", 'table.grille td[tabindex="0"]'];
  if (perdu) (ou.map((x) => document.querySelector(x)).find(Boolean) || apres)?.focus({ preventScroll: true });
  apres?.scrollTo(...place);
}

document.addEventListener("htmx:before:swap", (e) => {
  const nouveau = encours && e.detail.tasks?.find((t) => t.type === "main")?.fragment.querySelector("#corps");
  if (!nouveau) return;
  for (const tr of gardees) {
    if (nouveau.querySelector(`#${tr.id}`)) continue;
    restees.push(Number(tr.id.slice(6)));
    const place = Object.assign(document.createElement("tr"), { id: tr.id });
    const apres = [...document.querySelectorAll("#corps > tr")].slice([...tr.parentNode.children].indexOf(tr) + 1);
    nouveau.insertBefore(place, apres.map((x) => x.id && nouveau.querySelector(`#${x.id}`)).find(Boolean) || null);
  }
});
// Read again, the address is the same: one step of the history is enough.
document.addEventListener("htmx:before:history:update", (e) => {
  if (encours) e.preventDefault();
});
document.addEventListener("htmx:after:swap", renouveler);
document.addEventListener("click", (e) => {
  if (!e.target.closest?.("a.actualiser")) return;
  e.preventDefault();
  actualiser();
});
