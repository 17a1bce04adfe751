"""Identity providers are configuration: one TOML table each, read at start-up and refused on the first doubt."""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from app.settings import ReglageInvalide

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.settings import Settings

ALGORITHMES = ("RS256", "PS256", "ES256", "EdDSA")
CONNUS = frozenset({*ALGORITHMES, "RS384", "RS512", "PS384", "PS512", "ES384", "ES512", "Ed25519", "HS256"})
ORDRE_ACR = ("eidas0", "eidas0-mfa", "eidas1", "eidas1-mfa", "eidas2", "eidas3")
AUTHENTIFICATIONS = ("client_secret_basic", "client_secret_post")
DEMANDES_ACR = ("none", "acr_values", "claims")
NOM = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
BOUCLE = frozenset({"127.0.0.1", "localhost", "::1"})
# Other keys of the published example, which change nothing here: lengths and formats that always hold.
SANS_EFFET = frozenset(
    {"userinfo_format", "require_state_on_logout", "state_min_length", "nonce_min_length", "backchannel_logout"}
)


@dataclass(frozen=True, slots=True)
class Revendications:
    """Names of the claims at one provider; an empty name is a claim that it does not send."""

    person_id: str = ""
    person_id_fallback: str = ""
    other_ids: str = ""
    family_name: str = "family_name"
    given_name: str = "given_name"
    email: str = "email"
    siret: str = ""
    eppn: str = ""


@dataclass(frozen=True, slots=True)
class Fournisseur:
    """One OpenID Connect provider."""

    nom: str
    label: str
    discovery_url: str
    client_id: str
    client_secret: str = field(repr=False)
    scopes: tuple[str, ...] = ("openid",)
    acr_request: str = "none"
    acr_min: str = ""
    acr_order: tuple[str, ...] = ORDRE_ACR
    client_auth: str = "client_secret_basic"
    pkce: str = "S256"
    algorithms: tuple[str, ...] = ALGORITHMES
    check_iss_in_callback: bool = False
    claims: Revendications = Revendications()
    siret_allowlist: frozenset[str] = frozenset()
    # Where the process itself reaches the provider, when that is not where browsers do: (public base, inner base).
    canal: tuple[str, str] | None = None


def charger(settings: Settings, env: Mapping[str, str] | None = None) -> dict[str, Fournisseur]:
    """Every provider that *settings* names; in demonstration mode the embedded one comes first.

    Raises:
        ReglageInvalide: the file is absent or wrong; the message names the provider and the key.
    """
    trouves: dict[str, Fournisseur] = {}
    if settings.demonstration:
        from app.comptes.op_demonstration import fournisseur  # noqa: PLC0415 (never imported in production)

        trouves["demonstration"] = fournisseur(settings)
    if settings.oidc_config is not None:
        trouves |= lire_fichier(settings.oidc_config.read_bytes(), os.environ if env is None else env)
    if not trouves:
        raise ReglageInvalide("Aucun fournisseur d'identité : AGREMENT_OIDC_CONFIG doit en décrire au moins un.")
    return trouves


