"""The only writer of opinions and decisions. The version is that of the judgement edited, never of the row."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, case, delete, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.avis.fusion import fusionner
from app.avis.models import Decision, Source
from app.avis.queries import jugements, motifs_defavorables
from app.avis.regles import Jugement, normaliser, verifier
from app.avis.traces import EFFACANTS, REPRENDRE, etat
from app.comptes.deports import aucun_pour
from app.core.access import DEMANDEUR, RECUSE
from app.core.errors import Conflit, Interdit
from app.core.journal import Journal, consigner, maintenant, prendre_la_main
from app.core.visibilite import Moment
from app.demandes.models import Ligne
from app.demandes.permissions import peut
from app.demandes.statuts import Action

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.avis.fusion import Origine
    from app.avis.genres import Genre
    from app.avis.models import AvisCoordonnateur
    from app.core.access import Droits

PAS_ENCORE = frozenset({Moment.SAISIE, Moment.VALIDATION})
# Built once, as `recrire`: in a séance these run a thousand times, and building them costs more than running them.
_LIGNE: Any = Ligne.__table__
_TOUCHER = (
    update(_LIGNE)
    .where(
        _LIGNE.c.id == bindparam("lue"),
        _LIGNE.c.moment == bindparam("au_moment"),
        _LIGNE.c.statut == bindparam("au_statut"),
        aucun_pour("juge", _LIGNE.c.id),  # a déport recorded while his editor was open
    )
    .values(stamp=_LIGNE.c.stamp + 1)
)
_SANS_DEPORT = select(aucun_pour("juge", bindparam("lue")))


class ConflitJugement(Conflit):
    """Somebody wrote this judgement since it was read; `actuel` is what stands now (None: taken back)."""

    def __init__(self, actuel: Any) -> None:
        super().__init__("Quelqu'un a enregistré avant vous.")
        self.actuel = actuel


def exiger(droits: Droits, action: Action, ligne: Ligne) -> None:
    """Whether this person may make this judgement now.

    Raises:
        Interdit: and why, in plain words.
    """
    if droits.deporte(ligne):
        raise Interdit(DEMANDEUR if droits.demandeur(ligne) else RECUSE)
    if peut(droits, action, ligne):
        return
    if ligne.moment in PAS_ENCORE:
        raise Interdit("Les avis s'ouvriront quand la scolarité aura validé le dossier administrativement.")
    if action is Action.DECIDER_LIGNE and ligne.moment == Moment.AVANT_SEANCE:
        raise Interdit("Rien ne se décide avant que le président ouvre la séance.")
    if ligne.moment in {Moment.CLOSE, Moment.PUBLIEE}:
        raise Interdit("La séance est close : ni les avis ni les décisions de cette ligne ne se modifient plus.")
    raise Interdit("Vous ne pouvez pas modifier cet avis ou cette décision.")


@dataclass(frozen=True, slots=True)
class Ecriture:
    """What was written: the judgement's new version and, if it was merged, with whose and of when."""

    version: int
    fondue: tuple[int, Any] | None = None


async def juger(
    session: AsyncSession,
    ligne: Ligne,
    genre: Genre,
    *,
    jugement: Jugement,
    version: int,
    par: Droits,
    avis_lu: int | None = None,
    origine: Origine | None = None,
    lot: int | None = None,
) -> Ecriture:
    """Give an opinion or a decision; *version* is the one that was read, 0 where there was none.

    If somebody wrote since, both changes of *origine* (what the form showed) are kept where they do not contradict
    each other. A decision keeps the version of the coordonnateur's opinion that its author had before him, *avis_lu*.
    *lot* is the batch that the act belongs to.

    Raises:
        Interdit: not this person, not now.
        ConflitJugement: somebody wrote it since, and one of the two must be chosen.
    """
    exiger(par, genre.action, ligne)
    await prendre_la_main(session)
    await retenir(session, ligne, par)
    lus = (await jugements(session, [ligne.id]))[ligne.id]
    la, dit = lus.de(genre.table), normaliser(jugement, ligne)
    avant, lue, fondue = etat(la), la.version if la else 0, None
    if version != lue:
        dit, fondue = await _fondre(session, ligne, dit, la, origine, neuve=version == 0), (la.auteur_id, la.quand)
    valeurs = {**dit.valeurs(), "auteur_id": par.personne_id, "quand": maintenant()}
    if genre.table is Decision:
        valeurs |= {"source": Source.SAISIE, "avis_version": _avis_lu(lus.coord, avis_lu)}
    ecrite = await _ecrire(session, genre.table, ligne.id, lue, valeurs)
    if ecrite is None:
        raise ConflitJugement(await session.get(genre.table, ligne.id, populate_existing=True))
    apres = {c: v for c, v in valeurs.items() if c not in {"auteur_id", "quand"}}
    apres |= {"fusion": lue} if fondue else {}
    await consigner_jugement(session, genre.action, ligne, par, avant=avant, apres=apres, version=ecrite, lot=lot)
    return Ecriture(ecrite, fondue)


