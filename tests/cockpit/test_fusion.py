"""Terrains merged without losing their history: what moves, what forbids it, what two people do at once, the way back."""

from __future__ import annotations

import asyncio
import random
import re
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from app.agrements.models import Agrement, StatutAgrement
from app.cockpit.models import FusionTerrain
from app.core.journal import Journal
from app.demandes.models import Demande, Ligne
from app.demandes.saisie import service as saisie
from app.demandes.saisie.contexte import contexte, ma_demande
from app.liste.direct import Lots
from app.referentiel.models import Terrain
from app.referentiel.service import creer_terrain
from tests.liste.suivis import Lecteur

if TYPE_CHECKING:
    import httpx

    from tests.cockpit.conftest import Cockpit


async def apercu(cockpit: Cockpit, *terrains: Terrain, qui: str = "scol", garde: int | None = None) -> httpx.Response:
    suite = "&".join(f"terrain={t.id}" for t in terrains) + (f"&garde={garde}" if garde else "")
    return await cockpit.lire(qui, f"/terrains/fusions/nouvelle?{suite}")


def empreinte(html: str) -> str:
    lue = re.search(r'name="empreinte" value="(\w+)"', html)
    return lue[1] if lue else ""


async def fusionner(
    cockpit: Cockpit, garde: Terrain, *autres: Terrain, vue: str | None = None, qui: str = "scol"
) -> httpx.Response:
    """Preview, then confirm."""
    vue = vue or empreinte((await apercu(cockpit, garde, *autres, garde=garde.id, qui=qui)).text)
    ids = [str(t.id) for t in (garde, *autres)]
    return await cockpit.poster(qui, "/terrains/fusions", terrain=ids, garde=str(garde.id), empreinte=vue)


async def contenu(cockpit: Cockpit, numero: int) -> tuple[set[int], set[int]]:
    """The agréments and demandes of the terrain that answers to a number."""
    reponse = await cockpit.lire("scol", f"/terrains/{numero}")
    while reponse.status_code == 303:
        numero = int(re.findall(r"/terrains/(\d+)", reponse.headers["location"])[0])
        reponse = await cockpit.lire("scol", f"/terrains/{numero}")
    assert reponse.status_code == 200
    async with cockpit.monde.sessions() as session:
        ici = select(Terrain.id).where(Terrain.numero == numero).scalar_subquery()
        agrements = set(await session.scalars(select(Agrement.id).where(Agrement.terrain_id == ici)))
        demandes = set(await session.scalars(select(Demande.id).where(Demande.terrain_id == ici)))
    return agrements, demandes


async def scene(cockpit: Cockpit) -> tuple[Terrain, Terrain, int, int]:
    """Two terrains of one site that are the same service; the second holds an agrément and a demande."""
    site = await cockpit.site()
    garde = await cockpit.terrain("Gériatrie", etablissement_id=site.id)
    double = await cockpit.terrain("Geriatrie aigue", etablissement_id=site.id)
    await cockpit.praticien(1)
    return garde, double, await cockpit.agrement(double, 1), await cockpit.demande(double, 2)


async def test_the_one_that_stays_takes_everything_and_the_old_number_answers(cockpit: Cockpit) -> None:
    garde, double, agrement, demande = await scene(cockpit)
    html = (await apercu(cockpit, garde, double)).text
    assert "Il reprend 1 agrément et 1 demande" in html
    assert (await cockpit.un(Demande, demande)).terrain_id == double.id  # a preview writes nothing
    assert (await fusionner(cockpit, garde, double)).status_code == 303
    reponse = await cockpit.lire("scol", f"/terrains/{double.numero}")
    assert (reponse.status_code, reponse.headers["location"]) == (303, f"/terrains/{garde.numero}?ancien={double.numero}")
    assert await contenu(cockpit, double.numero) == ({agrement}, {demande})
    ligne = await cockpit.monde.ligne(demande)
    assert (ligne.terrain, ligne.tri_terrain) == ("Gériatrie", "geriatrie")
    liste = await cockpit.page("scol", f"/terrains?numero={double.numero}")
    assert f'href="/terrains/{garde.numero}"' in liste
    async with cockpit.monde.sessions() as session:
        actes = await session.scalars(select(Journal.sujet_id).where(Journal.action == "fusionner_terrain"))
        assert set(actes) == {garde.id, double.id}


