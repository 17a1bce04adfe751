"""The pièces of a dossier in their places: those that its campaign asks of its profile, then the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from app.campagnes.queries import pieces_demandees
from app.core.templating import jour
from app.demandes.models import Choix, Piece
from app.demandes.queries import pieces
from app.referentiel.queries import types_piece

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.campagnes.queries import PieceDemandee
    from app.demandes.models import Demande

AUTRE: Final = None  # the type of a pièce that nobody asked for
RAPPORT: Final = "RAPPORT_VISITE"
RTS: Final = "RTS"


@dataclass(frozen=True, slots=True)
class Emplacement:
    """Where a pièce goes; `presentes` is one at most, unless `plusieurs`."""

    type: str | None
    libelle: str
    obligatoire: bool
    plusieurs: bool
    presentes: tuple[Piece, ...]

    @property
    def manque(self) -> bool:
        """Whether the dossier cannot be submitted as it is."""
        return self.obligatoire and not self.presentes

    def vue(self, erreurs: dict[str, str] | None = None, tour: str = "") -> dict[str, Any]:
        """What a template shows; *tour* gives a refused file's field a new identity, so that it is not sent again."""
        champ = champ_de(self.type)
        erreur = (erreurs or {}).get(champ, "")
        return {
            "champ": champ,
            "numero": f"{max((p.id for p in self.presentes), default=0)}{f'-{tour}' if erreur else ''}",
            "libelle": self.libelle,
            "obligatoire": self.obligatoire,
            "manque": self.manque,
            "plusieurs": self.plusieurs,
            "erreur": erreur,
            "pieces": [
                {"id": p.id, "nom": p.nom, "taille": taille_dite(p.taille), "jour": jour(p.quand)} for p in self.presentes
            ],
        }


def taille_dite(octets: int) -> str:
    """« 12 Ko », « 3,4 Mo »."""
    if octets < 1024 * 1024:
        return f"{max(1, round(octets / 1024))} Ko"
    return f"{octets / 1024 / 1024:.1f} Mo".replace(".", ",")


def champ_de(type_: str | None) -> str:
    """The field of the form."""
    return f"piece-{type_}" if type_ else "piece"


def profils(choix: Choix | None) -> frozenset[str]:
    """Whose pièces are asked of a demande, by where its terrain is."""
    if choix is None:
        return frozenset({"tous"})
    return frozenset({"tous", "cabinet" if choix is Choix.CABINET else "hospitalier"})


def emplacements(
    demandees: Iterable[PieceDemandee], presentes: Iterable[Piece], choix: Choix | None, *, noms: dict[str, str] | None = None
) -> list[Emplacement]:
    """The list of the campaign for this profile, then what else is there, then room for the others."""
    par_type: dict[str | None, list[Piece]] = {}
    for p in presentes:
        par_type.setdefault(p.type, []).append(p)
    siens = [x for x in demandees if x.fournie_par == RTS and x.profils in profils(choix)]
    faits = [Emplacement(x.code, x.libelle, x.obligatoire, False, tuple(par_type.pop(x.code, ()))) for x in siens]
    autres = tuple(par_type.pop(AUTRE, ()))
    # Asked for no longer, or of the other profile: still there until withdrawn.
    restes = [Emplacement(t, (noms or {}).get(t or "", t or ""), False, False, tuple(p)) for t, p in par_type.items()]
    libelle = "Autres pièces" if siens else "Pièce"
    return [*faits, *restes, Emplacement(AUTRE, libelle, False, bool(siens), autres)]


async def pieces_rangees(session: AsyncSession, demande: Demande) -> list[dict[str, Any]]:
    """The pièces of a dossier that somebody reads; the empty place of the others is left out."""
    presentes = await pieces(session, demande.id)
    demandees = await pieces_demandees(session, demande.campagne_id)
    noms = {t.code: t.libelle for t in await types_piece(session)} if presentes or demandees else {}
    places = emplacements(demandees, presentes, demande.choix, noms=noms)
    return [e.vue() for e in places if e.presentes or e.type is not AUTRE]
