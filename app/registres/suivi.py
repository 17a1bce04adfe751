"""After a switch, the Cockpit's own records follow: whether they are active, never who or where they are.

What the register says otherwise becomes an event, once, for somebody to deal with.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select, update

from app.core.journal import consigner_en_lot, maintenant, prendre_la_main
from app.referentiel.models import Etablissement, Praticien
from app.referentiel.normalisation import normaliser, normaliser_raison, normaliser_voie
from app.registres.models import (
    CodeRegistre,
    EvenementRegistre,
    GenreEvenement,
    ImportRegistre,
    Registre,
    RegistrePraticien,
    RegistreSite,
)
from app.registres.queries import en_vigueur

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

PAGE: Final = 200
PAUSE: Final = 0.02
REGISTRE_SITES: Final = "FINESS"
_LIEU: Final = ("adresse", "code_postal", "ville", "code_insee")
_ETATS: Final = frozenset({GenreEvenement.DEPART, GenreEvenement.FERMETURE, GenreEvenement.RETOUR})

Ecart = tuple[GenreEvenement, dict[str, Any], dict[str, Any]]


def ecarts_site(e: Etablissement, s: RegistreSite | None) -> list[Ecart]:
    """What the register says otherwise of a site."""
    if s is None or not s.ouvert:
        ferme = s.ferme_le.isoformat() if s and s.ferme_le else ""
        apres = {"ouvert": False, "ferme_le": ferme, "au_registre": s is not None}
        return [(GenreEvenement.FERMETURE, {"ouvert": True}, apres)] if e.actif else []
    dits: list[Ecart] = []
    if not e.actif:
        dits.append((GenreEvenement.RETOUR, {"ouvert": False}, {"ouvert": True}))
    if normaliser_raison(e.raison_sociale) not in {normaliser_raison(s.raison_sociale), normaliser_raison(s.raison_longue)}:
        dits.append((GenreEvenement.RENOMMAGE, {"raison_sociale": e.raison_sociale}, {"raison_sociale": s.raison_sociale}))
    voies = normaliser_voie(e.adresse), normaliser_voie(s.adresse)
    ailleurs = bool(e.code_insee and s.code_insee and e.code_insee != s.code_insee)
    if ailleurs or (all(voies) and voies[0] != voies[1]):
        dits.append((GenreEvenement.DEMENAGEMENT, _image(e, _LIEU), _image(s, _LIEU)))
    return dits


def ecarts_praticien(p: Praticien, r: RegistrePraticien | None) -> list[Ecart]:
    """What the register says otherwise of a practitioner."""
    if r is None:
        return [(GenreEvenement.DEPART, {"actif": True}, {"actif": False})] if p.actif else []
    dits: list[Ecart] = []
    if not p.actif:
        dits.append((GenreEvenement.RETOUR, {"actif": False}, {"actif": True}))
    if (normaliser(p.nom), normaliser(p.prenom)) != (normaliser(r.nom), normaliser(r.prenom)):
        dits.append((GenreEvenement.RENOMMAGE, _image(p, ("nom", "prenom")), _image(r, ("nom", "prenom"))))
    return dits


def _image(fiche: Any, champs: tuple[str, ...]) -> dict[str, Any]:
    return {champ: getattr(fiche, champ) for champ in champs}


async def suivre(
    sessions: async_sessionmaker[AsyncSession],
    registre: CodeRegistre,
    import_id: int,
    dire: Callable[[float], Awaitable[None]] | None = None,
) -> int:
    """Go through the Cockpit's records, a page a commit; how many events were raised."""
    page = _page_praticiens if registre is CodeRegistre.RPPS else _page_sites
    leves = 0
    apres: str | None = ""
    while apres is not None:
        async with sessions() as session:
            await prendre_la_main(session)
            # A write first: SQLite then lets nobody in between what is read here and what is written on it.
            await session.execute(update(ImportRegistre).where(ImportRegistre.id == import_id).values(vu_le=maintenant()))
            dernier, evenements = await page(session, import_id, apres)
            leves += await _lever(session, evenements)
            await session.commit()
        apres = dernier
        await asyncio.sleep(PAUSE)
        if dire:
            await dire(0.5)
    return leves


