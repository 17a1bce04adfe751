"""The table of the iso rule, row by row: each with a dossier that agrees and one that does not, and whether auto holds."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from app.demandes.models import Choix
from app.demandes.rapprochement.blocs import comparer_faits
from app.demandes.statuts import Bloc
from app.referentiel.comparaison import Verdict
from app.referentiel.table_iso import TABLE
from app.registres.models import CodeRegistre
from tests.demandes.conftest import OMAR
from tests.demandes.faits_iso import HIER, JOUR, NADIA, demande, faits, lieu, praticien, registres, terrain, typee

if TYPE_CHECKING:
    from app.demandes.rapprochement.faits import Faits

FINESS_LU, RPPS_LU = CodeRegistre.FINESS, CodeRegistre.RPPS
ACTIVITE = {"mode": "L", "code_insee": "67462", "adresse": "3 R DES REMPARTS"}
CABINET = {
    "choix": Choix.CABINET, "etablissement_id": 7, "saisie_raison_sociale": "Cabinet Turckheim",
    "saisie_adresse": "3 rue des Remparts", "saisie_code_postal": "67600", "saisie_ville": "Sélestat",
}  # fmt: skip


def _au_registre(bloc: Bloc, **autres: Any) -> Faits:
    """Both registers were imported yesterday, and say this of Nadia or of the site."""
    site = lieu(**(autres if bloc is Bloc.ETABLISSEMENT else {}))
    nadia = praticien(**(autres if bloc is Bloc.RTS else {}))
    return faits(registres=registres(FINESS_LU, RPPS_LU), site=site, au_rpps=nadia)


def _cabinet(**activite: Any) -> Faits:
    chez_elle = lieu(code_insee="67462", adresse="3 rue des Remparts", finess=None, siret=None)
    return faits(
        demande=demande(**CABINET), lieux=[chez_elle], insee="67462", registres=registres(RPPS_LU), au_rpps=praticien(),
        activites=[SimpleNamespace(**(ACTIVITE | activite))],
    )  # fmt: skip


R, E, T = Bloc.RTS, Bloc.ETABLISSEMENT, Bloc.TERRAIN
# block, field, the facts, the verdict, whether the machine still validates
CAS: list[tuple[Bloc, str, Faits, Verdict, bool]] = [
    (R, "rpps", faits(), Verdict.ISO, True),
    (R, "rpps", faits(praticien=praticien(actif=False)), Verdict.DIFFERENT, False),
    (R, "rpps", faits(praticien=None), Verdict.ABSENT, False),
    (R, "rpps", faits(registres=registres(RPPS_LU)), Verdict.ABSENT, False),  # not in the register that was imported
    (R, "rpps", faits(demande=demande(rpps=NADIA[:-1] + str((int(NADIA[-1]) + 1) % 10))), Verdict.INVALIDE, False),
    (R, "nom", faits(), Verdict.ISO_NORMALISE, True),
    (R, "nom", faits(praticien=praticien(nom="TURCKHEIM-MUNSTER")), Verdict.PROCHE, False),
    (R, "nom", faits(praticien=praticien(nom="MUNSTER")), Verdict.DIFFERENT, False),
    (R, "nom", _au_registre(R, nom="MUNSTER"), Verdict.DIFFERENT, False),  # the Cockpit has not heard of it
    (R, "prenom", faits(), Verdict.ISO_NORMALISE, True),
    (R, "prenom", faits(praticien=praticien(prenom="NADIA LEILA")), Verdict.PROCHE, False),
    (R, "profession", faits(), Verdict.ISO, True),
    (R, "profession", faits(praticien=praticien(profession="21")), Verdict.DIFFERENT, False),
    (R, "profession", faits(praticien=praticien(categorie="E")), Verdict.DIFFERENT, False),
    (R, "specialite", faits(), Verdict.ISO, True),
    (R, "specialite", faits(praticien=praticien(savoir_faire=["SM10"])), Verdict.DIFFERENT, False),
    (R, "specialite", faits(praticien=praticien(savoir_faire=["SM10"]), principal=False), Verdict.DIFFERENT, True),
    (R, "email", faits(personne=SimpleNamespace(email="N@exemple.fr", telephone="")), Verdict.ISO_NORMALISE, True),
    (R, "email", faits(personne=SimpleNamespace(email="x@exemple.fr", telephone="")), Verdict.DIFFERENT, True),
    (R, "telephone", faits(personne=SimpleNamespace(email="", telephone="+33388000000")), Verdict.ISO_NORMALISE, True),
    (R, "telephone", faits(personne=SimpleNamespace(email="", telephone="0388000001")), Verdict.DIFFERENT, True),
    (E, "finess", faits(), Verdict.ISO, True),
    (E, "finess", faits(lieux=[lieu(actif=False)]), Verdict.DIFFERENT, False),
    (E, "finess", _au_registre(E, ouvert=False), Verdict.DIFFERENT, False),
    (E, "finess", faits(registres=registres(FINESS_LU)), Verdict.ABSENT, False),
    (E, "siret", faits(demande=typee()), Verdict.ISO, True),
    (E, "siret", faits(demande=typee(), lieux=[lieu(siret="26670057400103")]), Verdict.PROCHE, False),
    (E, "siret", faits(demande=typee(saisie_siret=""), lieux=[]), Verdict.ABSENT, False),
    (E, "siret", _au_registre(E, siret="26670057400103"), Verdict.PROCHE, True),  # not the key of a site that has a FINESS
    (E, "raison", faits(demande=typee()), Verdict.ISO_NORMALISE, True),
    (E, "raison", _au_registre(E, raison_sociale="HAUTEPIERRE", raison_longue="HOPITAL DE HAUTEPIERRE"), Verdict.ISO, True),
    (E, "raison", _au_registre(E, raison_sociale="HOPITAL HAUTEPIERRE 2"), Verdict.PROCHE, False),
    (E, "raison", faits(demande=typee(saisie_raison_sociale="Clinique du Canal")), Verdict.DIFFERENT, False),
    (E, "commune", faits(demande=typee()), Verdict.ISO, True),
    (E, "commune", faits(demande=typee(), insee="67043"), Verdict.DIFFERENT, False),
    (E, "voie", faits(demande=typee()), Verdict.ISO_NORMALISE, True),
    (E, "voie", faits(demande=typee(saisie_adresse="avenue Molière")), Verdict.PROCHE, False),
    (E, "voie", faits(demande=typee(saisie_adresse="avenue Molière"), voie_bloquante=False), Verdict.PROCHE, True),
    (E, "code_postal", faits(demande=typee()), Verdict.ISO, True),
    (E, "code_postal", faits(demande=typee(saisie_code_postal="67098")), Verdict.DIFFERENT, True),
    (E, "type", faits(types={"CHU": "CHU"}), Verdict.ISO, True),
    (E, "type", _au_registre(E, type_code="CH"), Verdict.DIFFERENT, True),
    (E, "cabinet", _cabinet(), Verdict.ISO_NORMALISE, True),
    (E, "cabinet", _cabinet(mode="S"), Verdict.ABSENT, False),
    (E, "cabinet", _cabinet(adresse="30 R DES REMPARTS"), Verdict.DIFFERENT, False),
    (T, "terrain", faits(), Verdict.ISO, True),
    (T, "terrain", faits(terrain=None, demande=demande(terrain_id=None, saisie_terrain="Allergologie")), Verdict.ABSENT, False),
    (T, "terrain", faits(terrain=terrain(actif=False)), Verdict.DIFFERENT, False),
    (T, "terrain", faits(terrain=terrain(etablissement_id=8)), Verdict.DIFFERENT, False),
    (T, "libelle", faits(), Verdict.ISO, True),
    (T, "libelle", faits(demande=demande(saisie_terrain="Allergologie")), Verdict.PROCHE, False),
    (T, "commune", faits(), Verdict.ISO, True),
    (T, "commune", faits(demande=demande(**CABINET)), Verdict.DIFFERENT, False),
    (T, "voie", faits(), Verdict.ISO, True),
    (T, "voie", faits(demande=demande(**CABINET | {"saisie_ville": "Strasbourg"}), voie_bloquante=False), Verdict.DIFFERENT, True),
    (T, "titulaire", faits(), Verdict.ISO, True),
    (T, "titulaire", faits(terrain=terrain(titulaire_rpps=OMAR)), Verdict.DIFFERENT, False),
    (T, "titulaire", faits(terrain=terrain(titulaire_rpps=None)), Verdict.ABSENT, False),
]  # fmt: skip


@pytest.mark.parametrize(("bloc", "champ", "f", "verdict", "auto"), CAS)
def test_a_row_of_the_table(bloc: Bloc, champ: str, f: Faits, verdict: Verdict, auto: bool) -> None:
    comparee = comparer_faits(f)[bloc]
    assert {x.champ: x.verdict for x in comparee.lignes}[champ] is verdict
    assert comparee.auto is auto


def test_every_row_of_the_table_has_both_cases() -> None:
    for c in TABLE:
        verdicts = [v for b, champ, _, v, _ in CAS if (b, champ) == (c.objet, c.code)]
        assert {v.concorde for v in verdicts} == {True, False}, (c.objet, c.code)


def test_a_register_that_is_too_old_validates_nothing_and_a_difference_stays_one() -> None:
    vieux = JOUR - timedelta(days=46)
    juste = JOUR - timedelta(days=45)
    assert comparer_faits(faits(praticien=praticien(registre_date=juste)))[R].auto
    rts = comparer_faits(faits(praticien=praticien(registre_date=vieux, nom="MUNSTER")))[R]
    assert [x.verdict for x in rts.lignes[:3]] == [Verdict.PERIME, Verdict.DIFFERENT, Verdict.PERIME]
    assert (rts.auto, rts.pourquoi) == (False, ["registre trop ancien", "nom différent"])
    lu = faits(registres=registres(FINESS_LU, jour=vieux), site=lieu())
    assert (comparer_faits(lu)[E].auto, comparer_faits(lu)[T].auto) == (False, True)  # no register knows of terrains


def test_two_records_or_none_validate_nothing() -> None:
    deux = comparer_faits(faits(demande=typee(), lieux=[lieu(id=7), lieu(id=8)]))[E]
    assert (deux.trouves, deux.auto, deux.pourquoi[0]) == (2, False, "2 fiches du Cockpit correspondent")
    aucune = comparer_faits(faits(demande=typee(), lieux=[]))[E]
    assert (aucune.trouves, aucune.auto, aucune.pourquoi) == (0, False, ["aucune fiche du Cockpit ne correspond"])


def test_the_date_of_the_register_is_the_imported_one_else_the_record_s_own() -> None:
    assert [(c.registre, c.registre_date) for c in comparer_faits(faits()).values()] == [
        ("RPPS", HIER), ("FINESS (SAE 2023)", HIER), ("", None),
    ]  # fmt: skip
    lus = faits(registres=registres(FINESS_LU, RPPS_LU, jour=JOUR), site=lieu(), au_rpps=praticien())
    assert [(c.registre, c.registre_date) for c in comparer_faits(lus).values()] == [
        ("RPPS", JOUR),
        ("FINESS", JOUR),
        ("", None),
    ]


def test_why_a_block_is_not_automatic_is_said_in_plain_words() -> None:
    f = faits(demande=typee(saisie_raison_sociale="Hautepierre", saisie_adresse="avenue Molière"))
    assert comparer_faits(f)[E].pourquoi == ["raison sociale proche", "numéro de voie absent"]
    assert comparer_faits(faits(praticien=praticien(actif=False)))[R].pourquoi == ["RPPS qui n'est plus actif"]
    assert comparer_faits(faits(terrain=terrain(titulaire_rpps=OMAR)))[T].pourquoi == ["titulaire différent"]
