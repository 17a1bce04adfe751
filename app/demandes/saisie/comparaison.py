"""The three automatic validations: what the dossier says against what the registers say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.demandes.models import Choix, Demande
from app.demandes.rapprochement.blocs import comparer_faits
from app.demandes.rapprochement.faits import lire_faits
from app.demandes.statuts import Bloc, Validation
from app.referentiel.comparaison import VERSION
from app.referentiel.table_iso import Comparaison

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

Blocs = dict[Bloc, Comparaison]
HUMAINES = frozenset({Validation.MANUEL, Validation.INVALIDE})


async def comparer(session: AsyncSession, demande: Demande) -> Blocs:
    """Every block, field by field."""
    return comparer_faits(await lire_faits(session, demande))


def figer(blocs: Blocs) -> dict[str, Any]:
    """The verdicts as a version keeps them."""
    return {"regle": VERSION} | {str(b): c.en_clair() for b, c in blocs.items()}


def donnees(bloc: Bloc, contenu: dict[str, Any], choix: Choix | None) -> tuple[Any, ...]:
    """What the RTS said in a block: as long as it is the same, a human validation stands."""
    if bloc is Bloc.RTS:
        return tuple(contenu.get(c) for c in ("rpps", "nom", "prenom", "formation"))
    choix_ = contenu.get("choix") or choix
    if bloc is Bloc.ETABLISSEMENT:
        if choix_ == Choix.REGISTRE:
            return (choix_, contenu.get("etablissement_id"))
        champs = ("saisie_siret", "saisie_raison_sociale", "saisie_adresse", "saisie_code_postal", "saisie_ville")
        return (choix_, *(contenu.get(c) for c in champs))
    lieu = donnees(Bloc.ETABLISSEMENT, contenu, choix)
    if contenu.get("saisie_terrain"):  # the same name elsewhere is another terrain
        return (contenu["saisie_terrain"], contenu.get("saisie_terrain_description"), *lieu)
    # A place that was typed is compared with that of the terrain.
    return (contenu.get("terrain_id"), *(() if choix_ == Choix.REGISTRE else lieu))


def validations(demande: Demande, blocs: Blocs, contenu: dict[str, Any], precedent: dict[str, Any] | None) -> dict[str, Any]:
    """The state of each block after a submission: AUTO where equal; a human one stays unless its data changed."""
    etats: dict[str, Any] = {}
    for bloc, comparaison in blocs.items():
        actuelle: Validation = getattr(demande, f"validation_{bloc}")
        pareil = precedent is not None and donnees(bloc, contenu, demande.choix) == donnees(bloc, precedent, demande.choix)
        etats[f"validation_{bloc}"] = actuelle if actuelle in HUMAINES and pareil else etat_machine(comparaison)
    return etats


def etat_machine(comparaison: Comparaison) -> Validation:
    """What a block is when no person has said."""
    return Validation.AUTO if comparaison.auto else Validation.NON_VALIDE
