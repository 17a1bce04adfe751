"""The list as people read it: its columns, its count, its chips, what it says when it is empty, and what it keeps."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from app.core.roles import Role
from app.core.texte import replier
from app.demandes.statuts import Statut
from app.referentiel.normalisation import cle_rpps
from app.tableau import requete
from app.tableau.requete import Compte
from app.tableau.vue import phrase_de_compte
from tests.liste.rangees import Ecran, lire_ecran, propre, semer
from tests.support.application import HTMX, fonction

if TYPE_CHECKING:
    import pytest

    from tests.support.application import Monde, Poste

COLONNES = [
    "Statut", "RPPS", "Prénom Nom", "Validation RTS", "Formation", "Subdivision", "Ville", "Etablissement",
    "Type Etablissement", "Validation Etablissement", "Terrain", "Validation Terrain", "Type de demande",
    "Décision représentant des internes", "Décision coordonnateur", "Décision commission",
]  # fmt: skip
STATUTS = [
    "En cours de saisie", "En cours de validation", "Validé administrativement", "Refusé", "Accepté",
]  # fmt: skip
FILTRES_D_EN_TETE = '//thead/tr[2]//*[self::input[@type="search"] or self::summary]'
RANGEES: tuple[dict[str, Any], ...] = (
    {"nom": "Rosheim", "ville": "Sélestat"},
    {"nom": "Barr", "ville": "Sélestat", "formation": "ACP", "attachees": ("GERIATRIE",)},
    {"nom": "Obernai", "ville": "Colmar", "formation": "ACP", "statut": Statut.EN_VALIDATION},
    {"nom": "Molsheim", "ville": "Colmar", "statut": Statut.EN_SAISIE},
)


async def scolarite(monde: Monde) -> Poste:
    """The scolarité's browser, four demandes in front of it."""
    campagne = await monde.campagne("MG")
    scol = await monde.personne("Claire Exemple", fonction(Role.SCOL))
    await semer(monde, campagne.id, scol.id, *RANGEES)
    return await monde.connecter(scol)


async def ecran(poste: Poste, adresse: str, **htmx: Any) -> Ecran:
    return lire_ecran(await poste.ouvrir(adresse, **htmx))


def titres(e: Ecran) -> list[str]:
    return [propre(th) for th in e.racine.xpath("//thead/tr[1]/th[@data-c]")]


def options(e: Ecran, code: str) -> list[str]:
    return [propre(x) for x in e.racine.xpath(f'//thead//label[input[@name="{code}"]]')]


async def test_the_columns_are_the_tutorial_s_in_its_words_and_order(monde: Monde) -> None:
    poste = await scolarite(monde)
    e = await ecran(poste, "/demandes")
    assert titres(e) == COLONNES
    assert options(e, "statut") == STATUTS
    assert options(e, "validation_rts") == ["Non validé", "Validé automatiquement", "Validé manuellement", "Invalidé"]
    assert options(e, "decision_coord") == ["Accepté", "A l'étude", "Refusé", "Sans avis", "Avis attendu"]
    assert options(e, "decision_commission") == ["Accepté", "A l'étude", "Refusé", "Sans décision"]
    formations = options(e, "formation")
    assert formations[:3] == [
        "Dérogation - Pour terrain de stage sans agrément principal", "Addictologie", "Administration de la santé",
    ]  # fmt: skip
    assert formations[1:] == sorted(formations[1:], key=replier)
    assert len(set(formations)) == len(formations) > 100
    # Found by their accessible names.
    noms = [x.get("aria-label") or propre(x).removesuffix(" : Tous") for x in e.racine.xpath(FILTRES_D_EN_TETE)]
    assert noms == [f"Filtrer {libelle}" for libelle in COLONNES]


async def test_each_role_is_offered_the_columns_that_it_may_ever_read(monde: Monde) -> None:
    opinions = ["Décision représentant des internes", "Décision coordonnateur", "Décision commission"]
    for role in Role:
        # Whoever gives one of the two opinions never reads the other, unless he sits on the commission too.
        sans = {
            Role.RTS: [*(c for c in COLONNES if c.startswith("Validation")), *opinions[:2]],
            Role.COORD: opinions[:1],
            Role.REP: opinions[1:2],
        }.get(role, [])
        qui = await monde.personne("Jean Exemple", rpps=cle_rpps("9970041001")) if role is Role.RTS else await monde.personne(
            f"Jean {role.value}", fonction(role)
        )  # fmt: skip
        e = await ecran(await monde.connecter(qui), "/demandes?tout=1")
        assert titres(e) == [c for c in COLONNES if c not in sans], role


