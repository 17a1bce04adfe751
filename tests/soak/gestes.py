"""What members do in a race besides saving one whole judgement: batches, undos, redos, and saves of a single field."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from app.avis.traces import DEFAIRE, REFAIRE
from app.travaux.models import EtatTravail, Travail
from tests.lots.gestes import lire_apercu
from tests.soak.ecrivains import Ecriture, formulaire

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.journal import Journal
    from tests.soak.ecrivains import Votant

EN_LOT: Final = 4  # lines ticked


async def annuler(votant: Votant, _ligne: int, _r: Random) -> None:
    """« Annuler »: the last act that still stands, whatever others did since."""
    await votant.poster("/annulation", votant.registre.marque(), retour="/demandes")


async def retablir(votant: Votant, _ligne: int, _r: Random) -> None:
    """« Rétablir »."""
    await votant.poster("/retablissement", votant.registre.marque(), retour="/demandes")


async def lot(votant: Votant, ligne: int, r: Random) -> None:
    """Ticked lines, their preview, and its confirmation while others write: what moved since is left alone."""
    if votant.adresse != "decision":
        return
    lignes = [str(ligne), *(str(x) for x in r.sample(sorted(votant.vues), min(EN_LOT - 1, len(votant.vues))))]
    acte = r.choice(("accepter", "etude"))
    recue = await votant.poster(
        "/lots/nouveau", votant.registre.marque(), acte=acte, retour="/demandes?tout=1", lignes=sorted(set(lignes))
    )
    if recue is None or recue.status_code != 200:
        return
    apercu = lire_apercu(recue)
    if "modifiee" in apercu.groupes:
        await votant.poster("/lots", votant.registre.marque(), **apercu.champs)


async def corriger(votant: Votant, ligne: int, r: Random) -> None:
    """One field, the others as they were read: with what somebody else changes meanwhile, it merges or is told."""
    chemin = f"/lignes/{ligne}/{votant.adresse}"
    champs = formulaire(await votant.lire(chemin), chemin)
    if champs.get("version", "0") == "0":
        return
    lue = champs.get("commentaire", "")
    marque = votant.registre.marque()
    if r.random() < 0.5:
        champs["duree"] = "1" if champs.get("duree") == "5" else "5"
    else:
        champs["commentaire"] = marque
    recue = await votant.poster(chemin, marque, **champs)
    if recue is None or recue.status_code != 200:
        return
    if champs["commentaire"] == marque:
        votant.registre.acquittees.append(Ecriture(ligne, votant.adresse, lue, marque))
    else:
        votant.registre.sans_marque += 1


# By their share of all gestures.
GESTES: Final = ((0.04, annuler), (0.02, retablir), (0.02, lot), (0.08, corriger))


def dit(etat: dict[str, Any] | None) -> dict[str, Any] | None:
    """The judgement itself, without how it came to be."""
    return etat and {c: v for c, v in etat.items() if c not in {"source", "avis_version", "fusion"}}


def retours_faux(actes: Iterable[Journal]) -> list[str]:
    """An undo or a redo brings back what stood before an act that nobody has written over, once."""
    fautes, tous, vus = [], {a.id: a for a in actes}, set()
    retours = {*DEFAIRE.values(), *REFAIRE.values()}
    for acte in (a for a in tous.values() if a.action in retours):
        annule = tous.get(acte.annule or 0)
        if annule is None or (dit(acte.avant), dit(acte.apres)) != (dit(annule.apres), dit(annule.avant)):
            fautes.append(f"acte {acte.id} : ne rend pas ce qu'il y avait avant l'acte {acte.annule}")
        elif acte.annule in vus or annule.auteur_id != acte.auteur_id:
            fautes.append(f"acte {acte.id} : l'acte {acte.annule} n'était plus à défaire par lui")
        vus.add(acte.annule)
    return fautes


async def lots_faux(session: AsyncSession, actes: Iterable[Journal]) -> list[str]:
    """Every batch wrote what its result says, each line once, those too that a kill interrupted."""
    ecrits: dict[int, list[int]] = {}
    for a in actes:
        if a.lot is not None and a.lot > 0 and a.ligne_id:
            ecrits.setdefault(a.lot, []).append(a.ligne_id)
    fautes = []
    for t in (await session.execute(select(Travail))).scalars():
        if t.etat is EtatTravail.ECHOUE:
            fautes.append(f"lot {t.id} : échoué")
        if sorted((t.resultat or {}).get("faits", [])) != sorted(ecrits.pop(t.id, [])):
            fautes.append(f"lot {t.id} : son résultat n'est pas ce que dit le journal")
    return fautes + [f"lot {x} : sans travail" for x in ecrits]


async def lots_finis(session: AsyncSession) -> None:
    """Wait for the batches that still run; one whose server was killed is its author's to take up again."""
    for _ in range(50):
        await session.rollback()
        if not (await session.execute(select(Travail.id).where(Travail.etat == EtatTravail.EN_COURS).limit(1))).first():
            return
        await asyncio.sleep(0.1)
