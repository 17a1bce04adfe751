"""The settings of mail: an address that is unsafe, or means nothing, stops the start; a password is never repeated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.reglages_courrier import ReglageInvalide, Smtp, lire_smtp
from app.settings import lire

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("url", "lue"),
    [
        ("smtp://127.0.0.1:1025", Smtp("127.0.0.1", 1025, tls=False, starttls=False)),
        ("smtp://courrier.exemple.fr", Smtp("courrier.exemple.fr", 587, tls=False, starttls=True)),
        ("smtps://a%40b:c%3Ad@courrier.exemple.fr", Smtp("courrier.exemple.fr", 465, True, "a@b", "c:d", starttls=False)),
        ("smtp://u:p@courrier.exemple.fr:25/", Smtp("courrier.exemple.fr", 25, False, "u", "p", starttls=True)),
    ],
)
def test_a_server_is_read_from_its_address(url: str, lue: Smtp) -> None:
    assert lire_smtp(url) == lue
    assert "c:d" not in repr(lire_smtp(url))


@pytest.mark.parametrize(
    "url",
    ["http://courrier.exemple.fr", "courrier.exemple.fr", "smtp://", "smtp:///x", "smtp://u:secret@h.fr/?starttls=0",
     "smtp://u@h.fr", "smtp://h.fr:99999", "smtp://h.fr:x", "smtp://h.fr#secret", "smtp://h.fr/secret", "smtp://h .fr", "smtp://[::1"],
)  # fmt: skip
def test_an_address_that_means_nothing_or_asks_for_less_safety_stops_the_start(tmp_path: Path, url: str) -> None:
    env = {"AGREMENT_DATA_DIR": str(tmp_path), "AGREMENT_SMTP_URL": url, "AGREMENT_MAIL_FROM": "a@exemple.fr"}
    with pytest.raises(ReglageInvalide) as refus:
        lire(env)
    assert str(refus.value).startswith("AGREMENT_SMTP_URL")
    assert "secret" not in str(refus.value)


@pytest.mark.parametrize(
    ("autres", "message"),
    [
        ({"AGREMENT_SMTP_URL": "smtp://127.0.0.1"}, "AGREMENT_MAIL_FROM manque"),
        ({"AGREMENT_MAIL_FROM": "a@b.fr\nBcc: c@d.fr"}, "AGREMENT_MAIL_FROM : attendu"),
        ({"AGREMENT_MAIL_FROM": "Agrément <a@b.fr>"}, "AGREMENT_MAIL_FROM : attendu"),
        ({"AGREMENT_MAIL_HEURE": "24"}, "AGREMENT_MAIL_HEURE vaut"),
        ({"AGREMENT_MAIL_HEURE": "-1"}, "AGREMENT_MAIL_HEURE vaut"),
        ({"AGREMENT_MAIL_HEURE": "1" * 5000}, "AGREMENT_MAIL_HEURE vaut"),
        ({"AGREMENT_COURRIER": "jamais"}, "AGREMENT_COURRIER vaut"),
    ],
)
def test_each_setting_says_what_it_should_be(tmp_path: Path, autres: dict[str, str], message: str) -> None:
    with pytest.raises(ReglageInvalide, match=message):
        lire({"AGREMENT_DATA_DIR": str(tmp_path), **autres})


def test_without_a_server_only_a_demonstration_promises_mails(tmp_path: Path) -> None:
    demonstration = lire({"AGREMENT_DATA_DIR": str(tmp_path)})
    assert (demonstration.courriels, demonstration.mail_heure, demonstration.courrier) == (True, 7, "application")
