"""A séance of 120 lines from its table to its closing, hands on the keyboard: what each kind of line costs, what stands."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.parcours.gestes import Frappe, ouvrir_la_seance
from tests.support.navigateur import Gens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tests.support.serveur import Serveur

LIGNES = 120
NOM = "Hélène Marmoutier"
ATTENDUES = """
  select l.id, l.formation, t.formation as tete, l.rang, (select count(*) from ligne x where x.demande_id = l.demande_id) as parts
  from ligne l join ligne t on t.demande_id = l.demande_id and t.rang = 0
  where l.subdivision = 'STRASBOURG' and l.moment = 'AVANT_SEANCE' and l.statut = 'VALIDE_ADMIN' and l.seance_id is null
"""
PHASES = "e => [...e.querySelectorAll('input[name=phases]')].map(x => [x.value, x.checked])"
TOUCHE = {"S": "s", "A": "p", "C": "c"}
COCHER = "codes => document.querySelectorAll('[name=formations]').forEach(x => { x.checked = codes.includes(x.value); })"
MOTIF = "Peu de patients, SACRE 5 ; à revoir."


@dataclass
class Table:
    """The présidente's screen and keys; what she decided, and how many keys each kind of line took."""

    page: Page
    serveur: Serveur
    seance: int
    touches: Frappe
    attendu: dict[int, tuple[str, int | None, str]] = field(default_factory=dict)
    frappes: dict[str, list[int]] = field(default_factory=dict)
    refusees: set[int] = field(default_factory=set)

    def lire(self, requete: str, *valeurs: Any) -> list[sqlite3.Row]:
        """What the database holds."""
        return lire(self.serveur, requete, *valeurs)

    def tabuler(self, cible: Locator, touche: str = "Tab") -> None:
        """Press Tab until there."""
        for _ in range(90):
            if cible.evaluate("e => e === document.activeElement"):
                return
            self.touches(touche)
        raise AssertionError(f"{cible} is not reached with {touche}")

    def ligne(self) -> int:
        """The line of the cell that has the focus."""
        return int(self.page.evaluate("document.activeElement.closest('#corps tr').id.slice(6)"))


def lire(serveur: Serveur, requete: str, *valeurs: Any) -> list[sqlite3.Row]:
    """What the database of *serveur* holds."""
    base = sqlite3.connect(f"file:{serveur.donnees / 'agrement.sqlite3'}?mode=ro", uri=True)
    base.row_factory = sqlite3.Row
    lues = base.execute(requete, valeurs).fetchall()
    base.close()
    return lues


def formations(lignes: list[sqlite3.Row]) -> set[str]:
    """Those that make a séance of 120 lines: the largest first, then what fills it."""
    choisies: set[str] = set()
    tailles = {f: sum(x["formation"] == f for x in lignes) for f in {x["formation"] for x in lignes}}
    for formation in sorted(tailles, key=lambda f: (-tailles[f], f)):
        avec = choisies | {formation}
        if sum(x["formation"] in avec or x["tete"] in avec for x in lignes) <= LIGNES:
            choisies = avec
    assert sum(x["formation"] in choisies or x["tete"] in choisies for x in lignes) == LIGNES
    return choisies


@pytest.fixture(scope="module")
def table(serveur: Serveur, chromium: Browser) -> Iterator[Table]:
    """The secretary has kept 120 lines of the séance, the présidente has opened it: she sits down."""
    gens = Gens(chromium, serveur.url)
    scolarite = gens.connecter("Claire Rosheim")
    prevue = lire(serveur, "select id from seance where statut = 'PLANIFIEE'")[0]["id"]
    gens.aller(scolarite, f"/seances/{prevue}/modification")
    scolarite.evaluate(COCHER, sorted(formations(lire(serveur, ATTENDUES))))
    scolarite.locator("main form").get_by_role("button").last.click()
    scolarite.wait_for_url(f"**/seances/{prevue}")
    seance = ouvrir_la_seance(gens)
    page = gens.connecter(NOM)
    gens.aller(page, f"/seances/{seance}")
    yield Table(page, serveur, seance, Frappe(page))
    gens.fermer()
    assert gens.fautes == []


