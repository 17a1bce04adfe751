"""What several files of this folder ask of a page or of the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lxml import html
from sqlalchemy import select

from app.core.journal import Journal
from app.demandes.models import Demande, Ligne
from app.demandes.mouvements import projection
from app.referentiel.models import Etablissement, Terrain

if TYPE_CHECKING:
    import httpx

    from tests.support.application import Monde, Poste

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def arbre(reponse: httpx.Response) -> Any:
    """The page as a tree."""
    return html.fromstring(reponse.text)


def textes(reponse: httpx.Response, xpath: str) -> list[str]:
    """The visible text of each element, spaces folded."""
    return [" ".join(" ".join(e.itertext()).split()) for e in arbre(reponse).xpath(xpath)]


def champs(reponse: httpx.Response, action: str) -> dict[str, Any]:
    """The form posted to *action* (or sent from the form of this id), as a browser would send it untouched."""
    (formulaire,) = arbre(reponse).xpath(f"//form[@action='{action}' or @id='{action}']")
    lus: dict[str, Any] = {}
    for nom, valeur in formulaire.form_values():
        lus[nom] = valeur if nom not in lus else [*(lus[nom] if isinstance(lus[nom], list) else [lus[nom]]), valeur]
    lus.pop("_csrf_token")
    return lus


async def saisie_de(poste: Poste, numero: int) -> dict[str, Any]:
    """The dossier's form, opened afresh."""
    reponse = await poste.ouvrir(f"/demandes/{numero}/saisie")
    assert reponse.status_code == 200
    return champs(reponse, "saisie")


async def lire(monde: Monde, numero: int) -> Demande:
    """The demande as it is stored."""
    async with monde.sessions() as session:
        return (await session.execute(select(Demande).where(Demande.id == numero))).scalar_one()


async def actes(monde: Monde, numero: int) -> list[Journal]:
    """Everything that the journal says of a demande, in order."""
    async with monde.sessions() as session:
        return list(await session.scalars(select(Journal).where(Journal.demande_id == numero).order_by(Journal.id)))


async def etat(monde: Monde, numero: int) -> dict[str, Any]:
    """Everything stored of a demande, its lines, and how much the journal holds: equal before and after a refused write."""
    async with monde.sessions() as session:
        demande = (await session.execute(select(Demande).where(Demande.id == numero))).scalar_one_or_none()
        lignes = await session.scalars(select(Ligne).where(Ligne.demande_id == numero).order_by(Ligne.rang))
        journal = (await session.scalars(select(Journal.id).order_by(Journal.id.desc()).limit(1))).first()
        demandes = len(list(await session.scalars(select(Demande.id))))
        return {
            "demande": _colonnes(demande) if demande else None,
            "lignes": [_colonnes(x) for x in lignes],
            "journal": journal,
            "demandes": demandes,
        }


def _colonnes(rangee: Any) -> dict[str, Any]:
    return {c.name: getattr(rangee, c.name) for c in rangee.__table__.columns}


async def ecarts(monde: Monde, numero: int) -> list[str]:
    """Where a line does not repeat its demande."""
    async with monde.sessions() as session:
        demande = (await session.execute(select(Demande).where(Demande.id == numero))).scalar_one()
        attendu = await projection(session, demande)
        lignes = await session.scalars(select(Ligne).where(Ligne.demande_id == numero))
        return [f"{x.rang} {nom}" for x in lignes for nom, valeur in attendu.items() if getattr(x, nom) != valeur]


async def site(monde: Monde, finess: str) -> Etablissement:
    """A real establishment of the register."""
    async with monde.sessions() as session:
        return (await session.execute(select(Etablissement).where(Etablissement.finess == finess))).scalar_one()


async def terrain(monde: Monde, numero: int, libelle: str, etablissement_id: int | None, rpps: str | None = None) -> int:
    """A terrain of the Cockpit; its key."""
    async with monde.base() as session:
        cree = Terrain(
            numero=numero, libelle=libelle, etablissement_id=etablissement_id, titulaire_rpps=rpps, recherche=libelle.lower()
        )
        session.add(cree)
        await session.flush()
        return cree.id
