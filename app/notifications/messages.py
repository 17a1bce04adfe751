"""Mails as they leave: a plain sentence, a link, and how to stop them; text, and the same in simple HTML."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr, formatdate
from typing import TYPE_CHECKING

from app.core.templating import ENV
from app.notifications.genres import GENRES
from app.notifications.outils import jeton_de_desinscription, jeton_de_verification

if TYPE_CHECKING:
    from app.notifications.genres import Fait
    from app.notifications.models import Envoi
    from app.settings import Settings

_TEXTE = ENV.overlay(autoescape=False)
RESUME = "resume"


@dataclass(frozen=True, slots=True)
class Texte:
    """What a mail says."""

    sujet: str
    phrases: list[str]
    lien: str
    bouton: str
    points: list[str] = field(default_factory=list)
    desinscription: str = ""

    def en_texte(self) -> str:
        """The plain alternative."""
        return _TEXTE.get_template("notifications/courriel.txt").render(m=self)

    def en_html(self) -> str:
        """The other one."""
        return ENV.get_template("notifications/courriel.html").render(m=self)


def texte_immediat(settings: Settings, genre: str, fait: Fait, lien: str, *, personne_id: int, adresse: str) -> Texte:
    """A mail about one thing, of a kind that is worth a mail."""
    g = GENRES[genre]
    sujets = {"retour": "dossier à compléter", "refus": "réponse de la scolarité", "decision": "décision publiée"}
    return Texte(
        sujet=f"Agrément : {sujets.get(genre, 'invitation à renouveler')}",
        phrases=[g.courriel(fait)] if g.courriel else [],
        lien=settings.public_url + lien,
        bouton=g.bouton,
        desinscription=lien_de_desinscription(settings, personne_id, adresse, "immediat"),
    )


def texte_resume(settings: Settings, comptes: dict[str, int], *, personne_id: int, adresse: str) -> Texte:
    """The day's digest: how many of each kind, and nothing of any."""
    points = [f"{n} {GENRES[g].resume[n > 1]}" for g, n in comptes.items() if g in GENRES]
    total = sum(comptes.values())
    quoi = f"{total} notifications non lues" if total > 1 else "1 notification non lue"
    return Texte(
        sujet=f"Agrément : {quoi}",
        phrases=[f"Depuis votre dernier passage, vous avez {quoi} :"],
        points=points,
        lien=f"{settings.public_url}/notifications",
        bouton="Voir mes notifications",
        desinscription=lien_de_desinscription(settings, personne_id, adresse, RESUME),
    )


def texte_verification(settings: Settings, personne_id: int, adresse: str, alea: str) -> Texte:
    """The link that proves that an address is read by whoever gave it."""
    jeton = jeton_de_verification(settings.secret, personne_id, adresse, alea)
    return Texte(
        sujet="Agrément : vérifiez votre adresse électronique",
        phrases=[
            "Cette adresse a été donnée dans Agrément pour y recevoir des courriels.",
            "Ouvrez ce lien dans les 24 heures pour la confirmer ; il ne sert qu'une fois.",
            "Si vous n'avez rien demandé, ne faites rien : aucun autre courriel ne partira à cette adresse.",
        ],
        lien=f"{settings.public_url}/moi/courriel/verification/{jeton}",
        bouton="Vérifier cette adresse",
    )


def lien_de_desinscription(settings: Settings, personne_id: int, adresse: str, quoi: str) -> str:
    """Where one stops these mails without signing in."""
    return f"{settings.public_url}/desinscription/{jeton_de_desinscription(settings.secret, personne_id, adresse, quoi)}"


def message(settings: Settings, envoi: Envoi, texte: Texte) -> EmailMessage:
    """The whole message; the policy refuses any header that holds a line break."""
    m = EmailMessage(policy=SMTP)
    m["From"] = formataddr(("Agrément", settings.mail_from or "agrement@agrement.invalid"))
    m["To"] = envoi.adresse
    m["Subject"] = texte.sujet
    m["Date"] = formatdate(envoi.cree_le.timestamp(), localtime=False)
    m["Message-ID"] = envoi.message_id
    m["Auto-Submitted"] = "auto-generated"
    if texte.desinscription:
        m["List-Unsubscribe"] = f"<{texte.desinscription}>"
        m["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    m.set_content(texte.en_texte())
    m.add_alternative(texte.en_html(), subtype="html")
    return m
