"""Every feature's handlers, in one list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.afaire.routes import routes_afaire
from app.agrements.routes import routes_agrements
from app.avis.routes import routes_avis
from app.campagnes.routes import routes_campagnes
from app.cockpit.routes import routes_cockpit
from app.commission.routes import routes_commission
from app.comptes.routes import routes_comptes
from app.core.sante import sante
from app.demandes.calendrier import routes_calendrier
from app.demandes.rapport.controllers import routes_rapport
from app.demandes.rapprochement.controllers import routes_rapprochement
from app.demandes.retours.routes import routes_retours
from app.demandes.saisie.routes import routes_saisie
from app.demandes.tableau_de_bord import routes_tableau_de_bord
from app.demandes.traitement import routes_traitement
from app.exports.routes import routes_exports
from app.liste.routes import routes_liste
from app.lots.routes import routes_lots
from app.notifications.routes import routes_notifications
from app.registres.controllers import routes_registres
from app.renouvellements.routes import routes_renouvellements
from app.reprise.controllers import routes_reprise
from app.travaux.controllers import routes_travaux

if TYPE_CHECKING:
    from app.settings import Settings


def routes(settings: Settings) -> list[Any]:
    """What the application answers to."""
    return [
        sante,
        *routes_comptes(settings),
        *routes_campagnes,
        *routes_calendrier,
        *routes_tableau_de_bord,
        *routes_saisie,
        *routes_traitement,
        *routes_rapport,
        *routes_retours,
        *routes_rapprochement,
        *routes_avis,
        *routes_commission,
        *routes_agrements,
        *routes_liste,
        *routes_afaire,
        *routes_lots,
        *routes_travaux,
        *routes_registres,
        *routes_exports,
        *routes_renouvellements,
        *routes_cockpit,
        *routes_notifications,
        *routes_reprise,
    ]
