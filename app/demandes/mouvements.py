"""What every verb of the demande shares: the guarded move, its projection on the lines, its row of the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select, update

from app.core.errors import Conflit, Interdit
from app.core.journal import consigner, consigner_en_lot, maintenant, prendre_la_main
from app.core.templating import aujourdhui
from app.core.texte import replier
from app.demandes.models import Choix, Demande, Ligne
from app.demandes.permissions import impossible, peut
from app.demandes.queries import retours_ouverts
from app.demandes.statuts import MOMENT, MOUVEMENTS, Action, Statut
from app.referentiel.models import Etablissement, Terrain

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits

PERIME = "Ce dossier a été modifié entre-temps : rechargez la page pour voir son état actuel."


def exiger_version(demande: Demande, version: int) -> None:
    """Refuse a form that read another state of the dossier, before anything is said of what it holds.

    Raises:
        Conflit: the dossier has changed since.
    """
    if version != demande.version:
        raise Conflit(PERIME)


async def modifier(session: AsyncSession, demande: Demande, *, version: int, **valeurs: Any) -> None:
    """Write *valeurs* if the dossier is still at *version* and in the statut that was read.

    Raises:
        Conflit: somebody changed it first; nothing is written.
    """
    condition = (Demande.id == demande.id, Demande.version == version, Demande.statut == demande.statut)
    touche = await session.execute(
        update(Demande).where(*condition, Demande.supprimee_le.is_(None)).values(**valeurs, version=version + 1)
    )
    if touche.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflit(PERIME)
    await session.refresh(demande)
    await projeter(session, demande)


async def mouvoir(
    session: AsyncSession,
    demande: Demande,
    action: Action,
    *,
    par: Droits,
    version: int,
    vers: Statut,
    motif: str | None = None,
    avant: dict[str, Any] | None = None,
    apres: dict[str, Any] | None = None,
    **valeurs: Any,
) -> None:
    """One move of the state machine: checked, written, projected on the lines, journalled.

    Raises:
        Interdit: the table does not allow it to this person from here.
        Conflit: the dossier has changed since it was read.
    """
    await prendre_la_main(session)
    tete = await ligne_de_tete(session, demande.id)
    if vers not in MOUVEMENTS[action].vers or not peut(par, action, tete):
        raise Interdit(impossible(action, tete))
    de = demande.statut
    if vers != de:
        moment = MOMENT[vers]
        tour = {"moment": moment, "seance_id": None, "depuis": aujourdhui().isoformat()}
        await session.execute(update(Ligne).where(Ligne.demande_id == demande.id).values(**tour))
    await modifier(session, demande, version=version, statut=vers, **valeurs)
    await consigner(
        session,
        action,
        par=par,
        sujet="demande",
        sujet_id=demande.id,
        demande_id=demande.id,
        avant={"statut": de, **(avant or {})},
        apres={"statut": vers, **(apres or {})},
        motif=motif,
    )


async def ligne_de_tete(session: AsyncSession, demande_id: int) -> Ligne:
    """The line that every demande has from its creation."""
    return (await session.execute(select(Ligne).where(Ligne.demande_id == demande_id, Ligne.rang == 0))).scalar_one()


async def projeter(session: AsyncSession, demande: Demande) -> None:
    """Copy on every line of *demande* what the table filters and sorts on, and raise their stamp."""
    await session.execute(
        update(Ligne)
        .where(Ligne.demande_id == demande.id)
        .values(**await projection(session, demande), stamp=Ligne.stamp + 1)
        .execution_options(synchronize_session="fetch")
    )


async def reprojeter(session: AsyncSession, concernees: ColumnElement[bool], *, par: Any, **valeurs: Any) -> None:
    """A place that these demandes show has changed: their lines say so, and each one's history, whatever their number."""
    dits = {c: v for c, v in valeurs.items() if not c.startswith("tri_")}
    colonnes = {c: getattr(Ligne, c) for c in dits}
    autrement = or_(*(colonnes[c].is_distinct_from(v) for c, v in dits.items()))
    requete = select(Ligne.demande_id, *colonnes.values()).join(Demande, Demande.id == Ligne.demande_id)
    lues = (await session.execute(requete.where(concernees, Ligne.rang == 0, autrement))).mappings().all()
    if not lues:
        return
    ecrit = update(Ligne).where(Ligne.demande_id.in_([x["demande_id"] for x in lues])).values(**valeurs, stamp=Ligne.stamp + 1)
    await session.execute(ecrit.execution_options(synchronize_session=False))
    quand = maintenant()
    await consigner_en_lot(session, [
        {"quand": quand, "auteur_id": par.personne_id, "auteur": par.nom_complet, "action": "suivre_fiche", "sujet": "demande",
         "sujet_id": x["demande_id"], "demande_id": x["demande_id"], "ligne_id": None,
         "avant": {c: v for c, v in x.items() if c in dits and v != dits[c]},
         "apres": {c: v for c, v in dits.items() if v != x[c]},
         "motif": None, "version": None, "lot": None, "annule": None}
        for x in lues
    ])  # fmt: skip


