"""The only writer of terrains and of local établissements. What a register holds is written from the register alone."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, func, insert, select, text, update

from app.core.errors import Conflit, Erreur
from app.core.journal import VERROU_JOURNAL, Journal, consigner, maintenant
from app.core.texte import replier
from app.referentiel.chargement import recherche_etablissement
from app.referentiel.models import Etablissement, Origine, Praticien, Terrain
from app.referentiel.normalisation import normaliser_code, siret_valide
from app.referentiel.queries import commune_de

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

# Departments of the codes that do not simply begin with their department's number.
_CORSE_DU_SUD = ("200", "201")
_OUTRE_MER = ("97", "98")

# What the journal keeps of a creation.
IMAGE_TERRAIN = ("numero", "libelle", "etablissement_id", "titulaire_rpps", "adresse", "code_postal", "ville")
IMAGE_ETABLISSEMENT = ("siret", "raison_sociale", "type_code", "adresse", "code_postal", "ville", "code_insee")


async def _prendre_tour(session: AsyncSession) -> None:
    """Numbers are given one transaction at a time. The journal's own lock, taken early: a second lock could deadlock.

    SQLite needs nothing, the INSERT that computes the number being one statement of its only writer.
    """
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text(f"SELECT pg_advisory_xact_lock({VERROU_JOURNAL})"))


async def _consigner_creation(session: AsyncSession, ligne: Terrain | Etablissement, champs: tuple[str, ...], par: Any) -> None:
    sujet = ligne.__tablename__
    apres = {champ: getattr(ligne, champ) for champ in champs}
    await consigner(session, f"creer_{sujet}", par=par, sujet=sujet, sujet_id=ligne.id, apres=apres)


async def _inserer_numerote(session: AsyncSession, terrain: Terrain) -> None:
    """The number is computed by the INSERT itself, and searched like the label."""
    await _prendre_tour(session)
    terrain.numero = select(func.coalesce(func.max(Terrain.numero), 0) + 1).scalar_subquery()
    session.add(terrain)
    await session.flush()
    await session.refresh(terrain)
    terrain.recherche = recherche_terrain(terrain.numero, terrain.libelle, terrain.ville)


def recherche_terrain(numero: int, libelle: str, ville: str, anciens: str = "") -> str:
    """What the search of terrains reads: the numbers that it took in find it too."""
    return replier(f"{numero} {anciens} {libelle} {ville}")[:400]


async def creer_terrain(
    session: AsyncSession,
    *,
    libelle: str,
    etablissement_id: int | None,
    titulaire_rpps: str | None = None,
    adresse: str = "",
    code_postal: str = "",
    ville: str = "",
    description: str = "",
    subdivision: str | None = None,
    titulaire_depuis: date | None = None,
    par: Any,
) -> Terrain:
    """A new terrain with the next number, which it keeps for ever."""
    terrain = Terrain(
        libelle=libelle,
        etablissement_id=etablissement_id,
        titulaire_rpps=titulaire_rpps,
        adresse=adresse,
        code_postal=code_postal,
        ville=ville,
        description=description,
        subdivision=subdivision,
        titulaire_depuis=titulaire_depuis,
        recherche="",
    )
    await _inserer_numerote(session, terrain)
    await _consigner_creation(session, terrain, IMAGE_TERRAIN, par)
    return terrain


async def creer_terrains(session: AsyncSession, neufs: list[dict[str, Any]], *, par: Any) -> list[int]:
    """Many at once, numbered in their order, in a fixed number of statements; their ids.

    The transaction has written something before: nobody else is numbering.
    """
    await _prendre_tour(session)
    dernier = (await session.execute(select(func.coalesce(func.max(Terrain.numero), 0)))).scalar_one()
    rangees = [
        {**n, "numero": numero, "recherche": recherche_terrain(numero, n["libelle"], n["ville"])}
        for numero, n in enumerate(neufs, dernier + 1)
    ]
    await session.execute(insert(Terrain), rangees, execution_options={"render_nulls": True})
    ids = list(await session.scalars(select(Terrain.id).where(Terrain.numero > dernier).order_by(Terrain.numero)))
    commun = {"quand": maintenant(), "auteur_id": par.personne_id, "auteur": par.nom_complet, "action": "creer_terrain"}
    actes = [
        {**commun, "sujet": "terrain", "sujet_id": i, "apres": {champ: r[champ] for champ in IMAGE_TERRAIN}}
        for i, r in zip(ids, rangees, strict=True)
    ]
    await session.execute(insert(Journal), actes)
    return ids


def departement_de(code_postal: str) -> str:
    """The department of a postcode: three characters overseas, 2A and 2B in Corsica."""
    if code_postal.startswith("20"):
        return "2A" if code_postal.startswith(_CORSE_DU_SUD) else "2B"
    return code_postal[:3] if code_postal.startswith(_OUTRE_MER) else code_postal[:2]


def _siret(texte: str | None) -> str | None:
    nu = normaliser_code(texte)
    if nu and not siret_valide(nu):
        raise Erreur("Ce numéro SIRET n'est pas valide.")
    return nu or None


async def creer_etablissement_local(
    session: AsyncSession,
    *,
    siret: str | None,
    raison_sociale: str,
    adresse: str,
    code_postal: str,
    ville: str,
    type_code: str,
    par: Any,
) -> Etablissement:
    """A site that no register holds (company, administration, surgery): its SIRET, or a name and an address."""
    numero = _siret(siret)
    commune = await commune_de(session, code_postal, ville)
    local = Etablissement(
        siret=numero,
        raison_sociale=raison_sociale,
        type_code=type_code,
        adresse=adresse,
        code_postal=code_postal,
        ville=ville,
        code_insee=commune.code if commune else "",
        departement=commune.departement if commune else departement_de(code_postal),
        origine=Origine.LOCAL,
        recherche=recherche_etablissement(raison_sociale, ville, None, numero),
    )
    session.add(local)
    await session.flush()
    await _consigner_creation(session, local, IMAGE_ETABLISSEMENT, par)
    return local


async def etablissement_a_rapprocher(
    session: AsyncSession, raison_sociale: str, ville: str, type_code: str, *, par: Any
) -> Etablissement:
    """The site that another tool named so, in the register if exactly one is called that there; else one to be linked later.

    Nobody picks it: it is not active.
    """
    recherche = recherche_etablissement(raison_sociale, ville, None, None).strip()
    connus = select(Etablissement).where(
        Etablissement.recherche.startswith(recherche, autoescape=True),
        (Etablissement.actif & (Etablissement.origine == Origine.REGISTRE)) | Etablissement.a_rapprocher,
    )
    nom = (replier(raison_sociale), replier(ville))
    memes = [e for e in await session.scalars(connus) if (replier(e.raison_sociale), replier(e.ville)) == nom]
    officiels = [e for e in memes if not e.a_rapprocher]
    if len(officiels) == 1:
        return officiels[0]
    if deja := next((e for e in memes if e.a_rapprocher and e.type_code == type_code), None):
        return deja
    neuf = Etablissement(
        raison_sociale=raison_sociale, type_code=type_code, adresse="", code_postal="", ville=ville, code_insee="",
        departement="", origine=Origine.LOCAL, actif=False, a_rapprocher=True, recherche=recherche,
    )  # fmt: skip
    session.add(neuf)
    await session.flush()
    await _consigner_creation(session, neuf, IMAGE_ETABLISSEMENT, par)
    return neuf


async def terrain_a_rapprocher(
    session: AsyncSession, libelle: str, etablissement_id: int | None, rpps: str, ville: str, *, par: Any
) -> Terrain:
    """The terrain of this name there (of this practitioner, where there is no site), or a new one to be linked later."""
    lieu = Terrain.etablissement_id == etablissement_id if etablissement_id else Terrain.titulaire_rpps == rpps
    connus = await session.scalars(select(Terrain).where(lieu, Terrain.actif | Terrain.a_rapprocher))
    memes = [t for t in connus if replier(t.libelle) == replier(libelle) and t.etablissement_id == etablissement_id]
    if memes:
        return memes[0]
    titulaire = None if etablissement_id else rpps
    neuf = await creer_terrain(
        session, libelle=libelle, etablissement_id=etablissement_id, titulaire_rpps=titulaire, ville=ville, par=par
    )
    neuf.actif, neuf.a_rapprocher = False, True
    return neuf


async def reprendre_du_registre(
    session: AsyncSession, fiche: Etablissement | Praticien, valeurs: dict[str, Any], *, par: Any,
    demande_id: int | None = None, motif: str | None = None,
) -> None:  # fmt: skip
    """Write on a record what the register says of it, if it still says what was read.

    Raises:
        Conflit: somebody wrote it first.
    """
    table = type(fiche)
    cle = table.__table__.primary_key.columns[0].name  # type: ignore[attr-defined]
    avant = {champ: getattr(fiche, champ) for champ in valeurs}
    # PostgreSQL compares no JSON; these columns go with others that it compares.
    lues = [getattr(table, c) == v for c, v in avant.items() if not isinstance(table.__table__.c[c].type, JSON)]
    version = {"version": Etablissement.version + 1} if isinstance(fiche, Etablissement) else {}
    ecrire = update(table).where(getattr(table, cle) == getattr(fiche, cle), *lues).values(**valeurs, **version)
    fait = await session.execute(ecrire.execution_options(synchronize_session=False))
    if fait.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflit("Cette fiche du Cockpit vient d'être modifiée : rechargez la page pour voir son état actuel.")
    await session.refresh(fiche)
    if isinstance(fiche, Praticien):
        fiche.recherche = replier(f"{fiche.nom} {fiche.prenom}")[:260]
    else:
        fiche.recherche = recherche_etablissement(fiche.raison_sociale, fiche.ville, fiche.finess, fiche.siret)
    sujet_id = int(getattr(fiche, cle))
    await consigner(
        session, "reprendre_registre", par=par, sujet=table.__tablename__, sujet_id=sujet_id, demande_id=demande_id,
        avant=_en_clair(avant), apres=_en_clair(valeurs), motif=motif, version=getattr(fiche, "version", None),
    )  # fmt: skip


def _en_clair(valeurs: dict[str, Any]) -> dict[str, Any]:
    return {c: v.isoformat() if isinstance(v, date) else v for c, v in valeurs.items()}
