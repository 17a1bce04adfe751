"""The dossiers where the same difference stands: previewed, validated as one, undone as one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from app.demandes.models import Demande
from app.demandes.rapprochement.blocs import comparer_faits
from app.demandes.rapprochement.semblables import signature
from app.demandes.statuts import Bloc, Validation
from app.referentiel.models import Praticien
from app.travaux.models import EtatTravail, Travail
from tests.demandes.faits_iso import demande, faits, lieu, praticien, typee
from tests.demandes.outils import actes, lire, textes

if TYPE_CHECKING:
    from tests.demandes.conftest import Scene
    from tests.support.application import Poste

LIEN = "//article[@id='bloc-rts']//p[@class='semblables']/a"


def _marque(bloc: Bloc, **autres: Any) -> str:
    return signature(bloc, comparer_faits(faits(**autres))[bloc])


def test_only_close_differences_are_alike() -> None:
    double = praticien(nom="TURCKHEIM-MUNSTER")
    assert _marque(Bloc.RTS) == ""
    assert _marque(Bloc.RTS, praticien=praticien(nom="MUNSTER")) == ""
    assert _marque(Bloc.RTS, praticien=praticien(nom="TURCKHEIM-MUNSTER", savoir_faire=["SM10"])) == ""
    assert _marque(Bloc.RTS, praticien=double) != ""
    # Another person with half of his double name is alike; half of a first name is something else.
    omar = demande(nom="Wittenheim", prenom="Omar")
    assert _marque(Bloc.RTS, demande=omar, praticien=praticien(nom="WITTENHEIM-ROTH", prenom="OMAR")) == _marque(
        Bloc.RTS, praticien=double
    )
    assert _marque(Bloc.RTS, praticien=praticien(prenom="NADIA LEILA")) != _marque(Bloc.RTS, praticien=double)


def test_a_place_is_alike_between_the_same_values() -> None:
    sans_numero = _marque(Bloc.ETABLISSEMENT, demande=typee(saisie_adresse="avenue Molière"))
    assert sans_numero != ""
    assert sans_numero == _marque(Bloc.ETABLISSEMENT, demande=typee(saisie_adresse="Av. MOLIÈRE"))
    ailleurs = {"demande": typee(saisie_adresse="rue Kant"), "lieux": [lieu(adresse="4 rue Kant")]}
    assert sans_numero != _marque(Bloc.ETABLISSEMENT, **ailleurs)
    assert _marque(Bloc.ETABLISSEMENT, demande=typee(saisie_adresse="avenue Molière"), lieux=[lieu(), lieu(id=8)]) == ""


async def doubler(scene: Scene, *noms: str) -> None:
    """The register knows both RTS under a double name."""
    async with scene.monde.base() as session:
        for qui, nom in zip((scene.nadia, scene.omar), noms, strict=True):
            await session.execute(update(Praticien).where(Praticien.rpps == qui.rpps).values(nom=nom))


async def trois(scene: Scene) -> list[int]:
    """Two dossiers of Nadia and one of Omar, whose names were single when they were typed."""
    monde = scene.monde
    numeros = [
        await monde.soumise(scene.nadia, scene.campagne, "ALLERGO"),
        await monde.soumise(scene.omar, scene.campagne, "ALLERGO"),
        await monde.soumise(scene.nadia, scene.campagne, "HGE"),
    ]
    await doubler(scene, "TURCKHEIM-MUNSTER", "WITTENHEIM-ROTH")
    claire = await monde.connecter(scene.claire)
    for numero in numeros:
        version = (await lire(monde, numero)).version
        assert (await claire.poster(f"/demandes/{numero}/verification", version=version)).status_code == 303
    return numeros


async def etats(scene: Scene, numeros: list[int]) -> list[Validation]:
    """Of the RTS's block."""
    async with scene.monde.sessions() as session:
        lus = {d.id: d.validation_rts for d in await session.scalars(select(Demande).where(Demande.id.in_(numeros)))}
    return [lus[n] for n in numeros]


async def fini(scene: Scene) -> Travail:
    """The batch, once it is over."""
    for _ in range(200):
        async with scene.monde.sessions() as session:
            travail = (await session.scalars(select(Travail).order_by(Travail.id.desc()))).first()
        if travail and travail.etat is EtatTravail.FINI:
            return travail
        await asyncio.sleep(0.05)
    raise AssertionError


