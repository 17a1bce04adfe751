"""The moves of a demande of the demonstration, from its submission to what the scolarité makes of it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from app.core.demonstration import Rangee, apres, tirer, un
from app.core.roles import Role
from app.demandes.demonstration import BLOCS, Depot, Dossier
from app.demandes.models import Choix, Retour, VersionDossier
from app.demandes.retours.models import EtatRemarque, Remarque
from app.demandes.statuts import Action, Bloc, OrigineRefus, Statut, Validation
from app.referentiel import comparaison as iso

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
        etats = {f"validation_{b}": Validation.AUTO if iso.auto(x) else Validation.NON_VALIDE for b, x in blocs.items()}
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
            comparaison={"regle": iso.VERSION} | {str(b): [asdict(ligne) for ligne in x] for b, x in blocs.items()},
            quand=d.quand,
        )

    def _comparer(self, d: Dossier) -> dict[Bloc, list[iso.Ligne]]:
        """As the service compares: what was picked is equal to the register, what was typed to nothing."""
        connu, lieu = self.monde.praticiens[d.demande["rpps"]], d.lieu
        choisi = d.demande["choix"] is Choix.REGISTRE

        def paire(valeur: str) -> tuple[str | None, str | None]:
            return valeur or None, (valeur or None) if choisi else None

        numero = self.monde.numeros.get(d.demande["terrain_id"])
        return {
            Bloc.RTS: iso.comparer_rts(**{c: (d.demande[c], connu[c]) for c in ("rpps", "nom", "prenom")}),
            Bloc.ETABLISSEMENT: iso.comparer_etablissement(
                finess=paire(lieu.finess),
                siret=paire(lieu.siret),
                raison=paire(lieu.raison_sociale),
                insee=paire(lieu.code_insee),
                ville=paire(lieu.ville),
            ),
            Bloc.TERRAIN: iso.comparer_terrain(numero=(numero, numero)),
        }

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
        self._bloc(d, Action.VALIDER_BLOC, bloc, Validation.MANUEL, par)

    def _bloc(self, d: Dossier, action: Action, bloc: str, vers: Validation, par: Rangee, motif: str | None = None) -> None:
        avant = {bloc: d.demande[bloc]}
        d.quand += timedelta(minutes=2)
        d.demande.update({bloc: vers, "version": d.demande["version"] + 1})
        self.depot.consigner(d, action, par, avant=avant, apres={bloc: vers}, motif=motif)
        self.depot.projeter(d)

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
