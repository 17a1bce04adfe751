"""The demande, its lines, its returns, its frozen versions, its pieces.

A line is a row of the table. It repeats what the table filters and sorts on (`projeter` in the service keeps it so):
one table, one index per order, and the cost of a page stays flat as rows grow.
"""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.agrements.models import TypeAgrement
from app.core.db import Base, Cle, Instant, colonne_enum
from app.core.templating import aujourdhui
from app.core.visibilite import Moment
from app.demandes.statuts import OrigineRefus, Statut, TypeDemande, Validation


class Choix(enum.StrEnum):
    """How the RTS named the place: picked from the register, his own cabinet, or absent from the register."""

    REGISTRE = "REGISTRE"
    CABINET = "CABINET"
    ABSENT = "ABSENT"


class Demande(Base):
    """`saisie_*` is what the RTS typed; `etablissement_id` and `terrain_id` what he picked (or the scolarité linked).

    `version` is the dossier's: a form carries the one that it read. `depots` counts the submissions.
    """

    __tablename__ = "demande"
    __table_args__ = (
        CheckConstraint("statut <> 'REFUSE' OR (origine_refus IS NOT NULL AND motif_refus IS NOT NULL)", name="refus"),
        CheckConstraint("statut = 'EN_SAISIE' OR soumise_le IS NOT NULL", name="soumise"),
        Index("ix_demande_rpps", "rpps", "statut"),
        Index("ix_demande_campagne", "campagne_id", "statut"),
        Index("ix_demande_terrain", "terrain_id"),
    )

    id: Mapped[int] = mapped_column(Cle, primary_key=True, autoincrement=True)
    campagne_id: Mapped[int] = mapped_column(Cle, ForeignKey("campagne.id"))
    subdivision: Mapped[str] = mapped_column(String(32), ForeignKey("subdivision.code"))
    rpps: Mapped[str] = mapped_column(String(11))
    prenom: Mapped[str] = mapped_column(String(120))
    nom: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254), default="")
    telephone: Mapped[str] = mapped_column(String(30), default="")
    type: Mapped[TypeDemande] = mapped_column(colonne_enum(TypeDemande))
    statut: Mapped[Statut] = mapped_column(colonne_enum(Statut))
    origine_refus: Mapped[OrigineRefus | None] = mapped_column(colonne_enum(OrigineRefus))
    motif_refus: Mapped[str | None] = mapped_column(Text)  # as the RTS reads it

    choix: Mapped[Choix | None] = mapped_column(colonne_enum(Choix))
    etablissement_id: Mapped[int | None] = mapped_column(Cle, ForeignKey("etablissement.id"))
    saisie_siret: Mapped[str] = mapped_column(String(14), default="")
    saisie_raison_sociale: Mapped[str] = mapped_column(String(200), default="")
    saisie_adresse: Mapped[str] = mapped_column(String(200), default="")
    saisie_code_postal: Mapped[str] = mapped_column(String(5), default="")
    saisie_ville: Mapped[str] = mapped_column(String(80), default="")
    terrain_id: Mapped[int | None] = mapped_column(Cle, ForeignKey("terrain.id"))
    saisie_terrain: Mapped[str] = mapped_column(String(200), default="")
    saisie_terrain_description: Mapped[str] = mapped_column(Text, default="")

    capacite: Mapped[int | None] = mapped_column(Integer)
    projet: Mapped[str] = mapped_column(Text, default="")
    justification: Mapped[str] = mapped_column(Text, default="")  # of a dérogation

    validation_rts: Mapped[Validation] = mapped_column(
        colonne_enum(Validation, "validation_rts"), default=Validation.NON_VALIDE
    )
    validation_etablissement: Mapped[Validation] = mapped_column(
        colonne_enum(Validation, "validation_etablissement"), default=Validation.NON_VALIDE
    )
    validation_terrain: Mapped[Validation] = mapped_column(
        colonne_enum(Validation, "validation_terrain"), default=Validation.NON_VALIDE
    )

    depots: Mapped[int] = mapped_column(Integer, default=0)
    version: Mapped[int] = mapped_column(Integer, default=1)
    creee_le: Mapped[datetime] = mapped_column(Instant)
    soumise_le: Mapped[datetime | None] = mapped_column(Instant)
    validee_le: Mapped[datetime | None] = mapped_column(Instant)
    supprimee_le: Mapped[datetime | None] = mapped_column(Instant)
    origine: Mapped[str] = mapped_column(String(16), default="SAISIE")

    @property
    def terrain_nomme(self) -> dict[str, Any]:
        """The terrain that the RTS named, as the Cockpit would record it."""
        return {
            "libelle": self.saisie_terrain or self.saisie_raison_sociale or f"Terrain de {self.prenom} {self.nom}",
            "etablissement_id": self.etablissement_id,
            "titulaire_rpps": self.rpps,
            "adresse": self.saisie_adresse,
            "code_postal": self.saisie_code_postal,
            "ville": self.saisie_ville,
            "description": self.saisie_terrain_description,
        }


