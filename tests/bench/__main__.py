"""`make bench`: medians, p95, server CPU, statements and ratios, for two sizes, two databases and two people."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import statistics
import time
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select

from app.avis.models import Decision
from app.comptes.acces import droits_de_session, empreinte
from app.core.db import creer_moteur, creer_sessions
from app.demandes.models import Ligne
from app.liste import vue as v
from app.liste.colonnes import colonnes
from app.liste.queries import requete_de
from app.settings import RACINE
from app.tableau.etat import lire
from tests.bench.direct import ensemble, suivre
from tests.bench.donnees import preparer, schema
from tests.bench.ecran import mesurer as mesurer_ecran
from tests.bench.lots import mesurer as mesurer_lot
from tests.bench.mesure import Client, Mesure, mesurer, serveur
from tests.bench.mixte import Mixte, charger, sommet
from tests.bench.registres import mesurer as mesurer_registres
from tests.support.postgres import grappe

if TYPE_CHECKING:
    from pathlib import Path

console = Console()
TROIS = [("statut", "VALIDE_ADMIN"), ("validation_rts", "AUTO"), ("type_demande", "RENOUVELLEMENT")]
TEXTE = [*TROIS, ("ville", "stras")]


def _adresse(parametres: list[tuple[str, str]]) -> str:
    return "/demandes?" + "&".join(f"{n}={x}" for n, x in parametres)


def scenarios(client: Client, suivante: str) -> list[tuple[str, Any]]:
    """The reads, by name."""

    def lire_(chemin: str, cible: str) -> Any:
        return lambda c, _i: c.lire(chemin, htmx=bool(cible), cible=cible)

    return [
        ("texte nu", lire_("/bench/texte", "")),
        ("première page", lire_("/demandes?tout=1", "")),
        ("trois filtres", lire_(_adresse(TROIS), "tbody#corps")),
        ("trois filtres + texte", lire_(_adresse(TEXTE), "tbody#corps")),
        ("page suivante", lire_(suivante, "section#tableau")),
    ]


async def requete_nue(url: str, jeton: str, fois: int) -> dict[str, float]:
    """The row query of each read alone, as text, through the driver: milliseconds (median)."""
    moteur = creer_moteur(url)
    faits = {}
    async with creer_sessions(moteur)() as session:
        droits = await droits_de_session(session, empreinte(jeton))
        assert droits is not None
        for nom, parametres in (("première page", []), ("trois filtres", TROIS), ("trois filtres + texte", TEXTE)):
            etat = lire(parametres, colonnes(droits))
            requete = await requete_de(session, droits, etat)
            codes = v.montrees(requete.colonnes, etat, {})
            selection = requete.selection(codes, etat).order_by(Ligne.ordre).limit(51)
            sql = str(selection.compile(moteur.sync_engine, compile_kwargs={"literal_binds": True}))
            connexion = await session.connection()
            durees = []
            for _ in range(fois):
                debut = time.perf_counter()
                (await connexion.exec_driver_sql(sql)).all()
                durees.append((time.perf_counter() - debut) * 1000)
            faits[nom] = statistics.median(durees)
    await moteur.dispose()
    return faits


async def versions(url: str) -> tuple[dict[int, int], int]:
    """The version of every decision, and the number of lines."""
    moteur = creer_moteur(url)
    async with creer_sessions(moteur)() as session:
        lues = dict((await session.execute(select(Decision.ligne_id, Decision.version))).all())
        nombre = (await session.execute(select(func.count()).select_from(Ligne))).scalar_one()
    await moteur.dispose()
    return lues, nombre


def enregistrer(lignes: list[int], connues: dict[int, int]) -> Any:
    """One save: the decision of a line, by the secretary of the open séance."""

    def appel(client: Client, i: int) -> tuple[int, bytes]:
        ligne = lignes[i % len(lignes)]
        corps = {"version": connues.get(ligne, 0), "sens": "ACCEPTE", "duree": "1", "phases": ["S", "A"][i % 2]}
        statut, reponse = client.lire(f"/lignes/{ligne}/decision", htmx=True, corps=corps)
        connues[ligne] = connues.get(ligne, 0) + 1
        return statut, reponse

    return appel


def passer(base: str, url: str, nombre: int, donnees: Path, *, fois: int, tours: int) -> list[dict[str, Any]]:
    """Everything for one database and one size."""
    console.print(f"[bold]{base}, {nombre} demandes[/bold]")
    schema(url)
    prepare = asyncio.run(preparer(url, nombre, console))
    resultats: list[dict[str, Any]] = []
    connues, _ = asyncio.run(versions(url))
    with serveur(url, donnees) as (port, processus):
        for qui in ("scol", "admin"):
            client = Client(port, qui)
            nues = asyncio.run(requete_nue(url, qui, 30))
            suivante = _suivante(client)
            console.print(f"{qui} : première page, styles et scripts compris, {_poids(client) / 1000:.1f} ko")
            for nom, appels in scenarios(client, suivante):
                resultats.append(_noter(base, nombre, qui, mesurer(nom, client, processus, appels, fois=fois), nues))
        client = Client(port, "scol")
        save = mesurer("un enregistrement", client, processus, enregistrer(prepare["lignes"], connues), fois=fois)
        resultats.append(_noter(base, nombre, "scol", save, {}))
        directs = asyncio.run(
            suivre(port, suiveurs=200, tours=tours, csrf=client.csrf, lignes=prepare["lignes"], versions=connues)
        )
        directs.sort()
        p95 = directs[int(len(directs) * 0.95) - 1]
        vif = Mesure("en direct, 200 suiveurs", statistics.median(directs), p95, 0, 0, 0)
        resultats.append(_noter(base, nombre, "membres", vif, {}))
        resultats[-1]["rss_mio"] = sommet(processus.pid)
    return resultats


def melanger(url: str, nombre: int, donnees: Path, *, duree: float) -> Mixte:
    """Sixteen people at once, on a server of their own whose memory is looked at afterwards."""
    prepare = asyncio.run(preparer(url, nombre, console))
    connues, _ = asyncio.run(versions(url))
    with serveur(url, donnees) as (port, processus):
        client = Client(port, "membre-0")
        client.lire("/connexion")
        lignes = prepare["lignes"]
        return charger(port, processus.pid, csrf=client.csrf, lignes=lignes, versions=connues, duree=duree, chauffe=4)


def suivre_a_quarante(url: str, nombre: int, donnees: Path, *, tours: int) -> dict[str, float]:
    """Two hundred people follow a séance that forty of them edit: save → the last screen, and memory."""
    prepare = asyncio.run(preparer(url, nombre, console))
    connues, _ = asyncio.run(versions(url))
    with serveur(url, donnees) as (port, processus):
        client = Client(port, "membre-0")
        client.lire("/connexion")
        qui = {"suiveurs": 200, "redacteurs": 40, "tours": tours}
        delais = sorted(asyncio.run(ensemble(port, csrf=client.csrf, lignes=prepare["lignes"], versions=connues, **qui)))
        p95 = delais[int(len(delais) * 0.95) - 1]
        return {"mediane": statistics.median(delais), "p95": p95, "rss": sommet(processus.pid)}


# Long answers, by name and address.
SORTIES = (
    ("XLSX de toutes les lignes", "/demandes/export.xlsx?tout=1&complet=1"),
    ("CSV", "/demandes/export.csv?tout=1&complet=1"),
)


def regarder(url: str, nombre: int, donnees: Path) -> dict[str, float]:
    """In Chromium, medians of thirty; and the long answers, once each."""
    prepare = asyncio.run(preparer(url, nombre, console))
    with serveur(url, donnees) as (port, processus):
        mesures = mesurer_ecran(port, "membre-1")
        for nom, adresse in SORTIES:
            debut = time.perf_counter()
            statut, _corps = Client(port, "admin").lire(adresse)
            if statut != 200:
                raise RuntimeError(f"{nom} : {statut}")
            mesures[nom] = (time.perf_counter() - debut) * 1000
        secretaire = Client(port, "scol")
        secretaire.lire("/connexion")
        mesures |= mesurer_lot(secretaire, prepare["lignes"])
        console.print(f"RSS après le classeur et le lot : {sommet(processus.pid):.0f} Mio")
    for nom, ms in mesures.items():
        console.print(f"{nom} : {ms / mesures['fragment vide']:.1f} × un fragment vide, {ms:.0f} ms")
    return mesures


def importer_registres(base: str, url: str, nombre: int, donnees: Path) -> None:
    """Both registers at full size, while a secretary saves ten times a second."""
    schema(url)
    prepare = asyncio.run(preparer(url, nombre, console))
    connues, _ = asyncio.run(versions(url))
    for m in mesurer_registres(base, url, donnees, lambda: enregistrer(prepare["lignes"], connues)):
        console.print(
            f"{m.base}, {m.fichier} : {m.secondes:.0f} s (CPU {m.cpu:.0f} s), {m.rss:.0f} Mio ; {m.sauves} enregistrements, "
            f"médiane {m.mediane:.0f} ms, p95 {m.p95:.0f} ms"
        )


def montrer_mixtes(mixtes: dict[str, Mixte], direct: dict[str, float]) -> None:
    """Ratios first: they are what another machine gives too."""
    table = Table(title="seize personnes, neuf filtres pour un enregistrement ; deux cents suiveurs, quarante rédacteurs")
    for titre in ("base", "p95 ÷ médiane", "CPU ms", "par seconde", "médiane ms", "p95 ms", "enregistrer ms", "octets", "RSS Mio",
                  "générateur CPU ms"):  # fmt: skip
        table.add_column(titre, justify="right")
    for nom, m in mixtes.items():
        table.add_row(nom, f"{m.p95 / m.mediane:.1f}", f"{m.cpu:.2f}", f"{m.par_seconde:.0f}", f"{m.mediane:.1f}", f"{m.p95:.1f}",
                      f"{m.sauve_mediane:.1f}", f"{m.octets:.0f}", f"{m.rss:.0f}", f"{m.sien:.2f}")  # fmt: skip
    console.print(table)
    petite, *autres = [m for nom, m in mixtes.items() if nom.startswith("sqlite")]
    for grande in autres:
        console.print(f"grande ÷ petite : CPU {grande.cpu / petite.cpu:.2f}, médiane {grande.mediane / petite.mediane:.2f}")
    console.print(f"en direct : médiane {direct['mediane']:.0f} ms, p95 {direct['p95']:.0f} ms, RSS {direct['rss']:.0f} Mio")


def _suivante(client: Client) -> str:
    import gzip
    import html
    import re

    _, corps = client.lire("/demandes?tout=1")
    texte = gzip.decompress(corps).decode() if corps[:2] == b"\x1f\x8b" else corps.decode()
    trouve = re.search(r'href="([^"]*apres=[^"]*)"', texte)
    if trouve is None:
        raise RuntimeError("pas de page suivante")
    return html.unescape(trouve[1])


def _poids(client: Client) -> int:
    """Octets transferred by somebody's first page, styles and scripts included."""
    import gzip
    import html
    import re

    _, corps = client.lire("/demandes?tout=1")
    texte = gzip.decompress(corps).decode()
    adresses = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', texte))
    return len(corps) + sum(len(client.lire(html.unescape(a))[1]) for a in adresses)


