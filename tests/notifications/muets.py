"""What no mail may say, looked for in all those of a story."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from app.notifications.models import EtatEnvoi
from app.notifications.resumes import resumer

if TYPE_CHECKING:
    from app.comptes.models import Personne
    from tests.notifications.courrier import Poste
    from tests.support.commission import Scene

IMMEDIATS = {"retour", "refus", "decision", "invitation"}
# What the acts of these stories wrote down, and what only screens say.
SECRETS = [
    "Sylvie", "Guichet", "Corinne", "Allergo", "Rémi", "Interne", "Membre", "Paula", "Doyenne", "Rita", "Voir p. 3",
    "Voir le code", "Une pièce manque", "Consultation", "Maison de santé", "rts@exemple.fr", "Accept", "suivi",
]  # fmt: skip
PRATICIEN = "praticien@exemple.fr"


async def tous_joignables(scene: Scene, poste: Poste) -> None:
    """Everybody has a verified address and wants everything, those to come included."""
    for nom, qui in scene.gens.items():
        await poste.verifiee(qui, f"{nom}@exemple.fr")
    nouveau = scene.nouveau_rts

    async def avec_adresse() -> Personne:
        qui = await nouveau()
        await poste.verifiee(qui, PRATICIEN)
        return qui

    scene.nouveau_rts = avec_adresse  # type: ignore[method-assign]


async def verifier_courriels(poste: Poste, genre: str) -> None:
    """The mails of a story about *genre*: immediate or in a digest, and mute on everything but their sentence."""
    immediats = await poste.envois()
    assert {e.genre for e in immediats} <= IMMEDIATS
    assert (genre in {e.genre for e in immediats}) == (genre in IMMEDIATS)
    assert {e.adresse for e in immediats} <= {PRATICIEN}
    await resumer(poste.monde.sessions, poste.settings)
    partis = await poste.envoyer()
    # A decision that the commission takes back before its mail has left is announced by none.
    annules = [e.genre for e in await poste.envois() if e.etat is EtatEnvoi.ANNULE]
    assert annules == (["decision"] if genre == "decision_rouverte" else [])
    assert partis == len(await poste.envois()) - len(annules) > 0
    for m in poste.boite.messages:
        texte, page = (str(m.get_body((sorte,)).get_content()) for sorte in ("plain", "html"))  # type: ignore[union-attr]
        dit = re.sub(r"http\S+", "", " ".join([str(m["Subject"]), texte, page]))
        assert [s for s in SECRETS if s in dit] == []
        (sortie,) = re.findall(r"<(http://agrement\.exemple\.fr/desinscription/\S+)>", m["List-Unsubscribe"])
        assert (m["List-Unsubscribe-Post"], m["Auto-Submitted"]) == ("List-Unsubscribe=One-Click", "auto-generated")
        assert (m["Cc"], m["Bcc"]) == (None, None)
        liens = set(re.findall(r"http\S+", texte)) - {sortie}
        (lien,) = {re.sub(r"\d+", "N", x.removeprefix("http://agrement.exemple.fr")) for x in liens}
        assert lien in {"/notifications", "/demandes/N", "/tableau-de-bord"}
