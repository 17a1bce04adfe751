"""*Tableau de bord* of the RTS: his demandes by statut, what the scolarité waits for, and the campaigns that are open."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from litestar import Request, get
from litestar.response import Stream, Template
from litestar.template.base import csrf_token
from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncSession

from app.campagnes.queries import campagnes_ouvertes_au_depot, prochaines, prolongations_de
from app.comptes.acces import battre, empreinte, nom_cookie
from app.core.access import Droits, peut_lire
from app.core.annexe import completer
from app.core.errors import Interdit
from app.core.live import ENTETES, message, repris
from app.core.pages import rendre
from app.core.templating import aujourdhui, rendu
from app.core.visibilite import Objet
from app.demandes.historique import CACHES_AU_RTS
from app.demandes.issue import motif_montre, statut_montre
from app.demandes.permissions import peut
from app.demandes.queries import adresses, demandes_de, retours_ouverts
from app.demandes.retours import vue_rts
from app.demandes.retours.queries import remarques_envoyees, retours_annules
from app.demandes.saisie.contexte import intitule
from app.demandes.saisie.regles import peut_supprimer
from app.demandes.statuts import Action, Statut
from app.referentiel import queries as referentiel

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from app.core.journal import Journal
    from app.core.live import Direct
    from app.demandes.models import Demande, Ligne


@dataclass(frozen=True, slots=True)
class Section:
    """What another feature puts on the dashboard: its template, and the view-model under the name `x`."""

    gabarit: str
    x: dict[str, Any]


SECTIONS: list[Callable[[AsyncSession, Droits], Awaitable[Section | None]]] = []
ANNONCES: set[str] = set()  # acts on no demande that change them for the RTS whose `rpps` they name
ORDRE = (Statut.EN_SAISIE, Statut.EN_VALIDATION, Statut.VALIDE_ADMIN, Statut.ACCEPTE, Statut.REFUSE)
LISTE, AUTRES = "demandes/tableau_de_bord/_demandes.html", "demandes/tableau_de_bord/_sections.html"
CIBLES = ("mes-demandes", "mes-sections")
ENVOI = '<hx-partial hx-target="#{cible}" hx-swap="outerMorph">{html}</hx-partial>'


@get("/tableau-de-bord")
async def tableau_de_bord(request: Request[Any, Any, Any], session: AsyncSession, droits: Droits) -> Template:
    """The page."""
    if droits.rpps is None:
        raise Interdit("Le tableau de bord est celui des responsables de terrain de stage, connus par leur numéro RPPS.")
    depuis, le = request.app.state.direct.dernier, aujourdhui()
    vue, sections = await mes_demandes(session, droits), await mes_sections(session, droits)
    vu = "-".join(_empreinte(html) for html in _parties(vue, sections, csrf_token({"request": request})).values())
    return rendre(
        request,
        "demandes/tableau_de_bord/page.html",
        LISTE,
        droits=droits,
        vue=vue,
        sections=sections,
        campagnes=await campagnes_ouvertes_au_depot(session, le, droits.rpps),
        prolongations=await prolongations_de(session, droits.rpps),
        prochaines=await prochaines(session, le),
        direct=f"/direct/tableau-de-bord?non_lues={droits.non_lues}&depuis={depuis}&vu={vu}",
    )


@get("/direct/tableau-de-bord")
async def direct_tableau_de_bord(request: Request[Any, Any, Any], session: AsyncSession, droits: Droits) -> Stream:
    """The stream behind it: the list and the sections again, each time that what this RTS may read of them has changed."""
    if droits.rpps is None:
        raise Interdit("Le tableau de bord est celui des responsables de terrain de stage.")
    direct: Direct = request.app.state.direct
    siennes = {d.id for d, _ in await demandes_de(session, droits)}
    suivi = Suivi(direct, droits, siennes, request.query_params.get("vu", ""), csrf_token({"request": request}))
    jeton = request.cookies.get(nom_cookie(https=request.app.state.settings.https), "")

    async def battement() -> bool:
        return await battre(direct.sessions, empreinte(jeton), suivi.regler)

    flux = direct.flux(repris(request), suivi.rendre, battement, completer(request, droits))
    return Stream(flux, media_type="text/event-stream", headers=ENTETES)


class Suivi:
    """One open dashboard: nothing is sent while its own rendering stays the same, whatever happens behind it."""

    def __init__(self, direct: Direct, droits: Droits, siennes: set[int], vu: str, jeton: str) -> None:
        self.direct, self.droits, self.siennes, self.jeton = direct, droits, siennes, jeton
        self.vus = dict(zip(CIBLES, vu.split("-"), strict=False))

    def regler(self, droits: Droits) -> None:
        """The rights in force now."""
        self.droits = droits

    def _touche(self, acte: Journal) -> bool:
        if acte.auteur_id == self.droits.personne_id:
            return True
        if acte.action in ANNONCES:
            return (acte.apres or {}).get("rpps") == self.droits.rpps
        return acte.demande_id in self.siennes and acte.action not in CACHES_AU_RTS

    async def rendre(self, actes: list[Journal]) -> bytes:
        """What has changed for its reader."""
        if not any(self._touche(a) for a in actes):
            return b""
        async with self.direct.sessions() as session:
            vue, sections = await mes_demandes(session, self.droits), await mes_sections(session, self.droits)
        self.siennes = {d["id"] for groupe in vue["groupes"] for d in groupe["demandes"]}
        parties = _parties(vue, sections, self.jeton)
        neuves = {cible: html for cible, html in parties.items() if _empreinte(html) != self.vus.get(cible)}
        self.vus |= {cible: _empreinte(html) for cible, html in neuves.items()}
        return message("".join(ENVOI.format(cible=cible, html=html) for cible, html in neuves.items())) if neuves else b""


def _parties(vue: dict[str, Any], sections: list[Section], jeton: str) -> dict[str, str]:
    """What is followed, by the id of its element; *jeton* is what the reader's own forms send."""
    champ = Markup('<input type="hidden" name="_csrf_token" value="{}">').format(jeton)
    return dict(zip(CIBLES, (rendu(LISTE, vue=vue), rendu(AUTRES, sections=sections, csrf_input=champ)), strict=True))