async def test_the_open_list_and_the_dossier_follow_a_merge_and_a_new_label(cockpit: Cockpit) -> None:
    garde, double, _, demande = await scene(cockpit)
    ligne = await cockpit.monde.ligne(demande)
    lecteur = Lecteur(cockpit.monde, Lots(cockpit.monde.app.state.direct), await cockpit.poste("scol2"))
    assert "Geriatrie aigue" in (await lecteur.regarder())[ligne.id]
    await fusionner(cockpit, garde, double)
    assert "Gériatrie" in (await lecteur.recevoir()).remplacees[ligne.id]
    assert "Gériatrie" in (await lecteur.regarder())[ligne.id]
    version = (await cockpit.un(Terrain, garde.id)).version
    change = {"version": version, "libelle": "Gériatrie aiguë", "adresse": "", "code_postal": "", "ville": ""}
    assert (await cockpit.poster("scol", f"/terrains/{garde.numero}/modification", **change)).status_code == 303
    assert "Gériatrie aiguë" in (await lecteur.recevoir()).remplacees[ligne.id]
    page = await cockpit.page("scol2", f"/demandes/{demande}")
    assert page.count("Fiche du Cockpit modifiée") == 2


async def test_it_is_undone_as_one(cockpit: Cockpit) -> None:
    garde, double, agrement, demande = await scene(cockpit)
    await fusionner(cockpit, garde, double)
    async with cockpit.monde.sessions() as session:
        fusion = (await session.scalars(select(FusionTerrain.id))).one()
    assert (await cockpit.poster("scol2", f"/terrains/fusions/{fusion}/annulation")).status_code == 303
    assert await contenu(cockpit, double.numero) == ({agrement}, {demande})
    assert await contenu(cockpit, garde.numero) == (set(), set())
    rendu = await cockpit.un(Terrain, double.id)
    assert (rendu.actif, rendu.fusionne_dans_id, (await cockpit.un(Terrain, garde.id)).anciens) == (True, None, "")
    assert (await cockpit.monde.ligne(demande)).terrain == "Geriatrie aigue"
    assert (await cockpit.poster("scol", f"/terrains/fusions/{fusion}/annulation")).status_code == 409


async def test_it_is_not_undone_once_something_was_written_on_it(cockpit: Cockpit) -> None:
    garde, double, *_ = await scene(cockpit)
    await fusionner(cockpit, garde, double)
    version = (await cockpit.un(Terrain, garde.id)).version
    await cockpit.poster("scol", f"/terrains/{garde.numero}/modification", libelle="Court séjour", version=str(version))
    async with cockpit.monde.sessions() as session:
        fusion = (await session.scalars(select(FusionTerrain.id))).one()
    reponse = await cockpit.poster("scol", f"/terrains/fusions/{fusion}/annulation")
    assert reponse.status_code == 409
    assert "un de ces terrains a été modifié" in reponse.text


async def test_two_agrements_in_force_of_one_holder_forbid_it_and_are_named(cockpit: Cockpit) -> None:
    garde, double, *_ = await scene(cockpit)
    await cockpit.agrement(garde, 1)
    html = (await apercu(cockpit, garde, double)).text
    assert "Deux agréments en vigueur du praticien" in html
    assert 'action="/terrains/fusions"' not in html
    assert (await fusionner(cockpit, garde, double, vue="forcé")).status_code == 409
    assert (await cockpit.un(Terrain, double.id)).fusionne_dans_id is None


async def test_other_sites_other_subdivisions_and_foreign_terrains_forbid_it(cockpit: Cockpit) -> None:
    garde, double, *_ = await scene(cockpit)
    autre = await cockpit.terrain("Gériatrie", etablissement_id=(await cockpit.site("Autre")).id)
    assert "ne sont pas du même établissement" in (await apercu(cockpit, garde, autre)).text
    loin = await cockpit.terrain("Gériatrie", subdivision="LIMOGES")
    assert (await apercu(cockpit, garde, loin)).status_code == 404
    await cockpit.agrement(double, 5, subdivision="LIMOGES")
    assert "autre subdivision" in (await apercu(cockpit, garde, double)).text
    assert (await apercu(cockpit, garde, double, qui="admin")).status_code == 403


async def test_what_moved_since_the_preview_hands_it_back(cockpit: Cockpit) -> None:
    garde, double, *_ = await scene(cockpit)
    vue = empreinte((await apercu(cockpit, garde, double)).text)
    await cockpit.agrement(double, 6)
    reponse = await fusionner(cockpit, garde, double, vue=vue)
    assert reponse.status_code == 409
    assert "a changé depuis l" in reponse.text
    assert "Il reprend 2 agréments" in reponse.text
    assert (await cockpit.un(Terrain, garde.id)).version == 1


