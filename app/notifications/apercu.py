"""What a mail would say of a real dossier: made by the same code as the mail, with a link out of it that leads nowhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Final

from app.core.templating import aujourdhui
from app.demandes.queries import dossier_visible, retours_ouverts
from app.notifications.genres import GENRES, Fait
from app.notifications.messages import texte_immediat, texte_resume, texte_verification

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.access import Droits
    from app.notifications.messages import Texte
    from app.settings import Settings

EXEMPLE: Final = "destinataire@exemple.fr"
GABARITS: Final = {g.code: g.libelle for g in GENRES.values() if g.immediat} | {
    "resume": "Résumé quotidien", "verification": "Vérification d'adresse",
}  # fmt: skip


async def apercu(session: AsyncSession, settings: Settings, droits: Droits, genre: str, demande_id: int) -> Texte:
    """The mail of this kind about this dossier.

    Raises:
        Introuvable: no such dossier, or not for this person.
        Interdit: he may not open it.
    """
    demande, lignes = await dossier_visible(session, droits, demande_id)
    if genre == "resume":
        return _sans_issue(texte_resume(settings, {"accuse": 1, "retour": 2}, personne_id=0, adresse=EXEMPLE))
    if genre == "verification":
        return replace(texte_verification(settings, 0, EXEMPLE, "exemple"), lien=f"{settings.public_url}/moi/courriel")
    retour = (await retours_ouverts(session, [demande.id])).get(demande.id)
    echeance = retour.echeance if retour else aujourdhui() + timedelta(days=15)
    acte = SimpleNamespace(demande_id=demande.id, sujet_id=demande.id, apres={"echeance": echeance.isoformat()})
    g = GENRES[genre]
    lien = g.lien.format(demande=demande.id, seance=0)
    return _sans_issue(texte_immediat(settings, genre, Fait(acte, lignes[0]), lien, personne_id=0, adresse=EXEMPLE))


def _sans_issue(texte: Texte) -> Texte:
    return replace(texte, desinscription="#desinscription")
