// Ticked rows: how many, the box of the page, and ticks that outlive the swap of their row. Without it the boxes still post.
const cochees = new Set();
const boites = () => [...document.querySelectorAll('td.coche input[name="lignes"]')];

// In the header, only where something can tick it.
function boiteDeLaPage() {
  const ici = document.querySelector("tr.titres > th.coche");
  if (!ici || ici.querySelector("input")) return ici?.querySelector("input");
  const boite = document.createElement("input");
  boite.type = "checkbox";
  boite.id = "coche-tout";
  boite.autocomplete = "off";
  boite.setAttribute("aria-label", "Cocher les lignes de cette page");
  ici.append(boite);
  return boite;
}

function dire() {
  const compte = document.getElementById("lot-compte");
  if (!compte) return;
  const n = cochees.size;
  const texte = n ? `${n} ligne${n > 1 ? "s" : ""} cochée${n > 1 ? "s" : ""}` : "";
  if (compte.textContent !== texte) compte.textContent = texte;
  const tout = boiteDeLaPage();
  if (!tout) return;
  const total = boites().length;
  tout.hidden = total === 0;
  tout.checked = total > 0 && n === total;
  tout.indeterminate = n > 0 && n < total;
}

function noter(boite) {
  if (boite.checked) cochees.add(boite.value);
  else cochees.delete(boite.value);
}

// A row that comes again keeps its tick; one that has left, by a filter, a page or the stream, takes its own away.
function retrouver() {
  const presentes = boites();
  const valeurs = new Set(presentes.map((b) => b.value));
  for (const v of cochees) if (!valeurs.has(v)) cochees.delete(v);
  for (const b of presentes) b.checked = cochees.has(b.value);
  dire();
}

let derniere = null;

// Before the header hears of it: a tick is no filter.
for (const type of ["input", "change"]) {
  document.addEventListener(
    type,
    (e) => {
      if (e.target.id !== "coche-tout") return;
      e.stopPropagation();
      for (const b of boites()) {
        b.checked = e.target.checked;
        noter(b);
      }
      dire();
    },
    true,
  );
}

document.addEventListener("click", (e) => {
  const boite = e.target.closest?.('td.coche input[name="lignes"]');
  if (!boite) return;
  const toutes = boites();
  const [a, b] = [toutes.indexOf(derniere), toutes.indexOf(boite)];
  const suite = e.shiftKey && a >= 0 ? toutes.slice(Math.min(a, b), Math.max(a, b) + 1) : [boite];
  for (const x of suite) {
    x.checked = boite.checked;
    noter(x);
  }
  derniere = boite;
  dire();
});

document.addEventListener("htmx:after:swap", retrouver);
window.addEventListener("pageshow", () => {
  for (const b of boites()) noter(b);
  dire();
});
