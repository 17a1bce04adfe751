"""The view-model of the three blocks of *Traitement*."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from app.core.access import Droits, peut_lire
from app.core.visibilite import Objet
from app.demandes.models import Choix, Demande
from app.demandes.rapprochement.blocs import RATTACHE, comparer_faits
from app.demandes.rapprochement.candidats import candidats, locale
from app.demandes.rapprochement.differences import differences, tel_quel
from app.demandes.rapprochement.faits import lire_faits
from app.demandes.rapprochement.lots import combien_de_semblables
from app.demandes.rapprochement.models import Cause
from app.demandes.rapprochement.reprises import valeurs_du_registre
from app.demandes.rapprochement.semblables import signature
from app.demandes.rapprochement.traces import nouveaux_ecarts, verifications
from app.demandes.saisie.comparaison import HUMAINES
from app.demandes.statuts import Action, Bloc, Validation
from app.referentiel.comparaison import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.demandes.models import Ligne as LigneDemande
    from app.demandes.parcours import Parcours
    from app.demandes.rapprochement.faits import Faits
    from app.demandes.rapprochement.models import Verification
    from app.referentiel.table_iso import Comparaison, Ligne

# The field of the RTS's form that a difference is about; what comes from a register or a login has none.
SAISIS: Final = {
    (Bloc.RTS, "specialite"): "formation", (Bloc.RTS, "email"): "email", (Bloc.RTS, "telephone"): "telephone",
    (Bloc.ETABLISSEMENT, "siret"): "saisie_siret", (Bloc.ETABLISSEMENT, "raison"): "saisie_raison_sociale",
    (Bloc.ETABLISSEMENT, "commune"): "saisie_ville", (Bloc.ETABLISSEMENT, "voie"): "saisie_adresse",
    (Bloc.ETABLISSEMENT, "cabinet"): "saisie_adresse", (Bloc.ETABLISSEMENT, "code_postal"): "saisie_code_postal",
    (Bloc.TERRAIN, "terrain"): "terrain", (Bloc.TERRAIN, "libelle"): "saisie_terrain", (Bloc.TERRAIN, "titulaire"): "terrain",
    (Bloc.TERRAIN, "commune"): "saisie_ville", (Bloc.TERRAIN, "voie"): "saisie_adresse",
}  # fmt: skip
_SIGNES: Final = {Verdict.PROCHE: "≈", Verdict.ABSENT: "∅", Verdict.PERIME: "⧖"}


async def blocs_de(
    session: AsyncSession,
    droits: Droits,
    demande: Demande,
    tete: LigneDemande,
    chemin: Parcours,
    possibles: set[Action],
    recherches: Mapping[str, str],
) -> list[dict[str, Any]]:
    """The blocks as this person reads them: whoever does not read the validations reads what the demande says."""
    faits = await lire_faits(session, demande)
    compares = comparer_faits(faits)
    lues = peut_lire(droits, Objet.VALIDATIONS, tete)
    gardees = await verifications(session, demande.id) if lues else {}
    faire = Action.VALIDER_BLOC in possibles
    return [
        await _bloc(session, droits, faits, bloc, c, gardees.get(bloc, []), chemin, recherches, lues=lues, faire=faire)
        for bloc, c in compares.items()
    ]


async def _bloc(
    session: AsyncSession,
    droits: Droits,
    f: Faits,
    bloc: Bloc,
    c: Comparaison,
    gardees: Sequence[Verification],
    chemin: Parcours,
    recherches: Mapping[str, str],
    *,
    lues: bool,
    faire: bool,
) -> dict[str, Any]:
    etat: Validation = getattr(f.demande, f"validation_{bloc}")
    texte = recherches.get(bloc, "")
    _, reprises = valeurs_du_registre(f, bloc) if faire else (None, {})
    rangees = [_rangee(x, f, bloc, chemin, faire=faire) for x in c.lignes]
    cherche = not etat.acquise or (bloc is Bloc.ETABLISSEMENT and locale(f.demande))
    marque = signature(bloc, c) if faire and etat is Validation.NON_VALIDE else ""
    return {
        "code": bloc.value,
        "libelle": bloc.libelle,
        "etat": etat if lues else None,
        "registre": c.registre,
        "registre_jour": f"{c.registre_date:%d/%m/%Y}" if c.registre_date else "aucun",
        "lues": lues,
        "ecarts": [x for x in rangees if not x["pareil"] and not _seul(x)],
        "infos": [x for x in rangees if _seul(x)],
        "egaux": [x for x in rangees if x["pareil"]],
        "identique": c.auto,
        "pourquoi": c.pourquoi if lues and not c.auto and etat is Validation.NON_VALIDE else [],
        "revoir": [x.pourquoi for x in nouveaux_ecarts(etat, c, gardees)] if lues else [],
        "repris": _repris(etat, gardees),
        "motif_exige": c.motif_exige,
        "reprises": bool(reprises),
        "candidats": await candidats(session, f, bloc, c, texte) if faire and (texte or cherche) else None,
        "semblables": await combien_de_semblables(session, droits, f.demande.id, bloc, marque) if marque else 0,
        "historique": [_verification(v) for v in gardees] if lues and peut_lire(droits, Objet.JOURNAL, f.tete) else [],
    }


def _seul(x: dict[str, Any]) -> bool:
    """A field for information that one side alone says: told, and no difference."""
    return not x["bloquant"] and x["verdict"] is Verdict.ABSENT


def _rangee(x: Ligne, f: Faits, bloc: Bloc, chemin: Parcours, *, faire: bool) -> dict[str, Any]:
    pareil = x.verdict.concorde
    brut = pareil or x.champ == "specialite" or not x.demande
    demande, cockpit = (
        differences(x.demande, x.cockpit) if x.cockpit and not brut else (tel_quel(x.demande), tel_quel(x.cockpit))
    )
    registre = tel_quel(x.registre) if brut else differences(x.demande, x.registre)[1]
    _, reprise = valeurs_du_registre(f, bloc, x.champ) if faire else (None, {})
    return {
        "champ": x.champ,
        "libelle": x.libelle,
        "demande": demande,
        "cockpit": cockpit,
        "registre": registre,
        "pareil": pareil,
        "verdict": x.verdict,
        "signe": "✓" if pareil else _SIGNES.get(x.verdict, "≠"),
        "bloquant": x.bloquant,
        "note": x.note,
        "reprendre": bool(reprise),
        "correction": _correction(x, f, bloc, chemin) if faire and x.bloquant and not pareil else "",
    }


def _correction(x: Ligne, f: Faits, bloc: Bloc, chemin: Parcours) -> str:
    champ = SAISIS.get((bloc, x.champ))
    # Nobody is asked to correct what the Cockpit alone does not know, or what the register alone says otherwise.
    if champ is None or RATTACHE in x.note or (x.demande and (not x.cockpit or x.formes[0] == x.formes[1])):
        return ""
    if bloc is Bloc.ETABLISSEMENT and f.demande.choix is Choix.REGISTRE:
        champ = "etablissement_id"
    if champ == "saisie_terrain" and not f.demande.saisie_terrain:
        champ = "terrain"
    suite = urlencode([*chemin.champs, ("remarque", f"champ:{champ}")])
    return f"/demandes/{f.demande.id}?{suite}#retour"


def _repris(etat: Validation, gardees: Sequence[Verification]) -> Verification | None:
    """The decision of a person that a change of the dossier has undone."""
    decision = next((v for v in gardees if v.cause is Cause.DECISION), None)
    return decision if decision and etat not in HUMAINES and gardees[0].cause is not Cause.DECISION else None


def _verification(v: Verification) -> dict[str, Any]:
    ecarts = [x for x in v.comparaison["lignes"] if x["bloquant"] and not Verdict(x["verdict"]).concorde]
    return {
        "quand": v.quand,
        "cause": v.cause.libelle,
        "auteur": v.auteur,
        "etat": v.etat.libelle,
        "regle": v.regle,
        "registre": v.registre,
        "registre_jour": f"{v.registre_date:%d/%m/%Y}" if v.registre_date else "",
        "ecarts": [(x["pourquoi"], x["demande"] or "—", x["cockpit"] or "—") for x in ecarts],
    }
