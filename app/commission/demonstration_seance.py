"""The séance of the demonstration that is about to open: its agenda, a mandate, a déport, what members want discussed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from app.commission.models import Deport, Mandat, Note, OrigineDeport
from app.core.demonstration import a_heure
from app.core.roles import Role
from app.core.texte import replier

if TYPE_CHECKING:
    from datetime import datetime

    from app.comptes.demonstration import Gens
    from app.core.demonstration import Rangee
    from app.demandes.demonstration import Depot, Dossier

# Every so many dossiers, somebody wants one discussed, and writes why for himself.
TOUS_LES: Final = 23
NOTES: Final = (
    "Relire le projet : l'encadrement de nuit n'y est pas.",
    "Deux départs de praticiens annoncés : demander l'effectif.",
    "Comparer avec le terrain voisin, agréé l'an dernier.",
)


def preparer(depot: Depot, gens: Gens, seance: Rangee, dossiers: list[Dossier]) -> None:
    """By specialty, as a secretary arranges it the day before."""
    lot, hier = depot.lot, a_heure(depot.monde.jour, 17) - timedelta(days=1)
    ranges = sorted(dossiers, key=lambda d: (replier(d.lignes[0]["formation"]), d.id))
    for place, dossier in enumerate(ranges, 1):
        for ligne in dossier.lignes:
            ligne["agenda"] = f"{place:05}" + (f".{ligne['rang']:02}" if ligne["rang"] else "")
    scol, president = (gens.tenant(r, seance["subdivision"])[0] for r in (Role.SCOL, Role.PRES))
    apres = {"groupe": "formation", "lignes": [], "changees": sum(len(d.lignes) for d in ranges)}
    lot.consigner("ordonner_agenda", scol, hier, sujet="seance", sujet_id=seance["id"], apres=apres)
    *membres, absent, deporte = gens.tenant(Role.MEMBRE, seance["subdivision"])
    lot.ajouter(Mandat, seance_id=seance["id"], mandant_id=absent["id"], mandataire_id=president["id"], quand=hier)
    ordinaires = [d for d in ranges if not d.lieu.nomme]
    _deporter(depot, ordinaires[TOUS_LES // 2], deporte, hier)
    for n, dossier in enumerate(ordinaires[TOUS_LES::TOUS_LES]):
        _marquer(depot, dossier, membres[-1 - n % 2 :][:1] + membres[-3:-2] * (n % 3 == 0), NOTES[n % len(NOTES)])


def _deporter(depot: Depot, dossier: Dossier, qui: Rangee, quand: datetime) -> None:
    tete, motif = dossier.lignes[0], "Ancien associé du demandeur."
    depot.lot.ajouter(
        Deport, ligne_id=tete["id"], personne_id=qui["id"], origine=OrigineDeport.DECLARE, motif=motif, par_id=qui["id"],
        quand=quand,
    )  # fmt: skip
    nom = f"{qui['prenom']} {qui['nom']}"
    apres = {"personne_id": qui["id"], "qui": nom, "lignes": [x["id"] for x in dossier.lignes]}
    ou = {"sujet": "demande", "sujet_id": dossier.id, "demande_id": dossier.id}
    depot.lot.consigner("declarer_deport", qui, quand, apres=apres, motif=motif, **ou)


def _marquer(depot: Depot, dossier: Dossier, gens: list[Rangee], texte: str) -> None:
    tete, quand = dossier.lignes[0], a_heure(depot.monde.jour, 18) - timedelta(days=1)
    tete["a_discuter"] = len(gens)
    ou = {"sujet": "ligne", "sujet_id": tete["id"], "demande_id": dossier.id, "ligne_id": tete["id"]}
    for qui in gens:
        depot.lot.ajouter(Note, personne_id=qui["id"], ligne_id=tete["id"], texte=texte, a_discuter=True, quand=quand)
        depot.lot.consigner("marquer_a_discuter", qui, quand, **ou)
