"""Two people on one judgement: what each changed of what he had read is kept, unless they contradict each other."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from app.avis.models import Sens
from app.avis.regles import LETTRES, Jugement, normaliser

if TYPE_CHECKING:
    from collections.abc import Mapping

CHAMPS: Final = ("sens", "duree", "phases", "motif", "motif_texte", "commentaire")
DEPENDANTS: Final = frozenset({"duree", "phases", "motif", "motif_texte"})  # they say what the sens means
DITS: Final = DEPENDANTS | {"sens"}
TAILLE_MAX: Final = 40_000
Origine = dict[str, Any]  # by field; `sens` is "" where nothing was chosen, `commentaire` is missing where it is not readable


def ecrire_origine(valeurs: Mapping[str, Any], *, commente: bool) -> str:
    """What a form showed when it opened, to travel with it."""
    montres = {c: valeurs.get(c) or "" for c in CHAMPS if c != "commentaire" or commente}
    return json.dumps(montres, ensure_ascii=False, separators=(",", ":"))


def lire_origine(texte: str, ligne: Any) -> Origine | None:
    """The opposite, as it would have been written; None for anything else: the person types what he wants here."""
    try:
        lue = json.loads(texte) if 0 < len(texte) <= TAILLE_MAX else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(lue, dict) or any(not isinstance(lue.get(c, ""), str) for c in CHAMPS):
        return None
    v: dict[str, str] = {c: lue.get(c, "") for c in CHAMPS}
    if v["sens"] not in {"", *Sens} or v["duree"] not in {"", "1", "5"}:
        return None
    lettres = "".join(x for x in LETTRES if x in v["phases"])
    duree = int(v["duree"]) if v["duree"] else None
    # A sens must be there for the rules to apply; none is put back afterwards.
    sens = Sens(v["sens"] or Sens.A_L_ETUDE)
    j = Jugement(sens, duree, lettres, v["motif"] or None, v["motif_texte"].strip(), v["commentaire"].strip())
    origine = normaliser(j, ligne).valeurs() | {"sens": v["sens"]}
    return {c: x for c, x in origine.items() if c != "commentaire" or "commentaire" in lue}


def ecarts(a: Jugement, b: Jugement) -> frozenset[str]:
    """The fields that two judgements do not share."""
    un, autre = a.valeurs(), b.valeurs()
    return frozenset(c for c in CHAMPS if un[c] != autre[c])


def fusionner(origine: Origine | None, mienne: Jugement, leur: Jugement, *, neuve: bool = False) -> Jugement | None:
    """Both changes at once; None where somebody must choose.

    *neuve*: nothing was written when the form opened, so to save what it showed is to say it.
    """
    if origine is not None and "commentaire" not in origine:
        mienne = replace(mienne, commentaire=leur.commentaire)
    restent = ecarts(mienne, leur)
    if not restent:
        return leur
    if origine is None:
        return None
    base: Origine = {"commentaire": leur.commentaire, **origine}
    miens = {c for c, v in mienne.valeurs().items() if v != base[c]}
    leurs = {c for c, v in leur.valeurs().items() if v != base[c]}
    if miens & leurs & restent:
        return None
    if neuve and restent & DITS and not (miens & DITS and leurs & DITS):
        return None
    if ("sens" in miens and leurs & restent & DEPENDANTS) or ("sens" in leurs and miens & restent & DEPENDANTS):
        return None
    return replace(mienne, **{c: getattr(leur, c) for c in restent - miens})
