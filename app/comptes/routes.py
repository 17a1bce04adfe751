"""What the feature answers to, and what it does when the application starts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.comptes import connexion, controllers, moi
from app.comptes.oidc import clients

if TYPE_CHECKING:
    from app.settings import Settings


def routes_comptes(settings: Settings) -> list[Any]:
    """The handlers. A provider that is badly configured stops the start here.

    Raises:
        ReglageInvalide: see `fournisseurs.charger`.
    """
    clients(settings)
    portes = [
        connexion.connexion,
        connexion.partir,
        connexion.retour,
        connexion.invitation,
        connexion.deconnexion,
        connexion.deconnecte,
        moi.moi,
        moi.revoquer,
        moi.sans_droit,
        controllers.liste,
        controllers.nouvelle,
        controllers.creer,
        controllers.fiche,
        controllers.ajouter,
        controllers.fonction_,
        controllers.modifier,
        controllers.terminer,
        controllers.inviter,
        controllers.revoquer,
    ]
    if not settings.demonstration:
        return portes
    from app.comptes.op_demonstration.routes import routes_op  # noqa: PLC0415 (never imported in production)

    return [*portes, routes_op(settings)]


def demarrages(settings: Settings) -> list[Any]:
    """Start-up hooks."""
    if not settings.demonstration:
        return []
    from app.comptes.op_demonstration.routes import relier_au_demarrage  # noqa: PLC0415 (never imported in production)

    return [relier_au_demarrage(settings)]
