"""What the scolarité writes on terrains and établissements; and that no form ever writes a register's fields."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from app.core.journal import maintenant
from app.core.templating import aujourdhui
from app.demandes.models import Demande
from app.referentiel.models import Etablissement, Praticien, Terrain
from app.registres.models import CodeRegistre, Registre, RegistreSite
from tests.cockpit.test_fusion import fusionner
from tests.cockpit.test_listes import lus
from tests.demandes.outils import textes
from tests.support.commission import rpps

if TYPE_CHECKING:
    from tests.cockpit.conftest import Cockpit

REGISTRE = {
    "raison_sociale": "Piraté", "finess": "999999999", "siret": "99999999999999", "nom": "Piraté", "prenom": "Piraté",
    "adresse": "Ailleurs", "ville": "Ailleurs", "code_postal": "99999", "type_code": "AUTRE", "actif": "", "origine": "LOCAL",
    "registre": "Piraté", "categorie": "E", "numero": "1", "etablissement_id": "1", "anciens": "7", "fusionne_dans_id": "1",
}  # fmt: skip


async def au_registre(cockpit: Cockpit, finess: str, **v: object) -> None:
    """A site of the register's current generation."""
    lieu = {"code_postal": "67000", "ville": "Strasbourg", "code_insee": "67482", "departement": "67", "adresse": "2 RUE NEUVE"}
    async with cockpit.monde.base() as session:
        await session.merge(Registre(code=CodeRegistre.FINESS, generation=1, date_registre=aujourdhui(), lu_le=maintenant()))
        session.add(RegistreSite(generation=1, finess=finess, raison_sociale="HOPITAL NEUF", type_code="CH", ouvert=True,
                                 recherche="hopital neuf", empreinte=0, **{**lieu, **v}))  # fmt: skip


async def test_a_terrain_is_searched_before_it_is_created(cockpit: Cockpit) -> None:
    site = await cockpit.site()
    deja = await cockpit.terrain("Court séjour gériatrique", etablissement_id=site.id)
    page = await cockpit.page("scol", f"/terrains/nouveau?etablissement={site.id}")
    assert f"/terrains/{deja.numero}" in page
    saisi = {"etablissement": str(site.id), "libelle": "court sejour GERIATRIQUE", "subdivision": "STRASBOURG"}
    refus = await cockpit.poster("scol", "/terrains/nouveau", **saisi)
    assert refus.status_code == 422
    assert "Aucun de ceux-ci" in refus.text
    assert "court sejour GERIATRIQUE" in refus.text
    fait = await cockpit.poster("scol", "/terrains/nouveau", **saisi, aucun="1", vus=str(deja.id))
    assert fait.status_code == 303
    assert "court sejour GERIATRIQUE" in await cockpit.page("scol2", fait.headers["location"])
    assert (
        await cockpit.poster("scol", "/terrains/nouveau", **{**saisi, "subdivision": "LIMOGES"}, aucun="1")
    ).status_code == 422


async def test_a_terrain_is_not_created_twice_by_two_people_at_once(cockpit: Cockpit) -> None:
    site = await cockpit.site()
    deja = await cockpit.terrain("Cardiologie", etablissement_id=site.id)
    saisi = {"etablissement": str(site.id), "libelle": "Gériatrie aiguë", "subdivision": "STRASBOURG", "aucun": "1",
             "vus": str(deja.id), "description": "Dix places."}  # fmt: skip
    reponses = await asyncio.gather(*(cockpit.poster(q, "/terrains/nouveau", **saisi) for q in ("scol", "scol2")))
    assert sorted(r.status_code for r in reponses) == [303, 409]
    async with cockpit.monde.base() as session:
        crees = list(await session.scalars(select(Terrain).where(Terrain.libelle == "Gériatrie aiguë")))
    assert len(crees) == 1
    refus = next(r for r in reponses if r.status_code == 409)
    # The other one is shown, to be looked at; what was typed is still there.
    assert f"/terrains/{crees[0].numero}" in refus.text
    assert "Dix places." in refus.text
    assert "que vous n&#39;avez pas encore vu" in refus.text
    assert 'name="aucun" value="1" checked' not in refus.text
    encore = {**saisi, "vus": f"{deja.id} {crees[0].id}", "libelle": "Gériatrie, soins de suite"}
    assert (await cockpit.poster("scol2", "/terrains/nouveau", **encore)).status_code == 303


