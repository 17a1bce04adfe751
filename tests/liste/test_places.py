"""A stream knows the screen that it serves: what it says of a row is what a fresh page of that screen would show."""

from __future__ import annotations

import asyncio
import html
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from app.avis.models import Sens
from app.core.roles import Role
from app.core.visibilite import Moment
from app.liste.direct import Lots, Suivi
from app.liste.ecran import lire_ecran
from app.referentiel.normalisation import cle_rpps
from app.tableau import requete
from app.tableau.requete import Requete
from tests.liste.rangees import semer
from tests.liste.suivis import CODES, Recu, rangees
from tests.liste.test_flux import noter
from tests.support.application import fonction

if TYPE_CHECKING:
    import pytest

    from app.comptes.models import Personne
    from app.liste.ecran import Ecran
    from tests.support.application import Monde, Poste

JEANNE, MARC = cle_rpps("9970042001"), cle_rpps("9970042003")
ECRANS = (
    "tout=1",
    "statut=VALIDE_ADMIN",
    "decision_coord=ACCEPTE&decision_coord=SANS",
    "decision_rep=ACCEPTE",
    "decision_commission=ACCEPTE",
    "validation_rts=NON_VALIDE",
    "ville=strasbourg&statut=EN_VALIDATION&statut=VALIDE_ADMIN",
    "tri=-personne",
    "tri=decision_commission&statut=VALIDE_ADMIN",
)
OUI, NON = Sens.ACCEPTE, Sens.REFUSE


async def gens(monde: Monde) -> dict[str, Personne]:
    """Every kind of reader."""
    return {
        "jeanne": await monde.personne("Jeanne Auteur", rpps=JEANNE),
        "scol": await monde.personne("Claire Scolarité", fonction(Role.SCOL)),
        "coord": await monde.personne("Paul Coordonnateur", fonction(Role.COORD, "MG")),
        "siegeant": await monde.personne("Luc Siégeant", fonction(Role.COORD, "MG"), fonction(Role.MEMBRE)),
        "rep": await monde.personne("Lou Interne", fonction(Role.REP)),
        "marc": await monde.personne("Marc Recusé", fonction(Role.MEMBRE), rpps=MARC),
        "ars": await monde.personne("Inès Agence", fonction(Role.ARS)),
    }


def bases() -> list[dict[str, Any]]:
    """Rows at every moment, with and without opinions."""
    moments = [m for m in Moment if m is not Moment.SUPPRIMEE]
    avis = ({}, {"coord": OUI, "rep": NON}, {"coord": NON, "rep": OUI, "decision": OUI})
    return [{"moment": m, "rpps": (JEANNE, MARC)[n % 2], **a} for m in moments for n, a in enumerate(avis)]


async def ecran_de(monde: Monde, poste: Poste, adresse: str) -> tuple[str, Ecran]:
    """A page, and the screen that its own stream is told of."""
    page = (await poste.ouvrir(f"/demandes?{adresse}")).text
    direct = html.unescape(re.search(r'data-direct="([^"]*)"', page)[1])
    async with monde.sessions() as session:
        return page, await lire_ecran(session, poste.droits, parse_qsl(urlsplit(direct).query))


async def test_places_are_those_of_a_fresh_page(monde: Monde) -> None:
    campagne, tous, vides = await monde.campagne("MG"), await gens(monde), 0
    semees = await semer(monde, campagne.id, tous["scol"].id, *bases())
    debut = await noter(monde, semees[0], action="enregistrer")
    await noter(monde, *semees, action="enregistrer")
    actes = await monde.app.state.direct.depuis(debut)
    lots = Lots(monde.app.state.direct)
    for qui in tous.values():
        poste = await monde.connecter(qui)
        vues = set(rangees((await poste.ouvrir("/demandes?tout=1")).text))
        assert vues
        for adresse in ECRANS:
            page, ecran = await ecran_de(monde, poste, adresse)
            recu = Recu.lire(await Suivi(lots, poste.droits, CODES, ecran).rendre(actes))
            dits, attendues = recu.places, set(rangees(page))
            assert set(recu.remplacees) == vues, (qui.prenom, adresse)
            assert (set(dits["page"]), dits["ailleurs"]) == (attendues, []), (qui.prenom, adresse)
            assert set(dits["hors"]) == vues - attendues, (qui.prenom, adresse)
            vides += not attendues
    assert 0 < vides < len(ECRANS) * len(tous) / 2  # some screens show nothing, most do


