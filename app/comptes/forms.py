"""What an administrator types about people and functions: values, or French errors beside the fields."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.core.roles import FONCTIONS, Role
from app.core.templating import aujourdhui
from app.referentiel.normalisation import lire_rpps

if TYPE_CHECKING:
    from datetime import date

    from app.comptes.models import Fonction
    from app.comptes.queries import Perimetres
    from app.core.forms import Saisie

TOUTES = "toutes"


@dataclass(frozen=True, slots=True)
class PersonneSaisie:
    """A person to be."""

    prenom: str
    nom: str
    rpps: str | None
    email: str | None


@dataclass(frozen=True, slots=True)
class FonctionSaisie:
    """A function to be; an empty perimeter covers all."""

    role: Role
    subdivisions: list[str]
    formations: list[str]
    debut: date
    fin: date | None

    def en_clair(self) -> dict[str, object]:
        """What the journal keeps of it."""
        return {
            "role": self.role,
            "subdivisions": self.subdivisions,
            "formations": self.formations,
            "debut": self.debut.isoformat(),
            "fin": self.fin.isoformat() if self.fin else None,
        }


@dataclass(frozen=True, slots=True)
class Formulaire:
    """What a template needs to show a form again: texts as typed, boxes as ticked, errors by field."""

    champs: dict[str, str]
    coches: dict[str, list[str]] = field(default_factory=dict)
    erreurs: dict[str, str] = field(default_factory=dict)
    message: str = ""


def lire_personne(saisie: Saisie) -> PersonneSaisie | None:
    """The person typed, or None with `saisie.erreurs` filled."""
    prenom = saisie.texte("prenom", max_=120, requis="Indiquez le prénom.")
    nom = saisie.texte("nom", max_=120, requis="Indiquez le nom.")
    brut, email = saisie.texte("rpps", max_=20), saisie.texte("email", max_=254)
    rpps = lire_rpps(brut)
    if brut and rpps is None:
        saisie.erreurs["rpps"] = "Ce n'est pas un numéro RPPS : 11 chiffres, dont le dernier est une clé."
    if email and (email.count("@") != 1 or "." not in email.rpartition("@")[2] or " " in email):
        saisie.erreurs["email"] = "Attendu une adresse comme prenom.nom@exemple.fr."
    return None if saisie.erreurs else PersonneSaisie(prenom, nom, rpps, email or None)


def formulaire_personne(saisie: Saisie | None = None) -> Formulaire:
    """The form, empty or as typed."""
    noms = ("prenom", "nom", "rpps", "email")
    if saisie is None:
        return Formulaire(dict.fromkeys(noms, ""))
    return Formulaire({n: saisie.brut(n) for n in noms}, erreurs=saisie.erreurs)


def lire_fonction(saisie: Saisie, permis: Perimetres) -> FonctionSaisie | None:
    """The function typed, or None with `saisie.erreurs` filled. « Toutes » is ticked, never understood from silence."""
    role = saisie.choix("role", FONCTIONS, requis="Choisissez une fonction.")
    debut = saisie.jour("debut", requis="Indiquez le premier jour.")
    fin = saisie.jour("fin")
    if debut and fin and fin < debut:
        saisie.erreurs["fin"] = "Le dernier jour précède le premier."
    subdivisions = _perimetre(saisie, "subdivisions", permis.subdivisions, role)
    formations = _perimetre(saisie, "formations", permis.formations, role)
    if saisie.erreurs or role is None or debut is None:
        return None
    return FonctionSaisie(Role(role), subdivisions, formations, debut, fin)


def _perimetre(saisie: Saisie, nom: str, permis: dict[str, str], role: str | None) -> list[str]:
    if role == Role.ADMIN:
        return []  # national by nature
    choisies = saisie.liste(nom, {*permis, TOUTES})
    if not choisies:
        saisie.erreurs[nom] = f"Cochez au moins une de ces {nom}, ou « Toutes les {nom} »."
    elif TOUTES in choisies and len(choisies) > 1:
        saisie.erreurs[nom] = f"« Toutes les {nom} » est coché en même temps que d'autres cases : choisissez."
    return [] if TOUTES in choisies else choisies


def formulaire_fonction(saisie: Saisie | None = None, *, fonction: Fonction | None = None) -> Formulaire:
    """The form: as typed, as stored, or empty from today on."""
    listes = ("subdivisions", "formations")
    if saisie is not None:
        coches = {n: [v for v in saisie.champs.get(n, []) if isinstance(v, str)] for n in listes}
        return Formulaire({n: saisie.brut(n) for n in ("role", "debut", "fin")}, coches, saisie.erreurs)
    if fonction is not None:
        fin = fonction.fin.isoformat() if fonction.fin else ""
        textes = {"role": str(fonction.role), "debut": fonction.debut.isoformat(), "fin": fin}
        cochees = {"subdivisions": fonction.subdivisions or [TOUTES], "formations": fonction.formations or [TOUTES]}
        return Formulaire(textes, cochees)
    vide = {"role": "", "debut": aujourdhui().isoformat(), "fin": ""}
    return Formulaire(vide, {n: [] for n in listes})
