"""Sort keys: text that gives the same order on every database, whatever the collation that it was created with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import String, case, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from app.core.sqlite import REPLIER

if TYPE_CHECKING:
    from collections.abc import Iterable

# Those of French labels: each is a call in a call, and SQLite reads forty deep at most.
_ACCENTS = {"é": "e", "è": "e", "ê": "e", "à": "a", "â": "a", "î": "i", "ï": "i", "ô": "o", "û": "u", "ç": "c", "œ": "oe",
            "É": "e", "È": "e", "À": "a", "Î": "i", "Ô": "o"}  # fmt: skip

_LETTRES = "àáâãäåçèéêëìíîïñòóôõöùúûüýÿ’–—"
_NUES = "aaaaaaceeeeiiiinooooouuuuyy''--"  # the quote is doubled, as SQL writes it


class Octets(FunctionElement[str]):
    """Text compared byte by byte. SQLite never does otherwise; PostgreSQL follows the language of its database."""

    type = String()
    inherit_cache = True


@compiles(Octets)
def _nu(element: Any, compilateur: Any, **options: Any) -> str:
    return f"({compilateur.process(element.clauses, **options)})"


@compiles(Octets, "postgresql")
def _postgresql(element: Any, compilateur: Any, **options: Any) -> str:
    return f'({compilateur.process(element.clauses, **options)} COLLATE "C")'


class Chiffres(FunctionElement[str]):
    """A whole number as text that sorts as the number does; nothing is none."""

    type = String()
    inherit_cache = True


@compiles(Chiffres)
def _chiffres(element: Any, compilateur: Any, **options: Any) -> str:
    return f"printf('%010d', coalesce({compilateur.process(element.clauses, **options)}, 0))"


@compiles(Chiffres, "postgresql")
def _chiffres_postgresql(element: Any, compilateur: Any, **options: Any) -> str:
    return f"(lpad(CAST(coalesce({compilateur.process(element.clauses, **options)}, 0) AS VARCHAR), 10, '0') COLLATE \"C\")"


class Plie(FunctionElement[str]):
    """Text as `replier` folds it, where no folded copy is kept. PostgreSQL knows Latin letters alone."""

    type = String()
    inherit_cache = True


@compiles(Plie)
def _plie(element: Any, compilateur: Any, **options: Any) -> str:
    return f"{REPLIER}({compilateur.process(element.clauses, **options)})"


@compiles(Plie, "postgresql")
def _plie_postgresql(element: Any, compilateur: Any, **options: Any) -> str:
    nu = compilateur.process(element.clauses, **options)
    return f"translate(replace(replace(lower({nu}), 'œ', 'oe'), 'æ', 'ae'), '{_LETTRES}', '{_NUES}')"


def par_rang(expression: Any, valeurs: Iterable[str]) -> Any:
    """A code by its place among *valeurs*, as the header lists them; none comes first."""
    return case({v: f"{n:02}" for n, v in enumerate(valeurs)}, value=expression, else_="")


def par_libelle(table: Any) -> Any:
    """The labels of a reference list, folded: a table of `code` and `cle` to be joined by the sort alone."""
    cle = table.libelle
    for lettre, nue in _ACCENTS.items():
        cle = func.replace(cle, lettre, nue)
    # Grouped, so that a list of a hundred labels is folded a hundred times and not once a row.
    return select(table.code, func.min(func.lower(cle)).label("cle")).group_by(table.code).subquery()