async def test_rows_of_other_pages_are_told_from_those_of_this_one(monde: Monde, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requete, "TAILLE", 4)
    campagne, scol = await monde.campagne("MG"), await monde.personne("Claire Scolarité", fonction(Role.SCOL))
    semees = await semer(
        monde, campagne.id, scol.id, *({"nom": f"Nom{n % 5}", "moment": Moment.AVANT_SEANCE} for n in range(11))
    )
    debut = await noter(monde, semees[0])
    await noter(monde, *semees)
    actes, lots = await monde.app.state.direct.depuis(debut), Lots(monde.app.state.direct)
    poste, toutes = await monde.connecter(scol), {x["id"] for x in semees}
    for adresse in ("tout=1", "tri=personne", "tri=-personne", "tri=personne&statut=VALIDE_ADMIN"):
        lues, suite = 0, adresse
        while suite:
            page, ecran = await ecran_de(monde, poste, suite)
            dits = Recu.lire(await Suivi(lots, poste.droits, CODES, ecran).rendre(actes)).places
            assert (set(dits["page"]), set(dits["ailleurs"]), dits["hors"]) == (
                set(rangees(page)), toutes - set(rangees(page)), [],
            ), suite  # fmt: skip
            lues += len(dits["page"])
            lien = re.search(r'href="/demandes\?([^"]*apres=[^"]*)"', page)
            suite = html.unescape(lien[1]) if lien else ""
        assert lues == len(semees)
        page, ecran = await ecran_de(monde, poste, html.unescape(re.search(r'href="/demandes\?([^"]*avant=[^"]*)"', page)[1]))
        dits = Recu.lire(await Suivi(lots, poste.droits, CODES, ecran).rendre(actes)).places
        assert (len(dits["page"]), set(dits["page"])) == (4, set(rangees(page)))


async def test_two_hundred_readers_of_one_screen_make_one_query(monde: Monde, monkeypatch: pytest.MonkeyPatch) -> None:
    lectures: list[int] = []
    vraie = Requete.reconnaitre

    async def compter(self: Requete, session: Any, etat: Any, ids: Any, *bouts: Any) -> dict[int, bool]:
        lectures.append(len(ids))
        return await vraie(self, session, etat, ids, *bouts)

    monkeypatch.setattr(Requete, "reconnaitre", compter)
    campagne, scol = await monde.campagne("MG"), await monde.personne("Claire Scolarité", fonction(Role.SCOL))
    (semee,) = await semer(monde, campagne.id, scol.id, {"moment": Moment.SEANCE_OUVERTE})
    dernier = await noter(monde, semee)
    actes, lots, poste = (
        await monde.app.state.direct.depuis(dernier - 1),
        Lots(monde.app.state.direct),
        await monde.connecter(scol),
    )
    attendues = {"tout=1": 0, "tri=personne": 0, "statut=ACCEPTE": 1, "statut=REFUSE": 1}
    for adresse, n in attendues.items():
        lectures.clear()
        suivis = [Suivi(lots, poste.droits, CODES, (await ecran_de(monde, poste, adresse))[1]) for _ in range(200)]
        recus = await asyncio.gather(*(s.rendre(actes) for s in suivis))
        assert (len(set(recus)), len(recus), lectures) == (1, 200, [1] * n), adresse


async def test_a_frozen_seance_is_known_without_a_query(monde: Monde, monkeypatch: pytest.MonkeyPatch) -> None:
    """And as the list knows it: a line put off leaves, and one's own with it, in silence."""
    tous = await gens(monde)
    pres = await monde.personne("Yves Président", fonction(Role.PRES))
    campagne = await monde.campagne("MG")
    demandes = [await monde.validee(tous[x], campagne, "MG", scol=tous["scol"]) for x in ("jeanne", "marc")]
    autre = await monde.validee(tous["jeanne"], await monde.campagne("GERIATRIE"), "GERIATRIE", scol=tous["scol"])
    lignes = [(await monde.ligne(d)).id for d in (*demandes, autre)]
    seance = await monde.seance("MG", scol=tous["scol"])
    direct = monde.app.state.direct
    lots = Lots(direct)
    postes = {nom: await monde.connecter(tous[nom]) for nom in ("scol", "marc", "siegeant")}
    suivis = {n: Suivi(lots, p.droits, CODES, (await ecran_de(monde, p, f"seance={seance}"))[1]) for n, p in postes.items()}

    async def comparer() -> None:
        dernier = await noter(monde, *({"id": i, "demande": d} for i, d in zip(lignes, (*demandes, autre), strict=True)),
                              action="enregistrer")  # fmt: skip
        actes = await direct.depuis(dernier - 3)
        for nom, poste in postes.items():
            page = set(rangees((await poste.ouvrir(f"/demandes?seance={seance}")).text))
            dits = Recu.lire(await suivis[nom].rendre(actes)).places
            assert (set(dits["page"]), dits["ailleurs"]) == (page, []), nom
            assert autre not in page

    async def suivre(depuis: int) -> int:
        actes = await direct.depuis(depuis)
        for suivi in suivis.values():
            await suivi.rendre(actes)
        return actes[-1].id if actes else depuis

    dernier = await suivre(0)
    await comparer()
    await monde.ouvrir(seance, pres=pres)
    dernier = await suivre(dernier)
    with monkeypatch.context() as m:
        m.setattr(Requete, "reconnaitre", None)  # nothing is asked
        await comparer()
    await monde.clore(seance, pres=pres)
    await suivre(dernier)
    await comparer()
