"""*Accueil*: what waits for me, with counts that the list confirms; the pages of the footer, for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import html

from app.avis.models import Sens
from app.core.menu import menu
from app.core.roles import FONCTIONS, Role
from app.core.visibilite import Moment
from app.demandes.statuts import Statut
from app.liste.controllers import SUR_VALIDES
from app.referentiel.normalisation import cle_rpps
from tests.liste.rangees import lire_ecran, propre, semer
from tests.support.application import fonction

if TYPE_CHECKING:
    from tests.support.application import Monde, Poste

JEANNE = cle_rpps("9970042001")
A_EXAMINER = "demandes validées, à examiner en commission"
ATTENDUS = {
    Role.SCOL: ["2 demandes prêtes à valider administrativement", "0 demandes à vérifier", "4 rapports de visite à déposer"],
    Role.COORD: ["3 demandes sans avis du coordonnateur"],
    Role.REP: ["3 demandes sans avis du représentant des internes"],
    Role.MEMBRE: [f"4 {A_EXAMINER}"],
    Role.PRES: [f"4 {A_EXAMINER}"],
    Role.ARS: [],
    Role.ADMIN: [],
}


async def attentes(poste: Poste) -> list[str]:
    """What waits; each count is the one that its list shows."""
    liens = html.fromstring((await poste.ouvrir("/")).text).xpath('//ul[@class="attentes"]//a')
    for lien in liens:
        compte = lire_ecran(await poste.ouvrir(lien.get("href"))).compte
        assert compte.split()[0] == propre(lien).split()[0], lien.get("href")
    return [propre(lien) for lien in liens]


async def test_what_waits_for_each_role(monde: Monde) -> None:
    campagne = await monde.campagne("MG")
    gens = {role: await monde.personne(f"Jean {role.value}", fonction(role)) for role in FONCTIONS}
    attente = {"statut": Statut.EN_VALIDATION}
    await semer(monde, campagne.id, gens[Role.SCOL].id, {"attachees": ("ACP",)}, {"coord": Sens.ACCEPTE}, {}, attente, attente,
                {"rep": Sens.REFUSE}, {"statut": Statut.EN_SAISIE}, {"statut": Statut.ACCEPTE})  # fmt: skip
    lus = {role: await attentes(await monde.connecter(qui)) for role, qui in gens.items()}
    assert lus == ATTENDUS
    deux = await monde.personne("Anne Deux", fonction(Role.SCOL), fonction(Role.REP))
    assert await attentes(await monde.connecter(deux)) == ATTENDUS[Role.SCOL] + ATTENDUS[Role.REP]


async def test_a_line_whose_seance_is_over_waits_for_nobody(monde: Monde) -> None:
    """Before the publication it reads as validated, without opinion; none may be given any more."""
    campagne = await monde.campagne("MG")
    coord = await monde.connecter(await monde.personne("Corinne Générale", fonction(Role.COORD)))
    rep = await monde.connecter(await monde.personne("Rémi Interne", fonction(Role.REP)))
    close = {"statut": Statut.ACCEPTE, "moment": Moment.CLOSE, "decision": Sens.ACCEPTE}
    await semer(monde, campagne.id, coord.droits.personne_id, close, {}, {"moment": Moment.SEANCE_OUVERTE})
    for poste, quoi, code in ((coord, "du coordonnateur", "coord"), (rep, "du représentant des internes", "rep")):
        sans = lire_ecran(await poste.ouvrir(f"/demandes?statut=VALIDE_ADMIN&decision_{code}=SANS"))
        assert sans.compte == "3 sur 3 demandes"
        assert await attentes(poste) == [f"2 demandes sans avis {quoi}"]


async def test_home_by_right(monde: Monde) -> None:
    for role in FONCTIONS:
        poste = await monde.connecter(await monde.personne(f"Jean {role.value}", fonction(role)))
        reponse = await poste.ouvrir("/")
        assert reponse.status_code == 200, role
        for lien in menu(poste.droits):
            assert f'href="{lien.url}"' in reponse.text
            attendu = 303 if lien.url == "/demandes" and role in SUR_VALIDES else 200  # to what he can work on
            assert (await poste.ouvrir(lien.url)).status_code == attendu, (role, lien.url)
    jeanne = await monde.connecter(await monde.personne("Jeanne Exemple", rpps=JEANNE))
    assert (await jeanne.ouvrir("/")).headers["location"] == "/tableau-de-bord"
    sans = await monde.connecter(await monde.personne("Zoé Exemple"))
    assert (await sans.ouvrir("/")).headers["location"] == "/sans-droit"
    assert (await (await monde.connecter()).ouvrir("/")).headers["location"].startswith("/connexion")


async def test_whoever_only_gives_opinions_starts_on_what_is_validated(monde: Monde) -> None:
    for role in FONCTIONS:
        reponse = await (await monde.connecter(await monde.personne(f"Jean {role.value}", fonction(role)))).ouvrir("/demandes")
        vers = "/demandes?statut=VALIDE_ADMIN" if role in {Role.COORD, Role.REP, Role.MEMBRE, Role.PRES} else None
        assert reponse.headers.get("location") == vers, role


async def test_the_pages_of_the_footer_are_open_to_everybody(monde: Monde) -> None:
    titres = {"/aide": "Aide en ligne", "/cgu": "Conditions générales d'utilisation", "/rgpd": "Données personnelles",
              "/accessibilite": "Accessibilité"}  # fmt: skip
    postes = [await monde.connecter(await monde.personne(f"Jean {r.value}", fonction(r))) for r in FONCTIONS]
    postes += [await monde.connecter(await monde.personne("Jeanne Exemple", rpps=JEANNE)), await monde.connecter()]
    for poste in postes:
        for adresse, titre in titres.items():
            reponse = await poste.ouvrir(adresse)
            assert reponse.status_code == 200
            assert f"<h1>{titre}</h1>" in reponse.text.replace("&#39;", "'")
    aide = (await postes[-1].ouvrir("/aide")).text
    for role in Role:
        assert f"<h2>{role.libelle}</h2>" in aide
