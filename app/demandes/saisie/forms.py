"""Reading the dossier's form: texts that may be stored, French errors beside those that may not."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from app.demandes.models import Choix
from app.demandes.saisie.etat import NOUVEAU, Textes
from app.demandes.statuts import TypeDemande
from app.referentiel.normalisation import finess_valide, normaliser_code

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.core.forms import Saisie
    from app.demandes.saisie.contexte import Contexte
    from app.referentiel.models import Etablissement
    from app.registres.models import RegistreActivite

LONGUEURS: Final = {
    "email": 254,
    "telephone": 30,
    "saisie_raison_sociale": 200,
    "saisie_adresse": 200,
    "saisie_code_postal": 5,
    "saisie_ville": 80,
    "saisie_terrain": 200,
    "saisie_terrain_description": 2000,
    "justification": 4000,
    "projet": 8000,
}
PHASES: Final = {"S": "SOCLE", "A": "APPRO", "C": "CONSO"}
PREFIXE_FINESS: Final = "FINESS-"  # a site of the register that the Cockpit does not hold yet
NUMERO_MAX: Final = 16  # digits of a key
# What registers say is never typed; a form that sends it changed has been tampered with.
PERSONNE: Final = {
    "rpps": "RPPS", "nom": "Nom", "prenom": "Prénom", "profession": "Profession", "categorie": "Catégorie",
}  # fmt: skip
LIEU: Final = {
    "finess": "FINESS", "finess_ej": "FINESS de l'entité juridique", "siret": "SIRET", "raison_sociale": "Raison sociale",
    "type_code": "Type d'établissement", "adresse": "Adresse", "code_postal": "Code postal", "ville": "Ville",
    "code_insee": "Commune",
}  # fmt: skip
REFUS: Final = "Cette information vient du registre officiel : elle ne se modifie pas ici."


def lire_textes(saisie: Saisie, c: Contexte) -> Textes:
    """The fields that were posted and can be stored; the others are in `saisie.erreurs`."""
    lus: Textes = {nom: saisie.texte(nom, max_=long) for nom, long in LONGUEURS.items() if nom in saisie.champs}
    if "saisie_siret" in saisie.champs:
        lus["saisie_siret"] = _siret(saisie)
    for nom, permis in (("choix", set(Choix)), ("type", set(TypeDemande)), ("formation", set(c.formations) - c.autres)):
        if nom in saisie.champs:
            lus[nom] = saisie.choix(nom, permis) or ""
    if "formation" in lus and not lus["formation"]:
        saisie.erreurs["formation"] = "Cette formation n'est pas ouverte dans la campagne."
    if "type" in lus and not lus["type"]:
        saisie.erreurs["type"] = "Choisissez un type de demande."
    if "phases" in saisie.champs:
        cochees = saisie.liste("phases", PHASES)
        lus["phases"] = "".join(p for p in PHASES if p in cochees)
    if "capacite" in saisie.champs:
        lus["capacite"] = str(saisie.entier("capacite", min_=1, max_=99) or "")
    for nom in ("etablissement_id", "terrain"):
        if nom in saisie.champs:
            lus[nom] = _numero(saisie, nom)
    return {nom: texte for nom, texte in lus.items() if nom not in saisie.erreurs}


def _siret(saisie: Saisie) -> str:
    nu = normaliser_code(saisie.texte("saisie_siret", max_=30))
    if len(nu) > 14:
        saisie.erreurs["saisie_siret"] = "Un SIRET compte 14 chiffres."
    return nu


def _numero(saisie: Saisie, nom: str) -> str:
    lu = saisie.brut(nom)
    if nom == "terrain" and lu == NOUVEAU:
        return lu
    if nom == "etablissement_id" and lu.startswith(PREFIXE_FINESS) and finess_valide(lu.removeprefix(PREFIXE_FINESS)):
        return lu
    if lu and not (lu.isascii() and lu.isdecimal() and len(lu) <= NUMERO_MAX):
        saisie.erreurs[nom] = "Ce choix n'est pas proposé."
    return lu.lstrip("0")


def cle_cabinet(a: RegistreActivite) -> str:
    """What tells a surgery from another one of the same practitioner, from one import to the next."""
    return hashlib.sha256("|".join((a.structure, *de_cabinet(a).values())).encode()).hexdigest()[:16]


def de_cabinet(a: RegistreActivite) -> Textes:
    """A surgery of the register as the form's fields; a foreign or unreadable postcode is left to be typed."""
    code_postal = a.code_postal if len(a.code_postal) == 5 and a.code_postal.isascii() and a.code_postal.isdecimal() else ""
    return {
        "saisie_raison_sociale": a.raison_sociale, "saisie_adresse": a.adresse, "saisie_code_postal": code_postal,
        "saisie_ville": a.ville,
    }  # fmt: skip


def controler_registre(saisie: Saisie, c: Contexte, lieu: Etablissement | None) -> None:
    """Put an error beside every register field that comes back changed."""
    controler(saisie, [nom for nom in PERSONNE if hasattr(c.demande, nom)], c.demande)
    controler(saisie, [nom for nom in PERSONNE if not hasattr(c.demande, nom)], c.praticien)
    if lieu is not None:
        controler(saisie, LIEU, lieu)


def controler(saisie: Saisie, noms: Iterable[str], fiche: object) -> None:
    """The same, for these fields of one record."""
    for nom in noms:
        if nom in saisie.champs and saisie.brut(nom) != str(getattr(fiche, nom, None) or ""):
            saisie.erreurs[nom] = REFUS


def courriel_plausible(texte: str) -> bool:
    """Something like prenom.nom@exemple.fr."""
    avant, _, domaine = texte.partition("@")
    return bool(avant) and "." in domaine.strip(".") and not set(texte) & set(" @,;<>") - {"@"} and domaine.count("@") == 0
