"""The moves of a demande of the demonstration, from its submission to what the scolarité makes of it."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

from app.agrements.models import TypeAgrement
from app.core.demonstration import Rangee, apres, tirer, un
from app.core.roles import Role
from app.demandes.demonstration import BLOCS, Depot, Dossier
from app.demandes.models import Retour, VersionDossier
from app.demandes.rapprochement.blocs import comparer_faits
from app.demandes.rapprochement.faits import Faits
from app.demandes.rapprochement.models import Cause, Verification
from app.demandes.rapprochement.traces import rangee
from app.demandes.retours.models import EtatRemarque, Remarque
from app.demandes.saisie.comparaison import Blocs, etat_machine, figer
from app.demandes.statuts import Action, Bloc, OrigineRefus, Statut, Validation

if TYPE_CHECKING:
    from app.comptes.demonstration import Gens

# What a version keeps, as the service freezes it.
CONTENU: Final = (
    "rpps", "prenom", "nom", "email", "telephone", "saisie_siret", "saisie_raison_sociale", "saisie_adresse",
    "saisie_code_postal", "saisie_ville", "saisie_terrain", "saisie_terrain_description", "justification", "projet",
    "choix", "etablissement_id", "terrain_id", "capacite", "type",
)  # fmt: skip
# Reasons of the return, its comment, its remarks: anchor, reason, text.
RETOURS: Final[tuple[tuple[list[str], str, tuple[tuple[str, str, str], ...]], ...]] = (
    (["INC_02"], "Merci d'actualiser le projet pédagogique : celui du dossier date du précédent agrément.", ()),
    ([], "", (("champ:projet", "INC_03", "Le projet ne dit rien de la phase de consolidation, pourtant demandée."),)),
    (["INC_06", "INC_08"], "", ()),
    ([], "", (("section:pieces", "INC_10", "La pièce jointe est vide."),
              ("champ:capacite", "INC_09", "Trois internes pour un seul encadrant ?"))),
    (["INC_01", "INC_09"], "L'effectif annoncé ne correspond pas au tableau des seniors.", ()),
    ([], "Deux points à reprendre.", (("section:terrain", "INC_11", "Adresse du lieu de stage à préciser."),
                                      ("champ:telephone", "INC_01", "Le numéro ne répond pas."))),
)  # fmt: skip
RETARD: Final = 6  # one return in so many is past its deadline
# Code of the reason, its label, what was added.
REFUS: Final = (
    ("REF_S_01", "Agrément en cours", ""),
    ("REF_S_02", "Demande en doublon", ""),
    (
        "REF_S_05",
        "Le demandeur n'est pas (ou plus) responsable du terrain de stage",
        "Départ signalé par l'établissement.",
    ),
    ("REF_S_04", "Subdivision non compétente pour ce terrain", "Terrain rattaché à une autre subdivision."),
    ("REF_S_08", "Dossier non complété dans le délai accordé", ""),
)
MOTIF_VALIDATION: Final = "Vérifié auprès du demandeur."
# How far the scolarité is with a dossier under validation.
AVANCEES: Final = {"intact": 45, "entame": 40, "invalide": 15}


class Instruction:
    """What follows the draft."""

    def __init__(self, depot: Depot, gens: Gens) -> None:
        self.depot, self.gens = depot, gens
        self.monde, self.alea, self.lot, self.hier = depot.monde, depot.alea, depot.lot, depot.hier

    def amener(self, d: Dossier, statut: Statut, *, retour: bool = False) -> Dossier:
        """Bring a draft to *statut* by its real path; with *retour*, back to the RTS."""
        if statut is Statut.EN_SAISIE and not retour:
            return d
        self.soumettre(d)
        if retour:
            self.retourner(d)
        elif statut is Statut.REFUSE:
            self.refuser(d)
        elif statut is Statut.VALIDE_ADMIN:
            self.valider(d)
        else:
            self._entamer(d)
        return d

    def soumettre(self, d: Dossier) -> None:
        """A version is frozen; what is equal to the registers validates itself."""
        d.quand = apres(self.alea, d.quand, min(d.jours.cloture_depot, self.hier))
        blocs = self._comparer(d)
        etats = {f"validation_{b}": etat_machine(c) for b, c in blocs.items()}
        depots = d.demande["depots"] + 1
        details = {"depot": depots, **etats}
        champs = {"depots": depots, "soumise_le": d.quand, **etats}
        self._mouvoir(d, Action.SOUMETTRE, Statut.EN_VALIDATION, d.rts, details=details, **champs)
        tete = {champ: d.lignes[0][champ] for champ in ("formation", "phases")}
        self.lot.ajouter(
            VersionDossier,
            demande_id=d.id,
            numero=depots,
            contenu={champ: d.demande[champ] for champ in CONTENU} | tete | {"pieces": []},
            comparaison=figer(blocs),
            quand=d.quand,
        )
        self._garder(d, blocs, Cause.SOUMISSION, d.rts)

    def _comparer(self, d: Dossier) -> Blocs:
        """As the service compares."""
        monde, demande = self.monde, d.demande
        terrain = monde.fiches_terrains.get(demande["terrain_id"])
        titulaire = terrain["titulaire_rpps"] if terrain else None
        fiche = monde.fiches.get(demande["etablissement_id"])
        faits = Faits(
            SimpleNamespace(**demande),
            d.lignes[0]["type"] is TypeAgrement.PRINCIPAL,
            monde.formations[d.lignes[0]["formation"]],
            d.campagne["voie_bloquante"],
            monde.jour,
            praticien=SimpleNamespace(**monde.praticiens[demande["rpps"]]),
            personne=SimpleNamespace(**d.rts),
            lieux=[fiche] if fiche else [],
            insee=d.lieu.code_insee,
            terrain=SimpleNamespace(**terrain) if terrain else None,
            titulaire=SimpleNamespace(**monde.praticiens[titulaire]) if titulaire and titulaire != demande["rpps"] else None,
            types=monde.types,
        )
        return comparer_faits(faits)

    def _garder(self, d: Dossier, blocs: Blocs, cause: Cause, par: Rangee) -> None:
        auteur = f"{par['prenom']} {par['nom']}"
        for bloc, c in blocs.items():
            etat = d.demande[f"validation_{bloc}"]
            self.lot.ajouter(
                Verification, demande_id=d.id, **rangee(bloc, c, etat=etat, cause=cause, quand=d.quand, auteur=auteur)
            )

    def retourner(self, d: Dossier) -> None:
        """*Dossier incomplet*, still to be completed."""
        par = self._prendre(d)
        motifs, commentaire, remarques = un(self.alea, RETOURS)
        echeance = min(d.jours.cloture_complements, self.monde.jour + timedelta(days=self.alea.randint(3, 15)))
        court = d.quand.date() + timedelta(days=2)
        if len(self.lot.rangees(Retour)) % RETARD == 1 and court < self.monde.jour:
            echeance = court
        retour = self.lot.ajouter(
            Retour,
            demande_id=d.id,
            motifs=list(motifs),
            commentaire=commentaire,
            echeance=echeance,
            depot=d.demande["depots"],
            par_id=par["id"],
            quand=d.quand,
        )
        envoi = {
            "demande_id": d.id,
            "retour_id": retour["id"],
            "etat": EtatRemarque.ENVOYEE,
            "par_id": par["id"],
            "quand": d.quand,
        }
        faites = [self.lot.ajouter(Remarque, ancre=a, motif=m, texte=texte, **envoi) for a, m, texte in remarques]
        tous = list(dict.fromkeys([*motifs, *(r["motif"] for r in faites)]))
        details = {"motifs": tous, "remarques": [r["id"] for r in faites], "echeance": echeance.isoformat()}
        self._mouvoir(d, Action.RETOURNER_INCOMPLET, Statut.EN_SAISIE, par, details=details, motif=commentaire or None)
        for ligne in d.lignes:
            ligne["echeance_retour"] = echeance

    def refuser(self, d: Dossier) -> None:
        """By the scolarité, with a reason that the RTS reads."""
        par = self._prendre(d)
        _, libelle, precision = un(self.alea, REFUS)
        motif = f"{libelle}. {precision}".strip() if precision else libelle
        self._mouvoir(
            d, Action.REFUSER, Statut.REFUSE, par, motif=motif, origine_refus=OrigineRefus.SCOLARITE, motif_refus=motif
        )

    def valider(self, d: Dossier) -> None:
        """What the registers did not settle is settled by hand, then the dossier goes on."""
        par = self._prendre(d)
        for bloc in BLOCS:
            if d.demande[bloc] is Validation.NON_VALIDE:
                self._valider_bloc(d, bloc, par)
        d.quand += timedelta(minutes=1)
        self._mouvoir(d, Action.VALIDER, Statut.VALIDE_ADMIN, par, validee_le=d.quand)

    def _entamer(self, d: Dossier) -> None:
        ouverts = [b for b in BLOCS if d.demande[b] is Validation.NON_VALIDE]
        avancee = tirer(self.alea, AVANCEES)
        if not ouverts or avancee == "intact":
            return
        par, bloc = self._prendre(d), un(self.alea, ouverts)
        if avancee == "entame":
            self._valider_bloc(d, bloc, par)
        else:
            self._bloc(d, Action.INVALIDER_BLOC, bloc, Validation.INVALIDE, par, motif="Ne correspond à rien de connu.")

    def _prendre(self, d: Dossier) -> Rangee:
        """Somebody of the scolarité opens it."""
        d.quand = apres(self.alea, d.quand, min(d.jours.cloture_complements, self.hier))
        return un(self.alea, self.gens.tenant(Role.SCOL, d.demande["subdivision"]))

    def _valider_bloc(self, d: Dossier, bloc: str, par: Rangee) -> None:
        # A place that the register lacks becomes a local one.
        if bloc == "validation_etablissement" and d.demande["etablissement_id"] is None:
            d.demande["etablissement_id"] = d.lieu.id = self.monde.local(d.lieu)
        if bloc == "validation_terrain" and d.demande["terrain_id"] is None:
            d.demande["terrain_id"] = self.monde.terrain(d.lieu, d.demande["rpps"])["id"]
        self._bloc(d, Action.VALIDER_BLOC, bloc, Validation.MANUEL, par, motif=MOTIF_VALIDATION)

    def _bloc(self, d: Dossier, action: Action, bloc: str, vers: Validation, par: Rangee, motif: str | None = None) -> None:
        avant = {bloc: d.demande[bloc]}
        d.quand += timedelta(minutes=2)
        d.demande.update({bloc: vers, "version": d.demande["version"] + 1})
        self.depot.consigner(d, action, par, avant=avant, apres={bloc: vers}, motif=motif)
        self.depot.projeter(d)
        code = next(b for b in Bloc if bloc == f"validation_{b}")
        self._garder(d, {code: self._comparer(d)[code]}, Cause.DECISION, par)

    def _mouvoir(
        self,
        d: Dossier,
        action: Action,
        vers: Statut,
        par: Rangee,
        *,
        motif: str | None = None,
        details: Rangee | None = None,
        **valeurs: Any,
    ) -> None:
        avant = {"statut": d.demande["statut"]}
        d.demande.update(valeurs, statut=vers, version=d.demande["version"] + 1)
        self.depot.consigner(d, action, par, avant=avant, apres={"statut": vers, **(details or {})}, motif=motif)
        self.depot.projeter(d)
