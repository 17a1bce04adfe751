"""What the scolarité does of a difference, besides validating: check again, link a record, take the register's value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.core.errors import Interdit
from app.core.journal import consigner, prendre_la_main
from app.demandes.mouvements import exiger_version, ligne_de_tete, modifier, reprojeter_site
from app.demandes.permissions import impossible, peut
from app.demandes.rapprochement.blocs import comparer_faits
from app.demandes.rapprochement.candidats import (
    ETABLISSEMENT_D_ABORD,
    REGARDEZ,
    ARegarder,
    etablissements_a_voir,
    locale,
    siens,
    situee,
    terrains_a_voir,
)
from app.demandes.rapprochement.faits import lire_faits
from app.demandes.rapprochement.models import Cause
from app.demandes.rapprochement.reprises import valeurs_du_registre
from app.demandes.rapprochement.traces import noter
from app.demandes.saisie.comparaison import HUMAINES, Blocs, comparer, etat_machine
from app.demandes.statuts import Action, Bloc
from app.demandes.traitement_service import valider_bloc
from app.referentiel import service as referentiel
from app.referentiel.models import Etablissement, Terrain

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits
    from app.demandes.models import Demande

CREEE = "Fiche créée au Cockpit."
RIEN_A_REPRENDRE = "Le registre ne dit rien d'autre que le Cockpit : il n'y a rien à reprendre."


async def _ouvrir(session: AsyncSession, demande: Demande, *, version: int, par: Droits) -> None:
    """The first steps of each act.

    Raises:
        Interdit: not this person's, or no longer.
        Conflit: the dossier has changed since it was read.
    """
    await prendre_la_main(session)
    exiger_version(demande, version)
    tete = await ligne_de_tete(session, demande.id)
    if not peut(par, Action.VALIDER_BLOC, tete):
        raise Interdit(impossible(Action.VALIDER_BLOC, tete))


async def _recalculer(
    session: AsyncSession, demande: Demande, *, reouverts: frozenset[Bloc] = frozenset()
) -> tuple[Blocs, dict[str, Any], dict[str, Any]]:
    """The comparisons now, and the states that they change; what a person decided stays, but for *reouverts*."""
    blocs = await comparer(session, demande)
    avant, apres = {}, {}
    for bloc, c in blocs.items():
        champ = f"validation_{bloc}"
        actuel, nouveau = getattr(demande, champ), etat_machine(c)
        if (actuel not in HUMAINES or bloc in reouverts) and actuel is not nouveau:
            avant[champ], apres[champ] = actuel, nouveau
    return blocs, avant, apres


async def verifier(session: AsyncSession, demande: Demande, *, version: int, par: Droits) -> None:
    """*Vérifier maintenant*: the rule again, on what the records say now.

    Raises:
        Interdit, Conflit: see `_ouvrir`.
    """
    await _ouvrir(session, demande, version=version, par=par)
    blocs, avant, apres = await _recalculer(session, demande)
    if apres:
        await modifier(session, demande, version=version, **apres)
    noter(session, demande, blocs, cause=Cause.VERIFICATION, auteur=par.nom_complet)
    await _consigner(session, "verifier", demande, par=par, avant=avant, apres=apres)


async def rattacher(session: AsyncSession, demande: Demande, bloc: Bloc, fiche_id: int, *, version: int, par: Droits) -> None:
    """Say which record of the Cockpit the demande is about; what was decided of another one is undone.

    Raises:
        Interdit: no such record, or not where the demande is.
        Conflit: see `_ouvrir`.
    """
    await _ouvrir(session, demande, version=version, par=par)
    await _lier(session, demande, bloc, fiche_id, version=version, par=par)


async def creer_terrain(session: AsyncSession, demande: Demande, *, vus: AbstractSet[str], version: int, par: Droits) -> None:
    """The terrain that the demande names takes a number in the Cockpit, is the demande's, and is validated by hand.

    Raises:
        ARegarder: one that nobody has looked at (*vus*) is there; a colleague may have created it this instant.
        Interdit: it has its terrain, or nobody knows yet where it is.
        Conflit: see `_ouvrir`.
    """
    await _ouvrir(session, demande, version=version, par=par)
    if demande.terrain_id is not None or not situee(demande):
        raise Interdit("Cette demande a déjà son terrain." if demande.terrain_id else ETABLISSEMENT_D_ABORD)
    await modifier(session, demande, version=version)  # from here on nobody else writes: what is read next holds
    lieu = await session.get(Etablissement, demande.etablissement_id) if demande.etablissement_id else None
    if lieu is not None and not lieu.actif:
        raise Interdit("Cet établissement est fermé : il n'a pas de nouveau terrain.")
    if {str(t.id) for t in await terrains_a_voir(session, demande)} - vus:
        raise ARegarder(f"Un terrain {REGARDEZ}")
    cree = await referentiel.creer_terrain(session, **demande.terrain_nomme, subdivision=demande.subdivision, par=par)
    await _creee(session, demande, Bloc.TERRAIN, cree.id, par=par)


async def creer_etablissement(
    session: AsyncSession, demande: Demande, *, type_: str, vus: AbstractSet[str], version: int, par: Droits
) -> None:
    """The place that no register has becomes a local record of the Cockpit, is the demande's, and is validated by hand.

    Raises:
        ARegarder: see `creer_terrain`; or a record already has its SIRET.
        Interdit: it has its establishment, or is not said to be in no register.
        Erreur: its SIRET is none.
        Conflit: see `_ouvrir`.
    """
    await _ouvrir(session, demande, version=version, par=par)
    if not locale(demande):
        raise Interdit("Cette demande a son établissement, ou ne dit pas qu'il est absent du registre.")
    await modifier(session, demande, version=version)  # as above
    f = await lire_faits(session, demande)
    if f.lieux:
        raise ARegarder("Une fiche du Cockpit a déjà ce SIRET : rattachez-lui la demande.")
    if {str(e.id) for e in await etablissements_a_voir(session, f)} - vus:
        raise ARegarder(f"Un établissement {REGARDEZ}")
    cree = await referentiel.creer_etablissement_local(
        session, siret=demande.saisie_siret, raison_sociale=demande.saisie_raison_sociale, adresse=demande.saisie_adresse,
        code_postal=demande.saisie_code_postal, ville=demande.saisie_ville, type_code=type_, par=par,
    )  # fmt: skip
    await _creee(session, demande, Bloc.ETABLISSEMENT, cree.id, par=par)


async def _creee(session: AsyncSession, demande: Demande, bloc: Bloc, fiche_id: int, *, par: Droits) -> None:
    """Whoever makes a record of what the demande says has validated it: comparing the two would prove nothing."""
    await _lier(session, demande, bloc, fiche_id, version=demande.version, par=par)
    await valider_bloc(session, demande, bloc, valide=True, motif=CREEE, version=demande.version, par=par)


async def _lier(session: AsyncSession, demande: Demande, bloc: Bloc, fiche_id: int, *, version: int, par: Droits) -> None:
    valeurs = await _fiche(session, demande, bloc, fiche_id)
    avant = {champ: getattr(demande, champ) for champ in valeurs}
    await modifier(session, demande, version=version, **valeurs)
    touches = frozenset({bloc} | ({Bloc.TERRAIN} if "terrain_id" in valeurs else set()))
    blocs, avant_etats, apres = await _recalculer(session, demande, reouverts=touches)
    if apres:
        await modifier(session, demande, version=demande.version, **apres)
    noter(session, demande, blocs, cause=Cause.RATTACHEMENT, auteur=par.nom_complet)
    await _consigner(
        session, "rattacher", demande, par=par, avant=avant | avant_etats,
        apres=valeurs | {"rattache": await _nom_de(session, bloc, fiche_id)} | apres,
    )  # fmt: skip


async def _fiche(session: AsyncSession, demande: Demande, bloc: Bloc, fiche_id: int) -> dict[str, Any]:
    if bloc is Bloc.ETABLISSEMENT:
        lieu = await session.get(Etablissement, fiche_id)
        if lieu is None or not lieu.actif:
            raise Interdit("Cet établissement n'est pas, ou plus, au Cockpit.")
        terrain = await session.get(Terrain, demande.terrain_id) if demande.terrain_id else None
        parti = terrain is not None and terrain.etablissement_id != fiche_id
        return {"etablissement_id": fiche_id} | ({"terrain_id": None} if parti else {})
    fiche = await session.get(Terrain, fiche_id) if bloc is Bloc.TERRAIN else None
    ailleurs = fiche is not None and fiche.etablissement_id != demande.etablissement_id
    sienne = select(Terrain.id).where(Terrain.id == fiche_id, siens(demande))
    if fiche is None or not fiche.actif or not (ailleurs or await session.scalar(sienne)):
        raise Interdit("Ce terrain n'est pas, ou plus, au Cockpit.")
    if ailleurs:
        raise Interdit("Ce terrain est celui d'un autre établissement : rattachez d'abord l'établissement.")
    return {"terrain_id": fiche_id}


async def _nom_de(session: AsyncSession, bloc: Bloc, fiche_id: int) -> str:
    if bloc is Bloc.ETABLISSEMENT:
        return (await session.get_one(Etablissement, fiche_id)).raison_sociale
    terrain = await session.get_one(Terrain, fiche_id)
    return f"n° {terrain.numero} {terrain.libelle}"


async def reprendre_registre(
    session: AsyncSession, demande: Demande, bloc: Bloc, champ: str, *, version: int, par: Droits
) -> None:
    """Take a field's value, or all of them, from the register into the Cockpit's record, then check again.

    Raises:
        Interdit: the register says nothing else; or see `_ouvrir`.
        Conflit: somebody wrote the record, or the dossier, since.
    """
    await _ouvrir(session, demande, version=version, par=par)
    fiche, valeurs = valeurs_du_registre(await lire_faits(session, demande), bloc, champ)
    if not valeurs:
        raise Interdit(RIEN_A_REPRENDRE)
    await referentiel.reprendre_du_registre(session, fiche, valeurs, demande_id=demande.id, par=par)
    if bloc is Bloc.ETABLISSEMENT:
        await reprojeter_site(session, fiche, par=par)
    blocs = comparer_faits(await lire_faits(session, demande))
    actuel, nouveau, nom = getattr(demande, f"validation_{bloc}"), etat_machine(blocs[bloc]), f"validation_{bloc}"
    change = actuel not in HUMAINES and actuel is not nouveau
    await modifier(session, demande, version=version, **({nom: nouveau} if change else {}))
    noter(session, demande, {bloc: blocs[bloc]}, cause=Cause.REPRISE, auteur=par.nom_complet)
    if change:
        await _consigner(session, "verifier", demande, par=par, avant={nom: actuel}, apres={nom: nouveau})


async def _consigner(session: AsyncSession, action: str, demande: Demande, *, par: Droits, **traces: Any) -> None:
    await consigner(session, action, par=par, sujet="demande", sujet_id=demande.id, demande_id=demande.id, **traces)
