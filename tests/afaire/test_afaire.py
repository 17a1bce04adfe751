"""What waits for each, oldest first; what it tells is what the list tells."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from lxml import html
from sqlalchemy import select, update

from app.avis.models import Sens
from app.core.roles import Role
from app.core.templating import aujourdhui
from app.core.visibilite import Moment
from app.demandes import traitement_service
from app.demandes.models import Demande, Ligne
from app.demandes.statuts import Statut, Validation
from app.referentiel.normalisation import cle_rpps
from app.tableau import comptes
from tests.liste.masques import cellules
from tests.liste.rangees import semer
from tests.support.application import fonction
from tests.support.requetes import requetes

if TYPE_CHECKING:
    from tests.support.application import Monde, Poste

ACQUISES = dict.fromkeys(("validation_rts", "validation_etablissement", "validation_terrain"), Validation.AUTO)
VERIFIER = {"statut": Statut.EN_VALIDATION, **ACQUISES}


async def dater(monde: Monde, ligne: int, jours: int) -> None:
    le = (aujourdhui() - timedelta(days=jours)).isoformat()
    async with monde.base() as session:
        await session.execute(update(Ligne).where(Ligne.id == ligne).values(depuis=le))


def de_classe(noeud: Any, classe: str) -> list[Any]:
    return list(noeud.xpath(f'.//*[contains(concat(" ", @class, " "), " {classe} ")]'))


async def blocs(poste: Poste) -> dict[str, tuple[str, list[str], list[str]]]:
    """title → (count, who, ages)."""
    reponse = await poste.ouvrir("/a-faire")
    assert reponse.status_code == 200
    page = html.fromstring(reponse.text)
    lus = {}
    for section in de_classe(page, "a-faire"):
        (compte,) = section.xpath("./h2/strong")
        qui = [x.text_content() for x in de_classe(section, "qui")]
        lus[compte.tail.strip()] = (
            compte.text,
            qui,
            [x.text_content().removeprefix("attend depuis ") for x in de_classe(section, "age")],
        )
    return lus


def chiffres(texte: str) -> dict[str, dict[str, list[int]]]:
    """The tables of the plots."""
    page = html.fromstring(texte)
    return {
        g.xpath("./h2")[0].text_content(): {
            r.xpath("./th")[0].text_content(): [int(c.text_content()) for c in r.xpath("./td")] for r in g.xpath(".//tbody/tr")
        }
        for g in de_classe(page, "graphe")
    }


async def test_the_scolarite_reads_its_work_oldest_first(monde: Monde) -> None:
    scol = await monde.personne("Claire Exemple", fonction(Role.SCOL))
    campagne = await monde.campagne("MG")
    lues = await semer(
        monde, campagne.id, scol.id, {**VERIFIER, "prenom": "Anne"}, {**VERIFIER, "prenom": "Bruno"},
        {**VERIFIER, "prenom": "Chloé", "validation_terrain": Validation.NON_VALIDE}, {"prenom": "David"},
    )  # fmt: skip
    for rangee, jours in zip(lues, (3, 40, 16, 1), strict=True):
        await dater(monde, rangee["id"], jours)
    assert await blocs(await monde.connecter(scol)) == {
        "demandes prêtes à valider administrativement": ("2", ["Bruno Exemple", "Anne Exemple"], ["40 jours", "3 jours"]),
        "demandes à vérifier": ("1", ["Chloé Exemple"], ["16 jours"]),
        "rapports de visite à déposer": ("1", ["David Exemple"], ["1 jour"]),
    }


async def test_my_turn_begins_with_the_move_that_gives_it(monde: Monde) -> None:
    scol = await monde.personne("Claire Exemple", fonction(Role.SCOL))
    coord = await monde.personne("Paul Exemple", fonction(Role.COORD, "MG"))
    campagne = await monde.campagne("MG")
    (lue,) = await semer(monde, campagne.id, scol.id, VERIFIER)
    await dater(monde, lue["id"], 20)
    bureau = await monde.connecter(scol)
    async with monde.base() as session:
        await session.execute(update(Demande).where(Demande.id == lue["demande"]).values(**ACQUISES))
        demande = (await session.execute(select(Demande).where(Demande.id == lue["demande"]))).scalar_one()
        await traitement_service.valider(session, demande, version=demande.version, par=bureau.droits)  # type: ignore[arg-type]
    assert (await blocs(await monde.connecter(coord)))["demandes sans avis du coordonnateur"] == (
        "1", ["Jeanne Exemple"], ["aujourd'hui"]
    )  # fmt: skip
    assert [nombre for nombre, *_ in (await blocs(bureau)).values()] == ["0", "0", "1"]  # its visit report is waited for


async def test_a_seance_moves_no_turn(monde: Monde) -> None:
    scol = await monde.personne("Claire Exemple", fonction(Role.SCOL))
    pres = await monde.personne("Yves Exemple", fonction(Role.PRES))
    rts = await monde.personne("Jeanne Exemple", rpps=cle_rpps("9970042001"))
    campagne = await monde.campagne("MG")
    seance = await monde.seance("MG", scol=scol)
    (lue,) = await semer(monde, campagne.id, scol.id, {"rpps": rts.rpps, "coord": Sens.ACCEPTE})
    await dater(monde, lue["id"], 20)
    vues = []
    for acte in (monde.ouvrir, monde.clore):
        await acte(seance, pres=pres)
        reponse = await (await monde.connecter(rts)).ouvrir("/demandes?cols=statut,attente")
        vues.append([cellules(reponse.text)[lue["id"], code] for code in ("statut", "attente")])
    assert vues[0] == vues[1]
    assert "20 jours" in vues[0][1]
    siennes = await (await monde.connecter(scol)).ouvrir("/demandes?cols=attente")
    assert cellules(siennes.text)[lue["id"], "attente"].startswith('<span class="texte"><span class="vide">—</span>')


async def test_the_plots_tell_what_the_list_counts(monde: Monde) -> None:
    scol = await monde.personne("Claire Exemple", fonction(Role.SCOL))
    ailleurs = await monde.personne("Odile Exemple", fonction(Role.SCOL, subdivision="NANCY"))
    campagne = await monde.campagne("MG")
    lues = await semer(
        monde, campagne.id, scol.id, VERIFIER, {**VERIFIER, "formation": "CARDIO"}, {}, {"statut": Statut.EN_SAISIE},
        {"moment": Moment.REFUS_SCOLARITE, "statut": Statut.REFUSE}, {**VERIFIER, "subdivision": "NANCY"},
    )  # fmt: skip
    for rangee, jours in zip(lues, (0, 7, 8, 31, 31, 31), strict=True):
        await dater(monde, rangee["id"], jours)
    poste = await monde.connecter(scol)
    lus = chiffres((await poste.ouvrir("/a-faire")).text)
    assert lus == {
        "Ancienneté de ce qui attend": {
            "7 jours ou moins": [0, 2, 0, 2], "8 à 15 jours": [0, 0, 1, 1], "16 à 30 jours": [0, 0, 0, 0],
            "Plus de 30 jours": [1, 0, 0, 1],
        },
        "Volume par spécialité": {"Médecine générale": [1, 1, 1, 3], "Médecine cardiovasculaire": [0, 1, 0, 1]},
    }  # fmt: skip
    for lien in re.findall(r'href="(/demandes\?statut=EN_SAISIE[^"]*attente=[^"]*)"', (await poste.ouvrir("/a-faire")).text):
        liste = (await poste.ouvrir(lien.replace("&amp;", "&"))).text
        dit = next(n for c, n in (("0-7", 2), ("8-15", 1), ("31-", 1)) if f"attente={c}" in lien)
        assert len(re.findall(r'<tr id="ligne-', liste)) == dit, lien
    autre = chiffres((await (await monde.connecter(ailleurs)).ouvrir("/a-faire")).text)
    assert autre["Volume par spécialité"] == {"Médecine générale": [0, 1, 0, 1]}


async def test_a_rts_has_his_dashboard_and_nobody_else_waits_for_him(monde: Monde) -> None:
    rts = await monde.personne("Jeanne Exemple", rpps=cle_rpps("9970042001"))
    reponse = await (await monde.connecter(rts)).ouvrir("/a-faire")
    assert (reponse.status_code, reponse.headers["location"]) == (303, "/tableau-de-bord")
    assert (await (await monde.connecter(None)).ouvrir("/a-faire")).status_code == 302


async def test_it_costs_the_same_for_one_row_and_for_thirty(monde: Monde) -> None:
    scol = await monde.personne("Claire Exemple", fonction(Role.SCOL), fonction(Role.REP), fonction(Role.MEMBRE))
    campagne = await monde.campagne("MG")
    poste = await monde.connecter(scol)

    async def cout(nombre: int) -> int:
        toutes: list[dict[str, Any]] = [
            {**VERIFIER, "rpps": cle_rpps(f"99700{50000 + nombre * 100 + n:05}")} for n in range(nombre)
        ]
        await semer(monde, campagne.id, scol.id, *toutes, *({"rpps": t["rpps"]} for t in toutes))
        await poste.ouvrir("/a-faire")
        comptes._comptes.clear()
        with requetes(monde.app.state.moteur) as vues:
            assert (await poste.ouvrir("/a-faire")).status_code == 200
        return len(vues)

    assert await cout(1) == await cout(30)
