"""A judgement as a cell of the table: « Accepté · 1 an · S A C ». Plain strings: a page shows 150 of them."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Final

from markupsafe import escape

from app.avis.models import Sens
from app.avis.regles import LETTRES, PHASES
from app.core.templating import PARIS
from app.core.visibilite import Objet

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from app.core.access import Vue

# column → (objet, address of its form, what the link says)
COLONNES: Final = {
    "decision_rep": (Objet.AVIS_REP, "avis-representant", "Modifier l'avis du représentant des internes"),
    "decision_coord": (Objet.AVIS_COORD, "avis-coordonnateur", "Modifier la décision du coordonnateur"),
    "decision_commission": (Objet.DECISION, "decision", "Modifier la décision de la commission"),
}
DEPORT: Final = '<span class="deport">Déport</span>'
# Whoever reads the scolarité's checks is of the house; the RTS, who never does, is told no name.
NOMMANT: Final = Objet.VALIDATIONS
VIDE: Final = '<span class="vide">—</span>'
_SENS: Final = {
    Sens.ACCEPTE: '<b class="sens sens-accepte">Accepté</b>',
    Sens.A_L_ETUDE: '<b class="sens sens-etude">A l\'étude</b>',
    Sens.REFUSE: '<b class="sens sens-refuse">Refusé</b>',
}
_PHASES: Final = {
    lettres: '<span class="phases"><span class="masque-visuel">Phases : </span>'
    + "".join(
        f'<abbr title="{PHASES[x]}" class="phase accordee">{x}</abbr>'
        if x in lettres
        else f'<i class="phase" aria-hidden="true">{x}</i>'
        for x in LETTRES
    )
    + "</span>"
    for lettres in ("", "S", "A", "C", "SA", "SC", "AC", "SAC")
}


def resume(
    sens: Sens | None,
    duree: int | None,
    phases: str | None,
    motif: str | None,
    texte: str | None,
    motifs: Mapping[str, str],
    ecarts: frozenset[str] = frozenset(),
) -> str:
    """The judgement itself; the fields among *ecarts* are underlined."""
    if sens is None:
        return VIDE
    parties = [_marque(_SENS[sens], marque="sens" in ecarts)]
    if duree:
        parties.append(_marque(f"{duree} an{'s' if duree > 1 else ''}", marque="duree" in ecarts))
    html = " · ".join(parties)
    if sens is Sens.REFUSE:
        raison = _marque(str(escape(motifs.get(motif or "", motif or ""))), marque="motif" in ecarts)
        texte = _marque(str(escape(texte or "")), marque="motif_texte" in ecarts)
        return f'{html}<small class="motif">{raison}{" : " if texte else ""}{texte}</small>'
    return f"{html} {_marque(_PHASES.get(phases or '', str(escape(phases or ''))), marque='phases' in ecarts)}"


def _marque(html: str, *, marque: bool) -> str:
    return f'<mark class="differe">{html}</mark>' if marque and html else html


def provenance(qui: str, quand: datetime | None) -> str:
    """Whose it is, and when: shown on hover and on focus, heard always."""
    if quand is None:
        return ""
    local = (quand if quand.tzinfo else quand.replace(tzinfo=UTC)).astimezone(PARIS)
    return f'<small class="source">{escape(qui)}{", " if qui else ""}{local:%d/%m/%Y à %H:%M}</small>'


def cellule(
    colonne: str,
    ligne_id: int,
    contenu: str,
    *,
    vue: Vue,
    source: str = "",
    heritee: bool = False,
    modifie_depuis: bool = False,
) -> str:
    """The inner HTML of the cell: the judgement, where it comes from, and the way to change it."""
    objet, adresse, action = COLONNES[colonne]
    if objet not in vue.lit:
        return DEPORT if vue.deport else VIDE
    if heritee:
        contenu = f'<span class="heritee">{contenu}<small class="provenance">repris du coordonnateur</small></span>'
    elif modifie_depuis and Objet.AVIS_COORD in vue.lit:  # it tells of the opinion
        contenu += '<small class="provenance modifie">avis modifié depuis</small>'
    if NOMMANT in vue.lit:
        contenu += source
    if objet not in vue.ecrit:
        return contenu
    return (
        f'{contenu} <a class="modifier" href="/lignes/{ligne_id}/{adresse}" hx-get="/lignes/{ligne_id}/{adresse}" '
        f'hx-target="#c-{colonne}-{ligne_id}" hx-swap="innerHTML" aria-label="{action}, ligne {ligne_id}">Modifier</a>'
    )
