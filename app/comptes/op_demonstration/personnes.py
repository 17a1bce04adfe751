"""Who may be clicked on, and the identities that make the click a login like any other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, cast, exists, insert, literal, select, update
from sqlalchemy.orm import selectinload

from app.comptes import queries
from app.comptes.models import Fonction, Identite, Personne
from app.comptes.op_demonstration import CHEMIN, exiger_demonstration, issuer, sujet
from app.core.journal import maintenant
from app.core.roles import FONCTIONS, Role
from app.core.texte import replier
from app.referentiel.models import Praticien

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.settings import Settings

RTS_MAX = 12


@dataclass(frozen=True, slots=True)
class Choix:
    """One button."""

    personne_id: int
    nom: str
    precision: str

    @property
    def sub(self) -> str:
        """The subject that the button posts."""
        return sujet(self.personne_id)


async def choix_par_role(session: AsyncSession) -> list[tuple[str, list[Choix]]]:
    """Named people under their first role: RTS without any function first, then every function's holders."""
    mots = await queries.perimetres(session)
    groupes: dict[str, list[Choix]] = {r.libelle: [] for r in (Role.RTS, *FONCTIONS)}
    for personne in await _rts(session):
        groupes[Role.RTS.libelle].append(Choix(personne.id, personne.nom_complet, f"RPPS {personne.rpps}"))
    avec = select(Personne).where(exists().where(Fonction.personne_id == Personne.id))
    for personne in await session.scalars(avec.options(selectinload(Personne.fonctions)).order_by(Personne.id)):
        vues = [queries.vue_fonction(f, mots) for f in personne.fonctions]
        vues.sort(key=lambda v: v.etat != "en vigueur")
        precision = " ; ".join(_precision(v) for v in vues) + (f" ; RPPS {personne.rpps}" if personne.rpps else "")
        groupes[vues[0].role].append(Choix(personne.id, personne.nom_complet, precision))
    return [(r, sorted(c, key=lambda x: replier(x.nom))) for r, c in groupes.items() if c]


def _precision(v: queries.VueFonction) -> str:
    reserve = "" if v.etat == "en vigueur" else f" ({v.etat})"
    return f"{v.role}{reserve} : {v.perimetre}"


async def _rts(session: AsyncSession) -> list[Personne]:
    requete = (
        select(Personne)
        .join(Praticien, (Praticien.rpps == Personne.rpps) & Praticien.actif & (Praticien.categorie != "E"))
        .where(~exists().where(Fonction.personne_id == Personne.id))
        .order_by(Personne.id)
        .limit(RTS_MAX)
    )
    return list(await session.scalars(requete))


async def claims(session: AsyncSession, sub: str) -> dict[str, Any] | None:
    """What the provider tells of the person behind a button."""
    numero = sub.removeprefix("demo-")
    if not (numero.isascii() and numero.isdecimal() and len(numero) < 18):
        return None
    personne = await session.get(Personne, int(numero))
    if personne is None or sujet(personne.id) != sub:
        return None
    dits = {"sub": sub, "given_name": personne.prenom, "family_name": personne.nom}
    if personne.email:
        dits["email"] = personne.email
    if personne.rpps:
        dits["SubjectNameID"] = f"8{personne.rpps}"
    return dits


async def relier_personnes_demonstration(session: AsyncSession, settings: Settings) -> None:
    """Give every person of the demonstration the identity of her button; the address may have changed since."""
    exiger_demonstration(settings)
    iss, sub = issuer(settings), literal("demo-") + cast(Personne.id, String)
    await session.execute(
        update(Identite)
        .where(Identite.iss.like(f"%{CHEMIN}"), Identite.iss != iss, Identite.sub.like("demo-%"))
        .values(iss=iss)
    )
    sans = ~exists().where(Identite.personne_id == Personne.id, Identite.iss == iss)
    source = select(Personne.id, literal(iss), sub, literal(maintenant(), Identite.vu.type)).where(sans)
    await session.execute(insert(Identite).from_select(["personne_id", "iss", "sub", "vu"], source))
