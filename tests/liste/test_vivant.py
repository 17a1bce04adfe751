"""The figures of *Accueil* and of a séance follow; and every act of the journal, alone, in a batch or undone, tells its own readers."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from app.core import live, vivant
from app.core.access import peut_ecrire, peut_lire
from app.core.journal import Journal
from app.core.roles import Role
from app.core.visibilite import Moment, Objet
from app.core.vivant import Vivant
from app.demandes.models import Ligne
from app.liste.accueil import _attentes
from app.liste.direct import Lots, Suivi
from app.liste.touches import DE_SEANCE, DEPORTS, SANS_ECRITURE, SANS_MARQUE, SEANCE, TOUCHES, moment_avant
from tests.liste.rangees import semer
from tests.liste.suivis import CODES, Recu
from tests.liste.test_flux import lus, noter, toujours
from tests.liste.test_places import bases, gens
from tests.support.application import fonction

if TYPE_CHECKING:
    import pytest

    from tests.support.application import Monde

OPINIONS = (Objet.AVIS_COORD, Objet.AVIS_REP, Objet.DECISION)


async def test_what_waits_follows_and_hidden_acts_leave_no_trace(monde: Monde, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "PING", 0.5)
    monkeypatch.setattr(vivant, "PAS", 0.2)
    direct = monde.app.state.direct
    campagne, scol = await monde.campagne("MG"), await monde.personne("Claire Scolarité", fonction(Role.SCOL))
    coord = await monde.personne("Paul Coordonnateur", fonction(Role.COORD, "MG"))
    rep = await monde.personne("Lou Interne", fonction(Role.REP))
    semees = await semer(monde, campagne.id, scol.id, *({"moment": Moment.AVANT_SEANCE} for _ in range(3)))
    postes = {nom: await monde.connecter(qui) for nom, qui in (("coord", coord), ("rep", rep))}

    def suivre(nom: str, vu: str) -> asyncio.Task[list[bytes]]:
        droits = postes[nom].droits
        part = Vivant(direct, droits, "attentes", vu, lambda s, d: _attentes(direct, s, d))
        return asyncio.create_task(lus(direct.flux(None, part.noter, toujours, part), 2.3))

    vus = {}
    for nom, poste in postes.items():
        page = (await poste.ouvrir("/")).text
        assert '<strong class="chiffres">3</strong>' in page
        vus[nom] = re.search(r"/direct/accueil\?vu=(\w+)", page)[1]
    calme = await suivre("rep", vus["rep"])
    assert set(calme) == {b": rien\n\n", b": ping\n\n"}
    taches = {nom: suivre(nom, vus[nom]) for nom in postes}
    await asyncio.sleep(0.3)
    for n, ligne in enumerate(semees[:2]):
        champs = {"version": 0, "sens": "ACCEPTE", "duree": "1", "phases": ["S"]}
        reponse = await postes["coord"].poster(f"/lignes/{ligne['id']}/avis-coordonnateur", htmx=True, **champs)
        assert (reponse.status_code, n) == (200, n)
    recus = {nom: await tache for nom, tache in taches.items()}
    assert recus["rep"] == calme  # the interns' representative is blind: neither a byte nor a beat more
    dits = [re.search(rb'class="chiffres">(\d)<', x)[1] for x in recus["coord"] if b"attentes" in x]
    assert dits[-1] == b"1"
    assert 1 <= len(dits) <= 2  # coalesced
    # Late comers, and those who were cut, are told at once; those whose page is right are not.
    assert b'class="chiffres">1<' in (await suivre("coord", vus["coord"]))[1]


async def test_every_act_is_told_to_those_alone_who_read_what_it_touches(monde: Monde) -> None:
    """Generated from the table of acts: whoever adds one, a batch or an undo, is held to it."""
    tous, campagne = await gens(monde), await monde.campagne("MG")
    semees = await semer(monde, campagne.id, tous["scol"].id, *bases())
    direct, lots = monde.app.state.direct, Lots(monde.app.state.direct)
    suivis = {nom: Suivi(lots, monde.droits(qui), CODES) for nom, qui in tous.items()}
    async with monde.sessions() as session:
        lignes = [await session.get(Ligne, r["id"]) for r in semees]
    tus = dits = 0
    for action in sorted(TOUCHES.keys() - SEANCE):
        dernier = await noter(monde, *semees, action=action)
        async with monde.base() as session:
            lot = {"lot": 7, "annule": 1, "auteur": "Zoé Secrète", "avant": {"sens": "REFUSE"}, "apres": {"sens": "ACCEPTE"}}
            await session.execute(update(Journal).where(Journal.action == action).values(lot))
        actes = [a for a in await direct.depuis(dernier - len(semees)) if a.action == action]
        for nom, suivi in suivis.items():
            recu = Recu.lire(await suivi.rendre(actes))
            # A déport is one person's own; the agenda and the marks show on the screens of a séance.
            dite = action not in DEPORTS | DE_SEANCE
            attendues = {x.id for x, a in zip(lignes, actes, strict=True) if dite and _dite(suivi.droits, x, a)}
            assert set(recu.remplacees) == attendues, (action, nom)
            nommees = {
                x.id
                for x in lignes
                if x.id in attendues and action not in SANS_MARQUE and any(peut_ecrire(suivi.droits, o, x) for o in OPINIONS)
            }
            assert set(recu.marques) - recu.retirees == nommees, (action, nom)
            assert (b"Zo\xc3\xa9 Secr" in recu.octets) is bool(nommees), (action, nom)
            tus, dits = tus + len(lignes) - len(attendues), dits + len(attendues)
    assert min(tus, dits) > 300  # much to tell, much to hide


def _dite(droits: Any, ligne: Ligne, acte: Journal) -> bool:
    """Independently of the stream: he reads the row, and something that the act touches, before it or after."""
    moment = moment_avant(acte, ligne.id)
    avant = Ligne(id=ligne.id, moment=moment, subdivision=ligne.subdivision, formation=ligne.formation, rpps=ligne.rpps)
    if not peut_lire(droits, Objet.LIGNE, ligne):
        return False
    for objet in TOUCHES[acte.action]:
        apres, la = peut_lire(droits, objet, ligne), moment is not None and peut_lire(droits, objet, avant)
        if (apres or la) and acte.action not in SANS_ECRITURE:
            return True
    return False
