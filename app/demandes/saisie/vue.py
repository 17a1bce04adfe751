"""The view-model of the dossier's form: one for the page, its autosave, its conflicts and its check-list."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from app.core.templating import aujourdhui
from app.demandes.models import Choix
from app.demandes.pieces import emplacements
from app.demandes.retours import reponses, vue_rts
from app.demandes.saisie import regles
from app.demandes.saisie.contexte import intitule
from app.demandes.saisie.etat import LIBELLES, NOUVEAU, Textes, empreintes, textes
from app.demandes.saisie.forms import LIEU, PERSONNE, PHASES, PREFIXE_FINESS, cle_cabinet
from app.demandes.statuts import TypeDemande
from app.referentiel import queries as referentiel
from app.referentiel.models import Nature, Subdivision
from app.referentiel.queries import MOITIE, part_commune
from app.registres import queries as registres

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.demandes.saisie.contexte import Contexte
    from app.demandes.saisie.poste import Resultat
    from app.demandes.saisie.regles import Manque
    from app.referentiel.models import Etablissement, Terrain
    from app.registres.models import RegistreSite

RESULTATS = 20
CHOIX = (
    (Choix.REGISTRE.value, "Un établissement du registre"),
    (Choix.CABINET.value, "Mon cabinet"),
    (Choix.ABSENT.value, "Établissement absent du registre"),
)


@dataclass(slots=True)
class Retours:
    """What goes wrong, by field."""

    erreurs: dict[str, str] = field(default_factory=dict)
    conflits: dict[str, tuple[str, str]] = field(default_factory=dict)
    manques: list[Manque] = field(default_factory=list)
    verifiee: bool = False  # a check was asked for, and is made again at each save: its list gets shorter
    tapes: Textes = field(default_factory=dict)  # shown in place of what is stored
    etat: str = ""


def de_resultat(r: Resultat, bruts: Textes) -> Retours:
    """What a POST gives back: the fields at fault keep what was typed."""
    tapes = {nom: bruts[nom] for nom in r.erreurs if nom in bruts} | {n: mien for n, (mien, _) in r.fusion.conflits.items()}
    return Retours(erreurs=r.erreurs, conflits=dict(r.fusion.conflits.items()), tapes=tapes)


async def formulaire(session: AsyncSession, c: Contexte, retours: Retours | None = None, *, q: str = "") -> dict[str, Any]:
    """Everything that the form shows, under the name `s`."""
    r = retours or Retours()
    actuels = textes(c.demande, c.tete) | reponses.textes(c.remarques)
    erreurs = {m.champ: m.message for m in r.manques} | r.erreurs
    trouves = await _trouver(session, q)
    cabinets = await registres.cabinets_de(session, c.demande.rpps)
    en_cours = await regles.agrement_en_cours(session, c.demande, c.tete.formation, c.campagne)
    retour = vue_rts.retour(c.retour, c.demande, c.remarques, await vue_rts.lexique(session, [c.demande.id]))
    return {
        "id": c.demande.id,
        "version": c.demande.version,
        "lus": empreintes(actuels),
        "v": actuels | r.tapes,
        "erreurs": erreurs,
        "resume": _resume(r, vue_rts.lieux(retour)),
        "incomplete": bool(r.manques),
        "verifiee": r.verifiee or bool(r.manques),
        "alerte": not r.verifiee or bool(r.erreurs or r.conflits),
        "conflits": {n: (_dire(n, mien, c), _dire(n, autre, c)) for n, (mien, autre) in r.conflits.items()},
        "libelles": LIBELLES,
        "etat": r.etat,
        "q": q,
        "resultats": [e for e in trouves if e["id"] != str(c.demande.etablissement_id)],
        "cabinets": [
            {"cle": cle_cabinet(a), "dit": adresse(a.raison_sociale, a.adresse, a.code_postal, a.ville)} for a in cabinets
        ],
        "etablissement": lieu(c.etablissement) if c.etablissement else None,
        "demande": c.demande,
        "praticien": c.praticien,
        "subdivision": await _subdivision(session, c),
        "campagne": c.campagne,
        "retour": retour,
        "remarques": vue_rts.par_place(retour),
        "close": "",
        "fermeture": regles.fermeture(c.campagne, c.retour, aujourdhui(), c.prolonge),
        "en_cours": en_cours,
        "supprimable": regles.peut_supprimer(c.demande, c.retour),
        "places": await _places(session, c, erreurs),
        "demandees": bool(c.demandees),
        **_listes(c),
    }


async def _places(session: AsyncSession, c: Contexte, erreurs: dict[str, str]) -> list[dict[str, Any]]:
    noms = {t.code: t.libelle for t in await referentiel.types_piece(session)} if c.demandees or c.pieces else {}
    tour = secrets.token_hex(3)
    return [e.vue(erreurs, tour) for e in emplacements(c.demandees, c.pieces, c.demande.choix, noms=noms)]


async def _trouver(session: AsyncSession, q: str) -> list[dict[str, Any]]:
    """The Cockpit's sites, then those of the register that it does not hold yet."""
    if not q:
        return []
    connus = [lieu(e) for e in await referentiel.chercher_etablissements(session, q, limite=RESULTATS)]
    return connus + [site(s) for s in await registres.chercher_sites(session, q, limite=RESULTATS - len(connus))]