async def _page_sites(session: AsyncSession, import_id: int, apres: str) -> tuple[str | None, list[EvenementRegistre]]:
    requete = select(Etablissement).where(Etablissement.finess > apres).order_by(Etablissement.finess).limit(PAGE)
    fiches = list(await session.scalars(requete))
    numeros = [f.finess for f in fiches if f.finess]
    lus = await session.scalars(select(RegistreSite).where(en_vigueur(RegistreSite), RegistreSite.finess.in_(numeros)))
    sites = {s.finess: s for s in lus}
    jour = await _jour(session, CodeRegistre.FINESS)
    evenements = []
    for fiche in fiches:
        site = sites.get(fiche.finess or "")
        evenements += [_evenement(import_id, ecart, etablissement_id=fiche.id) for ecart in ecarts_site(fiche, site)]
    for ouvert in (True, False):
        tels = [f.id for f in fiches if (s := sites.get(f.finess or "")) is not None and s.ouvert is ouvert]
        tels += [f.id for f in fiches if not ouvert and f.finess not in sites]
        valeurs = {"actif": ouvert, "registre": REGISTRE_SITES, "registre_date": jour}
        if tels:
            await session.execute(update(Etablissement).where(Etablissement.id.in_(tels)).values(**valeurs))
    return (fiches[-1].finess if len(fiches) == PAGE else None), evenements


async def _page_praticiens(session: AsyncSession, import_id: int, apres: str) -> tuple[str | None, list[EvenementRegistre]]:
    fiches = list(await session.scalars(select(Praticien).where(Praticien.rpps > apres).order_by(Praticien.rpps).limit(PAGE)))
    numeros = [f.rpps for f in fiches]
    dans = (en_vigueur(RegistrePraticien), RegistrePraticien.rpps.in_(numeros))
    lus = {r.rpps: r for r in await session.scalars(select(RegistrePraticien).where(*dans))}
    evenements = [_evenement(import_id, ecart, rpps=f.rpps) for f in fiches for ecart in ecarts_praticien(f, lus.get(f.rpps))]
    jour = await _jour(session, CodeRegistre.RPPS)
    for fiche in fiches:  # qualifications are no identity: they follow
        r = lus.get(fiche.rpps)
        fiche.actif, fiche.registre_date = r is not None, jour
        if r is not None:
            fiche.profession, fiche.categorie, fiche.savoir_faire = r.profession, r.categorie, r.savoir_faire
    await session.flush()
    return (fiches[-1].rpps if len(fiches) == PAGE else None), evenements


async def _jour(session: AsyncSession, code: CodeRegistre) -> Any:
    return await session.scalar(select(Registre.date_registre).where(Registre.code == code))


def _evenement(
    import_id: int, ecart: Ecart, *, rpps: str | None = None, etablissement_id: int | None = None
) -> EvenementRegistre:
    genre, avant, apres = ecart
    return EvenementRegistre(
        import_id=import_id, genre=genre, rpps=rpps, etablissement_id=etablissement_id, avant=avant, apres=apres,
        quand=maintenant(),
    )  # fmt: skip


async def _lever(session: AsyncSession, evenements: list[EvenementRegistre]) -> int:
    """Record those that are new; how many.

    A change of state is known as long as it is open. Another name or address stays dealt with until the register
    says yet another one: to keep our own is an answer.
    """
    if not evenements:
        return 0
    sujets = [e.rpps for e in evenements if e.rpps], [e.etablissement_id for e in evenements if e.etablissement_id]
    dessus = EvenementRegistre.rpps.in_(sujets[0]) | EvenementRegistre.etablissement_id.in_(sujets[1])
    connus: dict[Any, EvenementRegistre] = {}
    for e in await session.scalars(select(EvenementRegistre).where(dessus).order_by(EvenementRegistre.id)):
        connus[e.genre, e.rpps, e.etablissement_id] = e
    neufs = [e for e in evenements if not _connu(e, connus.get((e.genre, e.rpps, e.etablissement_id)))]
    session.add_all(neufs)
    await session.flush()
    commun = {"quand": maintenant(), "auteur_id": None, "auteur": "Agrément", "action": "evenement_registre", "motif": None,
              "demande_id": None, "ligne_id": None, "version": None, "lot": None, "annule": None}  # fmt: skip
    await consigner_en_lot(
        session,
        [
            {
                **commun,
                "sujet": "evenement_registre",
                "sujet_id": e.id,
                "avant": e.avant,
                "apres": {**e.apres, "genre": e.genre},
            }
            for e in neufs
        ],
    )
    return len(neufs)


def _connu(neuf: EvenementRegistre, ancien: EvenementRegistre | None) -> bool:
    if ancien is None:
        return False
    return ancien.apres == neuf.apres and (ancien.traite_le is None or neuf.genre not in _ETATS)
