"""The opinions on the page *Traitement*: what the reader may read, and the form of his role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from sqlalchemy import select

from app.avis.genres import GENRES
from app.avis.queries import Jugements, jugements, motifs_defavorables, noms_des_auteurs
from app.avis.regles import LETTRES, PHASES
from app.avis.vue import editeur, lecture
from app.demandes.models import Ligne
from app.demandes.panneaux import FABRIQUES, Panneau
from app.demandes.permissions import peut
from app.demandes.statuts import Action, Statut
from app.referentiel.models import Formation
from app.referentiel.queries import formations

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits
    from app.demandes.models import Demande
    from app.demandes.parcours import Parcours


async def panneau(session: AsyncSession, droits: Droits, demande: Demande, lignes: list[Ligne]) -> Panneau | None:
    """Nothing before the scolarité has validated."""
    if demande.statut in {Statut.EN_SAISIE, Statut.EN_VALIDATION}:
        return None
    lus = await jugements(session, [x.id for x in lignes], pour=droits)
    motifs, auteurs = await motifs_defavorables(session), await noms_des_auteurs(session, lus.values())
    noms = {f.code: f.libelle for f in (await session.execute(select(Formation))).scalars()}
    blocs = []
    for ligne in lignes:
        faits = _faits(droits, demande, ligne, lus[ligne.id], {c: x for c, (x, _) in motifs.items()}, auteurs)
        blocs.append(await _bloc(session, droits, ligne, lus[ligne.id], motifs, noms, faits))
    if not any(b["lus"] or b["editeurs"] or b["deport"] for b in blocs):
        return None
    ajout = peut(droits, Action.AJOUTER_COMPLEMENTAIRE, lignes[0]) and lignes[0].rang == 0
    p: dict[str, Any] = {"blocs": blocs, "ajout": lignes[0].id if ajout else None, "phases": [(x, PHASES[x]) for x in LETTRES]}
    p |= await _ajout(session, demande) if ajout else {}
    return Panneau("avis/_panneau.html", p, suivre=lambda chemin: _suivre(p, f"/demandes/{demande.id}", chemin))


def _suivre(p: dict[str, Any], dossier: str, chemin: Parcours) -> None:
    """Where each form leads: back here, or on to the next line to judge, of this dossier first, then of the list."""
    ici = p["retour"] = dossier + chemin.suite
    ailleurs = f"{chemin.suivante}#panneau-avis-titre" if chemin.suivante else ""
    a_juger = [b for b in p["blocs"] if b["editeurs"]]
    for n, bloc in enumerate(a_juger):
        suivante = f"{ici}#ligne-{a_juger[n + 1]['ligne'].id}" if n + 1 < len(a_juger) else ailleurs
        for e in bloc["editeurs"]:
            e |= {"retour": ici, "suivante": suivante}


async def _ajout(session: AsyncSession, demande: Demande) -> dict[str, Any]:
    """What may still be added, and what has been: other lines of the dossier may be outside the reader's perimeter."""
    requete = select(Ligne.formation).where(Ligne.demande_id == demande.id).order_by(Ligne.rang)
    _, *autres = codes = list((await session.execute(requete)).scalars())
    noms = {f.code: f.libelle for f in await formations(session)}
    return {
        "formations": sorted(((c, n) for c, n in noms.items() if c not in codes), key=lambda x: x[1]),
        "demandees": [noms.get(c, c) for c in autres],
    }


def _faits(
    droits: Droits, demande: Demande, ligne: Ligne, lus: Jugements, motifs: dict[str, str], auteurs: dict[int, str]
) -> list[dict[str, Any]]:
    faits = lecture(droits, ligne, lus, motifs, auteurs)
    for fait in faits:
        fait["anterieur"] = fait["quand"] and demande.validee_le and fait["quand"] < demande.validee_le
        fait["resume"] = Markup(fait["resume"])  # noqa: S704 (`resume` escapes)
    return faits


async def _bloc(
    session: AsyncSession,
    droits: Droits,
    ligne: Ligne,
    lus: Jugements,
    motifs: dict[str, tuple[str, bool]],
    noms: dict[str, str],
    faits: list[dict[str, Any]],
) -> dict[str, Any]:
    retour = f"/demandes/{ligne.demande_id}"
    editeurs = [
        await editeur(session, droits, ligne, genre, en_cellule=False, retour=retour, lus=lus, motifs=motifs)
        for genre in GENRES.values()
        if peut(droits, genre.action, ligne)
    ]
    return {
        "ligne": ligne,
        "formation": noms.get(ligne.formation, ligne.formation),
        "lus": faits,
        "editeurs": editeurs,
        "deport": droits.demandeur(ligne) and bool(droits.portees),
    }


FABRIQUES.append(panneau)
