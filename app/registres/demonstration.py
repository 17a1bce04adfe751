"""Both registers as the demonstration's own people and places make them, with what they have learnt since."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import update
from stdnum import luhn

from app.core.demonstration import Rangee, a_heure
from app.referentiel.chargement import recherche_etablissement
from app.referentiel.demonstration import RPPS_DEMONSTRATION
from app.referentiel.models import Etablissement
from app.registres.lecture import SEPARATEUR, empreinte
from app.registres.models import (
    CodeRegistre,
    EtatImport,
    EvenementRegistre,
    ImportRegistre,
    Registre,
    RegistreActivite,
    RegistrePraticien,
    RegistreSite,
)
from app.registres.suivi import REGISTRE_SITES, Ecart, ecarts_praticien, ecarts_site

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.referentiel.demonstration import Monde

AGES: Final = {CodeRegistre.FINESS: 12, CodeRegistre.RPPS: 5}  # days
NOMMES: Final = 100  # ranks of the named people: nothing happens to them
# Sites that the register has and nobody has needed yet.
AILLEURS: Final = (
    ("CENTRE DE SANTE DES REMPARTS", "CENTRE_SANTE", "14 R DES REMPARTS", "67600", "Sélestat", "67462"),
    ("MAISON DE SANTE DU RIED", "MSP", "2 PL DU MARCHE", "67150", "Erstein", "67130"),
    ("EHPAD LES TILLEULS", "EHPAD", "9 R DES TILLEULS", "68000", "Colmar", "68066"),
    ("SERVICE DE SANTE AU TRAVAIL DE LA PLAINE", "SPST", "31 AV DE LA PLAINE", "67000", "Strasbourg", "67482"),
    ("CENTRE DE SANTE DE LA BOUCLE", "CENTRE_SANTE", "5 R DE LA BOUCLE", "25000", "Besançon", "25056"),
)
_LIEU: Final = (
    "finess_ej",
    "siret",
    "raison_sociale",
    "type_code",
    "adresse",
    "code_postal",
    "ville",
    "code_insee",
    "departement",
)


class Registres:
    """Composes the first generation; *demandes* say where people work."""

    def __init__(self, monde: Monde, demandes: Iterable[Rangee], terrains: Iterable[Rangee]) -> None:
        self.monde, self.lot = monde, monde.lot
        self.demandes = list(demandes)
        self.sites = {s.id: s for sites in monde.sites.values() for s in sites}
        pris = {d["etablissement_id"] for d in self.demandes}
        tenus = {t["etablissement_id"] for t in terrains}
        self.libres = sorted(i for i in self.sites if i in tenus - pris) + sorted(
            i for i in self.sites if i not in tenus | pris
        )
        self.fermes: set[int] = set()
        self.partis: set[str] = set()

    def composer(self) -> None:
        """Registers, imports and events."""
        sites, gens = self._sites(), self._praticiens()
        for code, total, ecarts in ((CodeRegistre.FINESS, len(sites), sites), (CodeRegistre.RPPS, len(gens), gens)):
            self._registre(code, total, [(sujet, e) for sujet, siens in ecarts for e in siens])
        self._activites()

    def jour(self, code: CodeRegistre) -> date:
        """The register's own date."""
        return self.monde.jour - timedelta(days=AGES[code])

    def _sites(self) -> list[tuple[dict[str, Any], list[Ecart]]]:
        ferme, deplace, *renommes = self.libres[:4]
        changes: dict[int, dict[str, Any]] = {
            ferme: {"ouvert": False, "ferme_le": self.jour(CodeRegistre.FINESS) - timedelta(days=40)},
            deplace: {"adresse": "1 AV DE LA GARE"},
        }
        changes |= {i: {"raison_sociale": f"{self.sites[i].raison_sociale} NOUVEAU SITE"} for i in renommes}
        self.fermes.add(ferme)
        lus = []
        for site in self.sites.values():
            valeurs = {champ: getattr(site, champ) for champ in _LIEU} | changes.get(site.id, {})
            rangee = self._site(site.finess or "", valeurs)
            lus.append(({"etablissement_id": site.id}, ecarts_site(site, SimpleNamespace(**rangee))))  # type: ignore[arg-type]
        for rang, (nom, type_, *lieu) in enumerate(AILLEURS):
            debut = f"{lieu[1][:2]}99900{rang}"
            dit = dict(zip(("adresse", "code_postal", "ville", "code_insee"), lieu, strict=True))
            fixes = {"finess_ej": "", "siret": None, "raison_sociale": nom, "type_code": type_, "departement": lieu[1][:2]}
            self._site(debut + luhn.calc_check_digit(debut), fixes | dit)
        return lus

    def _site(self, finess: str, valeurs: dict[str, Any]) -> Rangee:
        noms = {"ouvert": True, "ferme_le": None, **valeurs, "finess": finess, "finess_ej": valeurs["finess_ej"] or ""}
        recherche = recherche_etablissement(noms["raison_sociale"], noms["ville"], finess, noms["siret"])
        dit = empreinte(SEPARATEUR.join(map(str, noms.values())))
        long = noms["raison_sociale"]
        return self.lot.ajouter(RegistreSite, generation=1, **noms, raison_longue=long, recherche=recherche, empreinte=dit)

    def _praticiens(self) -> list[tuple[dict[str, Any], list[Ecart]]]:
        demandeurs = {d["rpps"] for d in self.demandes}
        autres = [
            r for r in sorted(self.monde.praticiens) if r not in demandeurs and int(r[len(RPPS_DEMONSTRATION) : -1]) > NOMMES
        ]
        self.partis = set(autres[:1]) | {r for r, p in self.monde.praticiens.items() if not p.get("actif", True)}
        marie = set(autres[1:2])
        lus = []
        for rpps, p in self.monde.praticiens.items():
            p["registre_date"] = self.jour(CodeRegistre.RPPS)
            dit: Any = None
            if rpps not in self.partis:
                nom = f"{p['nom']}-Keller" if rpps in marie else p["nom"]
                champs = {c: p[c] for c in ("rpps", "prenom", "profession", "categorie", "savoir_faire")} | {"nom": nom}
                somme = empreinte(SEPARATEUR.join(map(str, champs.values())))
                dit = SimpleNamespace(**self.lot.ajouter(RegistrePraticien, generation=1, **champs, empreinte=somme))
            lus.append(({"rpps": rpps}, ecarts_praticien(SimpleNamespace(**p), dit)))  # type: ignore[arg-type]
            p["actif"] = rpps not in self.partis
        return lus

    def _activites(self) -> None:
        vues: set[tuple[str, str]] = set()
        for d in self.demandes:
            site = self.sites.get(d["etablissement_id"])
            cle = (d["rpps"], site.finess or "" if site else d["saisie_adresse"])
            if cle in vues or not cle[1] or d["rpps"] in self.partis:
                continue
            vues.add(cle)
            if site:
                lieu = {
                    c: getattr(site, c) or ""
                    for c in ("finess", "siret", "raison_sociale", "adresse", "code_postal", "ville", "code_insee")
                }
                self._activite(d["rpps"], "S", "SA01", f"F{site.finess}", lieu)
            elif d["choix"] == "CABINET":
                lieu = {c: d[f"saisie_{c}"] for c in ("raison_sociale", "adresse", "code_postal", "ville")}
                self._activite(d["rpps"], "L", "SA07", f"R{len(vues):010}", lieu)

    def _activite(self, rpps: str, mode: str, secteur: str, structure: str, lieu: dict[str, str]) -> None:
        self.lot.ajouter(RegistreActivite, generation=1, rpps=rpps, mode=mode, secteur=secteur, structure=structure, **lieu)

    def _registre(self, code: CodeRegistre, total: int, ecarts: list[tuple[dict[str, Any], Ecart]]) -> None:
        jour = self.jour(code)
        debut, fin = a_heure(jour + timedelta(days=1), 6), a_heure(jour + timedelta(days=1), 6, 1)
        noms = {CodeRegistre.RPPS: f"PS_LibreAcces_Personne_activite_{jour:%Y%m%d}0000.txt",
                CodeRegistre.FINESS: f"finess-structures-journalier-{jour:%Y%m%d}.json.gz"}  # fmt: skip
        rapport = {"lignes": total, "hors": 0, "refuses": 0, "refus": {}, "doutes": {}, "exemples": [], "total": total,
                   "nouveaux": total, "changes": 0, "partis": 0, "evenements": len(ecarts)}  # fmt: skip
        fait = self.lot.ajouter(
            ImportRegistre, registre=code, generation=1, fichier=noms[code], date_registre=jour, etat=EtatImport.FAIT,
            rapport=rapport, commence_le=debut, vu_le=fin, fini_le=fin,
        )  # fmt: skip
        self.lot.ajouter(Registre, code=code, generation=1, date_registre=jour, lu_le=fin)
        apres = {"registre": code, "generation": 1, "date": jour.isoformat(), "total": total}
        self.lot.consigner("importer_registre", None, fin, sujet="import_registre", sujet_id=fait["id"], apres=apres)
        for sujet, (genre, avant, dit) in ecarts:
            e = self.lot.ajouter(
                EvenementRegistre, import_id=fait["id"], genre=genre, avant=avant, apres=dit, quand=fin, **sujet
            )
            traces = {"avant": avant, "apres": {**dit, "genre": genre}}
            self.lot.consigner("evenement_registre", None, fin, sujet="evenement_registre", sujet_id=e["id"], **traces)

    async def suivre(self, session: AsyncSession) -> None:
        """The Cockpit's sites follow; its practitioners were written so."""
        lus = {"registre": REGISTRE_SITES, "registre_date": self.jour(CodeRegistre.FINESS)}
        await session.execute(update(Etablissement).where(Etablissement.finess.is_not(None)).values(**lus))
        await session.execute(update(Etablissement).where(Etablissement.id.in_(self.fermes)).values(actif=False))
