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
    """Keep *texte* for oneself; saving again what is there already is no conflict.

    Raises:
        Interdit: the dossier is not open to this person.
        NotePerimee: written from another screen since.
    """
    _exiger(par, ligne, permis=peut_noter(par, ligne))
    valeurs = {"texte": texte, "version": version + 1, "quand": maintenant()}
    lue = update(Note).where(*_mienne(ligne, par), Note.version == version).values(**valeurs)
    ecrite = await _compter(session, lue)
    if not ecrite and version == 0:
        ecrite = await _compter(session, _neuve(session, ligne, par, **valeurs))
    if not ecrite:
        actuelle = await ma_note(session, par, ligne.id)
        if actuelle.texte != texte:
            raise NotePerimee(actuelle)


async def marquer(session: AsyncSession, ligne: Ligne, *, a_discuter: bool, par: Droits) -> None:
    """Ask that the line be discussed, or no longer: said twice, it is said once. The text's version does not move.

    Raises:
        Interdit: not this person; or a déport was recorded meanwhile.
        Conflit: the séance of the line opened or closed meanwhile.
    """
    _exiger(par, ligne, permis=peut_marquer(par, ligne))
    await prendre_la_main(session)
    await retenir(session, ligne, par)
    valeurs = {"a_discuter": a_discuter, "quand": maintenant()}
    autre = update(Note).where(*_mienne(ligne, par), Note.a_discuter.is_not(a_discuter)).values(**valeurs)
    change = await _compter(session, autre)
    if not change and a_discuter:
        change = await _compter(session, _neuve(session, ligne, par, **valeurs))
    if not change:
        return
    marques = select(func.count()).where(Note.ligne_id == ligne.id, Note.a_discuter.is_(True)).scalar_subquery()
    await _compter(session, update(Ligne).where(Ligne.id == ligne.id).values(a_discuter=marques))
    action = "marquer_a_discuter" if a_discuter else "ne_plus_discuter"
    await consigner(session, action, par=par, sujet="ligne", sujet_id=ligne.id, demande_id=ligne.demande_id, ligne_id=ligne.id)


def _exiger(par: Droits, ligne: Ligne, *, permis: bool) -> None:
    if par.recuse(ligne):
        raise Interdit(RECUSE)
    if not permis:
        raise Interdit("Les notes et la marque « à discuter » sont à ceux qui examinent ce dossier.")


def _mienne(ligne: Ligne, par: Droits) -> tuple[Any, Any]:
    return Note.personne_id == par.personne_id, Note.ligne_id == ligne.id


def _neuve(session: AsyncSession, ligne: Ligne, par: Droits, **valeurs: Any) -> Any:
    """Version 0: nothing is written yet."""
    insert: Any = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}[session.get_bind().dialect.name]
    vide = {"personne_id": par.personne_id, "ligne_id": ligne.id, "texte": "", "a_discuter": False, "version": 0}
    return insert(Note).values({**vide, **valeurs}).on_conflict_do_nothing()


async def _compter(session: AsyncSession, requete: Any) -> int:
    fait = await session.execute(requete.execution_options(synchronize_session=False))
    return int(fait.rowcount)  # type: ignore[attr-defined]
