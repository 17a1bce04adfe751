"""The visibility matrix: who may read or edit what, at which moment of a line's life.

Transcribed from the specification, cell by cell; a test holds the two together. Display, filters, sorts, search,
counts, exports and live messages all ask here and nowhere else (through `core/access`).
"""

from __future__ import annotations

import enum
from typing import Final

from app.core.roles import Role


class Moment(enum.StrEnum):
    """Where a line stands for its readers. Stored on the line, moved with every transition."""

    SAISIE = "SAISIE"
    VALIDATION = "VALIDATION"
    REFUS_SCOLARITE = "REFUS_SCOLARITE"
    AVANT_SEANCE = "AVANT_SEANCE"
    SEANCE_OUVERTE = "SEANCE_OUVERTE"
    CLOSE = "CLOSE"
    PUBLIEE = "PUBLIEE"
    SUPPRIMEE = "SUPPRIMEE"  # logically deleted: the matrix gives it to nobody


class Objet(enum.StrEnum):
    """What may be seen or edited."""

    LIGNE = "LIGNE"  # the row of the table, without opening the dossier
    STATUT_COMMISSION = "STATUT_COMMISSION"  # ACCEPTE, or REFUSE by the commission
    DOSSIER = "DOSSIER"
    VALIDATIONS = "VALIDATIONS"
    RETOUR = "RETOUR"
    AVIS_COORD = "AVIS_COORD"
    AVIS_REP = "AVIS_REP"
    COMMENTAIRE_COORD = "COMMENTAIRE_COORD"
    DECISION = "DECISION"
    COMMENTAIRE_COMMISSION = "COMMENTAIRE_COMMISSION"
    MOTIF_PUBLIC = "MOTIF_PUBLIC"
    RAPPORT_VISITE = "RAPPORT_VISITE"
    DEPORTS = "DEPORTS"
    CAMPAGNE = "CAMPAGNE"
    AGREMENT = "AGREMENT"
    JOURNAL = "JOURNAL"


class Droit(enum.StrEnum):
    """A cell of the matrix."""

    RIEN = "-"
    LIRE = "L"
    ECRIRE = "E"
    SI_MEMBRE = "M"  # reads if also member (or président) of the commission on this line


R, L, E, M = Droit.RIEN, Droit.LIRE, Droit.ECRIRE, Droit.SI_MEMBRE
_ORDRE: Final = (Role.RTS, Role.SCOL, Role.COORD, Role.REP, Role.MEMBRE, Role.PRES, Role.ARS, Role.ADMIN)
_M = Moment
_TOUS: Final = tuple(m for m in Moment if m is not Moment.SUPPRIMEE)
_VALIDES: Final = (_M.AVANT_SEANCE, _M.SEANCE_OUVERTE, _M.CLOSE, _M.PUBLIEE)
_APRES: Final = (_M.REFUS_SCOLARITE, *_VALIDES)

