"""Submitting: what is missing, when it is too late, what would be a duplicate, what is frozen and what is validated."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from app.agrements.models import Agrement, StatutAgrement, TypeAgrement
from app.campagnes.models import Campagne
from app.core.templating import aujourdhui, jour
from app.demandes.models import Choix, Demande, Retour, VersionDossier
from app.demandes.saisie.regles import fermeture
from app.demandes.statuts import Statut, Validation
from app.referentiel.models import Praticien
from tests.demandes.outils import arbre, etat, lire, saisie_de, site, terrain, textes

if TYPE_CHECKING:
    from app.comptes.models import Personne
    from tests.demandes.conftest import Scene

ALERTE = "//section[@role='alert']//li"


async def soumettre(scene: Scene, numero: int, qui: Personne | None = None, **valeurs: Any) -> Any:
    """Post the form as it is, with *valeurs*."""
    poste = await scene.monde.connecter(qui or scene.nadia)
    return await poste.poster(f"/demandes/{numero}/soumission", **await saisie_de(poste, numero) | valeurs)


async def acte(scene: Scene, numero: int, verbe: str, **valeurs: Any) -> None:
    """An act of the scolarité, up to date."""
    version = (await lire(scene.monde, numero)).version
    reponse = await (await scene.monde.connecter(scene.claire)).poster(
        f"/demandes/{numero}/{verbe}", version=version, **valeurs
    )
    assert (verbe, reponse.status_code) == (verbe, 303)


async def test_submitting_says_everything_that_is_missing_and_links_to_it(scene: Scene) -> None:
    monde, nadia = scene.monde, await scene.monde.connecter(scene.nadia)
    reponse = await nadia.poster("/demandes", campagne=scene.campagne.id, formation="ALLERGO", type="DEROGATION")
    numero = int(reponse.headers["location"].split("/")[2])
    manque = await soumettre(scene, numero)
    assert manque.status_code == 422
    liens = [(a.get("href"), a.text_content()) for a in arbre(manque).xpath(ALERTE + "/a")]
    assert liens == [
        ("#email", "Indiquez votre adresse électronique : la scolarité vous répond par elle."),
        ("#choix", "Indiquez où se trouve le terrain : établissement, cabinet, ou lieu absent du registre."),
        ("#terrain", "Choisissez le terrain dans la liste, ou nommez-le."),
        ("#phases", "Cochez au moins une phase."),
        ("#justification", "Justifiez la dérogation : pourquoi ce terrain n'a pas d'agrément principal."),
        ("#capacite", "Indiquez la capacité d'accueil (nombre d'internes)."),
        ("#projet", "Décrivez le projet pédagogique."),
    ]
    identifiants = set(arbre(manque).xpath("//@id"))
    assert {lien.removeprefix("#") for lien, _ in liens} <= identifiants
    registre = await soumettre(scene, numero, choix="REGISTRE", email="nadia")
    assert textes(registre, ALERTE)[:2] == [
        "Cette adresse électronique est incomplète : attendu prenom.nom@exemple.fr.",
        "Choisissez votre établissement dans le registre.",
    ]
    demande = await lire(monde, numero)
    assert (demande.statut, demande.depots, demande.email) == (Statut.EN_SAISIE, 0, "nadia")  # kept, not submitted


def test_the_deposit_closes_and_a_returned_dossier_has_its_own_deadline() -> None:
    le = aujourdhui()
    campagne = Campagne(ouverture=le, cloture_depot=le + timedelta(days=2))
    retour = Retour(echeance=le + timedelta(days=9))
    for n, sans, avec in ((-1, "ouvre", None), (0, None, None), (2, None, None), (3, "terminé", None), (9, "terminé", None)):
        quand = le + timedelta(days=n)
        assert (sans or "") in (fermeture(campagne, None, quand) or "")
        assert (fermeture(campagne, None, quand) is None) == (sans is None)
        assert fermeture(campagne, retour, quand) == avec
    trop_tard = le + timedelta(days=10)
    assert fermeture(campagne, retour, trop_tard) == (
        f"Le délai accordé pour compléter ce dossier s'est terminé le {jour(retour.echeance)}. Contactez la scolarité."
    )


async def test_after_the_deposit_only_a_returned_dossier_is_submitted_until_its_deadline(scene: Scene) -> None:
    monde = scene.monde
    rendu = await monde.soumise(scene.nadia, scene.campagne, "ALLERGO", saisie_terrain="Rendu")
    jamais = await monde.brouillon(scene.nadia, scene.campagne, "ALLERGO", saisie_terrain="Jamais soumis")
    soumis = await monde.soumise(scene.nadia, scene.campagne, "HGE")
    await acte(scene, rendu, "retour", motifs=["INC_02"], echeance=(aujourdhui() + timedelta(days=3)).isoformat())
    hier = aujourdhui() - timedelta(days=1)
    async with monde.base() as session:
        await session.execute(update(Campagne).values(cloture_depot=hier))
    avant = await etat(monde, jamais)
    refus = await soumettre(scene, jamais)
    assert (refus.status_code, f"Le dépôt des demandes s&#39;est terminé le {jour(hier)}." in refus.text) == (422, True)
    assert arbre(refus).xpath("//button[@disabled]/text()") == ["Soumettre la demande"]
    assert await etat(monde, jamais) == avant
    nadia = await monde.connecter(scene.nadia)
    reprise = await nadia.poster(f"/demandes/{soumis}/reprise", version=(await lire(monde, soumis)).version)
    assert (reprise.status_code, (await lire(monde, soumis)).statut) == (403, Statut.EN_VALIDATION)
    async with monde.base() as session:
        await session.execute(update(Retour).values(echeance=hier))
    assert (await soumettre(scene, rendu)).status_code == 422
    async with monde.base() as session:
        await session.execute(update(Retour).values(echeance=aujourdhui()))
    assert (await soumettre(scene, rendu)).status_code == 303
    async with monde.sessions() as session:
        (retour,) = list(await session.scalars(select(Retour)))
    assert (retour.motifs, retour.clos_le is not None, retour.par_id) == (["INC_02"], True, scene.claire.id)  # closed, kept


async def test_the_same_demande_is_open_once(scene: Scene) -> None:
    """R20: same RTS, terrain, formation and campaign, whether the terrain is named or picked."""
    monde = scene.monde
    lieu = await site(monde, "670783273")
    unite = await terrain(monde, 41, "Unité d'allergologie", lieu.id)
    au_registre = {"choix": Choix.REGISTRE, "etablissement_id": lieu.id}
    premiere = await monde.soumise(scene.nadia, scene.campagne, "ALLERGO", **au_registre, saisie_terrain="Unité d'Allergologie")
    meme_nom = {**au_registre, "saisie_terrain": "UNITE D'ALLERGOLOGIE"}
    choisi = {**au_registre, "saisie_terrain": "", "terrain_id": unite}
    for valeurs in (meme_nom, choisi):
        double = await monde.brouillon(scene.nadia, scene.campagne, "ALLERGO", **valeurs)
        reponse = await soumettre(scene, double)
        dit = f"La demande n° {premiere} porte déjà sur ce terrain et cette formation dans cette campagne."
        assert (reponse.status_code, textes(reponse, ALERTE)) == (422, [f"{dit} Voir cette demande"])
        assert arbre(reponse).xpath("//a[text()='Voir cette demande']/@href") == [f"/demandes/{premiere}"]
    odile = await site(monde, "670780386")
    autres = await monde.campagne("ALLERGO", subdivision="NANCY")
    for qui, campagne, formation, valeurs in (
        (scene.omar, scene.campagne, "ALLERGO", meme_nom),  # another RTS
        (scene.nadia, scene.campagne, "HGE", meme_nom),  # another formation
        (scene.nadia, autres, "ALLERGO", meme_nom),  # another campaign
        (scene.nadia, scene.campagne, "ALLERGO", {**au_registre, "saisie_terrain": "Consultation"}),  # another terrain
        (scene.nadia, scene.campagne, "ALLERGO", {**meme_nom, "etablissement_id": odile.id}),  # the same name elsewhere
    ):
        numero = await monde.brouillon(qui, campagne, formation, **valeurs)
        assert (await soumettre(scene, numero, qui)).status_code == 303
    await acte(scene, premiere, "refus", motif_refus="REF_S_01", precision="")
    assert (await soumettre(scene, double)).status_code == 303  # refused: it is open no more


async def test_a_complement_without_its_principal_is_a_derogation(scene: Scene) -> None:
    """R15; what a séance has decided and not published does not show through it."""
    monde = scene.monde
    lieu = await site(monde, "670783273")
    unite = await terrain(monde, 41, "Unité", lieu.id)
    ou = {"choix": Choix.REGISTRE, "etablissement_id": lieu.id, "saisie_terrain": "", "terrain_id": unite}
    numero = await monde.brouillon(scene.nadia, scene.campagne, "FST24", **ou)
    refus = await soumettre(scene, numero, type="COMPLEMENT")
    dit = "Ce terrain n'a pas d'agrément principal à votre nom : choisissez « Dérogation » et justifiez-la."
    assert (refus.status_code, textes(refus, ALERTE)) == (422, [dit])
    sans = await soumettre(scene, numero, type="DEROGATION")
    assert textes(sans, ALERTE) == ["Justifiez la dérogation : pourquoi ce terrain n'a pas d'agrément principal."]
    avec = await soumettre(scene, numero, type="DEROGATION", justification="Capacités insuffisantes.")
    assert (avec.status_code, (await monde.ligne(numero)).type) == (303, TypeAgrement.COMPLEMENTAIRE)
    await acte(scene, numero, "refus", motif_refus="REF_S_01", precision="")
    complement = await monde.brouillon(scene.nadia, scene.campagne, "FST24", **ou)
    assert (await soumettre(scene, complement, type="COMPLEMENT")).status_code == 422
    await monde.soumise(scene.nadia, scene.campagne, "ALLERGO", **ou)  # the principal is asked for
    assert (await soumettre(scene, complement, type="COMPLEMENT")).status_code == 303


async def test_an_agrement_in_force_is_told_and_not_refused(scene: Scene) -> None:
    monde, fin = scene.monde, scene.campagne.debut_agrements + timedelta(days=300)
    lieu = await site(monde, "670783273")
    unite = await terrain(monde, 41, "Unité", lieu.id)
    async with monde.base() as session:
        session.add(
            Agrement(
                rpps=scene.nadia.rpps, terrain_id=unite, formation="ALLERGO", subdivision="STRASBOURG", phases="S", fin=fin,
                type=TypeAgrement.PRINCIPAL, statut=StatutAgrement.ACTIF, debut=fin - timedelta(days=1800),
            )
        )  # fmt: skip
    ou = {"choix": Choix.REGISTRE, "etablissement_id": lieu.id, "saisie_terrain": "", "terrain_id": unite}
    numero = await monde.brouillon(scene.nadia, scene.campagne, "ALLERGO", **ou)
    page = await (await monde.connecter(scene.nadia)).ouvrir(f"/demandes/{numero}/saisie")
    assert f"jusqu'au {jour(fin)}" in " ".join(textes(page, "//p[@class='message-info']"))
    assert (await soumettre(scene, numero)).status_code == 303


async def test_a_human_validation_stands_until_the_data_of_its_block_changes(scene: Scene) -> None:
    """The machine never overwrites it; each submission is a version frozen with its verdicts (R2)."""
    monde = scene.monde
    numero = await monde.soumise(scene.nadia, scene.campagne, "ALLERGO")

    async def blocs() -> list[Validation]:
        d = await lire(monde, numero)
        return [d.validation_rts, d.validation_etablissement, d.validation_terrain]

    async def rendre_et_soumettre(**valeurs: Any) -> None:
        await acte(scene, numero, "retour", motifs=["INC_02"], echeance="2099-01-31")
        assert (await soumettre(scene, numero, **valeurs)).status_code == 303

    assert await blocs() == [Validation.AUTO, Validation.NON_VALIDE, Validation.NON_VALIDE]
    await acte(scene, numero, "validations/etablissement", acte="valider", motif="Vu.")
    await acte(scene, numero, "validations/terrain", acte="invalider", motif="Inconnu.")
    await acte(scene, numero, "validations/rts", acte="invalider", motif="Homonyme.")
    await rendre_et_soumettre(projet="Actualisé", capacite="3")
    assert await blocs() == [Validation.INVALIDE, Validation.MANUEL, Validation.INVALIDE]
    await rendre_et_soumettre(saisie_terrain_description="Au troisième étage")
    assert await blocs() == [Validation.INVALIDE, Validation.MANUEL, Validation.NON_VALIDE]
    await acte(scene, numero, "validations/terrain", acte="valider", motif="Vu.")
    await rendre_et_soumettre(saisie_raison_sociale="Maison de santé du Rhin")
    assert await blocs() == [Validation.INVALIDE, Validation.NON_VALIDE, Validation.NON_VALIDE]  # the same name elsewhere
    lieu = await site(monde, "670783273")
    await rendre_et_soumettre(choix="REGISTRE", etablissement_id=str(lieu.id), terrain="nouveau")
    assert await blocs() == [Validation.INVALIDE, Validation.AUTO, Validation.NON_VALIDE]
    async with monde.sessions() as session:
        versions = list(await session.scalars(select(VersionDossier).order_by(VersionDossier.numero)))
    assert [(v.numero, v.contenu["projet"], v.contenu["saisie_raison_sociale"]) for v in versions] == [
        (1, "Accueil et encadrement.", "Maison de santé"), (2, "Actualisé", "Maison de santé"),
        (3, "Actualisé", "Maison de santé"), (4, "Actualisé", "Maison de santé du Rhin"), (5, "Actualisé", ""),
    ]  # fmt: skip
    bloquants = [x for x in versions[4].comparaison["etablissement"]["lignes"] if x["bloquant"]]
    assert {x["champ"]: x["verdict"] for x in bloquants} == dict.fromkeys(("finess", "raison", "commune", "voie"), "ISO")
    assert (await lire(monde, numero)).depots == 5


async def test_the_block_of_the_rts_compares_with_the_register_as_it_is_now(scene: Scene) -> None:
    monde = scene.monde

    async def inscrire(**valeurs: Any) -> None:
        async with monde.base() as session:
            await session.execute(update(Praticien).where(Praticien.rpps == scene.nadia.rpps).values(**valeurs))

    numeros = [await monde.brouillon(scene.nadia, scene.campagne, "ALLERGO", saisie_terrain=f"T{n}") for n in range(5)]
    for numero, nom, prenom, attendu in zip(
        numeros,
        ("TURCKHEIM", "Türckheim ", "Turckheim-Munster", "Turckheim"),
        ("NADIA", "Nadia", "Nadia", "Nadja"),
        (Validation.AUTO, Validation.AUTO, Validation.NON_VALIDE, Validation.NON_VALIDE),
        strict=False,
    ):
        await inscrire(nom=nom, prenom=prenom)
        assert (await soumettre(scene, numero)).status_code == 303
        assert (nom, (await lire(monde, numero)).validation_rts) == (nom, attendu)
    await inscrire(actif=False)  # no RTS any more
    nadia = await monde.connecter(scene.nadia)
    assert (await nadia.poster(f"/demandes/{numeros[4]}/soumission", version=2)).status_code == 404
    assert (await nadia.ouvrir("/tableau-de-bord")).status_code == 403


async def test_two_drafts_of_the_same_demande_submitted_at_once_leave_one_open(scene: Scene) -> None:
    monde = scene.monde
    numeros = [await monde.brouillon(scene.nadia, scene.campagne, "ALLERGO") for _ in range(3)]
    postes = [await monde.connecter(scene.nadia) for _ in numeros]
    saisies = [await saisie_de(p, n) for p, n in zip(postes, numeros, strict=True)]
    recues = await asyncio.gather(
        *[p.poster(f"/demandes/{n}/soumission", **s) for p, n, s in zip(postes, numeros, saisies, strict=True)]
    )
    assert [r.status_code for r in recues].count(303) == 1
    assert {r.status_code for r in recues} <= {303, 409, 422}
    async with monde.sessions() as session:
        statuts = list(await session.scalars(select(Demande.statut).order_by(Demande.id)))
        figees = list(await session.scalars(select(VersionDossier.numero)))
    assert (statuts.count(Statut.EN_VALIDATION), statuts.count(Statut.EN_SAISIE), figees) == (1, 2, [1])
