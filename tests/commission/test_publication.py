"""Publishing is a second act: until it, the RTS reads the same pages whatever was decided. Reopening takes back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.agrements.models import Agrement, StatutAgrement
from app.avis.models import Decision, Sens
from app.core.journal import Journal
from app.core.visibilite import Moment
from app.demandes.models import Demande
from app.demandes.statuts import Statut
from app.demandes.tableau_de_bord import Suivi
from app.liste.direct import Lots
from app.liste.direct import Suivi as SuiviTable
from tests.support.commission import AUTRE, DES, FST

if TYPE_CHECKING:
    from app.demandes.models import Ligne
    from tests.support.commission import Scene

VALIDE = "Validé administrativement"


async def lu_par_le_rts(scene: Scene, lignes: list[Ligne]) -> dict[str, str]:
    """Every screen of the RTS, without what changes at each answer."""
    chemins = ["/tableau-de-bord", "/agrements", "/demandes", "/demandes?statut=ACCEPTE", "/demandes?statut=REFUSE"]
    chemins += ["/demandes?statut=VALIDE_ADMIN", *(f"/demandes/{x.demande_id}" for x in lignes)]
    chemins += [f"/lignes/{x.id}/cellules/decision_commission" for x in lignes]
    chemins += [f"/lignes/{x.id}/panneau?liste=statut%3DVALIDE_ADMIN" for x in lignes]
    lus = {}
    for chemin in chemins:
        reponse = await (await scene.poste("rts")).ouvrir(chemin, htmx="/cellules/" in chemin)
        lus[chemin] = f"{reponse.status_code} " + re.sub(
            r'depuis=\d+|data-depuis="\d+"|name="_csrf_token" value="\w+"', "", reponse.text
        )
    return lus


def sans_memoire(page: str) -> str:
    """What a dossier says of itself."""
    return re.sub(r'<section class="memoire".*?</section>', "", page, count=1, flags=re.DOTALL)


async def actes_depuis(scene: Scene, ident: int) -> list[Journal]:
    """What the live reader would be handed."""
    async with scene.monde.sessions() as session:
        return list((await session.execute(select(Journal).where(Journal.id > ident).order_by(Journal.id))).scalars())


async def decidees(scene: Scene) -> tuple[list[Ligne], int]:
    """Three demandes of one RTS in an open séance: accepted, refused, put off."""
    scene.gens["rts"] = rts = await scene.nouveau_rts()
    lignes = [await scene.demande(f, rts=rts) for f in (DES, AUTRE, FST)]
    seance = await scene.seance()
    for ligne, sens in zip(lignes, (Sens.ACCEPTE, Sens.REFUSE, Sens.A_L_ETUDE), strict=True):
        await scene.decide(ligne, sens)
    return lignes, seance


async def test_until_the_publication_the_rts_reads_the_same_pages_whatever_was_decided(scene: Scene) -> None:
    lignes, seance = await decidees(scene)
    direct = scene.monde.app.state.direct
    avant, dernier = await lu_par_le_rts(scene, lignes), (await actes_depuis(scene, 0))[-1].id
    assert avant["/tableau-de-bord"].count(VALIDE) >= 1
    await scene.monde.clore(seance, pres=scene.gens["pres"])
    async with scene.monde.sessions() as session:
        statuts = set(await session.scalars(select(Demande.statut)))
    assert statuts == {Statut.ACCEPTE, Statut.REFUSE, Statut.VALIDE_ADMIN}  # there is something to leak
    apres = await lu_par_le_rts(scene, lignes)
    assert [c for c in avant if avant[c] != apres[c]] == []
    droits = scene.monde.droits(scene.gens["rts"])
    suivi = Suivi(direct, droits, {x.demande_id for x in lignes}, "", "")
    await suivi.rendre(await actes_depuis(scene, 0))  # the page as it stands
    actes = await actes_depuis(scene, dernier)
    assert {a.action for a in actes} >= {"clore_seance", "arreter_decisions", "ajourner"}
    assert await suivi.rendre(actes) == b""
    colonnes = ("statut", "personne", "decision_commission")
    assert await SuiviTable(Lots(direct), droits, colonnes).rendre(actes) == b""
    scolarite = scene.monde.droits(scene.gens["scol"])
    assert b"Accept" in await SuiviTable(Lots(direct), scolarite, colonnes).rendre(actes)
    # The second act.
    await scene.monde.publier(seance, pres=scene.gens["pres"])
    publies = await actes_depuis(scene, actes[-1].id)
    assert "Activité insuffisante".encode() in await suivi.rendre(publies)
    assert b"Accept" in await SuiviTable(Lots(direct), droits, colonnes).rendre(publies)
    ouvert = await lu_par_le_rts(scene, lignes)
    assert "Accepté" in ouvert[f"/demandes/{lignes[0].demande_id}"]
    assert "Activité insuffisante" in ouvert["/tableau-de-bord"]
    ajournee = f"/demandes/{lignes[2].demande_id}"
    assert "Proposé — Arrêté ARS : en attente" in ouvert[ajournee]  # the memory of the others, and of them alone
    assert sans_memoire(ouvert[ajournee]) == sans_memoire(apres[ajournee])  # put off: nothing new
    assert "Proposé — Arrêté ARS : en attente" in ouvert["/agrements"]
    assert "Marc Membre" not in "".join(ouvert.values())


async def test_the_coordonnateur_of_a_waiting_line_does_not_read_the_outcome_of_its_tete(scene: Scene) -> None:
    tete = await scene.demande()
    seance = await scene.seance()
    poste = await scene.poste("coord")
    assert (await poste.poster(f"/lignes/{tete.id}/complementaires", formation=AUTRE)).status_code == 303
    await scene.decide(tete)
    await scene.monde.clore(seance, pres=scene.gens["pres"])
    page = await scene.page("voisine", f"/demandes/{tete.demande_id}")
    assert VALIDE in page
    assert "statut-accepte" not in page
    assert "statut-accepte" in await scene.page("membre", f"/demandes/{tete.demande_id}")


async def test_reopening_before_the_publication_takes_the_proposals_back(scene: Scene) -> None:
    lignes, seance = await decidees(scene)
    await scene.monde.clore(seance, pres=scene.gens["pres"])
    poste = await scene.poste("pres")
    assert (await poste.poster(f"/seances/{seance}/reouverture", version=2)).status_code == 409
    assert (await poste.poster(f"/seances/{seance}/reouverture", version=3)).status_code == 303
    relues = [await scene.relire(x) for x in lignes]
    assert {(x.statut, x.moment, x.seance_id) for x in relues} == {(Statut.VALIDE_ADMIN, Moment.SEANCE_OUVERTE, seance)}
    async with scene.monde.sessions() as session:
        assert (await session.execute(select(Agrement))).first() is None
        refus = set((await session.execute(select(Demande.origine_refus, Demande.motif_refus))).all())
    assert refus == {(None, None)}
    assert [(await scene.ecrit(Decision, x)).sens for x in lignes] == [Sens.ACCEPTE, Sens.REFUSE, Sens.A_L_ETUDE]  # they stand
    (acte,) = await scene.actes("rouvrir_seance")
    assert (acte.auteur, acte.avant, acte.apres["agrements_retires"]) == ("Paula Doyenne", {"statut": "CLOSE"}, 1)
    await scene.decide(lignes[2], version=1)
    await scene.monde.clore(seance, pres=scene.gens["pres"])
    await scene.monde.publier(seance, pres=scene.gens["pres"])
    assert (await scene.relire(lignes[2])).statut is Statut.ACCEPTE


async def test_reopening_after_the_publication_wants_a_reason_read_on_the_dossier(scene: Scene) -> None:
    lignes, seance = await decidees(scene)
    await scene.monde.clore(seance, pres=scene.gens["pres"])
    await scene.monde.publier(seance, pres=scene.gens["pres"])
    chemin, poste = f"/seances/{seance}/reouverture", await scene.poste("pres")
    sans = await poste.poster(chemin, version=4, motif="  ")
    assert sans.status_code == 422
    assert "dites pourquoi elle est rouverte" in sans.text
    for qui in ("membre", "scol", "admin"):
        assert (await (await scene.poste(qui)).poster(chemin, version=4, motif="Moi")).status_code == 403, qui
    assert (await scene.relire(lignes[0])).moment is Moment.PUBLIEE
    assert (await poste.poster(chemin, version=4, motif="Erreur sur la phase.")).status_code == 303
    assert (await scene.relire(lignes[0])).moment is Moment.SEANCE_OUVERTE
    assert {a.motif for a in await scene.actes("annuler_decision")} == {"Erreur sur la phase."}
    page = await scene.page("scol", f"/demandes/{lignes[0].demande_id}")
    assert "Décision annulée, séance rouverte" in page
    assert "Erreur sur la phase." in page
    rts = await scene.page("rts", f"/demandes/{lignes[0].demande_id}")
    assert VALIDE in rts
    assert "statut-accepte" not in rts


async def test_an_arrete_already_recorded_forbids_the_reopening(scene: Scene) -> None:
    _, seance = await decidees(scene)
    await scene.monde.clore(seance, pres=scene.gens["pres"])
    await scene.monde.publier(seance, pres=scene.gens["pres"])
    async with scene.monde.base() as session:
        agrement = (await session.execute(select(Agrement))).scalar_one()
        agrement.statut, agrement.arrete = StatutAgrement.ACTIF, "ARS-GE/2027-0001"
    avant = await scene.comptes()
    reponse = await (await scene.poste("pres")).poster(f"/seances/{seance}/reouverture", version=4, motif="Trop tard.")
    assert reponse.status_code == 403
    assert "ARS-GE/2027-0001" in reponse.text
    assert await scene.comptes() == avant
