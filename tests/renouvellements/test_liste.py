"""Agréments that end: which are listed, for whom, and the wave that they make."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from lxml import html

from app.agrements.models import StatutAgrement
from app.core.roles import Role
from app.core.templating import aujourdhui
from app.renouvellements.vague import nom, semestre, vague
from tests.support.application import fonction

if TYPE_CHECKING:
    from tests.renouvellements.conftest import Fins
    from tests.support.application import Poste

LE = aujourdhui()


async def lus(poste: Poste, requete: str = "") -> list[tuple[str, int]]:
    """RTS, and how many of his agréments are listed."""
    page = await poste.ouvrir(f"/renouvellements{requete}")
    assert page.status_code == 200
    corps = html.fromstring(page.text).xpath("//table[@class='finissants']/tbody")
    return [(c.xpath("string(tr/th/text())").strip(), len(c.xpath("tr"))) for c in corps]


async def test_what_is_in_force_and_ends_before_the_day_is_listed_by_rts(fins: Fins) -> None:
    zoe, abel, fini = await fins.rts("Zoé Abreschviller"), await fins.rts("Abel Zellwiller"), await fins.rts("Paul Dambach")
    await fins.agrement(zoe)
    await fins.agrement(zoe, formation="HGE")
    margee = await fins.agrement(abel, fin=fins.campagne.debut_agrements + timedelta(days=30))
    for autre in (
        {"fin": fins.campagne.debut_agrements + timedelta(days=31)}, {"fin": LE - timedelta(days=1)},
        {"debut": LE + timedelta(days=1)}, {"statut": StatutAgrement.PROPOSE}, {"statut": StatutAgrement.RETIRE},
        {"statut": StatutAgrement.REMPLACE}, {"formation": "CARDIO"}, {"subdivision": "NANCY"},
    ):  # fmt: skip
        await fins.agrement(fini, **autre)
    renouvele = await fins.agrement(fini)
    suite = {"debut": renouvele.fin + timedelta(days=1), "fin": date(2050, 4, 30), "statut": StatutAgrement.PROPOSE}
    await fins.agrement(fini, terrain=renouvele.terrain_id, **suite)
    claire = await fins.poste()
    assert await lus(claire) == [("Zoé Abreschviller", 2), ("Abel Zellwiller", 1)]
    assert await lus(claire, "?formation=HGE") == [("Zoé Abreschviller", 1)]
    jour = fins.campagne.debut_agrements
    assert await lus(claire, f"?avant={jour}") == [("Zoé Abreschviller", 2)]
    assert await lus(claire, f"?avant={jour - timedelta(days=1)}") == []  # before the day, the day itself is not
    sans = await lus(claire, f"?campagne=&subdivision=STRASBOURG&avant={margee.fin + timedelta(days=2)}")
    assert sans == [("Zoé Abreschviller", 2), ("Paul Dambach", 2), ("Abel Zellwiller", 1)]  # any formation


async def test_another_subdivision_is_neither_listed_nor_counted_nor_invited(fins: Fins) -> None:
    ici, la_bas = await fins.rts("Zoé Abreschviller"), await fins.rts("Rose Toul")
    await fins.agrement(ici)
    await fins.agrement(la_bas, subdivision="NANCY")
    claire = await fins.poste()
    rose = await fins.poste(await fins.monde.personne("Rosa Nomeny", fonction(Role.SCOL, subdivision="NANCY")))
    hge = await fins.poste(await fins.monde.personne("Léo Erstein", fonction(Role.SCOL, "HGE")))
    assert await lus(claire) == [("Zoé Abreschviller", 1)]
    assert await lus(hge) == []  # whoever manages one formation reads no other
    assert await lus(rose, f"?avant={fins.campagne.debut_agrements}") == [("Rose Toul", 1)]
    for poste, vus, caches in ((claire, "Zoé", "Rose Toul"), (rose, "Rose Toul", "Zoé")):
        page = (await poste.ouvrir("/renouvellements")).text
        assert (vus in page, caches in page, "1 agrément de 1 responsable" in page) == (True, False, True)
    for adresse in ("/renouvellements?subdivision=NANCY", "/renouvellements/echeancier?subdivision=NANCY"):
        assert (await claire.ouvrir(adresse)).status_code == 404
    for adresse in ("", "/nouvelle"):
        assert (await rose.ouvrir(f"/campagnes/{fins.campagne.id}/invitations{adresse}")).status_code == 404
    assert (await rose.ouvrir(f"/renouvellements?campagne={fins.campagne.id}")).status_code == 404
    force = await fins.envoyer(ici, poste=claire)
    assert [rpps for rpps, _ in force["faits"]] == [ici]
    forge = await claire.poster(f"/campagnes/{fins.campagne.id}/invitations", rpps=[la_bas])
    assert (forge.status_code, len(await fins.invitations())) == (422, 1)
    assert "1 agrément" not in (await hge.ouvrir(f"/campagnes/{fins.campagne.id}/invitations")).text


async def test_who_does_not_configure_campaigns_reads_none_of_it(fins: Fins) -> None:
    zoe = await fins.rts("Zoé Abreschviller")
    await fins.agrement(zoe)
    base = f"/campagnes/{fins.campagne.id}"
    adresses = ("/renouvellements", "/renouvellements/echeancier", f"{base}/invitations", f"{base}/invitations/nouvelle",
                f"{base}/relances/nouvelle")  # fmt: skip
    roles = (Role.COORD, Role.REP, Role.MEMBRE, Role.PRES, Role.ARS)
    for qui in (fins.gens[zoe], *[await fins.monde.personne(f"Un {r}", fonction(r)) for r in roles]):
        poste = await fins.poste(qui)
        assert [(await poste.ouvrir(a)).status_code for a in adresses] == [403] * 5
        for acte in ("invitations", "relances"):
            assert (await poste.poster(f"{base}/{acte}", rpps=[zoe])).status_code == 403
    odile = await fins.poste(await fins.monde.personne("Odile Brunstatt", fonction(Role.ADMIN, subdivision=None)))
    assert [(await odile.ouvrir(a)).status_code for a in adresses] == [200] * 5
    assert await fins.invitations() == []


async def test_a_bad_address_is_said_and_never_breaks(fins: Fins) -> None:
    claire = await fins.poste()
    vide = await claire.ouvrir("/renouvellements")
    assert "Aucun agrément en vigueur ne finit avant ce jour." in vide.text
    for requete, statut in (
        ("?avant=demain", 200), ("?page=99999999", 200), ("?page=-1", 200), ("?reponse=RIEN", 200), ("?formation=%00", 200),
        ("?campagne=99", 404), ("?campagne=x", 404), (f"?campagne={10**20}", 404), ("?campagne=&subdivision=RIEN", 404),
    ):  # fmt: skip
        assert (requete, (await claire.ouvrir(f"/renouvellements{requete}")).status_code) == (requete, statut)
    assert "Attendu une date" in (await claire.ouvrir("/renouvellements?avant=demain")).text


async def test_the_wave_counts_each_agrement_once_in_its_semester(fins: Fins) -> None:
    zoe = await fins.rts("Zoé Abreschviller")
    for fin, formation in ((date(2027, 4, 30), "ALLERGO"), (date(2027, 10, 31), "ALLERGO"), (date(2028, 4, 30), "HGE"),
                           (date(2028, 3, 2), "ALLERGO")):  # fmt: skip
        await fins.agrement(zoe, fin=fin, formation=formation)
    await fins.agrement(zoe, fin=date(2027, 4, 30), subdivision="NANCY")
    page = html.fromstring((await (await fins.poste()).ouvrir("/renouvellements/echeancier")).text)
    assert page.xpath("//thead/tr/th/text()") == ["Spécialité", "Hiver 2026-2027", "Été 2027", "Hiver 2027-2028", "Total"]
    rangees = [[x.text_content() for x in tr] for tr in page.xpath("//tbody/tr")]
    assert rangees == [["Allergologie", "1", "1", "1", "3"], ["Hépato-gastro-entérologie", "–", "–", "1", "1"]]
    assert [t.text for t in page.xpath("//*[@class='total']")] == ["1", "1", "2"]


def test_a_semester_ends_on_30_april_and_31_october() -> None:
    jours = [date(2026, 10, 31), date(2026, 11, 1), date(2027, 4, 30), date(2027, 5, 1)]
    assert [nom(semestre(j)) for j in jours] == ["Été 2026", "Hiver 2026-2027", "Hiver 2026-2027", "Été 2027"]


def test_the_plot_keeps_the_greatest_specialties_and_sums_the_others() -> None:
    fins_: list[Any] = [(date(2027, 4, 30), f"F{n}", 10 - n) for n in range(9)] + [(date(2040, 4, 30), "F0", 1)]
    v = vague(fins_, {})
    assert v is not None
    assert ([t for _, t in v.legende], len(v.semestres), v.totaux[0][2]) == (
        ["F0", "F1", "F2", "F3", "F4", "F5", "Autres"], 14, 54,
    )  # fmt: skip
    assert abs(sum(p.hauteur for p in v.parts if p.x == v.parts[0].x) - 200) < 1
    assert [total for *_, total in v.tableau] == [10, 9, 8, 7, 6, 5, 4, 3, 2]  # what ends beyond is not counted
    assert vague([], {}) is None
