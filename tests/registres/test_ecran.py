"""The screen: who reads it, who imports, and the long work behind a deposit."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from app.core.journal import maintenant
from app.core.roles import Role
from app.core.templating import aujourdhui
from app.registres.depot import GENRE
from app.registres.models import CodeRegistre, EtatImport, ImportRegistre, Registre, RegistreSite
from app.travaux.models import EtatTravail, Travail
from tests.registres.outils import ALSACE, importer
from tests.support.application import fonction

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.application import Monde, Poste


async def _fini(poste: Poste, adresse: str) -> str:
    """Where the work leads when it is over."""
    for _ in range(400):
        reponse = await poste.ouvrir(adresse)
        if reponse.status_code == 303:
            return str(reponse.headers["location"])
        await asyncio.sleep(0.05)
    raise AssertionError(reponse.text)


async def _deposer(poste: Poste, fichier: Path, **champs: str) -> Any:
    with fichier.open("rb") as flux:
        return await poste.poster("/registres/imports", fichiers={"fichier": (fichier.name, flux)}, registre="FINESS", **champs)


async def test_scolarite_reads_and_only_the_administrator_imports(monde: Monde, sessions: Any) -> None:
    fait = await importer(sessions, ALSACE)
    attendus = {Role.ADMIN: (200, 422), Role.SCOL: (200, 403), Role.COORD: (404, 403), Role.MEMBRE: (404, 403)}
    for role, (lire, ecrire) in attendus.items():
        poste = await monde.connecter(await monde.personne(f"Une {role}", fonction(role)))
        vus = [(await poste.ouvrir(f"/registres{suite}")).status_code for suite in ("", f"/imports/{fait.id}", "/imports/999")]
        assert vus == [lire, lire, 404]
        assert ("Importer un registre" in (await poste.ouvrir("/registres")).text) is (role is Role.ADMIN)
        assert (await poste.poster("/registres/imports", registre="FINESS")).status_code == ecrire
    personne = await monde.connecter()
    assert (await _deposer(personne, ALSACE)).status_code == 302


async def test_deposit_is_imported_and_its_report_read(monde: Monde, tmp_path: Path) -> None:
    poste = await monde.connecter(await monde.personne("Hélène Marmoutier", fonction(Role.ADMIN)))
    refuse = await _deposer(poste, ALSACE)
    rapport = await _fini(poste, await _fini(poste, refuse.headers["location"]))
    page = (await poste.ouvrir(rapport)).text
    assert "moins que le minimum de 100000" in page
    force = await _deposer(poste, ALSACE, forcer="Extrait de <b>l'essai</b>")
    rapport = await _fini(poste, await _fini(poste, force.headers["location"]))
    page = (await poste.ouvrir(rapport)).text
    assert "Extrait de &lt;b&gt;l" in page
    assert "DERIVE-SAE2023-alsace-ardennes.json.gz" in page
    async with monde.base() as session:
        etats = list(await session.scalars(select(ImportRegistre.etat).order_by(ImportRegistre.id)))
        assert len(list(await session.scalars(select(RegistreSite.finess)))) == 117
        auteur = (await session.scalars(select(ImportRegistre.par_id).where(ImportRegistre.id == 2))).one()
    assert (etats, auteur) == ([EtatImport.REFUSE, EtatImport.FAIT], poste.droits.personne_id if poste.droits else 0)
    assert list((tmp_path / "imports").iterdir()) == []


async def test_whoever_is_no_longer_administrator_does_not_take_his_import_up_again(monde: Monde) -> None:
    poste = await monde.connecter(await monde.personne("Claire Rosheim", fonction(Role.SCOL)))
    async with monde.base() as session:
        quand = maintenant() - timedelta(minutes=5)
        travail = Travail(personne_id=poste.droits.personne_id if poste.droits else 0, genre=GENRE, libelle="Import", total=1,
                          etat=EtatTravail.EN_COURS, entree={}, cree_le=quand, vu_le=quand)  # fmt: skip
        session.add(travail)
    assert (await poste.poster(f"/travaux/{travail.id}/reprise")).status_code == 403


async def test_name_of_a_deposit_is_no_path(monde: Monde, tmp_path: Path) -> None:
    poste = await monde.connecter(await monde.personne("Hélène Marmoutier", fonction(Role.ADMIN)))
    nom = "../../\x1b[31m<script>évil.json"
    reponse = await poste.poster("/registres/imports", fichiers={"fichier": (nom, b"")}, registre="FINESS")
    rapport = await _fini(poste, await _fini(poste, reponse.headers["location"]))
    page = (await poste.ouvrir(rapport)).text
    assert "Le fichier est vide" in page
    assert "script_" in page
    assert {p.name for p in tmp_path.iterdir() if p.is_dir()} == {"imports"}


async def test_old_register_is_told(monde: Monde, sessions: Any) -> None:
    await importer(sessions, ALSACE)
    poste = await monde.connecter(await monde.personne("Odile Brunstatt", fonction(Role.SCOL)))
    for age, dit in ((45, False), (46, True)):
        async with monde.base() as session:
            jour = aujourdhui() - timedelta(days=age)
            await session.execute(update(Registre).where(Registre.code == CodeRegistre.FINESS).values(date_registre=jour))
        assert (f"Ce registre a {age} jours" in (await poste.ouvrir("/registres")).text) is dit
