"""What the scolarité does of a difference: checks again, links a record, takes the register's value; and what is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from app.core.journal import maintenant
from app.core.templating import aujourdhui
from app.demandes.models import Choix
from app.demandes.rapprochement.models import Cause, Verification
from app.demandes.saisie import service as saisie
from app.demandes.saisie.contexte import contexte, ma_demande
from app.demandes.statuts import Bloc, Statut, Validation
from app.referentiel.models import Etablissement, Praticien
from app.registres.models import CodeRegistre, Registre, RegistrePraticien, RegistreSite
from tests.demandes.outils import actes, ecarts, etat, lire, site, terrain, textes
from tests.support.requetes import requetes

if TYPE_CHECKING:
    from tests.demandes.conftest import Scene

HAUTEPIERRE = "670783273"
POURQUOI = "//article[@id='bloc-{}']//p[@class='pourquoi']"


async def poster(scene: Scene, numero: int, verbe: str, **valeurs: Any) -> Any:
    """An act of Claire, up to date."""
    claire, version = await scene.monde.connecter(scene.claire), (await lire(scene.monde, numero)).version
    return await claire.poster(f"/demandes/{numero}/{verbe}", version=version, **valeurs)


async def page(scene: Scene, numero: int, suite: str = "") -> Any:
    """The dossier, as Claire reads it."""
    return await (await scene.monde.connecter(scene.claire)).ouvrir(f"/demandes/{numero}{suite}")


async def choisie(scene: Scene, connue: str = "Turckheim") -> int:
    """Nadia picked Hautepierre and the unit that she holds there; the register learnt her name meanwhile."""
    monde, droits = scene.monde, scene.monde.droits(scene.nadia)
    lieu = await site(monde, HAUTEPIERRE)
    unite = await terrain(monde, 41, "Unité d'allergologie", lieu.id, scene.nadia.rpps)
    numero = await monde.brouillon(
        scene.nadia, scene.campagne, "ALLERGO", choix=Choix.REGISTRE, etablissement_id=lieu.id, terrain_id=unite,
        saisie_terrain="",
    )  # fmt: skip
    await nommer(scene, connue)
    async with monde.base() as session:
        c = await contexte(session, *await ma_demande(session, droits, numero))
        await saisie.soumettre(session, c, version=c.demande.version, par=droits)
    return numero


async def blocs(scene: Scene, numero: int) -> list[Validation]:
    """The three states."""
    d = await lire(scene.monde, numero)
    return [d.validation_rts, d.validation_etablissement, d.validation_terrain]


async def nommer(scene: Scene, nom: str) -> None:
    """The Cockpit knows Nadia under this name."""
    async with scene.monde.base() as session:
        await session.execute(update(Praticien).where(Praticien.rpps == scene.nadia.rpps).values(nom=nom))


async def gardees(scene: Scene, numero: int, bloc: Bloc) -> list[Verification]:
    """What was kept, oldest first."""
    async with scene.monde.sessions() as session:
        requete = select(Verification).where(Verification.demande_id == numero, Verification.bloc == bloc)
        return list(await session.scalars(requete.order_by(Verification.id)))


async def test_a_dossier_equal_to_the_register_is_validated_first_and_leads_to_the_next(scene: Scene) -> None:
    numero = await choisie(scene)
    suivant = await scene.monde.soumise(scene.omar, scene.campagne, "HGE")
    vue = await page(scene, numero, "?liste=statut%3DEN_VALIDATION")
    assert textes(vue, "//section[@class='identique']/p") == ["Tout est identique au registre. Les trois blocs sont validés."]
    boutons = textes(vue, "//main//button")
    assert boutons[:2] == ["Valider administrativement", "Valider et passer au suivant"]
    assert boutons.count("Valider administrativement") == 1
    claire = await scene.monde.connecter(scene.claire)
    fait = await claire.poster(
        f"/demandes/{numero}/validation-administrative?liste=statut%3DEN_VALIDATION",
        version=(await lire(scene.monde, numero)).version, ensuite="suivante",
    )  # fmt: skip
    assert (fait.status_code, fait.headers["location"].split("?")[0]) == (303, f"/demandes/{suivant}")
    assert (await lire(scene.monde, numero)).statut is Statut.VALIDE_ADMIN


async def test_what_is_kept_of_a_verdict_can_be_read_years_later(scene: Scene) -> None:
    numero = await choisie(scene, "Türckheim-Munster")
    (v,) = await gardees(scene, numero, Bloc.RTS)
    assert (v.cause, v.auteur, v.etat, v.regle, v.registre, v.registre_date) == (
        Cause.SOUMISSION, "Nadia Turckheim", Validation.NON_VALIDE, "2", "RPPS", aujourdhui(),
    )  # fmt: skip
    nom = next(x for x in v.comparaison["lignes"] if x["champ"] == "nom")
    assert [nom[c] for c in ("demande", "cockpit", "formes", "verdict", "bloquant")] == [
        "Turckheim", "Türckheim-Munster", ["TURCKHEIM", "TURCKHEIM MUNSTER", "TURCKHEIM MUNSTER"], "PROCHE", True,
    ]  # fmt: skip
    await poster(scene, numero, "validations/rts", acte="valider")  # close: no reason is asked
    assert [(v.cause, v.auteur, v.etat) for v in await gardees(scene, numero, Bloc.RTS)][1:] == [
        (Cause.DECISION, "Claire Rosheim", Validation.MANUEL)
    ]
    lues = textes(await page(scene, numero), "//article[@id='bloc-rts']//details[@class='verifications']//li")
    assert (len(lues), "« Turckheim » dans la demande, « Türckheim-Munster » au Cockpit" in lues[0]) == (4, True)


async def test_words_that_differ_are_marked_and_identical_fields_folded(scene: Scene) -> None:
    vue = await page(scene, await choisie(scene, "Türckheim-Munster"))
    assert textes(vue, POURQUOI.format("rts")) == ["Pourquoi pas automatique : nom proche."]
    assert textes(vue, "//article[@id='bloc-rts']/div//tbody/tr/th") == ["Nom"]
    assert textes(vue, "//article[@id='bloc-rts']/div//del") == ["Munster", "Munster"]
    assert textes(vue, "//article[@id='bloc-rts']/details/summary")[0] == "4 champs identiques"
    assert textes(await page(scene, await choisie_typee(scene)), "//article[@id='bloc-etablissement']//ins") != []


async def choisie_typee(scene: Scene) -> int:
    """Another dossier, whose place is typed."""
    return await scene.monde.soumise(
        scene.omar, scene.campagne, "ALLERGO", saisie_siret="43012923900017", saisie_raison_sociale="Endosav",
        saisie_adresse="quai du Canal", saisie_code_postal="67700", saisie_ville="Saverne",
    )  # fmt: skip


async def test_a_human_verdict_stands_and_what_differs_since_is_to_be_seen_again(scene: Scene) -> None:
    numero = await choisie(scene)
    assert await blocs(scene, numero) == [Validation.AUTO] * 3
    await poster(scene, numero, "validations/rts", acte="valider", motif="Vu.")
    revoir = "//article[@id='bloc-rts']//p[@class='revoir']"
    assert textes(await page(scene, numero), revoir) == []
    await nommer(scene, "MUNSTER")
    for _ in range(2):
        assert textes(await page(scene, numero), revoir) == [
            "À revoir : depuis la validation, nom différent. Rien n'a été changé."
        ]
        assert (await poster(scene, numero, "verification")).status_code == 303
    assert await blocs(scene, numero) == [Validation.MANUEL, Validation.AUTO, Validation.AUTO]


async def test_verifier_maintenant_recomputes_what_no_person_decided(scene: Scene) -> None:
    numero = await choisie(scene)
    await nommer(scene, "MUNSTER")
    assert (await poster(scene, numero, "verification")).status_code == 303
    assert await blocs(scene, numero) == [Validation.NON_VALIDE, Validation.AUTO, Validation.AUTO]
    await nommer(scene, "TURCKHEIM")
    await poster(scene, numero, "verification")
    assert (await blocs(scene, numero), await ecarts(scene.monde, numero)) == ([Validation.AUTO] * 3, [])
    await poster(scene, numero, "validation-administrative")
    avant = await etat(scene.monde, numero)
    assert (await poster(scene, numero, "verification")).status_code == 403  # decided: the machine is silent
    assert await etat(scene.monde, numero) == avant
    nadia = await scene.monde.connecter(scene.nadia)
    assert (await nadia.poster(f"/demandes/{numero}/verification", version=9)).status_code == 403
    rose = await scene.monde.connecter(scene.rose)
    assert (await rose.poster(f"/demandes/{numero}/verification", version=9)).status_code == 404


@pytest.mark.parametrize("base", ["sqlite"], indirect=True)
async def test_no_sequence_of_recomputations_changes_a_human_verdict(scene: Scene) -> None:
    numero = await choisie(scene)

    async def jouer(suite: list[str], decision: str) -> None:
        await poster(scene, numero, "validations/rts", acte=decision, motif="Vu.")
        attendu = Validation.MANUEL if decision == "valider" else Validation.INVALIDE
        for nom in suite:
            await nommer(scene, nom)
            await poster(scene, numero, "verification")
            assert (await lire(scene.monde, numero)).validation_rts is attendu

    noms = st.lists(st.sampled_from(["TURCKHEIM", "Türckheim", "TURCKHEIM-MUNSTER", "MUNSTER"]), max_size=3)
    decisions = st.sampled_from(["valider", "invalider"])
    for suite, decision in _exemples(noms, decisions):
        await jouer(suite, decision)


def _exemples(*strategies: Any) -> list[tuple[Any, ...]]:
    """A few drawn by the strategies, to be played in the test's own loop."""
    tires: list[tuple[Any, ...]] = []

    @settings(max_examples=6, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.tuples(*strategies))
    def tirer(exemple: tuple[Any, ...]) -> None:
        tires.append(exemple)

    tirer()
    return tires


