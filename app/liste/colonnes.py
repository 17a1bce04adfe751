"""*Liste des demandes*: its columns in the tutorial's words and order, and what it reads."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from markupsafe import escape
from sqlalchemy import ColumnElement, and_, func, null

from app.avis.cellules import NOMMANT
from app.avis.models import AvisCoordonnateur, AvisRepresentant, Decision, Sens
from app.avis.regles import Divergence, divergence_sql
from app.core.etendue import jamais_lisible, suit
from app.core.visibilite import Moment, Objet
from app.demandes.models import Demande, Ligne
from app.demandes.statuts import TypeDemande, Validation
from app.liste import colonnes_rapport
from app.liste import sorties as s
from app.liste.cellules import ECHEANCE, RETARD, cellule_divergence, cellule_jugement, en_retard
from app.liste.colonnes_attente import attente, validations
from app.liste.libelles import ATTENDU, SANS, Libelles
from app.liste.statut_lu import statut_dit, statut_lu
from app.referentiel.models import Formation, TypeEtablissement
from app.tableau.colonnes import Colonne, Filtre, masquer
from app.tableau.ordre import Octets, par_libelle, par_rang
from app.tableau.requete import Source

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.core.access import Droits, Vue

_DONNABLE = frozenset({Moment.AVANT_SEANCE, Moment.SEANCE_OUVERTE})
_CHAMPS = ("sens", "duree", "phases", "motif", "motif_texte", "version", "auteur_id", "quand")
_JUGEMENTS: dict[str, Any] = {"avis_coord": AvisCoordonnateur, "avis_rep": AvisRepresentant, "decision": Decision}

_FORMATIONS, _TYPES = par_libelle(Formation), par_libelle(TypeEtablissement)

SOURCE = Source(
    base=Ligne,
    ordre=Ligne.ordre,
    compte=Ligne.demande_id,
    jointures={
        "demande": (Demande, Demande.id == Ligne.demande_id),
        "par_formation": (_FORMATIONS, _FORMATIONS.c.code == Ligne.formation),
        "par_type": (_TYPES, _TYPES.c.code == Ligne.type_etablissement),
        "rapport": colonnes_rapport.JOINTURE,
        **{nom: (table, table.ligne_id == Ligne.id) for nom, table in _JUGEMENTS.items()},
    },
    fixes={
        nom: getattr(Ligne, nom)
        for nom in ("id", "demande_id", "rang", "ordre", "stamp", "moment", "subdivision", "formation", "rpps", "type_demande")
    },
)


def _simple(nom: str) -> Callable[[Any, Vue, Libelles], str]:
    return lambda r, _vue, _lib: str(escape(getattr(r, nom)))


def _code(nom: str, liste: str) -> Callable[[Any, Vue, Libelles], str]:
    return lambda r, _vue, lib: str(escape(lib.de(liste, getattr(r, nom))))


def _lien(nom: str) -> Callable[[Any, Vue, Libelles], str]:
    def cellule(r: Any, vue: Vue, _lib: Libelles) -> str:
        texte = escape(_texte(r, nom))
        if Objet.DOSSIER not in vue.lit:
            return str(texte)
        return f'<a href="/demandes/{r.demande_id}">{texte or "Ouvrir"}</a>'

    return cellule


def _personne(r: Any, vue: Vue, lib: Libelles) -> str:
    lien = _LIEN_PERSONNE(r, vue, lib)
    if Objet.DOSSIER not in vue.lit:
        return lien
    return f'{lien} <a class="apercu" href="/lignes/{r.id}/panneau" aria-label="Aperçu : {escape(_texte(r, "personne"))}"></a>'


_LIEN_PERSONNE = _lien("personne")


def _texte(r: Any, nom: str) -> str:
    return f"{r.prenom} {r.nom}" if nom == "personne" else str(getattr(r, nom))


def _statut(r: Any, vue: Vue, lib: Libelles) -> str:
    code = statut_dit(r, vue)
    dit = "Déport" if vue.recuse else "Déport : vous êtes le demandeur"
    deport = f'<small class="deport">{dit}</small>' if vue.deport else ""
    return f'<span class="statut statut-{code.lower()}">{escape(lib.de("statut", code))}</span>{en_retard(r, vue)}{deport}'


def _formation(r: Any, vue: Vue, lib: Libelles) -> str:
    libelle = escape(lib.de("formation", r.formation))
    if r.type_demande == TypeDemande.DEROGATION and r.rang == 0:
        return f"Dérogation - {libelle}"
    if r.rang == 0:
        return str(libelle)
    # Complementary and functional lines name their tête wherever a sort takes them.
    tete = f"demande n° {r.demande_id}"
    lien = f'<a href="/demandes/{r.demande_id}">{tete}</a>' if Objet.DOSSIER in vue.lit else tete
    return f'<span class="sous-ligne">{libelle}</span> <small>avec la {lien}</small>'


def _validation(nom: str) -> Callable[[Any, Vue, Libelles], str]:
    def cellule(r: Any, vue: Vue, lib: Libelles) -> str:
        code = getattr(r, nom)
        if Objet.VALIDATIONS not in vue.lit or code is None:
            return '<span class="vide">—</span>'
        return f'<span class="validation validation-{code.value.lower()}">{escape(lib.de("validation", code))}</span>'

    return cellule


def _par_formation(valeur: str) -> ColumnElement[bool]:
    if valeur == TypeDemande.DEROGATION.value:
        return Ligne.type_demande == TypeDemande.DEROGATION
    return Ligne.formation == valeur


def _valeurs_jugement(nom: str) -> dict[str, Any]:
    table: Any = _JUGEMENTS[nom]
    return {f"{nom}_{champ}": getattr(table, champ) for champ in _CHAMPS}


def _jugement(code: str, libelle: str, nom: str, objet: Objet) -> Colonne:
    return _colonne_jugement(code, libelle, nom, objet, _JUGEMENTS[nom].sens, _valeurs_jugement(nom))


def _colonne_jugement(
    code: str, libelle: str, nom: str, objet: Objet, sens: Any, valeurs: dict[str, Any], *, sur: tuple[str, ...] = (),
    **autres: Any,
) -> Colonne:  # fmt: skip
    def condition(valeur: str) -> ColumnElement[bool]:
        if valeur == ATTENDU:  # past its séance an opinion is no longer given
            return and_(sens.is_(None), Ligne.moment.in_(sorted(_DONNABLE)))
        return sens.is_(None) if valeur == SANS else sens == valeur  # type: ignore[no-any-return]

    return Colonne(code, libelle, valeurs, cellule_jugement(code, nom), Filtre.CHOIX, sens, objet=objet,
                   choix="decision" if nom == "decision" else "avis", condition=condition, sur=frozenset({nom, *sur}),
                   classe="jugement", rang=par_rang(sens, Sens), sorties=s.jugement(libelle, nom, objet), **autres)  # fmt: skip


def _decision(droits: Droits | None) -> Colonne:
    """Inherited from the coordonnateur until somebody decides: only where this person reads that opinion (None: anybody)."""
    valeurs = {
        **_valeurs_jugement("decision"), "decision_avis_version": Decision.avis_version, "decision_source": Decision.source
    }  # fmt: skip
    heritees = {f"heritee_{c}": getattr(AvisCoordonnateur, c) for c in _CHAMPS}
    objets: dict[str, tuple[Objet, ...]] = dict.fromkeys(heritees, (Objet.AVIS_COORD,))
    objets |= dict.fromkeys(("decision_auteur_id", "decision_quand"), (Objet.DECISION, NOMMANT))
    avis: Any = AvisCoordonnateur.sens
    sens: Any = func.coalesce(Decision.sens, avis)
    sur: tuple[str, ...] = ("avis_coord",)
    if droits and jamais_lisible(droits, Objet.AVIS_COORD):
        heritees, sens, sur = dict.fromkeys(heritees, null()), Decision.sens, ()
    elif droits and not suit(droits, Objet.AVIS_COORD, Objet.DECISION):
        sens = func.coalesce(Decision.sens, masquer(droits, (Objet.AVIS_COORD,), avis, Ligne))
    return _colonne_jugement("decision_commission", "Décision commission", "decision", Objet.DECISION, sens,
                             {**valeurs, **heritees}, sur=sur, objets=objets)  # fmt: skip


def _c(code: str, libelle: str, cellule: Any, tri: Any, *, choix: str = "", condition: Any = None, **autres: Any) -> Colonne:
    filtre = Filtre.CHOIX if choix else Filtre.TEXTE
    valeurs = autres.pop("valeurs", None) or {code: getattr(Ligne, code)}
    if code in valeurs:  # otherwise a file holds the words of the cell, unless told
        dites = s.code(libelle, choix, lambda r, _vue: getattr(r, code)) if choix else s.texte(libelle, code)
        autres.setdefault("sorties", dites)
    return Colonne(code, libelle, valeurs, cellule, filtre, tri, choix=choix, condition=condition, **autres)


def _texte_replie(code: str, libelle: str, cellule: Any, **autres: Any) -> Colonne:
    replie = getattr(Ligne, f"tri_{code}")
    return _c(code, libelle, cellule, replie, rang=Octets(replie), **autres)


def _validation_de(bloc: str, libelle: str) -> Colonne:
    valeur = getattr(Ligne, code := f"validation_{bloc}")
    return _c(code, libelle, _validation(code), valeur, choix="validation", objet=Objet.VALIDATIONS,
              rang=par_rang(valeur, Validation), sorties=s.validation(libelle, code))  # fmt: skip


def _divergence() -> Colonne:
    """What the two opinions do not share: told to whoever reads both, and to nobody else."""
    ecart = divergence_sql(AvisCoordonnateur, AvisRepresentant)
    return _c("divergence", "Divergence", cellule_divergence, ecart, choix="divergence", valeurs={"divergence": ecart},
              objet=Objet.AVIS_COORD, aussi=(Objet.AVIS_REP,), condition=lambda v: ecart == v,
              sur=frozenset({"avis_coord", "avis_rep"}), rang=par_rang(ecart, Divergence))  # fmt: skip


# Codes of digits and capitals need no rank: they sort as their labels do, everywhere, and by an index.
_STATIQUES = (
    _c("rpps", "RPPS", _simple("rpps"), Ligne.rpps, classe="chiffres"),
    _texte_replie("personne", "Prénom Nom", _personne, valeurs={"prenom": Ligne.prenom, "nom": Ligne.nom},
                  sorties=s.personne("Prénom Nom")),
    _validation_de("rts", "Validation RTS"),
    _c("formation", "Formation", _formation, Ligne.formation, choix="formation", condition=_par_formation,
       rang=Octets(_FORMATIONS.c.cle), sur_rang=frozenset({"par_formation"}), sorties=s.formation("Formation")),
    _c("subdivision", "Subdivision", _code("subdivision", "subdivision"), Ligne.subdivision, choix="subdivision"),
    _texte_replie("ville", "Ville", _simple("ville")),
    _texte_replie("etablissement", "Etablissement", _simple("etablissement")),
    _c("type_etablissement", "Type Etablissement", _code("type_etablissement", "type_etablissement"),
       Ligne.type_etablissement, choix="type_etablissement", rang=Octets(_TYPES.c.cle), sur_rang=frozenset({"par_type"})),
    _validation_de("etablissement", "Validation Etablissement"),
    _texte_replie("terrain", "Terrain", _lien("terrain")),
    _validation_de("terrain", "Validation Terrain"),
    _c("type_demande", "Type de demande", _code("type_demande", "type_demande"), Ligne.type_demande, choix="type_demande",
       rang=par_rang(Ligne.type_demande, TypeDemande)),
    _jugement("decision_rep", "Décision représentant des internes", "avis_rep", Objet.AVIS_REP),
    _jugement("decision_coord", "Décision coordonnateur", "avis_coord", Objet.AVIS_COORD),
    _divergence(),
    validations(),
    colonnes_rapport.COLONNE,
)  # fmt: skip


def _colonne_statut(lu: Any) -> Colonne:
    return _c("statut", "Statut", _statut, lu, choix="statut", condition=lambda v: lu == v, objets=RETARD,
              valeurs={"statut": lu, **ECHEANCE}, sorties=s.code("Statut", "statut", statut_dit))  # fmt: skip


TOUTES = (_colonne_statut(Ligne.statut), *_STATIQUES, _decision(None), attente(Ligne.statut))


def colonnes(droits: Droits) -> dict[str, Colonne]:
    """Every column that this person may ever read, in the tutorial's order."""
    return _colonnes(droits.perimetre)


@lru_cache(maxsize=1024)
def _colonnes(droits: Droits) -> dict[str, Colonne]:
    lu = statut_lu(droits)
    toutes = (_colonne_statut(lu), *_STATIQUES, _decision(droits), attente(lu))
    return {c.code: c for c in toutes if c.offerte(droits)}
