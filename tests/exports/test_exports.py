"""CSV = XLSX = table, row for row, for every role; what may not be read is in no file, and a formula is a text."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.avis.models import AvisCoordonnateur, Sens
from app.core.journal import Journal
from app.core.roles import Role
from app.core.visibilite import Moment
from app.demandes.statuts import Statut
from app.exports import plan
from app.exports.service import flux_csv
from app.exports.texte import MARQUE
from app.liste.colonnes import colonnes
from app.tableau.etat import Etat
from tests.exports.fichiers import fichiers, lire_csv, ouvrir, rangees, sans_garde
from tests.liste.modele import lisibles
from tests.liste.rangees import lire_ecran, semer
from tests.support.application import fonction

if TYPE_CHECKING:
    import pytest

    from app.core.access import Droits
    from tests.support.application import Monde, Poste

MARC = "99700366240"
AMORCES = ("=1+1", "+33 6", "-2", "@SUM(A1)", "\tdécalé", "\rretour")
SECRET = "entre membres seulement"
RANGEES: tuple[dict[str, Any], ...] = (
    {"coord": Sens.ACCEPTE, "rep": Sens.REFUSE, "nom": "Avant"},
    {"coord": Sens.REFUSE, "moment": Moment.SEANCE_OUVERTE, "nom": "Ouverte", "ville": "Metz"},
    {"coord": Sens.ACCEPTE, "rep": Sens.ACCEPTE, "decision": Sens.A_L_ETUDE, "moment": Moment.SEANCE_OUVERTE, "nom": "Étude"},
    {"statut": Statut.ACCEPTE, "moment": Moment.CLOSE, "decision": Sens.ACCEPTE, "coord": Sens.ACCEPTE, "nom": "Close"},
    {"statut": Statut.REFUSE, "moment": Moment.CLOSE, "decision": Sens.REFUSE, "nom": "Refusée", "attachees": ("CARDIO",)},
    {"statut": Statut.ACCEPTE, "decision": Sens.ACCEPTE, "coord": Sens.REFUSE, "nom": "Publiée", "rpps": MARC},
    {"statut": Statut.EN_VALIDATION, "nom": "Validation", "rpps": MARC},
    {"statut": Statut.EN_SAISIE, "nom": "Brouillon", "ville": "Metz"},
    {"formation": "CARDIO", "rep": Sens.A_L_ETUDE, "nom": "Cardio"},
    *({"nom": f"F{n}", "terrain": f, "ville": "Metz"} for n, f in enumerate(AMORCES)),
)
ROLES = {
    "SCOL": (fonction(Role.SCOL),), "COORD": (fonction(Role.COORD, "MG"),), "REP": (fonction(Role.REP),),
    "MEMBRE": (fonction(Role.MEMBRE),), "PRES": (fonction(Role.PRES),), "ARS": (fonction(Role.ARS),),
    "ADMIN": (fonction(Role.ADMIN),), "COORD, MEMBRE": (fonction(Role.COORD, "MG"), fonction(Role.MEMBRE)),
}  # fmt: skip


async def gens(monde: Monde) -> dict[str, Poste]:
    postes = {}
    for nom, fonctions in ROLES.items():
        faites = [type(f)(role=f.role, subdivisions=f.subdivisions, formations=f.formations, debut=f.debut) for f in fonctions]
        postes[nom] = await monde.connecter(await monde.personne(f"Claire {nom}", *faites))
    postes["RTS"] = await monde.connecter(await monde.personne("Marc Terrain", rpps=MARC))
    return postes


async def semees(monde: Monde) -> list[dict[str, Any]]:
    campagne = await monde.campagne("MG", "CARDIO")
    auteur = await monde.personne("Anne Auteur", fonction(Role.SCOL))
    faites = await semer(monde, campagne.id, auteur.id, *RANGEES)
    async with monde.base() as session:
        for avis in await session.scalars(select(AvisCoordonnateur)):
            avis.commentaire = SECRET
    return faites


def _dit(titres: list[str], rangee: list[str], libelle: str) -> str:
    """A cell of the table, told from a row of the file."""
    if f"{libelle} : phases" not in titres:
        return rangee[titres.index(libelle)].strip() or "—"
    sens, duree, phases, motif = (
        rangee[titres.index(f"{libelle}{s}")] for s in ("", " : durée (années)", " : phases", " : motif")
    )
    if not sens:
        return "—"
    return f"{sens}{motif}" if motif else f"{sens} · {duree} an {phases}"


def _vue(texte: str, libelle: str) -> str:
    """The same cell as the screen has it, its ornaments taken off."""
    for ornement in ("repris du coordonnateur", "avis modifié depuis", "Modifier", "Phases :"):
        texte = texte.replace(ornement, "")
    texte = " ".join(texte.split()).replace("SAC", "S") if libelle.startswith("Décision") else texte
    return texte.replace("Déport : vous êtes le demandeur", "").replace(" avec la demande", " (avec la demande")


async def test_csv_and_workbook_say_what_the_table_says_to_every_role(monde: Monde, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "TAILLE", 4)  # several pages
    faites = await semees(monde)
    postes = await gens(monde)
    for nom, poste in postes.items():
        registre = colonnes(_droits(poste))
        siennes = lisibles(_droits(poste), faites)
        for suite in ("tout=1", "tri=terrain,-personne&cols=personne,ville,statut"):
            ecran = lire_ecran(await poste.ouvrir(f"/demandes?{suite}"))
            texte, classeur = await fichiers(poste, suite)
            assert sans_garde(texte) == classeur, (nom, suite)
            assert len(texte) == 1 + len(siennes) == 1 + len(ecran.lignes), (nom, suite)
            montrees = [th.get("data-c") for th in ecran.racine.xpath("//thead/tr[1]/th[@data-c]")]
            for code in set(montrees) - {"formation"}:
                libelle = registre[code].libelle
                dits = [_dit(classeur[0], rangee, libelle) for rangee in classeur[1:]]
                assert dits == [_vue(t, libelle) or "—" for t in ecran.textes(code, sans="source")], (nom, suite, code)
            assert SECRET not in str(texte), nom


def _droits(poste: Poste) -> Droits:
    assert poste.droits is not None
    return poste.droits


async def test_columns_filters_sort_and_order_are_those_of_the_screen(monde: Monde) -> None:
    await semees(monde)
    poste = (await gens(monde))["SCOL"]
    texte, classeur = await fichiers(poste, "cols=ville,personne&ville=metz&tri=-personne&verrou=ville")
    assert texte == classeur
    assert texte == [["Ville", "Prénom Nom"], *(["Metz", f"Jeanne {n}"] for n in
                     ("Ouverte", "F5", "F4", "F3", "F2", "F1", "F0", "Brouillon"))]  # fmt: skip
    # What the person keeps for himself is what he sees.
    await poste.poster("/demandes/colonnes", cols=["ville", "rpps"], ordre=["ville", "rpps"], retour="/demandes")
    assert (await fichiers(poste, "ville=metz"))[0][0] == ["Ville", "RPPS"]
    tout, _ = await fichiers(poste, "complet=1&ville=metz&cols=ville")
    assert len(tout) == 1 + len(RANGEES) + 1
    assert tout[0][:4] == ["Statut (code)", "Statut", "RPPS", "Prénom Nom"]


async def test_a_column_that_is_never_offered_is_in_no_file(monde: Monde) -> None:
    await semees(monde)
    postes = await gens(monde)
    pour_scol, pour_rts = [(await fichiers(postes[n], "complet=1"))[0] for n in ("SCOL", "RTS")]
    assert "Décision coordonnateur" in pour_scol[0]
    assert [t for t in pour_rts[0] if "oordonnateur" in t or "internes" in t] == []
    assert (await fichiers(postes["RTS"], "cols=decision_coord,ville&decision_coord=REFUSE"))[0] == [
        ["Ville"], ["Strasbourg"], ["Strasbourg"]
    ]  # fmt: skip
    for adresse in ("/demandes/export.csv", "/demandes/export.xlsx", "/demandes/impression", "/demandes/totaux"):
        reponse = await (await monde.connecter()).ouvrir(adresse)
        assert (reponse.status_code, reponse.headers["location"].partition("?")[0]) == (302, "/connexion"), adresse


async def test_formulas_are_text_and_numbers_keep_their_zeros(monde: Monde) -> None:
    await semees(monde)
    poste = (await gens(monde))["SCOL"]
    lues = lire_csv(await poste.ouvrir("/demandes/export.csv?cols=terrain,rpps&ville=metz&tri=personne"))
    assert [r[0] for r in lues[2:8]] == [f"'{f}" for f in AMORCES]
    livre = ouvrir(await poste.ouvrir("/demandes/export.xlsx?cols=terrain,rpps,decision_commission&ville=metz&tri=personne"))
    feuille = livre["Demandes"]
    assert {c.data_type for rangee in feuille.iter_rows(min_row=2) for c in rangee[:2]} == {"s"}
    assert [c.value for c in feuille["A"]][2:6] == list(AMORCES[:4])
    assert [c.value for rangee in feuille.iter_rows() for c in rangee if c.data_type == "f"] == []
    assert (feuille.freeze_panes, feuille.auto_filter.ref) == ("A2", "A1:J9")
    assert str(feuille.merged_cells) == ""


async def test_read_me_says_what_the_file_is_and_the_journal_who_took_it(monde: Monde) -> None:
    await semees(monde)
    poste = (await gens(monde))["SCOL"]
    reponse = await poste.ouvrir("/demandes/export.xlsx?ville=metz&cols=rpps,statut&tri=-ville")
    notes = {r[0].value: r[1].value for r in ouvrir(reponse)["Lisez-moi"].iter_rows()}
    assert notes["version_export"] == 1
    assert (notes["Filtre"], notes["Tri"], notes["Lignes"]) == ("Ville : « metz »", "Ville (décroissant)", 8)
    assert (notes["Demandé par"], notes["Contenu"]) == ("Claire SCOL", "Ce que le tableau affichait")
    assert {"RPPS", "Statut (code)", "Statut"} <= notes.keys()
    nom = reponse.headers["content-disposition"]
    assert nom.startswith('attachment; filename="demandes_STRASBOURG_20')
    assert nom.endswith('_v1.xlsx"')
    async with monde.base() as session:
        acte = (await session.scalars(select(Journal).where(Journal.action == "exporter"))).one()
    assert (acte.auteur, acte.apres) == ("Claire SCOL", {
        "format": "xlsx", "lignes": 8, "colonnes": ["rpps", "statut"], "complet": False,
        "etat": "?ville=metz&tri=-ville&cols=rpps%2Cstatut",
    })  # fmt: skip


async def test_an_empty_list_is_a_file_with_its_titles(monde: Monde) -> None:
    poste = (await gens(monde))["SCOL"]
    assert await fichiers(poste, "cols=ville&ville=personne") == ([["Ville"]], [["Ville"]])
    assert rangees(ouvrir(await poste.ouvrir("/demandes/export.xlsx?cols=rpps")))[0] == ["RPPS"]


async def test_two_readers_who_take_their_time_keep_nobody_else_waiting(monde: Monde) -> None:
    await semees(monde)
    async with monde.base() as session:
        droits = (await gens(monde))["SCOL"].droits
        assert droits
        lents = [flux_csv(monde.sessions, await plan.planifier(session, droits, Etat(), complet=False)) for _ in range(3)]
    async with asyncio.timeout(20):
        for lent in lents:  # the titles, then the first rows, and they read no further
            assert (await anext(lent))[:3] == MARQUE.encode()
            assert await anext(lent)