async def test_label_and_holder_change_with_their_version_and_the_rows_follow(cockpit: Cockpit) -> None:
    site = await cockpit.site()
    t = await cockpit.terrain("Ancien nom", etablissement_id=site.id)
    await cockpit.praticien(1)
    demande = await cockpit.demande(t, 2)
    saisi = {"libelle": "Nouveau nom", "titulaire_rpps": rpps(1), "titulaire_depuis": "2026-01-01", "version": "1"}
    assert (await cockpit.poster("scol", f"/terrains/{t.numero}/modification", **saisi)).status_code == 303
    assert (await cockpit.monde.ligne(demande)).terrain == "Nouveau nom"
    assert "nom : Ancien nom → Nouveau nom" in await cockpit.page("scol", f"/terrains/{t.numero}")
    assert (
        await cockpit.poster("scol2", f"/terrains/{t.numero}/modification", **{**saisi, "libelle": "Autre"})
    ).status_code == 409
    faux = await cockpit.poster(
        "scol", f"/terrains/{t.numero}/modification", **{**saisi, "titulaire_rpps": "123", "version": "2"}
    )
    assert (faux.status_code, "onze chiffres" in faux.text) == (422, True)
    assert (await cockpit.poster("admin", f"/terrains/{t.numero}/modification", **saisi)).status_code == 403
    assert (await cockpit.poster("loin", f"/terrains/{t.numero}/modification", **saisi)).status_code == 404


async def test_a_terrain_closes_and_opens_again_once(cockpit: Cockpit) -> None:
    t = await cockpit.terrain()
    champs = {"acte": "clore", "motif": "Service fermé", "version": "1"}
    reponses = await asyncio.gather(*(cockpit.poster(q, f"/terrains/{t.numero}/etat", **champs) for q in ("scol", "scol2")))
    assert sorted(r.status_code for r in reponses) == [303, 409]
    # Whoever came second keeps the reason that he had typed.
    assert textes(next(r for r in reponses if r.status_code == 409), "//textarea") == ["Service fermé"]
    assert (await cockpit.un(Terrain, t.id)).actif is False
    assert "Motif : Service fermé" in await cockpit.page("scol", f"/terrains/{t.numero}")
    await cockpit.poster("scol", f"/terrains/{t.numero}/etat", acte="rouvrir", version="2")
    assert (await cockpit.un(Terrain, t.id)).actif is True


async def test_the_type_is_imposed_with_its_author_and_reason(cockpit: Cockpit) -> None:
    site = await cockpit.site("HOPITAL", finess="670000000")
    demande = await cockpit.demande(await cockpit.terrain(etablissement_id=site.id), 2)
    adresse = f"/etablissements/{site.id}/type"
    assert (await cockpit.poster("scol", adresse, type="PRIVE", version="1")).status_code == 422
    assert (await cockpit.poster("scol", adresse, type="PRIVE", motif="Clinique", version="1")).status_code == 303
    vu = await cockpit.un(Etablissement, site.id)
    assert (vu.type_code, vu.type_effectif, vu.type_par_id) == ("CH", "PRIVE", cockpit.gens["scol"].id)
    assert (await cockpit.monde.ligne(demande)).type_etablissement == "PRIVE"
    await cockpit.poster("scol", adresse, acte="retirer", version="2")
    assert (await cockpit.monde.ligne(demande)).type_etablissement == "CH"


