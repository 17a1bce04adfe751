"""The « iso » rule as one table; `comparaison.VERSION` is its version, kept with every verdict.

Object, field, what each side is, how they compare, and when a difference keeps the machine from validating. *Demande* is
what the RTS typed or picked, *Cockpit* our record, *Open Data* the official register.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final

from app.referentiel.comparaison import REGLES, VERSION, Verdict, comparer_champ, numero_manque

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

RTS, ETABLISSEMENT, TERRAIN = "rts", "etablissement", "terrain"
PROFESSIONS: Final = {"medecine": "10", "pharmacie": "21", "odontologie": "40"}
NOMS_DE_PROFESSION: Final = {"10": "Médecin", "21": "Pharmacien", "40": "Chirurgien-dentiste"}
LIBERAL: Final = "L"


@dataclass(frozen=True, slots=True)
class Cadre:
    """What decides whether a field blocks. *finess*: the demande names a FINESS; *cabinet*: the surgery of the RTS."""

    principal: bool = True
    qualifie: bool = True  # some qualification is known to fit the formation
    voie_bloquante: bool = True
    finess: bool = True
    cabinet: bool = False


@dataclass(frozen=True, slots=True)
class Champ:
    """A row of the table. *registre* is where Open Data comes from, "" where there is none."""

    objet: str
    code: str
    libelle: str
    regle: str
    demande: str
    cockpit: str
    registre: str
    bloque: Callable[[Cadre], bool]
    e: str = ""  # feminine in French: « différente »


def _oui(_: Cadre) -> bool:
    return True


def _non(_: Cadre) -> bool:
    return False


def _hors_cabinet(c: Cadre) -> bool:
    return not c.cabinet


def _voie(c: Cadre) -> bool:
    return c.voie_bloquante and not c.cabinet


TABLE: Final[tuple[Champ, ...]] = (
    Champ(RTS, "rpps", "RPPS", "rpps", "de sa connexion", "praticien", "RPPS, actif", _oui),
    Champ(RTS, "nom", "Nom", "nom", "de sa connexion", "praticien", "nom d'exercice", _oui),
    Champ(RTS, "prenom", "Prénom", "prenom", "de sa connexion", "praticien", "prénom d'exercice", _oui),
    Champ(RTS, "profession", "Profession", "code", "de la filière", "praticien", "non étudiant", _oui, "e"),
    Champ(RTS, "specialite", "Spécialité", "savoir_faire", "du DES", "praticien", "savoir-faire",
          lambda c: c.principal and c.qualifie, "e"),
    Champ(RTS, "email", "Email", "courriel", "saisi", "personne", "", _non),
    Champ(RTS, "telephone", "Téléphone", "telephone", "saisi", "personne", "", _non),
    Champ(ETABLISSEMENT, "finess", "FINESS", "finess", "choisi", "établissement", "ouvert", lambda c: c.finess),
    Champ(ETABLISSEMENT, "siret", "SIRET", "siret", "choisi ou saisi", "établissement", "du site",
          lambda c: not c.finess and not c.cabinet),
    Champ(ETABLISSEMENT, "raison", "Raison sociale", "raison", "choisie ou saisie", "établissement", "courte ou longue",
          _hors_cabinet, "e"),
    Champ(ETABLISSEMENT, "commune", "Commune", "commune", "code INSEE", "code INSEE", "code INSEE", _hors_cabinet, "e"),
    Champ(ETABLISSEMENT, "voie", "Adresse", "voie", "choisie ou saisie", "établissement", "du site", _voie, "e"),
    Champ(ETABLISSEMENT, "cabinet", "Cabinet", "lieu", "commune et voie", "établissement", "activité libérale",
          lambda c: c.cabinet),
    Champ(ETABLISSEMENT, "code_postal", "Code postal", "code", "choisi ou saisi", "établissement", "du site", _non),
    Champ(ETABLISSEMENT, "type", "Type", "code", "choisi", "établissement", "déduit de la catégorie", _non),
    Champ(TERRAIN, "terrain", "Numéro de terrain", "terrain", "choisi dans la liste", "terrain", "", _oui),
    Champ(TERRAIN, "libelle", "Libellé", "raison", "choisi ou saisi", "terrain", "", _oui),
    Champ(TERRAIN, "commune", "Commune", "commune", "du lieu", "terrain", "", _oui, "e"),
    Champ(TERRAIN, "voie", "Adresse", "voie", "du lieu", "terrain", "", lambda c: c.voie_bloquante, "e"),
    Champ(TERRAIN, "titulaire", "Titulaire", "rpps", "le RTS", "responsable actuel", "", _oui),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Valeurs:
    """What the three sides say of a field. *registres*: any of them will do (a short and a long name).

    *montre*: what people read instead; *hors*: what the register itself rules out (closed, inactive, student).
    """

    demande: str | None = None
    cockpit: str | None = None
    registres: tuple[str | None, ...] = ()
    montre: tuple[str | None, str | None, str | None] | None = None
    hors: tuple[Verdict, str] | None = None


@dataclass(frozen=True, slots=True)
class Ligne:
    """A field compared: what people read of the three sides, their normal forms, the verdict, and a word more."""

    champ: str
    libelle: str
    demande: str | None
    cockpit: str | None
    registre: str | None
    formes: list[str]
    verdict: Verdict
    bloquant: bool
    note: str = ""
    pourquoi: str = ""


@dataclass(frozen=True, slots=True)
class Comparaison:
    """An object compared: *trouves* records of the Cockpit match; the register that was read, and its date."""

    lignes: list[Ligne]
    trouves: int
    registre: str = ""
    registre_date: date | None = None
    regle: str = field(default=VERSION)

    @property
    def auto(self) -> bool:
        """Whether the machine may validate: every blocking field is equal, and exactly one record matches."""
        bloquantes = [x for x in self.lignes if x.bloquant]
        return self.trouves == 1 and bool(bloquantes) and all(x.verdict.concorde for x in bloquantes)

    @property
    def ecarts(self) -> list[Ligne]:
        """The blocking fields that are not equal."""
        return [x for x in self.lignes if x.bloquant and not x.verdict.concorde]

    @property
    def motif_exige(self) -> bool:
        """Whether a person who validates says why: something is missing, different or wrong, not merely close or old."""
        return self.trouves != 1 or any(x.verdict.gravite > Verdict.PROCHE.gravite for x in self.ecarts)

    @property
    def pourquoi(self) -> list[str]:
        """Why the machine does not validate, in plain words; a record that is missing stands for its fields."""
        muets = {Verdict.ABSENT} if self.trouves != 1 else set()
        dits = list(dict.fromkeys(x.pourquoi for x in self.ecarts if x.verdict not in muets))
        if self.trouves > 1:
            return [f"{self.trouves} fiches du Cockpit correspondent", *dits]
        return dits or ["aucune fiche du Cockpit ne correspond"] * (self.trouves == 0)

    def en_clair(self) -> dict[str, Any]:
        """As it is kept."""
        jour = self.registre_date.isoformat() if self.registre_date else None
        lignes = [{c.name: getattr(x, c.name) for c in fields(x)} for x in self.lignes]
        return {c.name: getattr(self, c.name) for c in fields(self)} | {"lignes": lignes, "registre_date": jour}


def comparer_objet(objet: str, valeurs: Mapping[str, Valeurs], cadre: Cadre, *, perime: bool = False) -> list[Ligne]:
    """Every field of an object, those that block first; one that nobody says and that blocks nothing is left out."""
    lignes = [_ligne(c, valeurs[c.code], cadre, perime=perime) for c in TABLE if c.objet == objet and c.code in valeurs]
    dites = [x for x in lignes if x.bloquant or x.demande or x.cockpit or x.registre]
    return sorted(dites, key=lambda x: not x.bloquant)


def _ligne(champ: Champ, v: Valeurs, cadre: Cadre, *, perime: bool) -> Ligne:
    verdict, registre = _verdict(champ.regle, v)
    if perime and v.registres and verdict.concorde:
        verdict = Verdict.PERIME
    montre = v.montre or (v.demande, v.cockpit, registre)
    forme = REGLES[champ.regle].forme
    note = v.hors[1] if v.hors else ""
    return Ligne(
        champ.code, champ.libelle, *montre, [forme(x) for x in (v.demande, v.cockpit, registre)], verdict,
        champ.bloque(cadre), note, "" if verdict.concorde else note or _pourquoi(champ, v, verdict),
    )  # fmt: skip


def _verdict(regle: str, v: Valeurs) -> tuple[Verdict, str | None]:
    """The worst of what the two records make of the demande, and the register's word that is nearest to it."""
    verdicts, registre = [comparer_champ(regle, v.demande, v.cockpit)], None
    if v.registres:
        au_registre = [(comparer_champ(regle, v.demande, r), r) for r in v.registres]
        meilleur, registre = min(au_registre, key=lambda x: x[0].gravite)
        verdicts.append(meilleur)
    if v.hors:
        verdicts.append(v.hors[0])
    return max(verdicts, key=lambda x: x.gravite), registre


def _pourquoi(champ: Champ, v: Valeurs, verdict: Verdict) -> str:
    nom = champ.libelle if champ.libelle.isupper() else champ.libelle.lower()
    if verdict is Verdict.PROCHE and champ.regle == "voie" and numero_manque(v.demande, v.cockpit):
        return "numéro de voie absent"
    mots = {
        Verdict.PROCHE: "proche",
        Verdict.DIFFERENT: f"différent{champ.e}",
        Verdict.ABSENT: f"absent{champ.e}",
        Verdict.INVALIDE: "invalide (clé de contrôle)",
    }
    return f"{nom} {mots[verdict]}" if verdict in mots else "registre trop ancien"
