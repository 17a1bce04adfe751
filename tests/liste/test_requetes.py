"""Each list costs the same number of statements for one row and for fifty."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from app.agrements.models import Agrement, StatutAgrement, TypeAgrement
from app.avis.models import Sens
from app.commission.models import Seance, SeanceFormation, StatutSeance
from app.core.journal import maintenant
from app.core.roles import Role
from app.core.templating import aujourdhui
from app.core.visibilite import Moment
from app.demandes.models import Retour
from app.demandes.statuts import Statut
from app.referentiel.models import Terrain
from app.referentiel.normalisation import cle_rpps
from app.tableau import comptes
from tests.liste.rangees import lire_ecran, semer
from tests.support.application import fonction
from tests.support.requetes import requetes

if TYPE_CHECKING:
    from app.comptes.models import Personne
    from tests.support.application import Monde, Poste

JEANNE = cle_rpps("9970042001")
FORMATIONS = ("ACP", "AR", "CARDIO", "GERIATRIE", "HGE", "NEPHRO", "NEURO", "PEDIATRIE", "PNEUMO", "RADIO", "FST17", "FST09")


class Bureau:
    """Things to be listed, by hundreds if need be."""

    def __init__(self, monde: Monde, scol: Personne, campagne: int, seance: int) -> None:
        self.monde, self.scol, self.campagne, self.seance = monde, scol, campagne, seance

    async def ajouter(self, nombre: int) -> None:
        """As many more of everything."""
        avis = {"coord": Sens.ACCEPTE, "rep": Sens.REFUSE}
        ouverte = {**avis, "moment": Moment.SEANCE_OUVERTE, "seance_id": self.seance, "decision": Sens.ACCEPTE}
        siennes = ({"rpps": JEANNE, "statut": Statut.EN_SAISIE}, {"rpps": JEANNE}, {"rpps": JEANNE, "statut": Statut.REFUSE})
        rangees = await semer(
            self.monde, self.campagne, self.scol.id, *(r for _ in range(nombre) for r in (*siennes, avis, ouverte))
        )
        async with self.monde.base() as session:
            for n, demande in enumerate({r["demande"] for r in rangees if r["statut"] is Statut.EN_SAISIE}):
                retour = {"motifs": ["INC_01"], "echeance": aujourdhui(), "par_id": self.scol.id, "quand": maintenant()}
                terrain = Terrain(numero=10_000 + demande, libelle=f"Terrain {n}", recherche="terrain")
                session.add_all([Retour(demande_id=demande, **retour), terrain])
                await session.flush()
                session.add(Agrement(rpps=JEANNE, terrain_id=terrain.id, subdivision="STRASBOURG", formation="MG", phases="S",
                                     type=TypeAgrement.PRINCIPAL, debut=aujourdhui(), fin=aujourdhui() + timedelta(days=365),
                                     statut=StatutAgrement.ACTIF))  # fmt: skip
                session.add(
                    Seance(
                        libelle=f"Séance {n}",
                        subdivision="STRASBOURG",
                        quand=maintenant(),
                        statut=StatutSeance.PLANIFIEE,
                        formations=[SeanceFormation(formation=FORMATIONS[0])],
                    )
                )
        for n in range(nombre):
            await self.monde.campagne("HGE", ouverture=5, cloture_depot=10)
            await self.monde.personne(f"Agent {n}", fonction(Role.COORD, "MG"), fonction(Role.REP))


async def cout(monde: Monde, poste: Poste, adresse: str) -> int:
    """The statements of a page whose labels and sessions are warm."""
    await poste.ouvrir(adresse)
    comptes._comptes.clear()
    with requetes(monde.app.state.moteur) as vues:
        reponse = await poste.ouvrir(adresse)
    assert reponse.status_code == 200, adresse
    return len(vues)


async def test_each_list_costs_the_same_for_one_row_and_for_fifty(monde: Monde) -> None:
    scol = await monde.personne("Claire Exemple", fonction(Role.SCOL), fonction(Role.ADMIN, subdivision=None))
    pres = await monde.personne("Yves Exemple", fonction(Role.PRES))
    jeanne = await monde.personne("Jeanne Exemple", rpps=JEANNE)
    campagne = await monde.campagne("MG")
    seance = await monde.seance("MG", scol=scol)
    bureau = Bureau(monde, scol, campagne.id, seance)
    await bureau.ajouter(1)
    await monde.ouvrir(seance, pres=pres)
    bureaux, president, rts = await monde.connecter(scol), await monde.connecter(pres), await monde.connecter(jeanne)
    pages = [
        *((bureaux, p) for p in ("/demandes", "/demandes?statut=VALIDE_ADMIN&ville=strasbourg&tri=decision_commission",
                                 f"/demandes?seance={seance}", "/agrements", "/seances", f"/seances/{seance}", "/campagnes",
                                 "/personnes", "/")),
        (president, "/demandes?tout=1"), (president, f"/seances/{seance}/cloture"), (president, "/seances"),
        (rts, "/tableau-de-bord"), (rts, "/demandes"), (rts, "/agrements"),
    ]  # fmt: skip
    couts = {(poste.droits.nom_complet, p): await cout(monde, poste, p) for poste, p in pages}
    await bureau.ajouter(50)
    assert {(poste.droits.nom_complet, p): await cout(monde, poste, p) for poste, p in pages} == couts
    assert len(lire_ecran(await bureaux.ouvrir("/demandes")).lignes) == 50
    assert (await rts.ouvrir("/tableau-de-bord")).text.count("Dossier incomplet") >= 51
    assert 2 <= couts["Claire Exemple", "/demandes"] <= 4


async def test_a_dossier_costs_the_same_for_one_line_and_for_twelve(monde: Monde) -> None:
    scol = await monde.personne("Claire Exemple", fonction(Role.SCOL))
    coord = await monde.personne("Paul Exemple", fonction(Role.COORD), fonction(Role.MEMBRE))
    campagne = await monde.campagne("MG")
    juge = {"coord": Sens.ACCEPTE, "rep": Sens.REFUSE, "decision": Sens.ACCEPTE, "moment": Moment.SEANCE_OUVERTE}
    lues = await semer(monde, campagne.id, scol.id, juge, {**juge, "attachees": FORMATIONS[:11]})
    courte, longue = sorted({r["demande"] for r in lues})
    for qui in (scol, coord):
        poste = await monde.connecter(qui)
        couts = [await cout(monde, poste, f"/demandes/{d}") for d in (courte, longue)]
        assert couts[0] == couts[1], qui.nom
