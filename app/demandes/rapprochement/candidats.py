"""Which records of the Cockpit a block could be about, when none or several match: searched, suggested, never chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.core.errors import Conflit
from app.core.texte import replier
from app.demandes.models import Choix
from app.demandes.statuts import Bloc
from app.referentiel import queries as referentiel
from app.referentiel.models import Terrain
from app.referentiel.normalisation import lire_rpps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.demandes.models import Demande
    from app.demandes.rapprochement.faits import Faits
    from app.referentiel.models import Etablissement
    from app.referentiel.table_iso import Comparaison

COMBIEN = 8
REGARDEZ = "que vous n'avez pas encore vu est ici : regardez-le avant d'en créer un autre."
ETABLISSEMENT_D_ABORD = "Rattachez d'abord l'établissement : ses terrains viendront ici."
LONGUEUR = 80  # of what is searched


class ARegarder(Conflit):
    """A record that nobody has looked at is there: nothing is created, and the page shows it."""


async def candidats(session: AsyncSession, f: Faits, bloc: Bloc, c: Comparaison, texte: str) -> dict[str, Any] | None:
    """What the page proposes; None where one record matches, and for the RTS, whose RPPS is that of his login."""
    if bloc is Bloc.RTS or (c.trouves == 1 and not texte and not (bloc is Bloc.ETABLISSEMENT and locale(f.demande))):
        return None
    quels = _etablissements if bloc is Bloc.ETABLISSEMENT else _terrains
    return {"texte": texte, **await quels(session, f, texte)}


async def _etablissements(session: AsyncSession, f: Faits, texte: str) -> dict[str, Any]:
    proposes = await etablissements_a_voir(session, f)
    lus = await referentiel.chercher_etablissements(session, texte, limite=COMBIEN) if texte else proposes
    creable = locale(f.demande) and not f.lieux and not texte
    types = await referentiel.types_etablissement(session) if creable else []
    return {
        "fiches": [_etablissement(e) for e in lus],
        "ailleurs": "",
        "creable": f.demande.saisie_raison_sociale if types else "",
        "types": [(t.code, t.libelle) for t in types],
        "vus": _numeros(proposes),
    }


async def _terrains(session: AsyncSession, f: Faits, texte: str) -> dict[str, Any]:
    d = f.demande
    if not situee(d):
        return {"fiches": [], "ailleurs": ETABLISSEMENT_D_ABORD}
    proches = await terrains_a_voir(session, d)
    lus = await _chercher_terrains(session, d, texte) if texte else proches
    return {
        "fiches": [_terrain(t, d.rpps) for t in sorted(lus, key=lambda t: t.titulaire_rpps != d.rpps)],
        "ailleurs": "",
        "creable": "" if d.terrain_id or texte else d.terrain_nomme["libelle"],
        "types": [],
        "vus": _numeros(proches),
    }


def _numeros(fiches: Sequence[Etablissement | Terrain]) -> str:
    return " ".join(str(f.id) for f in fiches)


def locale(demande: Demande) -> bool:
    """Whether the RTS says that no register has the place, and nothing says otherwise."""
    return demande.choix is Choix.ABSENT and demande.etablissement_id is None and bool(demande.saisie_raison_sociale)


def situee(demande: Demande) -> bool:
    """Whether it is known where the terrain is: a record of the Cockpit, or a surgery, which has an address of its own."""
    return demande.etablissement_id is not None or demande.choix is Choix.CABINET


async def terrains_a_voir(session: AsyncSession, demande: Demande) -> list[Terrain]:
    """Those that are looked at before another one is created there: the nearest labels first."""
    libelle = demande.terrain_nomme["libelle"]
    proches = await referentiel.terrains_proches(session, demande.etablissement_id, libelle, Terrain.actif, siens(demande))
    return proches[:COMBIEN]


def siens(demande: Demande) -> ColumnElement[bool]:
    """The terrains that the demande can be about: those of its site; of no site, those of its subdivision and of its RTS.

    A place of its own belongs to whoever made it: another subdivision's is not shown, and not linked.
    """
    if demande.etablissement_id is not None:
        return Terrain.etablissement_id == demande.etablissement_id
    a_lui = (Terrain.subdivision == demande.subdivision) | (Terrain.titulaire_rpps == demande.rpps)
    return Terrain.etablissement_id.is_(None) & a_lui


async def _chercher_terrains(session: AsyncSession, demande: Demande, texte: str) -> list[Terrain]:
    lieu_id, condition = demande.etablissement_id, siens(demande)
    if rpps := lire_rpps(texte):
        return (await referentiel.terrains_de(session, lieu_id, rpps, condition))[:COMBIEN]
    return await referentiel.chercher_terrains(session, lieu_id, texte, condition, limite=COMBIEN)


async def etablissements_a_voir(session: AsyncSession, f: Faits) -> list[Etablissement]:
    """Those of the same SIRET, or of a name that looks like it in the same town."""
    if f.lieux:
        return [lieu for lieu in f.lieux if lieu.actif][:COMBIEN]
    d = f.demande
    mots = sorted(replier(d.saisie_raison_sociale).split(), key=len, reverse=True)
    for essai in (d.saisie_raison_sociale, mots[0] if mots else ""):
        trouves = (
            await referentiel.chercher_etablissements(session, f"{essai} {d.saisie_ville}", limite=COMBIEN) if essai else []
        )
        if trouves:
            return trouves
    return []


def _etablissement(e: Etablissement) -> dict[str, Any]:
    numero = f"FINESS {e.finess}" if e.finess else f"SIRET {e.siret}" if e.siret else "sans numéro"
    return {"id": e.id, "nom": e.raison_sociale, "numero": numero, "ou": f"{e.adresse}, {e.code_postal} {e.ville}"}


def _terrain(t: Terrain, rpps: str) -> dict[str, Any]:
    ou = (
        "dont il est titulaire"
        if t.titulaire_rpps == rpps
        else "sans titulaire"
        if not t.titulaire_rpps
        else "d'un autre titulaire"
    )
    return {"id": t.id, "nom": t.libelle, "numero": f"n° {t.numero}", "ou": ou}
