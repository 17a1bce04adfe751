"""Who asks: a person with his functions in force and his déports. `core/access` says what they let him read and edit."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import ColumnElement, and_, true

from app.core.roles import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

DEMANDEUR = "Déport : vous êtes le demandeur. Vous ne donnez ni avis ni décision sur cette ligne."
RECUSE = "Déport : vous ne prenez pas part à ce dossier. Vous n'en lisez ni le contenu, ni les avis, ni la décision."


class Sujet(Protocol):
    """What a déport depends on."""

    @property
    def id(self) -> Any: ...
    @property
    def rpps(self) -> Any: ...


class Faits(Sujet, Protocol):
    """What rights depend on: a line, or anything shaped like one."""

    @property
    def moment(self) -> Any: ...
    @property
    def subdivision(self) -> Any: ...
    @property
    def formation(self) -> Any: ...


def parmi(colonne: Any, valeurs: Sequence[Any]) -> ColumnElement[bool]:
    """Whether *colonne* is one of *valeurs*; a list of one is an equality, which costs nothing to send again."""
    return colonne == valeurs[0] if len(valeurs) == 1 else colonne.in_(valeurs)  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Portee:
    """One function in force: a role on subdivisions × formations; None means all."""

    role: Role
    subdivisions: frozenset[str] | None = None
    formations: frozenset[str] | None = None

    def couvre(self, subdivision: str, formation: str | None = None) -> bool:
        """Whether the perimeter holds this subdivision (and formation, if one is asked)."""
        return (self.subdivisions is None or subdivision in self.subdivisions) and (
            formation is None or self.formations is None or formation in self.formations
        )

    def sql(self, c: Any) -> ColumnElement[bool]:
        """The same, on columns."""
        parts: list[ColumnElement[bool]] = []
        if self.subdivisions is not None:
            parts.append(parmi(c.subdivision, sorted(self.subdivisions)))
        if self.formations is not None:
            parts.append(parmi(c.formation, sorted(self.formations)))
        return and_(*parts) if parts else true()


@dataclass(frozen=True)
class Droits:
    """Who asks: a person, his RPPS if he has one known and active, his functions in force today.

    `inactif` is his RPPS where the register does not hold it as active: he is no RTS, and the déport holds all the same.
    """

    personne_id: int
    nom_complet: str
    rpps: str | None = None
    portees: tuple[Portee, ...] = ()
    expirees: tuple[str, ...] = field(default=(), compare=False)
    inactif: str | None = None
    deports: frozenset[int] = frozenset()  # the lines that he does not judge, by a declared déport
    non_lues: int = field(default=0, compare=False)  # notifications, for the header of his pages
    sans_adresse: bool = field(default=False, compare=False)  # nobody has asked him yet where to write to him

    @cached_property
    def roles(self) -> frozenset[Role]:
        """Every role held, RTS included."""
        return frozenset({p.role for p in self.portees} | ({Role.RTS} if self.rpps else set()))

    def a(self, *roles: Role) -> bool:
        """Whether one of *roles* is held, wherever."""
        return not self.roles.isdisjoint(roles)

    def portees_de(self, *roles: Role) -> tuple[Portee, ...]:
        """The functions of these roles."""
        return tuple(p for p in self.portees if p.role in roles)

    def couvre(self, role: Role, subdivision: str, formation: str | None = None) -> bool:
        """Whether *role* is held there."""
        return any(p.couvre(subdivision, formation) for p in self.portees_de(role))

    @property
    def propre(self) -> str | None:
        """His RPPS, active or not: whose demandes are his own."""
        return self.rpps or self.inactif

    @property
    def perimetre(self) -> Droits:
        """The same rights, nobody's in particular: what statements and counts are kept by."""
        return Droits(0, "", self.rpps, self.portees, inactif=self.inactif, deports=self.deports)

    def demandeur(self, faits: Sujet) -> bool:
        """Automatic déport: the line is his own demande (RPPS equal)."""
        return self.propre is not None and faits.rpps == self.propre

    def recuse(self, faits: Sujet) -> bool:
        """Declared déport, by him or for him; on his own demande there is no need of one."""
        return bool(self.deports) and faits.id in self.deports and not self.demandeur(faits)

    def deporte(self, faits: Sujet) -> bool:
        """Whether he takes no part in what is said of the line, of whichever kind his déport is."""
        return self.demandeur(faits) or self.recuse(faits)

    def roles_sur(self, faits: Faits) -> frozenset[Role]:
        """The roles that count on this line: all that cover it, or RTS at most on his own demande, or none by a déport."""
        if self.demandeur(faits):
            return frozenset({Role.RTS} if self.rpps else ())
        return frozenset() if self.recuse(faits) else self.roles_couvrants(faits)

    def roles_couvrants(self, faits: Faits) -> frozenset[Role]:
        """The functions that cover this line, déport aside."""
        return frozenset(p.role for p in self.portees if p.couvre(faits.subdivision, faits.formation))
