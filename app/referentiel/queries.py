"""Reads of the reference lists and registers. They are public data: no scope applies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import ColumnElement, ColumnExpressionArgument, false, or_, select

from app.core.texte import replier
from app.referentiel.models import (
    Commune,
    Etablissement,
    Formation,
    Motif,
    Nature,
    Praticien,
    Subdivision,
    Terrain,
    TypeEtablissement,
    TypePiece,
)
from app.referentiel.normalisation import lire_rpps, normaliser, normaliser_code, normaliser_commune

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.orm import InstrumentedAttribute

Nomme = TypeVar("Nomme", Subdivision, TypeEtablissement)

CATEGORIE_ETUDIANT = "E"
MOITIE = 0.5
_CODE_POSTAL = re.compile(r"[0-9]{5}")
# Registers write « SAINT DIE » where people write « Saint-Dié », so these part words; % and _ stay data.
_COUPURES = re.compile(r"[\s'’\-.,;/()]+")
_RANGS = {Nature.DES: 0, Nature.OPTION: 1, Nature.FST: 2}


def mots_cherches(recherche: InstrumentedAttribute[str], texte: str | None) -> list[ColumnElement[bool]]:
    """One condition a word, in any order."""
    mots = filter(None, _COUPURES.split(replier(texte)))
    return [recherche.contains(mot, autoescape=True) for mot in mots]


async def chercher_etablissements(session: AsyncSession, texte: str | None, *, limite: int = 20) -> list[Etablissement]:
    """Active sites by name, town, FINESS or SIRET. Nothing asked, nothing found."""
    mots = mots_cherches(Etablissement.recherche, texte)
    if not mots:
        return []
    demande = select(Etablissement).where(Etablissement.actif, *mots)
    ordre = demande.order_by(Etablissement.recherche, Etablissement.id).limit(limite)
    return list(await session.scalars(ordre))


async def etablissement(session: AsyncSession, etablissement_id: int) -> Etablissement | None:
    """One site, closed or not: an old agrément may point to it."""
    return await session.get(Etablissement, etablissement_id)


async def etablissements_de_siret(session: AsyncSession, siret: str | None) -> list[Etablissement]:
    """The active sites of a SIRET: several FINESS may share one, so look before creating."""
    nu = normaliser_code(siret)
    demande = select(Etablissement).where(Etablissement.actif, Etablissement.siret == nu)
    return list(await session.scalars(demande.order_by(Etablissement.id)))


async def etablissement_de_finess(session: AsyncSession, finess: str | None) -> Etablissement | None:
    """The active site of a FINESS."""
    nu = normaliser_code(finess)
    demande = select(Etablissement).where(Etablissement.actif, Etablissement.finess == nu)
    return (await session.scalars(demande)).one_or_none()


async def chercher_terrains(
    session: AsyncSession,
    etablissement_id: int | None,
    texte: str | None = "",
    *conditions: ColumnElement[bool],
    limite: int = 20,
) -> list[Terrain]:
    """Active terrains of a site (None: of none), by number or label; all of them when nothing is asked."""
    filtres = [Terrain.actif, Terrain.etablissement_id == etablissement_id, *mots_cherches(Terrain.recherche, texte)]
    return list(await session.scalars(select(Terrain).where(*filtres, *conditions).order_by(Terrain.numero).limit(limite)))


def part_commune(a: str, b: str) -> float:
    """The part of the words that two labels share, once normalised."""
    mots, autres = set(normaliser(a).split()), set(normaliser(b).split())
    return len(mots & autres) / len(mots | autres) if mots | autres else 0.0


async def terrains_proches(
    session: AsyncSession, etablissement_id: int | None, libelle: str, *conditions: ColumnExpressionArgument[bool]
) -> list[Terrain]:
    """Those of a site, the nearest labels first; of no site in particular, those that share half of the words."""
    ou = Terrain.etablissement_id == etablissement_id
    if etablissement_id is None:
        ou = Terrain.etablissement_id.is_(None) & or_(*mots_cherches(Terrain.recherche, libelle) or [false()])
    lus = await session.scalars(select(Terrain).where(ou, Terrain.fusionne_dans_id.is_(None), *conditions))
    trouves = sorted(lus, key=lambda t: (-part_commune(t.libelle, libelle), t.numero))
    return [t for t in trouves if etablissement_id is not None or part_commune(t.libelle, libelle) >= MOITIE]


async def terrains_de(
    session: AsyncSession, etablissement_id: int | None, rpps: str, *conditions: ColumnElement[bool]
) -> list[Terrain]:
    """The active terrains that *rpps* holds in a site."""
    filtres = [Terrain.actif, Terrain.etablissement_id == etablissement_id, Terrain.titulaire_rpps == rpps]
    return list(await session.scalars(select(Terrain).where(*filtres, *conditions).order_by(Terrain.numero)))


async def terrain_de_numero(session: AsyncSession, numero: int) -> Terrain | None:
    """The terrain that carries a number."""
    return (await session.scalars(select(Terrain).where(Terrain.numero == numero))).one_or_none()


async def terrain_actuel(session: AsyncSession, terrain_id: int) -> int:
    """The terrain that one is now: itself, or the one that it was merged into, read afresh."""
    suivant: int | None = terrain_id
    while suivant is not None:
        terrain_id = suivant
        suivant = await session.scalar(select(Terrain.fusionne_dans_id).where(Terrain.id == terrain_id))
    return terrain_id


async def praticien_actif(session: AsyncSession, rpps: str | None) -> Praticien | None:
    """The practitioner of a RPPS as typed, if active and no student: a student never is a RTS."""
    filtres = [Praticien.rpps == lire_rpps(rpps), Praticien.actif, Praticien.categorie != CATEGORIE_ETUDIANT]
    return (await session.scalars(select(Praticien).where(*filtres))).one_or_none()


async def chercher_praticiens(session: AsyncSession, texte: str | None, *, limite: int = 20) -> list[Praticien]:
    """Active practitioners, no student, by words of their name or the beginning of their RPPS. Nothing asked, nothing found."""
    nu = normaliser_code(texte)
    mots = [Praticien.rpps.startswith(nu, autoescape=True)] if nu.isdecimal() else mots_cherches(Praticien.recherche, texte)
    if not mots:
        return []
    demande = select(Praticien).where(Praticien.actif, Praticien.categorie != CATEGORIE_ETUDIANT, *mots)
    return list(await session.scalars(demande.order_by(Praticien.recherche, Praticien.rpps).limit(limite)))


async def formations(session: AsyncSession, *, actives: bool = True) -> list[Formation]:
    """DES by label, then options by DES and label, then FST by label; sorted here as databases disagree on accents."""
    demande = select(Formation).where(Formation.actif) if actives else select(Formation)
    toutes = list(await session.scalars(demande))
    des = {f.code: f.libelle for f in toutes if f.nature is Nature.DES}

    def ordre(f: Formation) -> tuple[int, str, str, str]:
        return _RANGS[f.nature], replier(des.get(f.des_code or "")), replier(f.libelle), f.code

    return sorted(toutes, key=ordre)


async def subdivisions(session: AsyncSession) -> list[Subdivision]:
    """The subdivisions by label."""
    return _par_libelle(list(await session.scalars(select(Subdivision))))


async def types_etablissement(session: AsyncSession) -> list[TypeEtablissement]:
    """The kinds of établissement by label."""
    return _par_libelle(list(await session.scalars(select(TypeEtablissement))))


async def types_piece(session: AsyncSession) -> list[TypePiece]:
    """The kinds of pièces, in the order of their codes."""
    return list(await session.scalars(select(TypePiece).order_by(TypePiece.code)))


async def motifs(session: AsyncSession, contexte: str) -> list[Motif]:
    """The reasons of a context, in the order of the list: the tutorial's one comes first."""
    return list(await session.scalars(select(Motif).where(Motif.contexte == contexte).order_by(Motif.code)))


async def libelles_motifs(session: AsyncSession) -> dict[str, str]:
    """Every reason's label, by code."""
    return dict((await session.execute(select(Motif.code, Motif.libelle))).all())


async def communes_par_code_postal(session: AsyncSession, cp: str | None) -> list[Commune]:
    """The communes that a postcode serves. A CEDEX code serves none."""
    nu = (cp or "").strip()
    if not _CODE_POSTAL.fullmatch(nu):
        return []
    demande = select(Commune).where(Commune.codes_postaux.contains(nu)).order_by(Commune.recherche, Commune.code)
    return list(await session.scalars(demande))


async def commune_de(session: AsyncSession, cp: str, ville: str) -> Commune | None:
    """The commune that a postcode and a town name mean together, if there is exactly one."""
    nom = normaliser_commune(ville)
    memes = [c for c in await communes_par_code_postal(session, cp) if normaliser_commune(c.nom) == nom]
    return memes[0] if len(memes) == 1 else None


def _par_libelle(lignes: Sequence[Nomme]) -> list[Nomme]:
    return sorted(lignes, key=lambda ligne: replier(ligne.libelle))
