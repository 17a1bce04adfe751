"""Demandes of the demonstration, brought to a statut by the moves that lead there, journal included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from app.agrements.demonstration import agrement, dans, numero_arrete
from app.agrements.models import TypeAgrement
from app.core.demonstration import Rangee, a_heure, apres, tirer, un
from app.core.texte import replier
from app.core.visibilite import Moment
from app.demandes.models import Choix, Demande, Ligne
from app.demandes.statuts import MOMENT, Action, Bloc, Statut, TypeDemande
from app.referentiel.demonstration import Lieu, Monde, est_des
from app.referentiel.noms import PROJETS

if TYPE_CHECKING:
    from app.campagnes.demonstration import Jours
    from app.comptes.demonstration import Gens

TYPES_DES: Final = {
    TypeDemande.RENOUVELLEMENT: 48,
    TypeDemande.NOUVEAU: 30,
    TypeDemande.CHANGEMENT_RTS: 10,
    TypeDemande.DEROGATION: 4,
    TypeDemande.COMPLEMENT: 4,
    TypeDemande.EXTENSION_PHASE: 3,
    TypeDemande.REEXAMEN: 1,
}
TYPES_AUTRES: Final = {TypeDemande.RENOUVELLEMENT: 50, TypeDemande.NOUVEAU: 40, TypeDemande.CHANGEMENT_RTS: 10}
JUSTIFICATION: Final = "Aucun terrain à agrément principal dans le secteur ; encadrement assuré par un praticien qualifié."
PHASES: Final = {"SAC": 26, "SA": 34, "AC": 14, "A": 10, "S": 10, "C": 6}
# Lines that often come with a tête.
VOISINES: Final = {
    "CARDIO": ("OPT_DSM79", "MED_VASC", "URGENCE"), "GERIATRIE": ("FST17", "MG", "MPR"), "HGE": ("FST01", "ONCO"),
    "PNEUMO": ("OPT_DSM93", "FST24", "MIR"), "PSYCHIATRIE": ("OPT_DSM94", "FST01", "MG"), "ONCO": ("FST17", "HEMATO"),
    "AR": ("MIR", "FST09", "URGENCE"), "MIIC": ("MIT", "FST16", "MG"), "PEDIATRIE": ("OPT_DSM89", "MG", "URGENCE"),
    "MPR": ("FST21", "FST09"), "URGENCE": ("MG", "MIR"), "GYN_OBS": ("GYN_MED", "MG"), "RHUMATO": ("FST09", "MPR"),
    "MG": ("GERIATRIE", "FST17", "FST21"),
}  # fmt: skip
SAISIS: Final = ("siret", "raison_sociale", "adresse", "code_postal", "ville")
DESCRIPTION: Final = "Hospitalisation, consultations et avis dans les autres services."
DEJA_VU: Final = frozenset(TypeDemande) - {TypeDemande.NOUVEAU, TypeDemande.DEROGATION}
BLOCS: Final = tuple(f"validation_{b}" for b in Bloc)


def type_de_ligne(type_: TypeDemande, *, des: bool) -> TypeAgrement:
    """What the ligne de tête asks for."""
    if type_ in {TypeDemande.DEROGATION, TypeDemande.COMPLEMENT}:
        return TypeAgrement.COMPLEMENTAIRE
    return TypeAgrement.PRINCIPAL if des else TypeAgrement.FONCTIONNEL


def qualification(formation: str, type_: TypeDemande) -> str:
    """What the RTS is qualified in: another DES where he asks beside his own."""
    if type_ not in {TypeDemande.DEROGATION, TypeDemande.COMPLEMENT}:
        return formation
    return "GERIATRIE" if formation == "MIIC" else "MIIC"


@dataclass
class Dossier:
    """A demande with its lines, and what its later moves need."""

    demande: Rangee
    lignes: list[Rangee]
    campagne: Rangee
    jours: Jours
    lieu: Lieu
    rts: Rangee
    quand: datetime  # its last move

    @property
    def id(self) -> int:
        """The demande's."""
        return int(self.demande["id"])


