"""What the feature answers to."""

from app.avis import panneaux
from app.avis.controllers import cellule, complementaire, enregistrer, formulaire, reprendre
from app.avis.retours import annuler, retablir

__all__ = ("panneaux", "routes_avis")

routes_avis = [formulaire, enregistrer, cellule, reprendre, complementaire, annuler, retablir]