async def test_a_narrow_perimeter_is_offered_its_own_formations(monde: Monde) -> None:
    coord = await monde.personne("Paul Exemple", fonction(Role.COORD, "CARDIO", "MG"))
    e = await ecran(await monde.connecter(coord), "/demandes?tout=1")
    assert options(e, "formation")[1:] == ["Médecine cardiovasculaire", "Médecine générale"]
    assert options(e, "subdivision") == ["Strasbourg"]


async def test_count_chips_and_reset(monde: Monde) -> None:
    poste = await scolarite(monde)
    tout = await ecran(poste, "/demandes")
    assert (tout.compte, tout.jetons) == ("4 sur 4 demandes (5 lignes)", [])
    filtree = await ecran(poste, "/demandes?statut=VALIDE_ADMIN&statut=EN_VALIDATION&ville=COLMAR&tri=-ville")
    assert filtree.compte == "1 sur 4 demandes"
    assert filtree.jetons == ["Statut : Validé administrativement", "Statut : En cours de validation", "Ville : « COLMAR »"]
    liens = [a.get("href") for a in filtree.racine.xpath('//ul[@class="jetons"]//a')]
    assert liens == [
        "/demandes?ville=COLMAR&statut=EN_VALIDATION&tri=-ville", "/demandes?ville=COLMAR&statut=VALIDE_ADMIN&tri=-ville",
        "/demandes?statut=VALIDE_ADMIN&statut=EN_VALIDATION&tri=-ville",
    ]  # fmt: skip
    assert [(await ecran(poste, lien)).compte for lien in liens] == [
        "1 sur 4 demandes", "0 sur 4 demandes", "3 sur 4 demandes (4 lignes)",
    ]  # fmt: skip
    assert filtree.lien("Réinitialiser") == "/demandes?tri=-ville"


async def test_an_empty_result_says_which_filter_to_drop_with_the_gain(monde: Monde) -> None:
    poste = await scolarite(monde)
    e = await ecran(poste, "/demandes?statut=EN_SAISIE&formation=ACP&ville=selestat")
    assert propre(e.racine.xpath('//tr[@class="vide"]//p')[0]) == (
        "Aucune demande ne correspond à ces filtres. Sans « Statut », il y en aurait 1 : retirer ce filtre."
    )
    assert (await ecran(poste, e.lien("retirer ce filtre"))).compte == "1 sur 4 demandes"
    seul = await ecran(poste, "/demandes?ville=nulle+part")
    assert propre(seul.racine.xpath('//tr[@class="vide"]//p')[0]) == (
        "Aucune demande ne correspond à ces filtres. Sans « Ville », il y en aurait 4 : retirer ce filtre."
    )
    vain = await ecran(poste, "/demandes?ville=nulle+part&personne=personne")
    assert [propre(p) for p in vain.racine.xpath('//tr[@class="vide"]//p')] == [
        "Aucune demande ne correspond à ces filtres.", "Réinitialiser",
    ]  # fmt: skip
    autre = await monde.personne("Anne Exemple", fonction(Role.SCOL, subdivision="NANCY"))
    rien = await ecran(await monde.connecter(autre), "/demandes")
    assert propre(rien.racine.xpath('//tr[@class="vide"]')[0]) == "Aucune demande pour l'instant sur votre périmètre."
    assert rien.compte == "0 sur 0 demande"


def test_counts_are_exact_up_to_the_ceiling_in_demandes_not_in_lines() -> None:
    def phrase(lignes: int, sujets: int, *, plus: bool = False) -> str:
        return phrase_de_compte(Compte(lignes, sujets, plus=plus), Compte(9_000, 4_900, plus=False), "demande")

    assert phrase(95, 87) == "87 sur 4\u202f900 demandes (95 lignes)"
    assert phrase(1, 1) == "1 sur 4\u202f900 demandes"
    assert phrase(10_000, 6_000, plus=True) == "plus de 5\u202f000 sur 4\u202f900 demandes"


