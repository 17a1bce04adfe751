"""What the RTS answers to remarks, as texts of the dossier's form: saved, merged and kept as its fields are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import update

from app.core.errors import Conflit, Interdit
from app.core.journal import consigner
from app.demandes.mouvements import PERIME, modifier
from app.demandes.permissions import peut
from app.demandes.retours.models import EtatRemarque, Remarque
from app.demandes.statuts import Action

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits
    from app.core.forms import Saisie
    from app.demandes.saisie.contexte import Contexte
    from app.demandes.saisie.etat import Textes

LONGUEUR: Final = 2000
OUI: Final = "1"


def attendues(remarques: Iterable[Remarque]) -> list[Remarque]:
    """Those that ask something of the RTS."""
    return [r for r in remarques if r.etat is EtatRemarque.ENVOYEE]


def textes(remarques: Iterable[Remarque]) -> Textes:
    """The fields of the form that answer them."""
    lus: Textes = {}
    for r in attendues(remarques):
        lus |= {f"faite_{r.id}": OUI if r.faite else "", f"reponse_{r.id}": r.reponse}
    return lus


def lire(saisie: Saisie, remarques: Iterable[Remarque]) -> Textes:
    """What was posted of them."""
    lus: Textes = {}
    for r in attendues(remarques):
        faite, reponse = f"faite_{r.id}", f"reponse_{r.id}"
        if faite in saisie.champs:
            lus[faite] = OUI if saisie.liste(faite, (OUI,)) else ""
        if reponse in saisie.champs:
            lus[reponse] = saisie.texte(reponse, max_=LONGUEUR)
    return {nom: texte for nom, texte in lus.items() if nom not in saisie.erreurs}


def est_reponse(nom: str) -> bool:
    """Whether a field of the form answers a remark."""
    return nom.startswith(("faite_", "reponse_"))


def libelle(nom: str) -> str:
    """How a conflict or an error calls it."""
    return "Remarque : fait" if nom.startswith("faite_") else "Réponse à une remarque"


async def repondre(session: AsyncSession, c: Contexte, ecrire: Textes, *, par: Droits) -> None:
    """Write the answers of *ecrire*.

    Raises:
        Interdit: the dossier is no longer a draft.
        Conflit: somebody wrote at the same instant, or the remark has just been cancelled.
    """
    if not peut(par, Action.SOUMETTRE, c.tete):
        raise Interdit("Ce dossier n'est plus en cours de saisie : il ne se modifie plus.")
    touchees = [r for r in attendues(c.remarques) if {f"faite_{r.id}", f"reponse_{r.id}"} & ecrire.keys()]
    for r in touchees:
        valeurs = {
            "faite": ecrire.get(f"faite_{r.id}", OUI if r.faite else "") == OUI,
            "reponse": ecrire.get(f"reponse_{r.id}", r.reponse),
        }
        envoyee = (Remarque.id == r.id) & (Remarque.etat == EtatRemarque.ENVOYEE)
        if (await session.execute(update(Remarque).where(envoyee).values(**valeurs))).rowcount != 1:  # type: ignore[attr-defined]
            raise Conflit(PERIME)
    await modifier(session, c.demande, version=c.demande.version)
    # Which remarks, not what is answered: a draft is private, and the journal has other readers.
    ident, apres = c.demande.id, {"remarques": [r.id for r in touchees]}
    await consigner(session, "repondre_remarque", par=par, sujet="demande", sujet_id=ident, demande_id=ident, apres=apres)
