"""What the registers changed: who is told, what each act does, what the RTS reads of it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.agrements.models import Agrement, StatutAgrement
from app.cockpit.evenements import compte_a_traiter, evenements_a_traiter
from app.core.journal import Journal, maintenant
from app.core.templating import aujourdhui
from app.referentiel.models import Etablissement, Terrain
from app.registres.models import CodeRegistre, EtatImport, EvenementRegistre, GenreEvenement, ImportRegistre
from tests.cockpit.test_actes import au_registre
from tests.support.commission import rpps

if TYPE_CHECKING:
    from tests.cockpit.conftest import Cockpit


async def evenement(cockpit: Cockpit, genre: GenreEvenement, **v: Any) -> int:
    """An import told it."""
    async with cockpit.monde.base() as session:
        lu = ImportRegistre(registre=CodeRegistre.FINESS, generation=1, fichier="essai", date_registre=aujourdhui(), rapport={},
                            etat=EtatImport.FAIT, commence_le=maintenant(), vu_le=maintenant())  # fmt: skip
        session.add(lu)
        await session.flush()
        fait = EvenementRegistre(import_id=lu.id, genre=genre, quand=maintenant(), **{"avant": {}, "apres": {}, **v})
        session.add(fait)
    return fait.id


async def en_attente(cockpit: Cockpit, qui: str) -> list[int]:
    """The events that wait for somebody; their count says the same."""
    droits = cockpit.monde.droits(cockpit.gens[qui])
    async with cockpit.monde.sessions() as session:
        lus = [x[0].id for x in await evenements_a_traiter(session, droits)]
        assert await compte_a_traiter(session, droits) == (len(lus) if qui in {"scol", "loin", "admin"} else 0)
    return lus


async def test_each_scolarite_is_told_of_its_own(cockpit: Cockpit) -> None:
    site = await cockpit.site("HOPITAL", finess="670000000")
    await cockpit.agrement(await cockpit.terrain("A", etablissement_id=site.id, titulaire_rpps=rpps(9)), 1)
    await cockpit.agrement(await cockpit.terrain("B", subdivision="LIMOGES"), 2, subdivision="LIMOGES")
    ici = await evenement(cockpit, GenreEvenement.RENOMMAGE, etablissement_id=site.id)
    titulaire = await evenement(cockpit, GenreEvenement.DEPART, rpps=rpps(9))
    agree = await evenement(cockpit, GenreEvenement.DEPART, rpps=rpps(1))
    ailleurs = await evenement(cockpit, GenreEvenement.DEPART, rpps=rpps(2))
    await evenement(cockpit, GenreEvenement.DEPART, rpps=rpps(55))  # nobody knows him here
    assert {q: await en_attente(cockpit, q) for q in ("scol", "loin", "admin", "coord")} == {
        "scol": [ici, titulaire, agree], "loin": [ailleurs], "admin": [ici, titulaire, agree, ailleurs], "coord": [],
    }  # fmt: skip
    assert (await cockpit.lire("loin", f"/evenements/{ici}")).status_code == 404
    assert (await cockpit.poster("loin", f"/evenements/{ici}/traitement", motif="Rien")).status_code == 404
    assert (await cockpit.poster("admin", f"/evenements/{ici}/traitement", motif="Rien")).status_code == 403


async def test_a_new_name_is_taken_over_and_the_rows_say_so(cockpit: Cockpit) -> None:
    site = await cockpit.site("ANCIEN NOM", finess="670780055")
    demande = await cockpit.demande(await cockpit.terrain(etablissement_id=site.id), 2)
    await au_registre(cockpit, "670780055")
    numero = await evenement(
        cockpit, GenreEvenement.RENOMMAGE, etablissement_id=site.id, apres={"raison_sociale": "HOPITAL NEUF"}
    )
    assert "HOPITAL NEUF" in await cockpit.page("scol", f"/evenements/{numero}")
    assert "est à confirmer par une nouvelle demande" in await cockpit.page("rts2", "/tableau-de-bord")
    assert (await cockpit.poster("scol", f"/evenements/{numero}/traitement", actes="reprendre")).status_code == 303
    vu = await cockpit.un(Etablissement, site.id)
    assert (vu.raison_sociale, vu.adresse) == ("HOPITAL NEUF", "2 RUE NEUVE")
    assert (await cockpit.monde.ligne(demande)).etablissement == "HOPITAL NEUF"
    assert await en_attente(cockpit, "scol") == []
    assert "Valeur Open Data reprise" in await cockpit.page("scol", "/evenements")


async def test_a_departure_makes_agrements_caducs_and_closes_terrains_of_one_s_subdivisions_alone(cockpit: Cockpit) -> None:
    t = await cockpit.terrain(titulaire_rpps=rpps(1))
    loin = await cockpit.terrain(titulaire_rpps=rpps(1), subdivision="LIMOGES")
    sien, autre = await cockpit.agrement(t, 1), await cockpit.agrement(loin, 1, subdivision="LIMOGES")
    numero = await evenement(cockpit, GenreEvenement.DEPART, rpps=rpps(1))
    refus = await cockpit.poster("scol", f"/evenements/{numero}/traitement")
    assert (refus.status_code, "sans suite" in refus.text) == (422, True)
    gens = ("scol", "scol2")
    corps = {"actes": ["clore", "depart"], "motif": "Retraite"}
    reponses = await asyncio.gather(*(cockpit.poster(q, f"/evenements/{numero}/traitement", **corps) for q in gens))
    assert sorted(r.status_code for r in reponses) == [303, 409]
    statuts = [(await cockpit.un(Agrement, i)).statut for i in (sien, autre)]
    assert statuts == [StatutAgrement.CADUC, StatutAgrement.ACTIF]
    assert [(await cockpit.un(Terrain, x.id)).actif for x in (t, loin)] == [False, True]
    async with cockpit.monde.sessions() as session:
        actes = list(await session.scalars(select(Journal.sujet_id).where(Journal.action == "declarer_depart")))
        suite = (await session.scalars(select(EvenementRegistre.suite))).one()
    assert actes == [sien]
    assert "Départ déclaré : 1 agrément caduc" in await cockpit.page("scol2", "/evenements")
    assert (await cockpit.poster("scol2", f"/evenements/{numero}/traitement", **corps)).status_code == 409
    assert suite == f"Terrains clos : n° {t.numero} ; Départ déclaré : 1 agrément caduc"


async def test_nothing_is_taken_over_from_a_register_that_no_longer_knows_the_site(cockpit: Cockpit) -> None:
    site = await cockpit.site("HOPITAL PARTI", finess="670780055")
    await cockpit.demande(await cockpit.terrain(etablissement_id=site.id), 2)
    numero = await evenement(cockpit, GenreEvenement.FERMETURE, etablissement_id=site.id, apres={"au_registre": False})
    page = await cockpit.page("scol", f"/evenements/{numero}")
    assert ('value="clore"' in page, 'value="reprendre"' in page) == (True, False)
    corps = {"actes": ["reprendre", "clore"], "motif": "Fermé"}  # from an older page
    assert (await cockpit.poster("scol", f"/evenements/{numero}/traitement", **corps)).status_code == 303
    assert "Terrains clos" in await cockpit.page("scol", "/evenements")


async def test_without_an_act_it_is_filed_with_a_reason(cockpit: Cockpit) -> None:
    await cockpit.terrain(titulaire_rpps=rpps(1))
    numero = await evenement(cockpit, GenreEvenement.DEPART, rpps=rpps(1))
    await cockpit.poster("scol", f"/evenements/{numero}/traitement", motif="Déjà remplacé")
    assert "Sans suite : Déjà remplacé" in await cockpit.page("scol", "/evenements")
    second = await cockpit.poster("scol2", f"/evenements/{numero}/traitement", motif="Je m'en <charge>.")
    assert (second.status_code, "Je m&#39;en &lt;charge&gt;.</textarea>" in second.text) == (409, True)
