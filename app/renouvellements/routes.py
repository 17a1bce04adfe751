"""What the feature answers to."""

from app.renouvellements import afaire  # noqa: F401 (its block)
from app.renouvellements.controllers import echeancier, renouvellements
from app.renouvellements.controllers_envois import routes_envois
from app.renouvellements.tableau_de_bord import routes_reponses

routes_renouvellements = [renouvellements, echeancier, *routes_envois, *routes_reponses]
