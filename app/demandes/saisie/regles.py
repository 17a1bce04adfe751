"""What a dossier needs before it is submitted, and when it may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import exists, or_, select

from app.agrements.models import Agrement, StatutAgrement, TypeAgrement
from app.campagnes.queries import dernier_jour_de_depot
from app.core.templating import jour
from app.core.visibilite import Moment
from app.demandes.fenetres import dans_les_jours
from app.demandes.models import Choix, Demande, Ligne
from app.demandes.pieces import champ_de, emplacements
from app.demandes.retours.reponses import attendues
from app.demandes.saisie.forms import courriel_plausible
from app.demandes.statuts import Action, Statut, TypeDemande, Validation
from app.referentiel.models import Nature
from app.referentiel.normalisation import siret_valide

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.campagnes.models import Campagne
    from app.demandes.models import Retour
    from app.demandes.saisie.contexte import Contexte
    from app.referentiel.models import Formation


SANS_REPONSE: Final = "une remarque de la scolarité attend, cochez « Fait » ou répondez."
HORS_LIEU: Final = ("saisie_siret", "saisie_raison_sociale", "saisie_adresse", "saisie_code_postal", "saisie_ville")


@dataclass(frozen=True, slots=True)
class Manque:
    """Something to complete: the field that it links to, what to do, and where to look."""

    champ: str
    message: str
    lien: str = ""


def type_de_tete(type_: TypeDemande, formation: Formation) -> TypeAgrement:
    """What the ligne de tête asks for."""
    if type_ in {TypeDemande.COMPLEMENT, TypeDemande.DEROGATION}:
        return TypeAgrement.COMPLEMENTAIRE
    return TypeAgrement.PRINCIPAL if formation.nature is Nature.DES else TypeAgrement.FONCTIONNEL


def phases_par_defaut(formation: Formation) -> str:
    """An option or a FST is accomplished in the phase d'approfondissement (tutorial, lexicon)."""
    return "" if formation.nature is Nature.DES else "A"


def fermeture(campagne: Campagne, retour: Retour | None, le: date, prolonge: date | None = None) -> str | None:
    """Why nothing may be submitted on the day *le*; None when it may. A returned dossier has its own deadline."""
    if dans_les_jours(Action.SOUMETTRE, campagne, le, prolonge=prolonge, echeance=retour.echeance if retour else None):
        return None
    if retour is not None:
        return f"Le délai accordé pour compléter ce dossier s'est terminé le {jour(retour.echeance)}. Contactez la scolarité."
    if le < campagne.ouverture:
        return f"Le dépôt des demandes ouvre le {jour(campagne.ouverture)}."
    dernier = jour(dernier_jour_de_depot(campagne, prolonge))
    return f"Le dépôt des demandes s'est terminé le {dernier}. Contactez la scolarité."


def peut_reprendre(campagne: Campagne, demande: Demande, le: date, prolonge: date | None = None) -> bool:
    """Whether the RTS may take back what he submitted: deposit open, nothing validated by hand."""
    etats = (demande.validation_rts, demande.validation_etablissement, demande.validation_terrain)
    intact = not {Validation.MANUEL, Validation.INVALIDE} & set(etats)
    return (
        demande.statut is Statut.EN_VALIDATION and intact and dans_les_jours(Action.REPRENDRE, campagne, le, prolonge=prolonge)
    )


def peut_supprimer(demande: Demande, retour: Retour | None) -> bool:
    """Whether the RTS may delete his draft: never submitted, or returned incomplete."""
    return demande.statut is Statut.EN_SAISIE and (demande.depots == 0 or retour is not None)


def champs_caches(demande: Demande) -> list[str]:
    """What the form does not show with these choices: whatever it held before is no part of the dossier."""
    lieu = {Choix.REGISTRE: HORS_LIEU, Choix.CABINET: ("saisie_siret",)}.get(demande.choix or Choix.ABSENT, ())
    return [*lieu, *([] if demande.type is TypeDemande.DEROGATION else ["justification"])]


async def manques(session: AsyncSession, c: Contexte) -> list[Manque]:
    """What keeps the demande from being submitted: what is missing, in the order of the form, then what contradicts."""
    return _trous(c) + await _incoherences(session, c)


def _trous(c: Contexte) -> list[Manque]:
    d = c.demande
    trous = [*_contact(d), *_lieu(d), *_terrain(d)]
    if not c.tete.phases:
        trous.append(Manque("phases", "Cochez au moins une phase."))
    if d.type is TypeDemande.DEROGATION and not d.justification.strip():
        trous.append(Manque("justification", "Justifiez la dérogation : pourquoi ce terrain n'a pas d'agrément principal."))
    if not d.capacite:
        trous.append(Manque("capacite", "Indiquez la capacité d'accueil (nombre d'internes)."))
    if not d.projet.strip():
        trous.append(Manque("projet", "Décrivez le projet pédagogique."))
    places = emplacements(c.demandees, c.pieces, d.choix)
    trous += [Manque(champ_de(e.type), f"Joignez la pièce obligatoire : {e.libelle}.") for e in places if e.manque]
    return trous + [Manque(f"remarque-{r.id}", SANS_REPONSE) for r in attendues(c.remarques) if not r.traitee]


def _contact(d: Demande) -> list[Manque]:
    if not d.email:
        return [Manque("email", "Indiquez votre adresse électronique : la scolarité vous répond par elle.")]
    if not courriel_plausible(d.email):
        return [Manque("email", "Cette adresse électronique est incomplète : attendu prenom.nom@exemple.fr.")]
    return []