class Depot:
    """Files demandes and makes their moves."""

    def __init__(self, monde: Monde, gens: Gens, departements: dict[str, tuple[str, ...]]) -> None:
        self.monde, self.gens, self._departements = monde, gens, departements
        self.alea, self.lot = monde.alea, monde.lot
        self.hier = monde.jour - timedelta(days=1)

    def creer(
        self,
        campagne: Rangee,
        jours: Jours,
        formation: str,
        *,
        type_: TypeDemande | None = None,
        rts: Rangee | None = None,
        lieu: Lieu | None = None,
        phases: str | None = None,
        terrain: int | None = None,
    ) -> Dossier:
        """A draft; with *phases*, of these and of one line; on a known *terrain*, if one is given."""
        des = est_des(self.monde.formations[formation])
        type_ = type_ or tirer(self.alea, TYPES_DES if des else TYPES_AUTRES)
        lieu = lieu or self.monde.lieu(formation, self._departements[campagne["subdivision"]])
        rts = rts or self._nouveau_rts(formation, type_)
        fin = min(jours.cloture_depot, self.hier) - timedelta(days=2)
        quand = apres(self.alea, a_heure(jours.ouverture, 8), max(fin, jours.ouverture))
        connu = {"choix": Choix.REGISTRE, "etablissement_id": lieu.id, "terrain_id": terrain}
        saisie = connu if terrain else self._saisie(lieu, rts, type_, formation, campagne)
        demande = self._demande(campagne, type_, rts, creee_le=quand, **saisie)
        dossier = Dossier(demande, [], campagne, jours, lieu, rts, quand)
        self._ligne(dossier, 0, formation, type_de_ligne(type_, des=des), phases)
        if phases is None:
            self._voisines(dossier, formation)
        self.consigner(dossier, Action.CREER, rts, apres={"statut": Statut.EN_SAISIE, "formation": formation})
        return dossier

    def _demande(self, campagne: Rangee, type_: TypeDemande, rts: Rangee, **valeurs: Any) -> Rangee:
        return self.lot.ajouter(
            Demande,
            campagne_id=campagne["id"],
            subdivision=campagne["subdivision"],
            type=type_,
            statut=Statut.EN_SAISIE,
            capacite=self.alea.randint(1, 4),
            projet=un(self.alea, PROJETS),
            justification=JUSTIFICATION if type_ is TypeDemande.DEROGATION else "",
            **{champ: rts[champ] for champ in ("rpps", "prenom", "nom", "email", "telephone")},
            **valeurs,
        )

    def _nouveau_rts(self, formation: str, type_: TypeDemande) -> Rangee:
        praticien, personne = self.gens.rts(qualification(formation, type_))
        if self.alea.random() < 0.12:  # the register learnt of another name since
            praticien["nom"] = f"{praticien['nom']}-{un(self.alea, ('Weil', 'Roth', 'Adam', 'Simon'))}"
        return personne

    def _saisie(self, lieu: Lieu, rts: Rangee, type_: TypeDemande, formation: str, campagne: Rangee) -> Rangee:
        """What the RTS picked or typed. A place known from before is picked, with its terrain and its agrément."""
        connu = type_ in DEJA_VU
        if connu and lieu.id is None:
            lieu.id = self.monde.local(lieu)
            lieu.genre = "CABINET" if lieu.genre == "CABINET" else "REGISTRE"
        saisie: Rangee = {"choix": Choix(lieu.genre), "etablissement_id": lieu.id}
        if lieu.genre != "REGISTRE":
            saisie |= {f"saisie_{champ}": getattr(lieu, champ) for champ in SAISIS}
        if not connu and (lieu.id is None or lieu.nomme or self.alea.random() < 0.5):
            return saisie | {"saisie_terrain": lieu.terrain, "saisie_terrain_description": DESCRIPTION}
        terrain = self.monde.terrain(lieu, rts["rpps"])
        if connu:
            self._agrement_en_cours(terrain, rts, type_, formation, campagne)
        return saisie | {"terrain_id": terrain["id"]}

    def _agrement_en_cours(self, terrain: Rangee, rts: Rangee, type_: TypeDemande, formation: str, campagne: Rangee) -> None:
        # A renewal ends when the new one begins; the others still run.
        reste = 0 if type_ is TypeDemande.RENOUVELLEMENT else self.alea.randint(1, 3)
        debut: date = campagne["debut_agrements"]
        debut = date(debut.year - 5 + reste, debut.month, 1)
        rpps = self.monde.praticien(formation)["rpps"] if type_ is TypeDemande.CHANGEMENT_RTS else rts["rpps"]
        if type_ is TypeDemande.CHANGEMENT_RTS:
            terrain["titulaire_rpps"] = rpps
        sienne = qualification(formation, type_)
        des = est_des(self.monde.formations[sienne])
        agrement(
            self.lot,
            jour=self.monde.jour,
            debut=debut,
            fin=dans(debut, 5),
            arrete=numero_arrete(debut, terrain["numero"]),
            rpps=rpps,
            terrain_id=terrain["id"],
            subdivision=campagne["subdivision"],
            formation=sienne,
            type=type_de_ligne(TypeDemande.NOUVEAU, des=des),
            phases="SA" if des else "A",
        )

    def _voisines(self, d: Dossier, formation: str) -> None:
        seule = d.demande["type"] in {TypeDemande.EXTENSION_PHASE, TypeDemande.REEXAMEN}
        if seule or d.lignes[0]["type"] is not TypeAgrement.PRINCIPAL:
            return
        voisines = VOISINES.get(formation, ())
        combien = min(len(voisines), self.alea.choices((0, 1, 2), (82, 14, 4))[0])
        for rang, voisine in enumerate(self.alea.sample(voisines, combien), 1):
            des = est_des(self.monde.formations[voisine])
            self._ligne(d, rang, voisine, TypeAgrement.COMPLEMENTAIRE if des else TypeAgrement.FONCTIONNEL)

    def _ligne(self, d: Dossier, rang: int, formation: str, type_: TypeAgrement, phases: str | None = None) -> None:
        des = est_des(self.monde.formations[formation])
        phases = phases or (tirer(self.alea, PHASES) if des else "A")
        ligne = self.lot.ajouter(
            Ligne, demande_id=d.id, rang=rang, ordre=d.id * 100 + rang, formation=formation, type=type_, phases=phases
        )
        d.lignes.append(ligne)
        self.projeter(d)

    def projeter(self, d: Dossier) -> None:
        """Copy on the lines what the table filters and sorts on, as the service does."""
        champs = projection(d.demande, d.lieu)
        for ligne in d.lignes:
            ligne.update(champs)

    def consigner(self, d: Dossier, action: Action, par: Rangee, *, apres: Rangee, **autres: Any) -> None:
        """A row of the dossier's history, at its last move."""
        self.lot.consigner(action, par, d.quand, sujet="demande", sujet_id=d.id, demande_id=d.id, apres=apres, **autres)


def projection(demande: Rangee, lieu: Lieu) -> Rangee:
    """The columns of a line that repeat its demande."""
    champs = ("subdivision", "statut", "rpps", "prenom", "nom", *BLOCS)
    type_code = "AUTRE" if demande["etablissement_id"] is None else lieu.type_code
    return {champ: demande[champ] for champ in champs} | {
        "type_demande": demande["type"],
        "depuis": (demande.get("validee_le") or demande.get("soumise_le") or demande["creee_le"]).date().isoformat(),
        "moment": MOMENT.get(demande["statut"], Moment.PUBLIEE),
        "ville": lieu.ville,
        "etablissement": lieu.raison_sociale,
        "type_etablissement": "PRATICIEN" if demande["choix"] is Choix.CABINET else type_code,
        "terrain": lieu.terrain,
        "tri_personne": replier(f"{demande['nom']} {demande['prenom']}"),
        "tri_ville": replier(lieu.ville),
        "tri_etablissement": replier(lieu.raison_sociale),
        "tri_terrain": replier(lieu.terrain),
    }
