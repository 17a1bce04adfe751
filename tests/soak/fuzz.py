"""Fuzzing: every route, as everybody, with forms of our own pages spoilt a little, or nothing but junk.

A lot is one fresh database and one seed; the same seed sends the same requests again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from app.core.journal import Journal
from tests.soak.asgi import Envoi, Recu, envoyer
from tests.soak.formulaires import Champs, analyser, formulaires, liens, portes
from tests.soak.monde import peupler
from tests.soak.requetes import Redacteur
from tests.soak.valeurs import INJECTEES

if TYPE_CHECKING:
    from tests.support.application import Monde

# What a draft's form can store is stored, and what it cannot is handed back: the one 4xx that writes, by design.
ECRIT_EN_REFUSANT = ("/saisie", "/soumission")
# Signing in: an address opened in a browser that opens a session, takes an invitation.
OUVERTURES = ("/connexion", "/invitation")
TRACES = {"exporter", "consulter_brouillon"}  # a file that left, a draft that its author's helper read: reading them is an act


@dataclass(slots=True)
class Bilan:
    """What a lot has met; `fautes` must stay empty."""

    statuts: dict[int, int] = field(default_factory=dict)
    portes: dict[tuple[str, str], set[int]] = field(default_factory=dict)
    fautes: list[str] = field(default_factory=list)

    def ajouter(self, autre: Bilan) -> None:
        """Take another lot in."""
        for statut, n in autre.statuts.items():
            self.statuts[statut] = self.statuts.get(statut, 0) + n
        for porte, vus in autre.portes.items():
            self.portes.setdefault(porte, set()).update(vus)
        self.fautes += autre.fautes


@dataclass(slots=True)
class Navigateur:
    """One role at a browser: its cookies, the forms and links that it has been shown."""

    jeton: str | None
    cookies: dict[str, str]
    formulaires: dict[str, Champs] = field(default_factory=dict)
    liens: list[str] = field(default_factory=list)

    def retenir(self, arbre: object) -> None:
        """Remember where this page leads."""
        self.formulaires |= formulaires(arbre)
        self.liens = (self.liens + [x for x in liens(arbre) if x not in self.liens])[-300:]


class Lot:
    """*nombre* requests from one seed on one world."""

    def __init__(self, monde: Monde, graine: int) -> None:
        self.monde, self.graine, self.r = monde, graine, Random(graine)
        self.bilan = Bilan()

    async def jouer(self, nombre: int) -> Bilan:
        """Send them."""
        self.decor = await peupler(self.monde)
        self.portes = portes(self.monde.app)
        self.navigateurs = {role: await self._navigateur(role) for role in ("", *self.decor.gens)}
        self.ecrit = await self._journal()
        redacteur = Redacteur(self.r, self.portes)
        for i in range(nombre):
            role = self.r.choice(list(self.navigateurs))
            nav = self.navigateurs[role]
            porte, envoi = redacteur.rediger(nav)
            nav.cookies = {**nav.cookies, **({"session": nav.jeton} if nav.jeton else {})}
            recu = await envoyer(self.monde.app, envoi, nav.cookies)
            fautes = [*self._fautes(nav, recu), *await self._ecritures(envoi, recu)]
            self._noter(porte, recu.statut)
            rejouer = f"python -m tests.soak fuzzing --graine {self.graine} --requetes {i + 1}"
            self.bilan.fautes += [f"{role or 'anonyme'} : {f}\n  {envoi}\n  rejouer : {rejouer}" for f in fautes]
            if i % 60 == 59:  # a function that was ended, a session that was revoked: everybody comes back
                self.navigateurs |= {r: await self._navigateur(r) for r in self.navigateurs}
        return self.bilan

    async def _navigateur(self, role: str) -> Navigateur:
        poste = await self.monde.connecter(self.decor.gens.get(role))
        ancien = getattr(self, "navigateurs", {}).get(role)
        nav = Navigateur(poste.http.cookies.get("session"), {})
        if ancien:
            nav.formulaires, nav.liens = ancien.formulaires, ancien.liens
        nav.cookies = {"session": nav.jeton} if nav.jeton else {}
        depart = ["/connexion", "/demandes?tout=1", "/tableau-de-bord", "/seances", "/campagnes", "/personnes", "/moi"]
        depart += ["/travaux", "/lots/nouveau?portee=filtre", "/demandes/vues", "/demandes/impression"] if role else []
        depart += [f"/{p}" for s in self.decor.seances for p in (f"seances/{s}", f"demandes?seance={s}")] if role else []
        depart += [f"/seances/{s}/{p}" for s in self.decor.seances for p in ("ordre-du-jour", "notes")] if role else []
        depart += [f"/lignes/{n}/{p}" for n in self.decor.lignes for p in ("note", "deport", "panneau")] if role else []
        depart += [f"/demandes/{d}{suite}" for d in self.decor.demandes for suite in ("", "/saisie")] if role else []
        for chemin in depart if not ancien else depart[:1]:
            avant, _, requete = chemin.partition("?")
            recu = await envoyer(self.monde.app, Envoi("GET", avant, requete.encode()), nav.cookies)
            self.bilan.fautes += [
                f"graine {self.graine}, {role or 'anonyme'} ouvre {chemin} : {f}" for f in self._fautes(nav, recu)
            ]
        return nav

    async def _journal(self) -> int:
        async with self.monde.sessions() as session:
            return (await session.execute(select(func.max(Journal.id)))).scalar() or 0

    def _noter(self, porte: tuple[str, str], statut: int) -> None:
        self.bilan.statuts[statut] = self.bilan.statuts.get(statut, 0) + 1
        self.bilan.portes.setdefault(porte, set()).add(statut)

    def _fautes(self, nav: Navigateur, recu: Recu) -> list[str]:
        fautes = [f"réponse {recu.statut} {recu.faute}"] if recu.statut >= 500 or recu.statut == 0 else []
        vers = recu.entetes.get("location", "") + recu.entetes.get("hx-redirect", "")
        if vers.startswith(("//", "/\\")) or "fz.example" in vers.partition("?")[0] or any(ord(c) < 32 for c in vers):
            fautes.append(f"redirection vers {vers!r}")
        if (html := recu.html) is not None:
            fautes += [f"gabarit non rendu : {m}" for m in ("{{", "{%", "Undefined") if m in html]
            fautes += [f"injecté : {m}" for m in INJECTEES if m in html]
            arbre, malformes = analyser(html)
            fautes += [f"mal formé : {m}" for m in malformes[:3]]
            nav.retenir(arbre)
        return fautes

    async def _ecritures(self, envoi: Envoi, recu: Recu) -> list[str]:
        ecrit, avant = await self._journal(), self.ecrit
        self.ecrit = ecrit
        if ecrit == avant or (200 <= recu.statut < 400 and envoi.methode == "POST"):
            return []
        if envoi.chemin.startswith(OUVERTURES) or (recu.statut in {409, 422} and envoi.chemin.endswith(ECRIT_EN_REFUSANT)):
            return []
        async with self.monde.sessions() as session:
            faits = set(await session.scalars(select(Journal.action).where(Journal.id > avant, Journal.id <= ecrit)))
        if envoi.methode == "GET" and recu.statut == 200 and faits <= TRACES:
            return []
        return [f"{envoi.methode} répond {recu.statut} et le journal a grandi : {sorted(faits)}"]
