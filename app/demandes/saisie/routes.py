"""What the feature answers to."""

from app.demandes.saisie import controllers, creation, pieces

routes_saisie = [
    creation.nouvelle,
    creation.creer,
    controllers.saisie,
    controllers.etablissements,
    controllers.enregistrer,
    controllers.soumettre,
    controllers.confirmer_suppression,
    controllers.supprimer,
    controllers.reprendre,
    pieces.servir_piece,
]