def _lieu(d: Demande) -> list[Manque]:
    if d.choix is None:
        return [Manque("choix", "Indiquez où se trouve le terrain : établissement, cabinet, ou lieu absent du registre.")]
    if d.choix is Choix.REGISTRE:
        return [] if d.etablissement_id else [Manque("q", "Choisissez votre établissement dans le registre.")]
    if d.choix is Choix.ABSENT and d.saisie_siret:
        faux = Manque("saisie_siret", "Ce SIRET n'est pas valide : vérifiez ses 14 chiffres, ou effacez-le.")
        return [] if siret_valide(d.saisie_siret) else [faux]
    besoins = {"saisie_adresse": "l'adresse", "saisie_code_postal": "le code postal", "saisie_ville": "la ville"}
    if d.choix is Choix.ABSENT:
        besoins = {"saisie_raison_sociale": "le nom de l'établissement (ou son SIRET)"} | besoins
    trous = [Manque(champ, f"Indiquez {quoi}.") for champ, quoi in besoins.items() if not getattr(d, champ)]
    if d.saisie_code_postal and not (
        d.saisie_code_postal.isascii() and d.saisie_code_postal.isdecimal() and len(d.saisie_code_postal) == 5
    ):
        trous.append(Manque("saisie_code_postal", "Un code postal compte cinq chiffres."))
    return trous


def _terrain(d: Demande) -> list[Manque]:
    if d.terrain_id or d.saisie_terrain.strip():
        return []
    return [Manque("terrain", "Choisissez le terrain dans la liste, ou nommez-le.")]


async def _incoherences(session: AsyncSession, c: Contexte) -> list[Manque]:
    """What the database forbids: a duplicate, a complement without its principal."""
    trous = []
    if autre := await doublon(session, c.demande, c.tete):
        trous.append(
            Manque(
                "terrain",
                f"La demande n° {autre} porte déjà sur ce terrain et cette formation dans cette campagne.",
                f"/demandes/{autre}",
            )
        )
    if c.demande.type is TypeDemande.COMPLEMENT and not await principal_connu(session, c.demande):
        texte = "Ce terrain n'a pas d'agrément principal à votre nom : choisissez « Dérogation » et justifiez-la."
        trous.append(Manque("type", texte))
    return trous


async def doublon(session: AsyncSession, demande: Demande, tete: Ligne) -> int | None:
    """Another open demande of the same RTS for the same terrain and formation in this campaign."""
    # A refusal that is not published yet is still an open demande for whoever files.
    ouverte = or_(
        Demande.statut.in_((Statut.EN_VALIDATION, Statut.VALIDE_ADMIN, Statut.ACCEPTE)),
        (Demande.statut == Statut.EN_SAISIE) & (Demande.depots > 0),
        (Demande.statut == Statut.REFUSE) & (Ligne.moment == Moment.CLOSE),
    )
    # A terrain may be named in one demande and picked in the other; two that are picked are told apart by their number.
    nom = (
        (Ligne.tri_terrain == tete.tri_terrain)
        & (Ligne.tri_etablissement == tete.tri_etablissement)
        & (Ligne.tri_ville == tete.tri_ville)
    )
    meme = nom
    if demande.terrain_id:
        meme = (Demande.terrain_id == demande.terrain_id) | (Demande.terrain_id.is_(None) & nom)
    requete = (
        select(Demande.id)
        .join(Ligne, (Ligne.demande_id == Demande.id) & (Ligne.rang == 0))
        .where(Demande.rpps == demande.rpps, Demande.campagne_id == demande.campagne_id, Demande.id != demande.id)
        .where(Demande.supprimee_le.is_(None), Ligne.formation == tete.formation, ouverte, meme)
        .order_by(Demande.id)
    )
    return (await session.scalars(requete)).first()


async def principal_connu(session: AsyncSession, demande: Demande) -> bool:
    """Whether the RTS holds, or asks for, a principal agrément on this terrain (arrêté du 12 avril 2017, art. 32)."""
    if not demande.terrain_id:
        return False
    tenu = exists().where(
        Agrement.rpps == demande.rpps,
        Agrement.terrain_id == demande.terrain_id,
        Agrement.type == TypeAgrement.PRINCIPAL,
        Agrement.statut == StatutAgrement.ACTIF,
    )
    demandee = exists().where(
        Demande.id == Ligne.demande_id,
        Demande.rpps == demande.rpps,
        Demande.terrain_id == demande.terrain_id,
        # Decided and not published yet is, for whoever files, still under examination.
        Demande.statut.in_((Statut.EN_VALIDATION, Statut.VALIDE_ADMIN, Statut.ACCEPTE)) | (Ligne.moment == Moment.CLOSE),
        Demande.supprimee_le.is_(None),
        Ligne.type == TypeAgrement.PRINCIPAL,
    )
    return bool(await session.scalar(select(or_(tenu, demandee))))


async def agrement_en_cours(session: AsyncSession, demande: Demande, formation: str, campagne: Campagne) -> Agrement | None:
    """An agrément of this RTS for this terrain and formation that outlasts the start of the campaign's: told, not refused."""
    if not demande.terrain_id or demande.type is TypeDemande.EXTENSION_PHASE:
        return None
    requete = select(Agrement).where(
        Agrement.rpps == demande.rpps,
        Agrement.terrain_id == demande.terrain_id,
        Agrement.formation == formation,
        Agrement.statut == StatutAgrement.ACTIF,
        Agrement.fin >= campagne.debut_agrements,
    )
    return (await session.scalars(requete.order_by(Agrement.fin.desc()))).first()
