"""What a campaign asks for, the reasons that it offers, its notice before it is read, and the copy for the next year."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from app.campagnes.forms import un_an_apres
from app.campagnes.models import Campagne, CampagneMotif
from app.campagnes.queries import libelles_motifs, motifs_de, pieces_demandees
from app.core.journal import Journal
from app.core.roles import Role
from app.referentiel import queries as referentiel
from tests.campagnes.outils import BONNE, NADIA, champs, creer, dans, erreurs
from tests.support.application import fonction

if TYPE_CHECKING:
    from tests.support.application import Monde


@pytest.fixture
async def claire(monde: Monde) -> Any:
    """The scolarité of Strasbourg, signed in."""
    return await monde.connecter(await monde.personne("Claire Rosheim", fonction(Role.SCOL)))


async def modifier(poste: Any, numero: int, **valeurs: Any) -> None:
    """Change a campaign through its form as it stands."""
    lus = champs(await poste.ouvrir(f"/campagnes/{numero}/modification"))
    for nom in [n for n, v in valeurs.items() if v is None]:
        lus.pop(nom, None)
    posees = {n: v for n, v in valeurs.items() if v is not None}
    reponse = await poste.poster(f"/campagnes/{numero}/modification", **lus | posees)
    assert reponse.status_code == 303, erreurs(reponse)


async def offerts(monde: Monde, numero: int, contexte: str) -> list[tuple[str, bool]]:
    """Label, and whether a comment is compulsory."""
    async with monde.sessions() as session:
        return [(m.libelle, m.commentaire_obligatoire) for m in await motifs_de(session, numero, contexte)]


async def test_a_campaign_offers_the_whole_list_until_some_are_ticked_and_its_own_beside(monde: Monde, claire: Any) -> None:
    numero = await creer(monde, claire)
    async with monde.sessions() as session:
        tous = [(m.libelle, m.commentaire_obligatoire) for m in await referentiel.motifs(session, "INCOMPLET")]
    assert await offerts(monde, numero, "INCOMPLET") == tous
    await modifier(claire, numero, propre_INCOMPLET_0="Convention  manquante", propre_INCOMPLET_0_commentaire="1")
    assert await offerts(monde, numero, "INCOMPLET") == [*tous, ("Convention manquante", True)]
    await modifier(claire, numero, motifs_INCOMPLET=["INC_10", "INC_02", "REF_S_01", "INCONNU"])
    attendus = [("Projet pédagogique absent ou non actualisé", False), ("Pièce illisible, vide ou au mauvais format", False)]
    assert await offerts(monde, numero, "INCOMPLET") == [*attendus, ("Convention manquante", True)]
    refus = [libelle for libelle, _ in await offerts(monde, numero, "REFUS_SCOLARITE")]
    assert (len(refus), "Agrément en cours" in refus) == (8, True)


async def test_an_own_reason_keeps_its_code_and_its_words_once_withdrawn(monde: Monde, claire: Any) -> None:
    numero = await creer(monde, claire, propre_INCOMPLET_0="Convention manquante")
    async with monde.sessions() as session:
        (code,) = [m.code for m in await motifs_de(session, numero, "INCOMPLET") if m.code.startswith("C")]
    await modifier(claire, numero, libelle="Autre nom")
    async with monde.sessions() as session:
        assert code in {m.code for m in await motifs_de(session, numero, "INCOMPLET")}
    await modifier(claire, numero, propre_INCOMPLET_0="")
    async with monde.sessions() as session:
        assert code not in {m.code for m in await motifs_de(session, numero, "INCOMPLET")}
        assert (await libelles_motifs(session))[code] == "Convention manquante"
        assert [m.retire for m in await session.scalars(select(CampagneMotif))] == [True]
    await modifier(claire, numero, propre_INCOMPLET_0="Convention manquante")
    async with monde.sessions() as session:  # the same words again are the same reason
        assert code in {m.code for m in await motifs_de(session, numero, "INCOMPLET")}


async def test_pieces_are_asked_or_compulsory_and_the_rule_is_proposed(monde: Monde, claire: Any) -> None:
    proposees = champs(await claire.ouvrir("/campagnes/nouvelle"))
    attendues = ["ATT_FORMATION_MSU", "ATT_RCP", "PROJET_PED", "RAPPORT_VISITE"]
    assert (proposees["pieces"], proposees["obligatoires"], proposees["voie_bloquante"]) == (attendues, attendues, "1")
    numero = await creer(monde, claire, pieces=["CV_RESP", "INCONNUE"], obligatoires=["PROJET_PED"])
    async with monde.sessions() as session:
        demandees = {p.code: p.obligatoire for p in await pieces_demandees(session, numero)}
    assert demandees == {"CV_RESP": False, "PROJET_PED": True}  # compulsory is asked for
    await modifier(claire, numero, pieces=None, obligatoires=None, voie_bloquante=None)
    async with monde.sessions() as session:
        assert await pieces_demandees(session, numero) == []
        campagne = (await session.scalars(select(Campagne).where(Campagne.id == numero))).one()
        acte = (await session.scalars(select(Journal).where(Journal.action == "modifier_campagne"))).one()
    assert campagne.voie_bloquante is False
    assert acte.avant == {"voie_bloquante": "oui", "pieces": ["CV_RESP", "PROJET_PED (obligatoire)"]}
    assert acte.apres == {"voie_bloquante": "non", "pieces": []}
    nadia = await monde.connecter(await monde.personne("Nadia Turckheim", rpps=NADIA))
    page = (await nadia.ouvrir(f"/campagnes/{numero}")).text
    assert ("aucune pièce par règle" in page, "Prolongations" in page, "Motifs" in page) == (True, False, False)


async def test_the_notice_is_previewed_as_it_will_be_read_and_nothing_is_saved(monde: Monde, claire: Any) -> None:
    envoi = BONNE | {"notice": "Lisez **ceci** <b>non</b>", "libelle": "", "apercu": "1"}
    seule = await claire.poster("/campagnes/nouvelle", htmx=True, **envoi)
    assert (seule.status_code, "<strong>ceci</strong> &lt;b&gt;" in seule.text, "<form" in seule.text) == (200, True, False)
    page = await claire.poster("/campagnes/nouvelle", **envoi)  # without a script
    assert (page.status_code, "<strong>ceci</strong>" in page.text, 'role="alert"' in page.text) == (200, True, False)
    assert champs(page)["notice"] == envoi["notice"]
    numero = await creer(monde, claire)
    adresse = f"/campagnes/{numero}/modification"
    lus = champs(await claire.ouvrir(adresse)) | {"notice": "", "apercu": "1"}
    assert "La notice est vide." in (await claire.poster(adresse, htmx=True, **lus)).text
    async with monde.sessions() as session:
        assert [(c.notice, c.version) for c in await session.scalars(select(Campagne))] == [(BONNE["notice"], 1)]


async def test_the_day_of_the_seance_has_its_place_in_the_calendar(monde: Monde, claire: Any) -> None:
    for jour, champ, dit in (
        (39, "seance_prevue", "Cette date vient avant « Fin des avis »."),
        (61, "publication", "Cette date vient avant « Séance prévue (facultative) »."),
    ):
        assert erreurs(await claire.poster("/campagnes/nouvelle", **BONNE | {"seance_prevue": dans(jour)})) == {champ: dit}
    numero = await creer(monde, claire, seance_prevue=dans(50))
    assert "séance prévue le" in (await claire.ouvrir(f"/campagnes/{numero}")).text


async def test_a_past_campaign_is_copied_a_year_later_and_saved_as_a_new_one(monde: Monde, claire: Any) -> None:
    valeurs = {"libelle": "Campagne Strasbourg 2025-2026 (n° 12)", "pieces": ["CV_RESP"], "motifs_INCOMPLET": ["INC_02"]}
    passee = await creer(monde, claire, seance_prevue=dans(45), propre_REFUS_SCOLARITE_0="Hors secteur", **valeurs)
    page = await claire.ouvrir(f"/campagnes/nouvelle?depuis={passee}")
    copie = champs(page)
    assert "Copie de « Campagne Strasbourg 2025-2026 (n° 12) »" in page.text
    assert (copie["libelle"], copie["version"]) == ("Campagne Strasbourg 2026-2027 (n° 12)", "0")
    for nom in ("ouverture", "cloture_depot", "cloture_avis", "seance_prevue", "publication", "debut_agrements"):
        avant = date.fromisoformat(dans(45) if nom == "seance_prevue" else BONNE[nom])
        assert copie[nom] == un_an_apres(avant).isoformat()
    assert (copie["pieces"], copie["motifs_INCOMPLET"], copie["propre_REFUS_SCOLARITE_0"]) == (
        ["CV_RESP"], ["INC_02"], "Hors secteur",
    )  # fmt: skip
    assert (await claire.poster("/campagnes/nouvelle", **copie)).status_code == 303  # a year apart: no overlap
    rose = await monde.connecter(await monde.personne("Rose Toul", fonction(Role.SCOL, subdivision="NANCY")))
    for poste, numero, statut in ((rose, passee, 404), (claire, 999_999, 404), (claire, "x", 200)):
        assert (await poste.ouvrir(f"/campagnes/nouvelle?depuis={numero}")).status_code == statut


def test_a_year_after_a_29_february_is_a_28() -> None:
    assert [un_an_apres(j) for j in (date(2028, 2, 29), date(2027, 2, 28))] == [date(2029, 2, 28), date(2028, 2, 28)]


async def test_two_people_who_change_reasons_and_pieces_at_once_are_told(monde: Monde, claire: Any) -> None:
    numero = await creer(monde, claire)
    adresse = f"/campagnes/{numero}/modification"
    lus = champs(await claire.ouvrir(adresse))
    await modifier(claire, numero, pieces=["CV_RESP"], propre_INCOMPLET_0="Convention manquante")
    conflit = erreurs(await claire.poster(adresse, **lus | {"motifs_INCOMPLET": ["INC_02"]}), 409)
    assert conflit.keys() == {"motifs-erreur", "pieces-erreur"}
    longue = await claire.poster("/campagnes/nouvelle", **BONNE | {"propre_INCOMPLET_0": "x" * 201})
    assert erreurs(longue) == {"propre_INCOMPLET_0": "201 caractères : 200 au plus."}
