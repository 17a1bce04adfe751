"""What the feature answers to."""

from app.commission import controllers as c
from app.commission import panneaux
from app.commission.controllers_conduite import routes_conduite
from app.commission.controllers_lignes import routes_lignes
from app.commission.direct import direct_seance

__all__ = ("panneaux", "routes_commission")

routes_commission = [
    c.seances,
    c.nouvelle,
    c.planifier,
    c.seance,
    c.modification,
    c.modifier,
    c.ouverture,
    c.ouvrir,
    c.cloture,
    c.clore,
    c.publier,
    c.rouvrir,
    *routes_conduite,
    *routes_lignes,
    direct_seance,
]
