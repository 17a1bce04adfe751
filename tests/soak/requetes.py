"""Writing one request: a form or a link of our own pages, spoilt here and there; or a route with whatever comes."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tests.soak.asgi import HOTE, Envoi
from tests.soak.valeurs import PLAUSIBLES, cite, ordure, plausible
from tests.support.serveur import RACINE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

    from tests.soak.fuzz import Navigateur

Paires = list[tuple[str, bytes]]
TROU = re.compile(r"\{(\w+):(\w+)\}")
NOMS = re.compile(r"""\bname="([a-z_]+)\"""")
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
FICHIERS: tuple[tuple[bytes, bytes], ...] = (
    (b"projet.pdf", PDF), (b"vide.pdf", b""), (b"projet.pdf", b"MZ\x90\x00"), (b"projet.exe", PDF), (b"", PDF),
    (b"../../x.pdf", PDF), (b"a" * 600 + b".pdf", PDF), (b"x\x00.pdf", PDF), ("é<script>fz.pdf".encode(), PDF),
    (b"poly.pdf", b"GIF89a" + PDF + b"<script>fz()</script>"), (b"tard.pdf", b" " * 2000 + PDF), (b"\xff\xfe.pdf", PDF),
    (b'x".pdf', PDF), (b"grand.pdf", PDF + b"0" * 3_000_000), (b"trop.pdf", PDF + b"0" * 13_000_000),
)  # fmt: skip
CURSEURS: tuple[Any, ...] = (
    "[" * 50_000,
    '["\\ud800", 3]',
    "[1, 2]",
    '["", true]',
    '["a", 1e400]',
    '{"a": 1, "b": 2}',
    '["x", -1]',
    "NaN",
)


def champs_connus() -> list[str]:
    """Every field that a template posts or filters with: a new one is spoilt by itself."""
    trouves = {n for gabarit in (RACINE / "partials").rglob("*.html") for n in NOMS.findall(gabarit.read_text())}
    return sorted(
        trouves
        | set(PLAUSIBLES)
        | {"avant", "apres", "depuis", "seance", "presents", "terrain", "personne", "du", "au", "liste", "projection"}
    )