def _empreinte(html: str) -> str:
    return hashlib.sha256(html.encode()).hexdigest()[:16]


async def mes_sections(session: AsyncSession, droits: Droits) -> list[Section]:
    """What the other features show this person."""
    return [s for fabrique in SECTIONS if (s := await fabrique(session, droits)) is not None]


async def mes_demandes(session: AsyncSession, droits: Droits) -> dict[str, Any]:
    """One's demandes by the statut that one may read, returned dossiers first."""
    siennes = await demandes_de(session, droits)
    retours = await retours_ouverts(session, [d.id for d, _ in siennes])
    remarques = await remarques_envoyees(session, [r.id for r in retours.values()])
    mots = await vue_rts.lexique(session, list(retours))
    annules = await retours_annules(session, [d.id for d, _ in siennes if d.statut is Statut.EN_VALIDATION])
    formations = {f.code: intitule(f) for f in await referentiel.formations(session, actives=False)}
    subdivisions = {s.code: s.libelle for s in await referentiel.subdivisions(session)}
    lieux = await adresses(session, [d for d, _ in siennes])
    groupes: dict[Statut, list[dict[str, Any]]] = {statut: [] for statut in ORDRE}
    for demande, tete in siennes:
        retour = retours.get(demande.id) if peut_lire(droits, Objet.RETOUR, tete) else None
        carte = _carte(droits, demande, tete, formations)
        carte |= {
            "retour": vue_rts.retour(retour, demande, remarques.get(retour.id, []) if retour else [], mots),
            "retour_annule": demande.id in annules,
            "subdivision": subdivisions[demande.subdivision],
            "adresse": lieux[demande.id],
            "supprimable": peut_supprimer(demande, retour),
        }
        groupes[carte["statut"]].append(carte)
    for cartes in groupes.values():
        cartes.sort(key=lambda c: c["retour"] is None)
    return {"groupes": [{"statut": s, "demandes": cartes} for s, cartes in groupes.items()], "total": len(siennes)}


def _carte(droits: Droits, demande: Demande, tete: Ligne, formations: dict[str, str]) -> dict[str, Any]:
    return {
        "id": demande.id,
        "statut": statut_montre(droits, demande, tete),
        "formation": formations.get(tete.formation, tete.formation),
        "type": demande.type.libelle,
        "terrain": tete.terrain or "Terrain à préciser",
        "etablissement": tete.etablissement,
        "soumise_le": demande.soumise_le,
        "motif_refus": motif_montre(droits, demande, tete),
        "modifiable": peut(droits, Action.SOUMETTRE, tete),
    }


routes_tableau_de_bord = [tableau_de_bord, direct_tableau_de_bord]
