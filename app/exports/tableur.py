"""A workbook written as it is read, in constant memory: the rows, then « Lisez-moi »."""

from __future__ import annotations

import re
import time
from typing import IO, TYPE_CHECKING, Any

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    Rangee = Sequence[str | int | None]

INTERDITS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # no XML holds them
PAUSE = 20  # rows between two occasions for the other threads
LARGEUR_MAX = 48


def _texte(valeur: str) -> str:
    nu = INTERDITS.sub("\ufffd", valeur).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
    # A cell holds 32,767 characters.
    return f't="inlineStr"><is><t xml:space="preserve">{nu[:32_767]}</t></is></c>'


class Feuille(Worksheet):  # type: ignore[misc]
    """A sheet whose rows are written whole: cell by cell, XlsxWriter takes four times as long."""

    def preparer(self, titres: Sequence[str], gras: Any) -> None:
        """Titles, frozen."""
        self.write_row(0, 0, titres, gras)
        for n, titre in enumerate(titres):
            self.set_column(n, n, min(max(len(titre) + 3, 12), LARGEUR_MAX))
        self.freeze_panes(1, 0)
        self.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        self._write_single_row(1)
        self.debuts = [f'<c r="{xl_col_to_name(n)}' for n in range(len(titres))]
        self.connus: dict[str, str] = {}
        self.faites = 0

    def rangees(self, rangees: Iterable[Rangee]) -> None:
        """Rows under the others: texts as texts, whatever they begin with."""
        for rangee in rangees:
            self.faites += 1
            self.row_data_fh.write(self._rangee(self.faites + 1, rangee))
            if self.faites % PAUSE == 0:
                time.sleep(0)  # the loop that answers everybody else gets its turn
        self.dim_rowmax = self.faites

    def _rangee(self, numero: int, valeurs: Rangee) -> str:
        parties = [f'<row r="{numero}">']
        for debut, valeur in zip(self.debuts, valeurs, strict=True):
            if isinstance(valeur, str):
                if valeur:
                    parties.append(f'{debut}{numero}" {self.connus.get(valeur) or self._apprendre(valeur)}')
            elif valeur is not None:
                parties.append(f'{debut}{numero}"><v>{valeur}</v></c>')
        parties.append("</row>")
        return "".join(parties)

    def _apprendre(self, valeur: str) -> str:
        xml = _texte(valeur)
        if len(self.connus) > 4_000:
            self.connus.clear()
        self.connus[valeur] = xml
        return xml


class Classeur:
    """The file; `ecrire` and `fermer` are for a thread."""

    def __init__(self, fichier: IO[bytes], dossier: str, titres: Sequence[str], quand: datetime) -> None:
        self.livre = Workbook(fichier, {"constant_memory": True, "tmpdir": dossier})
        self.livre.set_properties({"title": "Demandes d'agrément", "created": quand.replace(tzinfo=None)})
        self.gras = self.livre.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self.date = self.livre.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left"})
        self.titres = titres
        self.feuille: Feuille = self.livre.add_worksheet("Demandes", worksheet_class=Feuille)
        self.feuille.preparer(titres, self.gras)

    def ecrire(self, lignes: Iterable[Any], valeurs: Callable[[Any], Rangee]) -> None:
        """Some rows."""
        self.feuille.rangees(map(valeurs, lignes))

    def fermer(self, lisez_moi: Iterable[tuple[str, Any]]) -> None:
        """The filter over all of them, then what the file is."""
        if self.titres:
            self.feuille.autofilter(0, 0, self.feuille.faites, len(self.titres) - 1)
        notes = self.livre.add_worksheet("Lisez-moi")
        notes.set_column(0, 0, 44)
        notes.set_column(1, 1, 90)
        for n, (nom, valeur) in enumerate(lisez_moi):
            notes.write_string(n, 0, nom, None if valeur else self.gras)
            if hasattr(valeur, "isoformat"):
                notes.write_datetime(n, 1, valeur, self.date)
            elif isinstance(valeur, int):
                notes.write_number(n, 1, valeur)
            else:
                notes.write_string(n, 1, valeur)
        self.livre.close()