async def cles(scene: Scene, numeros: list[int]) -> list[str]:
    """What the preview's boxes carry."""
    return [f"{n}.{(await lire(scene.monde, n)).version}" for n in numeros]


async def test_the_others_are_counted_previewed_validated_and_undone_as_one(scene: Scene) -> None:
    numeros, claire = await trois(scene), await scene.monde.connecter(scene.claire)
    assert textes(await claire.ouvrir(f"/demandes/{numeros[0]}"), LIEN) == [
        "Les 2 autres dossiers où la même différence se trouve"
    ]
    adresse = f"/demandes/{numeros[0]}/semblables/rts"
    vue = await claire.ouvrir(adresse)
    assert [x.split(" Nom ")[0] for x in textes(vue, "//tbody/tr")] == [
        f"n° {numeros[0]} Nadia Turckheim", f"n° {numeros[1]} Omar Wittenheim", f"n° {numeros[2]} Nadia Turckheim",
    ]  # fmt: skip
    assert vue.text.count(" checked") == 3
    assert await etats(scene, numeros) == [Validation.NON_VALIDE] * 3  # a preview writes nothing
    lus = await cles(scene, numeros)
    await touche(scene, claire, numeros[2])
    fait = await claire.poster(adresse, demandes=lus, motif="Nom d'usage.")
    assert fait.status_code == 303
    travail = await fini(scene)
    assert (travail.resultat or {})["faits"] == numeros[:2]  # the third one moved between the preview and the act
    assert await etats(scene, numeros) == [Validation.MANUEL, Validation.MANUEL, Validation.NON_VALIDE]
    acte = (await actes(scene.monde, numeros[1]))[-1]
    assert (acte.action, acte.auteur, acte.motif, acte.lot) == ("valider_bloc", "Claire Rosheim", "Nom d'usage.", travail.id)
    await touche(scene, claire, numeros[0])
    avant = await actes(scene.monde, numeros[1])
    doubles = await asyncio.gather(*(claire.poster(f"/verifications/lots/{travail.id}/annulation") for _ in range(2)))
    assert sorted(r.status_code for r in doubles) == [303, 409]  # pressed twice, done once
    assert await etats(scene, numeros) == [Validation.MANUEL, Validation.NON_VALIDE, Validation.NON_VALIDE]
    assert len(await actes(scene.monde, numeros[1])) == len(avant) + 1
    bilan = textes(await claire.ouvrir(f"/verifications/lots/{travail.id}"), "//main//p[@role='status']")
    assert bilan[1] == f"Lot annulé : 1 dossier de nouveau à valider. Modifiés depuis, et laissés tels quels : n° {numeros[0]}."
    assert (await claire.poster(f"/verifications/lots/{travail.id}/annulation")).status_code == 409


async def touche(scene: Scene, claire: Poste, numero: int) -> None:
    """Somebody writes the dossier."""
    version = (await lire(scene.monde, numero)).version
    faite = await claire.poster(f"/demandes/{numero}/validations/terrain", version=version, acte="valider", motif="Vu.")
    assert faite.status_code == 303


@pytest.mark.parametrize("base", ["sqlite"], indirect=True)
async def test_nobody_validates_what_is_not_his_or_not_there(scene: Scene) -> None:
    numeros, claire = await trois(scene), await scene.monde.connecter(scene.claire)
    adresse = f"/demandes/{numeros[0]}/semblables/rts"
    rien = await claire.poster(adresse, demandes=["999.1", f"{numeros[1]}.1"])
    assert (rien.status_code, "Cochez au moins un dossier" in rien.text) == (422, True)
    assert (await claire.ouvrir(f"/demandes/{numeros[0]}/semblables/autre")).status_code == 404
    nadia, rose = await scene.monde.connecter(scene.nadia), await scene.monde.connecter(scene.rose)
    lus = await cles(scene, numeros)
    for poste, attendu in ((nadia, 403), (rose, 404)):
        assert (await poste.ouvrir(adresse)).status_code == attendu
        assert (await poste.poster(adresse, demandes=lus)).status_code == attendu
    assert await etats(scene, numeros) == [Validation.NON_VALIDE] * 3
    await claire.poster(adresse, demandes=lus)
    travail = await fini(scene)
    assert (await rose.ouvrir(f"/verifications/lots/{travail.id}")).status_code == 404
    assert (await rose.poster(f"/verifications/lots/{travail.id}/annulation")).status_code == 404
