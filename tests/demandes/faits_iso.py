"""A dossier that equals its registers in everything, to change one thing of it: Nadia, at Hautepierre."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from app.demandes.models import Choix
from app.demandes.rapprochement.faits import Faits
from app.referentiel.models import Origine
from tests.demandes.conftest import NADIA

if TYPE_CHECKING:
    from app.registres.models import CodeRegistre

JOUR = date(2026, 11, 28)
HIER = JOUR - timedelta(days=1)
FINESS = "670783273"


def praticien(**autres: Any) -> SimpleNamespace:
    """Nadia in the Cockpit, or in the register."""
    fixe = {
        "rpps": NADIA, "nom": "TURCKHEIM", "prenom": "NADIA", "profession": "10", "categorie": "C",
        "savoir_faire": ["SM57"], "actif": True, "registre_date": HIER,
    }  # fmt: skip
    return SimpleNamespace(**(fixe | autres))


def lieu(**autres: Any) -> SimpleNamespace:
    """Hautepierre in the Cockpit, or in the register."""
    fixe = {
        "id": 7, "finess": FINESS, "siret": "26670057400095", "raison_sociale": "HOPITAL DE HAUTEPIERRE", "raison_longue": "",
        "type_code": "CHU", "adresse": "1 AV MOLIERE", "code_postal": "67200", "ville": "Strasbourg", "code_insee": "67482",
        "origine": Origine.REGISTRE, "registre": "FINESS (SAE 2023)", "registre_date": HIER, "actif": True, "ouvert": True,
    }  # fmt: skip
    return SimpleNamespace(**(fixe | autres))


def terrain(**autres: Any) -> SimpleNamespace:
    """Her unit."""
    fixe = {
        "numero": 41, "libelle": "Unité d'allergologie", "etablissement_id": 7, "actif": True, "adresse": "", "ville": "",
        "titulaire_rpps": NADIA,
    }  # fmt: skip
    return SimpleNamespace(**(fixe | autres))


def demande(**autres: Any) -> SimpleNamespace:
    """Picked in the register, everything of it."""
    fixe = {
        "rpps": NADIA, "nom": "Turckheim", "prenom": "Nadia", "email": "n@exemple.fr", "telephone": "03 88 00 00 00",
        "choix": Choix.REGISTRE, "etablissement_id": 7, "saisie_siret": "", "saisie_raison_sociale": "",
        "saisie_adresse": "", "saisie_code_postal": "", "saisie_ville": "", "terrain_id": 3, "saisie_terrain": "",
    }  # fmt: skip
    return SimpleNamespace(**(fixe | autres))


def typee(**autres: Any) -> SimpleNamespace:
    """The same place, typed."""
    fixe = {
        "choix": Choix.ABSENT, "etablissement_id": None, "saisie_siret": "26670057400095",
        "saisie_raison_sociale": "Hôpital de Hautepierre", "saisie_adresse": "1 avenue Molière",
        "saisie_code_postal": "67200", "saisie_ville": "Strasbourg",
    }  # fmt: skip
    return demande(**(fixe | autres))


def registres(*codes: CodeRegistre, jour: date = HIER) -> dict[CodeRegistre, Any]:
    """What was imported."""
    return {code: SimpleNamespace(code=code, date_registre=jour) for code in codes}


def faits(**autres: Any) -> Faits:
    """Nothing was imported: the Cockpit's records are the Open Data."""
    formation = SimpleNamespace(code="ALLERGO", libelle="Allergologie", filiere="medecine", savoir_faire=["SM57"])
    fixe: dict[str, Any] = {
        "demande": demande(), "principal": True, "formation": formation, "voie_bloquante": True, "jour": JOUR,
        "praticien": praticien(), "lieux": [lieu()], "insee": "67482", "terrain": terrain(),
    }  # fmt: skip
    return Faits(**(fixe | autres))
