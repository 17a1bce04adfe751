"""The verbs of the RTS on his own demande: the only writer of drafts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from app.core.errors import Conflit, Interdit
from app.core.journal import consigner, maintenant, prendre_la_main
from app.core.templating import aujourdhui
from app.core.visibilite import Moment
from app.demandes.models import Choix, Demande, Ligne, Retour, VersionDossier
from app.demandes.mouvements import modifier, mouvoir, nouvelle_ligne, projeter
from app.demandes.permissions import peut
from app.demandes.queries import retours_ouverts
from app.demandes.rapprochement.models import Cause
from app.demandes.rapprochement.traces import noter
from app.demandes.saisie import comparaison, regles
from app.demandes.saisie.contexte import contexte
from app.demandes.saisie.etat import DIRECTS, NOUVEAU, Textes
from app.demandes.statuts import Action, Statut, TypeDemande
from app.referentiel.models import Terrain
from app.referentiel.queries import terrain_actuel

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.campagnes.models import Campagne
    from app.comptes.models import Personne
    from app.core.access import Droits
    from app.demandes.saisie.contexte import Contexte
    from app.referentiel.models import Formation, Praticien

CONTENU = (
    "rpps", "prenom", "nom", *DIRECTS, "choix", "etablissement_id", "terrain_id", "capacite", "type",
)  # fmt: skip


async def creer(
    session: AsyncSession,
    campagne: Campagne,
    *,
    formation: Formation,
    type_: TypeDemande,
    praticien: Praticien,
    personne: Personne,
    par: Droits,
) -> Demande:
    """A draft with its ligne de tête; what the register knows is copied, never asked; nor is what the last dossier says."""
    dernier = select(Demande).where(Demande.rpps == praticien.rpps, Demande.supprimee_le.is_(None)).order_by(Demande.id.desc())
    precedente = (await session.scalars(dernier.limit(1))).first()
    demande = Demande(
        campagne_id=campagne.id,
        subdivision=campagne.subdivision,
        rpps=praticien.rpps,
        prenom=praticien.prenom,
        nom=praticien.nom,
        email=(precedente.email if precedente else "") or personne.email or "",
        telephone=(precedente.telephone if precedente else "") or personne.telephone or "",
        type=type_,
        statut=Statut.EN_SAISIE,
        creee_le=maintenant(),
    )
    session.add(demande)
    await session.flush()
    tete = nouvelle_ligne(
        demande.id,
        0,
        formation=formation.code,
        type=regles.type_de_tete(type_, formation),
        phases=regles.phases_par_defaut(formation),
        moment=Moment.SAISIE,
        subdivision=demande.subdivision,
        statut=demande.statut,
        rpps=demande.rpps,
        prenom=demande.prenom,
        nom=demande.nom,
        type_demande=type_,
    )
    session.add(tete)
    await session.flush()
    await projeter(session, demande)
    apres = {"statut": Statut.EN_SAISIE, "formation": formation.code}
    await _consigner(session, Action.CREER, demande, par=par, apres=apres)
    return demande


async def enregistrer(session: AsyncSession, c: Contexte, ecrire: Textes, *, par: Droits) -> None:
    """Write the texts of *ecrire* on the draft that was read.

    Raises:
        Interdit: the dossier is no longer a draft.
        Conflit: somebody wrote at the same instant.
    """
    demande, tete = c.demande, c.tete
    if not peut(par, Action.SOUMETTRE, tete):
        raise Interdit("Ce dossier n'est plus en cours de saisie : il ne se modifie plus.")
    await prendre_la_main(session)  # before the rows: whoever merges terrains holds it and then writes on demandes
    await _ecrire_tete(session, c, ecrire)
    valeurs = {nom: ecrire[nom] for nom in DIRECTS if nom in ecrire} | await _lieu(session, demande, ecrire)
    if "capacite" in ecrire:
        valeurs["capacite"] = int(ecrire["capacite"]) if ecrire["capacite"] else None
    if "type" in ecrire:
        valeurs["type"] = TypeDemande(ecrire["type"])
    await modifier(session, demande, version=demande.version, **valeurs)
    # Which fields, not what they say: a draft is private, and the journal has other readers.
    await _consigner(session, "enregistrer", demande, par=par, apres={"champs": sorted(ecrire)})


async def _ecrire_tete(session: AsyncSession, c: Contexte, ecrire: Textes) -> None:
    formation = c.formations[ecrire.get("formation", c.tete.formation)]
    phases = ecrire.get("phases", c.tete.phases)
    if "formation" in ecrire and "phases" not in ecrire and not phases:
        phases = regles.phases_par_defaut(formation)
    type_ = regles.type_de_tete(TypeDemande(ecrire.get("type", c.demande.type)), formation)
    await session.execute(
        update(Ligne).where(Ligne.id == c.tete.id).values(formation=formation.code, phases=phases, type=type_)
    )


async def _lieu(session: AsyncSession, demande: Demande, ecrire: Textes) -> dict[str, Any]:
    """Where the terrain is: what the three ways of naming it make of one another."""
    valeurs: dict[str, Any] = {}
    choix = Choix(ecrire["choix"]) if ecrire.get("choix") else demande.choix
    etablissement_id = demande.etablissement_id
    if choix is Choix.REGISTRE:
        if "etablissement_id" in ecrire or choix is not demande.choix:
            etablissement_id = int(ecrire.get("etablissement_id") or 0) or None
    elif choix is not demande.choix or any(champ in ecrire for champ in regles.HORS_LIEU):
        etablissement_id = None  # the place that the scolarité had linked is no longer the one described
    if choix is Choix.CABINET and not (ecrire.get("saisie_raison_sociale") or demande.saisie_raison_sociale):
        valeurs["saisie_raison_sociale"] = f"Cabinet {demande.nom}"
    terrain_id, saisi = _terrain(demande, ecrire)
    if (choix, etablissement_id) != (demande.choix, demande.etablissement_id) and "terrain" not in ecrire:
        terrain_id = None  # a terrain belongs to its establishment
    if terrain_id is not None and terrain_id != demande.terrain_id:
        terrain_id = await terrain_actuel(session, terrain_id)  # it may have been merged since it was offered
    terrain = await session.get(Terrain, terrain_id) if terrain_id else None
    if terrain and choix is Choix.CABINET:
        etablissement_id = terrain.etablissement_id
    elif terrain and terrain.etablissement_id != etablissement_id:
        terrain_id = None
    return valeurs | saisi | {"choix": choix, "etablissement_id": etablissement_id, "terrain_id": terrain_id}


def _terrain(demande: Demande, ecrire: Textes) -> tuple[int | None, dict[str, Any]]:
    voulu = ecrire.get("terrain")
    if voulu == NOUVEAU or (voulu is None and ecrire.get("saisie_terrain") and not demande.terrain_id):
        return None, {}
    if voulu is None or voulu == str(demande.terrain_id or ""):
        return demande.terrain_id, {}
    return int(voulu or 0) or None, {"saisie_terrain": "", "saisie_terrain_description": ""}


async def soumettre(session: AsyncSession, c: Contexte, *, version: int, par: Droits) -> None:
    """Freeze a version, validate what the registers settle, close the return.

    Raises:
        Interdit, Conflit: see `mouvoir`; or the same demande was submitted meanwhile.
    """
    demande = c.demande
    await prendre_la_main(session)
    if caches := [champ for champ in regles.champs_caches(demande) if getattr(demande, champ)]:
        await modifier(session, demande, version=version, **dict.fromkeys(caches, ""))
        version = demande.version
    blocs = await comparaison.comparer(session, demande)
    contenu = _contenu(c)
    precedent = await session.scalar(
        select(VersionDossier.contenu).where(VersionDossier.demande_id == demande.id, VersionDossier.numero == demande.depots)
    )
    etats = comparaison.validations(demande, blocs, contenu, precedent)
    numero, quand = demande.depots + 1, maintenant()
    await mouvoir(
        session, demande, Action.SOUMETTRE, par=par, version=version, vers=Statut.EN_VALIDATION,
        apres={"depot": numero, **etats}, soumise_le=quand, depots=numero, **etats,
    )  # fmt: skip
    figee = VersionDossier(
        demande_id=demande.id, numero=numero, contenu=contenu, comparaison=comparaison.figer(blocs), quand=quand
    )
    session.add(figee)
    noter(session, demande, blocs, cause=Cause.SOUMISSION, auteur=par.nom_complet)
    await session.execute(update(Retour).where(Retour.demande_id == demande.id, Retour.clos_le.is_(None)).values(clos_le=quand))
    await session.flush()
    # Again, now that the journal's lock orders those who submit: two tabs may have passed the first check together.
    if autre := await regles.doublon(session, demande, c.tete):
        raise Conflit(f"La demande n° {autre}, identique, vient d'être soumise : celle-ci reste en cours de saisie.")


def _contenu(c: Contexte) -> dict[str, Any]:
    contenu: dict[str, Any] = {champ: getattr(c.demande, champ) for champ in CONTENU}
    pieces = [{"id": p.id, "nom": p.nom, "sha256": p.sha256, "taille": p.taille, "type": p.type} for p in c.pieces]
    return contenu | {"formation": c.tete.formation, "phases": c.tete.phases, "pieces": pieces}


async def reprendre(session: AsyncSession, demande: Demande, tete: Ligne, *, version: int, par: Droits) -> None:
    """Take back what was submitted.

    Raises:
        Interdit: the scolarité has begun, or the deposit is over.
        Conflit: see `mouvoir`.
    """
    c = await contexte(session, demande, tete)
    if not regles.peut_reprendre(c.campagne, demande, aujourdhui(), c.prolonge):
        raise Interdit("La demande ne se reprend plus : le dépôt est clos, ou la scolarité a commencé à la vérifier.")
    await mouvoir(session, demande, Action.REPRENDRE, par=par, version=version, vers=Statut.EN_SAISIE)


async def supprimer(session: AsyncSession, demande: Demande, tete: Ligne, *, version: int, par: Droits) -> None:
    """Delete a draft, logically: nobody reads it any more, its journal stays.

    Raises:
        Interdit: it is no draft, or was submitted and has not been returned.
        Conflit: it has changed since it was read.
    """
    retour = (await retours_ouverts(session, [demande.id])).get(demande.id)
    if not peut(par, Action.SUPPRIMER, tete) or not regles.peut_supprimer(demande, retour):
        raise Interdit("Une demande se supprime tant qu'elle n'a pas été soumise, ou quand elle est retournée incomplète.")
    await prendre_la_main(session)
    await session.execute(update(Ligne).where(Ligne.demande_id == demande.id).values(moment=Moment.SUPPRIMEE))
    await modifier(session, demande, version=version, supprimee_le=maintenant())
    await _consigner(session, Action.SUPPRIMER, demande, par=par, avant={"statut": demande.statut}, apres={"supprimee": True})


async def _consigner(session: AsyncSession, action: str, demande: Demande, *, par: Droits, **traces: Any) -> None:
    await consigner(session, action, par=par, sujet="demande", sujet_id=demande.id, demande_id=demande.id, **traces)
