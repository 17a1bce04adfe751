"""Campaigns: who configures them and where, what a form refuses, two people at once, the notice that the RTS reads."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html
from sqlalchemy import func, select

from app.campagnes.models import Campagne, CampagneFormation
from app.campagnes.queries import Etape, etape
from app.core.journal import Journal
from app.core.roles import Role
from app.core.templating import aujourdhui
from app.referentiel.models import Formation, Nature
from tests.campagnes.outils import BONNE, NADIA, champs, creer, dans, erreurs
from tests.support.application import fonction

if TYPE_CHECKING:
    from tests.support.application import Monde


async def stockee(monde: Monde, numero: int) -> Campagne:
    """As it is now."""
    async with monde.sessions() as session:
        campagne = (await session.execute(select(Campagne).where(Campagne.id == numero))).scalar_one()
        await session.refresh(campagne, ["formations"])
        return campagne


async def nombre(monde: Monde) -> tuple[int, int]:
    """Campaigns, acts of the journal about them."""
    async with monde.sessions() as session:
        campagnes = await session.scalar(select(func.count()).select_from(Campagne))
        actes = await session.scalar(select(func.count()).select_from(Journal).where(Journal.sujet == "campagne"))
        return campagnes or 0, actes or 0


COCHES = {"formations", "motifs", "pieces", "voie_bloquante"}


@pytest.fixture
async def claire(monde: Monde) -> Any:
    """The scolarité of Strasbourg, signed in."""
    return await monde.connecter(await monde.personne("Claire Rosheim", fonction(Role.SCOL)))


async def test_a_campaign_is_made_and_changed_by_the_administrator_or_the_scolarite_of_its_subdivision(monde: Monde) -> None:
    odile = await monde.connecter(await monde.personne("Odile Brunstatt", fonction(Role.ADMIN, subdivision=None)))
    claire = await monde.connecter(await monde.personne("Claire Rosheim", fonction(Role.SCOL)))
    rose = await monde.connecter(await monde.personne("Rose Toul", fonction(Role.SCOL, subdivision="NANCY")))
    sienne = await creer(monde, claire)
    a_nancy = await creer(monde, odile, subdivision="NANCY")
    refus = await claire.poster("/campagnes/nouvelle", **BONNE | {"subdivision": "CAEN"})
    assert erreurs(refus) == {"subdivision": "Choisissez l'une de vos subdivisions."}
    assert [o.get("value") for o in html.fromstring(refus.text).xpath("//select[@id='subdivision']/option")] == ["STRASBOURG"]
    adresse = f"/campagnes/{sienne}/modification"
    formulaire = champs(await claire.ouvrir(adresse))
    assert (formulaire["subdivision"], formulaire["formations"], formulaire["ouverture"]) == (
        "STRASBOURG", ["ALLERGO", "HGE"], dans(-1),
    )  # fmt: skip
    assert (await claire.poster(adresse, **formulaire | {"libelle": "Autre nom"})).status_code == 303
    assert erreurs(await claire.poster(adresse, **formulaire | {"version": "2", "subdivision": "NANCY"})) == {
        "subdivision": "Choisissez l'une de vos subdivisions."
    }
    for poste, numero, attendu in ((rose, sienne, 404), (claire, a_nancy, 404), (odile, sienne, 200), (rose, a_nancy, 200)):
        page = await poste.ouvrir(f"/campagnes/{numero}/modification")
        assert page.status_code == attendu
        envoi = champs(page) if attendu == 200 else BONNE | {"version": 1}
        assert (await poste.poster(f"/campagnes/{numero}/modification", **envoi)).status_code == (
            303 if attendu == 200 else 404
        )
    assert (await stockee(monde, sienne)).libelle == "Autre nom"


async def test_the_others_read_the_calendar_and_change_nothing(monde: Monde, claire: Any) -> None:
    numero = await creer(monde, claire)
    avant, version = await nombre(monde), (await stockee(monde, numero)).version
    lecteurs = [
        await monde.personne("Nadia Turckheim", rpps=NADIA),
        *[await monde.personne(f"Un {r}", fonction(r)) for r in (Role.COORD, Role.REP, Role.MEMBRE, Role.PRES, Role.ARS)],
    ]
    for qui in lecteurs:
        poste = await monde.connecter(qui)
        page = await poste.ouvrir(f"/campagnes/{numero}")
        assert (page.status_code, "<strong>projet</strong>" in page.text, "Modifier" in page.text) == (200, True, False)
        assert "Nouvelle campagne" not in (await poste.ouvrir("/campagnes")).text
        for adresse in ("/campagnes/nouvelle", f"/campagnes/{numero}/modification"):
            assert (await poste.ouvrir(adresse)).status_code == 403
            assert (await poste.poster(adresse, **BONNE | {"version": version, "subdivision": "CAEN"})).status_code == 403
    ailleurs = await monde.connecter(await monde.personne("Jean Toul", fonction(Role.COORD, subdivision="NANCY")))
    assert (await ailleurs.ouvrir(f"/campagnes/{numero}")).status_code == 404
    assert (await ailleurs.poster(f"/campagnes/{numero}/modification", **BONNE | {"version": version})).status_code == 404
    rien = await monde.connecter(await monde.personne("Paul Guebwiller"))
    assert (await rien.ouvrir("/campagnes")).status_code == 403
    assert (await rien.poster("/campagnes/nouvelle", **BONNE)).status_code == 403
    assert (await nombre(monde), (await stockee(monde, numero)).version) == (avant, version)


async def test_errors_are_beside_their_fields_and_what_was_typed_stays(monde: Monde, claire: Any) -> None:
    vide = await claire.poster("/campagnes/nouvelle", subdivision="STRASBOURG")
    assert erreurs(vide) == {
        "libelle": "Donnez un libellé à la campagne.", "ouverture": "Ouverture du dépôt : donnez une date.",
        "cloture_depot": "Clôture du dépôt : donnez une date.", "cloture_complements": "Fin des compléments : donnez une date.",
        "cloture_avis": "Fin des avis : donnez une date.", "debut_agrements": "Donnez le premier jour des agréments.",
        "formations": "Cochez au moins une formation.",
    }  # fmt: skip
    for champ, valeur, dit in (
        ("cloture_depot", dans(-2), "Cette date vient avant « Ouverture du dépôt »."),
        ("cloture_complements", dans(19), "Cette date vient avant « Clôture du dépôt »."),
        ("cloture_avis", dans(29), "Cette date vient avant « Fin des compléments »."),
        ("publication", dans(39), "Cette date vient avant « Fin des avis »."),
        ("debut_agrements", dans(59), "Cette date vient avant « Publication prévue (facultative) »."),
        ("cloture_depot", "bientôt", "Attendu une date, par exemple 23/11/2026."),
        ("libelle", "x" * 121, "121 caractères : 120 au plus."),
        ("notice", "x" * 10_001, "10001 caractères : 10000 au plus."),
        ("formations", ["INCONNUE"], "Cochez au moins une formation."),
    ):
        reponse = await claire.poster("/campagnes/nouvelle", **BONNE | {champ: valeur})
        assert erreurs(reponse) == {champ: dit}
        rendue, posee = champs(reponse), BONNE | {champ: valeur}
        garde = [n for n in BONNE if n not in COCHES and rendue[n] != posee[n]]
        assert (garde, rendue.get("formations", [])) == ([], [] if champ == "formations" else BONNE["formations"])
    assert await nombre(monde) == (0, 0)
    egales = {"ouverture": dans(5), "cloture_depot": dans(5), "cloture_complements": dans(5), "cloture_avis": dans(5)}
    await creer(monde, claire, **egales | {"publication": ""})  # each day is included


async def test_windows_of_a_formation_never_overlap_in_a_subdivision(monde: Monde) -> None:
    odile = await monde.connecter(await monde.personne("Odile Brunstatt", fonction(Role.ADMIN, subdivision=None)))
    premiere = await creer(monde, odile, libelle="Première")
    allergo, hge = "Allergologie", "Hépato-gastro-entérologie"
    for du, au, formations, prises in (
        (40, 80, ["HGE", "CARDIO"], hge),
        (-30, -1, ["ALLERGO", "HGE"], f"{allergo}, {hge}"),
        (0, 10, ["ALLERGO"], allergo),
        (-90, 90, ["ALLERGO"], allergo),
    ):
        dates = {"ouverture": dans(du), "cloture_depot": dans(du), "cloture_complements": dans(au), "cloture_avis": dans(au)}
        reponse = await odile.poster(
            "/campagnes/nouvelle", **BONNE | dates | {"formations": formations, "publication": "", "libelle": "Seconde"}
        )
        jours = f"du {aujourdhui() - timedelta(days=1):%d/%m/%Y} au {aujourdhui() + timedelta(days=40):%d/%m/%Y}"
        dit = f"Des formations sont déjà ouvertes aux mêmes dates : « Première » ({jours} : {prises})."
        assert erreurs(reponse) == {"formations": dit}
        assert champs(reponse)["formations"] == formations
    assert await nombre(monde) == (1, 1)
    apres = {"ouverture": dans(41), "cloture_depot": dans(50), "cloture_complements": dans(50), "cloture_avis": dans(50)}
    suivante = await creer(monde, odile, **apres)
    await creer(monde, odile, formations=["CARDIO"])  # another formation
    await creer(monde, odile, subdivision="NANCY")  # another subdivision
    adresse = f"/campagnes/{suivante}/modification"
    avancee = champs(await odile.ouvrir(adresse)) | {"ouverture": dans(40)}
    assert erreurs(await odile.poster(adresse, **avancee)).keys() == {"formations"}
    assert (await odile.poster(f"/campagnes/{premiere}/modification", **champs(
        await odile.ouvrir(f"/campagnes/{premiere}/modification")
    ))).status_code == 303  # it does not overlap itself  # fmt: skip


async def test_two_campaigns_made_at_the_same_instant_do_not_overlap_either(monde: Monde) -> None:
    odile = await monde.personne("Odile Brunstatt", fonction(Role.ADMIN, subdivision=None))
    postes = [await monde.connecter(odile) for _ in range(4)]
    recues = await asyncio.gather(*[p.poster("/campagnes/nouvelle", **BONNE) for p in postes])
    assert sorted(r.status_code for r in recues) == [303, 422, 422, 422]
    assert await nombre(monde) == (1, 1)


async def test_all_the_formations_of_a_kind_are_ticked_at_once(monde: Monde, claire: Any) -> None:
    numero = await creer(monde, claire, formations=["ALLERGO"], natures=["FST"])
    async with monde.sessions() as session:
        fst = set(await session.scalars(select(Formation.code).where(Formation.nature == Nature.FST, Formation.actif)))
        ouvertes = set(
            await session.scalars(select(CampagneFormation.formation).where(CampagneFormation.campagne_id == numero))
        )
    assert (ouvertes, len(fst)) == (fst | {"ALLERGO"}, 27)


async def test_two_people_at_once_is_a_conflict_that_shows_both(monde: Monde, claire: Any) -> None:
    numero = await creer(monde, claire)
    adresse = f"/campagnes/{numero}/modification"
    mienne = champs(await claire.ouvrir(adresse))
    odile = await monde.connecter(await monde.personne("Odile Brunstatt", fonction(Role.ADMIN, subdivision=None)))
    leur = champs(await odile.ouvrir(adresse)) | {"libelle": "Le nom d'Odile", "formations": ["HGE"]}
    assert (await odile.poster(adresse, **leur)).status_code == 303
    avant = await nombre(monde)
    conflit = await claire.poster(adresse, **mienne | {"libelle": "Le nom de Claire", "notice": "Tapé <ici>"})
    assert (conflit.status_code, erreurs(conflit, 409)) == (409, {
        "libelle": "Actuellement : Le nom d'Odile", "notice": "Actuellement : Apportez le **projet**.",
        "formations": "Actuellement : 1 formation.",
    })  # fmt: skip
    assert "Cette campagne a changé entre-temps. Rien n&#39;est enregistré" in conflit.text
    rendue = champs(conflit)
    assert (rendue["libelle"], rendue["notice"], rendue["formations"], rendue["version"]) == (
        "Le nom de Claire", "Tapé <ici>", ["ALLERGO", "HGE"], "2",
    )  # fmt: skip
    assert ((await stockee(monde, numero)).libelle, await nombre(monde)) == ("Le nom d'Odile", avant)
    sans_version = await claire.poster(adresse, **rendue | {"version": ""})
    assert sans_version.status_code == 409
    assert (await claire.poster(adresse, **rendue)).status_code == 303
    assert (await stockee(monde, numero)).libelle == "Le nom de Claire"


async def test_each_change_is_journalled_with_what_was_there_before(monde: Monde, claire: Any) -> None:
    """R24."""
    numero = await creer(monde, claire)
    adresse = f"/campagnes/{numero}/modification"
    saisie = champs(await claire.ouvrir(adresse)) | {"cloture_avis": dans(45), "formations": ["ALLERGO", "CARDIO"]}
    assert (await claire.poster(adresse, **saisie)).status_code == 303
    async with monde.sessions() as session:
        creee, modifiee = list(await session.scalars(select(Journal).where(Journal.sujet == "campagne").order_by(Journal.id)))
    assert (creee.action, creee.auteur, creee.sujet_id, creee.avant) == ("creer_campagne", "Claire Rosheim", numero, None)
    assert creee.apres == BONNE
    assert (modifiee.action, modifiee.auteur, modifiee.sujet_id) == ("modifier_campagne", "Claire Rosheim", numero)
    assert modifiee.avant == {"cloture_avis": dans(40), "formations": ["ALLERGO", "HGE"]}
    assert modifiee.apres == {"cloture_avis": dans(45), "formations": ["ALLERGO", "CARDIO"]}


async def test_the_notice_is_markdown_without_html(monde: Monde, claire: Any) -> None:
    notice = (
        "**Gras** <script>alert(1)</script> <b>non</b>\n\n- un\n\n[lien](javascript:alert(1)) ![i](https://exemple.fr/i.png)"
    )
    numero = await creer(monde, claire, notice=notice)
    nadia = await monde.connecter(await monde.personne("Nadia Turckheim", rpps=NADIA))
    for adresse in ("/tableau-de-bord", "/demandes/nouvelle", f"/campagnes/{numero}"):
        (lue,) = html.fromstring((await nadia.ouvrir(adresse)).text).xpath("//div[contains(@class,'notice')]")
        balises = [e.tag for e in lue.iterdescendants()]
        assert (adresse, balises.count("strong"), balises.count("li"), set(balises) & {"script", "b", "img"}) == (
            adresse, 1, 1, set(),
        )  # fmt: skip
        assert [h for h in lue.xpath(".//a/@href") if not h.startswith("https://exemple.fr/")] == []
        assert "<script>alert(1)</script> <b>non</b>" in lue.text_content()


def test_a_campaign_is_at_one_stage_on_each_day() -> None:
    le = aujourdhui()
    jours = {
        "ouverture": 0,
        "cloture_depot": 2,
        "cloture_complements": 4,
        "cloture_avis": 6,
        "publication": 8,
        "debut_agrements": 99,
    }
    campagne = Campagne(**{nom: le + timedelta(days=n) for nom, n in jours.items()})
    assert [etape(campagne, le + timedelta(days=n)) for n in (-1, 0, 2, 3, 4, 5, 6, 7, 8, 9)] == [
        Etape.A_VENIR, Etape.DEPOT, Etape.DEPOT, Etape.COMPLEMENTS, Etape.COMPLEMENTS, Etape.AVIS, Etape.AVIS,
        Etape.COMMISSION, Etape.COMMISSION, Etape.TERMINEE,
    ]  # fmt: skip
