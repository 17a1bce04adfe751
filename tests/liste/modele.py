"""The table said again in plain Python: which rows a reader has, which of them a filter keeps, in which order."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from app.avis.models import Sens
from app.avis.regles import Divergence
from app.core.access import Droits, peut_lire
from app.core.templating import aujourdhui
from app.core.texte import replier
from app.core.visibilite import Moment, Objet
from app.demandes.statuts import Statut, TypeDemande, Validation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

EN_ATTENTE = (Statut.EN_SAISIE, Statut.EN_VALIDATION, Statut.VALIDE_ADMIN)
TEXTES = ("rpps", "personne", "ville", "etablissement", "terrain")
JUGEMENTS = {"decision_rep": Objet.AVIS_REP, "decision_coord": Objet.AVIS_COORD, "decision_commission": Objet.DECISION}
VALIDATIONS = ("validation_rts", "validation_etablissement", "validation_terrain")


def _lit(droits: Droits, objet: Objet, rangee: Mapping[str, Any]) -> bool:
    return peut_lire(droits, objet, SimpleNamespace(**{c: rangee[c] for c in ("moment", "subdivision", "formation", "rpps")}))


def divergence(coord: Sens | None, rep: Sens | None) -> Divergence:
    """Durations and phases follow the decision in these rows."""
    seuls = {(True, False): Divergence.COORD_SEUL, (False, True): Divergence.REP_SEUL, (False, False): Divergence.SANS_AVIS}
    if (coord is None) or (rep is None):
        return seuls[coord is not None, rep is not None]
    return Divergence.AUCUNE if coord is rep else Divergence.DECISION


def valeur(droits: Droits, code: str, r: Mapping[str, Any]) -> Any:
    """What this reader may know of a column; None where he may not, "" where there is nothing."""
    if code in JUGEMENTS:
        dit = {"decision_rep": r["rep"], "decision_coord": r["coord"], "decision_commission": r["decision"] or r["coord"]}[code]
        return (dit or "") if _lit(droits, JUGEMENTS[code], r) else None
    if code == "divergence":
        deux = all(_lit(droits, o, r) for o in (Objet.AVIS_COORD, Objet.AVIS_REP))
        return divergence(r["coord"], r["rep"]) if deux else None
    if code == "attente":
        return aujourdhui().isoformat() if valeur(droits, "statut", r) in EN_ATTENTE else ""
    if code in PARTIES:
        return PARTIES[code](r) if _lit(droits, Objet.RAPPORT_VISITE if code == "rapport" else Objet.VALIDATIONS, r) else None
    if code == "statut" and r["moment"] in {Moment.CLOSE, Moment.PUBLIEE} and not _lit(droits, Objet.STATUT_COMMISSION, r):
        return Statut.VALIDE_ADMIN
    return r[code]


def _ensemble(trois: list[Validation]) -> str:
    if all(v.acquise for v in trois):
        return "ACQUISES"
    return "INVALIDE" if Validation.INVALIDE in trois else "RESTENT"


# What the row says of itself: these have no report, and their campaign lists no pièce.
PARTIES: dict[str, Any] = {c: lambda r, c=c: r[c] for c in VALIDATIONS} | {
    "validations": lambda r: _ensemble([r[c] for c in VALIDATIONS]), "rapport": lambda _: "ABSENT"
}  # fmt: skip


def lisibles(droits: Droits, rangees: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """His rows, in the order of the table."""
    return sorted((r for r in rangees if _lit(droits, Objet.LIGNE, r)), key=lambda r: r["ordre"])


def garde(droits: Droits, r: Mapping[str, Any], filtres: Mapping[str, tuple[str, ...]]) -> bool:
    """And between columns, or inside one; every word of a text."""
    return all(_retient(droits, code, r, choisies) for code, choisies in filtres.items())


def _retient(droits: Droits, code: str, r: Mapping[str, Any], choisies: tuple[str, ...]) -> bool:
    lue = valeur(droits, code, r)
    if code in TEXTES:
        return all(mot in replier(lue) for mot in replier(choisies[0]).split())
    if lue is None:
        return False
    if code == "formation" and TypeDemande.DEROGATION in choisies and r["type_demande"] is TypeDemande.DEROGATION:
        return True
    return (lue or "SANS") in choisies if code in JUGEMENTS else lue in choisies


def cle(droits: Droits, code: str, r: Mapping[str, Any], libelles: Mapping[str, Mapping[str, str]]) -> tuple[Any, int]:
    """What a row is sorted on, then its number."""
    lue = valeur(droits, code, r)
    rangs: dict[str, tuple[Any, ...]] = {"type_demande": tuple(TypeDemande), "divergence": tuple(Divergence)}
    rangs["rapport"] = ("ABSENT", "NON_DEMANDE", "DEPOSE")
    rangs |= dict.fromkeys(VALIDATIONS, tuple(Validation)) | dict.fromkeys(JUGEMENTS, tuple(Sens))
    if code in rangs:
        return (rangs[code].index(lue) if lue else -1), r["ordre"]
    if code in {"formation", "type_etablissement"}:
        return replier(libelles[code].get(lue, "")).encode(), r["ordre"]
    return replier(str(lue)).encode() if code in TEXTES else str(lue or "").encode(), r["ordre"]


def phrase(gardees: list[dict[str, Any]], toutes: list[dict[str, Any]]) -> str:
    """« 2 sur 5 demandes (3 lignes) »."""
    n, tous = len({r["demande"] for r in gardees}), len({r["demande"] for r in toutes})
    lignes = f" ({len(gardees)} lignes)" if n != len(gardees) else ""
    return f"{n} sur {tous} demande{'s' if tous > 1 else ''}{lignes}"
