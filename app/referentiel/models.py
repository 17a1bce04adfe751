"""Reference lists and the local image of the official registers (Cockpit)."""

from __future__ import annotations

import enum
from datetime import date

from sqlalchemy import JSON, Boolean, Date, ForeignKey, Index, Integer, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Cle, colonne_enum


class Nature(enum.StrEnum):
    """What a formation is."""

    DES = "DES"
    OPTION = "OPTION"
    FST = "FST"


class Origine(enum.StrEnum):
    """Where a record comes from: the register (never editable) or typed here."""

    REGISTRE = "REGISTRE"
    LOCAL = "LOCAL"


class Subdivision(Base):
    __tablename__ = "subdivision"

    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    libelle: Mapped[str] = mapped_column(String(80))
    region: Mapped[str] = mapped_column(String(120))
    chu: Mapped[str] = mapped_column(String(200))
    ufr: Mapped[str] = mapped_column(String(200))


class Formation(Base):
    """A DES, an option of one, or a FST. `savoir_faire` lists the RPPS qualifications that fit a DES."""

    __tablename__ = "formation"

    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    libelle: Mapped[str] = mapped_column(String(160))
    nature: Mapped[Nature] = mapped_column(colonne_enum(Nature))
    filiere: Mapped[str] = mapped_column(String(20))  # medecine, pharmacie, odontologie
    discipline: Mapped[str] = mapped_column(String(60), default="")
    des_code: Mapped[str | None] = mapped_column(String(32))  # the DES of an option
    savoir_faire: Mapped[list[str]] = mapped_column(JSON, default=list)
    actif: Mapped[bool] = mapped_column(Boolean, default=True)


class Motif(Base):
    """A reason. `contexte`: INCOMPLET, REFUS_SCOLARITE, DEFAVORABLE, RECOMMANDATION, SUSPENSION, RETRAIT, CADUCITE."""

    __tablename__ = "motif"

    code: Mapped[str] = mapped_column(String(16), primary_key=True)
    contexte: Mapped[str] = mapped_column(String(32), index=True)
    libelle: Mapped[str] = mapped_column(String(200))
    commentaire_obligatoire: Mapped[bool] = mapped_column(Boolean, default=False)


class TypePiece(Base):
    """A kind of pièce. `profils`: tous, cabinet, hospitalier; `fournie_par`: RTS, SCOL; a campaign may change the rest."""

    __tablename__ = "type_piece"

    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    libelle: Mapped[str] = mapped_column(String(200))
    obligatoire: Mapped[bool] = mapped_column(Boolean, default=False)
    profils: Mapped[str] = mapped_column(String(16), default="tous")
    fournie_par: Mapped[str] = mapped_column(String(8), default="RTS")


class TypeEtablissement(Base):
    __tablename__ = "type_etablissement"

    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    libelle: Mapped[str] = mapped_column(String(120))
    famille: Mapped[str] = mapped_column(String(60))


class Commune(Base):
    """A commune of the COG; `codes_postaux` joined by spaces, `recherche` folded."""

    __tablename__ = "commune"

    code: Mapped[str] = mapped_column(String(5), primary_key=True)
    nom: Mapped[str] = mapped_column(String(80))
    departement: Mapped[str] = mapped_column(String(3))
    codes_postaux: Mapped[str] = mapped_column(String(400))
    recherche: Mapped[str] = mapped_column(String(80), index=True)