def _listes(c: Contexte) -> dict[str, Any]:
    return {
        "choix": CHOIX,
        "terrains": [(str(t.id), nom_terrain(t), t.titulaire_rpps == c.demande.rpps) for t in c.terrains],
        "proches": [nom_terrain(t) for t in c.terrains if part_commune(t.libelle, c.demande.saisie_terrain) >= MOITIE],
        "nouveau": NOUVEAU,
        "formations": [(f.code, intitule(f)) for f in c.formations.values() if f.code not in c.autres],
        "types": [(t.value, t.libelle) for t in TypeDemande],
        "phases": list(PHASES.items()),
        "transversale": c.formation.nature is not Nature.DES,
        "derogation": TypeDemande.DEROGATION.value,
    }


def _resume(r: Retours, lieux: dict[str, str]) -> list[tuple[str, str, str]]:
    """The summary of errors at the top: field to link to, message, another page where to look."""
    lignes = [(m.champ, f"{lieux[m.champ]} : {m.message}" if m.champ in lieux else m.message, m.lien) for m in r.manques]
    registre = dict.fromkeys(PERSONNE, "demandeur") | dict.fromkeys(LIEU, "choix")  # shown there, as text
    noms = PERSONNE | LIEU | LIBELLES | {n: "Pièce" for n in r.erreurs if n.startswith("piece")}
    lignes += [(registre.get(n, n), f"{noms.get(n) or reponses.libelle(n)} : {texte}", "") for n, texte in r.erreurs.items()]
    return lignes + [(n, f"{_nom(n)} : modifié aussi sur un autre écran.", "") for n in r.conflits]


def _nom(champ: str) -> str:
    return LIBELLES.get(champ) or reponses.libelle(champ)


def _dire(nom: str, texte: str, c: Contexte) -> str:
    """A stored value in words."""
    tables: dict[str, dict[str, str]] = {
        "choix": dict(CHOIX),
        "type": {t.value: t.libelle for t in TypeDemande},
        "formation": {f.code: intitule(f) for f in c.formations.values()},
        "terrain": {str(t.id): nom_terrain(t) for t in c.terrains} | {NOUVEAU: "Un autre terrain"},
    }
    if nom == "phases":
        return ", ".join(PHASES[p] for p in texte) or "(aucune)"
    return tables.get(nom, {}).get(texte, texte) or "(vide)"


def nom_terrain(terrain: Terrain) -> str:
    """« n° 412 — Service de gériatrie aiguë »."""
    return f"n° {terrain.numero} — {terrain.libelle}"


def lieu(e: Etablissement) -> dict[str, Any]:
    """A site as text."""
    source = f"{e.registre or 'Liste locale'}{f', {e.registre_date:%d/%m/%Y}' if e.registre_date else ''}"
    return {
        "id": str(e.id),
        "nom": e.raison_sociale,
        "adresse": adresse(e.adresse, e.code_postal, e.ville),
        "finess": e.finess or "",
        "siret": e.siret or "",
        "source": source,
    }


def site(s: RegistreSite) -> dict[str, Any]:
    """A site of the register, which enters the Cockpit if it is picked."""
    return {
        "id": PREFIXE_FINESS + s.finess,
        "nom": s.raison_sociale,
        "adresse": adresse(s.adresse, s.code_postal, s.ville),
        "finess": s.finess,
        "siret": s.siret or "",
        "source": "FINESS",
    }


def adresse(*parts: str) -> str:
    """« 1 place de l'Hôpital, 67000, Strasbourg »."""
    return ", ".join(p for p in parts if p)


async def _subdivision(session: AsyncSession, c: Contexte) -> str:
    subdivision = await session.get(Subdivision, c.demande.subdivision)
    return subdivision.libelle if subdivision else c.demande.subdivision
