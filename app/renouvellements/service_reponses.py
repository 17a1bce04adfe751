"""What a RTS answers to his invitation: a draft made from what he holds, or that he does not renew, with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from app.agrements.models import TypeAgrement
from app.campagnes.queries import campagne as lire_campagne
from app.campagnes.queries import prolonge_jusqu_au
from app.comptes.models import Personne
from app.core.errors import Conflit, Interdit
from app.core.journal import consigner, maintenant, prendre_la_main
from app.core.templating import aujourdhui
from app.demandes.models import Choix, Demande, Ligne
from app.demandes.mouvements import modifier
from app.demandes.saisie import service as saisie
from app.demandes.saisie.regles import fermeture
from app.demandes.statuts import TypeDemande
from app.referentiel import queries as referentiel
from app.referentiel.models import Etablissement, Formation, Terrain
from app.renouvellements.models import AgrementInvite
from app.renouvellements.queries import demandes_de_campagne, juger

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.campagnes.models import Campagne
    from app.core.access import Droits
    from app.renouvellements.queries import Fini
    from app.renouvellements.queries_rts import Recue

# What an earlier dossier still says: read again by its RTS before he submits.
REPRIS = ("capacite", "projet", "justification")
SAISIS = ("saisie_raison_sociale", "saisie_adresse", "saisie_code_postal", "saisie_ville", "saisie_siret")


async def renouveler(session: AsyncSession, recue: Recue, f: Fini, *, par: Droits) -> int:
    """The draft of a renewal, made or found again: its number.

    Raises:
        Interdit: the deposit is not open for him, or the register does not know him as active.
    """
    await prendre_la_main(session)
    cle = (AgrementInvite.invitation_id == recue.id, AgrementInvite.agrement_id == f.id)
    # Written first: a second press waits here, then finds the draft of the first.
    ecrit = update(AgrementInvite).where(*cle).values(version=AgrementInvite.version + 1)
    await session.execute(ecrit.execution_options(synchronize_session=False))
    invite = (await session.scalars(select(AgrementInvite).where(*cle).execution_options(populate_existing=True))).one()
    renonce, invite.motif = invite.motif, None
    juger(f, invite, (await demandes_de_campagne(session, recue.campagne.id, par.rpps)).get(par.rpps or "", []))
    if f.demande_id is not None:
        if renonce:  # he changes his mind, and his draft is still there
            await _ouvert(session, recue, par)
            await _consigner(session, "renouveler", recue, f, par, {"demande_id": f.demande_id})
        return f.demande_id
    numero = await _creer(session, recue, f, par)
    await session.execute(update(AgrementInvite).where(*cle).values(demande_id=numero, repondu_le=maintenant()))
    await _consigner(session, "renouveler", recue, f, par, {"demande_id": numero})
    return numero


async def _ouvert(session: AsyncSession, recue: Recue, par: Droits) -> Campagne:
    campagne = await lire_campagne(session, recue.campagne.id)
    prolonge = await prolonge_jusqu_au(session, campagne.id, par.rpps or "")
    if ferme := fermeture(campagne, None, aujourdhui(), prolonge):
        raise Interdit(ferme)
    return campagne


async def _creer(session: AsyncSession, recue: Recue, f: Fini, par: Droits) -> int:
    praticien = await referentiel.praticien_actif(session, par.rpps)
    if praticien is None:
        raise Interdit("Une demande se fait par un responsable actif au registre RPPS.")
    campagne = await _ouvert(session, recue, par)
    formation = (await session.scalars(select(Formation).where(Formation.code == f.formation))).one()
    personne = (await session.scalars(select(Personne).where(Personne.id == par.personne_id))).one()
    demande = await saisie.creer(
        session, campagne, formation=formation, type_=type_de(f), praticien=praticien, personne=personne, par=par
    )
    phases = f.phases or None
    if phases:
        await session.execute(update(Ligne).where(Ligne.demande_id == demande.id, Ligne.rang == 0).values(phases=phases))
    await modifier(session, demande, version=demande.version, **await _repris(session, f))
    return demande.id


def type_de(f: Fini) -> TypeDemande:
    """A complementary agrément that stands alone was given by dérogation, and is asked for again so."""
    return TypeDemande.DEROGATION if f.type is TypeAgrement.COMPLEMENTAIRE else TypeDemande.RENOUVELLEMENT


async def _repris(session: AsyncSession, f: Fini) -> dict[str, Any]:
    """The place, from the terrain; the rest, from the last dossier of this RTS for the same terrain and formation."""
    terrain = await session.get(Terrain, f.terrain_id)
    lieu = await session.get(Etablissement, terrain.etablissement_id) if terrain and terrain.etablissement_id else None
    cabinet = lieu is None or lieu.type_code == "PRATICIEN"
    valeurs: dict[str, Any] = {"choix": Choix.CABINET if cabinet else Choix.REGISTRE, "terrain_id": f.terrain_id}
    valeurs["etablissement_id"] = lieu.id if lieu else None
    if cabinet and terrain:
        valeurs |= {"saisie_adresse": terrain.adresse, "saisie_code_postal": terrain.code_postal, "saisie_ville": terrain.ville}
        valeurs["saisie_raison_sociale"] = lieu.raison_sociale if lieu else terrain.libelle
    derniere = (
        select(Demande)
        .join(Ligne, (Ligne.demande_id == Demande.id) & (Ligne.rang == 0))
        .where(Demande.rpps == f.rpps, Demande.terrain_id == f.terrain_id, Ligne.formation == f.formation)
        .where(Demande.supprimee_le.is_(None), Demande.depots > 0)
        .order_by(Demande.id.desc())
        .limit(1)
    )
    ancienne = (await session.scalars(derniere)).first()
    if ancienne is not None:
        valeurs |= {champ: getattr(ancienne, champ) for champ in REPRIS}
        valeurs |= {champ: getattr(ancienne, champ) for champ in SAISIS if cabinet and getattr(ancienne, champ)}
    return valeurs


async def renoncer(session: AsyncSession, recue: Recue, f: Fini, motif: str, *, version: int, par: Droits) -> None:
    """*Je ne renouvelle pas*; a draft that was begun stays his own to delete.

    Raises:
        Conflit: he answered on another screen.
    """
    await prendre_la_main(session)
    cle = (AgrementInvite.invitation_id == recue.id, AgrementInvite.agrement_id == f.id, AgrementInvite.version == version)
    ecrit = await session.execute(
        update(AgrementInvite)
        .where(*cle)
        .values(motif=motif, repondu_le=maintenant(), version=version + 1)
        .execution_options(synchronize_session=False)
    )
    if ecrit.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflit("Vous avez répondu sur un autre écran : revenez au tableau de bord pour lire votre réponse.")
    await _consigner(session, "ne_pas_renouveler", recue, f, par, {}, motif)


async def _consigner(
    session: AsyncSession, action: str, recue: Recue, f: Fini, par: Droits, apres: dict[str, Any], motif: str | None = None
) -> None:
    apres = {"rpps": f.rpps, "campagne_id": recue.campagne.id, "agrement_id": f.id} | apres
    await consigner(
        session, action, par=par, sujet="invitation_renouvellement", sujet_id=recue.id, apres=apres, motif=motif,
    )  # fmt: skip
