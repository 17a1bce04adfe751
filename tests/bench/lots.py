"""A batch of the lines of a séance and its undo, as its author sees them: from the button to the end of the work."""

from __future__ import annotations

import gzip
import time
from typing import TYPE_CHECKING, Any

from lxml import html

if TYPE_CHECKING:
    from tests.bench.mesure import Client

LIGNES = 400


def mesurer(client: Client, lignes: list[int]) -> dict[str, float]:
    """Milliseconds of the preview, of the batch and of its undo, once each.

    Raises:
        RuntimeError: a step was refused.
    """
    choisies = [str(x) for x in lignes[:LIGNES]]
    champs: dict[str, Any] = {"acte": "etude", "retour": "/demandes?tout=1", "lignes": choisies}
    debut = time.perf_counter()
    racine = _page(client, "/lots/nouveau", champs)
    apercu = time.perf_counter()
    prets: dict[str, Any] = {}
    for x in racine.xpath("//main//input[@name]"):
        if x.get("name") != "_csrf_token" and (x.get("type") in {None, "hidden"} or x.get("checked") is not None):
            prets.setdefault(x.get("name"), []).append(x.get("value") or "")
    depart = time.perf_counter()
    adresse = _aller(client, "/lots", {**prets, "nombre": str(len(choisies))})
    while client.lire(adresse)[0] == 200:
        time.sleep(0.02)
    fini = time.perf_counter()
    _aller(client, f"/lots/{adresse.rpartition('/')[2]}/annulation", {})
    defait = time.perf_counter()
    n = len(choisies)
    return {
        f"aperçu d'un lot de {n}": (apercu - debut) * 1000,
        f"lot de {n}": (fini - depart) * 1000,
        "son annulation": (defait - fini) * 1000,
    }


def _page(client: Client, chemin: str, corps: dict[str, Any]) -> Any:
    statut, octets = client.lire(chemin, corps=corps)
    if statut != 200:
        raise RuntimeError(f"{chemin} : {statut}")
    return html.fromstring(gzip.decompress(octets) if octets[:2] == b"\x1f\x8b" else octets)


def _aller(client: Client, chemin: str, corps: dict[str, Any]) -> str:
    """Where a form leads."""
    statut, octets = client.lire(chemin, corps=corps)
    if statut != 303 or not client.lieu:
        raise RuntimeError(f"{chemin} : {statut} {octets[:300]!r}")
    return client.lieu
