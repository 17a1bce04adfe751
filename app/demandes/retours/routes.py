"""What the loop answers to."""

from app.demandes.retours.controllers import routes_retours as actes
from app.demandes.retours.direct import direct_saisie

routes_retours = [*actes, direct_saisie]
