"""The visibility matrix, held equal to the specification, whose rows are copied here by hand as they are written there.

`*` is « in one's perimeter » (which every function has), M « in one's perimeter and member of the commission ». Left out:
the column ETAB and the rows of what does not exist yet (internal note, evaluations, minutes), and
« Données Open Data / Cockpit », which every reader of a dossier reads in it.
"""

from __future__ import annotations

import pytest

from app.core.roles import Role
from app.core.visibilite import MATRICE, OPINIONS, SON_AVIS, Droit, Moment, Objet, droit

ROLES = "RTS SCOL COORD REP MEMBRE PRES ARS ADMIN"
VALIDES = "AVANT_SEANCE SEANCE_OUVERTE CLOSE PUBLIEE"
TOUTES = f"SAISIE VALIDATION REFUS_SCOLARITE {VALIDES}"

# objet | condition of the specification | the moments that it means | RTS SCOL COORD REP MEMBRE PRES ARS ADMIN
SPECIFICATION = f"""
LIGNE                  | EN_SAISIE                | SAISIE           | E  L  L* -  -  L* -  L
LIGNE                  | EN_VALIDATION            | VALIDATION       | L  L  L* -  -  L* -  L
LIGNE                  | VALIDE_ADMIN et après    | {VALIDES}        | L  L  L* L* L* L* L  L
LIGNE                  | REFUSE(scolarité)        | REFUS_SCOLARITE  | L  L  L* -  -  L* -  L
STATUT_COMMISSION      | close non publiée        | CLOSE            | -  L  M  M  L  L  L  L
DOSSIER                | EN_SAISIE                | SAISIE           | E  L  -  -  -  -  -  -
DOSSIER                | EN_VALIDATION            | VALIDATION       | L  L  -  -  -  -  -  L
DOSSIER                | VALIDE_ADMIN             | AVANT_SEANCE SEANCE_OUVERTE | L L L* L* L* L* L L
DOSSIER                | ACCEPTE|REFUSE(commission) | CLOSE PUBLIEE  | L  L  L* L* L* L* L  L
DOSSIER                | REFUSE(scolarité)        | REFUS_SCOLARITE  | L  L  -  -  -  -  -  L
VALIDATIONS            | EN_VALIDATION            | VALIDATION       | -  E  L* -  -  L* -  L
VALIDATIONS            | après                    | REFUS_SCOLARITE {VALIDES} | - L L L L L L L
RETOUR                 | EN_SAISIE                | SAISIE           | L  E  -  -  -  -  -  L
AVIS_COORD             | VALIDE_ADMIN avant séance | AVANT_SEANCE    | -  L  E  -  L  L  -  L
AVIS_REP               | VALIDE_ADMIN avant séance | AVANT_SEANCE    | -  L  -  E  L  L  -  L
COMMENTAIRE_COORD      | VALIDE_ADMIN et après    | {VALIDES}        | -  L  E  M  L  L  -  L
DECISION               | séance planifiée         | AVANT_SEANCE     | -  L  -  -  L  L  -  L
DECISION               | séance ouverte           | SEANCE_OUVERTE   | -  E  M  M  E  E  -  L
DECISION               | close non publiée        | CLOSE            | -  L  M  M  L  L  L  L
DECISION               | publiée                  | PUBLIEE          | L  L  L  L  L  L  L  L
COMMENTAIRE_COMMISSION | toutes                   | {TOUTES}         | -  E  -  -  E  E  L  L
MOTIF_PUBLIC           | publié                   | REFUS_SCOLARITE PUBLIEE | L E L L E E L L
RAPPORT_VISITE         | VALIDE_ADMIN             | AVANT_SEANCE SEANCE_OUVERTE | - E L L L L L L
DEPORTS                | séance                   | {VALIDES}        | -  E  -  -  E  E  L  L
AGREMENT               | ACTIF                    | {TOUTES}         | L  L  L  L  L  L  E  L
CAMPAGNE               | toutes                   | {TOUTES}         | L  E  L  L  L  L  L  E
JOURNAL                | toutes                   | {TOUTES}         | L  L  -  -  -  L  L  L
"""

