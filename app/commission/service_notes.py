"""Writing a note for oneself, and the mark *à discuter*, which alone is shared: it is journalled, the text never is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.avis.service import retenir
from app.commission.models import Note
from app.commission.notes import MaNote, ma_note, peut_marquer, peut_noter
from app.core.access import RECUSE
from app.core.errors import Conflit, Interdit
from app.core.journal import consigner, maintenant, prendre_la_main
from app.demandes.models import Ligne

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits


class NotePerimee(Conflit):
    """The same person wrote it from another screen; `actuelle` is what stands."""

    def __init__(self, actuelle: MaNote) -> None:
        super().__init__("Vous avez modifié cette note depuis un autre écran.")
        self.actuelle = actuelle


async def noter(session: AsyncSession, ligne: Ligne, *, texte: str, version: int, par: Droits) -> None:
    """Keep *texte* for oneself.

    Raises:
        Interdit: the dossier is not open to this person.
        NotePerimee: written from another screen since.
    """
    _exiger(par, ligne, permis=peut_noter(par, ligne))
    await _ecrire(session, ligne, par, version, texte=texte)


async def marquer(session: AsyncSession, ligne: Ligne, *, a_discuter: bool, version: int, par: Droits) -> None:
    """Ask that the line be discussed, or no longer.

    Raises:
        Interdit: not this person; or a déport was recorded meanwhile.
        NotePerimee: written from another screen since.
    """
    _exiger(par, ligne, permis=peut_marquer(par, ligne))
    await prendre_la_main(session)
    await retenir(session, ligne, par)
    await _ecrire(session, ligne, par, version, a_discuter=a_discuter)
    marques = select(func.count()).where(Note.ligne_id == ligne.id, Note.a_discuter.is_(True)).scalar_subquery()
    compte = update(Ligne).where(Ligne.id == ligne.id).values(a_discuter=marques)
    await session.execute(compte.execution_options(synchronize_session=False))
    action = "marquer_a_discuter" if a_discuter else "ne_plus_discuter"
    await consigner(session, action, par=par, sujet="ligne", sujet_id=ligne.id, demande_id=ligne.demande_id, ligne_id=ligne.id)


def _exiger(par: Droits, ligne: Ligne, *, permis: bool) -> None:
    if par.recuse(ligne):
        raise Interdit(RECUSE)
    if not permis:
        raise Interdit("Les notes et la marque « à discuter » sont à ceux qui examinent ce dossier.")


async def _ecrire(session: AsyncSession, ligne: Ligne, par: Droits, version: int, **valeurs: Any) -> None:
    valeurs |= {"quand": maintenant()}
    if version == 0:
        insert: Any = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}[session.get_bind().dialect.name]
        neuve = {"personne_id": par.personne_id, "ligne_id": ligne.id, "texte": "", "a_discuter": False, "version": 1}
        requete: Any = insert(Note).values({**neuve, **valeurs}).on_conflict_do_nothing()
    else:
        lue = (Note.personne_id == par.personne_id, Note.ligne_id == ligne.id, Note.version == version)
        requete = update(Note).where(*lue).values(**valeurs, version=version + 1)
        requete = requete.execution_options(synchronize_session=False)
    if (await session.execute(requete)).rowcount != 1:  # type: ignore[attr-defined]
        raise NotePerimee(await ma_note(session, par, ligne.id))
