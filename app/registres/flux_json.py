"""The smallest reader of one large JSON object whose values are arrays: element by element, in constant memory."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from app.registres.fichiers import FichierRefuse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ELEMENT_MAX: Final = 16 << 20
_BLANC = re.compile(r"[ \t\r\n]*")
_TRONQUE = "Le fichier JSON est tronqué : téléchargez-le de nouveau."
_AUTRE = "Ce n'est pas un fichier FINESS+ : du JSON était attendu."


@dataclass(frozen=True, slots=True)
class Raccourci:
    """A faster way through the elements of an array. Each holds *marque* once; *lire* decodes one and refuses half of one."""

    marque: str
    lire: Callable[[str], Any]


class _Lecteur:
    """The text that has arrived and is not read yet."""

    def __init__(self, textes: Iterator[str]) -> None:
        self._textes, self._fini = textes, False
        self._texte, self._ici = "", 0
        self._lire = json.JSONDecoder().raw_decode

    def _remplir(self) -> None:
        if self._fini:
            raise FichierRefuse(_TRONQUE)
        if len(self._texte) - self._ici > ELEMENT_MAX:
            raise FichierRefuse("Le fichier JSON est abîmé : un élément ne finit pas.")
        suite = next(self._textes, None)
        self._fini = suite is None
        self._texte, self._ici = self._texte[self._ici :] + (suite or ""), 0

    def signe(self) -> str:
        """The next character that is no blank; it stays to be read."""
        while True:
            blanc = _BLANC.match(self._texte, self._ici)
            self._ici = blanc.end() if blanc else self._ici
            if self._ici < len(self._texte):
                return self._texte[self._ici]
            self._remplir()

    def attendre(self, *signes: str) -> str:
        """One of *signes*, read."""
        lu = self.signe()
        if lu not in signes:
            raise FichierRefuse(_AUTRE)
        self._ici += 1
        return lu

    def valeur(self) -> Any:
        """One value, whole."""
        self.signe()
        while True:
            try:
                lue, fin = self._lire(self._texte, self._ici)
            except ValueError:  # unfinished as yet, or wrong: the end of the text tells
                self._remplir()
                continue
            except RecursionError as erreur:
                raise FichierRefuse(_AUTRE) from erreur
            if fin < len(self._texte) or self._fini:
                self._ici = fin
                return lue
            self._remplir()  # a number might go on

    def element(self, raccourci: Raccourci | None) -> Any:
        """One value of an array: where the next one begins, this one has ended; if it has not, the slow way tells."""
        self.signe()
        if raccourci is None:
            return self.valeur()
        suivant = self._texte.find(raccourci.marque, self._texte.find(raccourci.marque, self._ici) + 1)
        fin = self._texte.rfind("}", self._ici, suivant) + 1 if suivant > self._ici else 0
        if not fin:
            return self.valeur()
        try:
            lue = raccourci.lire(self._texte[self._ici : fin])
        except ValueError:
            return self.valeur()
        self._ici = fin
        return lue


def elements(textes: Iterator[str], raccourcis: dict[str, Raccourci] | None = None) -> Iterator[tuple[str, Any]]:
    """(key, value) of the object, and (key, element) for each element of a value that is an array.

    Raises:
        FichierRefuse: no JSON object, or an unfinished one.
    """
    lecteur = _Lecteur(textes)
    lecteur.attendre("{")
    suite = ","
    while suite == ",":
        if lecteur.signe() != '"':
            raise FichierRefuse(_AUTRE)
        cle = lecteur.valeur()
        lecteur.attendre(":")
        if lecteur.signe() == "[":
            yield from ((cle, element) for element in _tableau(lecteur, (raccourcis or {}).get(cle)))
        else:
            yield cle, lecteur.valeur()
        suite = lecteur.attendre(",", "}")


def _tableau(lecteur: _Lecteur, raccourci: Raccourci | None) -> Iterator[Any]:
    lecteur.attendre("[")
    if lecteur.signe() == "]":
        lecteur.attendre("]")
        return
    suite = ","
    while suite == ",":
        yield lecteur.element(raccourci)
        suite = lecteur.attendre(",", "]")
