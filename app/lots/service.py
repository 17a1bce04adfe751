"""A batch as long work: some fifty lines a step, each asked again for its rights, its version and its rules when written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from app.avis.queries import motifs_defavorables
from app.avis.service_lot import Ecriture, Lue, ecrire_lot, lire_lignes
from app.comptes.acces import droits_de_personne
from app.core.presence import en_edition
from app.lots.regles import Intention, Issue, Verdict, apprecier, inchange, releve
from app.travaux.genres import Genre, inscrire

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits
    from app.lots.plan import Releve
    from app.travaux.avance import Avance
    from app.travaux.models import Travail
    from app.travaux.service import Travaux

GENRE: Final = "lot"
PAS: Final = 50
DEPASSEE: Final = "Modifiée depuis l'aperçu : ce qui y a été écrit est gardé."
EDITEE: Final = "En cours d'édition."
DEPORT: Final = "Déport."


async def lancer(
    travaux: Travaux, session: AsyncSession, intention: Intention, releves: Sequence[Releve], *, retour: str, par: Droits
) -> Travail:
    """Start the batch on the lines that were previewed; it runs once the request is committed."""
    entree = {"intention": intention.en_clair(), "lignes": [list(r) for r in releves], "retour": retour}
    libelle = f"{intention.acte.libelle} : {len(releves)} ligne{'s' if len(releves) > 1 else ''}"
    return await travaux.creer(session, GENRE, libelle=libelle, total=len(releves), entree=entree, par=par)


async def executer(avance: Avance) -> None:
    """Step by step, from where it stands."""
    intention = Intention.de(avance.entree["intention"])
    releves = [tuple(r) for r in avance.entree["lignes"]]
    while avance.fait < len(releves):
        morceau = releves[avance.fait : avance.fait + PAS]
        async with avance.pas(len(morceau), ecrit=True) as session:
            par = await droits_de_personne(session, avance.personne_id)
            await _morceau(session, intention, morceau, par, avance)


async def _morceau(session: AsyncSession, intention: Intention, morceau: Sequence[Any], par: Droits, avance: Avance) -> None:
    lus = {r[0]: r for r in morceau}
    motifs = {c: exige for c, (_, exige) in (await motifs_defavorables(session)).items()}
    edites = en_edition(lus, objet=intention.sorte.objet, sauf=par.personne_id)
    ecritures, bilan = [], _Bilan(avance.resultat)
    for lue in await lire_lignes(session, par, list(lus), tenir=True):
        verdict = apprecier(intention, lue, par=par, motifs=motifs, en_edition=edites)
        lu = lus[lue.ligne.id]
        if verdict.issue is Issue.MODIFIEE and inchange(intention, lu, releve(intention, lue, par)):
            ecritures.append(Ecriture(lue, verdict.apres, avis_lu=lu[2]))
        bilan.noter(lue, verdict, inchangee=bool(ecritures) and ecritures[-1].lue is lue)
    await ecrire_lot(session, intention.sorte, ecritures, lot=avance.ident, par=par)
    avance.resultat = bilan.en_clair()


class _Bilan:
    """What became of the lines, so far."""

    def __init__(self, resultat: dict[str, Any]) -> None:
        self.faits: list[int] = list(resultat.get("faits", []))
        self.deja: list[int] = list(resultat.get("deja", []))
        self.refuses: list[list[Any]] = list(resultat.get("refuses", []))

    def noter(self, lue: Lue, verdict: Verdict, *, inchangee: bool) -> None:
        """One line."""
        if inchangee:
            self.faits.append(lue.ligne.id)
        elif verdict.issue is Issue.DEJA:
            self.deja.append(lue.ligne.id)
        else:
            raison = {Issue.MODIFIEE: DEPASSEE, Issue.EN_EDITION: EDITEE, Issue.DEPORT: DEPORT}.get(
                verdict.issue, verdict.raison
            )
            self.refuses.append([lue.ligne.id, raison])

    def en_clair(self) -> dict[str, Any]:
        """For the work's record."""
        return {"faits": self.faits, "deja": self.deja, "refuses": self.refuses}


inscrire(GENRE, Genre(executer, suite="/lots/{}", annulation="/lots/{}/annulation"))
