"""Which columns of a Cockpit record each field of the table stands for, and what an imported register says of them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from app.demandes.statuts import Bloc
from app.registres.models import CodeRegistre

if TYPE_CHECKING:
    from app.demandes.rapprochement.faits import Faits

COLONNES: Final[dict[Bloc, dict[str, tuple[str, ...]]]] = {
    Bloc.RTS: {
        "nom": ("nom",), "prenom": ("prenom",), "profession": ("profession", "categorie"), "specialite": ("savoir_faire",),
    },
    Bloc.ETABLISSEMENT: {
        "siret": ("siret",), "raison": ("raison_sociale",), "commune": ("ville", "code_insee", "departement"),
        "voie": ("adresse",), "code_postal": ("code_postal",), "type": ("type_code",),
    },
}  # fmt: skip


def valeurs_du_registre(f: Faits, bloc: Bloc, champ: str = "") -> tuple[Any, dict[str, Any]]:
    """The record, and what the register says otherwise of it: of one field, or of all."""
    fiche, registre, code = (
        (f.praticien, f.au_rpps, CodeRegistre.RPPS) if bloc is Bloc.RTS else (f.lieu, f.site, CodeRegistre.FINESS)
    )
    champs = COLONNES.get(bloc, {})
    if fiche is None or registre is None or (champ and champ not in champs):
        return fiche, {}
    colonnes = champs[champ] if champ else [c for noms in champs.values() for c in noms]
    valeurs = {c: getattr(registre, c) for c in colonnes if getattr(registre, c) != getattr(fiche, c)}
    if valeurs and not champ:
        valeurs["registre_date"] = f.registres[code].date_registre
    return fiche, valeurs
