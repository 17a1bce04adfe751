"""The registers as their files say them, generation by generation, and what an import told.

*Open Data* is here; *Cockpit*, our own record of a person or a site, is `referentiel`. Rows of a generation other than
the register's current one are invisible: an import writes the next generation in small commits, then moves one number.
"""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Cle, Instant, colonne_enum


class CodeRegistre(enum.StrEnum):
    """The two registers."""

    RPPS = "RPPS"
    FINESS = "FINESS"


class EtatImport(enum.StrEnum):
    """Where an import stands; what is neither over nor refused when another starts was interrupted."""

    EN_COURS = "EN_COURS"
    FAIT = "FAIT"
    REFUSE = "REFUSE"
    INTERROMPU = "INTERROMPU"


class GenreEvenement(enum.StrEnum):
    """What a register tells of somebody or something that the Cockpit knows."""

    DEPART = "DEPART"  # a holder is no longer active
    FERMETURE = "FERMETURE"  # a site closed
    RENOMMAGE = "RENOMMAGE"  # a person or a site changed name
    DEMENAGEMENT = "DEMENAGEMENT"  # a site changed address
    RETOUR = "RETOUR"  # active or open again


class Registre(Base):
    """Which generation is read now; `date_registre` is the file's own date, `lu_le` when it became current."""

    __tablename__ = "registre"

    code: Mapped[CodeRegistre] = mapped_column(colonne_enum(CodeRegistre), primary_key=True)
    generation: Mapped[int] = mapped_column(Integer)
    date_registre: Mapped[date] = mapped_column(Date)
    lu_le: Mapped[datetime] = mapped_column(Instant)


class ImportRegistre(Base):
    """One run over a file and its report: counts, and the refused lines with why (the first of them)."""

    __tablename__ = "import_registre"

    id: Mapped[int] = mapped_column(Cle, primary_key=True, autoincrement=True)
    registre: Mapped[CodeRegistre] = mapped_column(colonne_enum(CodeRegistre), index=True)
    generation: Mapped[int] = mapped_column(Integer)
    fichier: Mapped[str] = mapped_column(String(200))  # its name alone
    date_registre: Mapped[date | None] = mapped_column(Date)
    etat: Mapped[EtatImport] = mapped_column(colonne_enum(EtatImport))
    rapport: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    par_id: Mapped[int | None] = mapped_column(Cle, ForeignKey("personne.id"))
    commence_le: Mapped[datetime] = mapped_column(Instant)
    vu_le: Mapped[datetime] = mapped_column(Instant)  # sign of life, and the hold: another run takes over what is silent
    fini_le: Mapped[datetime | None] = mapped_column(Instant)


class RegistreSite(Base):
    """A site of FINESS, open or closed: an old agrément may point to it."""

    __tablename__ = "registre_site"
    __table_args__ = (
        Index("ix_registre_site_siret", "generation", "siret"),
        # Searched in the order of its results: a common word stops early, a rare one reads the index alone.
        Index("ix_registre_site_recherche", "generation", "ouvert", "recherche", "finess"),
    )

    generation: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    finess: Mapped[str] = mapped_column(String(9), primary_key=True)
    finess_ej: Mapped[str] = mapped_column(String(9), default="")
    siret: Mapped[str | None] = mapped_column(String(14))
    raison_sociale: Mapped[str] = mapped_column(String(200))
    raison_longue: Mapped[str] = mapped_column(String(200), default="")
    categorie: Mapped[str] = mapped_column(String(8), default="")
    type_code: Mapped[str] = mapped_column(String(32))  # derived: `type_etablissement.code`
    adresse: Mapped[str] = mapped_column(String(200), default="")
    code_postal: Mapped[str] = mapped_column(String(5), default="")
    ville: Mapped[str] = mapped_column(String(80), default="")
    code_insee: Mapped[str] = mapped_column(String(5), default="")
    departement: Mapped[str] = mapped_column(String(3), default="")
    ouvert: Mapped[bool] = mapped_column(Boolean)
    ferme_le: Mapped[date | None] = mapped_column(Date)
    recherche: Mapped[str] = mapped_column(String(500))
    empreinte: Mapped[int] = mapped_column(BigInteger)  # of what the register says: two generations differ by it


class RegistrePraticien(Base):
    """A practitioner of the RPPS. `categorie` C civil, M military, E student (never a RTS)."""

    __tablename__ = "registre_praticien"

    generation: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    rpps: Mapped[str] = mapped_column(String(11), primary_key=True)
    nom: Mapped[str] = mapped_column(String(120))
    prenom: Mapped[str] = mapped_column(String(120))
    profession: Mapped[str] = mapped_column(String(4))
    categorie: Mapped[str] = mapped_column(String(2))
    savoir_faire: Mapped[list[str]] = mapped_column(JSON, default=list)
    empreinte: Mapped[int] = mapped_column(BigInteger)


class RegistreActivite(Base):
    """One place where a practitioner works. `mode` L is liberal: his *cabinet* when it has no FINESS.

    A person has several and none is the main one: they are shown, and somebody picks.
    """

    __tablename__ = "registre_activite"
    __table_args__ = (Index("ix_registre_activite_rpps", "generation", "rpps"),)

    id: Mapped[int] = mapped_column(Cle, primary_key=True, autoincrement=True)
    generation: Mapped[int] = mapped_column(Integer)
    rpps: Mapped[str] = mapped_column(String(11))
    mode: Mapped[str] = mapped_column(String(2), default="")
    secteur: Mapped[str] = mapped_column(String(8), default="")
    structure: Mapped[str] = mapped_column(String(40), default="")  # technical id: F…, R…, C…
    finess: Mapped[str] = mapped_column(String(9), default="")
    siret: Mapped[str] = mapped_column(String(14), default="")
    raison_sociale: Mapped[str] = mapped_column(String(200), default="")
    adresse: Mapped[str] = mapped_column(String(200), default="")
    code_postal: Mapped[str] = mapped_column(String(10), default="")  # as it is: registers hold dirty ones
    ville: Mapped[str] = mapped_column(String(80), default="")
    code_insee: Mapped[str] = mapped_column(String(5), default="")


class EvenementRegistre(Base):
    """What an import changed of a person or a site that the Cockpit knows: a task until somebody has dealt with it."""

    __tablename__ = "evenement_registre"
    __table_args__ = (Index("ix_evenement_registre_ouvert", "traite_le", "id"),)

    id: Mapped[int] = mapped_column(Cle, primary_key=True, autoincrement=True)
    import_id: Mapped[int] = mapped_column(Cle, ForeignKey("import_registre.id"), index=True)
    genre: Mapped[GenreEvenement] = mapped_column(colonne_enum(GenreEvenement))
    rpps: Mapped[str | None] = mapped_column(String(11), index=True)
    etablissement_id: Mapped[int | None] = mapped_column(Cle, ForeignKey("etablissement.id"), index=True)
    avant: Mapped[dict[str, Any]] = mapped_column(JSON)
    apres: Mapped[dict[str, Any]] = mapped_column(JSON)
    quand: Mapped[datetime] = mapped_column(Instant)
    traite_le: Mapped[datetime | None] = mapped_column(Instant)
    traite_par_id: Mapped[int | None] = mapped_column(Cle, ForeignKey("personne.id"))
    suite: Mapped[str] = mapped_column(Text, default="")  # what was done, in words