# (objet, moments, droits in the order RTS SCOL COORD REP MEMBRE PRES ARS ADMIN)
_TABLE: Final[tuple[tuple[Objet, tuple[Moment, ...], tuple[Droit, ...]], ...]] = (
    (Objet.LIGNE, (_M.SAISIE,), (E, L, L, R, R, L, R, L)),
    (Objet.LIGNE, (_M.VALIDATION,), (L, L, L, R, R, L, R, L)),
    (Objet.LIGNE, _VALIDES, (L, L, L, L, L, L, L, L)),
    (Objet.LIGNE, (_M.REFUS_SCOLARITE,), (L, L, L, R, R, L, R, L)),
    (Objet.STATUT_COMMISSION, (_M.CLOSE,), (R, L, M, M, L, L, L, L)),
    (Objet.STATUT_COMMISSION, (_M.PUBLIEE,), (L, L, L, L, L, L, L, L)),
    (Objet.DOSSIER, (_M.SAISIE,), (E, L, R, R, R, R, R, R)),
    (Objet.DOSSIER, (_M.VALIDATION,), (L, L, R, R, R, R, R, L)),
    (Objet.DOSSIER, _VALIDES, (L, L, L, L, L, L, L, L)),
    (Objet.DOSSIER, (_M.REFUS_SCOLARITE,), (L, L, R, R, R, R, R, L)),
    (Objet.VALIDATIONS, (_M.VALIDATION,), (R, E, L, R, R, L, R, L)),
    (Objet.VALIDATIONS, _APRES, (R, L, L, L, L, L, L, L)),
    (Objet.RETOUR, (_M.SAISIE,), (L, E, R, R, R, R, R, L)),
    (Objet.RETOUR, (_M.VALIDATION,), (R, E, R, R, R, R, R, L)),
    (Objet.AVIS_COORD, (_M.AVANT_SEANCE,), (R, L, E, R, L, L, R, L)),
    (Objet.AVIS_COORD, (_M.SEANCE_OUVERTE,), (R, L, E, M, L, L, L, L)),
    (Objet.AVIS_COORD, (_M.CLOSE, _M.PUBLIEE), (R, L, L, M, L, L, L, L)),
    (Objet.AVIS_REP, (_M.AVANT_SEANCE,), (R, L, R, E, L, L, R, L)),
    (Objet.AVIS_REP, (_M.SEANCE_OUVERTE,), (R, L, M, E, L, L, L, L)),
    (Objet.AVIS_REP, (_M.CLOSE, _M.PUBLIEE), (R, L, M, L, L, L, L, L)),
    (Objet.COMMENTAIRE_COORD, _VALIDES, (R, L, E, M, L, L, R, L)),
    (Objet.DECISION, (_M.AVANT_SEANCE,), (R, L, R, R, L, L, R, L)),
    (Objet.DECISION, (_M.SEANCE_OUVERTE,), (R, E, M, M, E, E, R, L)),
    (Objet.DECISION, (_M.CLOSE,), (R, L, M, M, L, L, L, L)),
    (Objet.DECISION, (_M.PUBLIEE,), (L, L, L, L, L, L, L, L)),
    (Objet.COMMENTAIRE_COMMISSION, _TOUS, (R, E, R, R, E, E, L, L)),
    (Objet.MOTIF_PUBLIC, (_M.REFUS_SCOLARITE, _M.PUBLIEE), (L, E, L, L, E, E, L, L)),
    (Objet.RAPPORT_VISITE, (_M.AVANT_SEANCE, _M.SEANCE_OUVERTE), (R, E, L, L, L, L, L, L)),
    (Objet.RAPPORT_VISITE, (_M.CLOSE, _M.PUBLIEE), (R, L, L, L, L, L, L, L)),
    (Objet.DEPORTS, _VALIDES, (R, E, R, R, E, E, L, L)),
    (Objet.CAMPAGNE, _TOUS, (L, E, L, L, L, L, L, E)),
    (Objet.AGREMENT, _TOUS, (L, L, L, L, L, L, E, L)),
    (Objet.JOURNAL, _TOUS, (L, L, R, R, R, L, L, L)),
)

MATRICE: Final[dict[tuple[Objet, Moment, Role], Droit]] = {
    (objet, moment, role): droit
    for objet, moments, droits in _TABLE
    for moment in moments
    for role, droit in zip(_ORDRE, droits, strict=True)
}

# What tells an opinion, and so stays hidden from whoever may give one on the line until its séance is open.
OPINIONS: Final = frozenset(
    {Objet.AVIS_COORD, Objet.AVIS_REP, Objet.COMMENTAIRE_COORD, Objet.DECISION, Objet.COMMENTAIRE_COMMISSION}
)
# The one objet each giver of opinions still reads and edits on his own lines.
SON_AVIS: Final[dict[Role, frozenset[Objet]]] = {
    Role.COORD: frozenset({Objet.AVIS_COORD, Objet.COMMENTAIRE_COORD}),
    Role.REP: frozenset({Objet.AVIS_REP}),
}


def droit(objet: Objet, moment: Moment, role: Role) -> Droit:
    """The cell of the matrix; what it does not mention is nobody's."""
    return MATRICE.get((objet, moment, role), Droit.RIEN)
