"""What a row says, what keeps it out, what is only told. Pure.

A row is left out for what the specification names, and for two things that leave nothing to take once: cells that
cannot be told apart, and no identifier.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from app.avis.models import Sens
from app.demandes.statuts import Statut, TypeDemande, Validation
from app.referentiel.normalisation import lire_rpps

if TYPE_CHECKING:
    from app.reprise.fichier import Brute
    from app.reprise.mots import Mots

AMORCES: Final = ("=", "+", "-", "@", "\t")
LONGUEURS: Final = {"prenom": 120, "nom": 120, "ville": 80, "etablissement": 200, "terrain": 200}
PHASES: Final = {"phase_socle": "S", "phase_appro": "A", "phase_conso": "C"}
VRAI, FAUX = frozenset({"1", "oui", "vrai", "true", "x"}), frozenset({"", "0", "non", "faux", "false"})


@dataclass(frozen=True, slots=True)
class Constat:
    """Something to tell of a row: the line of the file, the column, its value, why."""

    ligne: int
    colonne: str
    valeur: str
    raison: str

    def en_liste(self) -> list[Any]:
        """For the record of a travail, and the file to download."""
        return [self.ligne, self.colonne, self.valeur[:200], self.raison]


@dataclass(slots=True)
class Lue:
    """A row in our words."""

    ligne: int
    identifiant: str
    rpps: str = ""
    statut: Statut = Statut.EN_SAISIE
    formation: str = ""
    subdivision: str = ""
    type: TypeDemande = TypeDemande.NOUVEAU
    type_etablissement: str = "AUTRE"
    textes: dict[str, str] = field(default_factory=dict)
    validations: dict[str, Validation] = field(default_factory=dict)
    coord: Sens | None = None
    rep: Sens | None = None
    decision: Sens | None = None
    duree: int | None = None
    phases: str = ""
    commentaire: str = ""


class Lecteur:
    """Reads the rows of one file in their order: an identifier is taken by the first row that can be imported."""

    def __init__(self, mots: Mots) -> None:
        self.mots = mots
        self.pris: dict[str, int] = {}
        self.ecarts: list[Constat] = []  # of the last row
        self.avis: list[Constat] = []

    def lire(self, brute: Brute) -> Lue | None:
        """The row, or None with `ecarts`; `avis` is what is only told."""
        self.ecarts, self.avis = [], []
        self._b = brute
        if brute.illisible:
            self.ecarts.append(Constat(brute.ligne, "", "", f"Ligne illisible : {brute.illisible}."))
            return None
        x = Lue(brute.ligne, self._identifiant())
        self._identite(x)
        self._jugements(x)
        self._lieu(x)
        if self.ecarts:
            return None
        self.pris[x.identifiant] = brute.ligne
        return x

    def _cellule(self, nom: str) -> str:
        brute = self._b.cellules.get(nom, "")
        return "".join(c if c >= " " or c == "\n" else " " for c in brute).strip()

    def _ecarter(self, nom: str, raison: str) -> None:
        self.ecarts.append(Constat(self._b.ligne, nom, self._cellule(nom), raison))

    def _dire(self, nom: str, raison: str) -> None:
        self.avis.append(Constat(self._b.ligne, nom, self._cellule(nom), raison))

    def _identifiant(self) -> str:
        lu = self._cellule("id")
        court = lu if len(lu) <= 60 else f"{lu[:43]}~{hashlib.sha256(lu.encode()).hexdigest()[:16]}"
        if not lu:
            self._ecarter("id", "Identifiant absent : la demande ne pourrait pas être reprise une seule fois.")
        elif court in self.pris:
            self._ecarter("id", f"Identifiant en double : déjà à la ligne {self.pris[court]}.")
        return court

    def _identite(self, x: Lue) -> None:
        x.rpps = lire_rpps(self._cellule("rpps")) or ""
        if not x.rpps:
            self._ecarter("rpps", "Numéro RPPS absent, incomplet, ou de clé fausse.")
        x.statut = Statut(self._exige("statut", "statut", "Statut inconnu.") or Statut.EN_SAISIE)
        x.formation = self._exige("specialite", "specialite", "Spécialité inconnue.")
        x.subdivision = self._exige("subdivision", "subdivision", "Subdivision inconnue.")
        x.type = TypeDemande(self._sinon("type_demande", "type_demande", TypeDemande.NOUVEAU))

    def _exige(self, nom: str, liste: str, raison: str) -> str:
        code = self.mots.code(liste, self._cellule(nom))
        if code is None:
            self._ecarter(nom, raison)
        return code or ""

    def _sinon(self, nom: str, liste: str, defaut: str) -> str:
        code = self.mots.code(liste, self._cellule(nom))
        if code is None and self._cellule(nom):
            self._dire(nom, "Libellé inconnu : la valeur par défaut est prise.")
        return code or defaut

    def _sens(self, nom: str) -> Sens | None:
        if not self._cellule(nom):
            return None
        code = self._exige(nom, "decision", "Décision inconnue.")
        return Sens(code) if code else None

    def _jugements(self, x: Lue) -> None:
        x.coord, x.rep = self._sens("decision_coordonnateur"), self._sens("decision_interne")
        x.decision = self._sens("decision_commission")
        duree = self._exige("duree_commission", "duree", "Durée inconnue : attendu 1 ou 5 ans.") \
            if self._cellule("duree_commission") else ""  # fmt: skip
        phases = "".join(lettre for nom, lettre in PHASES.items() if self._phase(nom))
        if x.decision is Sens.ACCEPTE:
            x.duree, x.phases = int(duree) if duree else None, phases
            if not phases:
                self._ecarter("decision_commission", "Acceptation sans phase.")
        elif duree or phases:
            self._dire("duree_commission", "Durée ou phases sans acceptation : non reprises.")
        if x.statut is Statut.ACCEPTE and not self._cellule("decision_commission"):
            self._ecarter("statut", "Accepté sans décision de la commission.")
        x.commentaire = self._cellule("commentaire_commission")
        if x.commentaire and x.decision is None:
            self._dire("commentaire_commission", "Commentaire sans décision : non repris.")

    def _phase(self, nom: str) -> bool:
        lue = self._cellule(nom).lower()
        if lue not in VRAI | FAUX:
            self._dire(nom, "Phase illisible : lue comme non cochée.")
        return lue in VRAI

    def _lieu(self, x: Lue) -> None:
        x.type_etablissement = self._sinon("type_etablissement", "type_etablissement", "AUTRE")
        for bloc in ("rts", "etablissement"):
            x.validations[f"validation_{bloc}"] = Validation(self._sinon(f"validation_{bloc}", "validation", "NON_VALIDE"))
        for nom, long in LONGUEURS.items():
            x.textes[nom] = self._cellule(nom)[:long]
            if len(self._cellule(nom)) > long:
                self._dire(nom, f"Texte de plus de {long} caractères : coupé.")
        if self._b.surplus:
            self._dire("", f"{self._b.surplus} cellule(s) de trop à la fin de la ligne : non reprises.")
        for nom in (*LONGUEURS, "commentaire_commission"):
            if self._b.cellules.get(nom, "").startswith(AMORCES):
                self._dire(nom, "Formule : gardée comme un texte.")