def _noter(base: str, nombre: int, qui: str, mesure: Mesure, nues: dict[str, float]) -> dict[str, Any]:
    nue = nues.get(mesure.nom)
    return {
        "base": base,
        "demandes": nombre,
        "qui": qui,
        **asdict(mesure),
        "sur_requete_nue": mesure.mediane / nue if nue else None,
    }


def montrer(resultats: list[dict[str, Any]]) -> None:
    """The table, with each read's ratio to the plain text of its own run."""
    table = Table(
        title=f"make bench — {datetime.now(tz=UTC):%d/%m/%Y}, {platform.machine()}, {os.cpu_count()} cœurs, Python {platform.python_version()}"
    )
    for titre in (
        "base",
        "demandes",
        "qui",
        "mesure",
        "médiane ms",
        "p95 ms",
        "CPU ms",
        "requêtes",
        "octets",
        "÷ texte nu",
        "÷ requête nue",
    ):
        table.add_column(titre, justify="right")
    nu = 1.0
    for r in resultats:
        nu = r["mediane"] if r["nom"] == "texte nu" else nu
        table.add_row(
            r["base"], str(r["demandes"]), r["qui"], r["nom"], f"{r['mediane']:.1f}", f"{r['p95']:.1f}", f"{r['cpu']:.2f}",
            f"{r['requetes']:.1f}", str(r["octets"]), f"{r['mediane'] / nu:.0f}", f"{r['sur_requete_nue']:.1f}" if r["sur_requete_nue"] else "",
        )  # fmt: skip
    console.print(table)


