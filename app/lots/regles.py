"""What an act on many lines would make of each of them: pure, the same for the preview and for the write."""

from __future__ import annotations

import enum
import hashlib
import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from app.avis.genres import GENRES, Genre
from app.avis.models import Decision, Sens
from app.avis.queries import Jugements
from app.avis.regles import Divergence, Jugement, comparer, normaliser, par_defaut, verifier
from app.avis.service import exiger
from app.core.access import Droits, peut_lire
from app.core.errors import Interdit
from app.core.visibilite import Objet

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from app.avis.service_lot import Lue
    from app.demandes.models import Ligne


class Acte(enum.StrEnum):
    """What may be done to many lines at once."""

    CONCORDANTS = "concordants"
    ACCEPTER = "accepter"
    ETUDE = "etude"
    REFUSER = "refuser"
    REPRENDRE = "reprendre"

    @property
    def libelle(self) -> str:
        """The word on its button."""
        return _LIBELLES[self]


_LIBELLES: Final = {
    Acte.CONCORDANTS: "Confirmer les avis concordants",
    Acte.ACCEPTER: "Accepter",
    Acte.ETUDE: "A l'étude",
    Acte.REFUSER: "Refuser",
    Acte.REPRENDRE: "Reprendre l'avis du coordonnateur",
}
D_AVIS: Final = (Acte.ACCEPTER, Acte.ETUDE, Acte.REFUSER)  # an opinion; a decision may be any of them


class Issue(enum.StrEnum):
    """The groups of the preview, in its order."""

    MODIFIEE = "modifiee"
    DEJA = "deja"
    REFUSEE = "refusee"
    EN_EDITION = "en_edition"
    DEPORT = "deport"


