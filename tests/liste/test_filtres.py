"""Filters compose, and between columns, or inside one, for every reader, by the address alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.avis.models import Sens
from app.avis.regles import Divergence
from app.core.roles import Role
from app.core.visibilite import Moment
from app.demandes.statuts import Statut, TypeDemande, Validation
from app.liste.colonnes import colonnes
from app.referentiel.normalisation import cle_rpps
from tests.liste.modele import JUGEMENTS, TEXTES, VALIDATIONS, garde, lisibles, phrase
from tests.liste.rangees import eprouver, lire_ecran, semer
from tests.support.application import fonction

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.application import Monde, Poste

MARC = cle_rpps("9970041000")
RANGEES: tuple[dict[str, Any], ...] = (
    {"nom": "Étienne", "prenom": "Zoé", "ville": "Sélestat", "etablissement": "Hôpital 100 % public", "coord": Sens.ACCEPTE},
    {"nom": "Müller", "ville": "SELESTAT", "etablissement": "Hopital a_b", "formation": "ACP", "rep": Sens.REFUSE},
    {"nom": "O'Neil", "ville": "Saint-Dié", "terrain": "Médecine   interne", "attachees": ("GERIATRIE", "FST17")},
    {"nom": "Œuvray", "terrain": "Cœur / poumon", "type_demande": TypeDemande.DEROGATION, "formation": "CARDIO"},
    {"nom": "Brouillon", "statut": Statut.EN_SAISIE, "validation_rts": Validation.NON_VALIDE},
    {"nom": "Attente", "statut": Statut.EN_VALIDATION, "validation_terrain": Validation.INVALIDE, "formation": "ACP"},
    {"nom": "Écarté", "statut": Statut.REFUSE, "type_etablissement": "CHU", "subdivision": "NANCY"},
    {"nom": "Ouvert", "moment": Moment.SEANCE_OUVERTE, "coord": Sens.A_L_ETUDE, "decision": Sens.REFUSE, "rep": Sens.ACCEPTE},
    {"nom": "Clos", "statut": Statut.ACCEPTE, "moment": Moment.CLOSE, "coord": Sens.REFUSE, "decision": Sens.ACCEPTE},
    {"nom": "Publié", "statut": Statut.ACCEPTE, "coord": Sens.ACCEPTE, "decision": Sens.ACCEPTE, "attachees": ("HGE",)},
    {"nom": "Ottrott", "prenom": "Marc", "rpps": MARC, "coord": Sens.REFUSE, "rep": Sens.REFUSE, "terrain": "anti\\slash"},
    {"nom": "Ottrott", "prenom": "Marc", "rpps": MARC, "statut": Statut.ACCEPTE, "moment": Moment.CLOSE,
     "decision": Sens.ACCEPTE, "coord": Sens.ACCEPTE, "formation": "ACP"},
    {"nom": "Ailleurs", "subdivision": "NANCY", "type_demande": TypeDemande.RENOUVELLEMENT, "coord": Sens.ACCEPTE},
)  # fmt: skip
CHOIX: dict[str, list[str]] = {
    "statut": [*Statut, "INCONNU"],
    "formation": ["MG", "ACP", "GERIATRIE", "CARDIO", "FST17", "DEROGATION"],
    "subdivision": ["STRASBOURG", "NANCY"],
    "type_etablissement": ["MSP", "CHU"],
    "type_demande": [*TypeDemande],
    **{code: [*Validation] for code in VALIDATIONS},
    **{code: [*Sens, "SANS"] for code in JUGEMENTS},
    "divergence": [*Divergence, "INCONNUE"],
}
MOTS = ["etienne", "ÉTIENNE zo", "selestat", "Saint-dié", "%", "_", "a_b", "100 %", "\\", "/", "coeur", "médecine INTERNE", "o'n",
        "marc ottrott", "997", cle_rpps("9970040003"), "\u0300", "x%", "é"]  # fmt: skip
FILTRES = st.fixed_dictionaries(
    {},
    optional={
        **{code: st.lists(st.sampled_from(valeurs), min_size=1, max_size=3, unique=True) for code, valeurs in CHOIX.items()},
        **{code: st.one_of(st.sampled_from(MOTS), st.text(max_size=3)).filter(str.strip).map(lambda x: [x]) for code in TEXTES},
    },
).filter(lambda f: len(f) < 5)


async def lecteurs(monde: Monde) -> list[Poste]:
    """A reader of everything, then those from whom something is hidden."""
    scol = await monde.personne("Claire Exemple", fonction(Role.SCOL), fonction(Role.SCOL, subdivision="NANCY"))
    coord = await monde.personne("Paul Coordonnateur", fonction(Role.COORD, "MG", "GERIATRIE"))
    membre = await monde.personne("Marc Ottrott", fonction(Role.MEMBRE), fonction(Role.COORD, "MG"), rpps=MARC)
    rep = await monde.personne("Lou Interne", fonction(Role.REP))
    return [await monde.connecter(qui) for qui in (scol, coord, membre, rep)]


def attendu(poste: Poste, rangees: list[dict[str, Any]], filtres: Mapping[str, list[str]]) -> tuple[list[int], str]:
    """The rows and the count that the plain model gives; a column that is not offered does not filter."""
    siens = {c: tuple(v) for c, v in filtres.items() if c in colonnes(poste.droits)}
    toutes = lisibles(poste.droits, rangees)
    gardees = [r for r in toutes if garde(poste.droits, r, siens)]
    return [r["id"] for r in gardees], phrase(gardees, toutes)


async def test_filters_keep_what_a_plain_model_keeps(monde: Monde) -> None:
    campagne = await monde.campagne("MG")
    postes = await lecteurs(monde)
    rangees = await semer(monde, campagne.id, postes[0].droits.personne_id, *RANGEES)

    async def montre(poste: Poste, filtres: Mapping[str, list[str]]) -> tuple[list[int], str]:
        adresse = "/demandes?" + urlencode([("tout", "1"), *((c, v) for c, valeurs in filtres.items() for v in valeurs)])
        ecran = lire_ecran(await poste.ouvrir(adresse, htmx=True, cible="tbody#corps"))
        return ecran.lignes, ecran.compte

    def propriete(ici: Any) -> None:
        @settings(max_examples=120, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(st.sampled_from(postes), FILTRES)
        def prouver(poste: Poste, filtres: Mapping[str, list[str]]) -> None:
            assert ici(montre(poste, filtres)) == attendu(poste, rangees, filtres)

        prouver()

    for poste in postes:
        assert await montre(poste, {}) == attendu(poste, rangees, {})
    await eprouver(propriete)


async def test_text_ignores_accents_and_case_and_takes_signs_as_they_are(monde: Monde) -> None:
    campagne = await monde.campagne("MG")
    scol = await monde.personne("Claire Exemple", fonction(Role.SCOL))
    poste = await monde.connecter(scol)
    await semer(monde, campagne.id, scol.id, *RANGEES[:4])
    cas = {
        "ville=SELESTAT": ["Zoé Étienne", "Jeanne Müller"],
        "ville=s%C3%A9lestat": ["Zoé Étienne", "Jeanne Müller"],
        "personne=etienne+zoe": ["Zoé Étienne"],
        "etablissement=%25": ["Zoé Étienne"],
        "etablissement=a_b": ["Jeanne Müller"],
        "etablissement=_": ["Jeanne Müller"],
        "terrain=COEUR": ["Jeanne Œuvray"],
        "terrain=medecine+interne": ["Jeanne O'Neil"] + 2 * ["Jeanne O'Neil"],
    }
    lus = {suite: lire_ecran(await poste.ouvrir(f"/demandes?{suite}")).textes("personne") for suite in cas}
    assert lus == cas


async def test_what_is_hidden_filters_nothing(monde: Monde) -> None:
    """An RTS may ask for an opinion's column by hand: it is no column of his."""
    campagne = await monde.campagne("MG")
    auteur = await monde.personne("Claire Exemple", fonction(Role.SCOL))
    marc = await monde.personne("Marc Ottrott", rpps=MARC)
    rangees = await semer(monde, campagne.id, auteur.id, *RANGEES)
    siennes = [r["id"] for r in rangees if r["rpps"] == MARC]
    poste, scol = await monde.connecter(marc), await monde.connecter(auteur)
    assert siennes == lire_ecran(await scol.ouvrir("/demandes?personne=ottrott")).lignes
    for suite in ("tout=1", "decision_coord=ACCEPTE", "decision_rep=SANS", "validation_rts=NON_VALIDE", "tri=decision_coord"):
        assert lire_ecran(await poste.ouvrir(f"/demandes?{suite}")).lignes == siennes, suite
    for suite in ("statut=ACCEPTE", "decision_commission=ACCEPTE", "decision_commission=SANS"):
        ecran = lire_ecran(await poste.ouvrir(f"/demandes?{suite}"))
        assert (ecran.lignes, ecran.compte) == ([], "0 sur 2 demandes"), suite
    assert lire_ecran(await poste.ouvrir("/demandes?statut=VALIDE_ADMIN")).lignes == siennes
