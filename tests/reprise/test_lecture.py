"""The export, read: what is left out and why, what is told, what is refused whole."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from app.reprise.fichier import COLONNES, FichierRefuse, ouvrir, rangees
from app.reprise.mots import mots
from app.reprise.passage import constats
from app.reprise.regles import Lecteur
from tests.reprise.attendues import EXPORT, bonnes, ecartees, lignes

if TYPE_CHECKING:
    from pathlib import Path

    from app.reprise.regles import Lue
    from tests.support.application import Monde

SANS_COLONNES = "Colonnes introuvables dans l'en-tête : id, statut, rpps, specialite, subdivision. Séparateurs admis : virgule, point-virgule."
BONNE = {
    "id": "1", "statut": "Accepté", "rpps": "99700931977", "prenom": "Mathieu", "nom": "Rousseau", "validation_rts": "Validé manuellement",
    "specialite": "Pédiatrie", "subdivision": "Reims", "ville": "Reims", "etablissement": "CH de Reims", "type_etablissement": "CHU",
    "validation_etablissement": "Non validé", "terrain": "Pédiatrie B", "type_demande": "Renouvellement", "decision_interne": "Acceptée",
    "decision_coordonnateur": "Acceptée", "decision_commission": "Acceptée", "duree_commission": "5", "phase_socle": "1",
    "phase_appro": "0", "phase_conso": "1", "commentaire_commission": "",
}  # fmt: skip


def ecrire(dossier: Path, *rangees_: dict[str, str], separateur: str = ",", avant: bytes = b"") -> Path:
    chemin = dossier / "export.csv"
    texte = [separateur.join(COLONNES)]
    texte += [separateur.join(f'"{(BONNE | r)[c]}"' for c in COLONNES) for r in rangees_]
    chemin.write_bytes(avant + ("\r\n".join(texte) + "\r\n").encode())
    return chemin


async def lire(
    monde: Monde, chemin: Path, connus: Any = None
) -> tuple[list[Lue], list[tuple[int, str, str]], list[tuple[int, str, str]]]:
    """The rows in our words, those that are left out, what is told."""
    async with monde.sessions() as session:
        lecteur = Lecteur(connus or await mots(session))
    lues, ecarts, avis = [], [], []
    for brute in rangees(ouvrir(chemin)):
        lue = lecteur.lire(brute)
        lues += [lue] if lue else []
        ecarts += [(c.ligne, c.colonne, c.raison) for c in lecteur.ecarts]
        avis += [(c.ligne, c.colonne, c.raison) for c in lecteur.avis]
    return lues, ecarts, avis


async def test_exactly_the_rows_that_the_specification_names_are_left_out_each_with_its_line_and_reason(monde: Monde) -> None:
    async with monde.sessions() as session:
        dits = list(constats(ouvrir(EXPORT), await mots(session)))
    par_ligne: dict[int, set[tuple[str, str]]] = {}
    for genre, c in dits:
        if genre == "écartée":
            par_ligne.setdefault(c.ligne, set()).add((c.colonne, c.valeur))
            assert c.raison
    assert par_ligne == ecartees()
    assert len(par_ligne) == 25
    assert [(c.ligne, c.colonne, c.valeur) for genre, c in dits if genre == "avertissement"] == [
        (598, "commentaire_commission", '=HYPERLINK("http://exemple.test";"cliquer")')
    ]
    lues, _, _ = await lire(monde, EXPORT)
    assert [x.identifiant for x in lues] == [d["id"] for d in bonnes()]
    assert len(lues) == len(lignes()) - 25


@pytest.mark.parametrize("separateur", [",", ";"])
@pytest.mark.parametrize("avant", [b"", b"\xef\xbb\xbf"], ids=["nu", "bom"])
async def test_a_file_reads_alike_whatever_its_separator_and_its_mark(
    monde: Monde, tmp_path: Path, separateur: str, avant: bytes
) -> None:
    lues, ecarts, avis = await lire(monde, ecrire(tmp_path, {}, separateur=separateur, avant=avant))
    (x,) = lues
    assert (ecarts, avis) == ([], [])
    assert (x.identifiant, x.formation, x.subdivision, x.statut, x.duree, x.phases) == (
        "1",
        "PEDIATRIE",
        "REIMS",
        "ACCEPTE",
        5,
        "SC",
    )


@pytest.mark.parametrize(
    ("change", "colonne", "raison"),
    [
        ({"rpps": "99700931978"}, "rpps", "Numéro RPPS absent, incomplet, ou de clé fausse."),
        ({"id": ""}, "id", "Identifiant absent : la demande ne pourrait pas être reprise une seule fois."),
        ({"specialite": "Astrologie"}, "specialite", "Spécialité inconnue."),
        ({"subdivision": ""}, "subdivision", "Subdivision inconnue."),
        ({"statut": "Archivé"}, "statut", "Statut inconnu."),
        ({"decision_interne": "Peut-être"}, "decision_interne", "Décision inconnue."),
        ({"duree_commission": "3 ans"}, "duree_commission", "Durée inconnue : attendu 1 ou 5 ans."),
        ({"phase_socle": "0", "phase_conso": "0"}, "decision_commission", "Acceptation sans phase."),
        ({"decision_commission": ""}, "statut", "Accepté sans décision de la commission."),
    ],
)
async def test_a_row_is_left_out_for_each_reason(
    monde: Monde, tmp_path: Path, change: dict[str, str], colonne: str, raison: str
) -> None:
    lues, ecarts, _ = await lire(monde, ecrire(tmp_path, change, {"id": "2"}))
    assert ([x.identifiant for x in lues], ecarts) == (["2"], [(2, colonne, raison)])


@pytest.mark.parametrize(
    ("change", "dits"),
    [
        ({"type_demande": "Transfert"}, [("type_demande", "Libellé inconnu : la valeur par défaut est prise.")]),
        ({"type_etablissement": "Hôtel"}, [("type_etablissement", "Libellé inconnu : la valeur par défaut est prise.")]),
        ({"phase_appro": "peut-être"}, [("phase_appro", "Phase illisible : lue comme non cochée.")]),
        ({"ville": "x" * 81}, [("ville", "Texte de plus de 80 caractères : coupé.")]),
        ({"nom": "@SUM(A1)"}, [("nom", "Formule : gardée comme un texte.")]),
        ({"duree_commission": "1 an", "specialite": "ORL - Chirurgie cervico-faciale"}, []),
        ({"statut": "  accepté ", "subdivision": "REIMS", "decision_commission": "acceptee"}, []),
    ],
)
async def test_nothing_else_keeps_a_row_out(monde: Monde, tmp_path: Path, change: dict[str, str], dits: Any) -> None:
    lues, ecarts, avis = await lire(monde, ecrire(tmp_path, change))
    assert (len(lues), ecarts, avis) == (1, [], [(2, *dit) for dit in dits])


@pytest.mark.parametrize(
    ("octets", "message"),
    [
        (b"", "Ce fichier est vide."),
        ("id;statut\n1;Accepté\n".encode("latin-1"), "Ce fichier n'est pas en UTF-8 : enregistrez-le au format « CSV UTF-8 »."),
        (",".join(COLONNES).encode("utf-16"), "Ce fichier n'est pas en UTF-8 : enregistrez-le au format « CSV UTF-8 »."),
        (b"PK\x03\x04\x00\x00", "Ce fichier n'est pas un texte UTF-8 : enregistrez-le au format « CSV UTF-8 »."),
        (b"a,b\n1,2\n", SANS_COLONNES),
        (b"id,id,statut,rpps,specialite,subdivision\n", "Colonne en double dans l'en-tête : id."),
        (b"x" * 30_000, "La première ligne n'est pas un en-tête de colonnes."),
        (b'"id,statut\n', "La première ligne n'est pas un en-tête de colonnes."),
    ],
)  # fmt: skip
def test_what_is_no_such_export_is_refused_whole(tmp_path: Path, octets: bytes, message: str) -> None:
    chemin = tmp_path / "export.csv"
    chemin.write_bytes(octets)
    with pytest.raises(FichierRefuse) as leve:
        ouvrir(chemin)
    assert leve.value.message == message


async def test_a_quote_that_is_never_closed_swallows_nothing_in_silence(monde: Monde, tmp_path: Path) -> None:
    chemin = ecrire(tmp_path, {}, {"id": "2"}, {"id": "3"})
    lignes_ = chemin.read_text(encoding="utf-8").splitlines()
    lignes_[2] = '"2,Accepté'
    chemin.write_text("\n".join(lignes_), encoding="utf-8")
    lues, ecarts, _ = await lire(monde, chemin)
    assert [x.identifiant for x in lues] == ["1"]
    assert [(n, colonne) for n, colonne, _ in ecarts] == [(3, "")]
    assert "Ligne illisible : guillemets mal fermés" in ecarts[0][2]


async def test_a_spoilt_export_is_refused_or_told_and_never_fails(monde: Monde, tmp_path: Path) -> None:
    """Bytes changed, cut, doubled at random: every row is taken or told."""
    async with monde.sessions() as session:
        connus = await mots(session)
    entier, r, chemin = b"".join(EXPORT.read_bytes().splitlines(keepends=True)[:40]), Random(4), tmp_path / "export.csv"
    for _ in range(150):
        abime = bytearray(entier)
        for _ in range(r.randrange(1, 9)):
            place = r.randrange(len(abime))
            abime[place : place + r.randrange(3)] = r.choice(
                (b'"', b",", b";", b"\n", b"\xff", b"", b"\x00", b"=1", "é".encode())
            )
        chemin.write_bytes(bytes(abime))
        try:
            fichier = ouvrir(chemin)
        except FichierRefuse:
            continue
        lues, ecarts, _ = await lire(monde, chemin, connus)
        assert len(lues) + len({n for n, *_ in ecarts}) == fichier.lignes