@dataclass(frozen=True, slots=True)
class Intention:
    """The act and its choices. `duree` « proposee » and `phases` « demandees » are each line's own."""

    genre: str
    acte: Acte
    duree: str = "proposee"
    phases: str = "demandees"
    motif: str = ""
    motif_texte: str = ""

    @property
    def sorte(self) -> Genre:
        """What it writes: a decision, or one of the two opinions."""
        return GENRES[self.genre]

    def en_clair(self) -> dict[str, Any]:
        """For the work's record."""
        return asdict(self)

    @staticmethod
    def de(ecrit: Mapping[str, Any]) -> Intention:
        """The opposite."""
        return Intention(**{**ecrit, "acte": Acte(ecrit["acte"])})

    def cle(self) -> str:
        """A mark of these very choices."""
        return hashlib.sha256(json.dumps(self.en_clair(), sort_keys=True).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a line, and why not."""

    issue: Issue
    apres: Jugement | None = None
    raison: str = ""


class _Refus(Exception):
    """A rule says no; its words are the reason."""


def masques(droits: Droits, ligne: Ligne, dits: Jugements) -> Jugements:
    """Those of the judgements on a line that this person may read."""
    lus = {o: peut_lire(droits, o, ligne) for o in (Objet.AVIS_COORD, Objet.AVIS_REP, Objet.DECISION)}
    return Jugements(
        dits.coord if lus[Objet.AVIS_COORD] else None,
        dits.rep if lus[Objet.AVIS_REP] else None,
        dits.decision if lus[Objet.DECISION] else None,
    )


def apprecier(
    intention: Intention, lue: Lue, *, par: Droits, motifs: Mapping[str, bool], en_edition: Collection[int]
) -> Verdict:
    """What *intention* makes of a line for *par*, now."""
    ligne, genre = lue.ligne, intention.sorte
    if par.deporte(ligne):
        return Verdict(Issue.DEPORT)
    dits = masques(par, ligne, lue.dits)
    try:
        exiger(par, genre.action, ligne)
        apres = _voulu(intention, ligne, dits, motifs)
    except Interdit as refus:
        return Verdict(Issue.REFUSEE, raison=refus.message)
    except _Refus as refus:
        return Verdict(Issue.REFUSEE, raison=str(refus))
    if _deja(dits.de(genre.table), apres):
        return Verdict(Issue.DEJA, apres)
    if ligne.id in en_edition:
        return Verdict(Issue.EN_EDITION, apres)
    return Verdict(Issue.MODIFIEE, apres)


def _deja(avant: Any, apres: Jugement | None) -> bool:
    if avant is None or apres is None:
        return avant is None and apres is None
    return Jugement.de(avant) == apres


def _voulu(intention: Intention, ligne: Ligne, dits: Jugements, motifs: Mapping[str, bool]) -> Jugement | None:
    """The judgement that the line is to carry; None: it follows the coordonnateur again."""
    avant = dits.de(intention.sorte.table)
    if intention.acte is Acte.REPRENDRE:
        if dits.coord is None:
            raise _Refus("Aucun avis du coordonnateur à reprendre.")
        return None
    brut = _concordant(dits) if intention.acte is Acte.CONCORDANTS else _choisi(intention, ligne)
    # A comment is a person's own words: no batch rewrites it.
    voulu = replace(normaliser(brut, ligne), commentaire=avant.commentaire if avant else "")
    erreurs = verifier(voulu, ligne, motifs)
    if erreurs:
        raise _Refus(" ".join(erreurs.values()))
    return voulu


def _choisi(intention: Intention, ligne: Ligne) -> Jugement:
    propose = par_defaut(ligne)
    if intention.acte is Acte.REFUSER:
        return Jugement(Sens.REFUSE, motif=intention.motif or None, motif_texte=intention.motif_texte)
    duree = propose.duree if intention.duree == "proposee" else int(intention.duree)
    phases = propose.phases if intention.phases == "demandees" else intention.phases
    return Jugement(Sens.ACCEPTE if intention.acte is Acte.ACCEPTER else Sens.A_L_ETUDE, duree, phases)


_ECARTS: Final = {
    Divergence.COORD_SEUL: "Le représentant des internes n'a pas donné d'avis.",
    Divergence.REP_SEUL: "Le coordonnateur n'a pas donné d'avis.",
    Divergence.SANS_AVIS: "Ni le coordonnateur ni le représentant des internes n'ont donné d'avis.",
    Divergence.DECISION: "Les avis divergent sur la décision.",
    Divergence.DUREE: "Les avis divergent sur la durée.",
    Divergence.PHASES: "Les avis divergent sur les phases.",
}


def _concordant(dits: Jugements) -> Jugement:
    ecart = comparer(dits.coord, dits.rep)
    if ecart is not Divergence.AUCUNE:
        raise _Refus(_ECARTS[ecart])
    avis, decide = Jugement.de(dits.coord), dits.decision
    if decide is not None and replace(Jugement.de(decide), commentaire="") != replace(avis, commentaire=""):
        raise _Refus("La commission en a déjà décidé autrement.")
    return avis


def releve(intention: Intention, lue: Lue, droits: Droits) -> tuple[int, int, int, int]:
    """Where a line stood when it was previewed: its number, the version written on, those of the opinions that count."""
    dits = masques(droits, lue.ligne, lue.dits)
    ecrit = dits.de(intention.sorte.table)
    coord = dits.coord if intention.sorte.table is Decision else None
    rep = dits.rep if intention.acte is Acte.CONCORDANTS else None
    return lue.ligne.id, *(x.version if x else 0 for x in (ecrit, coord, rep))  # type: ignore[return-value]


def inchange(intention: Intention, lu: tuple[int, int, int, int], actuel: tuple[int, int, int, int]) -> bool:
    """Whether a line still stands as it was previewed; the opinion counts only where the act takes it over."""
    suit_avis = intention.acte in {Acte.CONCORDANTS, Acte.REPRENDRE}
    return lu == actuel if suit_avis else (lu[0], lu[1]) == (actuel[0], actuel[1])
