"""The view-models of a judgement: the editor in a cell or on a page, the cell once saved, what a dossier shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from app.avis.cellules import cellule, resume
from app.avis.genres import GENRES, Genre
from app.avis.models import Decision, Sens
from app.avis.queries import Jugements, jugements, motifs_defavorables, nom_de
from app.avis.regles import LETTRES, PHASES, Jugement, a_sa_duree, effective, par_defaut
from app.core.access import peut_lire, vue
from app.core.visibilite import Objet
from app.demandes.permissions import est_auteur

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits
    from app.demandes.models import Ligne


async def editeur(
    session: AsyncSession,
    droits: Droits,
    ligne: Ligne,
    genre: Genre,
    *,
    en_cellule: bool,
    retour: str,
    saisi: dict[str, Any] | None = None,
    erreurs: dict[str, str] | None = None,
    actuel: Any = None,
    conflit: bool = False,
    lus: Jugements | None = None,
    motifs: dict[str, tuple[str, bool]] | None = None,
) -> dict[str, Any]:
    """The form: what was typed if it comes back, else what is there, else the default proposed."""
    lus = lus or (await jugements(session, [ligne.id], pour=droits))[ligne.id]
    ecrit = {"decision_coord": lus.coord, "decision_rep": lus.rep, "decision_commission": lus.decision}[genre.colonne]
    ecrit = actuel if conflit else ecrit
    motifs = motifs or await motifs_defavorables(session)
    return {
        "action": f"/lignes/{ligne.id}/{genre.adresse}",
        "genre": genre,
        "ligne_id": ligne.id,
        "cellule": f"c-{genre.colonne}-{ligne.id}",
        "prefixe": f"e-{genre.colonne}-{ligne.id}",
        "version": _version(ecrit, saisi, conflit=conflit),
        "avis": _avis_lu(lus, saisi),
        "v": saisi or _valeurs(lus, ecrit, ligne, genre),
        "propose": ecrit is None and saisi is None,
        "reprenable": genre.table is Decision and ecrit is not None and lus.coord is not None,
        "sens": [(s.value, s.libelle if genre.table is Decision else s.libelle_avis) for s in Sens],
        "phases": [(x, PHASES[x]) for x in LETTRES],
        "a_sa_duree": a_sa_duree(ligne),
        "motifs": [(code, libelle) for code, (libelle, _) in motifs.items()],
        "commente": peut_lire(droits, genre.objet_commentaire, ligne),
        "erreurs": erreurs or {},
        "conflit": await _conflit(session, actuel, saisi, motifs) if conflit else None,
        "en_cellule": en_cellule,
        "retour": retour,
    }


def _version(ecrit: Any, saisi: dict[str, Any] | None, *, conflit: bool) -> int:
    # A form handed back for a rule keeps the version that it read: the current one would overwrite unseen what came since.
    if saisi is not None and not conflit:
        return int(saisi["version"])
    return ecrit.version if ecrit else 0


def _avis_lu(lus: Jugements, saisi: dict[str, Any] | None) -> int:
    lu = saisi["avis"] if saisi else None
    return lu if lu is not None else lus.coord.version if lus.coord else 0


def _valeurs(lus: Jugements, ecrit: Any, ligne: Ligne, genre: Genre) -> dict[str, Any]:
    if ecrit is None and genre.table is Decision and lus.coord is not None:
        return _champs(Jugement.de(lus.coord), commentaire="")
    if ecrit is None:
        return {**_champs(par_defaut(ligne)), "sens": ""}
    return _champs(Jugement.de(ecrit))


def _champs(j: Jugement, **autres: str) -> dict[str, Any]:
    return {
        "sens": j.sens.value,
        "duree": str(j.duree or ""),
        "phases": j.phases,
        "motif": j.motif or "",
        "motif_texte": j.motif_texte,
        "commentaire": j.commentaire,
        **autres,
    }


async def _conflit(session: AsyncSession, actuel: Any, saisi: dict[str, Any] | None, motifs: Any) -> dict[str, Any]:
    """The two values side by side: nothing typed is lost, nothing written is overwritten."""
    labels = {code: libelle for code, (libelle, _) in motifs.items()}
    v = saisi or {}
    sens = Sens(v["sens"]) if v.get("sens") in set(Sens) else None
    duree = int(v["duree"]) if str(v.get("duree")) in {"1", "5"} else None
    return {
        "vous": Markup(resume(sens, duree, v.get("phases"), v.get("motif"), v.get("motif_texte"), labels)),  # noqa: S704
        "actuelle": Markup(_resume(actuel, labels)),  # noqa: S704
        "qui": await nom_de(session, actuel.auteur_id) if actuel else "",
        "quand": actuel.quand if actuel else None,
        "commentaire": actuel.commentaire if actuel else "",
    }


def _resume(j: Any, motifs: dict[str, str]) -> str:
    return (
        resume(j.sens, j.duree, j.phases, j.motif, j.motif_texte, motifs) if j else resume(None, None, None, None, None, motifs)
    )


async def cellule_de(session: AsyncSession, droits: Droits, ligne: Ligne, genre: Genre) -> str:
    """The inner HTML of the cell, as the table shows it to this person."""
    lus = (await jugements(session, [ligne.id], pour=droits))[ligne.id]
    motifs = {c: x for c, (x, _) in (await motifs_defavorables(session)).items()}
    vue_ = vue(droits, ligne)
    if genre.table is not Decision:
        j = lus.coord if genre.colonne == "decision_coord" else lus.rep
        return cellule(genre.colonne, ligne.id, _resume(j, motifs), vue=vue_)
    e = effective(lus.decision, lus.coord)
    return cellule(
        genre.colonne, ligne.id, _resume(e.jugement, motifs), vue=vue_, heritee=e.heritee, modifie_depuis=e.avis_modifie_depuis
    )


def lecture(droits: Droits, ligne: Ligne, lus: Jugements, motifs: dict[str, str], noms: dict[int, str]) -> list[dict[str, Any]]:
    """What this person may read of the judgements on a line, each with its author, but for the RTS: he never sees names."""
    faits, nomme = [], not est_auteur(droits, ligne)
    e = effective(lus.decision, lus.coord)
    for genre, j in zip(GENRES.values(), (lus.coord, lus.rep, lus.decision), strict=True):
        if not peut_lire(droits, genre.objet, ligne):
            continue
        herite = genre.table is Decision and e.heritee
        montre = e.jugement if genre.table is Decision else j
        if montre is None:
            continue
        commente = montre.commentaire if not herite and peut_lire(droits, genre.objet_commentaire, ligne) else ""
        faits.append({
            "titre": genre.titre,
            "resume": _resume(montre, motifs),
            "heritee": herite,
            "modifie": genre.table is Decision and e.avis_modifie_depuis and peut_lire(droits, Objet.AVIS_COORD, ligne),
            "commentaire": commente,
            "qui": "" if herite or j is None or not nomme else noms.get(j.auteur_id, ""),
            "quand": None if herite or j is None else j.quand,
        })  # fmt: skip
    return faits
