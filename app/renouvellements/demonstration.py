"""Agréments that end, in the demonstration: some of their RTS invited, some who answered, one who files later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from app.agrements.demonstration import agrement, dans, numero_arrete
from app.agrements.models import TypeAgrement
from app.campagnes.models import Prolongation
from app.comptes.demonstration import CLAIRE, PARCOURS, SIMONE, inscrire
from app.core.demonstration import Rangee, a_heure
from app.demandes.statuts import Statut, TypeDemande
from app.renouvellements.models import AgrementInvite, InvitationRenouvellement

if TYPE_CHECKING:
    from app.campagnes.demonstration import Jours
    from app.liste.demonstration import Demonstration

DEPARTEMENTS: Final = ("67", "68")
MESSAGE: Final = "Le secrétariat du troisième cycle répond à vos questions tous les matins."
RENONCEMENT: Final = "Je quitte le service à la fin du semestre ; mon successeur fera sa propre demande."
MOTIF: Final = "Absence pour raison de santé pendant la période de dépôt."
INVITE_LE, RELANCE_LE = 12, 3  # days ago
# What became of them, in turn; « parti » has left the register, « inconnu » has no account.
SORTS: Final = ("seul", "deposee", "seul", "saisie", "parti", "renonce", "seul", "attente", "inconnu", "relancee", "attente")


@dataclass
class Renouvellements:
    """Makes them in the campaign where everything is open."""

    d: Demonstration
    campagne: Rangee
    jours: Jours

    def agrement(self, formation: str, rts: Rangee, ans: int = 5) -> tuple[Rangee, Any]:
        """One in force, that ends the day before the campaign's begin; with its place."""
        monde = self.d.monde
        lieu = monde.lieu(formation, DEPARTEMENTS)
        if lieu.id is None:
            lieu.id, lieu.genre = monde.local(lieu), "CABINET" if lieu.genre == "CABINET" else "REGISTRE"
        terrain = monde.terrain(lieu, rts["rpps"])
        depuis: date = self.campagne["debut_agrements"]
        debut = date(depuis.year - ans, depuis.month, 1)
        fait = agrement(
            monde.lot, jour=monde.jour, debut=debut, fin=dans(debut, ans), arrete=numero_arrete(debut, terrain["numero"]),
            rpps=rts["rpps"], terrain_id=terrain["id"], subdivision=self.campagne["subdivision"], formation=formation,
            type=TypeAgrement.PRINCIPAL, phases="SA",
        )  # fmt: skip
        return fait, lieu

    def inviter(self, rts: Rangee, agrements: list[Rangee], message: str = "", **reponse: Any) -> Rangee:
        """An invitation of twelve days ago, and its row of the journal."""
        par, quand = self.d.gens.de(CLAIRE), a_heure(self.d.monde.jour - timedelta(days=INVITE_LE), 10)
        relance = reponse.pop("relance_le", None)
        i = self.d.lot.ajouter(
            InvitationRenouvellement, campagne_id=self.campagne["id"], rpps=rts["rpps"], message=message, par_id=par["id"],
            quand=quand, relances=int(relance is not None), relance_le=relance,
        )  # fmt: skip
        for a in agrements:
            self.d.lot.ajouter(AgrementInvite, invitation_id=i["id"], agrement_id=a["id"], **reponse)
        dit = {"sujet": "invitation_renouvellement", "sujet_id": i["id"]}
        apres = {"rpps": rts["rpps"], "campagne_id": self.campagne["id"]}
        self.d.lot.consigner("inviter_renouvellement", par, quand, apres=apres, **dit)
        if relance is not None:
            self.d.lot.consigner("relancer_renouvellement", par, relance, apres=apres, **dit)
        return i

    def deposer(self, rts: Rangee, formation: str, a: Rangee, lieu: Any, statut: Statut) -> None:
        """The demande that answers."""
        metiers = self.d.metiers
        dossier = metiers.depot.creer(
            self.campagne, self.jours, formation, type_=TypeDemande.RENOUVELLEMENT, rts=rts, lieu=lieu, phases="SA",
            terrain=a["terrain_id"],
        )  # fmt: skip
        metiers.instruction.amener(dossier, statut)


def completer(d: Demonstration) -> None:
    """Add them to the demonstration."""
    r = Renouvellements(d, *d.parcours)
    simone = d.gens.de(SIMONE)
    siens = [r.agrement("NEPHRO", simone)[0], r.agrement("NEPHRO", simone, ans=1)[0]]
    r.inviter(simone, siens, MESSAGE)
    for n, sort in enumerate(SORTS):
        _un(r, PARCOURS[n % len(PARCOURS)], sort)


def _un(r: Renouvellements, formation: str, sort: str) -> None:
    monde, lot = r.d.monde, r.d.lot
    praticien = monde.praticien(formation)
    if sort == "inconnu":
        r.agrement(formation, praticien)
        return
    rts = inscrire(lot, praticien["prenom"], praticien["nom"], praticien["rpps"])
    a, lieu = r.agrement(formation, rts)
    if sort == "parti":
        praticien["actif"] = False
    elif sort == "deposee":
        r.inviter(rts, [a])
        r.deposer(rts, formation, a, lieu, Statut.EN_VALIDATION)
    elif sort == "saisie":
        r.inviter(rts, [a])
        r.deposer(rts, formation, a, lieu, Statut.EN_SAISIE)
    elif sort == "renonce":
        r.inviter(rts, [a], motif=RENONCEMENT, repondu_le=a_heure(monde.jour - timedelta(days=4), 19))
    elif sort == "attente":
        r.inviter(rts, [a])
    elif sort == "relancee":
        r.inviter(rts, [a], relance_le=a_heure(monde.jour - timedelta(days=RELANCE_LE), 9))
        _prolonger(r, rts)


def _prolonger(r: Renouvellements, rts: Rangee) -> None:
    par, quand = r.d.gens.de(CLAIRE), a_heure(r.d.monde.jour - timedelta(days=1), 15)
    jusqu_au = r.jours.cloture_depot + timedelta(days=15)
    p = r.d.lot.ajouter(
        Prolongation, campagne_id=r.campagne["id"], rpps=rts["rpps"], jusqu_au=jusqu_au, motif=MOTIF, par_id=par["id"],
        quand=quand,
    )  # fmt: skip
    apres = {"rpps": rts["rpps"], "campagne_id": r.campagne["id"], "jusqu_au": jusqu_au.isoformat(), "revoquee": False}
    r.d.lot.consigner(
        "prolonger_depot", par, quand, sujet="prolongation", sujet_id=p["id"], apres=apres, motif=MOTIF, version=1
    )
