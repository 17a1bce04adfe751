"""From the claims of a provider to who somebody is, by the provider's own map of names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.comptes.jetons import ErreurOIDC
from app.referentiel.normalisation import rpps_valide

if TYPE_CHECKING:
    from app.comptes.fournisseurs import Fournisseur, Revendications
    from app.comptes.oidc import Arrivee

IDNPS = re.compile(r"8(\d{11})", re.ASCII)
NU = re.compile(r"8?(\d{11})", re.ASCII)


@dataclass(frozen=True, slots=True)
class IdentiteProuvee:
    """(iss, sub) is the only key; `rpps` comes from a provider that is configured to send it."""

    iss: str
    sub: str
    rpps: str | None = None
    etudiant: bool = False
    prenom: str = ""
    nom: str = ""
    email: str = ""


def prouvee(arrivee: Arrivee, fournisseur: Fournisseur) -> IdentiteProuvee:
    """Read the claims.

    Raises:
        ErreurOIDC: the person's organisation is not one that the configuration admits.
    """
    noms, claims = fournisseur.claims, arrivee.claims
    if fournisseur.siret_allowlist and _texte(claims, noms.siret) not in fournisseur.siret_allowlist:
        raise ErreurOIDC("organisme")
    return IdentiteProuvee(
        iss=arrivee.iss,
        sub=arrivee.sub,
        rpps=rpps(claims, noms),
        etudiant=etudiant(claims),
        prenom=_texte(claims, noms.given_name)[:120],
        nom=_texte(claims, noms.family_name)[:120],
        email=_texte(claims, noms.email)[:254],
    )


def rpps(claims: dict[str, Any], noms: Revendications) -> str | None:
    """The RPPS number: the first other identifier of origin RPPS, else « 8 » + RPPS in the identifier of the person.

    « 0 » + ADELI and the other forms that Pro Santé Connect sends are no RPPS.
    """
    for autre in _liste(claims.get(noms.other_ids)) if noms.other_ids else []:
        if isinstance(autre, dict) and autre.get("origine") == "RPPS":
            return _valide(NU.fullmatch(str(autre.get("identifiant", ""))))
    for nom in (noms.person_id, noms.person_id_fallback):
        if nom and isinstance(claims.get(nom), str):
            return _valide(IDNPS.fullmatch(claims[nom]))
    return None


def _valide(trouve: re.Match[str] | None) -> str | None:
    return trouve[1] if trouve and rpps_valide(trouve[1]) else None


def etudiant(claims: dict[str, Any]) -> bool:
    """Whether every practice told is a student's (category E), which makes nobody responsible for a terrain."""
    reference = claims.get("SubjectRefPro")
    exercices = _liste(reference.get("exercices")) if isinstance(reference, dict) else []
    categories = [e.get("codeCategorieProfessionnelle") for e in exercices if isinstance(e, dict)]
    return bool(categories) and all(c == "E" for c in categories)


def _texte(claims: dict[str, Any], nom: str) -> str:
    valeur = claims.get(nom) if nom else None
    return " ".join(valeur.replace("\x00", "").split()) if isinstance(valeur, str) else ""


def _liste(valeur: Any) -> list[Any]:
    return valeur if isinstance(valeur, list) else []
