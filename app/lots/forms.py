"""Reading a batch that is asked for: which lines, which act, with which choices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlsplit

from app.avis.genres import GENRES, Genre
from app.avis.regles import LETTRES
from app.core.pages import suite_sure
from app.demandes.statuts import MOUVEMENTS
from app.liste.queries import ecran_de
from app.liste.vue import BASE
from app.lots.regles import D_AVIS, Acte, Intention

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits
    from app.core.forms import Saisie
    from app.tableau.etat import Etat

PORTEES: Final = ("coches", "filtre", "seance")
COCHES_MAX: Final = 500


@dataclass(frozen=True, slots=True)
class Choix:
    """Which lines: those ticked, those filtered or those of the séance, in the table at the address *retour*."""

    portee: str
    coches: tuple[int, ...]
    retour: str
    etat: Etat


async def lire_choix(session: AsyncSession, saisie: Saisie, droits: Droits) -> Choix:
    """What the table sent; the state is the one that its address holds, filters included."""
    retour = suite_sure(saisie.brut("retour"), defaut=BASE)
    adresse = urlsplit(retour)
    if adresse.path != BASE:
        retour, adresse = BASE, urlsplit(BASE)
    etat, _ = await ecran_de(session, droits, parse_qsl(adresse.query))
    portee = saisie.brut("portee") if saisie.brut("portee") in PORTEES else "coches"
    if portee == "seance" and not dict(etat.contexte).get("seance"):
        portee = "filtre"
    lus = [v for v in saisie.champs.get("lignes", []) if isinstance(v, str) and v.isascii() and v.isdecimal() and len(v) < 16]
    return Choix(portee, tuple(dict.fromkeys(int(v) for v in lus))[:COCHES_MAX], retour, etat)


def genres_de(droits: Droits) -> list[Genre]:
    """What this person may write somewhere: the decision first."""
    return [g for g in reversed(GENRES.values()) if droits.a(*MOUVEMENTS[g.action].roles)]


def actes_de(genre: Genre) -> Sequence[Acte]:
    """What may be done of it by many."""
    return tuple(Acte) if genre.adresse == "decision" else D_AVIS


def lire_intention(saisie: Saisie, genres: Sequence[Genre], motifs: Mapping[str, bool]) -> Intention | None:
    """The act and its choices; None while none is chosen, or with messages in `saisie.erreurs`."""
    genre = next((g for g in genres if g.adresse == saisie.brut("genre")), genres[0])
    permis = {a.value for a in actes_de(genre)}
    if not saisie.brut("acte"):
        return None
    acte = saisie.choix("acte", permis, requis="Choisissez ce qu'il faut faire de ces lignes.")
    duree = saisie.choix("duree", ("proposee", "1", "5")) or "proposee"
    choisies = "".join(x for x in LETTRES if x in saisie.liste("lettres", LETTRES))
    phases = choisies if saisie.brut("phases") == "choisies" else "demandees"
    motif = saisie.brut("motif")[:16]
    texte = saisie.texte("motif_texte", max_=2000)
    if acte == Acte.ACCEPTER and not phases:
        saisie.erreurs["lettres"] = "Choisissez au moins une phase, ou gardez les phases demandées."
    if acte == Acte.REFUSER:
        if motif not in motifs:
            saisie.erreurs["motif"] = "Un refus est motivé : choisissez un motif."
        elif motifs[motif] and not texte:
            saisie.erreurs["motif_texte"] = "Ce motif demande une précision."
    if acte is None or saisie.erreurs:
        return None
    accord = acte in {Acte.ACCEPTER, Acte.ETUDE}
    refus = acte == Acte.REFUSER
    return Intention(
        genre.adresse, Acte(acte), duree if accord else "proposee", phases if accord else "demandees",
        motif if refus else "", texte if refus else "",
    )  # fmt: skip