async def test_past_the_ceiling_the_count_says_more(monde: Monde, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requete, "PLAFOND", 3)
    monkeypatch.setattr(requete, "LUES", 6)
    monkeypatch.setattr("app.tableau.vue.PLAFOND", 3)
    poste = await scolarite(monde)
    assert (await ecran(poste, "/demandes")).compte == "plus de 3 sur plus de 3 demandes"
    assert (await ecran(poste, "/demandes?formation=MG&formation=ACP")).compte == "plus de 3 sur plus de 3 demandes"
    assert (await ecran(poste, "/demandes?ville=selestat")).compte == "2 sur plus de 3 demandes (3 lignes)"
    vide = await ecran(poste, "/demandes?ville=nulle+part")
    assert "Sans « Ville », il y en aurait plus de 3 :" in propre(vide.racine.xpath('//tr[@class="vide"]')[0])


async def test_a_fragment_shows_what_a_fresh_page_shows(monde: Monde) -> None:
    """Same body for the page, for what replaces the table, and for what follows a filter; history wants the page."""
    poste = await scolarite(monde)

    def corps(reponse: Any) -> str:
        return re.search(r'<tbody id="corps">.*?</tbody>', reponse.text, re.DOTALL).group()  # type: ignore[union-attr]

    for suite in ("tout=1", "statut=VALIDE_ADMIN&tri=-ville", "ville=nulle", "tri=terrain&cols=statut,terrain&verrou=statut"):
        adresse = f"/demandes?{suite}&inconnu=1&ville="
        fraiche = await poste.ouvrir(adresse)
        tableau = await poste.ouvrir(adresse, htmx=True, cible="section#tableau")
        filtre = await poste.ouvrir(adresse, htmx=True, cible="tbody#corps")
        assert corps(tableau) == corps(filtre) == corps(fraiche)
        assert tableau.text.startswith('<section id="tableau"')
        assert filtre.text.startswith("<hx-partial")
        poussee = tableau.headers["HX-Push-Url"]
        assert filtre.headers["HX-Push-Url"] == poussee == f"/demandes?{suite.replace(',', '%2C')}"
        assert corps(await poste.ouvrir(poussee)) == corps(fraiche)
        revenue = await poste.http.get(adresse, headers={**HTMX, "hx-history-restore-request": "true"})
        assert revenue.text.startswith("<!doctype html>")
        assert corps(revenue) == corps(fraiche)
        assert "HX-Request" in revenue.headers["Vary"]


async def test_the_plain_form_asks_for_what_htmx_asks_for(monde: Monde) -> None:
    """Without JavaScript: the headers belong to a form, whose answer is the page of the same state."""
    poste = await scolarite(monde)
    e = await ecran(poste, "/demandes?ville=selestat&statut=VALIDE_ADMIN&tri=-personne&cols=statut,personne,formation")
    champs = [(x.get("name"), x.get("value")) for x in e.racine.xpath('//form[@id="filtres"]//input')]
    champs += [(x.get("name"), x.get("value")) for x in e.racine.xpath('//thead//input[@type="search"]')]
    champs += [(x.get("name"), x.get("value")) for x in e.racine.xpath("//thead//input[@checked]")]
    assert {x.get("form") for x in e.racine.xpath("//thead//input")} == {"filtres"}
    # The column of towns is hidden: its filter goes along.
    assert ("ville", "selestat") in champs
    envoyee = await ecran(poste, f"/demandes?{urlencode([*champs, ('formation', 'ACP')])}")
    assert envoyee.jetons == ["Statut : Validé administrativement", "Formation : Anatomie et cytologie pathologiques",
                              "Ville : « selestat »"]  # fmt: skip
    assert (envoyee.compte, envoyee.textes("personne")) == ("1 sur 4 demandes", ["Jeanne Barr"])
    liens = [a.get("href") for a in e.racine.xpath("//*[@hx-get][self::a]")]
    assert liens == [a.get("hx-get") for a in e.racine.xpath("//*[@hx-get][self::a]")]
    assert len(liens) == 6  # three titles, two chips, the reset
    for lien in liens:
        assert dict(parse_qsl(lien.partition("?")[2]))["cols"] == "statut,personne,formation"
