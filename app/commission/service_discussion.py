"""Setting the line in discussion. It has its own version: it moves while the séance does not."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select, update

from app.commission.models import Seance, StatutSeance
from app.commission.permissions import exiger_conduite
from app.core.errors import Conflit, Interdit, Introuvable
from app.core.journal import consigner, prendre_la_main
from app.demandes.models import Ligne

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits


class Pas(enum.StrEnum):
    """From the current line to its neighbours in the agenda, or to none."""

    SUIVANTE = "suivante"
    PRECEDENTE = "precedente"
    AUCUNE = "aucune"


class DiscussionPerimee(Conflit):
    """Somebody else moved the discussion first: the screen shows where it is."""

    def __init__(self) -> None:
        super().__init__("La discussion a avancé entre-temps : voici la ligne en discussion. Rien n'est changé.")


async def discuter(session: AsyncSession, seance: Seance, *, ligne_id: int, version: int, par: Droits) -> None:
    """All screens follow this line from now on.

    Raises:
        Interdit: he does not conduct the séance, or it is not open.
        Introuvable: the line is not on its agenda.
        DiscussionPerimee: the discussion has moved since it was read.
    """
    exiger_conduite(par, seance)
    sienne = select(Ligne.id).where(Ligne.id == ligne_id, Ligne.seance_id == seance.id)
    if (await session.execute(sienne)).first() is None:
        raise Introuvable("Cette ligne n'est pas à l'ordre du jour de la séance.")
    await _ecrire(session, seance, ligne_id, version=version, par=par)


async def avancer(session: AsyncSession, seance: Seance, *, pas: Pas, version: int, par: Droits) -> None:
    """*Suivante*, *Précédente* in the agenda, or nothing in discussion any more.

    Raises:
        Interdit, DiscussionPerimee: see `discuter`.
    """
    exiger_conduite(par, seance)
    voisine = None if pas is Pas.AUCUNE else await _voisine(session, seance, pas)
    await _ecrire(session, seance, voisine, version=version, par=par)


async def _voisine(session: AsyncSession, seance: Seance, pas: Pas) -> int | None:
    avant = pas is Pas.PRECEDENTE
    requete = select(Ligne.id).where(Ligne.seance_id == seance.id)
    actuelle = await session.scalar(select(Ligne).where(Ligne.id == (seance.en_discussion or 0), Ligne.seance_id == seance.id))
    if actuelle is not None:
        a, o = actuelle.agenda, actuelle.ordre
        plus_loin: Any = (
            or_(Ligne.agenda < a, and_(Ligne.agenda == a, Ligne.ordre < o))
            if avant
            else or_(Ligne.agenda > a, and_(Ligne.agenda == a, Ligne.ordre > o))
        )
        requete = requete.where(plus_loin)
    ordres = (Ligne.agenda.desc(), Ligne.ordre.desc()) if avant else (Ligne.agenda, Ligne.ordre)
    trouvee = await session.scalar(requete.order_by(*ordres).limit(1))
    if trouvee is None and actuelle is not None:
        raise Interdit(
            "C'est la première ligne de l'ordre du jour." if avant else "C'est la dernière ligne de l'ordre du jour."
        )
    return trouvee


async def _ecrire(session: AsyncSession, seance: Seance, ligne_id: int | None, *, version: int, par: Droits) -> None:
    if seance.statut is not StatutSeance.OUVERTE:
        raise Interdit("La discussion se conduit pendant que la séance est ouverte.")
    await prendre_la_main(session)
    lue = (Seance.id == seance.id, Seance.discussion == version, Seance.statut == StatutSeance.OUVERTE)
    ecrit = update(Seance).where(*lue).values(en_discussion=ligne_id, discussion=version + 1)
    if (await session.execute(ecrit.execution_options(synchronize_session=False))).rowcount != 1:  # type: ignore[attr-defined]
        raise DiscussionPerimee
    avant, apres = {"ligne": seance.en_discussion}, {"ligne": ligne_id}
    await consigner(session, "mettre_en_discussion", par=par, sujet="seance", sujet_id=seance.id, avant=avant, apres=apres)
