"""What the feature answers to."""

from app.lots.controllers import annulation, apercu, compte_concordants, creer, lot, nouveau

routes_lots = [nouveau, apercu, creer, lot, annulation, compte_concordants]