class Redacteur:
    """Draws requests from *r* on the application's *portes*."""

    def __init__(self, r: Random, portes: list[tuple[str, str]]) -> None:
        self.r, self.portes, self.noms = r, portes, champs_connus()
        self.ids = [*range(1, 25), 412, 10**6]

    def rediger(self, nav: Navigateur) -> tuple[tuple[str, str], Envoi]:
        """A request, and the route that it is for."""
        tire = self.r.random()
        if nav.formulaires and tire < 0.45:
            action = self.r.choice(sorted(nav.formulaires))
            chemin, _, requete = action.partition("?")
            envoi = self._poster(
                nav, quote(chemin, safe="/%"), quote(requete, safe="=&%").encode(), self._gater(nav.formulaires[action])
            )
        elif nav.liens and tire < 0.6:
            chemin, _, requete = self.r.choice(nav.liens).partition("#")[0].partition("?")
            envoi = self._lire(quote(chemin, safe="/%"), quote(requete, safe="=&%+").encode())
        else:
            methode, route = self.r.choice(self.portes)
            chemin = TROU.sub(lambda m: self._parametre(m[1], m[2]), route)
            paires = self._paires(self.r.choice((0, 1, 3, 8)))
            envoi = self._lire(chemin, b"") if methode == "GET" else self._poster(nav, chemin, self._requete(), paires)
        return self._porte(envoi), envoi

    def _porte(self, envoi: Envoi) -> tuple[str, str]:
        for methode, route in self.portes:
            motif = "[^/]*".join(re.escape(x) for x in TROU.split(route)[::3])
            if methode == envoi.methode and re.fullmatch(motif + "/?", envoi.chemin):
                return methode, route
        return envoi.methode, "?"

    def _parametre(self, nom: str, genre: str) -> str:
        if self.r.random() < 0.75:
            return (
                str(self.r.choice(self.ids))
                if genre == "int"
                else self.r.choice(("RTS", "TERRAIN", "demonstration", "decision", "decision_coord", "x"))
            )
        return cite(ordure(self.r)[:3000])

    def _paires(self, nombre: int) -> Paires:
        paires = [(n, self._valeur(n)) for n in (self.r.choice(self.noms) for _ in range(nombre))]
        if paires and self.r.random() < 0.15:
            paires.append((paires[0][0], ordure(self.r)))
        return paires

    def _valeur(self, nom: str) -> bytes:
        if nom in {"apres", "avant", "du", "au"} and self.r.random() < 0.7:
            brut = self.r.choice(
                (*CURSEURS, json.dumps([self.r.choice(("", "a", "VALIDE_ADMIN", "é")), self.r.choice((0, 100, 10**17))]))
            )
            return base64.urlsafe_b64encode(brut.encode()).rstrip(b"=")
        return plausible(self.r, nom, self.ids) if self.r.random() < 0.6 else ordure(self.r)

    def _gater(self, champs: Iterable[tuple[str, str]]) -> Paires:
        """The form as it would be sent, one value for each name mostly; often with some of it spoilt."""
        par_nom: dict[str, list[bytes]] = {}
        for nom, valeur in champs:
            par_nom.setdefault(nom, []).append(valeur.encode())
        paires = [(n, self.r.choice(vs)) for n, vs in par_nom.items() if len(vs) == 1 or self.r.random() < 0.8]
        paires = [(n, v or plausible(self.r, n, self.ids)) for n, v in paires]
        for _ in range(self.r.choice((0, 0, 1, 1, 2, 5))):
            if paires:
                rang = self.r.randrange(len(paires))
                nom = paires[rang][0]
                paires[rang] = (nom, self._valeur(nom))
        return paires + (self._paires(1) if self.r.random() < 0.1 else [])

    def _requete(self) -> bytes:
        return self._encoder(self._paires(self.r.choice((0, 0, 0, 1, 2))))

    def _encoder(self, paires: Paires) -> bytes:
        if self.r.random() < 0.05:
            return b"&".join(n.encode() + b"=" + v for n, v in paires).replace(b" ", b"+")
        return b"&".join(n.encode() + b"=" + cite(v).encode() for n, v in paires)

    def _entetes(self) -> list[tuple[bytes, bytes]]:
        entetes: list[tuple[bytes, bytes]] = []
        if self.r.random() < 0.5:
            entetes += [(b"hx-request", b"true"), (b"hx-request-type", self.r.choice((b"partial", b"full", b"\xff")))]
            entetes.append((b"hx-target", self.r.choice((b"tbody#corps", b"section#tableau", b"\xe9", b""))))
        if self.r.random() < 0.1:
            entetes.append(
                (
                    self.r.choice((b"hx-current-url", b"referer", b"accept", b"authorization", b"range", b"if-none-match")),
                    self._brut(),
                )
            )
        return entetes

    def _brut(self) -> bytes:
        return ordure(self.r)[:2000].replace(b"\r", b"").replace(b"\n", b"").replace(b"\x00", b"")

    def _lire(self, chemin: str, requete: bytes) -> Envoi:
        autres = self._encoder(self._paires(self.r.choice((0, 1, 2, 4))))
        return Envoi("GET", chemin, b"&".join(x for x in (requete, autres) if x), tuple(self._entetes()))

    def _poster(self, nav: Navigateur, chemin: str, requete: bytes, paires: Paires) -> Envoi:
        entetes, tire = self._entetes(), self.r.random()
        if tire < 0.01:
            entetes.append((b"x-csrf-token", self._brut()))
        if tire > 0.04:
            entetes.append((b"x-csrf-token", nav.cookies.get("csrf", "").encode()))
        elif tire > 0.02:
            paires = [*paires, ("_csrf_token", ordure(self.r))]
        if self.r.random() < 0.03:
            entetes.append((b"origin", self.r.choice((b"null", b"http://" + HOTE, b"http://fz.example", b"\xff", b"http://["))))
        genre, corps = self._corps(paires)
        entetes += [(b"content-type", genre)] if genre else []
        entetes.append((b"content-length", str(len(corps)).encode()))
        return Envoi("POST", chemin, requete, tuple(entetes), corps, rompu=self.r.random() < 0.01)

    def _corps(self, paires: Paires) -> tuple[bytes, bytes]:
        tire = self.r.random()
        if tire < 0.7:
            return b"application/x-www-form-urlencoded", self._encoder(paires)
        if tire < 0.9:
            return b"multipart/form-data; boundary=fz", self._multipart(paires)
        if tire < 0.93:
            entier = self._multipart(paires)
            return b"multipart/form-data; boundary=fz", entier[: self.r.randrange(len(entier) + 1)][:200_000]
        genre = self.r.choice((b"", b"application/json", b"multipart/form-data", b"text/plain", b"\xff/\xff", b"multipart/form-data; boundary=",
                               b"application/x-www-form-urlencoded; charset=utf-16", b"application/x-www-form-urlencoded; charset=fz", b"application/msgpack"))  # fmt: skip
        return genre, self.r.choice(
            (ordure(self.r), b'{"sens": "ACCEPTE", "version": 1}', b"[[[[", b"\x81\xa4sens\xa1x", self._encoder(paires))
        )

    def _multipart(self, paires: Paires) -> bytes:
        parts = [b'Content-Disposition: form-data; name="%b"\r\n\r\n%b' % (n.encode(), v) for n, v in paires]
        if self.r.random() < 0.7:
            rang = self.r.randrange(len(FICHIERS) if self.r.random() < 0.1 else len(FICHIERS) - 2)  # the big ones are slow
            nom, contenu = FICHIERS[rang]
            genre = self.r.choice((b"application/pdf", b"text/html", b""))
            tete = b'Content-Disposition: form-data; name="piece"; filename="%b"\r\nContent-Type: %b\r\n\r\n' % (nom, genre)
            parts.append(tete + contenu)
        return b"".join(b"--fz\r\n%b\r\n" % p for p in parts) + b"--fz--\r\n"
