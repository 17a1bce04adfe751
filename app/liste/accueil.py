"""*Accueil*: what waits for me today, with counts; and the pages of the footer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from litestar import Request, Response, get
from litestar.response import Stream, Template
from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncSession

from app.comptes.acces import battre, empreinte, nom_cookie
from app.core.access import Droits
from app.core.live import ENTETES
from app.core.menu import menu
from app.core.pages import rediriger, rendre
from app.core.roles import Role
from app.core.templating import rendu
from app.core.vivant import Vivant
from app.core.vivant import empreinte as quoi
from app.demandes.statuts import MOUVEMENTS, Action, Statut
from app.liste.clavier import TOUCHES
from app.liste.colonnes import colonnes
from app.liste.libelles import ATTENDU
from app.liste.queries import compte, requete_de
from app.liste.vue import nombre
from app.tableau.etat import Etat

if TYPE_CHECKING:
    from app.core.live import Direct


@dataclass(frozen=True, slots=True)
class Attente:
    """Work that waits for a role: what it is called, the filters that list it."""

    roles: frozenset[Role]
    libelle: str
    filtres: dict[str, tuple[str, ...]]


ATTENTES = (
    Attente(frozenset({Role.SCOL}), "demandes à vérifier", {"statut": ("EN_VALIDATION",)}),
    Attente(
        frozenset({Role.SCOL}),
        "rapports de visite à déposer",
        {"statut": ("VALIDE_ADMIN",), "rapport": ("ABSENT",)},
    ),
    Attente(
        frozenset({Role.COORD}),
        "demandes sans avis du coordonnateur",
        {"statut": ("VALIDE_ADMIN",), "decision_coord": (ATTENDU,)},
    ),
    Attente(
        frozenset({Role.REP}),
        "demandes sans avis du représentant des internes",
        {"statut": ("VALIDE_ADMIN",), "decision_rep": (ATTENDU,)},
    ),
    Attente(
        frozenset({Role.MEMBRE, Role.PRES}),
        "demandes validées, à examiner en commission",
        {"statut": ("VALIDE_ADMIN",)},
    ),
)
AIDES = {
    Role.RTS: "Déposer une demande, la suivre, la compléter quand la scolarité la retourne.",
    Role.SCOL: "Vérifier les demandes, les retourner incomplètes, les refuser, les valider ; préparer les séances.",
    Role.COORD: "Donner la décision des coordonnateurs sur les demandes validées de vos formations.",
    Role.REP: "Donner l'avis des internes sur les demandes validées.",
    Role.MEMBRE: "Décider ligne à ligne, dans le tableau, pendant la séance ouverte.",
    Role.PRES: "Ouvrir la séance, la clore, publier ses décisions.",
    Role.ARS: "Lire les décisions de la commission.",
    Role.ADMIN: "Tenir les campagnes, les personnes et leurs fonctions.",
}


@get("/")
async def accueil(request: Request[Any, Any, Any], session: AsyncSession, droits: Droits) -> Template | Response[Any]:
    """Tiles and what waits; without any right, the page that says whom to ask."""
    if not droits.roles:
        return rediriger(request, "/sans-droit")
    if droits.roles == {Role.RTS}:
        return rediriger(request, "/tableau-de-bord")
    html = await _attentes(request.app.state.direct, session, droits)
    direct = f"/direct/accueil?vu={quoi(html)}"
    contexte = {"droits": droits, "attentes": Markup(html), "tuiles": list(menu(droits)), "direct": direct}  # noqa: S704
    return rendre(request, "accueil/page.html", **contexte)


async def _attentes(direct: Direct, session: AsyncSession, droits: Droits) -> str:
    registre, attentes, connu = colonnes(droits), [], direct.connu
    for attente in ATTENTES:
        if droits.a(*attente.roles) and set(attente.filtres) <= set(registre):
            etat = Etat(filtres=attente.filtres)
            trouvees = await compte(session, await requete_de(session, droits, etat), etat, connu)
            attentes.append({"nombre": nombre(trouvees), "libelle": attente.libelle, "url": etat.url("/demandes")})
    return rendu("accueil/_attentes.html", attentes=attentes)


@get("/direct/accueil")
async def direct_accueil(request: Request[Any, Any, Any], session: AsyncSession, droits: Droits) -> Stream:
    """The figures of what waits, as they change for this reader."""
    direct: Direct = request.app.state.direct
    jeton = request.cookies.get(nom_cookie(https=request.app.state.settings.https), "")
    _ = session

    async def faire(session: AsyncSession, droits: Droits) -> str:
        return await _attentes(direct, session, droits)

    async def battement() -> bool:
        return await battre(direct.sessions, empreinte(jeton), part.regler)

    part = Vivant(direct, droits, "attentes", request.query_params.get("vu", ""), faire)
    return Stream(direct.flux(None, part.noter, battement, part), media_type="text/event-stream", headers=ENTETES)


@get("/aide")
async def aide(request: Request[Any, Any, Any]) -> Template:
    """The guide, derived from the state machine."""
    actes = {
        role: [(m.libelle, ", ".join(s.libelle for s in sorted(m.de, key=list(Statut).index))) for m in _actes(role)]
        for role in AIDES
    }
    return rendre(request, "accueil/aide.html", aides=AIDES, actes=actes, statuts=list(Statut), touches=TOUCHES)


def _actes(role: Role) -> list[Any]:
    return [m for a, m in MOUVEMENTS.items() if role in m.roles and a is not Action.CREER]


def _page(chemin: str) -> Any:
    @get(f"/{chemin}", name=chemin)
    async def page(request: Request[Any, Any, Any]) -> Template:
        return rendre(request, f"accueil/{chemin}.html")

    return page


PAGES = [accueil, direct_accueil, aide, *(_page(nom) for nom in ("cgu", "rgpd", "accessibilite"))]
