"""What surrounds a dossier in saisie: its campaign, the register's records, the lists that its form offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from app.campagnes import queries as campagnes
from app.core.errors import Interdit, Introuvable
from app.core.texte import replier
from app.core.visibilite import Moment
from app.demandes.models import Choix, Demande, Ligne, Piece, Retour
from app.demandes.queries import lignes_visibles, pieces, retours_ouverts
from app.demandes.retours.queries import remarques_envoyees
from app.referentiel import queries as referentiel
from app.referentiel.models import Etablissement, Formation, Nature, Praticien, Terrain

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.campagnes.models import Campagne
    from app.campagnes.queries import PieceDemandee
    from app.core.access import Droits
    from app.demandes.retours.models import Remarque

NATURES = {Nature.DES: "DES", Nature.OPTION: "Option", Nature.FST: "FST"}


@dataclass(slots=True)
class Contexte:
    """One dossier with all that its rules and its form need."""

    demande: Demande
    tete: Ligne
    campagne: Campagne
    prolonge: date | None  # the last day of his personal extension
    praticien: Praticien | None
    formations: dict[str, Formation]  # those of the campaign, and the dossier's own even if it is closed since
    autres: frozenset[str]  # formations of the demande's other lines
    etablissement: Etablissement | None
    terrains: list[Terrain]
    pieces: list[Piece]
    demandees: list[PieceDemandee]  # what the campaign asks for, all profiles
    retour: Retour | None
    remarques: list[Remarque]  # of the open return

    @property
    def formation(self) -> Formation:
        """The one asked for."""
        return self.formations[self.tete.formation]

    @property
    def terrain(self) -> Terrain | None:
        """The one picked."""
        return next((t for t in self.terrains if t.id == self.demande.terrain_id), None)


async def ma_demande(session: AsyncSession, droits: Droits, demande_id: int) -> tuple[Demande, Ligne]:
    """One's own demande and its ligne de tête.

    Raises:
        Introuvable: no such demande, or deleted, or another's that this person does not see.
        Interdit: he sees it, but only its author fills it in.
    """
    requete = (
        select(Demande, Ligne)
        .join(Ligne, (Ligne.demande_id == Demande.id) & (Ligne.rang == 0))
        .where(Demande.id == demande_id, Demande.rpps == droits.rpps, Demande.supprimee_le.is_(None))
        .where(Ligne.moment != Moment.SUPPRIMEE)
    )
    trouvee = (await session.execute(requete)).one_or_none() if droits.rpps else None
    if trouvee is None:
        vue = lignes_visibles(droits).where(Ligne.demande_id == demande_id).limit(1)
        if (await session.scalars(vue)).first() is None:
            raise Introuvable
        raise Interdit("Seul le responsable qui fait la demande la remplit, la soumet, la reprend ou la supprime.")
    return trouvee[0], trouvee[1]


async def contexte(session: AsyncSession, demande: Demande, tete: Ligne) -> Contexte:
    """Gather it."""
    campagne = await campagnes.campagne(session, demande.campagne_id)
    lignes = await session.scalars(select(Ligne.formation).where(Ligne.demande_id == demande.id, Ligne.rang > 0))
    ouvertes, toutes = {f.formation for f in campagne.formations}, await referentiel.formations(session, actives=False)
    etablissement = await session.get(Etablissement, demande.etablissement_id) if demande.etablissement_id else None
    retour = (await retours_ouverts(session, [demande.id])).get(demande.id)
    return Contexte(
        demande=demande,
        tete=tete,
        campagne=campagne,
        prolonge=await campagnes.prolonge_jusqu_au(session, campagne.id, demande.rpps),
        praticien=await session.get(Praticien, demande.rpps),
        formations={f.code: f for f in toutes if (f.actif and f.code in ouvertes) or f.code == tete.formation},
        autres=frozenset(lignes),
        etablissement=etablissement,
        terrains=await terrains(session, demande.choix, demande.etablissement_id, demande.rpps, demande.terrain_id),
        pieces=await pieces(session, demande.id),
        demandees=await campagnes.pieces_demandees(session, campagne.id),
        retour=retour,
        remarques=(await remarques_envoyees(session, [retour.id])).get(retour.id, []) if retour else [],
    )


async def terrains(
    session: AsyncSession, choix: Choix | None, etablissement_id: int | None, rpps: str, choisi: int | None
) -> list[Terrain]:
    """Those that may be picked: of the establishment, or one's own surgeries; one's own first."""
    if choix is Choix.CABINET:
        prives = select(Etablissement.id).where(Etablissement.type_code == "PRATICIEN")
        lieu = or_(Terrain.etablissement_id.is_(None), Terrain.etablissement_id.in_(prives))
        condition: ColumnElement[bool] = (Terrain.titulaire_rpps == rpps) & lieu
    elif etablissement_id is not None:
        condition = Terrain.etablissement_id == etablissement_id
    else:
        return []
    requete = select(Terrain).where(or_(Terrain.actif & condition, Terrain.id == (choisi or 0)))
    trouves = list(await session.scalars(requete))
    return sorted(trouves, key=lambda t: (t.titulaire_rpps != rpps, replier(t.libelle), t.numero))


def intitule(formation: Formation) -> str:
    """« DES Allergologie », « FST Sommeil », « Option … »."""
    return f"{NATURES[formation.nature]} {formation.libelle}"
