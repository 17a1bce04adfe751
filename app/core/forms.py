"""Reading what was posted: text in, values or French errors out; what was typed is kept for the form handed back."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from litestar.datastructures import UploadFile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from litestar import Request


class Saisie:
    """A posted form: `texte`, `entier`, `jour`, `choix`, `liste` read fields and collect `erreurs` by field name."""

    def __init__(self, champs: dict[str, list[Any]]) -> None:
        self.champs = champs
        self.erreurs: dict[str, str] = {}
        self.textes: dict[str, str] = {}  # what was read as text: an error's page gives it back

    def brut(self, nom: str) -> str:
        """The first value as text, NUL removed (PostgreSQL refuses it), ends trimmed."""
        valeur = next((v for v in self.champs.get(nom, []) if isinstance(v, str)), "")
        return valeur.replace("\x00", "").replace("\r\n", "\n").encode("utf-8", "replace").decode("utf-8").strip()

    def texte(self, nom: str, *, max_: int, requis: str | None = None) -> str:
        """A text of at most *max_* characters; *requis* is the message when it is missing."""
        valeur = self.textes[nom] = self.brut(nom)
        if len(valeur) > max_:
            self.erreurs[nom] = f"{len(valeur)} caractères : {max_} au plus."
        elif requis and not valeur:
            self.erreurs[nom] = requis
        return valeur[:max_]

    def entier(self, nom: str, *, min_: int = 0, max_: int = 2**31 - 1, requis: str | None = None) -> int | None:
        """A whole number between the bounds, or None."""
        valeur = self.brut(nom)
        if not valeur:
            if requis:
                self.erreurs[nom] = requis
            return None
        if not (valeur.isascii() and valeur.isdecimal() and len(valeur) < 11) or not min_ <= int(valeur) <= max_:
            self.erreurs[nom] = f"Attendu un nombre entier de {min_} à {max_}."
            return None
        return int(valeur)

    def jour(self, nom: str, *, requis: str | None = None) -> date | None:
        """A day written AAAA-MM-JJ (as date fields send it) or JJ/MM/AAAA."""
        valeur = self.brut(nom)
        if not valeur:
            if requis:
                self.erreurs[nom] = requis
            return None
        if valeur.count("/") == 2:
            valeur = "-".join(reversed(valeur.split("/")))
        try:
            lu = date.fromisoformat(valeur)
        except ValueError:
            lu = None
        if lu is None or not 1990 <= lu.year <= 2100:
            self.erreurs[nom] = "Attendu une date, par exemple 23/11/2026."
            return None
        return lu

    def choix(self, nom: str, permis: Iterable[str], *, requis: str | None = None) -> str | None:
        """One of *permis*, or None."""
        valeur = self.brut(nom)
        if valeur in set(permis):
            return valeur
        if requis or valeur:
            self.erreurs[nom] = requis or "Ce choix n'est pas proposé."
        return None

    def liste(self, nom: str, permis: Iterable[str]) -> list[str]:
        """Every ticked value that is among *permis*, in their order of posting, once each."""
        permis = set(permis)
        return list(dict.fromkeys(v for v in self.champs.get(nom, []) if isinstance(v, str) and v in permis))

    def coche(self, nom: str) -> bool:
        """Whether a box is ticked."""
        return bool(self.brut(nom))

    def version(self) -> int:
        """The version that the form read; 0 where it is missing, which no row has."""
        valeur = self.brut("version")
        return int(valeur) if valeur.isascii() and valeur.isdecimal() and len(valeur) < 10 else 0

    def fichier(self, nom: str) -> UploadFile | None:
        """An uploaded file, if one was chosen."""
        return next(iter(self.fichiers(nom)), None)

    def fichiers(self, nom: str) -> list[UploadFile]:
        """The uploaded files of a field."""
        return [v for v in self.champs.get(nom, []) if isinstance(v, UploadFile) and v.filename]


async def lire(request: Request[Any, Any, Any]) -> Saisie:
    """What was posted, whatever its encoding; `request.state` keeps it for the page of an error."""
    champs: dict[str, list[Any]] = {}
    for nom, valeur in (await request.form()).multi_items():
        champs.setdefault(nom, []).append(valeur)
    request.state.saisie = saisie = Saisie(champs)
    return saisie
