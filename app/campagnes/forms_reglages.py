"""What a campaign asks for and the reasons that it offers, as its form types them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from app.campagnes.models import CampagneMotif, CampagnePiece
    from app.core.forms import Saisie
    from app.referentiel.models import Motif, TypePiece

CONTEXTES: Final = {"INCOMPLET": "Dossier incomplet", "REFUS_SCOLARITE": "Refus de la scolarité"}
PROPRES_AU_PLUS: Final = 12  # own reasons of a context
VIDES: Final = 2  # rows left to write another one
PROFILS: Final = {"tous": "Tous", "cabinet": "Cabinets", "hospitalier": "Hôpitaux"}


@dataclass(frozen=True, slots=True)
class MotifSaisi:
    """A reason of the list (its code), or an own one (its label)."""

    contexte: str
    motif: str | None
    libelle: str = ""
    commentaire_obligatoire: bool = False


@dataclass(frozen=True, slots=True)
class Reglages:
    """`pieces`: whether each pièce that is asked for is compulsory."""

    motifs: tuple[MotifSaisi, ...] = ()
    pieces: tuple[tuple[str, bool], ...] = ()

    @classmethod
    def lus(cls, motifs: Iterable[CampagneMotif], pieces: Iterable[CampagnePiece]) -> Reglages:
        """As they are stored."""
        offerts = (m for m in motifs if not m.retire)
        return cls(
            tuple(MotifSaisi(m.contexte, m.motif, m.libelle, m.commentaire_obligatoire) for m in offerts),
            tuple(sorted((p.piece, p.obligatoire) for p in pieces)),
        )

    def de_la_liste(self, contexte: str) -> set[str]:
        """The codes that are ticked in a context."""
        return {m.motif for m in self.motifs if m.motif and m.contexte == contexte}

    def propres(self, contexte: str) -> list[MotifSaisi]:
        """The campaign's own reasons in a context."""
        return [m for m in self.motifs if not m.motif and m.contexte == contexte]

    def en_clair(self) -> dict[str, Any]:
        """For the journal."""
        return {
            "motifs": sorted(m.motif or f"{m.contexte} : {m.libelle}" for m in self.motifs),
            "pieces": [f"{code}{' (obligatoire)' if obligatoire else ''}" for code, obligatoire in sorted(self.pieces)],
        }


def proposes(types: Iterable[TypePiece]) -> Reglages:
    """What the rule proposes for a new campaign: every pièce that it makes compulsory."""
    return Reglages(pieces=tuple((t.code, True) for t in types if t.obligatoire))


def lire_reglages(saisie: Saisie, motifs: Sequence[Motif], types: Sequence[TypePiece]) -> Reglages:
    """What was ticked and written; errors are in *saisie*. A pièce that is compulsory is asked for."""
    lus: list[MotifSaisi] = []
    for contexte in CONTEXTES:
        codes = [m.code for m in motifs if m.contexte == contexte]
        lus += [MotifSaisi(contexte, code) for code in saisie.liste(f"motifs_{contexte}", codes)]
        lus += _propres(saisie, contexte)
    obligatoires = set(saisie.liste("obligatoires", [t.code for t in types]))
    demandees = set(saisie.liste("pieces", [t.code for t in types])) | obligatoires
    return Reglages(tuple(lus), tuple(sorted((code, code in obligatoires) for code in demandees)))


def _propres(saisie: Saisie, contexte: str) -> list[MotifSaisi]:
    propres: dict[str, MotifSaisi] = {}
    for n in range(PROPRES_AU_PLUS):
        nom = f"propre_{contexte}_{n}"
        if libelle := " ".join(saisie.texte(nom, max_=200).split()):
            propres.setdefault(libelle, MotifSaisi(contexte, None, libelle, saisie.coche(f"{nom}_commentaire")))
    return list(propres.values())


def vue_motifs(r: Reglages, motifs: Sequence[Motif]) -> list[dict[str, Any]]:
    """The boxes and rows of each context."""
    return [
        {
            "contexte": contexte,
            "titre": titre,
            "liste": [(m.code, m.libelle, m.code in r.de_la_liste(contexte)) for m in motifs if m.contexte == contexte],
            "propres": [
                (f"propre_{contexte}_{n}", propre.libelle, propre.commentaire_obligatoire)
                for n, propre in enumerate([*r.propres(contexte), *[MotifSaisi(contexte, None)] * VIDES][:PROPRES_AU_PLUS])
            ],
        }
        for contexte, titre in CONTEXTES.items()
    ]


def vue_pieces(r: Reglages, types: Sequence[TypePiece]) -> list[dict[str, Any]]:
    """The rows of the table of pièces."""
    demandees = dict(r.pieces)
    return [
        {
            "code": t.code,
            "libelle": t.libelle,
            "profil": PROFILS.get(t.profils, t.profils),
            "par": "la scolarité" if t.fournie_par == "SCOL" else "le responsable",
            "regle": "obligatoire" if t.obligatoire else "facultative",
            "demandee": t.code in demandees,
            "obligatoire": demandees.get(t.code, False),
        }
        for t in types
    ]
