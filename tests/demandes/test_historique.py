"""The journal on the dossier: who, when, before, after, why; as far as the matrix lets each reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.core.roles import Role
from app.core.templating import instant
from tests.demandes.outils import PDF, actes, lire, saisie_de, textes
from tests.support.application import fonction

if TYPE_CHECKING:
    from app.comptes.models import Personne
    from tests.demandes.conftest import Scene


async def lus(scene: Scene, qui: Personne, numero: int) -> list[str]:
    """The history that *qui* reads, oldest first, without the date."""
    page = await (await scene.monde.connecter(qui)).ouvrir(f"/demandes/{numero}")
    assert page.status_code == 200
    dates = [" ".join(instant(a.quand).split()) for a in await actes(scene.monde, numero)]
    faits = textes(page, "//details[@class='historique']//li")
    assert all(any(d in f for d in dates) for f in faits)
    for d in dates:
        faits = [f.replace(f", {d}", "") for f in faits]
    return faits[::-1]


async def _parcourir(scene: Scene) -> int:
    """A dossier with one act of each kind."""
    monde = scene.monde
    nadia, claire = await monde.connecter(scene.nadia), await monde.connecter(scene.claire)
    numero = await monde.brouillon(scene.nadia, scene.campagne, "ALLERGO")

    async def faire(poste: Any, verbe: str, **valeurs: Any) -> None:
        version = (await lire(monde, numero)).version
        reponse = await poste.poster(f"/demandes/{numero}/{verbe}", **{"version": version, **valeurs})
        assert (verbe, reponse.status_code) == (verbe, 303)

    await faire(nadia, "saisie", **await saisie_de(nadia, numero) | {"projet": "Secret de brouillon", "email": "n@exemple.fr"})
    await faire(nadia, "saisie", **await saisie_de(nadia, numero), fichiers={"piece": ("projet.pdf", PDF)})
    assert (await claire.ouvrir(f"/demandes/{numero}")).status_code == 200  # reads the draft, to help
    await faire(nadia, "soumission")
    assert (await claire.ouvrir(f"/demandes/{numero}")).status_code == 200
    await faire(claire, "retour", motifs=["INC_02"], commentaire="Le CV.", echeance="2099-01-31")
    await faire(nadia, "soumission")
    await faire(claire, "validations/terrain", acte="invalider", motif="Inconnu.")
    await faire(claire, "validations/terrain", acte="valider", motif="Appelé.")
    await faire(claire, "validations/etablissement", acte="valider", motif="Vu.")
    await faire(claire, "validation-administrative")
    await faire(claire, "reouverture", motif_reouverture="Erreur.")
    await faire(claire, "validation-administrative")
    return numero


DE_NADIA = [
    "Demande créée — Nadia Turckheim — → En cours de saisie, Allergologie",
    "Dossier modifié — Nadia Turckheim — → Adresse électronique, Projet pédagogique",
    "Pièce jointe — Nadia Turckheim — → projet.pdf",
    (
        "Demande soumise — Nadia Turckheim En cours de saisie → En cours de validation, "
        "Responsable terrain de stage : Validé automatiquement, Etablissement : Non validé, Terrain : Non validé"
    ),
]
TUE = "Demande soumise — Nadia Turckheim En cours de saisie → En cours de validation"  # the blocks are not for their author


async def test_every_act_is_readable_on_the_dossier_by_whoever_may(scene: Scene) -> None:
    """R24. The scolarité, the président, the ARS and the administrator read it all; the RTS his own acts; others nothing."""
    monde, numero = scene.monde, await _parcourir(scene)
    tout = [
        *DE_NADIA[:3],
        "Brouillon consulté par la scolarité — Claire Rosheim",
        DE_NADIA[3],
        (
            "Retournée incomplète — Claire Rosheim En cours de validation → En cours de saisie, à compléter avant le "
            "samedi 31 janvier 2099 Motif : Projet pédagogique absent ou non actualisé — Le CV."
        ),
        DE_NADIA[3],
        "Bloc invalidé — Claire Rosheim Terrain : Non validé → Terrain : Invalidé Motif : Inconnu.",
        "Bloc validé manuellement — Claire Rosheim Terrain : Invalidé → Terrain : Validé manuellement Motif : Appelé.",
        "Bloc validé manuellement — Claire Rosheim Etablissement : Non validé → Etablissement : Validé manuellement Motif : Vu.",
        "Validée administrativement — Claire Rosheim En cours de validation → Validé administrativement",
        "Rouverte — Claire Rosheim Validé administrativement → En cours de validation Motif : Erreur.",
        "Validée administrativement — Claire Rosheim En cours de validation → Validé administrativement",
    ]
    assert await lus(scene, scene.claire, numero) == tout
    assert await lus(scene, scene.nadia, numero) == [*DE_NADIA[:3], TUE, TUE]
    for role in (Role.PRES, Role.ARS, Role.ADMIN):
        assert await lus(scene, await monde.personne(f"Une {role}", fonction(role)), numero) == tout
    for role in (Role.COORD, Role.REP, Role.MEMBRE):
        assert await lus(scene, await monde.personne(f"Un {role}", fonction(role)), numero) == []
    assert all("Secret de brouillon" not in str((a.avant, a.apres, a.motif)) for a in await actes(monde, numero))


async def test_the_rts_reads_his_own_acts_only_even_where_he_has_a_function(scene: Scene) -> None:
    """On his own demande he is the RTS and nothing else: déport wins."""
    monde = scene.monde
    scene.nadia.fonctions.append(fonction(Role.PRES))
    async with monde.base() as session:
        await session.merge(scene.nadia)
    numero = await _parcourir(scene)
    assert await lus(scene, scene.nadia, numero) == [*DE_NADIA[:3], TUE, TUE]


async def test_an_opinion_is_in_the_history_only_of_whoever_may_read_it(scene: Scene) -> None:
    monde = scene.monde
    lea = await monde.personne("Léa Haguenau", fonction(Role.COORD, "ALLERGO"))
    double = await monde.personne("Max Kehl", fonction(Role.PRES), fonction(Role.REP))  # may opine: blind before the séance
    pres = await monde.personne("Hélène Marmoutier", fonction(Role.PRES))
    ars = await monde.personne("Denis Soultz", fonction(Role.ARS))
    numero = await monde.validee(scene.nadia, scene.campagne, "ALLERGO", scol=scene.claire)
    poste = await monde.connecter(lea)
    fait = await poste.poster(
        f"/lignes/{(await monde.ligne(numero)).id}/avis-coordonnateur", sens="REFUSE", motif="REF_C_02",
        motif_texte="Deux seniors.", commentaire="Entre nous.", version=0, retour="/",
    )  # fmt: skip
    assert fait.status_code == 303
    avis = "Avis du coordonnateur — Léa Haguenau"
    for qui, attendu in ((scene.claire, 2), (pres, 2), (double, 0), (ars, 0), (scene.nadia, 0)):
        vus = " ".join(await lus(scene, qui, numero))
        assert (qui.nom, (avis in vus) + ("Entre nous." in vus)) == (qui.nom, attendu)
        assert "Demande soumise" in vus
    seance = await monde.seance("ALLERGO", scol=scene.claire)
    await monde.ouvrir(seance, pres=pres)
    for qui, attendu in ((scene.claire, 2), (pres, 2), (double, 2), (ars, 1), (scene.nadia, 0)):
        vus = " ".join(await lus(scene, qui, numero))
        assert (qui.nom, (avis in vus) + ("Entre nous." in vus)) == (qui.nom, attendu)
