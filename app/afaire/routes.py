"""What the feature answers to."""

from app.afaire import retours  # noqa: F401 (its blocks)
from app.afaire.controllers import a_faire, direct_a_faire

routes_afaire = [a_faire, direct_a_faire]
