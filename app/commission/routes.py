"""What the feature answers to."""

from app.commission import controllers as c
from app.commission.direct import direct_seance

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
    direct_seance,
]
