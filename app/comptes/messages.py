"""Why a login did not go through, told to whoever sits there, with a way out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Echec:
    """`autre`: signing in with another account may help."""

    titre: str
    message: str
    statut: int = 400
    autre: bool = False


_REFUS = Echec(
    "Connexion refusée",
    "Le fournisseur d'identité n'a pas autorisé la connexion, ou vous l'avez interrompue. Rien n'a été enregistré.",
    403,
    autre=True,
)
_ECHECS = {
    "access_denied": _REFUS,
    "consent_required": _REFUS,
    "login_required": Echec(
        "Connexion à reprendre",
        "Le fournisseur d'identité demande que vous vous identifiiez à nouveau.",
        autre=True,
    ),
    "interaction_required": Echec(
        "Connexion à reprendre",
        "Le fournisseur d'identité demande une action de votre part : recommencez la connexion.",
        autre=True,
    ),
    "temporarily_unavailable": Echec(
        "Fournisseur indisponible",
        "Le fournisseur d'identité est momentanément indisponible. Réessayez dans quelques minutes.",
    ),
    "Y000400": Echec(
        "Demande refusée par ProConnect",
        "ProConnect n'a pas reconnu la demande de l'application (Y000400). C'est un réglage à corriger : "
        "prévenez l'administrateur. Recommencer n'y changera rien, un autre fournisseur peut vous ouvrir la porte.",
    ),
    "reseau": Echec(
        "Fournisseur injoignable",
        "Le fournisseur d'identité ne répond pas. Réessayez dans quelques minutes, ou passez par un autre fournisseur.",
    ),
    "etat": Echec(
        "Connexion expirée",
        "La connexion a été commencée il y a plus de dix minutes, ou dans un autre navigateur. Recommencez-la.",
    ),
    "acr": Echec(
        "Niveau d'identification insuffisant",
        "Cette application demande une identification plus forte (par exemple à deux facteurs). "
        "Recommencez avec le moyen le plus sûr que votre fournisseur propose.",
        403,
        autre=True,
    ),
    "organisme": Echec(
        "Organisme non admis",
        "Votre compte est rattaché à un organisme que cette application n'admet pas. Adressez-vous à votre scolarité.",
        403,
        autre=True,
    ),
    "emetteur": Echec(
        "Réponse inattendue",
        "La réponse reçue ne vient pas du fournisseur d'identité choisi. Rien n'a été ouvert : recommencez.",
    ),
}
_INVALIDE = Echec(
    "Connexion impossible",
    "La réponse du fournisseur d'identité n'a pas pu être vérifiée. Rien n'a été ouvert. Recommencez ; si cela dure, "
    "prévenez l'administrateur.",
)


def echec(code: str) -> Echec:
    """What to say of *code*, whoever it comes from."""
    return _ECHECS.get(code, _INVALIDE)