def test_1_all_concordant_lines_are_confirmed_by_one_gesture(table: Table) -> None:
    page, touches = table.page, table.touches
    table.tabuler(page.get_by_role("button", name="Aller au tableau"))
    touches("Enter")
    expect(page.locator("#compte")).to_contain_text("demandes")
    bouton = page.get_by_role("button", name="Confirmer les avis concordants")
    expect(bouton).to_have_text(re.compile(r"\(\d+\)"))
    nombre = re.search(r"\d+", bouton.inner_text())
    assert nombre
    table.tabuler(bouton)
    avant = touches.frappes
    touches("Enter")
    expect(page.get_by_role("heading", name="Aperçu")).to_be_visible()
    if int(nombre[0]) > 50:
        table.tabuler(page.get_by_label("le nombre de lignes modifiées"))
        touches(*nombre[0])
    table.tabuler(page.get_by_role("button", name=f"Confirmer les avis concordants : modifier {nombre[0]} lignes"))
    touches("Enter")
    expect(page.get_by_role("heading", name="Lot n°")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="déjà ainsi")).to_contain_text(f"{nombre[0]} modifiées")
    table.frappes["lot"] = [touches.frappes - avant]
    table.tabuler(page.get_by_role("link", name="Retour à la liste"))
    touches("Enter")
    page.wait_for_url(f"**/demandes?seance={table.seance}")
    faites = table.lire(
        "select d.ligne_id, d.sens, d.duree, d.phases, a.sens as s, a.duree as n, a.phases as p from decision d"
        " join ligne l on l.id = d.ligne_id join avis_coordonnateur a on a.ligne_id = d.ligne_id where l.seance_id = ?",
        table.seance,
    )
    assert len(faites) == int(nombre[0]) >= 30
    for d in faites:
        table.attendu[d["ligne_id"]] = (d["sens"], d["duree"], d["phases"])
        assert (d["sens"], d["duree"], d["phases"]) == (d["s"], d["n"], d["p"])


def divergentes(table: Table) -> int:
    """Filter the others, from the header; how many there are."""
    page, touches = table.page, table.touches
    liste = page.locator("thead td[data-c=divergence]")
    table.tabuler(liste.locator("summary"))
    touches("Enter")
    for case in liste.get_by_role("checkbox").all():
        table.tabuler(case)
        if case.get_attribute("value") != "AUCUNE":
            touches(" ")
    touches("Escape")
    reste = LIGNES - len(table.attendu)
    expect(page.locator("#lot-etat, #resume")).to_contain_text(f"les {reste} lignes filtrées")
    return reste


def decider(table: Table, sorte: str) -> None:
    """The line that has the focus, with the keys of its kind."""
    page, touches, ligne, avant = table.page, table.touches, table.ligne(), table.touches.frappes
    cellule = page.locator(f"#c-decision_commission-{ligne}")
    dit = cellule.locator(".sens").get_attribute("class") if sorte == "telle" else ""
    attendu: tuple[str, int | None, str] = ("A_L_ETUDE", None, "")
    if sorte == "telle":
        touches("Enter", "Enter")
        avis = table.lire("select sens, duree, phases from avis_coordonnateur where ligne_id = ?", ligne)[0]
        attendu = (avis["sens"], avis["duree"], avis["phases"])
        assert avis["sens"].split("_")[-1].lower() in str(dit)
    elif sorte == "acceptation":
        touches("a")
        offertes = cellule.locator("form.editeur").evaluate(PHASES)
        duree = cellule.locator("form.editeur input[name=duree]").count()
        touches(*(["1"] if duree else []), *(TOUCHE[x] for x, deja in offertes if not deja), "Enter")
        attendu = ("ACCEPTE", 1 if duree else None, "".join(x for x, _ in offertes))
    elif sorte == "refus":
        touches("r", "ArrowDown", "Tab")
        expect(cellule.locator("textarea[name=motif_texte]")).to_be_focused()  # « à » is no key of a simulated keyboard
        page.keyboard.press("Control+a")  # an inherited refusal brings its own words
        page.keyboard.type(MOTIF)
        touches("Control+Enter")
        attendu = ("REFUSE", None, "")
        table.refusees.add(ligne)
    else:
        touches("e", "Enter")
    expect(page.locator("#annonce")).to_have_text(re.compile(rf"^ligne {ligne} : enregistré \d\d:\d\d$"))
    table.attendu[ligne] = attendu
    table.frappes.setdefault(sorte, []).append(touches.frappes - avant)


def sorte(table: Table, rang: int) -> str:
    """As it stands, accepted, refused, put off, each in turn; where a dossier has several lines, none but the first two."""
    ligne = table.ligne()
    dit = table.lire(
        "select (select count(*) from ligne x where x.demande_id = l.demande_id) as parts, a.sens as avis"
        " from ligne l left join avis_coordonnateur a on a.ligne_id = l.id where l.id = ?",
        ligne,
    )[0]
    suite = ("telle", "acceptation", "refus", "etude") if dit["parts"] == 1 else ("telle", "acceptation")
    voulue = suite[rang % len(suite)]
    return "acceptation" if voulue == "telle" and dit["avis"] is None else voulue


def test_2_the_divergent_lines_are_decided_one_by_one(table: Table) -> None:
    page, touches = table.page, table.touches
    reste = divergentes(table)
    table.tabuler(page.locator("#corps td[tabindex='0']"))
    touches("Control+Home", "End")
    for rang in range(reste):
        if page.evaluate("document.activeElement.rel") == "next":  # offered at the end of the page
            touches("Enter")
            expect(page.locator("#corps td[data-c=decision_commission]:focus")).to_be_visible()
        ligne = table.ligne()
        decider(table, sorte(table, rang))
        if rang < reste - 1:
            page.wait_for_function("n => document.activeElement.closest('#corps tr')?.id !== `ligne-${n}`", arg=ligne)
    assert len(table.attendu) == LIGNES
    assert {x: max(n) for x, n in table.frappes.items() if x != "lot"} == {
        "telle": 2, "acceptation": 6, "refus": 4, "etude": 2,
    }  # fmt: skip