def main() -> None:
    """Run it all; `--tailles`, `--bases` and `--fois` make it shorter."""
    lecteur = argparse.ArgumentParser()
    lecteur.add_argument("--tailles", default="20000,200000")
    lecteur.add_argument("--bases", default="sqlite,postgresql")
    lecteur.add_argument("--fois", type=int, default=200)
    lecteur.add_argument("--tours", type=int, default=40)
    lecteur.add_argument("--duree", type=float, default=12.0, help="du mélange, en secondes")
    lecteur.add_argument("--registres", action="store_true", help="les registres en vraie grandeur, et rien d'autre")
    options = lecteur.parse_args()
    donnees = RACINE / "var" / "bench"
    donnees.mkdir(parents=True, exist_ok=True)
    if options.registres:
        if "sqlite" in options.bases:
            importer_registres("sqlite", f"sqlite:///{donnees}/registres.sqlite3", 2_000, donnees)
        if "postgresql" in options.bases:
            with grappe() as serveur_pg:
                importer_registres("postgresql", serveur_pg.base("registres"), 2_000, donnees)
        return
    resultats: list[dict[str, Any]] = []
    mixtes: dict[str, Mixte] = {}
    direct: dict[str, float] = {}
    for taille in map(int, options.tailles.split(",")):
        if "sqlite" in options.bases:
            url = f"sqlite:///{donnees}/{taille}.sqlite3"
            resultats += passer("sqlite", url, taille, donnees, fois=options.fois, tours=options.tours)
            mixtes[f"sqlite {taille}"] = melanger(url, taille, donnees, duree=options.duree)
            if not direct:
                regarder(url, taille, donnees)
            direct = suivre_a_quarante(url, taille, donnees, tours=options.tours)
    if "postgresql" in options.bases:
        with grappe() as serveur_pg:
            for taille in map(int, options.tailles.split(",")):
                url = serveur_pg.base(f"bench{taille}")
                resultats += passer("postgresql", url, taille, donnees, fois=options.fois, tours=options.tours)
                mixtes[f"postgresql {taille}"] = melanger(url, taille, donnees, duree=options.duree)
    montrer(resultats)
    if direct:
        montrer_mixtes(mixtes, direct)
    (donnees / "dernier.json").write_text(json.dumps(resultats, indent=1))


if __name__ == "__main__":
    main()