class Ligne(Base):
    """One formation of one demande. `stamp` grows with every write to anything that the row shows."""

    __tablename__ = "ligne"
    __table_args__ = (
        UniqueConstraint("demande_id", "formation", name="uq_ligne_formation"),
        UniqueConstraint("ordre", name="uq_ligne_ordre"),
        Index("ix_ligne_subdivision", "subdivision", "ordre"),
        Index("ix_ligne_statut", "subdivision", "statut", "ordre"),
        Index("ix_ligne_formation", "subdivision", "formation", "statut", "ordre"),
        Index("ix_ligne_n_formation", "formation", "statut", "ordre"),
        Index("ix_ligne_n_statut", "statut", "ordre"),
        Index("ix_ligne_rpps", "rpps", "ordre"),
        Index("ix_ligne_seance", "seance_id", "ordre"),
        Index("ix_ligne_agenda", "seance_id", "agenda", "ordre"),
    )

    id: Mapped[int] = mapped_column(Cle, primary_key=True, autoincrement=True)
    demande_id: Mapped[int] = mapped_column(Cle, ForeignKey("demande.id"), index=True)
    rang: Mapped[int] = mapped_column(Integer, default=0)  # 0: ligne de tête
    ordre: Mapped[int] = mapped_column(Cle)  # demande_id * 100 + rang: lines stay under their tête
    formation: Mapped[str] = mapped_column(String(32), ForeignKey("formation.code"))
    type: Mapped[TypeAgrement] = mapped_column(colonne_enum(TypeAgrement))
    phases: Mapped[str] = mapped_column(String(3), default="")  # asked for: letters S, A, C in this order
    moment: Mapped[Moment] = mapped_column(colonne_enum(Moment))
    seance_id: Mapped[int | None] = mapped_column(Cle)
    ajournee_par: Mapped[int | None] = mapped_column(Cle)  # the séance that adjourned it last
    agenda: Mapped[str] = mapped_column(String(16), default="")  # its place in the séance, as text that sorts; "" unset
    echeance_retour: Mapped[date | None] = mapped_column(Date)  # of the open return
    a_discuter: Mapped[int] = mapped_column(Integer, default=0)  # how many marked it so
    stamp: Mapped[int] = mapped_column(Integer, default=1)
    # Since when it is the turn of whoever must act: a day in Paris, as text that sorts. A séance's acts leave it alone,
    # so that nobody reads in it what is not published.
    depuis: Mapped[str] = mapped_column(String(10), default=lambda: aujourdhui().isoformat())

    subdivision: Mapped[str] = mapped_column(String(32), ForeignKey("subdivision.code"))
    statut: Mapped[Statut] = mapped_column(colonne_enum(Statut))
    rpps: Mapped[str] = mapped_column(String(11))
    prenom: Mapped[str] = mapped_column(String(120))
    nom: Mapped[str] = mapped_column(String(120))
    type_demande: Mapped[TypeDemande] = mapped_column(colonne_enum(TypeDemande))
    ville: Mapped[str] = mapped_column(String(80), default="")
    etablissement: Mapped[str] = mapped_column(String(200), default="")
    type_etablissement: Mapped[str] = mapped_column(String(32), default="")
    terrain: Mapped[str] = mapped_column(String(200), default="")
    validation_rts: Mapped[Validation] = mapped_column(
        colonne_enum(Validation, "validation_rts"), default=Validation.NON_VALIDE
    )
    validation_etablissement: Mapped[Validation] = mapped_column(
        colonne_enum(Validation, "validation_etablissement"), default=Validation.NON_VALIDE
    )
    validation_terrain: Mapped[Validation] = mapped_column(
        colonne_enum(Validation, "validation_terrain"), default=Validation.NON_VALIDE
    )
    tri_personne: Mapped[str] = mapped_column(String(260), default="")  # folded, as all tri_*
    tri_ville: Mapped[str] = mapped_column(String(80), default="")
    tri_etablissement: Mapped[str] = mapped_column(String(200), default="")
    tri_terrain: Mapped[str] = mapped_column(String(200), default="")


