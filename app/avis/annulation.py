"""Undo and redo of one's own acts on judgements: the state that the journal tells comes back, if nobody touched it since.

An undo is an act like another: authorised, journalled, and its own versions go up. A batch is undone, and done again, as one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, delete, insert, select, update

from app.avis.genres import GENRES
from app.avis.pile import Unite, du_lot, mes_actes, piles, suites, touche_depuis
from app.avis.queries import jugements
from app.avis.service import exiger, recrire
from app.avis.traces import DEFAIRE, MIENS, REFAIRE, TOUS, etat, valeurs
from app.comptes.deports import relire
from app.core.errors import Conflit, Interdit
from app.core.journal import Journal, consigner_en_lot, maintenant, prendre_la_main
from app.core.templating import heure
from app.demandes.models import Ligne
from app.demandes.queries import lignes_visibles

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.avis.queries import Jugements
    from app.core.access import Droits

BOUGE: Final = "Cette ligne a changé d'état entre-temps : la séance s'est ouverte ou close. Rechargez la page."
AILLEURS: Final = "Cette ligne n'est plus dans votre périmètre."
_ACTES = select(Journal).where(Journal.id.in_(bindparam("ids", expanding=True))).order_by(Journal.id)
_SUITE = (
    select(Journal.id, Journal.ligne_id, Journal.action, Journal.auteur_id, Journal.auteur, Journal.quand,
           Journal.annule, Journal.version)
    .where(Journal.sujet == "ligne", Journal.sujet_id.in_(bindparam("lignes", expanding=True)),
           Journal.action.in_(sorted(TOUS)), Journal.id >= bindparam("depuis"))
    .order_by(Journal.id)
)  # fmt: skip


@dataclass
class Annulation:
    """`faits` are the lines written, `refuses` those left with the reason; `cellules` the (line, address) written."""

    faits: list[int] = field(default_factory=list)
    refuses: list[tuple[int, str]] = field(default_factory=list)
    cellules: list[tuple[int, str]] = field(default_factory=list)


async def annuler_dernier(session: AsyncSession, *, par: Droits) -> Annulation:
    """Undo my last act of today that still stands; nothing done and nothing refused where there is none."""
    await prendre_la_main(session)
    a_defaire, _ = piles(await mes_actes(session, par.personne_id))
    return await _remonter(session, a_defaire[-1] if a_defaire else [], DEFAIRE, par)


async def retablir_dernier(session: AsyncSession, *, par: Droits) -> Annulation:
    """Do again what I undid last, as long as I did nothing new since."""
    await prendre_la_main(session)
    _, a_refaire = piles(await mes_actes(session, par.personne_id))
    return await _remonter(session, a_refaire[-1] if a_refaire else [], REFAIRE, par)


async def annuler_lot(session: AsyncSession, lot: int, *, par: Droits) -> Annulation:
    """Undo my batch *lot* of today, whatever I did after it."""
    await prendre_la_main(session)
    return await _remonter(session, du_lot(await mes_actes(session, par.personne_id), lot), DEFAIRE, par)


async def _remonter(session: AsyncSession, unite: Unite, mots: Mapping[str, str], par: Droits) -> Annulation:
    """Back to before these acts, all those that may be; a fixed number of statements whatever their number."""
    bilan = Annulation()
    if not unite:
        return bilan
    par = await relire(session, par)
    actes = list((await session.execute(_ACTES, {"ids": unite})).scalars())
    permis = await _permis(session, actes, par, bilan)
    if not permis:
        return bilan
    lignes = await _retenir(session, {ligne.id: ligne for _, ligne in permis})
    restent = await _intacts(session, permis, bilan)
    if restent:
        await _ecrire(session, restent, lignes, mots, par)
    bilan.cellules = [(ligne.id, MIENS[acte.action]) for acte, ligne, _ in restent]
    bilan.faits = list(dict.fromkeys(ligne for ligne, _ in bilan.cellules))
    return bilan


async def _permis(
    session: AsyncSession, actes: Sequence[Journal], par: Droits, bilan: Annulation
) -> list[tuple[Journal, Ligne]]:
    """Those that this person could still write today."""
    requete = lignes_visibles(par).where(Ligne.id.in_([a.sujet_id for a in actes]))
    lues = {x.id: x for x in (await session.execute(requete.execution_options(populate_existing=True))).scalars()}
    permis = []
    for acte in actes:
        ligne = lues.get(acte.sujet_id)
        if ligne is None:
            bilan.refuses.append((acte.sujet_id, AILLEURS))
            continue
        try:
            exiger(par, GENRES[MIENS[acte.action]].action, ligne)
        except Interdit as refus:
            bilan.refuses.append((ligne.id, refus.message))
        else:
            permis.append((acte, ligne))
    return permis


async def _retenir(session: AsyncSession, lignes: dict[int, Ligne]) -> dict[int, int]:
    """Written first, if they are still where they were read; their new stamps."""

    def place(x: Ligne) -> tuple[str, str]:
        return (x.moment, x.statut)

    for (moment, statut), groupe in groupby(sorted(lignes.values(), key=place), key=place):
        ids = [x.id for x in groupe]
        touche = (
            update(Ligne)
            .where(Ligne.id.in_(ids), Ligne.moment == moment, Ligne.statut == statut)
            .values(stamp=Ligne.stamp + 1)
            .execution_options(synchronize_session=False)
        )
        if (await session.execute(touche)).rowcount != len(ids):  # type: ignore[attr-defined]
            raise Conflit(BOUGE)
    stamps = await session.execute(select(Ligne.id, Ligne.stamp).where(Ligne.id.in_(list(lignes))))
    return dict(stamps.all())


Reste = tuple[Journal, Ligne, "Jugements"]


async def _intacts(session: AsyncSession, permis: list[tuple[Journal, Ligne]], bilan: Annulation) -> list[Reste]:
    """Those that nobody touched since, with what stands now."""
    ids = list({ligne.id for _, ligne in permis})
    suite = await session.execute(_SUITE, {"lignes": ids, "depuis": min(acte.id for acte, _ in permis)})
    par_jugement, poses = suites(suite.all()), await jugements(session, ids)
    restent = []
    for acte, ligne in permis:
        adresse = MIENS[acte.action]
        depuis, la = par_jugement[ligne.id, adresse], poses[ligne.id].de(GENRES[adresse].table)
        touche = touche_depuis(depuis, acte.id)
        if touche is not None:
            bilan.refuses.append((ligne.id, _qui(touche, adresse, acte)))
        elif depuis[-1].version != (la.version if la else None):
            bilan.refuses.append((ligne.id, f"{_quoi(adresse).capitalize()} a changé depuis."))
        else:
            restent.append((acte, ligne, poses[ligne.id]))
    return restent


def _quoi(adresse: str) -> str:
    return "cette décision" if adresse == "decision" else "cet avis"


def _qui(touche: Any, adresse: str, acte: Journal) -> str:
    if touche.auteur_id == acte.auteur_id:
        return f"Vous avez modifié {_quoi(adresse)} depuis, à {heure(touche.quand)}."
    return f"{touche.auteur} a modifié {_quoi(adresse)} à {heure(touche.quand)}."


async def _ecrire(
    session: AsyncSession, restent: list[Reste], stamps: dict[int, int], mots: Mapping[str, str], par: Droits
) -> None:
    quand = maintenant()
    commun = {"auteur_id": par.personne_id, "quand": quand}
    # Below the numbers of the batches, and never twice: an act is undone once.
    lot = -max(acte.id for acte, _, _ in restent) if restent[0][0].lot is not None else None
    ecrits, lignes_du_journal = [], []
    for acte, ligne, poses in restent:
        adresse = MIENS[acte.action]
        genre, la = GENRES[adresse], poses.de(GENRES[adresse].table)
        voulu = {**valeurs(genre, acte.avant), **commun} if acte.avant else None
        version = None if voulu is None else la.version + 1 if la else stamps[ligne.id]
        ecrits.append(_Ecrit(adresse, ligne.id, la.version if la else None, version, voulu))
        lignes_du_journal.append({
            "quand": quand, "auteur_id": par.personne_id, "auteur": par.nom_complet, "action": mots[adresse],
            "sujet": "ligne", "sujet_id": ligne.id, "demande_id": ligne.demande_id, "ligne_id": ligne.id,
            "avant": etat(la), "apres": acte.avant, "motif": None, "version": version, "lot": lot, "annule": acte.id,
        })  # fmt: skip
    for adresse in {e.adresse for e in ecrits}:
        await _poser(session, GENRES[adresse].table, [e for e in ecrits if e.adresse == adresse])
    await consigner_en_lot(session, lignes_du_journal)


@dataclass(frozen=True, slots=True)
class _Ecrit:
    adresse: str
    ligne_id: int
    lue: int | None
    version: int | None
    valeurs: dict[str, Any] | None


async def _poser(session: AsyncSession, table: Any, ecrits: Iterable[_Ecrit]) -> None:
    """Rewritten, put back or taken away; then read again, for a statement of many rows does not say which it missed."""
    t, connexion = table.__table__, await session.connection()
    ecrits = list(ecrits)
    refaits = [e for e in ecrits if e.valeurs is not None and e.lue is not None]
    remis = [e for e in ecrits if e.valeurs is not None and e.lue is None]
    otes = [e.ligne_id for e in ecrits if e.valeurs is None]
    if refaits:
        parametres = [
            {"lue": e.ligne_id, "version_lue": e.lue} | {f"v_{c}": v for c, v in (e.valeurs or {}).items()} for e in refaits
        ]
        await connexion.execute(recrire(table, tuple(refaits[0].valeurs or ())), parametres)
    if remis:
        await connexion.execute(insert(t), [{"ligne_id": e.ligne_id, "version": e.version, **(e.valeurs or {})} for e in remis])
    if otes:
        await connexion.execute(delete(t).where(t.c.ligne_id.in_(otes)))
    lues = await connexion.execute(select(t.c.ligne_id, t.c.version).where(t.c.ligne_id.in_([e.ligne_id for e in ecrits])))
    if dict(lues.all()) != {e.ligne_id: e.version for e in ecrits if e.version is not None}:
        raise Conflit(BOUGE)
