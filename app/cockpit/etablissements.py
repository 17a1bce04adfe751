"""The list *Etablissements*: those of the register, and the local ones."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import case, func

from app.agrements.models import Agrement
from app.cockpit.colonnes import agrements_en_vigueur, chiffres, choix, compter, lien, nombre, ouvert, texte
from app.cockpit.perimetre import etablissements_visibles, terrains_visibles
from app.core.templating import aujourdhui
from app.referentiel.models import Etablissement, Origine, Terrain, TypeEtablissement
from app.tableau.colonnes import Colonne, Filtre
from app.tableau.ordre import Octets, par_libelle
from app.tableau.requete import Requete, Source
from app.tableau.vue import Tableau

if TYPE_CHECKING:
    from datetime import date

    from app.core.access import Droits

TABLEAU = Tableau(
    "/etablissements", "Etablissements", "établissement", "Aucun établissement ne correspond à ces filtres.",
    "Aucun établissement : importez le registre FINESS.",
)  # fmt: skip
TYPE = func.coalesce(Etablissement.type_impose, Etablissement.type_code)
ORIGINE = case(
    (Etablissement.origine == Origine.REGISTRE, "REGISTRE"),
    (Etablissement.remplace_par_id.is_not(None), "RAPPROCHE"),
    (Etablissement.a_rapprocher, "A_RAPPROCHER"),
    else_="LOCAL",
)
_TYPES = par_libelle(TypeEtablissement)
SOURCE = Source(
    base=Etablissement,
    ordre=Etablissement.id,
    compte=Etablissement.id,
    jointures={"par_type": (_TYPES, _TYPES.c.code == TYPE)},
    fixes={"id": Etablissement.id, "ordre": Etablissement.id},
)

_STATIQUES = (
    texte("etablissement", "Etablissement", Etablissement.raison_sociale,
          cellule=lien(lambda r: f"/etablissements/{r.id}", lambda r: r.etablissement)),
    Colonne("type", "Type", {"type": TYPE}, lambda r, _vue, lib: lib.de("type_etablissement", r.type), Filtre.CHOIX, TYPE,
            choix="type_etablissement", rang=Octets(func.coalesce(_TYPES.c.cle, "")), sur_rang=frozenset({"par_type"})),
    texte("ville", "Ville", Etablissement.ville),
    chiffres("finess", "FINESS", Etablissement.finess),
    chiffres("siret", "SIRET", Etablissement.siret),
    choix("origine", "Origine", "origine", ORIGINE),
    choix("etat", "Etat", "ouverture", ouvert(Etablissement.actif)),
)  # fmt: skip


@lru_cache(maxsize=256)
def _colonnes(droits: Droits, le: date) -> dict[str, Colonne]:
    du_site = (Agrement.terrain_id == Terrain.id, Terrain.etablissement_id == Etablissement.id)
    vus = (terrains_visibles(droits), Terrain.fusionne_dans_id.is_(None))
    terrains = compter(func.count(Terrain.id), (Terrain.etablissement_id == Etablissement.id,), *vus, de=Etablissement)
    toutes = (
        *_STATIQUES,
        nombre("terrains", "Terrains", "terrains", terrains),
        nombre("agrements", "Agréments en vigueur", "en_vigueur",
               agrements_en_vigueur(droits, le, *du_site, de=Etablissement)),
    )  # fmt: skip
    return {c.code: c for c in toutes}


def colonnes(droits: Droits) -> dict[str, Colonne]:
    """Every column; what they count is what this person may read."""
    return _colonnes(droits.perimetre, aujourdhui())


def requete(droits: Droits) -> Requete:
    """The list, scoped."""
    portee = etablissements_visibles(droits.perimetre)
    return Requete(SOURCE, colonnes(droits), droits, portee, ecran=aujourdhui(), ordre="etablissement")
