"""Every table, imported once, so that the metadata is whole for migrations and scripts."""

from app.agrements.models import Agrement
from app.avis.models import AvisCoordonnateur, AvisRepresentant, Decision
from app.campagnes.models import Campagne, CampagneFormation, CampagneMotif, CampagnePiece, Prolongation
from app.cockpit.models import FusionTerrain
from app.commission.models import Deport, Mandat, Note, Presence, Seance, SeanceFormation
from app.comptes.models import Fonction, Identite, Invitation, Personne, SessionWeb
from app.core.db import Base
from app.core.journal import Journal
from app.demandes.models import Demande, Ligne, Piece, RapportVisite, Retour, VersionDossier
from app.demandes.rapprochement.models import Verification
from app.demandes.retours.models import PreparationRetour, Remarque
from app.notifications.models import Courriel, Envoi, Facteur, Notification
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
from app.renouvellements.models import AgrementInvite, InvitationRenouvellement
from app.reprise.models import DemandeReprise
from app.tableau.models import Preference, VueEnregistree
from app.travaux.models import Travail

__all__ = [
    "Agrement",
    "AgrementInvite",
    "AvisCoordonnateur",
    "AvisRepresentant",
    "Base",
    "Campagne",
    "CampagneFormation",
    "CampagneMotif",
    "CampagnePiece",
    "Commune",
    "Courriel",
    "Decision",
    "Demande",
    "DemandeReprise",
    "Deport",
    "Envoi",
    "Etablissement",
    "EvenementRegistre",
    "Facteur",
    "Fonction",
    "Formation",
    "FusionTerrain",
    "Identite",
    "ImportRegistre",
    "Invitation",
    "InvitationRenouvellement",
    "Journal",
    "Ligne",
    "Mandat",
    "Motif",
    "Note",
    "Notification",
    "Personne",
    "Piece",
    "Praticien",
    "Preference",
    "PreparationRetour",
    "Presence",
    "Prolongation",
    "RapportVisite",
    "Registre",
    "RegistreActivite",
    "RegistrePraticien",
    "RegistreSite",
    "Remarque",
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