async def importer(scene: Scene, **site_: Any) -> None:
    """Both registers, as they would be after an import of today: the site has another name, Nadia too."""
    lieu = await site(scene.monde, HAUTEPIERRE)
    quand = maintenant()
    fixes = {
        "generation": 1, "finess": HAUTEPIERRE, "siret": lieu.siret, "raison_sociale": lieu.raison_sociale,
        "type_code": lieu.type_code, "adresse": lieu.adresse, "code_postal": lieu.code_postal, "ville": lieu.ville,
        "code_insee": lieu.code_insee, "departement": lieu.departement, "ouvert": True, "recherche": "", "empreinte": 1,
    }  # fmt: skip
    async with scene.monde.base() as session:
        session.add_all(
            Registre(code=c, generation=1, date_registre=aujourdhui() - timedelta(days=1), lu_le=quand) for c in CodeRegistre
        )
        session.add(RegistreSite(**(fixes | site_)))
        session.add(
            RegistrePraticien(
                generation=1,
                rpps=scene.nadia.rpps,
                nom="TURCKHEIM",
                prenom="NADIA",
                profession="10",
                categorie="C",
                savoir_faire=["SM57"],
                empreinte=1,
            )
        )


async def test_the_register_s_value_is_taken_into_the_cockpit_and_every_row_follows(scene: Scene) -> None:
    numero = await choisie(scene)
    await importer(scene, raison_sociale="HOPITAL HAUTEPIERRE 2", adresse="3 AV MOLIERE")
    await poster(scene, numero, "verification")
    vue = await page(scene, numero)
    assert textes(vue, POURQUOI.format("etablissement")) == [
        "Pourquoi pas automatique : raison sociale proche, adresse différente."
    ]
    entetes = textes(vue, "//article[@id='bloc-etablissement']/div//thead//th")
    assert entetes[3] == f"Open Data ({aujourdhui() - timedelta(days=1):%d/%m/%Y})"
    assert (await poster(scene, numero, "cockpit/etablissement", champ="raison")).status_code == 303
    lieu = await site(scene.monde, HAUTEPIERRE)
    assert (lieu.raison_sociale, lieu.adresse) == ("HOPITAL HAUTEPIERRE 2", "1 AV MOLIERE")
    assert (await scene.monde.ligne(numero)).etablissement == "HOPITAL HAUTEPIERRE 2"
    assert (await poster(scene, numero, "cockpit/etablissement", champ="")).status_code == 303
    lieu = await site(scene.monde, HAUTEPIERRE)
    assert (lieu.adresse, lieu.registre_date) == ("3 AV MOLIERE", aujourdhui() - timedelta(days=1))
    assert (await blocs(scene, numero), await ecarts(scene.monde, numero)) == ([Validation.AUTO] * 3, [])
    faits = [(a.sujet, a.avant, a.apres) for a in await actes(scene.monde, numero) if a.action == "reprendre_registre"]
    assert faits[0] == (
        "etablissement", {"raison_sociale": "HOPITAL DE HAUTEPIERRE"}, {"raison_sociale": "HOPITAL HAUTEPIERRE 2"},
    )  # fmt: skip
    assert (await poster(scene, numero, "cockpit/etablissement", champ="")).status_code == 403  # nothing is left to take
    assert (await poster(scene, numero, "cockpit/terrain", champ="libelle")).status_code == 403  # no register knows of it
    assert (await poster(scene, numero, "cockpit/autre", champ="")).status_code == 404


