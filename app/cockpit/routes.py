"""What the feature answers to."""

from app.cockpit import afaire  # noqa: F401 (its block)
from app.cockpit.controllers import routes_listes
from app.cockpit.controllers_etablissements import routes_etablissements
from app.cockpit.controllers_evenements import routes_evenements
from app.cockpit.controllers_fusion import routes_fusion
from app.cockpit.controllers_terrains import routes_terrains

routes_cockpit = [*routes_listes, *routes_terrains, *routes_fusion, *routes_etablissements, *routes_evenements]
