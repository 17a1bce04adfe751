"""The three automatic validations: what the dossier says against what the registers say."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from app.demandes.models import Choix, Demande
from app.demandes.statuts import Bloc, Validation
from app.referentiel import comparaison as iso
from app.referentiel import queries as referentiel
from app.referentiel.models import Etablissement, Terrain

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

Blocs = dict[Bloc, list[iso.Ligne]]
HUMAINES = frozenset({Validation.MANUEL, Validation.INVALIDE})


async def comparer(session: AsyncSession, demande: Demande) -> Blocs:
    """Every block, field by field."""
    return {
        Bloc.RTS: await _rts(session, demande),
        Bloc.ETABLISSEMENT: await _etablissement(session, demande),
        Bloc.TERRAIN: await _terrain(session, demande),
    }


async def _rts(session: AsyncSession, demande: Demande) -> list[iso.Ligne]:
    connu = await referentiel.praticien_actif(session, demande.rpps)
    return iso.comparer_rts(
        rpps=(demande.rpps, connu.rpps if connu else None),
        nom=(demande.nom, connu.nom if connu else None),
        prenom=(demande.prenom, connu.prenom if connu else None),
    )


async def _etablissement(session: AsyncSession, demande: Demande) -> list[iso.Ligne]:
    if demande.choix is Choix.REGISTRE:
        lieu = await session.get(Etablissement, demande.etablissement_id) if demande.etablissement_id else None
        lieu = lieu if lieu and lieu.actif else None
        # What was picked from a register is equal to it.
        return _comparer_lieux(lieu, lieu)
    connus = await referentiel.etablissements_de_siret(session, demande.saisie_siret) if demande.saisie_siret else []
    commune = await referentiel.commune_de(session, demande.saisie_code_postal, demande.saisie_ville)
    saisi = Etablissement(
        siret=demande.saisie_siret or None,
        raison_sociale=demande.saisie_raison_sociale,
        ville=demande.saisie_ville,
        code_insee=commune.code if commune else "",
    )
    return _comparer_lieux(saisi, connus[0] if len(connus) == 1 else None)


def _comparer_lieux(saisi: Etablissement | None, connu: Etablissement | None) -> list[iso.Ligne]:
    def paire(champ: str) -> tuple[str | None, str | None]:
        return getattr(saisi, champ, None) or None, getattr(connu, champ, None) or None

    # Nobody types a FINESS: it compares only where a place of the register was picked.
    finess = paire("finess") if saisi is connu else (None, None)
    return iso.comparer_etablissement(
        finess=finess, siret=paire("siret"), raison=paire("raison_sociale"), insee=paire("code_insee"), ville=paire("ville")
    )


async def _terrain(session: AsyncSession, demande: Demande) -> list[iso.Ligne]:
    terrain = await session.get(Terrain, demande.terrain_id) if demande.terrain_id else None
    bon = terrain is not None and terrain.actif and terrain.etablissement_id == demande.etablissement_id
    return iso.comparer_terrain(numero=(terrain.numero if terrain else None, terrain.numero if terrain and bon else None))


def figer(blocs: Blocs) -> dict[str, Any]:
    """The verdicts as a version keeps them."""
    return {"regle": iso.VERSION} | {str(b): [asdict(ligne) for ligne in lignes] for b, lignes in blocs.items()}


def donnees(bloc: Bloc, contenu: dict[str, Any], choix: Choix | None) -> tuple[Any, ...]:
    """What the RTS said in a block: as long as it is the same, a human validation stands."""
    if bloc is Bloc.RTS:
        return tuple(contenu.get(c) for c in ("rpps", "nom", "prenom"))
    choix_ = contenu.get("choix") or choix
    if bloc is Bloc.ETABLISSEMENT:
        if choix_ == Choix.REGISTRE:
            return (choix_, contenu.get("etablissement_id"))
        champs = ("saisie_siret", "saisie_raison_sociale", "saisie_adresse", "saisie_code_postal", "saisie_ville")
        return (choix_, *(contenu.get(c) for c in champs))
    if contenu.get("saisie_terrain"):  # the same name elsewhere is another terrain
        lieu = donnees(Bloc.ETABLISSEMENT, contenu, choix)
        return (contenu["saisie_terrain"], contenu.get("saisie_terrain_description"), *lieu)
    return (contenu.get("terrain_id"),)


def validations(demande: Demande, blocs: Blocs, contenu: dict[str, Any], precedent: dict[str, Any] | None) -> dict[str, Any]:
    """The state of each block after a submission: AUTO where equal; a human one stays unless its data changed."""
    etats: dict[str, Any] = {}
    for bloc, lignes in blocs.items():
        champ = f"validation_{bloc}"
        actuelle: Validation = getattr(demande, champ)
        pareil = precedent is not None and donnees(bloc, contenu, demande.choix) == donnees(bloc, precedent, demande.choix)
        if actuelle in HUMAINES and pareil:
            etats[champ] = actuelle
        else:
            etats[champ] = Validation.AUTO if iso.auto(lignes) else Validation.NON_VALIDE
    return etats
