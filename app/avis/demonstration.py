"""Opinions of the demonstration: most agree, some differ in every way that the commission's filters tell apart."""

from __future__ import annotations

from typing import Final

from app.agrements.models import TypeAgrement
from app.avis.models import AvisCoordonnateur, AvisRepresentant, Sens
from app.comptes.demonstration import Gens
from app.core.demonstration import Rangee, apres, tirer, un
from app.core.roles import Role
from app.demandes.demonstration import Depot, Dossier
from app.demandes.statuts import Action, TypeDemande
from app.referentiel.noms import COMMENTAIRES

CAS: Final = {
    "concordant": 54, "refus": 4, "decision": 7, "duree": 5, "phases": 8, "coordonnateur": 10, "representant": 4,
    "aucun": 4, "etude": 4,
}  # fmt: skip
REFUS: Final = (
    ("REF_C_01", ""),
    ("REF_C_02", "Un seul senior présent l'après-midi."),
    ("REF_C_03", "Le projet ne suit pas la maquette."),
    ("REF_C_05", "Deux évaluations défavorables de suite."),
    ("REF_C_10", "Trois terrains voisins suffisent."),
)
Jugement = dict[str, object]


def duree_de(ligne: Rangee) -> int | None:
    """Years by default; None where the line lasts as long as its principal."""
    type_demande: TypeDemande = ligne["type_demande"]
    liee = ligne["type"] is TypeAgrement.FONCTIONNEL or (
        ligne["type"] is TypeAgrement.COMPLEMENTAIRE and type_demande is not TypeDemande.DEROGATION
    )
    return None if liee else type_demande.duree_par_defaut


def accepte(ligne: Rangee) -> Jugement:
    """As asked for, for the time by default."""
    return {"sens": Sens.ACCEPTE, "duree": duree_de(ligne), "phases": ligne["phases"]}


class Avis:
    """Who thinks what of a line."""

    def __init__(self, depot: Depot, gens: Gens) -> None:
        self.depot, self.gens = depot, gens
        self.alea, self.lot, self.hier = depot.alea, depot.lot, depot.hier

    def donner(self, d: Dossier, ligne: Rangee, cas: str | None = None) -> Rangee | None:
        """The opinions on a line, by *cas* or by chance; the coordonnateur's, if there is one."""
        coord, rep = self._juger(ligne, cas or tirer(self.alea, CAS))
        avis = self._ecrire(d, ligne, AvisCoordonnateur, Role.COORD, Action.DONNER_AVIS_COORD, coord) if coord else None
        if rep:
            self._ecrire(d, ligne, AvisRepresentant, Role.REP, Action.DONNER_AVIS_REP, rep)
        return avis

    def _juger(self, ligne: Rangee, cas: str) -> tuple[Jugement | None, Jugement | None]:
        oui = accepte(ligne)
        motif, texte = un(self.alea, REFUS)
        non: Jugement = {"sens": Sens.REFUSE, "motif": motif, "motif_texte": texte}
        reserve: Jugement = {"sens": Sens.A_L_ETUDE}
        moins = oui | {"phases": ligne["phases"][:-1] or "A"}
        autre_duree = oui | {"duree": {1: 5, 5: 1}.get(duree_de(ligne) or 0)}
        cas_possibles: dict[str, tuple[Jugement | None, Jugement | None]] = {
            "concordant": (oui, oui),
            "refus": (non, non),
            "decision": un(self.alea, ((oui, non), (non, oui), (reserve, oui))),
            "duree": (oui, autre_duree),
            "phases": (oui, moins),
            "coordonnateur": (oui, None),
            "representant": (None, oui),
            "aucun": (None, None),
            "etude": (reserve, reserve),
        }
        return cas_possibles[cas]

    def _ecrire(
        self,
        d: Dossier,
        ligne: Rangee,
        modele: type[AvisCoordonnateur | AvisRepresentant],
        role: Role,
        action: Action,
        jugement: Jugement,
    ) -> Rangee | None:
        tenants = [
            p for p in self.gens.tenant(role, ligne["subdivision"], ligne["formation"]) if p["rpps"] != ligne["rpps"]
        ]
        if not tenants:
            return None  # déport of the only one who could
        auteur = tenants[-1]
        quand = apres(self.alea, d.quand, min(d.jours.cloture_avis, self.hier))
        commentaire = un(self.alea, COMMENTAIRES) if role is Role.COORD and self.alea.random() < 0.25 else ""
        avis = self.lot.ajouter(
            modele, ligne_id=ligne["id"], auteur_id=auteur["id"], quand=quand, commentaire=commentaire, **jugement
        )
        ligne["stamp"] += 1
        apres_ = {champ: avis[champ] for champ in ("sens", "duree", "phases", "motif")}
        ou = {"sujet": "ligne", "sujet_id": ligne["id"], "demande_id": d.id, "ligne_id": ligne["id"]}
        self.lot.consigner(action, auteur, quand, apres=apres_, **ou)
        return avis
