"""Who is invited, who is reminded, and why the others are not: pure rules, asked in the preview and again at the write."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from app.core.templating import jour
from app.renouvellements.queries import Reponse, dernier_contact

if TYPE_CHECKING:
    from datetime import date, datetime

    from app.campagnes.models import Campagne
    from app.renouvellements.queries import Titulaire

SEMAINE: Final = timedelta(days=7)
PARTI: Final = "N'est plus au registre RPPS."


def clos(campagne: Campagne, le: date) -> str:
    """Why nobody is invited in this campaign any more; "" while somebody may be."""
    return f"Le dépôt de cette campagne s'est terminé le {jour(campagne.cloture_depot)}." if le > campagne.cloture_depot else ""


def ecarter_invitation(t: Titulaire, _: datetime) -> str:
    """Why this RTS is not invited; "" where he is."""
    if t.invitation is not None:
        return f"Déjà invité le {jour(t.invitation.quand)}."
    if not t.actif:
        return PARTI
    return "A déjà déposé sa demande." if t.reponse is Reponse.DEPOSEE else ""


def ecarter_relance(t: Titulaire, maintenant: datetime) -> str:
    """Why this RTS is not reminded; "" where he is."""
    if t.reponse not in {Reponse.SANS_REPONSE, Reponse.EN_SAISIE}:
        return f"A répondu : {t.reponse.value.lower()}."
    if not t.actif:
        return PARTI
    if t.invitation is not None and maintenant - dernier_contact(t.invitation) < SEMAINE:
        return f"Contacté le {jour(dernier_contact(t.invitation))} : une relance par semaine au plus."
    return ""


def sans_courriel(t: Titulaire) -> str:
    """Why no e-mail goes with it: the application shows it all the same; "" where one does."""
    if not t.compte:
        return "sans compte : lira l'invitation à sa première connexion"
    return "" if t.email else "sans adresse électronique : lira l'invitation dans l'application"