class Retour(Base):
    """*Dossier incomplet*: reasons and a deadline; closed by the next submission or by a refusal, or cancelled; kept.

    `depot` is the submission that it sent back: what follows is compared with it.
    """

    __tablename__ = "retour"

    id: Mapped[int] = mapped_column(Cle, primary_key=True, autoincrement=True)
    demande_id: Mapped[int] = mapped_column(Cle, ForeignKey("demande.id"), index=True)
    motifs: Mapped[list[str]] = mapped_column(JSON)
    commentaire: Mapped[str] = mapped_column(Text, default="")
    echeance: Mapped[date] = mapped_column(Date)
    par_id: Mapped[int] = mapped_column(Cle, ForeignKey("personne.id"))
    quand: Mapped[datetime] = mapped_column(Instant)
    clos_le: Mapped[datetime | None] = mapped_column(Instant)
    depot: Mapped[int] = mapped_column(Integer, default=0)
    annule_le: Mapped[datetime | None] = mapped_column(Instant)
    annule_par_id: Mapped[int | None] = mapped_column(Cle, ForeignKey("personne.id"))
    motif_annulation: Mapped[str] = mapped_column(Text, default="")


class VersionDossier(Base):
    """What a submission froze, with the verdicts of the three comparisons."""

    __tablename__ = "version_dossier"

    demande_id: Mapped[int] = mapped_column(Cle, ForeignKey("demande.id"), primary_key=True)
    numero: Mapped[int] = mapped_column(Integer, primary_key=True)
    contenu: Mapped[dict[str, Any]] = mapped_column(JSON)
    comparaison: Mapped[dict[str, Any]] = mapped_column(JSON)
    quand: Mapped[datetime] = mapped_column(Instant)


class Piece(Base):
    """A PDF or an image, written and synced to the store under its SHA-256 before this row exists; `type` null is another."""

    __tablename__ = "piece"

    id: Mapped[int] = mapped_column(Cle, primary_key=True, autoincrement=True)
    demande_id: Mapped[int] = mapped_column(Cle, ForeignKey("demande.id"), index=True)
    type: Mapped[str | None] = mapped_column(String(32), ForeignKey("type_piece.code"))
    nom: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    taille: Mapped[int] = mapped_column(Integer)
    quand: Mapped[datetime] = mapped_column(Instant)
    retiree: Mapped[bool] = mapped_column(Boolean, default=False)


class RapportVisite(Base):
    """The report of the visit of a terrain, deposited by the scolarité; one a demande, its former ones in the journal."""

    __tablename__ = "rapport_visite"

    demande_id: Mapped[int] = mapped_column(Cle, ForeignKey("demande.id"), primary_key=True)
    visite_le: Mapped[date] = mapped_column(Date)
    visiteurs: Mapped[str] = mapped_column(String(500))
    constats: Mapped[str] = mapped_column(Text, default="")
    nom: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    taille: Mapped[int] = mapped_column(Integer)
    par_id: Mapped[int] = mapped_column(Cle, ForeignKey("personne.id"))
    depose_le: Mapped[datetime] = mapped_column(Instant)
    retire: Mapped[bool] = mapped_column(Boolean, default=False)
    version: Mapped[int] = mapped_column(Integer, default=1)