# « séance ouverte ou close », whose cells hold two rights: M (le sien: L*), and E (le sien) « until the séance closes ».
# After the publication an opinion stays as it was on the closing.
LES_SIENS = """
AVIS_COORD             | séance ouverte           | SEANCE_OUVERTE   | -  L  E  M  L  L  L  L
AVIS_REP               | séance ouverte           | SEANCE_OUVERTE   | -  L  M  E  L  L  L  L
AVIS_COORD             | séance close             | CLOSE PUBLIEE    | -  L  L  M  L  L  L  L
AVIS_REP               | séance close             | CLOSE PUBLIEE    | -  L  M  L  L  L  L  L
"""

# What the specification implies without a row of its own: a published outcome is everybody's; the scolarité writes a
# retour while it validates, which the next submission closes; a report that was read before a decision is read after it.
IMPLICITES = """
RAPPORT_VISITE         | après                    | CLOSE PUBLIEE    | -  L  L  L  L  L  L  L
STATUT_COMMISSION      | publiée                  | PUBLIEE          | L  L  L  L  L  L  L  L
RETOUR                 | EN_VALIDATION            | VALIDATION       | -  E  -  -  -  -  -  L
"""


def lire(tableau: str) -> dict[tuple[str, str, str], str]:
    cellules: dict[tuple[str, str, str], str] = {}
    for rangee in tableau.strip().splitlines():
        objet, *_, moments, droits = (partie.strip() for partie in rangee.split(" | "))
        for moment in moments.split():
            for role, cellule in zip(ROLES.split(), droits.split(), strict=True):
                assert (objet, moment, role) not in cellules
                cellules[objet, moment, role] = cellule.removesuffix("*")
    return cellules


ATTENDUE = lire(SPECIFICATION) | lire(LES_SIENS) | lire(IMPLICITES)


@pytest.mark.parametrize("objet", Objet)
def test_matrix_is_the_specification_cell_by_cell(objet: Objet):
    du_code = {(m.value, r.value): droit(objet, m, r).value for m in Moment for r in Role}
    du_texte = {(m.value, r.value): ATTENDUE.get((objet.value, m.value, r.value), "-") for m in Moment for r in Role}
    assert du_code == du_texte


def test_matrix_knows_no_row_that_the_specification_has_not():
    assert {(o.value, m.value, r.value) for o, m, r in MATRICE} == ATTENDUE.keys()
    assert [r.value for r in Role] == ROLES.split()


def test_deleted_demande_is_nobodys():
    assert {droit(o, Moment.SUPPRIMEE, r) for o in Objet for r in Role} == {Droit.RIEN}


def test_what_tells_an_opinion_is_all_that_judges_before_the_seance():
    dit = {"AVIS_COORD", "AVIS_REP", "COMMENTAIRE_COORD", "DECISION", "COMMENTAIRE_COMMISSION"}
    assert {o.value for o in OPINIONS} == dit
    assert {r.value: {o.value for o in objets} for r, objets in SON_AVIS.items()} == {
        "COORD": {"AVIS_COORD", "COMMENTAIRE_COORD"},
        "REP": {"AVIS_REP"},
    }


def test_whoever_judges_is_who_the_matrix_lets_write_before_the_seance():
    donneurs = {
        (r, o)
        for o in (Objet.AVIS_COORD, Objet.AVIS_REP, Objet.COMMENTAIRE_COORD)
        for r in Role
        if droit(o, Moment.AVANT_SEANCE, r) is Droit.ECRIRE
    }
    assert donneurs == {(r, o) for r, objets in SON_AVIS.items() for o in objets}


def test_administrator_edits_nothing_that_judges():
    ecrits = {o for o in Objet for m in Moment if droit(o, m, Role.ADMIN) is Droit.ECRIRE}
    assert ecrits == {Objet.CAMPAGNE}


def test_whoever_reads_anything_of_a_line_sees_its_row():
    # But for the objets that are not read on a line, and those of a role that never gets there.
    ailleurs = {Objet.CAMPAGNE, Objet.AGREMENT, Objet.JOURNAL, Objet.COMMENTAIRE_COMMISSION}
    orphelins = {
        (o, m, r)
        for (o, m, r), d in MATRICE.items()
        if d is not Droit.RIEN and o not in ailleurs and droit(Objet.LIGNE, m, r) is Droit.RIEN
    }
    # « après » and « publié » hold the refusals of the scolarité, whose rows these three do not see: no row, no cell.
    trois = (Role.REP, Role.MEMBRE, Role.ARS)
    refus = {(o, Moment.REFUS_SCOLARITE, r) for o in (Objet.VALIDATIONS, Objet.MOTIF_PUBLIC) for r in trois}
    assert orphelins == refus
