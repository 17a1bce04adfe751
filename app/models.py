"""Every table, imported once, so that the metadata is whole for migrations and scripts."""

from app.agrements.models import Agrement
from app.avis.models import AvisCoordonnateur, AvisRepresentant, Decision
from app.campagnes.models import Campagne, CampagneFormation, CampagnePiece
from app.commission.models import Deport, Mandat, Note, Presence, Seance, SeanceFormation
from app.comptes.models import Fonction, Identite, Invitation, Personne, SessionWeb
from app.core.db import Base
from app.core.journal import Journal
from app.demandes.models import Demande, Ligne, Piece, Retour, Verification, VersionDossier
from app.referentiel.models import (
    Commune,
    Etablissement,
    Formation,
    Motif,
    Praticien,
    Subdivision,
    Terrain,
    TypeEtablissement,
    TypePiece,
)
from app.registres.models import (
    EvenementRegistre,
    ImportRegistre,
    Registre,
    RegistreActivite,
    RegistrePraticien,
    RegistreSite,
)
from app.tableau.models import Preference, VueEnregistree
from app.travaux.models import Travail

__all__ = [
    "Agrement",
    "AvisCoordonnateur",
    "AvisRepresentant",
    "Base",
    "Campagne",
    "CampagneFormation",
    "CampagnePiece",
    "Commune",
    "Decision",
    "Demande",
    "Deport",
    "Etablissement",
    "EvenementRegistre",
    "Fonction",
    "Formation",
    "Identite",
    "ImportRegistre",
    "Invitation",
    "Journal",
    "Ligne",
    "Mandat",
    "Motif",
    "Note",
    "Personne",
    "Piece",
    "Praticien",
    "Preference",
    "Presence",
    "Registre",
    "RegistreActivite",
    "RegistrePraticien",
    "RegistreSite",
    "Retour",
    "Seance",
    "SeanceFormation",
    "SessionWeb",
    "Subdivision",
    "Terrain",
    "Travail",
    "TypeEtablissement",
    "TypePiece",
    "Verification",
    "VersionDossier",
    "VueEnregistree",
]
