"""Deposits: files of every kind, under names that nobody would give, sent to every door that takes one.

Whatever is sent: a clear answer, never an error of the server; what was typed beside it is kept; nothing that comes back
from those doors runs in a browser.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from app.campagnes.models import CampagnePiece
from app.core.roles import Role
from app.referentiel.normalisation import cle_rpps
from tests.demandes.outils import lire, saisie_de
from tests.support.application import fonction
from tests.support.fichiers import MARQUE, envoi

if TYPE_CHECKING:
    from tests.support.application import Monde, Poste

INERTES = frozenset({"application/pdf", "image/png", "image/jpeg"})
EN_TETE = "id,statut,rpps,specialite,subdivision,commentaire_commission,prenom"
CELLULES = (
    "1", "", "Accepté", "=1+1", "@SUM(A1)", '"', '""', ";", "\n", "é" * 300, "\u202e", "99700931977", "Pédiatrie", "Reims",
    "<script>fz(1)</script>", "../../x", "\t", "0" * 5000,
)  # fmt: skip
ILLISIBLE = 400


def illisible(*fichiers: tuple[str, bytes]) -> set[int]:
    """The status of what is no form at all: a part without a file name is a text, which no browser sends as bytes that are none."""
    for nom, contenu in fichiers:
        try:
            contenu.decode()
        except UnicodeDecodeError:
            if not nom:
                return {ILLISIBLE}
    return set()


@dataclass(slots=True)
class Depots:
    """*nombre* deposits from one seed on one world; `fautes` must stay empty."""

    monde: Monde
    graine: int
    statuts: dict[int, int] = field(default_factory=dict)
    fautes: list[str] = field(default_factory=list)

    async def jouer(self, nombre: int) -> None:
        """Send them."""
        r, monde = Random(self.graine), self.monde
        rts = await monde.personne("Camille Terrain", rpps=cle_rpps("9970036624"))
        scol = await monde.personne("Claire Exemple", fonction(Role.SCOL))
        autre = await monde.connecter(await monde.personne("Omar Autre", rpps=cle_rpps("9970036625")))
        campagne = await monde.campagne("MG", "ACP")
        async with monde.base() as session:
            await session.execute(insert(CampagnePiece).values(campagne_id=campagne.id, piece="PROJET_PED", obligatoire=True))
        brouillon = await monde.brouillon(rts, campagne, "MG")
        validee = await monde.validee(rts, campagne, "ACP", scol=scol)
        postes = await monde.connecter(rts), await monde.connecter(scol)
        for n in range(nombre):
            porte = r.choice((self._piece, self._rapport, self._export))
            await porte(r, n, postes, brouillon if porte == self._piece else validee)
        await self._relire(autre, postes, brouillon)

    async def _piece(self, r: Random, n: int, postes: tuple[Poste, Poste], numero: int) -> None:
        champs = await saisie_de(postes[0], numero) | {"projet": f"Texte n° {n}"}
        fichiers = [
            (r.choice(("piece", "piece-PROJET_PED", "piece-RAPPORT_VISITE")), envoi(r)) for _ in range(r.randrange(1, 3))
        ]
        recu = await postes[0].poster(f"/demandes/{numero}/saisie", htmx=r.random() < 0.5, fichiers=fichiers, **champs)
        self._noter(recu, {200, 303, 422} | illisible(*(f for _, f in fichiers)), f"pièce {n}")
        if recu.status_code != ILLISIBLE and (await lire(self.monde, numero)).projet != f"Texte n° {n}":
            self.fautes.append(f"graine {self.graine}, pièce {n} : le texte tapé est perdu")

    async def _rapport(self, r: Random, n: int, postes: tuple[Poste, Poste], numero: int) -> None:
        champs = {
            "visite_le": "2026-01-05",
            "visiteurs": f"Visiteur {n}",
            "constats": "<b>x</b>",
            "version": r.choice((0, 1, 2, 3)),
        }
        adresse = f"/demandes/{numero}/rapport-de-visite"
        fichier = envoi(r)
        recu = await postes[1].poster(adresse, fichiers={"fichier": fichier}, **champs)
        self._noter(recu, {303, 409, 422} | illisible(fichier), f"rapport {n}")
        if recu.status_code in {409, 422} and f"Visiteur {n}" not in recu.text:
            self.fautes.append(f"graine {self.graine}, rapport {n} : la saisie est perdue")

    async def _export(self, r: Random, n: int, postes: tuple[Poste, Poste], _: int) -> None:
        lignes = [",".join(r.choice(CELLULES) for _ in range(r.randrange(1, 9))) for _ in range(r.randrange(6))]
        contenu = r.choice((b"", b"\xef\xbb\xbf")) + "\n".join([EN_TETE, *lignes]).encode()
        nom, autre = envoi(r)
        fichier = (nom, contenu if r.random() < 0.6 else autre)
        recu = await postes[1].poster("/reprises", fichiers={"fichier": fichier}, source=f"Outil {n}", annee="2025")
        self._noter(recu, {303, 422} | illisible(fichier), f"export {n}")

    async def _relire(self, autre: Poste, postes: tuple[Poste, Poste], numero: int) -> None:
        """Everything that was kept comes back inert, and to nobody else."""
        for piece in range(1, 400):
            recu = await postes[0].ouvrir(f"/pieces/{piece}")
            if recu.status_code == 404:
                continue
            en_tetes = recu.headers
            inerte = en_tetes["content-type"] in INERTES and en_tetes["x-content-type-options"] == "nosniff"
            inerte = inerte and en_tetes["content-disposition"].startswith("attachment") and MARQUE not in recu.content
            if not inerte or not en_tetes["content-security-policy"].startswith("sandbox"):
                self.fautes.append(f"graine {self.graine}, pièce {piece} : servie active ({en_tetes['content-type']})")
            if (await autre.ouvrir(f"/pieces/{piece}")).status_code != 404:
                self.fautes.append(f"graine {self.graine}, pièce {piece} : lue par un autre")
        page = (await postes[0].ouvrir(f"/demandes/{numero}/saisie")).text
        self.fautes += [f"graine {self.graine} : nom injecté"] if "<script>fz" in page else []

    def _noter(self, recu: Any, attendus: set[int], quoi: str) -> None:
        self.statuts[recu.status_code] = self.statuts.get(recu.status_code, 0) + 1
        dit = recu.status_code != ILLISIBLE or "pas pu être lu" in recu.text
        if recu.status_code not in attendus or not dit:
            self.fautes.append(f"graine {self.graine}, {quoi} : réponse {recu.status_code}")
