"""Totals and progress count what the column shows: everything that is filtered, nothing that is hidden, the same live."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lxml import html
from sqlalchemy import update

from app.avis.models import Sens
from app.core.access import peut_lire
from app.core.roles import Role
from app.core.visibilite import Moment, Objet
from app.demandes.models import Demande
from app.demandes.statuts import Statut
from app.tableau import requete
from tests.exports.test_exports import MARC, gens
from tests.liste.modele import garde, lisibles
from tests.liste.rangees import lire_ecran, propre, semer
from tests.support.application import fonction
from tests.support.requetes import requetes

if TYPE_CHECKING:
    import pytest

    from tests.support.application import Monde, Poste

A, E, R = Sens.ACCEPTE, Sens.A_L_ETUDE, Sens.REFUSE
OUVERTE = {"moment": Moment.SEANCE_OUVERTE}
RANGEES: tuple[dict[str, Any], ...] = (
    {**OUVERTE, "coord": A, "decision": A, "ville": "Metz"}, {**OUVERTE, "coord": A, "decision": R},
    {**OUVERTE, "coord": A, "decision": E}, {**OUVERTE, "coord": E}, {**OUVERTE, "coord": R, "ville": "Metz"},
    {**OUVERTE, "rep": A}, {"coord": A}, {"coord": A, "ville": "Metz"}, {"statut": Statut.EN_VALIDATION},
    {"statut": Statut.ACCEPTE, "decision": A, "rpps": MARC}, {"statut": Statut.ACCEPTE, "decision": A, "moment": Moment.CLOSE},
    {**OUVERTE, "coord": A, "formation": "CARDIO", "attachees": ("MG",)},
)  # fmt: skip
SUITES: dict[str, dict[str, tuple[str, ...]]] = {
    "tout=1": {}, "ville=metz": {"ville": ("metz",)}, "decision_commission=ACCEPTE": {"decision_commission": ("ACCEPTE",)},
}  # fmt: skip


def attendus(poste: Poste, rangees: list[dict[str, Any]], filtres: dict[str, tuple[str, ...]]) -> dict[str, int] | None:
    """The same counts, in plain Python."""
    droits = poste.droits
    assert droits is not None
    siennes = [r for r in lisibles(droits, rangees) if garde(droits, r, filtres)]
    dits = {"lues": 0, "Accepté": 0, "Refusé": 0, "A l'étude": 0, "Repris à confirmer": 0, "Sans décision": 0}
    for r in siennes:
        if not _lit(droits, Objet.DECISION, r):
            continue
        dits["lues"] += 1
        avis = r["coord"] if _lit(droits, Objet.AVIS_COORD, r) else None
        mot = {A: "Accepté", R: "Refusé", E: "A l'étude"}[r["decision"]] if r["decision"] else (
            "Sans décision" if avis is None else "A l'étude" if avis is E else "Repris à confirmer"
        )  # fmt: skip
        dits[mot] += 1
    return {"lignes": len(siennes), **dits} if dits["lues"] else None


def _lit(droits: Any, objet: Objet, r: dict[str, Any]) -> bool:
    return peut_lire(droits, objet, type("Faits", (), {c: r[c] for c in ("moment", "subdivision", "formation", "rpps")}))


def comptes(racine: Any) -> dict[str, int] | None:
    """What the footer says."""
    dits = [propre(span) for span in racine.xpath('//p[@class="totaux"]/span')]
    if not dits:
        return None
    lignes, *reste = dits
    n = int(lignes.split()[0])
    lus = {"lignes": n, "lues": int(lignes.split(" sur ")[1].split()[0]) if " sur " in lignes else n}
    for mot in ("Accepté", "Refusé", "A l'étude", "Repris à confirmer", "Sans décision"):
        dit = next(x for x in reste if x.startswith(mot))
        lus[mot] = int(dit.removeprefix(mot).split()[0])
    return lus


async def test_totals_are_those_of_the_column_for_every_role(monde: Monde, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requete, "TAILLE", 3)  # they count more than the page
    campagne = await monde.campagne("MG")
    auteur = await monde.personne("Anne Auteur", fonction(Role.SCOL))
    rangees = await semer(monde, campagne.id, auteur.id, *RANGEES)
    caches = set()
    for nom, poste in (await gens(monde)).items():
        for suite, filtres in SUITES.items():
            voulus = attendus(poste, rangees, filtres)
            page = lire_ecran(await poste.ouvrir(f"/demandes?{suite}"))
            seule = html.fromstring((await poste.ouvrir(f"/demandes/totaux?{suite}")).text)
            assert comptes(page.racine) == comptes(seule) == voulus, (nom, suite)
            caches |= {nom} if voulus is None or voulus["lues"] < voulus["lignes"] else set()
    assert caches >= {"SCOL", "COORD", "REP", "ARS", "COORD, MEMBRE"}


async def test_places_are_those_of_the_accepted_heads(monde: Monde) -> None:
    campagne = await monde.campagne("MG")
    scol = await monde.personne("Claire Exemple", fonction(Role.SCOL))
    await semer(monde, campagne.id, scol.id, *RANGEES)
    async with monde.base() as session:
        await session.execute(update(Demande).values(capacite=3))
    poste = await monde.connecter(scol)
    (places,) = lire_ecran(await poste.ouvrir("/demandes")).racine.xpath('//span[@class="places"]')
    # Three decided, three to be confirmed, one of them with a line attached: its places count once.
    assert propre(places) == "Places si la liste est adoptée : socle 18 · approfondissement 0 · consolidation 0"


async def test_a_filter_asks_for_totals_afterwards_and_for_nothing_twice(monde: Monde) -> None:
    campagne = await monde.campagne("MG")
    scol = await monde.personne("Claire Exemple", fonction(Role.SCOL))
    await semer(monde, campagne.id, scol.id, *RANGEES)
    poste = await monde.connecter(scol)
    await poste.ouvrir("/demandes?ville=m")
    filtre = lire_ecran(await poste.ouvrir("/demandes?ville=metz", htmx=True, cible="tbody#corps")).racine
    (pied,) = filtre.xpath('//*[@id="totaux"]')
    assert (pied.get("hx-get"), pied.get("hx-trigger")) == (
        "/demandes/totaux?ville=metz",
        "load delay:200ms, compteurs from:body",
    )
    with requetes(monde.app.state.moteur) as premieres:
        recus = (await poste.ouvrir("/demandes/totaux?ville=metz", htmx=True)).text
    assert 'hx-target="#totaux td"' in recus
    assert '<hx-partial hx-target="#compte" hx-swap="innerHTML">3 sur 12 demandes</hx-partial>' in recus
    with requetes(monde.app.state.moteur) as secondes:
        assert (await poste.ouvrir("/demandes/totaux?ville=metz", htmx=True)).text == recus
    assert len(secondes) < len(premieres)
    gardes = lire_ecran(await poste.ouvrir("/demandes?ville=metz", htmx=True, cible="tbody#corps")).racine
    assert gardes.xpath('//*[@id="totaux"]/@hx-trigger') == ["compteurs from:body"]


async def test_progress_is_by_specialty_masked_and_hidden_from_the_blind(monde: Monde) -> None:
    campagne = await monde.campagne("MG", "CARDIO")
    scol = await monde.personne("Claire Exemple", fonction(Role.SCOL))
    pres = await monde.personne("Hélène Exemple", fonction(Role.PRES))
    aveugle = await monde.personne("Paul Exemple", fonction(Role.MEMBRE), fonction(Role.COORD, "MG"))
    seance = await monde.seance("MG", "CARDIO", scol=scol)
    rangees = await semer(monde, campagne.id, scol.id, {"coord": A}, {"coord": E}, {"formation": "CARDIO"}, {"coord": R})
    postes = [await monde.connecter(q) for q in (scol, pres, aveugle)]
    adresse = f"/demandes?seance={seance}"

    async def avancement(poste: Poste) -> list[str]:
        racine = lire_ecran(await poste.ouvrir(adresse)).racine
        return [propre(x) for x in racine.xpath('//*[@id="progression"] | //*[@id="progression-specialites"]//li')]

    avant = ["0 sur 4 décidée 2 à confirmer 1 à l'étude 1 sans décision",
             "Médecine cardiovasculaire 0 sur 1 décidée 0 à confirmer 0 à l'étude 1 sans décision",
             "Médecine générale 0 sur 3 décidée 2 à confirmer 1 à l'étude 0 sans décision"]  # fmt: skip
    assert [await avancement(p) for p in postes] == [avant, avant, []]
    assert comptes(lire_ecran(await postes[2].ouvrir(adresse)).racine) is None
    assert "progression" not in (await postes[2].ouvrir(f"/demandes/totaux?seance={seance}", htmx=True)).text

    await monde.ouvrir(seance, pres=pres)
    assert await avancement(postes[2]) == avant
    lien = lire_ecran(await postes[1].ouvrir(adresse)).lien("Médecine générale")
    assert lire_ecran(await postes[1].ouvrir(lien)).lignes == [r["id"] for r in rangees if r["formation"] == "MG"]
    direct = (await postes[1].ouvrir(f"/demandes/totaux?seance={seance}", htmx=True)).text
    assert 'hx-target="#progression" hx-swap="innerHTML"' in direct
