"""The view-models of a batch: its form, its preview, its result."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from app.avis.cellules import VIDE, resume
from app.avis.models import Decision
from app.avis.regles import LETTRES, PHASES, Jugement, effective
from app.avis.service_lot import lire_lignes
from app.liste.libelles import libelles
from app.lots.forms import actes_de
from app.lots.plan import SEUIL
from app.lots.regles import Acte, Issue, masques

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.avis.genres import Genre
    from app.avis.service_lot import Lue
    from app.core.access import Droits
    from app.core.forms import Saisie
    from app.liste.libelles import Libelles
    from app.lots.forms import Choix
    from app.lots.plan import Plan, Sort
    from app.lots.regles import Intention
    from app.travaux.models import Travail

TITRES: Final = {
    Issue.MODIFIEE: ("modifiée", "modifiées"),
    Issue.DEJA: ("déjà ainsi", "déjà ainsi"),
    Issue.REFUSEE: ("refusée", "refusées"),
    Issue.EN_EDITION: ("en cours d'édition", "en cours d'édition"),
    Issue.DEPORT: ("déport", "déports"),
}
DE: Final = {
    "coches": ("ligne cochée", "lignes cochées"),
    "filtre": ("ligne filtrée", "lignes filtrées"),
    "seance": ("ligne de la séance", "lignes de la séance"),
}


def formulaire(
    choix: Choix, saisie: Saisie, genres: Sequence[Genre], motifs: Mapping[str, tuple[str, bool]], nombre: int
) -> dict[str, Any]:
    """The act to choose, as it was chosen."""
    brut = {c: saisie.brut(c) for c in ("acte", "motif", "motif_texte")}
    genre = next((g for g in genres if g.adresse == saisie.brut("genre")), genres[0])
    return {
        "choix": choix,
        "lignes": choix.coches if choix.portee == "coches" else (),
        "nombre": nombre,
        "quoi": DE[choix.portee][nombre > 1],
        "genres": [(g.adresse, g.titre) for g in genres],
        "genre": genre.adresse,
        "actes": [(a.value, a.libelle) for a in Acte if any(a in actes_de(g) for g in genres)],
        "motifs": [(code, libelle) for code, (libelle, _) in motifs.items()],
        "lettres": [(x, PHASES[x], x in saisie.liste("lettres", LETTRES)) for x in LETTRES],
        "duree": saisie.brut("duree") or "proposee",
        "phases": saisie.brut("phases") or "demandees",
        "erreurs": saisie.erreurs,
        **brut,
    }


def apercu(plan: Plan, intention: Intention, droits: Droits, lib: Libelles) -> dict[str, Any]:
    """The groups, each with its rows in words."""
    groupes = {issue: plan.de(issue) for issue in Issue}
    modifiees = len(groupes[Issue.MODIFIEE])
    return {
        "acte": intention.acte.libelle,
        "groupes": [_groupe(issue, sorts, intention, droits, lib) for issue, sorts in groupes.items()],
        "modifiees": modifiees,
        "a_taper": modifiees > SEUIL,
        "empreinte": plan.apercu,
        "cle": intention.cle(),
        "ecartees": plan.ecartees,
    }


def _groupe(issue: Issue, sorts: list[Sort], intention: Intention, droits: Droits, lib: Libelles) -> dict[str, Any]:
    par_raison: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for s in sorts:
        par_raison[s.verdict.raison].append(_rangee(s, intention, droits, lib))
    titre = f"{len(sorts)} {TITRES[issue][len(sorts) > 1]}"
    return {"code": issue.value, "titre": titre, "nombre": len(sorts), "causes": sorted(par_raison.items())}


def _rangee(s: Sort, intention: Intention, droits: Droits, lib: Libelles) -> dict[str, Any]:
    dits, motifs = masques(droits, s.lue.ligne, s.lue.dits), lib.listes["motif"]
    rangee = _qui(s.lue, lib)
    if s.verdict.issue is Issue.DEPORT:
        return rangee | {"avant": "", "apres": ""}
    avant, heritee = dits.de(intention.sorte.table), False
    if intention.sorte.table is Decision:
        e = effective(dits.decision, dits.coord)
        avant, heritee = e.jugement, e.heritee
    apres = s.verdict.apres
    if s.verdict.issue in {Issue.MODIFIEE, Issue.EN_EDITION} and intention.acte is Acte.REPRENDRE:
        apres = Jugement.de(dits.coord) if dits.coord else None
    montre = s.verdict.issue in {Issue.MODIFIEE, Issue.EN_EDITION}
    return rangee | {
        "avant": _dit(avant, motifs, heritee=heritee),
        "apres": _dit(apres, motifs, heritee=intention.acte is Acte.REPRENDRE) if montre else "",
    }


def _dit(j: Any, motifs: Mapping[str, str], *, heritee: bool) -> Markup:
    if j is None:
        return Markup(VIDE)  # noqa: S704 (a constant)
    html = resume(j.sens, j.duree, j.phases, j.motif, j.motif_texte, motifs)
    if heritee:
        html = f'<span class="heritee">{html}<small class="provenance">repris du coordonnateur</small></span>'
    return Markup(html)  # noqa: S704 (the summary escapes)


def _qui(lue: Lue, lib: Libelles) -> dict[str, Any]:
    x = lue.ligne
    return {
        "id": x.id,
        "demande": x.demande_id,
        "qui": f"{x.prenom} {x.nom}",
        "formation": lib.de("formation", x.formation),
        "ou": " · ".join(dict.fromkeys(p for p in (x.terrain, x.etablissement, x.ville) if p)),
    }


async def resultat(session: AsyncSession, droits: Droits, travail: Travail) -> dict[str, Any]:
    """What the batch did, by name; a line that its author sees no more is not named."""
    r, lib = travail.resultat or {}, await libelles(session)
    annulation = r.get("annulation")
    ids = {*r.get("faits", []), *r.get("deja", []), *(i for i, _ in r.get("refuses", []))}
    lues = {x.ligne.id: _qui(x, lib) for x in await lire_lignes(session, droits, sorted(ids))}

    def nommees(paires: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
        return [lues[i] | {"raison": raison} for i, raison in paires if i in lues]

    return {
        "id": travail.id,
        "libelle": travail.libelle,
        "quand": travail.cree_le,
        "retour": travail.entree["retour"],
        "total": travail.total,
        "faits": nommees([[i, ""] for i in r.get("faits", [])]),
        "deja": nommees([[i, ""] for i in r.get("deja", [])]),
        "refuses": nommees(r.get("refuses", [])),
        "annule": len(annulation["faits"]) if annulation else None,
        "non_annules": nommees(annulation["refuses"]) if annulation else [],
        "annulable": bool(r.get("faits")) and annulation is None,
    }
