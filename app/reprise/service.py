"""Writes rows that were read: each demande once, with its line, its opinions, its decision, its trace."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from app.avis.models import AvisCoordonnateur, AvisRepresentant, Decision, Sens, Source
from app.campagnes.models import Campagne
from app.comptes.models import Personne
from app.core.journal import consigner, consigner_en_lot, maintenant
from app.core.texte import replier
from app.core.visibilite import Moment
from app.demandes.models import Choix, Demande
from app.demandes.mouvements import nouvelle_ligne, projection
from app.demandes.saisie.regles import type_de_tete
from app.demandes.statuts import MOMENT, OrigineRefus, Statut
from app.referentiel.service import etablissement_a_rapprocher, terrain_a_rapprocher
from app.reprise.models import DemandeReprise

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits
    from app.reprise.mots import Mots
    from app.reprise.regles import Lue

REPRISE: Final = "REPRISE"
ACTE: Final = "reprendre_demande"
PAS: Final = 25  # rows a transaction: a save waits for one of them at most
# No export says which of our reasons a refusal had; no list holds this one, so that nobody picks it.
MOTIF: Final = "Non repris"
MOTIF_LU: Final = "Motif non repris de l'outil précédent"


@dataclass(slots=True)
class Reprise:
    """What the rows of one file share: the tool that they come from, the year that they are filed under, who imports."""

    source: str
    annee: int
    mots: Mots
    par: Droits | None
    auteur: int = 0  # signs the judgements: the tool itself, which is nobody
    campagnes: dict[str, int] = field(default_factory=dict)


async def deja_reprises(session: AsyncSession, source: str, identifiants: Sequence[str]) -> set[str]:
    """Those that an earlier import took."""
    cle = (DemandeReprise.source == source, DemandeReprise.identifiant.in_(identifiants))
    return set(await session.scalars(select(DemandeReprise.identifiant).where(*cle)))


async def ecrire(session: AsyncSession, reprise: Reprise, lues: Sequence[Lue]) -> int:
    """Write those that are not there yet; how many. The caller holds the journal's lock, and commits."""
    deja = await deja_reprises(session, reprise.source, [x.identifiant for x in lues])
    neuves = [x for x in lues if x.identifiant not in deja]
    if not neuves:
        return 0
    await _preparer(session, reprise, neuves)
    quand, actes = maintenant(), []
    for x in neuves:
        demande = await _demande(session, reprise, x, quand)
        await _ligne(session, reprise, x, demande, quand)
        session.add(DemandeReprise(source=reprise.source, identifiant=x.identifiant, demande_id=demande.id))
        actes.append(_acte(reprise, x, demande, quand))
    await session.flush()
    await consigner_en_lot(session, actes)
    return len(neuves)


async def _preparer(session: AsyncSession, reprise: Reprise, neuves: Sequence[Lue]) -> None:
    if not reprise.auteur:
        qui = select(Personne.id).where(Personne.prenom == "Reprise", Personne.nom == reprise.source, Personne.rpps.is_(None))
        trouve = (await session.scalars(qui)).first()
        if trouve is None:
            outil = Personne(prenom="Reprise", nom=reprise.source, recherche=replier(f"Reprise {reprise.source}"))
            session.add(outil)
            await session.flush()
            trouve = outil.id
        reprise.auteur = trouve
    for subdivision in sorted({x.subdivision for x in neuves} - reprise.campagnes.keys()):
        reprise.campagnes[subdivision] = await _campagne(session, reprise, subdivision)


async def _campagne(session: AsyncSession, reprise: Reprise, subdivision: str) -> int:
    """The archive of a subdivision and a year: it opens no formation, so nobody files in it and it overlaps nothing."""
    libelle = f"Reprise {reprise.annee} ({reprise.source})"
    connue = select(Campagne.id).where(Campagne.subdivision == subdivision, Campagne.libelle == libelle)
    if (trouvee := (await session.scalars(connue)).first()) is not None:
        return trouvee
    fin = date(reprise.annee, 12, 31)
    campagne = Campagne(
        libelle=libelle, subdivision=subdivision, ouverture=date(reprise.annee, 1, 1), cloture_depot=fin,
        cloture_complements=fin, cloture_avis=fin, publication=fin, debut_agrements=date(reprise.annee + 1, 1, 1),
        notice="Archive : demandes reprises d'un outil précédent, avec le statut qu'elles y avaient.",
    )  # fmt: skip
    session.add(campagne)
    await session.flush()
    apres = {"libelle": libelle, "subdivision": subdivision}
    await consigner(session, "creer_campagne", par=reprise.par, sujet="campagne", sujet_id=campagne.id, apres=apres)
    return campagne.id


