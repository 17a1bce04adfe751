"""The list *Praticiens*: read-only, what the register says and what they hold here."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from markupsafe import escape
from sqlalchemy import BigInteger, String, cast, func

from app.agrements.models import Agrement
from app.cockpit.colonnes import VIDE, agrements_en_vigueur, choix, compter, lien, nombre, ouvert, texte
from app.cockpit.perimetre import praticiens_visibles
from app.core.access import Droits, lisible_sql
from app.core.templating import aujourdhui
from app.core.visibilite import Objet
from app.demandes.models import Ligne
from app.referentiel.models import Praticien
from app.tableau.colonnes import Colonne, Filtre
from app.tableau.ordre import Octets
from app.tableau.requete import Requete, Source
from app.tableau.vue import Tableau

if TYPE_CHECKING:
    from datetime import date

TABLEAU = Tableau(
    "/praticiens", "Praticiens", "praticien", "Aucun praticien ne correspond à ces filtres.",
    "Aucun praticien n'a de demande, d'agrément ni de terrain dans vos subdivisions.",
)  # fmt: skip
NUMERO = cast(Praticien.rpps, BigInteger)
SOURCE = Source(
    base=Praticien, ordre=NUMERO, compte=Praticien.rpps, jointures={}, fixes={"id": NUMERO, "ordre": NUMERO}
)  # fmt: skip


def _qualifications(r: Any, _vue: Any, lib: Any) -> str:
    return str(escape(", ".join(lib.de("savoir_faire", code) for code in r.qualifications or ()))) or VIDE


_STATIQUES = (
    texte("rpps", "RPPS", Praticien.rpps, tri=Praticien.rpps, classe="chiffres",
          cellule=lien(lambda r: f"/praticiens/{r.rpps}", lambda r: r.rpps)),
    texte("personne", "Prénom Nom", Praticien.nom, tri=Praticien.recherche,
          valeurs={"rpps": Praticien.rpps, "nom": Praticien.nom, "prenom": Praticien.prenom},
          cellule=lien(lambda r: f"/praticiens/{r.rpps}", lambda r: f"{r.prenom} {r.nom}")),
    choix("etat", "Etat", "presence", ouvert(Praticien.actif)),
)  # fmt: skip


@lru_cache(maxsize=256)
def _colonnes(droits: Droits, le: date) -> dict[str, Colonne]:
    siens = (Ligne.rpps == Praticien.rpps, lisible_sql(droits, Objet.LIGNE, Ligne))
    demandes = compter(func.count(Ligne.demande_id.distinct()), siens, de=Praticien)
    *qui, etat = _STATIQUES
    toutes = (
        *qui,
        _qualification(),
        nombre("agrements", "Agréments en vigueur", "en_vigueur",
               agrements_en_vigueur(droits, le, Agrement.rpps == Praticien.rpps, de=Praticien)),
        nombre("demandes", "Demandes", "demandes", demandes),
        etat,
    )  # fmt: skip
    return {c.code: c for c in toutes}


def _qualification() -> Colonne:
    codes = cast(Praticien.savoir_faire, String)

    def condition(voulu: str) -> Any:
        return codes.contains(f'"{voulu}"', autoescape=True)

    return Colonne("qualification", "Qualifications", {"qualifications": Praticien.savoir_faire}, _qualifications,
                   Filtre.CHOIX, codes, choix="savoir_faire", condition=condition, rang=Octets(codes))  # fmt: skip


def colonnes(droits: Droits) -> dict[str, Colonne]:
    """Every column; what they count is what this person may read."""
    return _colonnes(droits.perimetre, aujourdhui())


def requete(droits: Droits) -> Requete:
    """The list, scoped."""
    portee = praticiens_visibles(droits.perimetre)
    return Requete(SOURCE, colonnes(droits), droits, portee, ecran=aujourdhui(), ordre="personne")