async def reprojeter_site(session: AsyncSession, site: Etablissement, *, par: Any) -> None:
    """The lines of its demandes show its name, its town, its type."""
    lieu = {"etablissement": site.raison_sociale, "ville": site.ville}
    lieu |= {f"tri_{champ}": replier(valeur) for champ, valeur in lieu.items()}
    await reprojeter(session, Demande.etablissement_id == site.id, par=par, **lieu)
    hors_cabinet = (Demande.etablissement_id == site.id) & (Demande.choix != Choix.CABINET)
    await reprojeter(session, hors_cabinet, par=par, type_etablissement=site.type_effectif)


async def projection(session: AsyncSession, demande: Demande) -> dict[str, Any]:
    """The columns of `Ligne` that repeat its demande."""
    etablissement = await session.get(Etablissement, demande.etablissement_id) if demande.etablissement_id else None
    terrain = await session.get(Terrain, demande.terrain_id) if demande.terrain_id else None
    raison = etablissement.raison_sociale if etablissement else demande.saisie_raison_sociale
    ville = etablissement.ville if etablissement else demande.saisie_ville
    libelle = terrain.libelle if terrain else demande.saisie_terrain
    if demande.choix is Choix.CABINET:
        type_ = "PRATICIEN"
    else:
        type_ = etablissement.type_effectif if etablissement else ("AUTRE" if raison else "")
    return {
        "subdivision": demande.subdivision,
        "statut": demande.statut,
        "echeance_retour": await _echeance(session, demande),
        "rpps": demande.rpps,
        "prenom": demande.prenom,
        "nom": demande.nom,
        "type_demande": demande.type,
        "ville": ville,
        "etablissement": raison,
        "type_etablissement": type_,
        "terrain": libelle,
        "validation_rts": demande.validation_rts,
        "validation_etablissement": demande.validation_etablissement,
        "validation_terrain": demande.validation_terrain,
        "tri_personne": replier(f"{demande.nom} {demande.prenom}"),
        "tri_ville": replier(ville),
        "tri_etablissement": replier(raison),
        "tri_terrain": replier(libelle),
    }


async def _echeance(session: AsyncSession, demande: Demande) -> date | None:
    if demande.statut is not Statut.EN_SAISIE or not demande.depots:
        return None
    retour = (await retours_ouverts(session, [demande.id])).get(demande.id)
    return retour.echeance if retour else None


def nouvelle_ligne(demande_id: int, rang: int, **valeurs: Any) -> Ligne:
    """A line in its place under its demande; `projeter` fills what it repeats."""
    return Ligne(demande_id=demande_id, rang=rang, ordre=demande_id * 100 + rang, **valeurs)


async def toucher_ligne(session: AsyncSession, ligne_id: int, **valeurs: Any) -> None:
    """Something that the row shows has changed: raise its stamp."""
    await session.execute(update(Ligne).where(Ligne.id == ligne_id).values(stamp=Ligne.stamp + 1, **valeurs))
