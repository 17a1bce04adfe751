"""The export as a file: its encoding, its separator, its header; then its rows, one at a time."""

from __future__ import annotations

import codecs
import csv
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from app.core.errors import Erreur
from app.core.texte import replier

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COLONNES: Final = (
    "id", "statut", "rpps", "prenom", "nom", "validation_rts", "specialite", "subdivision", "ville", "etablissement",
    "type_etablissement", "validation_etablissement", "terrain", "type_demande", "decision_interne", "decision_coordonnateur",
    "decision_commission", "duree_commission", "phase_socle", "phase_appro", "phase_conso", "commentaire_commission",
)  # fmt: skip
INDISPENSABLES: Final = ("id", "statut", "rpps", "specialite", "subdivision")
MORCEAU: Final = 1024 * 1024
EN_TETE_MAX: Final = 20_000


class FichierRefuse(Erreur):
    """The file is no such export: nothing of it is read."""

    statut = 422


@dataclass(frozen=True, slots=True)
class Fichier:
    """A file that can be read to its end; `colonnes` is the header, "" for a column that we do not know."""

    chemin: Path
    separateur: str
    colonnes: tuple[str, ...]
    lignes: int
    remarques: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Brute:
    """A row as it is written; `illisible` says why it could not be taken apart."""

    ligne: int
    cellules: dict[str, str] = field(default_factory=dict)
    surplus: int = 0
    illisible: str = ""


def ouvrir(chemin: Path) -> Fichier:
    """Look at all of the file before anything of it is taken.

    Raises:
        FichierRefuse: empty, not UTF-8, without the columns that name a demande.
    """
    _exiger_texte(chemin)
    with chemin.open(encoding="utf-8-sig", newline="") as flux:
        premiere = flux.readline(EN_TETE_MAX)
    if len(premiere) >= EN_TETE_MAX or not premiere.strip():
        raise FichierRefuse("La première ligne n'est pas un en-tête de colonnes.")
    separateur = max(",;", key=premiere.count)
    try:
        titres = next(csv.reader([premiere], delimiter=separateur, strict=True))
    except csv.Error as erreur:
        raise FichierRefuse("La première ligne n'est pas un en-tête de colonnes.") from erreur
    noms = [replier(t).replace(" ", "_") for t in titres]
    if manquent := [c for c in INDISPENSABLES if c not in noms]:
        raise FichierRefuse(f"Colonne{'s' if len(manquent) > 1 else ''} introuvable{'s' if len(manquent) > 1 else ''} "
                            f"dans l'en-tête : {', '.join(manquent)}. Séparateurs admis : virgule, point-virgule.")  # fmt: skip
    if doubles := sorted({c for c in COLONNES if noms.count(c) > 1}):
        raise FichierRefuse(f"Colonne en double dans l'en-tête : {', '.join(doubles)}.")
    inconnues = [t.strip()[:60] for t, n in zip(titres, noms, strict=True) if n not in COLONNES]
    absentes = [c for c in COLONNES if c not in noms]
    remarques = [f"Colonnes inconnues, non reprises : {', '.join(inconnues)[:300]}."] if inconnues else []
    remarques += [f"Colonnes absentes, lues comme vides : {', '.join(absentes)}."] if absentes else []
    connues = tuple(n if n in COLONNES else "" for n in noms)
    lu = Fichier(chemin, separateur, connues, 0, tuple(remarques))
    return Fichier(chemin, separateur, connues, sum(1 for _ in rangees(lu)), lu.remarques)


def _exiger_texte(chemin: Path) -> None:
    decodeur, octets = codecs.getincrementaldecoder("utf-8")(), 0
    with chemin.open("rb") as flux:
        try:
            while morceau := flux.read(MORCEAU):
                octets += len(morceau)
                if "\x00" in decodeur.decode(morceau):
                    raise FichierRefuse("Ce fichier n'est pas un texte UTF-8 : enregistrez-le au format « CSV UTF-8 ».")
            decodeur.decode(b"", final=True)
        except UnicodeDecodeError as erreur:
            raise FichierRefuse("Ce fichier n'est pas en UTF-8 : enregistrez-le au format « CSV UTF-8 ».") from erreur
    if not octets:
        raise FichierRefuse("Ce fichier est vide.")


def rangees(fichier: Fichier) -> Iterator[Brute]:
    """Every row after the header, blank lines aside."""
    with fichier.chemin.open(encoding="utf-8-sig", newline="") as flux:
        lecteur = csv.reader(flux, delimiter=fichier.separateur, strict=True)
        next(lecteur, None)
        while True:
            ligne = lecteur.line_num + 1
            try:
                cellules = next(lecteur)
            except StopIteration:
                return
            except csv.Error:
                fin = f" (jusqu'à la ligne {lecteur.line_num})" if lecteur.line_num > ligne else ""
                yield Brute(ligne, illisible=f"guillemets mal fermés, ou cellule démesurée{fin}")
                continue
            if any(c.strip() for c in cellules):
                nommees = dict(zip(fichier.colonnes, cellules, strict=False))
                yield Brute(ligne, nommees, surplus=max(0, len(cellules) - len(fichier.colonnes)))
