"""What one POST of the dossier's form does: read, merge with what another screen may have written, save."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.core.errors import Conflit, Interdit
from app.core.journal import prendre_la_main
from app.demandes.models import Choix
from app.demandes.permissions import peut
from app.demandes.retours import reponses
from app.demandes.saisie import forms, pieces, service
from app.demandes.saisie.contexte import contexte, ma_demande, terrains
from app.demandes.saisie.etat import NOUVEAU, Fusion, Textes, fusionner, textes
from app.demandes.statuts import Action
from app.referentiel.models import Etablissement
from app.registres.adoption import adopter_site
from app.registres.queries import cabinets_de

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits
    from app.core.forms import Saisie
    from app.demandes.saisie.contexte import Contexte

ESSAIS = 5


@dataclass(frozen=True, slots=True)
class Resultat:
    """The dossier as it is now, and what could not be taken."""

    c: Contexte
    lus: Textes
    fusion: Fusion
    erreurs: dict[str, str]

    @property
    def statut(self) -> int:
        """The HTTP status that says it."""
        return 409 if self.fusion.conflits else 422 if self.erreurs else 200


async def appliquer(session: AsyncSession, droits: Droits, demande_id: int, saisie: Saisie, *, donnees: Path) -> Resultat:
    """Save what can be, and commit it: what is refused beside it must not take it away.

    Raises:
        Introuvable: not one's own demande.
        Interdit: no longer a draft.
    """
    for essai in range(ESSAIS):
        try:
            if essai:
                await prendre_la_main(session)  # the others wait: what is read now is still so when it is written
            return await _essayer(session, droits, demande_id, saisie, donnees)
        except Conflit:  # somebody wrote between our reading and our writing: merge again
            await session.rollback()
    raise Interdit("Ce dossier change trop vite : rien n'est perdu, réessayez dans un instant.")


async def _essayer(session: AsyncSession, droits: Droits, demande_id: int, saisie: Saisie, donnees: Path) -> Resultat:
    demande, tete = await ma_demande(session, droits, demande_id)
    if not peut(droits, Action.SOUMETTRE, tete):
        raise Interdit("Ce dossier n'est plus en cours de saisie : il ne se modifie plus.")
    saisie.erreurs.clear()
    c = await contexte(session, demande, tete)
    lus = await _lire(session, saisie, c, droits)
    # A form that sends register data changed has been tampered with: nothing of it is taken, piece included.
    intact = not saisie.erreurs.keys() & (forms.PERSONNE | forms.LIEU)
    lus = lus if intact else {}
    a_jour = saisie.version() == demande.version
    actuels = textes(demande, tete) | reponses.textes(c.remarques)
    fusion = fusionner(postes=lus, actuels=actuels, lus=saisie.brut("lus"), a_jour=a_jour)
    if fusion.ecrire:
        await prendre_la_main(session)  # before any row: whoever moves the dossier takes them in this order
    if champs := {nom: x for nom, x in fusion.ecrire.items() if not reponses.est_reponse(nom)}:
        await service.enregistrer(session, c, champs, par=droits)
    if dites := {nom: x for nom, x in fusion.ecrire.items() if reponses.est_reponse(nom)}:
        await reponses.repondre(session, c, dites, par=droits)
    if intact:
        await pieces.joindre_tout(session, c, saisie, donnees=donnees, par=droits)
    if intact and (retiree := saisie.brut("retirer")):
        await pieces.retirer(session, c, retiree, par=droits)
    await session.commit()
    await session.refresh(tete)
    return Resultat(await contexte(session, demande, tete), lus, fusion, dict(saisie.erreurs))


async def _site(session: AsyncSession, voulu: str, par: Droits) -> Etablissement | None:
    """The site that was picked; one of the register enters the Cockpit by it."""
    if voulu.startswith(forms.PREFIXE_FINESS):
        return await adopter_site(session, voulu.removeprefix(forms.PREFIXE_FINESS), par=par)
    return await session.get(Etablissement, int(voulu))


async def _lire(session: AsyncSession, saisie: Saisie, c: Contexte, par: Droits) -> Textes:
    lus = forms.lire_textes(saisie, c) | reponses.lire(saisie, c.remarques)
    if lus.get("etablissement_id") and not lus.get("choix") and c.demande.choix is None:
        lus["choix"] = Choix.REGISTRE
    choix = Choix(lus["choix"]) if lus.get("choix") else c.demande.choix
    lieu = c.etablissement
    if voulu := lus.get("etablissement_id"):
        lieu = await _site(session, voulu, par)
        if lieu is None or not (lieu.actif or lieu is c.etablissement):
            saisie.erreurs["etablissement_id"] = "Cet établissement n'est pas, ou plus, dans le registre."
            del lus["etablissement_id"]
            lieu = c.etablissement
        else:
            lus["etablissement_id"] = str(lieu.id)
    if cabinet := saisie.brut("cabinet"):
        proposes = await cabinets_de(session, c.demande.rpps)
        lus |= next((forms.de_cabinet(a) | {"choix": Choix.CABINET} for a in proposes if forms.cle_cabinet(a) == cabinet), {})
    forms.controler_registre(saisie, c, lieu if choix is Choix.REGISTRE else None)
    if (terrain := lus.get("terrain")) and terrain not in {NOUVEAU, str(c.demande.terrain_id)}:
        offerts = await terrains(session, choix, lieu.id if lieu else None, c.demande.rpps, None)
        if terrain not in {str(t.id) for t in offerts}:
            saisie.erreurs["terrain"] = "Ce terrain n'est pas proposé à cet endroit."
            del lus["terrain"]
    return lus
