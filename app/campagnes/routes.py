"""What the feature answers to."""

from app.campagnes.controllers import routes_calendrier
from app.campagnes.controllers_formulaire import routes_formulaire
from app.campagnes.controllers_prolongations import routes_prolongations

routes_campagnes = [*routes_calendrier, *routes_formulaire, *routes_prolongations]
