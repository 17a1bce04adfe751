"""Errors that people may meet, and the pages that tell them. Nothing from outside is a 5xx."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import structlog
from litestar import Response
from litestar.exceptions import HTTPException, MethodNotAllowedException, NotAuthorizedException
from litestar.response import Redirect, Template
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from app.core.db import COUPURES
from app.core.journaux import chemin_dit
from app.core.pages import adresse_relative, est_fragment, est_htmx, page_d_avant

if TYPE_CHECKING:
    from litestar import Request

    from app.core.forms import Saisie

journal = structlog.get_logger("agrement")


class Erreur(Exception):
    """An error told in French; `statut` is the HTTP status."""

    statut = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Introuvable(Erreur):
    """No such thing, or not for this person: the two look the same."""

    statut = 404

    def __init__(self, message: str = "Cette page n'existe pas, ou ne vous est pas ouverte.") -> None:
        super().__init__(message)


class Interdit(Erreur):
    """The thing is visible; the act is not allowed."""

    statut = 403


class Conflit(Erreur):
    """Somebody else changed it first."""

    statut = 409


class Rejet(Exception):
    """A rendered answer that must not commit: a form handed back with its errors (422) or a conflict (409)."""

    def __init__(self, reponse: Template, statut: int = 422) -> None:
        super().__init__(statut)
        reponse.status_code = statut
        self.reponse = reponse


TITRES = {
    400: "Demande mal formée",
    401: "Connexion nécessaire",
    403: "Action non permise",
    404: "Page introuvable",
    405: "Action non permise",
    409: "Modifié entre-temps",
    413: "Envoi trop volumineux",
    422: "Saisie à corriger",
    429: "Trop de demandes",
    500: "Erreur inattendue",
    503: "Service momentanément indisponible",
}
MESSAGES = {
    400: "Ce qui a été envoyé n'a pas pu être lu. Revenez à la page précédente et recommencez.",
    403: "Vous n'avez pas le droit de faire cela, ou la page est restée ouverte trop longtemps : rechargez-la.",
    404: "Cette page n'existe pas, ou ne vous est pas ouverte.",
    405: "Cette adresse ne s'ouvre pas ainsi.",
    413: "L'envoi dépasse la taille permise : 10 Mo par fichier. Ce qui était enregistré l'est toujours ; revenez à la page "
    "précédente, et joignez un fichier à la fois.",
}
# Free texts, by the name of their field: what would be long to write again.
ECRITS = {
    "commentaire": "Commentaire",
    "constats": "Constats",
    "description": "Description",
    "forcer": "Motif",
    "libelle": "Libellé",
    "message": "Message",
    "motif": "Motif",
    "motif_annulation": "Motif",
    "motif_prolongation": "Motif",
    "motif_reouverture": "Motif",
    "motif_texte": "Motif",
    "notice": "Notice",
    "passer_outre": "Motif",
    "precision": "Précision",
    "texte": "Texte",
}


def _page(request: Request[Any, Any, Any], statut: int, message: str) -> Template:
    gabarit = "erreurs/_message.html" if est_fragment(request) else "erreurs/page.html"
    contexte = {
        "titre": TITRES.get(statut, "Erreur"),
        "message": message,
        "statut": statut,
        "textes": _ecrits(request),
        "avant": page_d_avant(request) if request.method == "POST" else "",
    }
    return Template(template_name=gabarit, context=contexte, status_code=statut)


def _ecrits(request: Request[Any, Any, Any]) -> list[tuple[str, str]]:
    """The texts that were being sent, by the name of their field: a refused act loses nothing of what was typed."""
    saisie: Saisie | None = getattr(request.state, "saisie", None)
    return [(ECRITS[nom], texte) for nom, texte in saisie.textes.items() if texte and nom in ECRITS] if saisie else []


def sur_erreur(request: Request[Any, Any, Any], erreur: Erreur) -> Template:
    """A told error."""
    return _page(request, erreur.statut, erreur.message)


def sur_rejet(_: Request[Any, Any, Any], rejet: Rejet) -> Template:
    """The form, handed back."""
    return rejet.reponse


def sur_http(request: Request[Any, Any, Any], erreur: HTTPException) -> Response[Any] | Template:
    """An error of the framework: unknown address, malformed body, CSRF."""
    if isinstance(erreur, MethodNotAllowedException) and request.method == "GET" and not est_htmx(request):
        return Redirect(path=_au_dessus(request), status_code=303)
    statut = erreur.status_code if erreur.status_code in TITRES else 400
    return _page(request, statut, MESSAGES.get(statut, TITRES[statut] + "."))


def _au_dessus(request: Request[Any, Any, Any]) -> str:
    """The nearest page above an address that only forms call: where whoever reloads a form that came back is led."""
    morceaux = [m for m in request.scope["path"].split("/") if m][:-1]
    while morceaux:
        chemin = "/" + "/".join(morceaux)
        try:
            request.app.asgi_router.handle_routing(path=chemin, method="GET")
        except HTTPException:
            morceaux.pop()
        else:
            requete = request.scope["query_string"].decode("latin-1")
            return quote(chemin) + (f"?{quote(requete, safe='=&%+:,;/?')}" if requete else "")
    return "/"


def sur_anonyme(request: Request[Any, Any, Any], _: NotAuthorizedException) -> Response[Any]:
    """Nobody is signed in: to the login page, and back here afterwards."""
    suite = adresse_relative(request)
    vers = f"/connexion?suite={suite}"
    if est_htmx(request):
        # The page keeps what was typed and offers to sign in again: see static/js/app.js.
        return Response(content="", status_code=401, headers={"X-Connexion": vers})
    return Redirect(path=vers)


def sur_integrite(request: Request[Any, Any, Any], erreur: IntegrityError) -> Template:
    """A constraint refused what two people wrote at once."""
    journal.warning("integrite", erreur=type(erreur.orig).__name__)
    return _page(request, 409, "Un autre enregistrement est passé avant le vôtre. Rechargez la page et recommencez.")


def sur_base(request: Request[Any, Any, Any], erreur: Exception) -> Template:
    """The database did not answer, or the connection to it was cut."""
    cause = getattr(erreur, "orig", erreur)
    journal.error("base", erreur=f"{type(cause).__name__} : {cause}")
    # Cut while it confirmed, it may have written all the same: nobody can say that nothing was.
    message = "La base de données ne répond pas. Rechargez la page dans un instant : elle montrera ce qui est enregistré."
    return _page(request, 503, message)


def sur_valeur(request: Request[Any, Any, Any], erreur: DBAPIError | OverflowError) -> Template:
    """A number that no column can hold names nothing; anything else from the driver is a defect."""
    if isinstance(erreur, OverflowError) or isinstance(erreur.orig, OverflowError) or "DataError" in type(erreur.orig).__name__:
        return _page(request, 404, MESSAGES[404])
    if "invalid input for query argument" in str(erreur.orig):
        return _page(request, 404, MESSAGES[404])
    coupee = erreur.connection_invalidated or isinstance(erreur.orig and erreur.orig.__cause__, COUPURES)
    return sur_base(request, erreur) if coupee else sur_inattendu(request, erreur)


def sur_type(request: Request[Any, Any, Any], erreur: TypeError) -> Template:
    """A CSRF token that cannot be compared (a file, letters beyond ASCII) is no token; anything else is a defect."""
    ou = [cadre.f_globals.get("__name__") for cadre, _ in traceback.walk_tb(erreur.__traceback__)]
    if ou and ou[-1] == "litestar.middleware.csrf":
        return _page(request, 403, MESSAGES[403])
    return sur_inattendu(request, erreur)


def sur_inattendu(request: Request[Any, Any, Any], erreur: Exception) -> Template:
    """A defect of ours: logged whole, told short."""
    journal.error("inattendu", chemin=chemin_dit(request.scope), exc_info=erreur)
    message = "L'erreur est notée et rien n'a été enregistré. Réessayez, ou prévenez la scolarité."
    return _page(request, 500, message)


GESTIONNAIRES: dict[Any, Any] = {
    Erreur: sur_erreur,
    Rejet: sur_rejet,
    NotAuthorizedException: sur_anonyme,
    HTTPException: sur_http,
    IntegrityError: sur_integrite,
    OperationalError: sur_base,
    DBAPIError: sur_valeur,
    OverflowError: sur_valeur,
    **dict.fromkeys(COUPURES, sur_base),
    TypeError: sur_type,
    Exception: sur_inattendu,
}
