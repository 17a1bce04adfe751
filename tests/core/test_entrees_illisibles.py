"""What cannot be read is told as the sender's fault, never as ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.soak.asgi import Envoi, envoyer, uploads_perdus

if TYPE_CHECKING:
    from tests.support.application import Monde

URLENCODE = (b"content-type", b"application/x-www-form-urlencoded")
MULTIPART = (b"content-type", b"multipart/form-data; boundary=x")
FICHIER = b'--x\r\nContent-Disposition: form-data; name="_csrf_token"; filename="a.pdf"\r\n\r\n%PDF\r\n--x--\r\n'
CASSE = b'--x\r\nContent-Disposition: form-data; name="sens"\r\n\r\n\xa6L\r\n--x--\r\n'
CAS = {
    "multipart that is no text": ((MULTIPART,), CASSE, 400),
    "multipart without its end": ((MULTIPART,), CASSE[:40], 400),
    "multipart without a boundary": (((b"content-type", b"multipart/form-data"),), CASSE, 400),
    "token beyond ASCII": ((URLENCODE,), "_csrf_token=é".encode(), 403),
    "token beyond ASCII in its header": ((URLENCODE, (b"x-csrf-token", b"\xe9")), b"", 403),
    "token that is a file": ((MULTIPART,), FICHIER, 403),
    "origin that is no address": ((URLENCODE, (b"origin", b"http://[")), b"", 403),
}


@pytest.mark.parametrize("cas", CAS)
async def test_unreadable_post_is_told(monde: Monde, cas: str):
    entetes, corps, attendu = CAS[cas]
    cookies: dict[str, str] = {}
    await envoyer(monde.app, Envoi("GET", "/connexion"), cookies)
    with uploads_perdus():
        recu = await envoyer(monde.app, Envoi("POST", "/deconnexion", entetes=entetes, corps=corps), cookies)
    assert (recu.statut, recu.faute) == (attendu, "")


async def test_query_of_raw_bytes_is_read(monde: Monde):
    recu = await envoyer(monde.app, Envoi("GET", "/moi", b"x=\xe5\xb6&y=\xed\xa0\x80"), {})
    assert (recu.statut, recu.faute) == (302, "")


async def test_a_post_nowhere_with_a_query_of_raw_bytes_is_not_found(monde: Monde):
    entetes = ((b"host", b"\xff"), (b"referer", b"http://[\xc3"), URLENCODE)
    recu = await envoyer(monde.app, Envoi("POST", "/nulle-part/NaN", b"x=\xc3&suite=/moi", entetes=entetes, corps=b"a=1"), {})
    assert (recu.statut, recu.faute) == (404, "")
