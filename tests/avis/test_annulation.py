"""Undo and redo of one's own acts: the state of before comes back, unless somebody touched the judgement since."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from app.avis.annulation import Annulation, annuler_dernier, annuler_lot, retablir_dernier
from app.avis.genres import GENRES
from app.avis.models import AvisCoordonnateur, AvisRepresentant, Decision, Sens, Source
from app.avis.pile import ce_matin
from app.avis.regles import Jugement
from app.avis.service import juger, reprendre_avis
from app.core.journal import Journal
from app.core.templating import heure
from app.demandes.models import Ligne
from app.liste.touches import TOUCHES

if TYPE_CHECKING:
    from tests.support.commission import Scene

OUI = Jugement(Sens.ACCEPTE, 1, "SA")


async def agir(scene: Scene, qui: str, geste: Any, *args: Any) -> Annulation:
    """One of the three gestures, committed."""
    async with scene.monde.base() as session:
        bilan: Annulation = await geste(session, *args, par=scene.monde.droits(scene.gens[qui]))
        return bilan


async def annuler(scene: Scene, qui: str = "membre") -> Annulation:
    return await agir(scene, qui, annuler_dernier)


async def retablir(scene: Scene, qui: str = "membre") -> Annulation:
    return await agir(scene, qui, retablir_dernier)


async def en_lot(scene: Scene, lignes: list[Ligne], lot: int, jugement: Jugement = OUI, qui: str = "membre") -> None:
    """What a batch does."""
    async with scene.monde.base() as session:
        for ligne in lignes:
            la = await session.get(Decision, ligne.id)
            lue = (await session.execute(select(Ligne).where(Ligne.id == ligne.id))).scalar_one()
            await juger(
                session, lue, GENRES["decision"], jugement=jugement, version=la.version if la else 0,
                par=scene.monde.droits(scene.gens[qui]), lot=lot,
            )  # fmt: skip


async def reprendre(scene: Scene, ligne: Ligne, version: int, qui: str = "membre") -> None:
    async with scene.monde.base() as session:
        lue = (await session.execute(select(Ligne).where(Ligne.id == ligne.id))).scalar_one()
        await reprendre_avis(session, lue, version=version, par=scene.monde.droits(scene.gens[qui]))


async def dit(scene: Scene, ligne: Ligne) -> tuple[str, int | None, str] | None:
    """What the decision says."""
    d = await scene.ecrit(Decision, ligne)
    return None if d is None else (d.sens.value, d.duree, d.phases)


async def dernier(scene: Scene, ligne: Ligne) -> Journal:
    async with scene.monde.sessions() as session:
        requete = select(Journal).where(Journal.ligne_id == ligne.id).order_by(Journal.id.desc()).limit(1)
        return (await session.execute(requete)).scalar_one()


async def test_undo_of_a_first_decision_leaves_the_line_inherited_again(scene: Scene) -> None:
    ligne = await scene.demande()
    await scene.coord(ligne)
    await scene.seance()
    await scene.decide(ligne, Sens.REFUSE)
    fait = await dernier(scene, ligne)
    assert (fait.action, fait.version, fait.lot, fait.avant) == ("decider_ligne", 1, None, None)

    assert (await annuler(scene)).faits == [ligne.id]

    assert await scene.ecrit(Decision, ligne) is None
    defait = await dernier(scene, ligne)
    assert (defait.action, defait.annule, defait.version, defait.apres) == ("defaire_decision", fait.id, None, None)
    assert defait.avant == fait.apres
    cellule = await (await scene.poste("membre")).ouvrir(f"/lignes/{ligne.id}/cellules/decision_commission", htmx=True)
    assert "repris du coordonnateur" in cellule.text
    # The version of the decision that is no more is not given twice.
    await scene.decide(ligne)
    assert (await scene.ecrit(Decision, ligne)).version > 1


async def test_undo_goes_further_back_and_redo_forward_again(scene: Scene) -> None:
    une, autre = await scene.demande(), await scene.demande()
    await scene.seance()
    await scene.decide(une)
    await scene.decide(autre, Sens.REFUSE)
    await scene.decide(une, Sens.A_L_ETUDE, 1)
    vus, versions = [], []
    for geste in (annuler, annuler, annuler, annuler, retablir, retablir, retablir, retablir):
        await geste(scene)
        vus.append((await dit(scene, une), await dit(scene, autre)))
        versions += [(await dernier(scene, une)).version, (await dernier(scene, autre)).version]
    un_an, refuse, etude = ("ACCEPTE", 1, "SA"), ("REFUSE", None, ""), ("A_L_ETUDE", None, "")
    recul = [(un_an, refuse), (un_an, None), (None, None), (None, None)]
    assert vus == [*recul, (un_an, None), (un_an, refuse), (etude, refuse), (etude, refuse)]
    de_une = [v for v in versions[::2] if v is not None]
    assert de_une == sorted(de_une)
    assert (await scene.ecrit(Decision, une)).version > max(de_une[:2])


async def test_undo_of_a_taking_back_brings_back_what_the_decision_had_read(scene: Scene) -> None:
    ligne = await scene.demande()
    await scene.coord(ligne)
    await scene.seance()
    await scene.decide(ligne, Sens.REFUSE)
    await scene.coord(ligne, Sens.A_L_ETUDE, 1)
    async with scene.monde.base() as session:  # as a reopened séance leaves it
        await session.execute(update(Decision).where(Decision.ligne_id == ligne.id).values(source=Source.CONFIRMEE))
    await reprendre(scene, ligne, 1)
    assert (await dernier(scene, ligne)).version is None

    await annuler(scene)

    d = await scene.ecrit(Decision, ligne)
    assert (d.sens, d.motif, d.avis_version, d.source) == (Sens.REFUSE, "REF_C_01", 1, Source.CONFIRMEE)
    assert d.version > 1
    assert (
        "avis modifié depuis"
        in (await (await scene.poste("membre")).ouvrir(f"/lignes/{ligne.id}/cellules/decision_commission", htmx=True)).text
    )
    await retablir(scene)
    assert await scene.ecrit(Decision, ligne) is None


async def test_undo_is_refused_when_somebody_touched_the_decision_since(scene: Scene) -> None:
    ligne, autre = await scene.demande(), await scene.demande()
    await scene.coord(ligne)
    await scene.seance()
    await scene.decide(autre)
    await scene.decide(ligne)
    await scene.decide(ligne, Sens.REFUSE, 1, qui="pres")
    touche = await dernier(scene, ligne)

    bilan = await annuler(scene)

    assert bilan.faits == []
    assert bilan.refuses == [(ligne.id, f"Paula Doyenne a modifié cette décision à {heure(touche.quand)}.")]
    assert await dit(scene, ligne) == ("REFUSE", None, "")
    assert await dit(scene, autre) == ("ACCEPTE", 1, "SA")
    # Nor once the other has gone back: he has spoken of it. His own undo is his.
    assert (await annuler(scene, "pres")).faits == [ligne.id]
    assert await dit(scene, ligne) == ("ACCEPTE", 1, "SA")
    assert (await annuler(scene)).faits == []
    # A change of the opinion is no touch of the decision.
    await scene.coord(ligne, Sens.A_L_ETUDE, 1)
    assert (await annuler(scene, "coord")).faits == [ligne.id]


async def test_a_new_act_forgets_what_could_be_done_again(scene: Scene) -> None:
    une, autre = await scene.demande(), await scene.demande()
    await scene.seance()
    await scene.decide(une)
    await annuler(scene)
    await scene.decide(autre)
    assert await retablir(scene) == Annulation()
    assert await dit(scene, une) is None


async def test_undo_of_opinions_is_their_givers(scene: Scene) -> None:
    ligne = await scene.demande()
    await scene.coord(ligne, duree=5)
    await scene.juge("rep", ligne, "avis-representant")
    assert await annuler(scene) == Annulation()  # the member has done nothing
    assert (await annuler(scene, "coord")).cellules == [(ligne.id, "avis-coordonnateur")]
    assert await scene.ecrit(AvisCoordonnateur, ligne) is None
    assert (await scene.ecrit(AvisRepresentant, ligne)).version == 1
    assert (await retablir(scene, "coord")).faits == [ligne.id]
    assert (await scene.ecrit(AvisCoordonnateur, ligne)).duree == 5
    assert (await annuler(scene, "rep")).faits == [ligne.id]
    assert {"defaire_avis_coord", "refaire_avis_coord", "defaire_avis_rep"} <= TOUCHES.keys()


async def test_undo_is_refused_once_the_seance_is_closed(scene: Scene) -> None:
    ligne = await scene.demande()
    seance = await scene.seance()
    await scene.decide(ligne)
    await scene.monde.clore(seance, pres=scene.gens["pres"])
    bilan = await annuler(scene)
    assert bilan.faits == []
    assert [(i, r.split(" :")[0]) for i, r in bilan.refuses] == [(ligne.id, "La séance est close")]
    assert await dit(scene, ligne) == ("ACCEPTE", 1, "SA")


async def test_undo_stops_at_this_morning(scene: Scene) -> None:
    ligne = await scene.demande()
    await scene.seance()
    await scene.decide(ligne)
    async with scene.monde.base() as session:
        hier = ce_matin() - timedelta(seconds=1)
        await session.execute(update(Journal).where(Journal.ligne_id == ligne.id).values(quand=hier))
    assert await annuler(scene) == Annulation()
    async with scene.monde.base() as session:
        await session.execute(update(Journal).where(Journal.ligne_id == ligne.id).values(quand=ce_matin()))
    assert (await annuler(scene)).faits == [ligne.id]


async def test_batch_is_undone_and_done_again_as_one(scene: Scene) -> None:
    lignes = [await scene.demande() for _ in range(4)]
    await scene.coord(lignes[0])
    await scene.seance()
    await scene.decide(lignes[1], Sens.REFUSE)
    await en_lot(scene, lignes, 7)
    await scene.decide(lignes[2], Sens.A_L_ETUDE, 1, qui="pres")

    bilan = await annuler(scene)

    faits, touchee = [lignes[0].id, lignes[1].id, lignes[3].id], lignes[2].id
    assert bilan.faits == faits
    assert [(i, r.rpartition(" à ")[0]) for i, r in bilan.refuses] == [(touchee, "Paula Doyenne a modifié cette décision")]
    assert [await dit(scene, x) for x in lignes] == [None, ("REFUSE", None, ""), ("A_L_ETUDE", None, ""), None]
    assert (await retablir(scene)).faits == faits
    oui = ("ACCEPTE", 1, "SA")
    assert [await dit(scene, x) for x in lignes] == [oui, oui, ("A_L_ETUDE", None, ""), oui]
    # By its number, whatever came after; and only by its author.
    assert await agir(scene, "pres", annuler_lot, 7) == Annulation()
    assert (await agir(scene, "membre", annuler_lot, 7)).faits == faits
    assert (await agir(scene, "membre", annuler_lot, 7)).faits == []
    # What it covered comes next.
    await annuler(scene)
    assert [await dit(scene, x) for x in lignes] == [None, None, ("A_L_ETUDE", None, ""), None]


async def test_forms_without_javascript_and_answers_in_the_cells(scene: Scene) -> None:
    ligne = await scene.demande()
    await scene.seance()
    poste = await scene.poste("membre")
    rien = await poste.poster("/annulation", htmx=True)
    assert (rien.status_code, "Rien à annuler depuis ce matin." in rien.text) == (409, True)
    await scene.decide(ligne)
    # A batch that cannot be read undoes nothing: it is not « my last act ».
    assert [(await poste.poster("/annulation", lot=x)).status_code for x in ("abc", "-1x")] == [404, 404]
    assert (await scene.ecrit(Decision, ligne)).version == 1
    fait = await poste.poster("/annulation", htmx=True)
    assert fait.status_code == 200
    assert re.findall(r'hx-target="([^"]+)"', fait.text)[:1] == ["#messages"]
    assert f'hx-target="#c-decision_commission-{ligne.id}:not(:has(.editeur))"' in fait.text
    assert f"Annulé : Décision commission, ligne {ligne.id}." in fait.text
    refait = await poste.poster("/retablissement", retour="/demandes?tout=1")
    assert (refait.status_code, refait.headers["location"]) == (303, "/demandes?tout=1")
    await scene.decide(ligne, Sens.REFUSE, (await scene.ecrit(Decision, ligne)).version, qui="pres")
    refus = await poste.poster("/annulation", retour="//ailleurs")
    assert refus.status_code == 409
    assert "<h1>Annuler, rétablir</h1>" in refus.text
    assert "Paula Doyenne a modifié cette décision à" in refus.text
    assert 'href="/demandes"' in refus.text
