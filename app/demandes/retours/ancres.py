"""Where a remark stands in a dossier: a field of its form, a kind of pièce, a file, or a section."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from app.campagnes.queries import pieces_demandees
from app.demandes.models import Piece
from app.demandes.saisie.etat import LIBELLES
from app.demandes.saisie.regles import champs_caches
from app.referentiel.queries import types_piece

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.demandes.models import Demande

SECTIONS: Final = {
    "section:rts": "Demandeur",
    "section:etablissement": "Etablissement",
    "section:terrain": "Terrain",
    "section:dossier": "Dossier",
    "section:pieces": "Pièces",
}
CHAMPS: Final = {f"champ:{nom}": libelle for nom, libelle in LIBELLES.items()}
# What a comparison calls its fields: what the register says is never typed, the section is what can be answered.
SYNONYMES: Final = {
    **dict.fromkeys(("champ:rpps", "champ:nom", "champ:prenom"), "section:rts"),
    **dict.fromkeys(("champ:finess", "champ:lieu"), "champ:etablissement_id"),
    "champ:siret": "champ:saisie_siret",
    **dict.fromkeys(("champ:raison", "champ:raison_sociale"), "champ:saisie_raison_sociale"),
    **dict.fromkeys(("champ:voie", "champ:adresse"), "champ:saisie_adresse"),
    "champ:code_postal": "champ:saisie_code_postal",
    **dict.fromkeys(("champ:commune", "champ:insee", "champ:ville"), "champ:saisie_ville"),
    **dict.fromkeys(("champ:numero", "champ:terrain_id"), "champ:terrain"),
    **dict.fromkeys(("champ:libelle", "champ:terrain_libelle"), "champ:saisie_terrain"),
}
_CACHES_AILLEURS: Final = {"justification": "section:dossier"}

Groupes = list[tuple[str, list[tuple[str, str]]]]


async def offertes(session: AsyncSession, demande: Demande) -> Groupes:
    """The anchors that a remark may take on this dossier, by group: (group, [(code, label)])."""
    demandees = [(f"piece:{p.code}", p.libelle) for p in await pieces_demandees(session, demande.campagne_id)]
    requete = select(Piece.id, Piece.nom).where(Piece.demande_id == demande.id, Piece.retiree.is_(False)).order_by(Piece.id)
    fichiers = [(f"fichier:{ident}", nom) for ident, nom in (await session.execute(requete)).all()]
    groupes: Groupes = [
        ("Section", list(SECTIONS.items())),
        ("Champ", list(CHAMPS.items())),
        ("Pièce demandée", demandees),
        ("Fichier déposé", fichiers),
    ]
    return [(nom, codes) for nom, codes in groupes if codes]


async def noms(session: AsyncSession, demande_ids: list[int]) -> dict[str, str]:
    """The label of every anchor of these dossiers, files taken out since included."""
    toutes = select(Piece.id, Piece.nom).where(Piece.demande_id.in_(demande_ids))
    fichiers = {f"fichier:{ident}": nom for ident, nom in (await session.execute(toutes)).all()}
    pieces = {f"piece:{p.code}": p.libelle for p in await types_piece(session)}
    return SECTIONS | CHAMPS | pieces | fichiers


def reconnue(code: str, groupes: Groupes) -> str:
    """The anchor that an address names, in the form's words; "" where there is none."""
    code = SYNONYMES.get(code, code)
    return code if any(code == c for _, codes in groupes for c, _ in codes) else ""


def place(code: str, demande: Demande) -> str:
    """Where the draft shows a remark: beside its field, or with its section where the field is not on the screen."""
    if code.startswith(("piece:", "fichier:")):
        return "section:pieces"
    champ = code.removeprefix("champ:")
    if champ in champs_caches(demande):
        return _CACHES_AILLEURS.get(champ, "section:etablissement")
    if champ in {"saisie_terrain", "saisie_terrain_description"} and demande.terrain_id:
        return "section:terrain"
    return "section:etablissement" if champ == "etablissement_id" else code
