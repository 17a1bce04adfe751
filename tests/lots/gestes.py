"""A batch as its author goes through it: the preview read back from its page, the start, the end waited for."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lxml import html
from sqlalchemy import select

from app.travaux.models import Travail
from tests.liste.rangees import propre

if TYPE_CHECKING:
    from collections.abc import Sequence

    import httpx

    from app.demandes.models import Ligne
    from tests.support.application import Poste
    from tests.support.commission import Scene


@dataclass
class Apercu:
    """What a preview shows: its sentence, the numbers of the lines of each group, the reasons, what it would post."""

    statut: int
    bilan: str
    groupes: dict[str, list[int]]
    causes: dict[str, list[int]]
    champs: dict[str, Any]
    erreur: str
    racine: Any = field(repr=False)


def lire_apercu(reponse: httpx.Response) -> Apercu:
    """A preview, page or fragment."""
    racine = html.fromstring(reponse.text)
    groupes = {d.get("class").split("groupe-")[1]: _numeros(d) for d in racine.xpath('//details[contains(@class,"groupe")]')}
    causes = {propre(h).split(" : ", 1)[1]: _numeros(h.xpath("following-sibling::div[1]")[0]) for h in racine.xpath("//h3")}
    champs: dict[str, Any] = {}
    for x in racine.xpath("//input[@name]"):
        if x.get("name") != "_csrf_token" and (x.get("type") in {None, "hidden"} or x.get("checked") is not None):
            champs.setdefault(x.get("name"), []).append(x.get("value") or "")
    bilan = [propre(p) for p in racine.xpath('//p[@class="bilan"]')]
    erreur = [propre(p) for p in racine.xpath('//p[@role="alert"]')]
    return Apercu(reponse.status_code, "".join(bilan), groupes, causes, champs, "".join(erreur), racine)


def _numeros(noeud: Any) -> list[int]:
    return [int(propre(td)) for td in noeud.xpath('.//tbody/tr/td[@class="chiffres"]')]


async def previsualiser(
    poste: Poste, acte: str, lignes: Sequence[Ligne] | None = None, retour: str = "/demandes?tout=1", **champs: Any
) -> Apercu:
    """The preview of *acte* on the ticked *lignes*, or on all that the filter keeps."""
    coches: dict[str, Any] = {"portee": "filtre"} if lignes is None else {"lignes": [str(x.id) for x in lignes]}
    return lire_apercu(await poste.poster("/lots/nouveau", acte=acte, retour=retour, **coches, **champs))


async def confirmer(poste: Poste, apercu: Apercu, /, **autres: Any) -> httpx.Response:
    """Post what the preview holds."""
    return await poste.poster("/lots", **{**apercu.champs, **autres})


async def fini(scene: Scene, poste: Poste, reponse: httpx.Response) -> Any:
    """Wait for the end of the batch that *reponse* leads to; its result, as kept."""
    assert reponse.status_code == 303, reponse.text[-800:]
    adresse = reponse.headers["location"]
    for _ in range(400):
        if (await poste.ouvrir(adresse)).status_code == 303:
            break
        await asyncio.sleep(0.02)
    async with scene.monde.sessions() as session:
        numero = int(adresse.rpartition("/")[2])
        return (await session.execute(select(Travail).where(Travail.id == numero))).scalar_one()


async def faire(scene: Scene, qui: str, acte: str, lignes: Sequence[Ligne] | None = None, **champs: Any) -> Any:
    """Preview, confirm, wait."""
    poste = await scene.poste(qui)
    return await fini(scene, poste, await confirmer(poste, await previsualiser(poste, acte, lignes, **champs), **champs))
