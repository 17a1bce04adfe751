"""The only writer of opinions and decisions. The version is that of the judgement edited, never of the row."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, case, delete, exists, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.agrements.models import TypeAgrement
from app.avis.models import AvisCoordonnateur, Decision, Source
from app.avis.queries import jugements
from app.avis.regles import Jugement, normaliser
from app.comptes.deports import aucun_pour
from app.core.access import DEMANDEUR, RECUSE
from app.core.errors import Conflit, Interdit
from app.core.journal import Journal, consigner, maintenant, prendre_la_main
from app.core.visibilite import Moment
from app.demandes.models import Demande, Ligne
from app.demandes.mouvements import nouvelle_ligne, projeter
from app.demandes.permissions import peut
from app.demandes.statuts import Action
from app.referentiel.models import Formation, Nature

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.avis.genres import Genre
    from app.core.access import Droits

PAS_ENCORE = frozenset({Moment.SAISIE, Moment.VALIDATION})
EFFACANTS = ("reprendre_avis", "refuser_avec_principal")  # acts after which a line may have no decision left
# Built once, as `_recrire`: in a séance these run a thousand times, and building them costs more than running them.
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


async def juger(
    session: AsyncSession,
    ligne: Ligne,
    genre: Genre,
    *,
    jugement: Jugement,
    version: int,
    par: Droits,
    avis_lu: int | None = None,
) -> None:
    """Give an opinion or a decision; *version* is the one that was read, 0 where there was none.

    A decision keeps the version of the coordonnateur's opinion that its author had before him, *avis_lu*.

    Raises:
        Interdit: not this person, not now.
        ConflitJugement: somebody wrote it since.
    """
    exiger(par, genre.action, ligne)
    await prendre_la_main(session)
    await retenir(session, ligne, par)
    lus = (await jugements(session, [ligne.id]))[ligne.id]
    avant = lus.de(genre.table)
    avant_clair = Jugement.de(avant).en_clair() if avant else None
    jugement = normaliser(jugement, ligne)
    valeurs = {**jugement.valeurs(), "auteur_id": par.personne_id, "quand": maintenant()}
    if genre.table is Decision:
        valeurs |= {"source": Source.SAISIE, "avis_version": _avis_lu(lus.coord, avis_lu)}
    if not await _ecrire(session, genre.table, ligne.id, version, valeurs):
        raise ConflitJugement(await session.get(genre.table, ligne.id, populate_existing=True))
    await _consigner(session, genre.action, ligne, par, avant=avant_clair, apres=jugement.en_clair())


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


async def _ecrire(session: AsyncSession, table: Any, ligne_id: int, version: int, valeurs: dict[str, Any]) -> bool:
    if version == 0:
        insert: Any = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}[session.get_bind().dialect.name]
        premiere = select(premiere_version(Ligne)).where(Ligne.id == ligne_id).scalar_subquery()
        neuve = {"ligne_id": ligne_id, "version": premiere, **valeurs}
        requete: Any = insert(table).values(neuve).on_conflict_do_nothing(index_elements=["ligne_id"])
    else:
        requete = _recrire(table, tuple(valeurs))
    lus = {"lue": ligne_id, "version_lue": version} | {f"v_{c}": v for c, v in valeurs.items()} if version else {}
    return bool((await session.execute(requete, lus)).rowcount == 1)  # type: ignore[attr-defined]


@lru_cache(maxsize=16)
def _recrire(table: Any, champs: tuple[str, ...]) -> Any:
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


async def _consigner(session: AsyncSession, action: str, ligne: Ligne, par: Droits, **details: Any) -> None:
    await consigner(
        session, action, par=par, sujet="ligne", sujet_id=ligne.id, demande_id=ligne.demande_id, ligne_id=ligne.id, **details
    )


async def reprendre_avis(session: AsyncSession, ligne: Ligne, *, version: int, par: Droits) -> None:
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
    await _consigner(session, "reprendre_avis", ligne, par, avant=Jugement.de(avant).en_clair(), apres=None)


async def ajouter_complementaire(
    session: AsyncSession, tete: Ligne, *, formation: Formation, phases: str, par: Droits
) -> Ligne:
    """A complementary (DES) or functional (option, FST) line under *tete*; its own coordonnateur is asked.

    Even under a tête whose séance is open, it waits for the next one: an open séance's lines are frozen.

    Raises:
        Interdit: not this person, not now, or the demande already has this formation.
    """
    exiger(par, Action.AJOUTER_COMPLEMENTAIRE, tete)
    if tete.rang:
        raise Interdit("Un agrément complémentaire s'ajoute à la ligne de tête du dossier.")
    await prendre_la_main(session)
    await retenir(session, tete, par)
    rangs = select(func.max(Ligne.rang)).where(Ligne.demande_id == tete.demande_id)
    rang = (await session.execute(rangs)).scalar_one() + 1
    doublon = select(Ligne.id).where(Ligne.demande_id == tete.demande_id, Ligne.formation == formation.code)
    if (await session.execute(doublon)).first() or rang > 99:
        raise Interdit(f"« {formation.libelle} » est déjà demandée dans ce dossier.")
    demande = (await session.execute(select(Demande).where(Demande.id == tete.demande_id))).scalar_one()
    type_ = TypeAgrement.COMPLEMENTAIRE if formation.nature is Nature.DES else TypeAgrement.FONCTIONNEL
    ligne = nouvelle_ligne(
        demande.id, rang, formation=formation.code, type=type_, phases=phases or _phases(type_, tete),
        moment=Moment.AVANT_SEANCE, statut=tete.statut, rpps=tete.rpps, prenom=tete.prenom, nom=tete.nom,
        subdivision=tete.subdivision, type_demande=tete.type_demande,
    )  # fmt: skip
    session.add(ligne)
    await session.flush()
    await projeter(session, demande)
    apres = {"formation": formation.code, "type": type_, "phases": ligne.phases}
    await _consigner(session, Action.AJOUTER_COMPLEMENTAIRE, ligne, par, apres=apres)
    return ligne


def _phases(type_: TypeAgrement, tete: Ligne) -> str:
    return "A" if type_ is TypeAgrement.FONCTIONNEL else tete.phases or "A"