async def _lieu(session: AsyncSession, reprise: Reprise, x: Lue) -> dict[str, Any]:
    raison, ville, terrain = (x.textes[n] for n in ("etablissement", "ville", "terrain"))
    lieu: dict[str, Any] = {"saisie_raison_sociale": raison, "saisie_ville": ville, "saisie_terrain": terrain}
    cabinet = x.type_etablissement == "PRATICIEN"
    lieu["choix"] = Choix.CABINET if cabinet else Choix.ABSENT
    if raison and not cabinet:
        etablissement = await etablissement_a_rapprocher(session, raison, ville, x.type_etablissement, par=reprise.par)
        lieu["etablissement_id"] = etablissement.id
    if terrain and (cabinet or raison):
        trouve = await terrain_a_rapprocher(
            session, terrain, lieu.get("etablissement_id"), x.rpps, ville, par=reprise.par
        )  # fmt: skip
        lieu["terrain_id"] = trouve.id
    return lieu


async def _demande(session: AsyncSession, reprise: Reprise, x: Lue, quand: datetime) -> Demande:
    """The statut as it was; the moves' guards are not asked."""
    refus = {}
    if x.statut is Statut.REFUSE:
        origine = OrigineRefus.COMMISSION if x.decision else OrigineRefus.SCOLARITE
        refus = {"origine_refus": origine, "motif_refus": MOTIF_LU}
    depose = x.statut is not Statut.EN_SAISIE
    # No export says when: the day of the import is what we know.
    demande = Demande(
        campagne_id=reprise.campagnes[x.subdivision], subdivision=x.subdivision, rpps=x.rpps, prenom=x.textes["prenom"],
        nom=x.textes["nom"], type=x.type, statut=x.statut, origine=REPRISE, creee_le=quand,
        soumise_le=quand if depose else None, validee_le=quand if x.statut in {Statut.VALIDE_ADMIN, Statut.ACCEPTE} else None,
        **x.validations, **refus, **await _lieu(session, reprise, x),
    )  # fmt: skip
    session.add(demande)
    await session.flush()
    return demande


def moment(x: Lue) -> Moment:
    """Where its line stands for its readers: what a commission decided is published."""
    if x.statut is Statut.ACCEPTE or (x.statut is Statut.REFUSE and x.decision):
        return Moment.PUBLIEE
    return MOMENT[x.statut]


async def _ligne(session: AsyncSession, reprise: Reprise, x: Lue, demande: Demande, quand: datetime) -> None:
    tete = nouvelle_ligne(
        demande.id, 0, formation=x.formation, type=type_de_tete(x.type, reprise.mots.formations[x.formation]),
        phases=x.phases, moment=moment(x), **await projection(session, demande),
    )  # fmt: skip
    session.add(tete)
    await session.flush()
    commun = {"ligne_id": tete.id, "auteur_id": reprise.auteur, "quand": quand}
    for table, sens in ((AvisCoordonnateur, x.coord), (AvisRepresentant, x.rep)):
        if sens:
            session.add(table(sens=sens, motif=MOTIF if sens is Sens.REFUSE else None, **commun))
    if x.decision:
        decision = Decision(
            sens=x.decision, duree=x.duree, phases=x.phases, motif=MOTIF if x.decision is Sens.REFUSE else None,
            commentaire=x.commentaire, source=Source.SAISIE, avis_version=1 if x.coord else None, **commun,
        )  # fmt: skip
        session.add(decision)


def _acte(reprise: Reprise, x: Lue, demande: Demande, quand: datetime) -> dict[str, Any]:
    par = reprise.par
    return {
        "quand": quand, "auteur_id": par.personne_id if par else None, "auteur": par.nom_complet if par else "Agrément",
        "action": ACTE, "sujet": "demande", "sujet_id": demande.id, "demande_id": demande.id, "ligne_id": None, "avant": None,
        "apres": {"statut": x.statut, "source": reprise.source, "identifiant": x.identifiant}, "motif": None, "version": 1,
        "lot": None, "annule": None,
    }  # fmt: skip
