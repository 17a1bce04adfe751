"""« Qui peut faire quoi le … »: what the guards themselves answer, role by role, on any day of a campaign.

Nothing is written twice: the moves and their roles come from the state machine and the matrix, the days from `fenetres`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from app.campagnes.permissions import peut_configurer
from app.campagnes.queries import Etape, etape
from app.core.access import Droits, Portee, peut_lire
from app.core.roles import Role
from app.core.visibilite import Moment, Objet
from app.demandes.fenetres import dans_les_jours
from app.demandes.permissions import peut
from app.demandes.saisie.regles import fermeture
from app.demandes.statuts import MOUVEMENTS, Action, Statut

if TYPE_CHECKING:
    from datetime import date

    from app.campagnes.models import Campagne

DEMANDEUR: Final = "99700000000"  # of no register: it stands for whoever asks
# Where the lines of a demande of this statut may stand.
LIEUX: Final[dict[Statut, tuple[Moment, ...]]] = {
    Statut.EN_SAISIE: (Moment.SAISIE,),
    Statut.EN_VALIDATION: (Moment.VALIDATION,),
    Statut.VALIDE_ADMIN: (Moment.AVANT_SEANCE, Moment.SEANCE_OUVERTE),
    Statut.REFUSE: (Moment.REFUS_SCOLARITE, Moment.CLOSE, Moment.PUBLIEE),
    Statut.ACCEPTE: (Moment.CLOSE, Moment.PUBLIEE),
}
RETOURNE: Final = "dossier retourné incomplet, jusqu'à sa date limite"
DITS: Final = {
    Moment.SAISIE: "en cours de saisie",
    Moment.VALIDATION: "en cours de validation",
    Moment.REFUS_SCOLARITE: "refusé par la scolarité",
    Moment.AVANT_SEANCE: "validé, avant sa séance",
    Moment.SEANCE_OUVERTE: "en séance ouverte",
    Moment.CLOSE: "en séance close",
    Moment.PUBLIEE: "publié",
}
ENSUITE: Final = frozenset({Moment.AVANT_SEANCE, Moment.SEANCE_OUVERTE, Moment.CLOSE, Moment.PUBLIEE})
# What takes something back: never what a stage is for.
RECOURS: Final = frozenset({Action.SUPPRIMER, Action.REPRENDRE, Action.ROUVRIR, Action.ANNULER_DECISION})
# What a stage is for: a move is expected in it when it is made on a dossier that stands there.
ETAPES: Final[dict[Moment, tuple[Etape, ...]]] = {
    Moment.SAISIE: (Etape.DEPOT, Etape.COMPLEMENTS),
    Moment.VALIDATION: (Etape.DEPOT, Etape.COMPLEMENTS),
    Moment.AVANT_SEANCE: (Etape.AVIS,),
    Moment.SEANCE_OUVERTE: (Etape.COMMISSION,),
}


@dataclass(slots=True)
class Dossier:
    """A dossier as guards look at one."""

    statut: Statut
    moment: Moment
    subdivision: str
    formation: str
    rpps: str = DEMANDEUR
    id: int = 0


@dataclass(frozen=True, slots=True)
class Acte:
    """A move that a role may make, where, and whether the day allows it; `ferme` says why not."""

    action: Action
    ou: str
    attendu: bool
    ferme: str = ""

    @property
    def libelle(self) -> str:
        """The button's words."""
        return MOUVEMENTS[self.action].libelle


@dataclass(frozen=True, slots=True)
class Journee:
    """What one role may do on the day, what the day forbids him, what he reads."""

    role: Role
    actes: tuple[Acte, ...]
    configure: bool
    lit: str

    def de(self, *, attendu: bool) -> list[Acte]:
        """The moves that the stage is for, or the others."""
        return [a for a in self.actes if not a.ferme and a.attendu is attendu]

    @property
    def fermes(self) -> list[Acte]:
        """The moves that the day forbids."""
        return [a for a in self.actes if a.ferme]


def droits_de(role: Role) -> Droits:
    """Somebody who has this role everywhere, and no other."""
    return Droits(0, "", DEMANDEUR) if role is Role.RTS else Droits(0, "", portees=(Portee(role),))


def journee(campagne: Campagne, role: Role, le: date, *, prolonge: date | None = None) -> Journee:
    """One role on the day *le*; *prolonge*: the personal extension of the RTS who reads it."""
    droits = droits_de(role)
    faits = [acte for action in MOUVEMENTS for acte in _actes(campagne, droits, action, le, prolonge)]
    ou = [m for m in DITS if peut_lire(droits, Objet.DOSSIER, _dossier(campagne, Statut.EN_SAISIE, m))]
    dits = [DITS[m] for m in ou if m not in ENSUITE]
    if set(ou) >= ENSUITE:
        dits.append("validé administrativement, et ensuite")
    return Journee(role, tuple(faits), peut_configurer(droits, campagne.subdivision), ", ".join(dits))


def _actes(campagne: Campagne, droits: Droits, action: Action, le: date, prolonge: date | None) -> list[Acte]:
    """The move as the day lets it be made; where only a returned dossier may still make it, that apart."""
    ou = moments(campagne, droits, action)
    if not ou:
        return []
    etapes = set() if action in RECOURS else {e for m in ou for e in ETAPES.get(m, ())}
    attendu = etape(campagne, le) in etapes
    dit = "" if action is Action.CREER else "dossier " + " ou ".join(DITS[m] for m in ou)
    if dans_les_jours(action, campagne, le, prolonge=prolonge):
        return [Acte(action, dit, attendu=attendu)]
    faits = [Acte(action, dit, attendu=False, ferme=fermeture(campagne, None, le, prolonge) or "")]
    if dans_les_jours(action, campagne, le, prolonge=prolonge, echeance=le):
        faits.append(Acte(action, RETOURNE, attendu=attendu))
    return faits


def moments(campagne: Campagne, droits: Droits, action: Action) -> list[Moment]:
    """Where the guard of *action* lets this person make it; a creation is made on nothing."""
    mouvement = MOUVEMENTS[action]
    if not mouvement.de:
        return [Moment.SAISIE] if droits.a(*mouvement.roles) else []
    lieux = [(s, m) for s in Statut if s in mouvement.de for m in LIEUX[s]]
    permis = [m for s, m in lieux if peut(droits, action, _dossier(campagne, s, m))]
    return list(dict.fromkeys(permis))


def _dossier(campagne: Campagne, statut: Statut, moment: Moment) -> Dossier:
    return Dossier(statut, moment, campagne.subdivision, "")
