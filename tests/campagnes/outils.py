"""What the tests of campaigns share: days as forms write them, a campaign made through its form, its form read back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from lxml import html

from app.core.templating import aujourdhui
from app.referentiel.normalisation import cle_rpps

if TYPE_CHECKING:
    import httpx

    from tests.support.application import Monde

NADIA, OMAR = cle_rpps("9970036624"), cle_rpps("9970036625")
LISTES = {"formations", "natures", "pieces", "obligatoires", "motifs_INCOMPLET", "motifs_REFUS_SCOLARITE"}


def dans(jours: int) -> str:
    """A day from today, as a date field writes it."""
    return (aujourdhui() + timedelta(days=jours)).isoformat()


BONNE: dict[str, Any] = {
    "libelle": "Campagne 2026", "subdivision": "STRASBOURG", "ouverture": dans(-1), "cloture_depot": dans(20),
    "cloture_complements": dans(30), "cloture_avis": dans(40), "publication": dans(60), "debut_agrements": dans(160),
    "notice": "Apportez le **projet**.", "formations": ["ALLERGO", "HGE"],
    "seance_prevue": "", "voie_bloquante": "oui", "motifs": [], "pieces": [],
}  # fmt: skip


def erreurs(reponse: httpx.Response, statut: int = 422) -> dict[str, str]:
    """Field → the error beside it."""
    assert reponse.status_code == statut
    petits = html.fromstring(reponse.text).xpath("//form//small[contains(@class,'erreur')]")
    return {e.get("id").removesuffix("-aide"): e.text_content().strip() for e in petits}


def champs(reponse: httpx.Response) -> dict[str, Any]:
    """The form as a browser would send it."""
    (formulaire,) = html.fromstring(reponse.text).xpath("//form[contains(@action,'/campagnes/')][@data-garde]")
    lus: dict[str, Any] = {}
    for nom, valeur in formulaire.form_values():
        lus[nom] = [*lus.get(nom, []), valeur] if nom in LISTES else valeur
    lus.pop("_csrf_token")
    return lus


async def creer(monde: Monde, poste: Any, **valeurs: Any) -> int:
    """A campaign made through its form."""
    reponse = await poste.poster("/campagnes/nouvelle", **BONNE | valeurs)
    assert reponse.status_code == 303
    return int(reponse.headers["location"].rpartition("/")[2])
