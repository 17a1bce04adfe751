"""The stream behind an open draft: the return and its remarks follow the scolarité, what is being typed is left alone."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from litestar import Request, get
from litestar.response import Stream
from sqlalchemy.ext.asyncio import AsyncSession

from app.comptes.acces import battre, empreinte, nom_cookie
from app.core.access import Droits
from app.core.errors import Erreur
from app.core.live import ENTETES, message, repris
from app.core.templating import aujourdhui, rendu
from app.demandes.historique import CACHES_AU_RTS
from app.demandes.issue import statut_montre
from app.demandes.retours import vue_rts
from app.demandes.saisie.contexte import Contexte, contexte, ma_demande
from app.demandes.saisie.regles import fermeture
from app.demandes.statuts import Statut

if TYPE_CHECKING:
    from app.core.journal import Journal
    from app.core.live import Direct

RETOUR, SOUMETTRE, REMARQUE = (f"demandes/saisie/{nom}.html" for nom in ("_retour", "_soumettre", "_remarque_annulee"))
ENVOI = '<hx-partial hx-target="#{cible}" hx-swap="outerMorph">{html}</hx-partial>'  # what is the same stays under the pointer
CLOSES = {
    Statut.EN_VALIDATION: "Cette demande est en cours de validation : elle ne se modifie plus ici.",
    Statut.REFUSE: "Cette demande a été refusée : elle ne se modifie plus.",
}


def situation(droits: Droits, c: Contexte, mots: vue_rts.Lexique) -> dict[str, Any]:
    """What the fragments show, as the form's own view-model says it."""
    montre = statut_montre(droits, c.demande, c.tete)
    close = "" if montre is Statut.EN_SAISIE else CLOSES.get(montre, "Cette demande ne se modifie plus.")
    return {
        "id": c.demande.id,
        "close": close,
        "retour": None if close else vue_rts.retour(c.retour, c.demande, c.remarques, mots),
        "fermeture": fermeture(c.campagne, c.retour, aujourdhui(), c.prolonge),
    }


class Suivi:
    """One open draft: nothing is sent while what it shows of its return stays the same."""

    def __init__(self, direct: Direct, droits: Droits, demande_id: int) -> None:
        self.direct, self.droits, self.demande_id, self.vu = direct, droits, demande_id, ""

    def regler(self, droits: Droits) -> None:
        """The rights in force now."""
        self.droits = droits

    async def rendre(self, actes: list[Journal]) -> bytes:
        """The fragments, if they have changed for their reader."""
        if not any(a.demande_id == self.demande_id and a.action not in CACHES_AU_RTS for a in actes):
            return b""
        try:
            html = await self._fragments()
        except Erreur:  # deleted, or no longer his: the next page says it
            return b""
        if (marque := hashlib.sha256(html.encode()).hexdigest()) == self.vu:
            return b""
        self.vu = marque
        return message(html)

    async def _fragments(self) -> str:
        async with self.direct.sessions() as session:
            c = await contexte(session, *await ma_demande(session, self.droits, self.demande_id))
            s = situation(self.droits, c, await vue_rts.lexique(session, [self.demande_id]))
        # A remark that still asks something is left alone: its answer is being typed.
        annulees = [r for r in s["retour"]["remarques"] if r["annulee"]] if s["retour"] else []
        envois = {"retour": rendu(RETOUR, s=s), "soumettre": rendu(SOUMETTRE, s=s)}
        envois |= {f"remarque-{r['id']}": rendu(REMARQUE, r=r) for r in annulees}
        return "".join(ENVOI.format(cible=cible, html=html) for cible, html in envois.items())


@get("/direct/demandes/{demande_id:int}/saisie")
async def direct_saisie(request: Request[Any, Any, Any], session: AsyncSession, droits: Droits, demande_id: int) -> Stream:
    """The stream of one's own draft."""
    await ma_demande(session, droits, demande_id)
    direct: Direct = request.app.state.direct
    suivi = Suivi(direct, droits, demande_id)
    jeton = request.cookies.get(nom_cookie(https=request.app.state.settings.https), "")

    async def battement() -> bool:
        return await battre(direct.sessions, empreinte(jeton), suivi.regler)

    return Stream(direct.flux(repris(request), suivi.rendre, battement), media_type="text/event-stream", headers=ENTETES)