async def test_a_local_site_gives_way_to_the_register_s(cockpit: Cockpit) -> None:
    local = await cockpit.site("Hôpital neuf")
    t = await cockpit.terrain(etablissement_id=local.id)
    demande = await cockpit.demande(t, 2)
    await au_registre(cockpit, "670780055")
    page = await cockpit.page("scol", f"/etablissements/{local.id}/rapprochement?finess=670780055")
    assert "1 terrain et 1 demande y passent" in page
    vue = re.search(r'name="empreinte" value="(\w+)"', page)
    assert vue
    champs = {"finess": "670780055", "empreinte": vue[1], "version": "1"}
    assert (await cockpit.poster("admin", f"/etablissements/{local.id}/rapprochement", **champs)).status_code == 403
    fait = await cockpit.poster("scol", f"/etablissements/{local.id}/rapprochement", **champs)
    assert fait.status_code == 303
    assert "HOPITAL NEUF" in await cockpit.page("scol", fait.headers["location"])
    site = int(fait.headers["location"].rpartition("/")[2])
    assert ((await cockpit.un(Terrain, t.id)).etablissement_id, (await cockpit.un(Demande, demande)).etablissement_id) == (
        site,
        site,
    )
    assert (await cockpit.monde.ligne(demande)).etablissement == "HOPITAL NEUF"
    assert (await cockpit.un(Etablissement, local.id)).remplace_par_id == site
    assert (await cockpit.poster("scol", f"/etablissements/{local.id}/rapprochement", **champs)).status_code == 404
    assert (await cockpit.lire("scol", f"/etablissements/{local.id}")).headers["location"] == f"/etablissements/{site}"


async def test_no_form_writes_what_a_register_says(cockpit: Cockpit) -> None:
    site = await cockpit.site("HOPITAL", finess="670000000")
    p = await cockpit.praticien(1)
    t = await cockpit.terrain(etablissement_id=site.id, titulaire_rpps=p.rpps)
    routes = {r.path: r for r in cockpit.monde.app.routes if "POST" in getattr(r, "methods", ())}
    siens = [c for c in routes if c.startswith(("/terrains", "/etablissements", "/praticiens", "/evenements"))]
    assert len(siens) >= 11
    assert not [c for c in siens if c.startswith("/praticiens/") and not c.endswith("/colonnes")]
    for chemin in siens:
        adresse = re.sub(r"\{etablissement_id:int\}", str(site.id), chemin)
        adresse = re.sub(r"\{\w+:int\}", str(t.numero), adresse)
        for qui in ("scol", "admin"):
            reponse = await cockpit.poster(qui, adresse, **REGISTRE, type="PRIVE", motif="Essai", version="1", acte="clore")
            assert reponse.status_code < 500, adresse
    async with cockpit.monde.sessions() as session:
        vu, lui = await session.get(Etablissement, site.id), await session.get(Praticien, p.rpps)
    assert (vu.raison_sociale, vu.finess, vu.siret, vu.type_code, vu.adresse, vu.ville) == (
        "HOPITAL", "670000000", None, "CH", "1 rue Haute", "Strasbourg")  # fmt: skip
    assert (vu.actif, lui.nom, lui.prenom, lui.categorie) == (True, "Holder", "Zoé", "C")
    garde = await cockpit.un(Terrain, t.id)
    assert (garde.numero, garde.etablissement_id, garde.anciens, garde.fusionne_dans_id) == (t.numero, site.id, "", None)


async def test_a_draft_that_names_a_place_is_shown_the_near_ones(cockpit: Cockpit) -> None:
    site = await cockpit.site()
    deja = await cockpit.terrain("Court séjour gériatrique", etablissement_id=site.id)
    brouillon = await cockpit.demande(await cockpit.terrain("Autre", etablissement_id=site.id), 2, soumise=False)
    async with cockpit.monde.base() as session:
        demande = (await session.execute(select(Demande).where(Demande.id == brouillon))).scalar_one()
        demande.terrain_id, demande.saisie_terrain = None, "Service de court sejour GERIATRIQUE"
    page = await cockpit.page("rts2", f"/demandes/{brouillon}/saisie")
    assert "Aucun de ceux-ci : je nomme le mien" in page
    assert f"d&#39;un nom proche : n° {deja.numero} — Court séjour gériatrique." in page or (
        f"d'un nom proche : n° {deja.numero} — Court séjour gériatrique." in page
    )


