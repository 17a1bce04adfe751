// What the stream brings to the counter is also said: once in ten seconds at most, and only when something came.
const PAUSE = 10_000;
let connu = Number(document.getElementById("cloche")?.dataset.n || 0);
let parle = 0;
let minuterie = 0;

function dire() {
  minuterie = 0;
  const n = Number(document.getElementById("cloche")?.dataset.n || 0);
  const voix = document.getElementById("annonce-cloche");
  const plus = n > connu;
  connu = n;
  if (!voix || !plus || document.body.classList.contains("projection")) return;
  parle = Date.now();
  voix.textContent = n > 1 ? `${n > 99 ? "Plus de 99" : n} notifications non lues` : "Une notification non lue";
}

const ici = document.getElementById("cloche")?.parentElement;
if (ici) {
  new MutationObserver(() => {
    if (!minuterie) minuterie = setTimeout(dire, Math.max(500, parle + PAUSE - Date.now()));
  }).observe(ici, { childList: true, subtree: true, attributes: true });
}
