"""What a re-submission changed of the version that was returned: field by field, pièce by pièce."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from app.demandes.models import Choix, VersionDossier
from app.demandes.saisie.contexte import intitule
from app.demandes.saisie.etat import LIBELLES
from app.demandes.saisie.forms import PHASES
from app.demandes.statuts import TypeDemande
from app.referentiel import queries as referentiel
from app.referentiel.models import Etablissement, Terrain

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.demandes.models import Demande, Retour

CHAMPS: Final = {"rpps": "RPPS", "prenom": "Prénom", "nom": "Nom"} | LIBELLES | {"terrain_id": "Terrain"}
CHOIX: Final = {
    Choix.REGISTRE.value: "Un établissement du registre",
    Choix.CABINET.value: "Mon cabinet",
    Choix.ABSENT.value: "Établissement absent du registre",
}


@dataclass(frozen=True, slots=True)
class Changement:
    """One field: what it said, what it says."""

    libelle: str
    avant: str
    apres: str


@dataclass(frozen=True, slots=True)
class Changements:
    """Everything that a re-submission changed; what is not here is as it was."""

    champs: list[Changement]
    ajoutees: list[dict[str, Any]]
    retirees: list[dict[str, Any]]

    def __bool__(self) -> bool:
        return bool(self.champs or self.ajoutees or self.retirees)


async def changements(session: AsyncSession, demande: Demande, retour: Retour) -> Changements | None:
    """Between the version that *retour* sent back and the last one; None where there is nothing to compare with."""
    depart = retour.depot or demande.depots - 1
    requete = select(VersionDossier.numero, VersionDossier.contenu).where(
        VersionDossier.demande_id == demande.id, VersionDossier.numero.in_((depart, demande.depots))
    )
    versions: dict[int, dict[str, Any]] = dict((await session.execute(requete)).all())
    if depart >= demande.depots or len(versions) != 2:
        return None
    avant, apres = versions[depart], versions[demande.depots]
    changes = [nom for nom in CHAMPS if (avant.get(nom) or "") != (apres.get(nom) or "")]
    mots = await _mots(session, changes, avant, apres)
    anciennes, nouvelles = _pieces(avant), _pieces(apres)
    return Changements(
        [Changement(CHAMPS[nom], _dire(nom, avant, mots), _dire(nom, apres, mots)) for nom in changes],
        [p for cle, p in nouvelles.items() if cle not in anciennes],
        [p for cle, p in anciennes.items() if cle not in nouvelles],
    )


def _pieces(contenu: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(p["sha256"], p["nom"]): p for p in contenu.get("pieces", ())}


async def _mots(
    session: AsyncSession, changes: list[str], avant: dict[str, Any], apres: dict[str, Any]
) -> dict[str, dict[str, str]]:
    """The words behind the codes of the fields that changed, read only for those."""
    mots: dict[str, dict[str, str]] = {
        "choix": CHOIX,
        "type": {t.value: t.libelle for t in TypeDemande},
    }
    if "formation" in changes:
        mots["formation"] = {f.code: intitule(f) for f in await referentiel.formations(session, actives=False)}
    for nom, modele in (("etablissement_id", Etablissement), ("terrain_id", Terrain)):
        if nom in changes:
            ids = [i for i in (avant.get(nom), apres.get(nom)) if i]
            lus: Any = await session.scalars(select(modele).where(modele.id.in_(ids)))
            mots[nom] = {str(x.id): _lieu(x) for x in lus}
    return mots


def _lieu(lieu: Etablissement | Terrain) -> str:
    if isinstance(lieu, Terrain):
        return f"n° {lieu.numero} — {lieu.libelle}"
    return f"{lieu.raison_sociale}, {lieu.ville}"


def _dire(nom: str, contenu: dict[str, Any], mots: dict[str, dict[str, str]]) -> str:
    valeur = str(contenu.get(nom) or "")
    if nom == "phases":
        return ", ".join(PHASES[p] for p in valeur)
    return mots.get(nom, {}).get(valeur, valeur)
