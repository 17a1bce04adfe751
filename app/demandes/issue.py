"""What one reader may know of how a demande ended: until the publication, an RTS reads *Validé administrativement*."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, select

from app.agrements.models import Agrement
from app.agrements.queries import PROPOSES_LISIBLES
from app.core.access import lisible_sql, peut_lire
from app.core.visibilite import Objet
from app.demandes.models import Demande, Ligne
from app.demandes.statuts import OrigineRefus, Statut

if TYPE_CHECKING:
    from app.core.access import Droits


def cachee(droits: Droits, demande: Demande, tete: Ligne) -> bool:
    """Whether the commission's outcome is still hidden from this person; *tete* is the first line that he sees."""
    issue = demande.statut is Statut.ACCEPTE or demande.origine_refus is OrigineRefus.COMMISSION
    return issue and not peut_lire(droits, Objet.STATUT_COMMISSION, tete)


def statut_montre(droits: Droits, demande: Demande, tete: Ligne) -> Statut:
    """The statut that this person reads on *tete*, the first line that he sees.

    The line's: another than the true tête stays validated until it is decided, whatever became of the demande.
    """
    return Statut.VALIDE_ADMIN if cachee(droits, demande, tete) else tete.statut


def motif_montre(droits: Droits, demande: Demande, tete: Ligne) -> str | None:
    """*Motif du refus*, for whoever may read it."""
    montre = demande.statut is Statut.REFUSE and peut_lire(droits, Objet.MOTIF_PUBLIC, tete)
    return demande.motif_refus if montre and not cachee(droits, demande, tete) else None


def propose_lisible(droits: Droits) -> ColumnElement[bool]:
    """A proposed agrément tells the decision on its line: it is read by whoever reads that."""
    return Agrement.ligne_id.in_(select(Ligne.id).where(lisible_sql(droits, Objet.DECISION, Ligne)))


PROPOSES_LISIBLES.append(propose_lisible)
