"""From the facts to the three comparisons: which values stand on each side of a field. Pure.

What was picked in a register is equal to its record; what was typed is compared with it. Without an imported register the
record of the Cockpit, which came from one, is the Open Data of its date.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from app.demandes.models import Choix
from app.demandes.rapprochement import fraicheur
from app.demandes.statuts import Bloc
from app.referentiel.comparaison import REGLES, Verdict
from app.referentiel.models import Origine
from app.referentiel.queries import CATEGORIE_ETUDIANT
from app.referentiel.table_iso import (
    ETABLISSEMENT,
    LIBERAL,
    NOMS_DE_PROFESSION,
    PROFESSIONS,
    RTS,
    TERRAIN,
    Cadre,
    Comparaison,
    Valeurs,
    comparer_objet,
)
from app.registres.models import CodeRegistre

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from app.demandes.rapprochement.faits import Faits

RATTACHE: Final = "rattaché par la scolarité"


def comparer_faits(f: Faits) -> dict[Bloc, Comparaison]:
    """The three blocks."""
    return {Bloc.RTS: _rts(f), Bloc.ETABLISSEMENT: _etablissement(f), Bloc.TERRAIN: _terrain(f)}


def _perime(jour: date, registre_date: date | None) -> bool:
    return registre_date is not None and jour - registre_date > timedelta(days=fraicheur.JOURS)


def _rts(f: Faits) -> Comparaison:
    d, connu, importe = f.demande, f.praticien, f.registres.get(CodeRegistre.RPPS)
    registre = f.au_rpps if importe else connu
    date_ = importe.date_registre if importe else connu.registre_date if connu else None

    def champ(nom: str) -> Valeurs:
        registres = (getattr(registre, nom),) if registre else ()
        return Valeurs(getattr(d, nom), getattr(connu, nom, None), registres)

    rpps = champ("rpps")
    hors = _hors_rpps(connu, registre, importe=importe is not None)
    personne = f.personne
    valeurs = {
        "rpps": Valeurs(rpps.demande, rpps.cockpit, rpps.registres, hors=hors),
        "nom": champ("nom"),
        "prenom": champ("prenom"),
        "profession": _profession(f, registre),
        "specialite": _specialite(f, registre),
        "email": Valeurs(d.email, getattr(personne, "email", None)),
        "telephone": Valeurs(d.telephone, getattr(personne, "telephone", None)),
    }
    cadre = Cadre(principal=f.principal, qualifie=bool(f.formation.savoir_faire))
    lignes = comparer_objet(RTS, valeurs, cadre, perime=_perime(f.jour, date_))
    return Comparaison(lignes, int(connu is not None and connu.actif), "RPPS" if date_ else "", date_)


def _hors_rpps(connu: Any, registre: Any, *, importe: bool) -> tuple[Verdict, str] | None:
    if importe and registre is None:
        return Verdict.ABSENT, "RPPS absent du registre"
    return (Verdict.DIFFERENT, "RPPS qui n'est plus actif") if connu and not connu.actif else None


def _profession(f: Faits, registre: Any) -> Valeurs:
    attendue = PROFESSIONS.get(f.formation.filiere, PROFESSIONS["medecine"])
    connue, au_registre = getattr(f.praticien, "profession", None), getattr(registre, "profession", None)
    etudiant = any(getattr(x, "categorie", "") == CATEGORIE_ETUDIANT for x in (f.praticien, registre))
    montre = tuple(NOMS_DE_PROFESSION.get(x, x) if x else None for x in (attendue, connue, au_registre))
    return Valeurs(
        attendue,
        connue,
        (au_registre,) if registre else (),
        montre=(montre[0], montre[1], montre[2]),
        hors=(Verdict.DIFFERENT, "étudiant, qui n'est pas responsable") if etudiant else None,
    )


def _specialite(f: Faits, registre: Any) -> Valeurs:
    attendus = " ".join(f.formation.savoir_faire)
    connus = " ".join(f.praticien.savoir_faire) if f.praticien else ""
    lus = " ".join(registre.savoir_faire) if registre else ""
    dit = f"{f.formation.libelle} ({attendus})" if attendus else f.formation.libelle
    return Valeurs(
        attendus or None, connus or None, (lus or None,) if registre else (), montre=(dit, connus or None, lus or None)
    )


def _etablissement(f: Faits) -> Comparaison:
    lieu = f.lieu
    du_registre = lieu is not None and lieu.origine is Origine.REGISTRE
    importe = f.registres.get(CodeRegistre.FINESS) if du_registre else None
    date_ = importe.date_registre if importe else lieu.registre_date if lieu is not None and du_registre else None
    cabinet = f.demande.choix is Choix.CABINET and not f.demande.saisie_siret
    cadre = Cadre(voie_bloquante=f.voie_bloquante, finess=bool(f.choisi and lieu and lieu.finess), cabinet=cabinet)
    valeurs = _du_lieu(f, f.site if importe else lieu if du_registre else None)
    if cabinet:
        # Without a record, the surgery's own row says it all.
        valeurs = {**(valeurs if lieu is not None else {"raison": valeurs["raison"]}), "cabinet": _cabinet(f)}
        au_rpps = f.registres.get(CodeRegistre.RPPS)
        date_ = au_rpps.date_registre if au_rpps else None
        nom = "RPPS"
    else:
        nom = "FINESS" if importe else lieu.registre if lieu is not None else ""
    ecarte = _hors_finess(lieu, f.site, importe=importe is not None)
    if ecarte:
        cle = "finess" if cadre.finess else "siret"
        v = valeurs.get(cle, Valeurs())
        valeurs[cle] = Valeurs(v.demande, v.cockpit, v.registres, v.montre, ecarte)
    lignes = comparer_objet(ETABLISSEMENT, valeurs, cadre, perime=_perime(f.jour, date_))
    return Comparaison(lignes, sum(1 for x in f.lieux if x.actif), nom if date_ else "", date_)


def _hors_finess(lieu: Any, site: Any, *, importe: bool) -> tuple[Verdict, str] | None:
    if lieu is not None and importe and site is None:
        return Verdict.ABSENT, "établissement absent du registre"
    ferme = lieu is not None and (not lieu.actif or (importe and not site.ouvert))
    return (Verdict.DIFFERENT, "établissement fermé") if ferme else None


def _du_lieu(f: Faits, registre: Any) -> dict[str, Valeurs]:
    d, lieu = f.demande, f.lieu

    def champ(nom: str, regle: str, saisi: str | None, registres: Sequence[str | None] = ()) -> Valeurs | None:
        connu = getattr(lieu, nom, None) or None
        dit = connu if f.choisi else saisi or None
        lus = registres or ((getattr(registre, nom) or None,) if registre is not None else ())
        # What the record does not say is not missing from a demande that points to it.
        if f.choisi and not REGLES[regle].forme(connu):
            return None
        return Valeurs(dit, connu, tuple(lus))

    longue = (registre.raison_sociale, registre.raison_longue) if f.site is not None and registre is f.site else ()
    champs = {
        "finess": champ("finess", "finess", None),
        "siret": _siret(f, champ("siret", "siret", d.saisie_siret)),
        "raison": champ("raison_sociale", "raison", d.saisie_raison_sociale, [x for x in longue if x]),
        "commune": _commune(f, champ("code_insee", "commune", f.insee), registre),
        "voie": champ("adresse", "voie", d.saisie_adresse),
        "code_postal": champ("code_postal", "code", d.saisie_code_postal),
        "type": _type(f, champ("type_code", "code", None)),
    }
    return {nom: v for nom, v in champs.items() if v is not None}


def _siret(f: Faits, v: Valeurs | None) -> Valeurs | None:
    if v is None or v.demande or not f.rattache:
        return v
    # A person has said which one it is: that is more than nothing, and less than a number.
    connu = v.cockpit
    return Valeurs(connu, connu, v.registres, montre=(None, connu, connu), hors=(Verdict.PROCHE, f"établissement {RATTACHE}"))


def _commune(f: Faits, v: Valeurs | None, registre: Any) -> Valeurs | None:
    if v is None:
        return None
    ville = f.lieu.ville if f.choisi else f.demande.saisie_ville
    lus = (_ville(getattr(registre, "ville", None), getattr(registre, "code_insee", None)),)
    return Valeurs(
        v.demande, v.cockpit, v.registres,
        montre=(_ville(ville, v.demande), _ville(getattr(f.lieu, "ville", None), v.cockpit), lus[0]),
    )  # fmt: skip


def _ville(ville: str | None, insee: str | None) -> str | None:
    return f"{ville} ({insee})" if ville and insee else ville or insee or None


def _type(f: Faits, v: Valeurs | None) -> Valeurs | None:
    if v is None or not f.choisi:
        return None
    lu = v.registres[0] if v.registres else None
    montre = (v.demande, v.cockpit, lu)
    dits = [f.types.get(x, x) if x else None for x in montre]
    return Valeurs(v.demande, v.cockpit, v.registres, montre=(dits[0], dits[1], dits[2]))


def _cabinet(f: Faits) -> Valeurs:
    """Where he practises by himself, as the register of practitioners says it: it has no FINESS."""
    dit = f"{f.insee} {f.demande.saisie_adresse}" if f.insee and f.demande.saisie_adresse else None
    lieu = f.lieu
    connu = f"{lieu.code_insee} {lieu.adresse}" if lieu is not None and lieu.code_insee and lieu.adresse else None
    lus = tuple(f"{a.code_insee} {a.adresse}" for a in f.activites if a.mode == LIBERAL and a.code_insee)
    absent = None if lus else (Verdict.ABSENT, "cabinet absent du registre")
    return Valeurs(dit, connu, lus, montre=(_ou(dit), _ou(connu), _ou(lus[0] if lus else None)), hors=absent)


def _ou(lieu: str | None) -> str | None:
    insee, _, voie = (lieu or "").partition(" ")
    return f"{voie} ({insee})" if lieu else None


def _terrain(f: Faits) -> Comparaison:
    d, t, lieu = f.demande, f.terrain, f.lieu
    bon = t is not None and t.actif and t.etablissement_id == d.etablissement_id
    numero = str(t.numero) if t is not None else None
    hors = None if t is None or bon else (Verdict.DIFFERENT, "terrain fermé" if not t.actif else "terrain d'un autre lieu")
    if hors is None and t is not None and d.saisie_terrain:
        hors = Verdict.PROCHE, f"terrain {RATTACHE}"
    adresse = {n: (getattr(t, n) or getattr(lieu, n, None)) if t is not None else None for n in ("ville", "adresse")}
    choisi = t is not None and f.choisi and not d.saisie_terrain
    dits = adresse if choisi else {n: getattr(lieu, n) for n in adresse} if f.choisi and lieu is not None else {
        "ville": d.saisie_ville or None, "adresse": d.saisie_adresse or None,
    }  # fmt: skip
    titulaire = f"{f.titulaire.prenom} {f.titulaire.nom}" if f.titulaire else getattr(t, "titulaire_rpps", None)
    valeurs = {
        "terrain": Valeurs(numero, numero, montre=(None if hors and d.saisie_terrain else numero, numero, None), hors=hors),
        "libelle": Valeurs(d.saisie_terrain or getattr(t, "libelle", None), getattr(t, "libelle", None)),
        "commune": Valeurs(dits["ville"], adresse["ville"]),
        "voie": Valeurs(dits["adresse"], adresse["adresse"]),
        "titulaire": Valeurs(d.rpps, getattr(t, "titulaire_rpps", None), montre=(f"{d.prenom} {d.nom}", titulaire, None)),
    }
    if getattr(t, "titulaire_rpps", None) == d.rpps:
        valeurs["titulaire"] = Valeurs(d.rpps, d.rpps, montre=(f"{d.prenom} {d.nom}", f"{d.prenom} {d.nom}", None))
    if choisi:
        formes = {"commune": REGLES["commune"].forme(adresse["ville"]), "voie": REGLES["voie"].forme(adresse["adresse"])}
        valeurs = {nom: v for nom, v in valeurs.items() if formes.get(nom, "oui")}
    return Comparaison(comparer_objet(TERRAIN, valeurs, Cadre(voie_bloquante=f.voie_bloquante)), int(bon))