def lire_fichier(octets: bytes, env: Mapping[str, str]) -> dict[str, Fournisseur]:
    """The providers of a TOML file."""
    try:
        tables = tomllib.loads(octets.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as erreur:
        raise ReglageInvalide(f"AGREMENT_OIDC_CONFIG n'est pas un fichier TOML : {erreur}.") from erreur
    for nom, table in tables.items():
        if not NOM.fullmatch(nom) or nom == "demonstration" or not isinstance(table, dict):
            raise ReglageInvalide(f"AGREMENT_OIDC_CONFIG : « {nom} » n'est pas un nom de fournisseur.")
    return {nom: _fournisseur(nom, dict(table), env) for nom, table in tables.items()}


def _fournisseur(nom: str, table: dict[str, Any], env: Mapping[str, str]) -> Fournisseur:
    _refuser_non_pris_en_charge(nom, table)
    revendications = _revendications(nom, table.pop("claims", {}))
    conditions = table.pop("preconditions", {})
    secret = _secret(nom, table, env)
    permis = set(Fournisseur.__dataclass_fields__) - {"nom", "client_secret", "claims", "siret_allowlist", "canal"}
    if inconnues := sorted(set(table) - permis - SANS_EFFET):
        raise ReglageInvalide(f"[{nom}] clé inconnue : {', '.join(inconnues)}.")
    for requise in ("label", "discovery_url", "client_id"):
        if not isinstance(table.get(requise), str) or not table[requise]:
            raise ReglageInvalide(f"[{nom}] {requise} manque.")
    valeurs: dict[str, Any] = {c: _type(nom, c, v) for c, v in table.items() if c in permis}
    lu = Fournisseur(nom=nom, client_secret=secret, claims=revendications, **valeurs)
    lu = replace(lu, siret_allowlist=frozenset(conditions.get("siret_allowlist", ())))
    _verifier(lu)
    return lu


def _type(nom: str, cle: str, valeur: Any) -> Any:
    if cle in {"scopes", "acr_order", "algorithms"}:
        if isinstance(valeur, list) and all(isinstance(v, str) for v in valeur):
            return tuple(valeur)
        raise ReglageInvalide(f"[{nom}] {cle} doit être une liste de textes.")
    if not isinstance(valeur, bool if cle == "check_iss_in_callback" else str):
        raise ReglageInvalide(f"[{nom}] {cle} n'est pas de la bonne sorte.")
    return valeur


def _refuser_non_pris_en_charge(nom: str, table: dict[str, Any]) -> None:
    for cle in ("mtls_cert", "id_token_encrypted"):
        if table.pop(cle, None):
            raise ReglageInvalide(f"[{nom}] {cle} n'est pas pris en charge.")


def _revendications(nom: str, table: dict[str, Any]) -> Revendications:
    if inconnues := sorted(set(table) - set(Revendications.__dataclass_fields__)):
        raise ReglageInvalide(f"[{nom}.claims] clé inconnue : {', '.join(inconnues)}.")
    if not all(isinstance(v, str) for v in table.values()):
        raise ReglageInvalide(f"[{nom}.claims] chaque clé nomme une revendication.")
    return Revendications(**table)


def _secret(nom: str, table: dict[str, Any], env: Mapping[str, str]) -> str:
    variable = table.pop("client_secret_env", None)
    direct = table.pop("client_secret", None)
    secret = env.get(variable) if variable else direct
    if not secret:
        ou = f"la variable {variable}" if variable else "client_secret_env (ou client_secret)"
        raise ReglageInvalide(f"[{nom}] le secret du client manque : {ou}.")
    return str(secret)


def _verifier(f: Fournisseur) -> None:
    regles: tuple[tuple[str, bool], ...] = (
        ("discovery_url doit être une adresse https complète", adresse_sure(f.discovery_url)),
        ("scopes doit contenir openid", "openid" in f.scopes),
        (f"acr_request : {', '.join(DEMANDES_ACR)}", f.acr_request in DEMANDES_ACR),
        ("acr_min doit être dans acr_order", not f.acr_min or f.acr_min in f.acr_order),
        ("acr_request sans acr_min", f.acr_request == "none" or bool(f.acr_min)),
        (f"client_auth : {', '.join(AUTHENTIFICATIONS)}", f.client_auth in AUTHENTIFICATIONS),
        ("pkce : S256 ou off", f.pkce in {"S256", "off"}),
        (f"algorithms : parmi {', '.join(sorted(CONNUS))}", bool(f.algorithms) and CONNUS.issuperset(f.algorithms)),
    )
    for message, tenue in regles:
        if not tenue:
            raise ReglageInvalide(f"[{f.nom}] {message}.")


def adresse_sure(url: str) -> bool:
    """Whether *url* may carry secrets: https, or this very machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in BOUCLE)
