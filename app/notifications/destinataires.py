"""Who is told what of some acts: computed on the rights and the lines as they are now, never wider than what may be read."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import func, or_, select

from app.avis.models import AvisCoordonnateur, AvisRepresentant, Decision
from app.comptes.acces import droits_de_personnes
from app.comptes.models import Fonction, Personne
from app.core.access import peut_lire
from app.core.journal import Journal
from app.core.memoire import garder
from app.core.roles import Role
from app.core.templating import aujourdhui
from app.core.visibilite import Objet
from app.demandes.models import Ligne
from app.demandes.queries import retours_ouverts
from app.notifications.genres import GENRES, PAR_ACTION, Fait, Genre
from app.notifications.models import Notification
from app.referentiel.models import Formation

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits

journal = structlog.get_logger("agrement")


@dataclass(frozen=True, slots=True)
class Avis:
    """What one person is to be told of one act."""

    personne_id: int
    genre: Genre
    fait: Fait
    titre: str
    texte: str


class Annuaire:
    """The people that some acts may concern, by role and by RPPS, with their rights as they are now."""

    def __init__(self, gens: Sequence[Droits]) -> None:
        self.par_role: dict[Role, list[Droits]] = defaultdict(list)
        self.par_rpps = {d.rpps: d for d in gens if d.rpps}
        self.par_id = {d.personne_id: d for d in gens}
        for d in gens:
            for role in {p.role for p in d.portees}:
                self.par_role[role].append(d)

    def candidats(self, genre: Genre, rpps: Collection[str]) -> list[Droits]:
        """Those who might be told, once each."""
        gens = {d.personne_id: d for role in genre.roles for d in self.par_role[role]}
        if Role.RTS in genre.roles:
            gens |= {d.personne_id: d for r in rpps if (d := self.par_rpps.get(r))}
        return [gens[n] for n in sorted(gens)]


async def annuaire(session: AsyncSession, roles: Collection[Role], rpps: Collection[str]) -> Annuaire:
    """Those who have one of these functions today, and the holders of these numbers."""
    le = aujourdhui()
    en_vigueur = select(Fonction.personne_id).where(
        Fonction.role.in_(sorted(roles)), Fonction.debut <= le, or_(Fonction.fin.is_(None), Fonction.fin >= le)
    )
    return Annuaire(await droits_de_personnes(session, or_(Personne.id.in_(en_vigueur), Personne.rpps.in_(sorted(set(rpps))))))


def concerne(droits: Droits, genre: Genre, ligne: Any) -> bool:
    """Whether the line is one of those that this person is told about, as it stands now."""
    if ligne.moment not in genre.moments or not droits.roles_sur(ligne) & genre.roles:
        return False
    return genre.objet is None or peut_lire(droits, genre.objet, ligne)


async def avis_de(session: AsyncSession, actes: Sequence[Journal]) -> list[Avis]:
    """Everything that *actes* tell, in their order."""
    lignes = await _lignes(session, [a.demande_id for a in actes if a.demande_id])
    genres = [g for a in actes for g in PAR_ACTION.get(a.action, ())]
    rpps = {x.rpps for siennes in lignes.values() for x in siennes} | {_invite(a) for a in actes if _invite(a)}
    gens = await annuaire(session, {r for g in genres for r in g.roles}, rpps)
    libelles = await garder(session, "formations_dites", _libelles)
    dits = await _deja_dits(session, {a.demande_id for a in actes for g in PAR_ACTION.get(a.action, ()) if g.suite_de})
    trouves = []
    for acte in actes:
        for genre in PAR_ACTION.get(acte.action, ()):
            try:
                if genre.code == "suites":
                    trouves += await _suites(session, genre, acte, gens)
                elif genre.code == "invitation":
                    trouves += _invitation(genre, acte, gens)
                else:
                    trouves += _sur_lignes(genre, acte, lignes.get(acte.demande_id or 0, []), gens, libelles, dits)
            except (AttributeError, KeyError, TypeError, ValueError) as erreur:  # one act never silences those after it
                journal.error("notifications", acte=acte.id, genre=genre.code, exc_info=erreur)
    return trouves


async def dit_encore(session: AsyncSession, acte_id: int, personne_id: int, genre: str) -> Fait | None:
    """What an act told somebody, if it still holds: he may read it, the line is where it was, no other act said it again."""
    acte = await session.get(Journal, acte_id)
    if acte is None:
        return None
    fait = next((a.fait for a in await avis_de(session, [acte]) if (a.personne_id, a.genre.code) == (personne_id, genre)), None)
    if fait is None or acte.demande_id is None:
        return fait
    redit = (Journal.demande_id == acte.demande_id, Journal.action == acte.action, Journal.id > acte.id)
    if await session.scalar(select(Journal.id).where(*redit).limit(1)) is not None:
        return None
    retour = (await retours_ouverts(session, [acte.demande_id])).get(acte.demande_id)
    if retour is None and GENRES[genre].objet is Objet.RETOUR:
        return None
    return replace(fait, limite=retour.echeance if retour else None)


async def encore_vraies(session: AsyncSession, dites: Iterable[Notification]) -> list[Notification]:
    """Those that still hold: the kinds that a mail of their own tells are asked again, the others speak of what was done."""
    immediats = {g.code for g in GENRES.values() if g.immediat}
    return [n for n in dites if n.genre not in immediats or await dit_encore(session, n.acte_id, n.personne_id, n.genre)]


def _invite(acte: Journal) -> str:
    invitation = acte.action == "inviter_renouvellement"
    return str((acte.apres or {}).get("rpps") or "") if invitation else ""


async def _lignes(session: AsyncSession, demandes: Collection[int]) -> dict[int, list[Ligne]]:
    requete = select(Ligne).where(Ligne.demande_id.in_(sorted(set(demandes)))).order_by(Ligne.ordre)
    par: dict[int, list[Ligne]] = defaultdict(list)
    for ligne in await session.scalars(requete):
        par[ligne.demande_id].append(ligne)
    return par


async def _libelles(session: AsyncSession) -> dict[str, str]:
    return dict((await session.execute(select(Formation.code, Formation.libelle))).all())


async def _deja_dits(session: AsyncSession, demandes: set[int | None]) -> dict[tuple[int, int], str]:
    """What each person was told last of the outcome of these demandes."""
    if not demandes:
        return {}
    suivis = {g.code for genres in PAR_ACTION.values() for g in genres if g.suite_de}
    suivis |= {g.suite_de for genres in PAR_ACTION.values() for g in genres if g.suite_de}
    n = Notification
    dernieres = select(func.max(n.id)).where(n.demande_id.in_(demandes), n.genre.in_(sorted(suivis)))
    requete = select(n.personne_id, n.demande_id, n.genre).where(n.id.in_(dernieres.group_by(n.personne_id, n.demande_id)))
    return {(p, d): g for p, d, g in (await session.execute(requete)).all() if d is not None}


def _sur_lignes(
    genre: Genre, acte: Journal, lignes: list[Ligne], gens: Annuaire, libelles: dict[str, str], dits: dict[tuple[int, int], str]
) -> list[Avis]:
    """Each person once, with the first of the lines that concern him."""
    siennes = [x for x in lignes if acte.ligne_id is None or x.id == acte.ligne_id]
    trouves = []
    for droits in gens.candidats(genre, {x.rpps for x in siennes}):
        ligne = next((x for x in siennes if concerne(droits, genre, x)), None)
        if ligne is None or (droits.personne_id == acte.auteur_id and genre.code != "accuse"):
            continue
        if genre.suite_de and dits.get((droits.personne_id, ligne.demande_id)) != genre.suite_de:
            continue
        fait = Fait(acte, ligne, libelles.get(ligne.formation, ligne.formation))
        trouves.append(Avis(droits.personne_id, genre, fait, genre.titre(fait), genre.texte(fait)))
    return trouves


def _invitation(genre: Genre, acte: Journal, gens: Annuaire) -> list[Avis]:
    droits, fait = gens.par_rpps.get(_invite(acte)), Fait(acte)
    return [Avis(droits.personne_id, genre, fait, genre.titre(fait), genre.texte(fait))] if droits else []


async def _suites(session: AsyncSession, genre: Genre, acte: Journal, gens: Annuaire) -> list[Avis]:
    """Whoever gave opinions on the lines of the séance: how many the commission followed."""
    comptes: dict[int, Counter[bool]] = defaultdict(Counter)
    for modele in (AvisCoordonnateur, AvisRepresentant):
        requete = (
            select(modele.auteur_id, modele.sens, Decision.sens, Ligne)
            .join(Ligne, Ligne.id == modele.ligne_id)
            .join(Decision, Decision.ligne_id == Ligne.id)
            .where(Ligne.seance_id == acte.sujet_id)
        )
        for auteur, dit, decide, ligne in (await session.execute(requete)).all():
            droits = gens.par_id.get(auteur)
            if droits and concerne(droits, genre, ligne) and peut_lire(droits, Objet.LIGNE, ligne):
                comptes[auteur][dit == decide] += 1
    return [
        Avis(personne, genre, Fait(acte), genre.titre(Fait(acte)), _en_mots(compte))
        for personne, compte in sorted(comptes.items())
    ]


def _en_mots(compte: Counter[bool]) -> str:
    suivis, autres = compte[True], compte[False]
    dit = [f"{n} avis {mot}{'s' if n > 1 else ''}" for n, mot in ((suivis, "suivi"), (autres, "non suivi")) if n]
    return f"{', '.join(dit)}."