async def test_what_was_typed_on_a_terrain_comes_back_with_what_changed_meanwhile(cockpit: Cockpit) -> None:
    t = await cockpit.terrain("Gériatrie")
    champs = {"libelle": "Gériatrie aiguë", "description": "Trois unités.", "adresse": "", "code_postal": "", "ville": ""}
    adresse = f"/terrains/{t.numero}/modification"
    assert (await cockpit.poster("scol", adresse, version="1", **champs)).status_code == 303
    refus = await cockpit.poster("scol", adresse, version="1", **champs | {"libelle": "Soins de suite"})
    assert (refus.status_code, "Soins de suite" in refus.text, 'role="alert"' in refus.text) == (409, True, True)
    assert "Actuellement : Gériatrie aiguë." in refus.text
    assert (await cockpit.un(Terrain, t.id)).libelle == "Gériatrie aiguë"
    version = str((await cockpit.un(Terrain, t.id)).version)
    assert (await cockpit.poster("scol", adresse, version=version, **champs | {"libelle": "Soins de suite"})).status_code == 303


async def test_a_place_of_another_tool_is_found_linked_and_its_terrain_joins_the_cockpit_s(cockpit: Cockpit) -> None:
    """Made by an import: no department, not active. It leaves *à rapprocher* by a link, a merge, or a reopening."""
    inconnu = {"actif": False, "a_rapprocher": True}
    local = await cockpit.site("Hopital neuf", departement="", code_postal="", code_insee="", adresse="", **inconnu)
    await au_registre(cockpit, "670780055")
    officiel = await cockpit.site("HOPITAL NEUF", finess="670780055", recherche="hopital neuf strasbourg 670780055")
    repris, seul = [await cockpit.terrain(nom, etablissement_id=local.id) for nom in ("Gériatrie", "Urgences")]
    demande = await cockpit.demande(repris, 2)
    await cockpit.demande(seul, 3)
    async with cockpit.monde.base() as session:
        await session.execute(update(Terrain).where(Terrain.id.in_([repris.id, seul.id])).values(**inconnu))
    connu = await cockpit.terrain("Gériatrie", etablissement_id=officiel.id)
    await cockpit.site("Brasserie du Puits")  # no register has it, and nothing has to be linked
    assert lus(await cockpit.page("scol", "/etablissements?origine=A_RAPPROCHER"), "etablissement") == ["Hopital neuf"]
    page = await cockpit.page("scol", f"/etablissements/{local.id}/rapprochement?finess=670780055")
    assert page.count("670780055") > 2  # proposed, although nothing says the department
    vue = re.search(r'name="empreinte" value="(\w+)"', page)
    assert vue
    champs = {"finess": "670780055", "empreinte": vue[1], "version": "1"}
    assert (await cockpit.poster("scol", f"/etablissements/{local.id}/rapprochement", **champs)).status_code == 303

    async def attendent() -> list[str]:
        return lus(await cockpit.page("scol", "/terrains?etat=A_RAPPROCHER"), "terrain")

    assert sorted(await attendent()) == ["Gériatrie", "Urgences"]
    assert "Repris d'un outil précédent" in await cockpit.page("scol", f"/terrains/{seul.numero}")
    assert (await fusionner(cockpit, connu, repris)).status_code == 303
    assert (await cockpit.un(Demande, demande)).terrain_id == connu.id
    version = (await cockpit.un(Terrain, seul.id)).version
    ouvert = await cockpit.poster("scol", f"/terrains/{seul.numero}/etat", acte="rouvrir", version=str(version))
    assert (ouvert.status_code, await attendent()) == (303, [])
    assert (await cockpit.un(Terrain, seul.id)).actif
