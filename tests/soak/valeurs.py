"""Values: junk of every kind, and plausible ones, drawn from a seeded generator."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote_from_bytes

if TYPE_CHECKING:
    from random import Random

MARQUES = ('<script>fz("1")</script>', '"onx=fz x="', "'><img src=fz onerror=fz>", "</textarea><b id=fz>", "javascript:fz()")
# Found raw in an answer, any of these is an injection.
INJECTEES = ("<script>fz", '"onx=fz', "<img src=fz", "<b id=fz", 'href="javascript:fz')
ORDURES: tuple[bytes, ...] = (
    b"", b" ", b"\x00", b"a\x00b", b"\xed\xa0\x80", b"\xff\xfe", b"\xc3", "é𝄞👩‍⚕️\u202e".encode(), b"-1", b"0", b"00", b"1e9", b"NaN",
    b"99999999999999999999999999", b"9223372036854775807", b"9223372036854775808", b"2147483648", b"1.5", b"+1", b"0x10",
    "١٢٣".encode(), "²".encode(), b"null", b"true", b"[]", b"{}", b"../../etc/passwd", b"%", b"%00", b"\r\nSet-Cookie: x=1",
    b"' OR 1=1 --", b"\\", b"_", b"%25", b"2026-02-30", b"0000-00-00", b"9999-12-31", b"31/02/2026", b"25:61", b"-0001-01-01",
    "\u2028\u0085".encode(), b"//fz.example/", b"/\\fz.example", b"http://fz.example/", *(m.encode() for m in MARQUES),
)  # fmt: skip
PLAUSIBLES: dict[str, tuple[str, ...]] = {
    "sens": ("ACCEPTE", "A_L_ETUDE", "REFUSE"), "duree": ("1", "5"), "phases": ("S", "A", "C"), "acte": ("valider", "invalider", "accepter", "concordants", "arrivee", "depart", "mandat", "retrait", "publier"),
    "choix": ("REGISTRE", "CABINET", "ABSENT"), "subdivision": ("STRASBOURG",), "subdivisions": ("STRASBOURG", "toutes"),
    "formations": ("toutes",), "statut": ("VALIDE_ADMIN", "EN_VALIDATION", "ACCEPTE"), "tri": ("statut", "-ville", "personne"),
    "heure": ("14:00", "00:00", "23:59:59.9", "14:00+05:00"), "confirme": ("1",), "sans_quorum": ("1",), "q": ("stras", "67"),
    "rpps": ("99700366240", "9970036624"), "email": ("a@exemple.fr",), "capacite": ("2", "99"), "enregistre": ("1",),
    "cols": ("statut", "statut,ville", "personne,,statut"), "verrou": ("formation",), "apres": ("100", "a:100", "~"), "tout": ("1",),
    "retour": ("/demandes", "/", "/demandes?seance=3&tri=agenda", "/lignes/3/panneau"), "groupe": ("divergentes", "nom"),
    "liste": ("seance=3&tri=-agenda", "tout=1", "statut=VALIDE_ADMIN"), "geste": ("monter", "placer"), "pas": ("suivante", "aucune"),
    "genre": ("decision", "avis-coordonnateur"), "portee": ("coches", "filtre", "seance"), "projection": ("1",), "complet": ("1",),
    "onglet": ("a1",), "saisit": ("3:decision", "3:x"), "lit": ("3", "x"), "nom": ("Ma vue",), "a_discuter": ("0", "1"),
    "suite": ("/moi",), "motif": ("PROJET", "AUTRE"),
}  # fmt: skip
JOURS = (
    "ouverture",
    "cloture_depot",
    "cloture_complements",
    "cloture_avis",
    "publication",
    "debut_agrements",
    "jour",
    "debut",
    "fin",
    "echeance",
)


def ordure(r: Random) -> bytes:
    """Nothing that a form would send."""
    tire = r.random()
    if tire < 0.02:
        return r.choice((b"x", "é".encode(), b"<", b"9")) * 100_000
    if tire < 0.12:
        return bytes(r.randrange(256) for _ in range(r.randrange(1, 12)))
    return r.choice(ORDURES)


def plausible(r: Random, nom: str, ids: list[int]) -> bytes:
    """What somebody might type in the field *nom*."""
    if nom in JOURS or nom.startswith(("de_", "a_")):
        return f"{r.choice((1990, 2026, 2027, 2100))}-{r.randrange(1, 13):02}-{r.randrange(1, 29):02}".encode()
    if nom in PLAUSIBLES:
        return r.choice(PLAUSIBLES[nom]).encode()
    if nom == "version" or nom.endswith(("_id", "s")) or r.random() < 0.3:
        return str(r.choice(ids)).encode()
    return r.choice(("Consultation", "1", "Motif plausible.", "STRASBOURG", *MARQUES)).encode()


def cite(octets: bytes) -> str:
    """Percent-encoded, whatever the bytes."""
    return quote_from_bytes(octets, safe="")
