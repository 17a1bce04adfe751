"""Any sequence of edits, merges, taking back, undos and redos by several people ends in the state that the journal tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from app.avis.annulation import annuler_dernier, annuler_lot, retablir_dernier
from app.avis.fusion import lire_origine
from app.avis.genres import GENRES
from app.avis.models import AvisCoordonnateur, Decision, Sens
from app.avis.regles import Jugement
from app.avis.service import ConflitJugement, juger, reprendre_avis
from app.avis.traces import TOUS, etat
from app.core.errors import Conflit
from app.core.journal import Journal
from app.demandes.models import Ligne
from tests.liste.rangees import eprouver

if TYPE_CHECKING:
    from tests.support.commission import Scene

LOT = 5
DITS = st.sampled_from([
    Jugement(Sens.ACCEPTE, 1, "S"),
    Jugement(Sens.ACCEPTE, 5, "S"),
    Jugement(Sens.ACCEPTE, 1, "SAC"),
    Jugement(Sens.ACCEPTE, 1, "S", commentaire="Vu."),
    Jugement(Sens.REFUSE, motif="REF_C_01"),
    Jugement(Sens.A_L_ETUDE),
])  # fmt: skip
QUI = st.sampled_from(["membre", "membre2", "pres"])
GESTES = st.lists(
    st.one_of(
        st.tuples(st.just("lire"), QUI, st.integers(0, 1), st.none()),
        st.tuples(st.just("decider"), QUI, st.integers(0, 1), DITS),
        st.tuples(st.just("lot"), QUI, st.none(), DITS),
        st.tuples(st.just("opiner"), st.just("coord"), st.integers(0, 1), DITS),
        st.tuples(st.just("reprendre"), QUI, st.integers(0, 1), st.none()),
        st.tuples(
            st.sampled_from(["annuler", "retablir", "annuler_lot"]), st.one_of(QUI, st.just("coord")), st.none(), st.none()
        ),
    ),
    min_size=3,
    max_size=14,
)


class Partie:
    """Two lines in an open séance; each person acts on what he read last, however old."""

    def __init__(self, scene: Scene, lignes: list[Ligne]) -> None:
        self.scene, self.lignes = scene, lignes
        self.lues: dict[tuple[str, int, str], tuple[int, Any]] = {}
        self.conflits = 0

    async def jouer(self, gestes: list[Any]) -> None:
        for geste, qui, n, dit in gestes:
            par = self.scene.monde.droits(self.scene.gens[qui])
            async with self.scene.monde.sessions() as session:
                try:
                    await self._geste(session, geste, par, qui, n, dit)
                    await session.commit()
                except Conflit:
                    self.conflits += 1
                    await session.rollback()
        await self.verifier()

    async def _geste(self, session: Any, geste: str, par: Any, qui: str, n: int | None, dit: Any) -> None:
        if geste in {"annuler", "retablir"}:
            await (annuler_dernier if geste == "annuler" else retablir_dernier)(session, par=par)
        elif geste == "annuler_lot":
            await annuler_lot(session, LOT, par=par)
        elif geste == "lire":
            await self._lire(session, qui, n, "decision")
        elif geste == "reprendre":
            await reprendre_avis(session, await self._ligne(session, n), version=self._lue(qui, n, "decision")[0], par=par)
        elif geste == "lot":
            for i in range(2):
                await self._lire(session, qui, i, "decision")
                await self._juger(session, par, qui, i, "decision", dit, LOT)
        else:
            await self._juger(session, par, qui, n, "decision" if geste == "decider" else "avis-coordonnateur", dit, None)

    async def _juger(self, session: Any, par: Any, qui: str, n: Any, adresse: str, dit: Any, lot: int | None) -> None:
        version, origine = self._lue(qui, n, adresse)
        ligne = await self._ligne(session, n)
        try:
            ecrit = await juger(
                session, ligne, GENRES[adresse], jugement=dit, version=version, par=par, origine=origine, lot=lot
            )
        except ConflitJugement as conflit:
            # The form comes back with what stands: it has been read.
            self._garder(qui, n, adresse, conflit.actuel)
            raise
        self.lues[qui, n, adresse] = (ecrit.version, {**dit.valeurs()} if ecrit.fondue is None else None)

    def _lue(self, qui: str, n: Any, adresse: str) -> tuple[int, Any]:
        return self.lues.get((qui, n, adresse), (0, None))

    def _garder(self, qui: str, n: Any, adresse: str, la: Any) -> None:
        origine = Jugement.de(la).valeurs() if la else lire_origine('{"sens":""}', self.lignes[n])
        self.lues[qui, n, adresse] = (la.version if la else 0, origine)

    async def _lire(self, session: Any, qui: str, n: Any, adresse: str) -> None:
        la = await session.get(GENRES[adresse].table, self.lignes[n].id, populate_existing=True)
        self._garder(qui, n, adresse, la)

    async def _ligne(self, session: Any, n: Any) -> Ligne:
        requete = select(Ligne).where(Ligne.id == self.lignes[n].id).execution_options(populate_existing=True)
        lue: Ligne = (await session.execute(requete)).scalar_one()
        return lue

    async def verifier(self) -> None:
        """Replay the journal from nothing: each act starts from where the one before it ended, the last one is what stands."""
        async with self.scene.monde.sessions() as session:
            for ligne in self.lignes:
                requete = select(Journal).where(Journal.ligne_id == ligne.id, Journal.action.in_(TOUS)).order_by(Journal.id)
                actes = list((await session.execute(requete)).scalars())
                for table, adresse in ((Decision, "decision"), (AvisCoordonnateur, "avis-coordonnateur")):
                    siens = [a for a in actes if TOUS[a.action] == adresse]
                    la = await session.get(table, ligne.id)
                    self._rejouer(siens, etat(la), la.version if la else None)

    def _rejouer(self, actes: list[Journal], la: Any, version: int | None) -> None:
        dit, versions, au_temps = None, [], {}
        for acte in actes:
            au_temps[acte.id] = dit
            assert acte.avant == dit, acte.action
            # An undo says exactly what stood before the act that it names.
            assert acte.annule is None or acte.apres == au_temps[acte.annule], acte.action
            dit = None if acte.apres is None else {c: v for c, v in acte.apres.items() if c != "fusion"}
            assert (dit is None) == (acte.version is None)
            versions += [acte.version] if acte.version else []
        assert versions == sorted(set(versions))
        assert (dit, versions[-1] if dit else None) == (la, version)
        annules = [a.annule for a in actes if a.annule]
        assert len(set(annules)) == len(annules)


async def test_any_sequence_ends_where_the_journal_says(scene: Scene) -> None:
    lignes = [await scene.demande() for _ in range(2)]
    await scene.seance()
    conflits = []

    async def partie(gestes: list[Any]) -> None:
        ids = [x.id for x in lignes]
        async with scene.monde.base() as session:  # each from nothing, so that one that fails fails again
            for table in (Decision, AvisCoordonnateur):
                await session.execute(delete(table).where(table.ligne_id.in_(ids)))
            await session.execute(delete(Journal).where(Journal.ligne_id.in_(ids), Journal.action.in_(TOUS)))
        jeu = Partie(scene, lignes)
        await jeu.jouer(gestes)
        conflits.append(jeu.conflits)

    def propriete(ici: Any) -> None:
        @settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(GESTES)
        def prouver(gestes: list[Any]) -> None:
            ici(partie(gestes))

        prouver()

    await eprouver(propriete)
    assert sum(conflits) > 10  # else nothing was put to the proof