async def test_two_who_merge_at_once_merge_once(cockpit: Cockpit) -> None:
    garde, double, *_ = await scene(cockpit)
    reponses = await asyncio.gather(fusionner(cockpit, garde, double), fusionner(cockpit, double, garde, qui="scol2"))
    assert min(r.status_code for r in reponses) == 303
    restants = [(await cockpit.un(Terrain, t.id)).fusionne_dans_id for t in (garde, double)]
    assert restants.count(None) == 1


async def test_a_draft_that_picks_it_meanwhile_is_on_the_one_that_stays(cockpit: Cockpit) -> None:
    garde, double, *_ = await scene(cockpit)
    brouillon = await cockpit.demande(garde, 3, soumise=False)
    droits = cockpit.monde.droits(cockpit.gens["rts3"])
    async with cockpit.monde.base() as session:  # read before the merge, written after it
        c = await contexte(session, *await ma_demande(session, droits, brouillon))
        await session.commit()
        assert (await fusionner(cockpit, garde, double)).status_code == 303
        await saisie.enregistrer(session, c, {"terrain": str(double.id)}, par=droits)
    assert (await cockpit.un(Demande, brouillon)).terrain_id == garde.id


async def test_a_submission_and_a_merge_at_once_lose_nothing(cockpit: Cockpit) -> None:
    garde, double, *_ = await scene(cockpit)
    brouillon = await cockpit.demande(double, 4, soumise=False)
    droits = cockpit.monde.droits(cockpit.gens["rts4"])
    vue = empreinte((await apercu(cockpit, garde, double)).text)

    async def soumettre() -> bool:
        try:
            async with cockpit.monde.base() as session:
                c = await contexte(session, *await ma_demande(session, droits, brouillon))
                await saisie.soumettre(session, c, version=c.demande.version, par=droits)
        except Exception:  # noqa: BLE001 (whoever comes second is told so)
            return False
        return True

    soumise, fusion = await asyncio.gather(soumettre(), fusionner(cockpit, garde, double, vue=vue))
    assert soumise or fusion.status_code == 303
    vu = await cockpit.un(Demande, brouillon)
    assert vu.terrain_id == (garde.id if fusion.status_code == 303 else double.id)
    assert brouillon in (await contenu(cockpit, double.numero))[1]


@pytest.mark.parametrize("graine", [1, 2, 3])
async def test_any_merges_and_undoings_keep_everything_reachable_from_its_first_number(cockpit: Cockpit, graine: int) -> None:
    alea = random.Random(graine)
    site = await cockpit.site()
    terrains = [await cockpit.terrain(f"T{n}", etablissement_id=site.id) for n in range(4)]
    siens: dict[int, tuple[int, int]] = {}
    for n, t in enumerate(terrains):
        siens[t.numero] = (await cockpit.agrement(t, 20 + n, statut=StatutAgrement.ECHU), await cockpit.demande(t, 20 + n))
    for _ in range(6):
        async with cockpit.monde.sessions() as session:
            libres = list(
                await session.scalars(
                    select(Terrain).where(Terrain.id.in_([t.id for t in terrains]), Terrain.fusionne_dans_id.is_(None))
                )
            )
            fusions = list(await session.scalars(select(FusionTerrain.id).where(FusionTerrain.annulee_le.is_(None))))
        if len(libres) > 1 and (not fusions or alea.random() < 0.6):
            choisis = alea.sample(libres, 2)
            assert (await fusionner(cockpit, *choisis)).status_code == 303
        elif fusions:
            reponse = await cockpit.poster("scol", f"/terrains/fusions/{alea.choice(fusions)}/annulation")
            assert reponse.status_code in {303, 404, 409}
        for numero, (agrement, demande) in siens.items():
            agrements, demandes = await contenu(cockpit, numero)
            assert (agrement in agrements, demande in demandes) == (True, True), numero
    async with cockpit.monde.sessions() as session:
        orphelines = (
            select(Ligne.id).join(Demande, Demande.id == Ligne.demande_id).join(Terrain, Terrain.id == Demande.terrain_id)
        )
        assert not list(await session.scalars(orphelines.where(Ligne.terrain != Terrain.libelle)))


async def test_numbers_given_meanwhile_are_nobody_else_s(cockpit: Cockpit) -> None:
    garde, double, *_ = await scene(cockpit)
    await fusionner(cockpit, garde, double)
    par: Any = cockpit.monde.droits(cockpit.gens["scol"])
    async with cockpit.monde.base() as session:
        neuf = await creer_terrain(session, libelle="Neuf", etablissement_id=None, par=par)
    assert neuf.numero not in {garde.numero, double.numero}
