"""Every column sorts, the same on both databases; pages by key meet each row once, forth and back, whatever comes meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from app.avis.models import Sens
from app.core.roles import Role
from app.core.visibilite import Moment
from app.demandes.models import Ligne
from app.demandes.statuts import Statut, TypeDemande, Validation
from app.liste.colonnes import TOUTES, colonnes
from app.liste.libelles import libelles
from app.tableau import requete
from tests.liste.modele import JUGEMENTS, VALIDATIONS, cle, lisibles
from tests.liste.rangees import lire_ecran, semer
from tests.liste.test_filtres import MARC, RANGEES
from tests.support.application import fonction

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.liste.rangees import Ecran
    from tests.support.application import Monde, Poste

CODES = [c.code for c in TOUTES]
# A dictionary and the bytes do not agree on these.
SIGNES: tuple[dict[str, Any], ...] = (
    {"terrain": "d'un", "ville": "L'Haÿ", "formation": "GYN_OBS", "type_etablissement": "CHS", "nom": "de la Tour"},
    {"terrain": "d-un", "ville": "L Haÿ", "formation": "GENETIQUE", "type_etablissement": "HIA", "nom": "De-la-Tour"},
    {"terrain": "d un", "ville": "L-Haÿ", "formation": "GYN_MED", "type_etablissement": "PMI", "nom": "delatour"},
    {"terrain": "d_un", "ville": "", "formation": "NEPHRO", "type_etablissement": "", "nom": "Delatour"},
    {"terrain": "dun", "etablissement": "2e", "formation": "NEURO", "type_etablissement": "EFS", "nom": "d'Elatour"},
    {"terrain": "D1", "etablissement": "10e", "formation": "HGE", "attachees": ("HEMATO",), "rep": Sens.A_L_ETUDE},
    {"statut": Statut.EN_VALIDATION, "type_demande": TypeDemande.REEXAMEN, "validation_rts": Validation.INVALIDE},
    {"coord": Sens.A_L_ETUDE, "moment": Moment.SEANCE_OUVERTE, "type_demande": TypeDemande.EXTENSION_PHASE},
)


@pytest.fixture
def petites_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enough pages of few rows."""
    monkeypatch.setattr(requete, "TAILLE", 7)


async def page(poste: Poste, adresse: str) -> Ecran:
    return lire_ecran(await poste.ouvrir(adresse, htmx=True, cible="tbody#corps"))


async def marcher(
    poste: Poste, adresse: str, sens: str = "suivante", *, apres_deux: Callable[[], Awaitable[Any]] | None = None
) -> tuple[list[int], str]:
    """From page to page until there is none; the rows met, and the last address."""
    vues: list[int] = []
    pas = 0
    while True:
        ecran = await page(poste, adresse)
        vues = vues + ecran.lignes if sens == "suivante" else ecran.lignes + vues
        pas += 1
        if pas == 2 and apres_deux:
            await apres_deux()
        voisine = getattr(ecran, sens)
        if voisine is None:
            return vues, adresse
        adresse = voisine


@pytest.mark.usefixtures("petites_pages")
async def test_each_sort_walks_every_row_once_forth_and_back(monde_francais: Monde) -> None:
    monde = monde_francais
    campagne = await monde.campagne("MG")
    scol = await monde.personne("Claire Exemple", fonction(Role.SCOL), fonction(Role.SCOL, subdivision="NANCY"))
    membre = await monde.personne("Marc Ottrott", fonction(Role.MEMBRE), fonction(Role.COORD, "MG"), rpps=MARC)
    rangees = await semer(monde, campagne.id, scol.id, *RANGEES, *SIGNES)
    async with monde.base() as session:
        lib = (await libelles(session)).listes
    tout, masquees = set(CODES), {"statut", *VALIDATIONS, *JUGEMENTS}
    for poste, codes in ((await monde.connecter(scol), tout), (await monde.connecter(membre), masquees)):
        siennes = lisibles(poste.droits, rangees)
        assert codes <= set(colonnes(poste.droits))
        for code in codes:
            triees = [r["id"] for r in sorted(siennes, key=lambda r: cle(poste.droits, code, r, lib))]
            for tri, attendues in ((code, triees), (f"-{code}", triees[::-1])):
                vues, derniere = await marcher(poste, f"/demandes?tri={tri}")
                assert vues == attendues, tri
                assert (await marcher(poste, derniere, "precedente"))[0] == attendues, tri
        assert len(siennes) > 12


