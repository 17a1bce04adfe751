"""Rows written straight into the tables, a screen read back from its HTML, properties tried against a running application."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lxml import html

from app.avis.models import AvisCoordonnateur, AvisRepresentant, Decision, Sens, Source
from app.core.journal import maintenant
from app.core.texte import replier
from app.core.visibilite import Moment
from app.demandes.models import Demande
from app.demandes.mouvements import nouvelle_ligne
from app.demandes.statuts import MOMENT, OrigineRefus, Statut, TypeDemande, Validation
from app.referentiel.normalisation import cle_rpps

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    import httpx

    from app.agrements.models import TypeAgrement
    from tests.support.application import Monde

_JUGEMENTS = {"coord": AvisCoordonnateur, "rep": AvisRepresentant, "decision": Decision}


async def semer(monde: Monde, campagne: int, auteur: int, *rangees: dict[str, Any]) -> list[dict[str, Any]]:
    """Demandes with their lines, as the services would leave them; each row comes back complete, with its keys."""
    faites: list[dict[str, Any]] = []
    async with monde.base() as session:
        for n, rangee in enumerate(rangees):
            r = _completee(n, rangee)
            demande = Demande(**_demande(r, campagne))
            session.add(demande)
            await session.flush()
            for rang, formation in enumerate((r["formation"], *r["attachees"])):
                communs = {c: r[c] for c in _COMMUNS}
                tris = {f"tri_{c}": replier(r[c]) for c in ("personne", "ville", "etablissement", "terrain")}
                type_: TypeAgrement | Any = "COMPLEMENTAIRE" if rang else "PRINCIPAL"
                ligne = nouvelle_ligne(demande.id, rang, formation=formation, type=type_, phases="S", **communs, **tris)
                session.add(ligne)
                await session.flush()
                for nom, table in _JUGEMENTS.items():
                    if r[nom]:
                        session.add(table(**_jugement(r[nom], ligne.id, auteur, nom)))
                faites.append({**r, "id": ligne.id, "demande": demande.id, "rang": rang, "ordre": ligne.ordre,
                               "formation": formation})  # fmt: skip
    return faites


_COMMUNS = ("subdivision", "statut", "rpps", "prenom", "nom", "type_demande", "ville", "etablissement", "type_etablissement",
            "terrain", "validation_rts", "validation_etablissement", "validation_terrain", "moment", "seance_id")  # fmt: skip


def _completee(n: int, rangee: dict[str, Any]) -> dict[str, Any]:
    r = {
        "formation": "MG", "attachees": (), "subdivision": "STRASBOURG", "statut": Statut.VALIDE_ADMIN, "prenom": "Jeanne",
        "nom": "Exemple", "type_demande": TypeDemande.NOUVEAU, "ville": "Strasbourg", "etablissement": "Maison de santé",
        "type_etablissement": "MSP", "terrain": "Consultation", "validation_rts": Validation.AUTO,
        "validation_etablissement": Validation.MANUEL, "validation_terrain": Validation.MANUEL, "coord": None, "rep": None,
        "decision": None, "rpps": cle_rpps(f"99700{40000 + n:05}"), "seance_id": None, **rangee,
    }  # fmt: skip
    r.setdefault("moment", MOMENT.get(r["statut"], Moment.PUBLIEE))
    r["personne"] = f"{r['nom']} {r['prenom']}"
    return r


def _demande(r: dict[str, Any], campagne: int) -> dict[str, Any]:
    statut: Statut = r["statut"]
    communs = {c: r[c] for c in ("subdivision", "rpps", "prenom", "nom", "statut")}
    if statut is Statut.REFUSE:
        communs |= {"origine_refus": OrigineRefus.SCOLARITE, "motif_refus": "Refusé."}
    soumise = None if statut is Statut.EN_SAISIE else maintenant()
    return {**communs, "campagne_id": campagne, "type": r["type_demande"], "creee_le": maintenant(), "soumise_le": soumise}


def _jugement(sens: Sens, ligne: int, auteur: int, nom: str) -> dict[str, Any]:
    refus = sens is Sens.REFUSE
    valeurs = {"sens": sens, "duree": None if refus else 1, "phases": "" if refus else "S", "ligne_id": ligne,
               "motif": "REF_C_01" if refus else None, "auteur_id": auteur, "quand": maintenant()}  # fmt: skip
    return {**valeurs, "source": Source.SAISIE} if nom == "decision" else valeurs


@dataclass(frozen=True, slots=True)
class Ecran:
    """What a page of the table shows."""

    lignes: list[int]
    compte: str
    jetons: list[str]
    suivante: str | None
    precedente: str | None
    racine: Any

    def textes(self, code: str, *, sans: str = "") -> list[str]:
        """The words of a column, from top to bottom; without what is of the class *sans*."""
        cases = self.racine.xpath(f'//tbody//td[@data-c="{code}"]')
        for x in (x for td in cases for x in (td.find_class(sans) if sans else ())):
            x.drop_tree()
        return [propre(td) for td in cases]

    def lien(self, texte: str) -> str:
        """Where a link of these words leads."""
        return next(a.get("href") for a in self.racine.iter("a") if propre(a) == texte)


def propre(noeud: Any) -> str:
    """The words of an element, spaces joined."""
    return " ".join(noeud.text_content().split())


def lire_ecran(reponse: httpx.Response) -> Ecran:
    """A page, or the fragments that htmx takes."""
    assert reponse.status_code == 200, reponse.text[:500]
    # The parser of documents would drop a table's body that comes without its table.
    nu = re.sub(r"</?hx-partial[^>]*>", "", reponse.text)
    if "<table" not in nu:
        nu = nu.replace("<tbody", "<table><tbody").replace("</tbody>", "</tbody></table>")
    racine = html.fromstring(f"<div>{nu}</div>" if "<html" not in nu else nu)
    voisines = {a.get("rel"): a.get("href") for a in racine.xpath('//nav[@id="pages"]//a')}
    return Ecran(
        [int(tr.get("id").removeprefix("ligne-")) for tr in racine.xpath('//tbody[@id="corps"]/tr[@id]')],
        propre(racine.get_element_by_id("compte")),
        [propre(a).removesuffix(" × : retirer ce filtre").removesuffix("× : retirer ce filtre")
         for a in racine.xpath('//ul[@class="jetons"]//a')],
        voisines.get("next"), voisines.get("prev"), racine,
    )  # fmt: skip


async def eprouver(propriete: Callable[[Callable[[Coroutine[Any, Any, Any]], Any]], None]) -> None:
    """Run a property of hypothesis beside this loop; it is handed what runs a coroutine here."""
    boucle = asyncio.get_running_loop()

    def ici(travail: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(travail, boucle).result()

    await asyncio.to_thread(propriete, ici)
