"""The view-models of the commission: a séance in the list, its page, what closing it would do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from app.avis.cellules import resume
from app.commission import queries
from app.commission.cloture import Issue, Plan
from app.commission.comptes import AVIS, DECISIONS, comptes
from app.commission.conduite import salle
from app.commission.deports import OUVERTS
from app.commission.models import Seance, StatutSeance
from app.commission.notes import peut_marquer
from app.commission.permissions import conduit, constate, peut_planifier, preside, se_deporte
from app.commission.presences import mandats
from app.commission.service import quorum_de
from app.core.templating import rendu
from app.core.vivant import empreinte
from app.referentiel import queries as referentiel
from app.referentiel.queries import libelles_motifs

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.commission.cloture import Sort
    from app.commission.comptes import Comptes
    from app.commission.notes import MaNote
    from app.core.access import Droits
    from app.demandes.models import Ligne

# What the président may do next, by statut: address, label.
ACTES_DU_PRESIDENT = {
    StatutSeance.PLANIFIEE: ("ouverture", "Ouvrir la séance"),
    StatutSeance.OUVERTE: ("cloture", "Clore la séance"),
}


async def en_liste(session: AsyncSession, seances: list[Seance]) -> list[dict[str, Any]]:
    """The séances, with their subdivision and how many formations they decide on."""
    subdivisions = {s.code: s.libelle for s in await referentiel.subdivisions(session)}
    actives = await queries.nombre_actives(session)
    return [
        {
            "id": s.id,
            "libelle": s.libelle,
            "quand": s.quand,
            "lieu": s.lieu,
            "statut": s.statut,
            "subdivision": subdivisions.get(s.subdivision, s.subdivision),
            "formations": "Toutes" if len(s.formations) >= actives else len(s.formations),
        }
        for s in seances
    ]


async def page(session: AsyncSession, droits: Droits, seance: Seance) -> dict[str, Any]:
    """One séance, its counts, and the acts of the reader."""
    html = await chiffres(session, droits, seance)
    president = preside(droits, seance)
    return {
        "droits": droits,
        "chiffres": Markup(html),  # noqa: S704 (rendered)
        "direct": f"/direct/seances/{seance.id}?vu={empreinte(html)}",
        "seance": (await en_liste(session, [seance]))[0],
        "s": seance,
        "formations": list((await queries.libelles(session, [f.formation for f in seance.formations])).values()),
        "salle": await salle(session, droits, seance),
        "acte": ACTES_DU_PRESIDENT.get(seance.statut) if president else None,
        "publiable": president and seance.statut is StatutSeance.CLOSE,
        "rouvrable": president and seance.statut in {StatutSeance.CLOSE, StatutSeance.PUBLIEE},
        "modifiable": seance.statut is StatutSeance.PLANIFIEE and peut_planifier(droits, seance.subdivision),
        "motif": "",
        "erreur": "",
    }


async def chiffres(session: AsyncSession, droits: Droits, seance: Seance) -> str:
    """What a séance counts, as this person may read it."""
    n = await comptes(session, droits, seance)
    return rendu("commission/_chiffres.html", comptes=n, barres=_barres(n))


def _barres(n: Comptes) -> list[tuple[str, list[tuple[str, str, int]]]]:
    if n.masque or not n.lues:
        return []
    return [
        ("Avis", [(code, libelle, n.avis[code]) for code, (libelle, _) in AVIS.items()]),
        ("Décision commission", [(code, libelle, n.decisions[code]) for code, (libelle, _) in DECISIONS.items()]),
    ]


async def page_ouverture(session: AsyncSession, droits: Droits, seance: Seance) -> dict[str, Any]:
    """Who votes there, and how many must be present."""
    votants = await queries.votants(session, seance)
    n = await comptes(session, droits, seance)
    return {
        "droits": droits,
        "s": seance,
        "votants": votants,
        "quorum": quorum_de(len(votants)),
        "coches": {v.personne_id for v in votants if v.personne_id == droits.personne_id},
        "mandats": await mandats(session, seance.id),
        "lignes": n.lignes,
        "seconde": False,
        "erreur": "",
    }


async def note(session: AsyncSession, droits: Droits, ligne: Ligne, n: MaNote) -> dict[str, Any]:
    """A note for oneself, the mark, the déport, and for whoever conducts the séance the way into discussion."""
    seance = None
    if ligne.seance_id is not None:
        sienne = queries.visibles(droits).where(Seance.id == ligne.seance_id)
        seance = await session.scalar(sienne.execution_options(populate_existing=True))
    ouverte = seance is not None and seance.statut is StatutSeance.OUVERTE and conduit(droits, seance)
    return {
        "x": ligne,
        "n": n,
        "marquable": peut_marquer(droits, ligne),
        "deportable": (se_deporte(droits, ligne) or constate(droits, ligne)) and ligne.moment in OUVERTS,
        "seance": seance if ouverte else None,
        "erreur": "",
        "refus": "",
        "fait": "",
        "typee": None,
    }


async def page_cloture(
    session: AsyncSession, droits: Droits, seance: Seance, plan: Plan, *, erreur: str = ""
) -> dict[str, Any]:
    """Each line by what would become of it; where he has a déport the président reads nothing, not even by subtraction."""
    motifs = await libelles_motifs(session)
    autres = Plan(tuple(s for s in plan.sorts if not (droits.demandeur(s.ligne) or s.ligne.recuse)))
    return {
        "droits": droits,
        "s": seance,
        "erreur": erreur,
        "empreinte": plan.empreinte,
        "reprises": [_ligne(x, motifs) for x in autres.reprises],
        "ajournees": [_ligne(x, motifs) for x in autres.ajournees],
        "suivies": [_ligne(x, motifs) for x in autres.de(Issue.REFUSEE_AVEC_TETE)],
        "decidees": [_ligne(x, motifs) for x in autres.de(Issue.DECIDEE)],
        "total": len(autres.sorts),
        "salle": await salle(session, droits, seance),
        "deports": len(plan.sorts) - len(autres.sorts),
        "propres": not any(droits.recuse(s.ligne) for s in plan.sorts),
    }


def _ligne(sort: Sort, motifs: dict[str, str]) -> dict[str, Any]:
    j = sort.jugement
    dit = (
        resume(j.sens, j.duree, j.phases, j.motif, j.motif_texte, motifs) if j else resume(None, None, None, None, None, motifs)
    )
    return {
        "demande_id": sort.ligne.demande_id,
        "qui": sort.ligne.nom_complet,
        "terrain": sort.ligne.terrain,
        "formation": sort.ligne.libelle_formation,
        "dit": Markup(dit),  # noqa: S704
        "raison": sort.raison or "",
        "debut": sort.debut,
        "fin": sort.fin,
    }
