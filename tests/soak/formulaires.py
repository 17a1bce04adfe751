"""Forms and links found in the application's own pages: what a request is built from before it is spoilt."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lxml import etree

if TYPE_CHECKING:
    from litestar import Litestar

Champs = list[tuple[str, str]]
ANALYSEUR_MUET = re.compile(r"Tag \S+ invalid")  # libxml2 knows no element of HTML 5
FRAGMENT = re.compile(r"^\s*<(!doctype|html)", re.IGNORECASE)
TABLE = re.compile(r"^\s*<(tr|td|tbody|hx-partial)", re.IGNORECASE)


def portes(app: Litestar) -> list[tuple[str, str]]:
    """Every (method, path) that the application answers to, streams and static files left out."""
    trouvees = set()
    for route in app.routes:
        for lue in getattr(route, "route_handlers", []):
            rendu = getattr(lue.parsed_fn_signature.return_type, "annotation", None)
            if getattr(rendu, "__name__", "") != "Stream" and not route.path.startswith("/static"):
                trouvees |= {(str(m), route.path) for m in lue.http_methods if m in {"GET", "POST"}}
    return sorted(trouvees)


def analyser(html: str) -> tuple[Any, list[str]]:
    """The tree, and what is badly formed in it."""
    analyseur = etree.HTMLParser(recover=True, huge_tree=True)
    arbre = etree.fromstring(html.encode(), analyseur) if html.strip() else None
    fautes = [f"{e.line}: {e.message}" for e in analyseur.error_log if not ANALYSEUR_MUET.search(e.message)]
    return arbre, [] if TABLE.match(html) else fautes


def formulaires(arbre: Any) -> dict[str, Champs]:
    """The posted forms of a page by their action, with the values that they would send."""
    trouves: dict[str, Champs] = {}
    for form in arbre.iter("form") if arbre is not None else ():
        if form.get("method", "get").lower() == "post" and form.get("action"):
            champs = [paire for e in form.iter("input", "select", "textarea", "button") for paire in _valeurs(e)]
            trouves[form.get("action")] = [(n, v) for n, v in champs if n != "_csrf_token"]
    return trouves


def _valeurs(element: Any) -> Champs:
    nom, genre = element.get("name"), element.get("type", "text")
    if not nom:
        return []
    if element.tag == "select":
        return [(nom, o.get("value", "")) for o in element.iter("option")][:40]
    if element.tag == "textarea":
        return [(nom, element.text or "")]
    return [(nom, element.get("value", "1" if genre in {"checkbox", "radio"} else ""))]


def liens(arbre: Any) -> list[str]:
    """The site's own addresses on a page."""
    if arbre is None:
        return []
    return sorted(
        {a.get("href") for a in arbre.iter("a") if a.get("href", "").startswith("/") and "static" not in a.get("href")}
    )