async def test_a_person_of_the_register_too_is_written_from_it_alone(scene: Scene) -> None:
    numero = await choisie(scene, "TURKHEIM")
    await importer(scene)
    assert (await poster(scene, numero, "cockpit/rts", champ="nom")).status_code == 303
    async with scene.monde.sessions() as session:
        connue = (await session.scalars(select(Praticien).where(Praticien.rpps == scene.nadia.rpps))).one()
    assert (connue.nom, connue.recherche, (await blocs(scene, numero))[0]) == ("TURCKHEIM", "turckheim nadia", Validation.AUTO)


async def test_candidates_are_searched_and_one_is_linked(scene: Scene) -> None:
    monde = scene.monde
    numero = await monde.soumise(
        scene.nadia, scene.campagne, "ALLERGO", saisie_raison_sociale="Hautepierre", saisie_terrain="Allergologie",
        saisie_adresse="1 avenue Molière", saisie_code_postal="67200",
    )  # fmt: skip
    lieu = await site(monde, HAUTEPIERRE)
    unite = await terrain(monde, 41, "Unité d'allergologie", lieu.id, scene.nadia.rpps)
    vue = await page(scene, numero)
    assert textes(vue, POURQUOI.format("etablissement")) == [
        "Pourquoi pas automatique : aucune fiche du Cockpit ne correspond."
    ]
    propose = "//article[@id='bloc-etablissement']//section[@class='candidats']//li/span/strong"
    assert textes(vue, propose) == ["CENTRE D'HEMODIALYSE HAUTEPIERRE AURAL", "HOPITAL DE HAUTEPIERRE"]
    assert textes(await page(scene, numero, "?chercher_etablissement=endosav"), propose) == ["ENDOSAV"]
    await poster(scene, numero, "validations/terrain", acte="invalider", motif="Inconnu.")
    assert (await poster(scene, numero, "rattachements/terrain", fiche=unite)).status_code == 403  # not there yet
    for faux in ("0", "x", "99999999999", ""):
        assert (await poster(scene, numero, "rattachements/etablissement", fiche=faux)).status_code == 422
    assert (await poster(scene, numero, "rattachements/etablissement", fiche=2**31 - 1)).status_code == 403
    assert (await poster(scene, numero, "rattachements/etablissement", fiche=lieu.id)).status_code == 303
    choix = "//article[@id='bloc-terrain']//section[@class='candidats']//li/span/strong"
    for cherche in ("allergologie", scene.nadia.rpps):
        assert textes(await page(scene, numero, f"?chercher_terrain={cherche}"), choix) == ["Unité d'allergologie"]
    assert (await poster(scene, numero, "rattachements/terrain", fiche=unite)).status_code == 303
    d = await lire(monde, numero)
    assert (d.etablissement_id, d.terrain_id, d.saisie_raison_sociale) == (lieu.id, unite, "Hautepierre")
    assert await blocs(scene, numero) == [Validation.AUTO, Validation.NON_VALIDE, Validation.NON_VALIDE]  # no longer invalid
    assert (await scene.monde.ligne(numero)).terrain == "Unité d'allergologie"
    assert textes(await page(scene, numero), POURQUOI.format("terrain")) == [
        "Pourquoi pas automatique : terrain rattaché par la scolarité, libellé proche."
    ]
    faits = [a.apres for a in await actes(monde, numero) if a.action == "rattacher"]
    assert faits[1] == {"terrain_id": unite, "rattache": "n° 41 Unité d'allergologie", "validation_terrain": "NON_VALIDE"}


