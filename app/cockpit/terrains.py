"""The list *Terrains*."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, String, case, cast, extract, func

from app.agrements.models import Agrement, StatutAgrement
from app.agrements.queries import portee
from app.cockpit.colonnes import agrements_en_vigueur, choix, compter, lien, nombre, ouvert, texte
from app.cockpit.perimetre import terrains_visibles
from app.core.templating import aujourdhui
from app.referentiel.models import Etablissement, Praticien, Terrain
from app.tableau.ordre import Chiffres
from app.tableau.requete import Requete, Source
from app.tableau.vue import Tableau

if TYPE_CHECKING:
    from datetime import date

    from app.core.access import Droits
    from app.tableau.colonnes import Colonne

TABLEAU = Tableau(
    "/terrains", "Terrains", "terrain", "Aucun terrain ne correspond à ces filtres.",
    "Aucun terrain dans vos subdivisions : ceux des demandes acceptées y viennent d'eux-mêmes.",
)  # fmt: skip
SOURCE = Source(
    base=Terrain,
    ordre=Terrain.id,
    compte=Terrain.id,
    jointures={
        "etablissement": (Etablissement, Etablissement.id == Terrain.etablissement_id),
        "titulaire": (Praticien, Praticien.rpps == Terrain.titulaire_rpps),
    },
    fixes={"id": Terrain.id, "ordre": Terrain.id, "numero": Terrain.numero},
)
_SITE, _PERSONNE = frozenset({"etablissement"}), frozenset({"titulaire"})
VILLE = func.coalesce(func.nullif(Terrain.ville, ""), Etablissement.ville)
# The numbers of those that were merged into it find it too.
NUMEROS = cast(Terrain.numero, String) + " " + Terrain.anciens


def _adresse(r: Any) -> str:
    return f"/terrains/{r.numero}"


def _titulaire(r: Any, _vue: Any, _lib: Any) -> str:
    if not r.titulaire_rpps:
        return '<span class="vide">—</span>'
    return lien(lambda x: f"/praticiens/{x.titulaire_rpps}", lambda x: _nom(x) or x.titulaire_rpps)(r, _vue, _lib)


def _nom(r: Any) -> str:
    return f"{r.titulaire_prenom} {r.titulaire_nom}" if r.titulaire_nom else ""


_STATIQUES = (
    texte("numero", "Numéro", Terrain.numero, tri=NUMEROS, rang=Chiffres(Terrain.numero), classe="chiffres",
          cellule=lien(_adresse, lambda r: r.numero)),
    texte("terrain", "Terrain", Terrain.libelle, cellule=lien(_adresse, lambda r: r.terrain)),
    texte("etablissement", "Etablissement", Etablissement.raison_sociale, sur=_SITE),
    texte("ville", "Ville", VILLE, sur=_SITE),
    texte("titulaire", "Titulaire", Praticien.recherche, tri=Praticien.recherche, sur=_PERSONNE, cellule=_titulaire,
          valeurs={"titulaire_rpps": Terrain.titulaire_rpps, "titulaire_nom": Praticien.nom,
                   "titulaire_prenom": Praticien.prenom}),
    choix("etat", "Etat", "etat_terrain", case((Terrain.a_rapprocher, "A_RAPPROCHER"), else_=ouvert(Terrain.actif))),
)  # fmt: skip


@lru_cache(maxsize=256)
def _colonnes(droits: Droits, le: date) -> dict[str, Colonne]:
    du_terrain = Agrement.terrain_id == Terrain.id
    annee = cast(func.max(extract("year", Agrement.debut)), Integer)
    decides = (portee(droits), Agrement.statut != StatutAgrement.PROPOSE)
    dernier = compter(annee, (du_terrain,), *decides, de=Terrain)
    *debut, etat = _STATIQUES
    toutes = (
        *debut,
        nombre("agrements", "Agréments en vigueur", "en_vigueur", agrements_en_vigueur(droits, le, du_terrain, de=Terrain)),
        texte("dernier", "Dernier agrément", dernier, tri=Chiffres(dernier), classe="chiffres"),
        etat,
    )
    return {c.code: c for c in toutes}


def colonnes(droits: Droits) -> dict[str, Colonne]:
    """Every column; what they count is what this person may read."""
    return _colonnes(droits.perimetre, aujourdhui())


def requete(droits: Droits) -> Requete:
    """The list, scoped; one that was merged is found under the one that took it in."""
    portee_ = terrains_visibles(droits.perimetre) & Terrain.fusionne_dans_id.is_(None)
    return Requete(SOURCE, colonnes(droits), droits, portee_, ecran=aujourdhui(), ordre="numero")
