"""The memory of a terrain: what was asked and decided there, each earlier line by its own rights; the dossier beside the row."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from lxml import html
from sqlalchemy import select, update

from app.agrements.models import Agrement, StatutAgrement, TypeAgrement
from app.avis.models import Sens
from app.core.journal import Journal
from app.core.roles import Role
from app.core.templating import aujourdhui
from app.core.visibilite import Moment
from app.demandes.models import Demande
from app.demandes.statuts import Statut
from app.referentiel.models import Terrain
from app.referentiel.normalisation import cle_rpps
from tests.liste.rangees import propre, semer
from tests.support.application import fonction
from tests.support.requetes import requetes

if TYPE_CHECKING:
    from tests.support.application import Monde, Poste

JEANNE = cle_rpps("9970047001")
ICI: dict[str, Any] = {"rpps": JEANNE, "nom": "Lutterbach", "formation": "MG"}
# The line of the day; then, on its terrain: published, closed and not published, before its séance, refused, elsewhere.
RANGEES: tuple[dict[str, Any], ...] = (
    {**ICI, "coord": Sens.ACCEPTE},
    {
        **ICI,
        "statut": Statut.ACCEPTE,
        "moment": Moment.PUBLIEE,
        "coord": Sens.ACCEPTE,
        "rep": Sens.REFUSE,
        "decision": Sens.ACCEPTE,
    },
    {"nom": "Barr", "formation": "MG", "statut": Statut.ACCEPTE, "moment": Moment.CLOSE, "decision": Sens.ACCEPTE},
    {"nom": "Obernai", "formation": "GERIATRIE", "coord": Sens.REFUSE},
    {"nom": "Andlau", "formation": "MG", "statut": Statut.REFUSE},
    {"nom": "Saverne", "formation": "MG", "coord": Sens.A_L_ETUDE},
)


async def planter(monde: Monde) -> list[dict[str, Any]]:
    """The rows; all but the last on one numbered terrain, which has had three agréments."""
    campagne = await monde.campagne("MG")
    auteur = await monde.personne("Ancien Auteur")
    rangees = await semer(monde, campagne.id, auteur.id, *RANGEES)
    jour = aujourdhui()
    async with monde.base() as session:
        terrain = Terrain(numero=7041, libelle="Court séjour", recherche="7041")
        session.add(terrain)
        await session.flush()
        ici = [r["demande"] for r in rangees[:-1]]
        await session.execute(
            update(Demande).where(Demande.id.in_(ici)).values(terrain_id=terrain.id, projet="Projet de l'année.")
        )
        for statut, ans in ((StatutAgrement.ACTIF, 1), (StatutAgrement.SUSPENDU, 4), (StatutAgrement.ECHU, 20)):
            debut = jour - timedelta(days=365 * ans)
            session.add(Agrement(rpps=JEANNE, terrain_id=terrain.id, subdivision="STRASBOURG", formation="MG", phases="SA",
                                 type=TypeAgrement.PRINCIPAL, debut=debut, fin=debut + timedelta(days=800), statut=statut))  # fmt: skip
    return rangees


async def apercu(poste: Poste, ligne: int, *, htmx: bool = True) -> Any:
    reponse = await poste.ouvrir(f"/lignes/{ligne}/panneau", htmx=htmx)
    assert reponse.status_code == 200, reponse.text[:300]
    return html.fromstring(reponse.text)


def souvenirs(racine: Any) -> dict[int, list[str]]:
    """What is remembered: demande → its statut, then what was said."""
    lus = {}
    for li in racine.xpath('//ol[@class="anciennes"]/li'):
        numero = int(propre(li.xpath("./p")[1]).split("n° ")[1].split()[0])
        dits = [propre(p).removeprefix("Décision ").split(" :")[0] for p in li.xpath("./p")[2:]]
        lus[numero] = [propre(li.xpath('.//span[starts-with(@class, "statut")]')[0]), *dits]
    return lus


async def test_each_earlier_line_is_read_by_its_own_rights(monde: Monde) -> None:
    rangees = await planter(monde)
    du_jour, publiee, close, avant, refusee, _ = [r["demande"] for r in rangees]
    gens = {
        "scol": await monde.personne("Claire Guichet", fonction(Role.SCOL)),
        "coord": await monde.personne("Corinne Générale", fonction(Role.COORD, "MG")),
        "ars": await monde.personne("Agnès Agence", fonction(Role.ARS)),
        "jeanne": await monde.personne("Jeanne Lutterbach", rpps=JEANNE),
    }
    lus = {qui: souvenirs(await apercu(await monde.connecter(p), rangees[0]["id"])) for qui, p in gens.items()}
    avis, tous = ["des coordonnateurs", "représentant des internes", "commission"], "Validé administrativement"
    assert lus["scol"] == {
        publiee: ["Accepté", *avis], close: ["Accepté", "commission"],
        avant: [tous, "des coordonnateurs", "commission"], refusee: ["Refusé", "Motif du refus"],
    }  # fmt: skip
    # Not a member: neither the other formation, nor the représentant's opinion, nor what is not published.
    assert lus["coord"] == {
        publiee: ["Accepté", "des coordonnateurs", "commission"], close: [tous], refusee: ["Refusé", "Motif du refus"]
    }  # fmt: skip
    assert lus["ars"] == {publiee: ["Accepté", *avis], close: ["Accepté", "commission"], avant: [tous]}
    assert lus["jeanne"] == {publiee: ["Accepté", "commission"]}
    page = await (await monde.connecter(gens["scol"])).ouvrir(f"/demandes/{du_jour}")
    assert souvenirs(html.fromstring(page.text)) == lus["scol"]


async def test_agrements_of_ten_years_with_their_plot_and_its_words(monde: Monde) -> None:
    rangees = await planter(monde)
    scol = await monde.connecter(await monde.personne("Claire Guichet", fonction(Role.SCOL)))
    racine = await apercu(scol, rangees[0]["id"])
    etats = [propre(td) for td in racine.xpath('//table[@class="souvenirs"]/tbody/tr/td[3]')]
    assert etats == ["Actif", "Suspendu"]  # the third ended more than ten years ago
    assert len(racine.xpath('//svg//rect[contains(@class, "barre-agrement")]')) == 2
    (texte,) = racine.xpath("//svg[@role='img']/@aria-label")
    assert texte.count("Médecine générale, principal, du ") == 2
    ailleurs = await apercu(scol, rangees[-1]["id"])
    assert propre(ailleurs.xpath('//section[@class="memoire"]/p[@class="vide"]')[0]).startswith("Rien ces 10 dernières années")
    autre = await monde.connecter(await monde.personne("Karim Autre", fonction(Role.SCOL, subdivision="NANCY")))
    assert (await autre.ouvrir(f"/lignes/{rangees[0]['id']}/panneau")).status_code == 404


async def test_the_memory_costs_three_queries_whatever_there_is(monde: Monde) -> None:
    rangees = await planter(monde)
    scol = await monde.connecter(await monde.personne("Claire Guichet", fonction(Role.SCOL)))
    moteur = monde.app.state.direct.sessions.kw["bind"]
    couts = []
    for rangee in (rangees[0], rangees[0], rangees[-1]):
        with requetes(moteur) as vues:
            await apercu(scol, rangee["id"])
        couts.append(len(vues))
    assert couts[1] - couts[2] == 1  # the terrain's number
    assert sum("FROM agrement" in x for x in vues) == 1


async def test_the_panel_is_a_page_as_well_and_tells_what_the_line_tells(monde: Monde) -> None:
    rangees = await planter(monde)
    ligne = rangees[0]["id"]
    scol = await monde.connecter(await monde.personne("Claire Guichet", fonction(Role.SCOL)))
    fragment, page = await apercu(scol, ligne), await apercu(scol, ligne, htmx=False)
    assert [propre(x) for x in page.xpath("//main//h1")] == ["Jeanne Lutterbach"]
    for racine in (fragment, page):
        texte = propre(racine.xpath('//dl[@class="fiche"]')[0])
        assert "Consultation n° 7041" in texte
        assert "Projet de l'année." in propre(racine.xpath('//*[@class="texte-long"]')[0])
        assert [a.get("href") for a in racine.xpath('//*[@class="actions"]/a')] == [f"/demandes/{rangees[0]['demande']}"]
    coord = await monde.connecter(await monde.personne("Corinne Générale", fonction(Role.COORD, "MG")))
    actes = (await apercu(coord, ligne)).xpath('//*[@class="actions"]/a')
    assert [propre(a) for a in actes] == ["Ouvrir le dossier", "Modifier : Décision des coordonnateurs"]
    assert (await coord.ouvrir(actes[1].get("href"))).status_code == 200


async def test_a_dossier_that_does_not_open_shows_its_row_and_no_more(monde: Monde) -> None:
    campagne = await monde.campagne("MG")
    scol = await monde.personne("Claire Guichet", fonction(Role.SCOL))
    jeanne = await monde.personne("Jeanne Lutterbach", rpps=JEANNE)
    brouillon = await monde.ligne(await monde.brouillon(jeanne, campagne, "MG"))
    coord = await monde.connecter(await monde.personne("Corinne Générale", fonction(Role.COORD, "MG")))
    lu = await apercu(await monde.connecter(scol), brouillon.id)
    assert "Accueil et encadrement." in lu.text_content()
    async with monde.base() as session:
        actes = (
            await session.execute(select(Journal.action, Journal.auteur).where(Journal.action == "consulter_brouillon"))
        ).all()
    assert [tuple(x) for x in actes] == [("consulter_brouillon", "Claire Guichet")]
    ferme = await apercu(coord, brouillon.id)
    assert "Accueil et encadrement." not in ferme.text_content()
    assert ferme.xpath('//section[@class="memoire"]') == []
    assert "quand la scolarité l'aura validé" in ferme.text_content()
