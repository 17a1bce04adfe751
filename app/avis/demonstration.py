"""Opinions of the demonstration: most agree, some differ in every way that the commission's filters tell apart."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

from app.avis.models import AvisCoordonnateur, AvisRepresentant, Sens
from app.avis.regles import par_defaut
from app.core.demonstration import Rangee, apres, tirer, un
from app.core.roles import Role
from app.demandes.statuts import Action
from app.referentiel.noms import COMMENTAIRES

if TYPE_CHECKING:
    from app.comptes.demonstration import Gens
    from app.demandes.demonstration import Depot, Dossier

CHAMPS: Final = ("sens", "duree", "phases", "motif", "motif_texte", "commentaire")
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
Valeurs = dict[str, Any]


def accepte(ligne: Rangee) -> Valeurs:
    """What the form proposes: the time by default, the phases asked for."""
    propose = par_defaut(SimpleNamespace(**ligne))
    return {"sens": propose.sens, "duree": propose.duree, "phases": propose.phases}


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

    def _juger(self, ligne: Rangee, cas: str) -> tuple[Valeurs | None, Valeurs | None]:
        oui = accepte(ligne)
        motif, texte = un(self.alea, REFUS)
        non: Valeurs = {"sens": Sens.REFUSE, "motif": motif, "motif_texte": texte}
        reserve: Valeurs = {"sens": Sens.A_L_ETUDE}
        moins = oui | {"phases": ligne["phases"][:-1] or "A"}
        autre_duree = oui | {"duree": {1: 5, 5: 1}.get(oui["duree"] or 0)}
        cas_possibles: dict[str, tuple[Valeurs | None, Valeurs | None]] = {
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
        jugement: Valeurs,
    ) -> Rangee | None:
        tenants = [p for p in self.gens.tenant(role, ligne["subdivision"], ligne["formation"]) if p["rpps"] != ligne["rpps"]]
        if not tenants:
            return None  # déport of the only one who could
        auteur = tenants[-1]
        quand = apres(self.alea, d.quand, min(d.jours.cloture_avis, self.hier))
        commentaire = un(self.alea, COMMENTAIRES) if role is Role.COORD and self.alea.random() < 0.25 else ""
        avis = self.lot.ajouter(
            modele, ligne_id=ligne["id"], auteur_id=auteur["id"], quand=quand, commentaire=commentaire, **jugement
        )
        ligne["stamp"] += 1
        apres_ = {champ: avis[champ] for champ in CHAMPS}
        ou = {"sujet": "ligne", "sujet_id": ligne["id"], "demande_id": d.id, "ligne_id": ligne["id"]}
        self.lot.consigner(action, auteur, quand, apres=apres_, **ou)
        return avis