async def _fondre(
    session: AsyncSession, ligne: Ligne, dit: Jugement, la: Any, origine: Origine | None, *, neuve: bool
) -> Jugement:
    """The judgement that keeps both changes, if it is one that the rules allow."""
    fondu = fusionner(origine, dit, Jugement.de(la), neuve=neuve) if la else None
    motifs = {c: obligatoire for c, (_, obligatoire) in (await motifs_defavorables(session)).items()}
    if fondu is None or normaliser(fondu, ligne) != fondu or verifier(fondu, ligne, motifs):
        raise ConflitJugement(la)
    return fondu


def _avis_lu(avis: AvisCoordonnateur | None, lu: int | None) -> int | None:
    if avis is None:
        return None
    return avis.version if lu is None else min(lu, avis.version)


async def retenir(session: AsyncSession, ligne: Ligne, par: Droits) -> None:
    """Take a line before writing on it, if it is still where it was read and *par* has no déport on it.

    Raises:
        Interdit: a déport was recorded since.
        Conflit: its séance opened or closed since.
    """
    # Written first, and only if the line is still where it was read: a séance that closes meanwhile wins.
    lu = {"lue": ligne.id, "au_moment": ligne.moment, "au_statut": ligne.statut, "juge": par.personne_id}
    touche = await session.execute(_TOUCHER, lu)
    if touche.rowcount != 1:  # type: ignore[attr-defined]
        if not (await session.execute(_SANS_DEPORT, {"lue": ligne.id, "juge": par.personne_id})).scalar():
            raise Interdit(RECUSE)
        raise Conflit("Cette ligne a changé d'état entre-temps : la séance s'est ouverte ou close. Rechargez la page.")


async def _ecrire(session: AsyncSession, table: Any, ligne_id: int, version: int, valeurs: dict[str, Any]) -> int | None:
    """The version written; None if it is not *version* that stands."""
    if version:
        lus = {"lue": ligne_id, "version_lue": version} | {f"v_{c}": v for c, v in valeurs.items()}
        ecrit = await session.execute(recrire(table, tuple(valeurs)), lus)
        return version + 1 if ecrit.rowcount == 1 else None  # type: ignore[attr-defined]
    insert: Any = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}[session.get_bind().dialect.name]
    premiere = select(premiere_version(Ligne)).where(Ligne.id == ligne_id).scalar_subquery()
    neuve = insert(table.__table__).values({"ligne_id": ligne_id, "version": premiere, **valeurs})
    gardee = neuve.on_conflict_do_nothing(index_elements=["ligne_id"]).returning(table.__table__.c.version)
    ecrite: int | None = (await session.execute(gardee)).scalar_one_or_none()
    return ecrite


@lru_cache(maxsize=16)
def recrire(table: Any, champs: tuple[str, ...]) -> Any:
    """The guarded UPDATE of these columns: `v_<column>`, on the line `lue` at `version_lue`."""
    t = table.__table__
    valeurs: dict[str, Any] = {c: bindparam(f"v_{c}") for c in champs}
    gardee = update(t).where(t.c.ligne_id == bindparam("lue"), t.c.version == bindparam("version_lue"))
    return gardee.values(version=t.c.version + 1, **valeurs)


def premiere_version(ligne: Any) -> Any:
    """The version of a decision that is new on *ligne* (a mapped class), as an expression.

    Whoever still holds a decision that was taken back must not pass for a reader of the next one: 1 is not given twice.
    The row's stamp has grown with each of its decisions, so it is above all their versions.
    """
    effacee = exists().where(Journal.sujet == "ligne", Journal.sujet_id == ligne.id, Journal.action.in_(EFFACANTS))
    return case((effacee, ligne.stamp), else_=1)


async def consigner_jugement(session: AsyncSession, action: str, ligne: Ligne, par: Droits, **details: Any) -> None:
    """One act on the judgements of a line."""
    await consigner(
        session, action, par=par, sujet="ligne", sujet_id=ligne.id, demande_id=ligne.demande_id, ligne_id=ligne.id, **details
    )


async def reprendre_avis(session: AsyncSession, ligne: Ligne, *, version: int, par: Droits, lot: int | None = None) -> None:
    """Take the decision back: the line follows the coordonnateur's opinion again.

    Raises:
        Interdit: not this person, not now.
        ConflitJugement: somebody decided since.
    """
    exiger(par, Action.DECIDER_LIGNE, ligne)
    await prendre_la_main(session)
    await retenir(session, ligne, par)
    avant = await session.get(Decision, ligne.id, populate_existing=True)
    efface = await session.execute(
        delete(Decision)
        .where(Decision.ligne_id == ligne.id, Decision.version == version)
        .execution_options(synchronize_session=False)
    )
    if avant is None or efface.rowcount != 1:  # type: ignore[attr-defined]
        raise ConflitJugement(avant)
    await consigner_jugement(session, REPRENDRE, ligne, par, avant=etat(avant), apres=None, lot=lot)