class Etablissement(Base):
    """A site. Register ones carry a FINESS and are read-only; local ones a SIRET, or a name and an address."""

    __tablename__ = "etablissement"

    id: Mapped[int] = mapped_column(Cle, primary_key=True, autoincrement=True)
    finess: Mapped[str | None] = mapped_column(String(9), unique=True)
    finess_ej: Mapped[str | None] = mapped_column(String(9))
    siret: Mapped[str | None] = mapped_column(String(14), index=True)
    raison_sociale: Mapped[str] = mapped_column(String(200))
    type_code: Mapped[str] = mapped_column(String(32), ForeignKey("type_etablissement.code"))
    adresse: Mapped[str] = mapped_column(String(200))  # number, kind of street, street, as one line
    code_postal: Mapped[str] = mapped_column(String(5))
    ville: Mapped[str] = mapped_column(String(80))
    code_insee: Mapped[str] = mapped_column(String(5))
    departement: Mapped[str] = mapped_column(String(3), index=True)
    origine: Mapped[Origine] = mapped_column(colonne_enum(Origine))
    registre: Mapped[str] = mapped_column(String(80), default="")  # name of the register, shown as the source
    registre_date: Mapped[date | None] = mapped_column(Date)
    actif: Mapped[bool] = mapped_column(Boolean, default=True)
    # Named by another tool, and found in no register: nobody picks it until the scolarité has linked it.
    a_rapprocher: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    recherche: Mapped[str] = mapped_column(String(500), index=True)  # folded name, town, FINESS, SIRET
    # Another type than the one derived, with who says so and why: an import never touches it.
    type_impose: Mapped[str | None] = mapped_column(String(32), ForeignKey("type_etablissement.code"))
    type_motif: Mapped[str] = mapped_column(String(500), default="")
    type_par_id: Mapped[int | None] = mapped_column(Cle, ForeignKey("personne.id"))
    remplace_par_id: Mapped[int | None] = mapped_column(Cle, ForeignKey("etablissement.id"), index=True)
    version: Mapped[int] = mapped_column(Integer, default=1)

    @property
    def type_effectif(self) -> str:
        """The type that counts."""
        return self.type_impose or self.type_code


class Praticien(Base):
    """A practitioner of the RPPS register. `categorie` C civil, M military, E student (never a RTS)."""

    __tablename__ = "praticien"

    rpps: Mapped[str] = mapped_column(String(11), primary_key=True)
    nom: Mapped[str] = mapped_column(String(120))
    prenom: Mapped[str] = mapped_column(String(120))
    profession: Mapped[str] = mapped_column(String(4))
    categorie: Mapped[str] = mapped_column(String(2))
    savoir_faire: Mapped[list[str]] = mapped_column(JSON, default=list)
    actif: Mapped[bool] = mapped_column(Boolean, default=True)
    registre_date: Mapped[date] = mapped_column(Date)
    recherche: Mapped[str] = mapped_column(String(260), index=True)


class Terrain(Base):
    """A training place, with a stable number that outlives holders and labels.

    One that was merged into another keeps its number, which answers there; `anciens` are the numbers that this one took in.
    """

    __tablename__ = "terrain"
    __table_args__ = (Index("ix_terrain_etablissement", "etablissement_id"),)

    id: Mapped[int] = mapped_column(Cle, primary_key=True, autoincrement=True)
    numero: Mapped[int] = mapped_column(Integer, unique=True)
    libelle: Mapped[str] = mapped_column(String(200))
    etablissement_id: Mapped[int | None] = mapped_column(Cle, ForeignKey("etablissement.id"))
    titulaire_rpps: Mapped[str | None] = mapped_column(String(11), index=True)
    adresse: Mapped[str] = mapped_column(String(200), default="")
    code_postal: Mapped[str] = mapped_column(String(5), default="")
    ville: Mapped[str] = mapped_column(String(80), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    actif: Mapped[bool] = mapped_column(Boolean, default=True)
    a_rapprocher: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    recherche: Mapped[str] = mapped_column(String(400), index=True)
    titulaire_depuis: Mapped[date | None] = mapped_column(Date)
    subdivision: Mapped[str | None] = mapped_column(String(32), ForeignKey("subdivision.code"))  # whose scolarité made it
    fusionne_dans_id: Mapped[int | None] = mapped_column(Cle, ForeignKey("terrain.id"), index=True)
    anciens: Mapped[str] = mapped_column(String(200), default="")
    version: Mapped[int] = mapped_column(Integer, default=1)