def test_3_one_act_is_undone_and_decided_again(table: Table) -> None:
    page, touches = table.page, table.touches
    ligne = table.ligne()
    cellule = page.locator(f"#c-decision_commission-{ligne}")
    fini = cellule.locator(".sens").inner_text()
    touches("Control+z")
    expect(page.locator("#messages")).to_contain_text(f"Annulé : Décision commission, ligne {ligne}.")
    expect(cellule.locator(".provenance, .vide").first).to_be_visible()
    expect(page.locator(":focus")).to_have_id(f"c-decision_commission-{ligne}")
    assert table.lire("select * from decision where ligne_id = ?", ligne) == []
    touches("Control+y")
    expect(page.locator("#messages")).to_contain_text(f"Rétabli : Décision commission, ligne {ligne}.")
    expect(cellule.locator(".sens")).to_have_text(fini)


def test_4_a_line_is_discussed_noted_and_found_again(table: Table) -> None:
    page, touches = table.page, table.touches
    touches("Control+Home", "End", "j")
    ligne, panneau = table.ligne(), page.get_by_role("complementary", name="Dossier de la ligne")
    touches(" ")
    expect(panneau.get_by_role("heading", level=2).first).to_be_visible()
    touches("F6")
    champ = panneau.get_by_role("textbox", name="Note pour soi")
    table.tabuler(champ)
    page.keyboard.type("Relire le projet avant de clore.")
    table.tabuler(panneau.get_by_role("button", name="Mettre en discussion"))
    touches("Enter")
    expect(page.locator("#discussion")).to_contain_text("En discussion :")
    expect(page.locator("tr[aria-current=true]")).to_have_id(f"ligne-{ligne}")
    touches("Escape")
    expect(panneau).to_be_hidden()
    expect(page.locator(":focus")).to_have_id(f"c-decision_commission-{ligne}")
    assert [x["texte"] for x in table.lire("select texte from note where ligne_id = ?", ligne)] == [
        "Relire le projet avant de clore."
    ]
    touches("Control+End")
    expect(page.locator(f"#c-decision_commission-{ligne}")).not_to_be_focused()
    touches("g")
    expect(page.locator(f"#c-decision_commission-{ligne}")).to_be_focused()


def test_5_the_seance_is_closed_and_the_base_says_what_was_decided(table: Table) -> None:
    page, touches = table.page, table.touches
    decidees = table.lire(
        "select d.* from decision d join ligne l on l.id = d.ligne_id where l.seance_id = ? order by l.id", table.seance
    )
    dites = {d["ligne_id"]: (d["sens"], d["duree"], d["phases"]) for d in decidees}
    ajournables = {n for n, (sens, _, _) in table.attendu.items() if sens == "A_L_ETUDE"}  # the form's duration and phases stay
    assert {n: x[: 1 if n in ajournables else 3] for n, x in dites.items()} == {
        n: x[: 1 if n in ajournables else 3] for n, x in table.attendu.items()
    }
    assert {d["motif_texte"] for d in decidees if d["ligne_id"] in table.refusees} == {MOTIF}
    table.tabuler(page.get_by_role("link", name="Conduire la séance"), "Shift+Tab")
    touches("Enter")
    table.tabuler(page.get_by_role("button", name="Clore la séance"))
    touches("Enter")
    page.wait_for_url("**/cloture")
    table.tabuler(page.get_by_role("checkbox", name="Je confirme"))
    touches(" ")
    table.tabuler(page.get_by_role("button", name="Clore la séance"))
    touches("Enter")
    expect(page.get_by_text("Close", exact=True)).to_be_visible()
    (seance,) = table.lire("select * from seance where id = ?", table.seance)
    assert (seance["statut"], seance["quorum"] is not None) == ("CLOSE", True)
    tetes = table.lire("select l.id, t.id as tete from ligne l join ligne t on t.demande_id = l.demande_id and t.rang = 0")
    # Nor is a line decided whose agrément principal waits for another séance.
    ajournables |= {x["id"] for x in tetes if x["id"] in dites and x["tete"] not in dites.keys() - ajournables}
    assert {x["id"] for x in table.lire("select id from ligne where ajournee_par = ?", table.seance)} == ajournables
    actes = table.lire("select ligne_id, action, lot is not null as lot from journal where auteur = ?", NOM)
    comptes = Counter((x["action"], x["lot"]) for x in actes if x["ligne_id"] in dites)
    un_par_un = sum(len(n) for x, n in table.frappes.items() if x != "lot")
    assert [comptes[x] for x in (("decider_ligne", 1), ("decider_ligne", 0), ("defaire_decision", 0), ("refaire_decision", 0))] == [
        LIGNES - un_par_un, un_par_un, 1, 1,
    ]  # fmt: skip