async def test_two_sites_of_one_siret_are_shown_and_none_is_taken(scene: Scene) -> None:
    async with scene.monde.base() as session:
        connu = (await session.scalars(select(Etablissement).where(Etablissement.siret == "43012923900017"))).one()
        commun = {c.name: getattr(connu, c.name) for c in Etablissement.__table__.columns if c.name not in ("id", "finess")}
        session.add(Etablissement(**commun, finess="670000017"))
    numero = await choisie_typee(scene)
    vue = await page(scene, numero)
    assert textes(vue, POURQUOI.format("etablissement"))[0].startswith(
        "Pourquoi pas automatique : 2 fiches du Cockpit correspondent"
    )
    assert len(textes(vue, "//article[@id='bloc-etablissement']//section[@class='candidats']//li")) == 2


async def test_a_correction_is_asked_of_the_field_that_differs(scene: Scene) -> None:
    numero = await choisie_typee(scene)
    vue = await page(scene, numero)
    liens = vue.text.count(f"/demandes/{numero}?remarque=champ%3Asaisie_adresse#retour")
    assert liens == 1
    ouverte = await page(scene, numero, "?remarque=champ:saisie_adresse")
    assert textes(ouverte, "//details[@open]/summary[.='Retourner incomplet']") == ["Retourner incomplet"]


