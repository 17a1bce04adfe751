"""The view-models of a judgement: the editor in a cell or on a page, the cell once saved, what a dossier shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.avis.cellules import cellule, provenance
from app.avis.conflits import champs, conflit_de, resume_de
from app.avis.fusion import ecrire_origine
from app.avis.genres import GENRES, Genre
from app.avis.models import Decision, Sens
from app.avis.queries import Jugements, jugements, motifs_defavorables, noms_du_personnel
from app.avis.regles import ART_32, LETTRES, PHASES, Jugement, a_sa_duree, effective, par_defaut
from app.core.access import peut_lire, vue
from app.core.visibilite import Objet
from app.demandes.permissions import est_auteur

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits, Vue
    from app.demandes.models import Ligne


async def editeur(
    session: AsyncSession,
    droits: Droits,
    ligne: Ligne,
    genre: Genre,
    *,
    en_cellule: bool,
    retour: str,
    suivante: str = "",
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
    commente, lues = peut_lire(droits, genre.objet_commentaire, ligne), _valeurs(lus, ecrit, ligne, genre)
    return {
        "action": f"/lignes/{ligne.id}/{genre.adresse}",
        "genre": genre,
        "ligne_id": ligne.id,
        "cellule": f"c-{genre.colonne}-{ligne.id}",
        "prefixe": f"e-{genre.colonne}-{ligne.id}",
        "version": _version(ecrit, saisi, conflit=conflit),
        "avis": _avis_lu(lus, saisi),
        "v": saisi or lues,
        "origine": saisi["origine"] if saisi and not conflit else ecrire_origine(lues, commente=commente),
        "propose": ecrit is None and saisi is None,
        "reprenable": genre.table is Decision and ecrit is not None and lus.coord is not None,
        "sens": [(s.value, s.libelle if genre.table is Decision else s.libelle_avis) for s in Sens],
        "phases": [(x, PHASES[x]) for x in LETTRES],
        "a_sa_duree": a_sa_duree(ligne),
        "article_duree": ART_32,
        "motifs": [(code, libelle) for code, (libelle, _) in motifs.items()],
        "commente": commente,
        "erreurs": erreurs or {},
        "conflit": await conflit_de(session, ligne, saisi or {}, actuel, motifs) if conflit else None,
        "en_cellule": en_cellule,
        "retour": retour,
        "suivante": suivante,
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
        return champs(Jugement.de(lus.coord), commentaire="")
    if ecrit is None:
        return {**champs(par_defaut(ligne)), "sens": ""}
    return champs(Jugement.de(ecrit))


async def cellule_de(session: AsyncSession, droits: Droits, ligne: Ligne, genre: Genre) -> str:
    """The inner HTML of the cell, as the table shows it to this person."""
    return (await cellules_de(session, droits, [ligne]))[ligne.id, genre.colonne]


async def cellules_de(session: AsyncSession, droits: Droits, lignes: Sequence[Ligne]) -> dict[tuple[int, str], str]:
    """The same for the three cells of each line: (line, column) → HTML."""
    lus = await jugements(session, [x.id for x in lignes], pour=droits)
    motifs = {c: x for c, (x, _) in (await motifs_defavorables(session)).items()}
    noms = await noms_du_personnel(session)
    return {
        (ligne.id, genre.colonne): _cellule(ligne, genre, lus[ligne.id], vue(droits, ligne), (motifs, noms))
        for ligne in lignes
        for genre in GENRES.values()
    }


def _cellule(ligne: Ligne, genre: Genre, lus: Jugements, vue_: Vue, libelles: tuple[dict[str, str], dict[int, str]]) -> str:
    (motifs, noms), j = libelles, lus.de(genre.table)
    if genre.table is not Decision:
        return cellule(genre.colonne, ligne.id, resume_de(j, motifs), vue=vue_, source=_source(j, noms))
    e = effective(lus.decision, lus.coord)
    return cellule(
        genre.colonne, ligne.id, resume_de(e.jugement, motifs), vue=vue_, source=_source(j or lus.coord, noms),
        heritee=e.heritee, modifie_depuis=e.avis_modifie_depuis,
    )  # fmt: skip


def _source(j: Any, noms: dict[int, str]) -> str:
    return provenance(noms.get(j.auteur_id, ""), j.quand) if j else ""


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
            "resume": resume_de(montre, motifs),
            "heritee": herite,
            "modifie": genre.table is Decision and e.avis_modifie_depuis and peut_lire(droits, Objet.AVIS_COORD, ligne),
            "commentaire": commente,
            "qui": "" if herite or j is None or not nomme else noms.get(j.auteur_id, ""),
            "quand": None if herite or j is None else j.quand,
        })  # fmt: skip
    return faits