@pytest.mark.usefixtures("petites_pages")
async def test_a_row_that_comes_meanwhile_shifts_nothing(monde: Monde) -> None:
    campagne = await monde.campagne("MG")
    scol = await monde.personne("Claire Exemple", fonction(Role.SCOL), fonction(Role.SCOL, subdivision="NANCY"))
    poste = await monde.connecter(scol)
    await semer(monde, campagne.id, scol.id, *RANGEES)

    async def arrivent() -> None:  # before, beside and behind whatever is being read
        extremes = ({"ville": "Aa", "nom": "Aa", "terrain": "Aa"}, {"ville": "Zz", "nom": "Zz", "coord": Sens.REFUSE})
        await semer(monde, campagne.id, scol.id, extremes[0], RANGEES[0], extremes[1])

    for code in ("", *CODES):
        adresse = f"/demandes?tri={code}" if code else "/demandes?tout=1"
        avant, _ = await marcher(poste, adresse)
        vues, derniere = await marcher(poste, adresse, apres_deux=arrivent)
        assert [i for i in vues if i in avant] == avant, code
        assert len(set(vues)) == len(vues), code
        retour, _ = await marcher(poste, derniere, "precedente")
        assert [i for i in retour if i in avant] == avant, code


@pytest.mark.usefixtures("petites_pages")
async def test_a_place_that_has_gone_shows_the_first_page(monde: Monde) -> None:
    campagne = await monde.campagne("MG")
    scol = await monde.personne("Claire Exemple", fonction(Role.SCOL))
    poste = await monde.connecter(scol)
    rangees = [r["id"] for r in await semer(monde, campagne.id, scol.id, *({} for _ in range(9)))]
    deuxieme = (await page(poste, "/demandes?tri=ville")).suivante
    assert deuxieme is not None
    assert (await page(poste, deuxieme)).lignes == rangees[7:]
    async with monde.base() as session:
        for numero in rangees[7:]:
            ligne = await session.get(Ligne, numero)
            ligne.moment = Moment.SUPPRIMEE
    reponse = await poste.ouvrir(deuxieme, htmx=True, cible="tbody#corps")
    assert lire_ecran(reponse).lignes == rangees[:7]
    assert reponse.headers["HX-Push-Url"] == "/demandes?tri=ville"


@pytest.mark.parametrize("tri", ["ville", "-ville", "statut", "decision_coord"])
async def test_a_cursor_written_by_hand_is_a_place_or_nothing(monde: Monde, tri: str) -> None:
    scol = await monde.personne("Claire Exemple", fonction(Role.SCOL))
    poste = await monde.connecter(scol)
    for curseur in ("apres=x", "avant=W10", "apres=WyInIiwgMV0", "apres=WzEsIDJd", "apres=WyJcdTAwMDAiLCAxXQ"):
        reponse = await poste.ouvrir(f"/demandes?tri={tri}&{curseur}")
        assert reponse.status_code == 200, curseur


async def test_the_header_tells_the_sort(monde: Monde) -> None:
    scol = await monde.personne("Claire Exemple", fonction(Role.SCOL))
    poste = await monde.connecter(scol)

    async def sortes(suite: str) -> list[str]:
        racine = lire_ecran(await poste.ouvrir(f"/demandes?{suite}&cols={','.join(CODES)}")).racine
        return [th.get("aria-sort") for th in racine.xpath("//thead/tr[1]/th[@data-c]")]

    for n, code in enumerate(CODES):
        autres = ["none"] * len(CODES)
        assert await sortes(f"tri={code}") == [*autres[:n], "ascending", *autres[n + 1 :]]
        assert await sortes(f"tri=-{code}") == [*autres[:n], "descending", *autres[n + 1 :]]
    assert await sortes("tri=inconnue") == ["none"] * len(CODES)