async def test_the_rts_reads_what_he_said_and_nothing_of_the_checks(scene: Scene) -> None:
    numero = await choisie(scene, "Türckheim-Munster")
    assert "Türckheim-Munster" in (await page(scene, numero)).text
    nadia = await (await scene.monde.connecter(scene.nadia)).ouvrir(f"/demandes/{numero}")
    assert "Turckheim" in textes(nadia, "//article[@id='bloc-rts']")[0]
    for mot in ("Munster", "Pourquoi pas automatique", "Verdict", "Vérifier maintenant", "Vérifications"):
        assert mot not in nadia.text


@pytest.mark.parametrize("base", ["sqlite"], indirect=True)
async def test_the_page_costs_the_same_whatever_is_in_the_base(scene: Scene) -> None:
    numero, claire = await choisie(scene), await scene.monde.connecter(scene.claire)
    nombres = []
    for tour in range(3):
        await claire.ouvrir(f"/demandes/{numero}")
        with requetes(scene.monde.app.state.moteur) as vues:
            assert (await claire.ouvrir(f"/demandes/{numero}")).status_code == 200
        nombres.append(len(vues))
        await nommer(scene, "TURCKHEIM")
        for _ in range(2):
            await poster(scene, numero, "verification")
        await scene.monde.soumise(scene.omar, scene.campagne, "HGE", saisie_terrain=f"Terrain {tour}")
    assert nombres == [nombres[0]] * 3
    assert nombres[0] <= 48
