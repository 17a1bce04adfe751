"""Séances of the demonstration: one to come, those already published."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from app.agrements.demonstration import agrement, dans, numero_arrete
from app.avis.demonstration import CHAMPS, REFUS, Avis, accepte
from app.avis.models import Decision, Sens, Source
from app.commission.models import Presence, Seance, SeanceFormation, StatutSeance
from app.core.demonstration import Rangee, a_heure, un
from app.core.roles import Role
from app.core.templating import jour as en_lettres
from app.core.visibilite import Moment
from app.demandes.statuts import Action, OrigineRefus, Statut

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.campagnes.demonstration import Jours
    from app.comptes.demonstration import Gens
    from app.demandes.demonstration import Depot, Dossier

LIEU: Final = "Faculté de médecine, salle du conseil"
MOTIF_TETE: Final = "REF_C_12"
# Out of a hundred lines: decided in séance against or beside the opinion, put off, otherwise as the coordonnateur says.
PART_SAISIE, PART_AJOURNEE = 22, 3


class Commission:
    """Plans séances, and plays those of the past."""

    def __init__(self, depot: Depot, gens: Gens, avis: Avis, motifs: dict[str, str]) -> None:
        self.depot, self.gens, self.avis, self._motifs = depot, gens, avis, motifs
        self.alea, self.lot, self.jour = depot.alea, depot.lot, depot.monde.jour

    def planifier(self, subdivision: str, formations: Iterable[str], jour: date) -> Rangee:
        """A séance to come, or the first state of a past one."""
        president = self.gens.tenant(Role.PRES, subdivision)[0]
        seance = self.lot.ajouter(
            Seance,
            libelle=f"Commission de subdivision – séance du {en_lettres(jour)}",
            subdivision=subdivision,
            quand=a_heure(jour, 14),
            lieu=LIEU,
            statut=StatutSeance.PLANIFIEE,
            president_id=president["id"],
        )
        for formation in sorted(formations):
            self.lot.ajouter(SeanceFormation, seance_id=seance["id"], formation=formation)
        par = self.gens.tenant(Role.SCOL, subdivision)[0]
        prevue = min(a_heure(jour, 9) - timedelta(days=21), a_heure(self.jour, 9) - timedelta(days=1))
        self._consigner(seance, "planifier_seance", par, prevue, StatutSeance.PLANIFIEE)
        return seance

    def tenir(self, seance: Rangee, dossiers: list[Dossier], jours: Jours) -> None:
        """Open, decide, close and publish."""
        subdivision, debut = seance["subdivision"], seance["quand"]
        president = self.gens.tenant(Role.PRES, subdivision)[0]
        membres = self.gens.tenant(Role.MEMBRE, subdivision)
        presents = [m for m in membres if self.alea.random() < 0.8] or membres
        self._presences(seance, president, presents)
        seance.update(
            statut=StatutSeance.PUBLIEE, quorum=(len(membres) + 2) // 2, votants=len(presents) + 1, version=4,
            ouverte_le=debut, close_le=debut + timedelta(hours=3), publiee_le=a_heure(jours.publication, 9),
        )  # fmt: skip
        etapes = (
            ("ouvrir_seance", debut, StatutSeance.OUVERTE),
            ("clore_seance", seance["close_le"], StatutSeance.CLOSE),
            ("publier_seance", seance["publiee_le"], StatutSeance.PUBLIEE),
        )
        for action, quand, statut in etapes:
            self._consigner(seance, action, president, quand, statut)
        for rang, dossier in enumerate(dossiers):
            self._decider(dossier, seance, president, debut + timedelta(seconds=20 * rang))

    def _consigner(self, seance: Rangee, action: str, par: Rangee, quand: datetime, statut: StatutSeance) -> None:
        self.lot.consigner(action, par, quand, sujet="seance", sujet_id=seance["id"], apres={"statut": statut})

    def _presences(self, seance: Rangee, president: Rangee, presents: list[Rangee]) -> None:
        for personne, role in [(president, Role.PRES), *((p, Role.MEMBRE) for p in presents)]:
            self.lot.ajouter(Presence, seance_id=seance["id"], personne_id=personne["id"], role=role)

    def _decider(self, d: Dossier, seance: Rangee, president: Rangee, quand: datetime) -> None:
        sort = self.alea.random() * 100
        if sort < PART_AJOURNEE and not self._ancienne(d) and not d.lieu.nomme:
            for ligne in d.lignes:
                self.avis.donner(d, ligne, "etude")
                ligne["ajournee_par"] = seance["id"]
            return
        tete = d.lignes[0]
        decisions: list[Rangee] = []
        for ligne in d.lignes:
            avis = self.avis.donner(d, ligne, "concordant" if d.lieu.nomme else None)
            refusee = ligne is not tete and decisions[0]["sens"] is Sens.REFUSE
            decisions.append(self._decision(d, ligne, avis, president, quand, refusee=refusee))
        self._arreter(d, decisions[0], seance, president)
        for ligne, decision in zip(d.lignes, decisions, strict=True):
            ligne.update(moment=Moment.PUBLIEE, seance_id=seance["id"], stamp=ligne["stamp"] + 2)
            if decision["sens"] is Sens.ACCEPTE:
                self._proposer(d, ligne, decision, decisions[0])

    def _ancienne(self, d: Dossier) -> bool:
        return d.jours.publication < self.jour - timedelta(days=200)

    def _decision(
        self, d: Dossier, ligne: Rangee, avis: Rangee | None, president: Rangee, quand: datetime, *, refusee: bool
    ) -> Rangee:
        valeurs, source = accepte(ligne), Source.SAISIE
        if refusee:
            valeurs = {"sens": Sens.REFUSE, "motif": MOTIF_TETE, "motif_texte": "La ligne de tête est refusée."}
        elif avis and avis["sens"] is not Sens.A_L_ETUDE and self.alea.random() * 100 >= PART_SAISIE:
            source = Source.CONFIRMEE
            valeurs = {champ: avis[champ] for champ in ("sens", "duree", "phases", "motif", "motif_texte")}
        elif self.alea.random() < 0.15 and not d.lieu.nomme:
            motif, texte = un(self.alea, REFUS)
            valeurs = {"sens": Sens.REFUSE, "motif": motif, "motif_texte": texte}
        version = avis["version"] if avis else None
        decision = self.lot.ajouter(
            Decision,
            ligne_id=ligne["id"],
            auteur_id=president["id"],
            quand=quand,
            source=source,
            avis_version=version,
            **valeurs,
        )
        apres = {champ: decision[champ] for champ in CHAMPS}
        ou = {"sujet": "ligne", "sujet_id": ligne["id"], "demande_id": d.id, "ligne_id": ligne["id"]}
        self.lot.consigner(Action.DECIDER_LIGNE, president, quand, apres=apres, **ou)
        return decision

    def _arreter(self, d: Dossier, decision: Rangee, seance: Rangee, president: Rangee) -> None:
        vers = Statut.ACCEPTE if decision["sens"] is Sens.ACCEPTE else Statut.REFUSE
        d.demande.update(statut=vers, version=d.demande["version"] + 1)
        if vers is Statut.REFUSE:
            libelle = self._motifs[decision["motif"]]
            motif = f"{libelle}. {decision['motif_texte']}" if decision["motif_texte"] else libelle
            d.demande.update(origine_refus=OrigineRefus.COMMISSION, motif_refus=motif)
        d.quand = seance["close_le"]
        avant = {"statut": Statut.VALIDE_ADMIN}
        self.depot.consigner(d, Action.ARRETER_DECISIONS, president, avant=avant, apres={"statut": vers})
        self.depot.projeter(d)

    def _proposer(self, d: Dossier, ligne: Rangee, decision: Rangee, tete: Rangee) -> None:
        """Signed by the ARS when the séance is of another year."""
        debut = d.campagne["debut_agrements"]
        agrement(
            self.lot,
            jour=self.jour,
            debut=debut,
            fin=dans(debut, decision["duree"] or tete["duree"] or 3),
            arrete=numero_arrete(debut, ligne["id"]) if self._ancienne(d) else None,
            rpps=ligne["rpps"],
            terrain_id=d.demande["terrain_id"],
            subdivision=ligne["subdivision"],
            formation=ligne["formation"],
            type=ligne["type"],
            phases=decision["phases"],
            ligne_id=ligne["id"],
        )
