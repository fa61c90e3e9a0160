"""All that sending needs, looked at, with real servers and DNS as a table."""

import os
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from nameservers import Table

from publisher.authentication.finding import Finding
from publisher.doctor import examine
from publisher.project import load
from publisher.readers import prepare

KEY = "k" * 43
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
RIGHT = {
    "example.org": ["v=spf1 mx -all"],
    "_dmarc.example.org": ["v=DMARC1; p=none"],
}
MX, ADDRESSES = {"example.org": ["mx.example.org"]}, {"mx.example.org": ["192.0.2.1"]}
DNS = Table(RIGHT, MX, ADDRESSES)


class _Taken:
    async def handle_DATA(self, *_: Any) -> str:
        return "250 taken"


def _login(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=data.password == b"right", handled=False)


@contextmanager
def _smtp(context: ssl.SSLContext | None = None) -> Iterator[int]:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    login = {"authenticator": _login, "auth_required": True} if context else {}
    server = Controller(_Taken(), "127.0.0.1", port, tls_context=context, **login)  # type: ignore[arg-type]
    server.start()
    try:
        yield port
    finally:
        server.stop()


@pytest.fixture
def folder(project_folder: Path) -> Path:
    """Return a project whose database is migrated, last written on an early day."""
    prepare(load(project_folder, {}), {})
    os.utime(project_folder / "publisher.toml", (NOW.timestamp() - 9e5,) * 2)
    return project_folder


def _look(
    folder: Path, resolver: Any = DNS, now: Any = NOW, mail: Any = None, **variables: str
) -> dict[str, list[Finding]]:
    """Return what is found, by name."""
    environ = {"PUBLISHER_SUBSCRIBERS__KEY": KEY} | variables
    found: dict[str, list[Finding]] = {}
    for one in examine(load(folder, environ), environ, resolver, now, mail):
        found.setdefault(one.name, []).append(one)
        assert KEY not in one.said + one.hint
        assert one.level == "ok" or one.hint
    return found


def _bad(found: dict[str, list[Finding]]) -> dict[str, str]:
    """Return the worst level of each name that is not well."""
    levels = {name: {str(one.level) for one in all_} - {"ok"} for name, all_ in found.items()}
    return {name: min(some) for name, some in levels.items() if some}


def test_all_is_well(folder: Path) -> None:
    """With everything in its place there is no error; the one warning says that mails go to a folder."""
    found = _look(folder)
    assert _bad(found) == {"mail server": "warning"}
    assert set(found) == {
        "settings",
        "site",
        "time zone",
        "clock",
        "secrets",
        "database",
        "mail server",
        "SPF",
        "DMARC",
        "DKIM",
        "return path",
    }


FAULTS: dict[str, tuple[dict[str, str], str, str, str]] = {
    "site": ({"PUBLISHER_NEWSLETTER__URL": "http://news.example.org/"}, "site", "error", "https"),
    "no key": ({"PUBLISHER_SUBSCRIBERS__KEY": ""}, "secrets", "error", "subscribers.key"),
    "weak key": ({"PUBLISHER_SUBSCRIBERS__KEY": "short"}, "secrets", "error", "fewer than 32"),
    "no IMAP password": (
        {"PUBLISHER_BOUNCES__IMAP": "imap.example.org"},
        "secrets",
        "error",
        "bounces.password",
    ),
    "no DKIM key": ({"PUBLISHER_DKIM__DOMAIN": "example.org"}, "secrets", "error", "dkim.key"),
    "no key in DNS": (
        {"PUBLISHER_DKIM__DOMAIN": "example.org"},
        "DKIM",
        "error",
        "publisher._domainkey.example.org",
    ),
    "another's DKIM": ({"PUBLISHER_DKIM__DOMAIN": "example.net"}, "DKIM", "error", "does not speak for"),
    "other database": (
        {"PUBLISHER_SUBSCRIBERS__DATABASE": "sqlite:///new.db"},
        "database",
        "warning",
        "to be done",
    ),
    "no database": ({"PUBLISHER_SUBSCRIBERS__DATABASE": "sqlite:///publisher.toml"}, "database", "error", ""),
    "no server": (
        {"PUBLISHER_SMTP__HOST": "127.0.0.1", "PUBLISHER_SMTP__PORT": "1"},
        "mail server",
        "error",
        "127.0.0.1:1",
    ),
    "open password": (
        {
            "PUBLISHER_SMTP__HOST": "localhost",
            "PUBLISHER_SMTP__SECURITY": "none",
            "PUBLISHER_SMTP__PASSWORD": "right",
        },
        "mail server",
        "error",
        "smtp.password",
    ),
    "return path elsewhere": (
        {"PUBLISHER_BOUNCES__ADDRESS": "b@example.net"},
        "SPF",
        "error",
        "no record",
    ),
    "nobody takes what comes back": (
        {"PUBLISHER_BOUNCES__ADDRESS": "b@example.net"},
        "return path",
        "error",
        "no MX",
    ),
    "sender without DNS": ({"PUBLISHER_EMAIL__FROM": "n@example.com"}, "DMARC", "error", "no record"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_found(folder: Path, name: str) -> None:
    """What is wrong is told under its name, with the way out."""
    variables, where, level, words = FAULTS[name]
    found = _look(folder, **variables)
    assert any(str(one.level) == level and words in one.said for one in found[where]), found[where]


def test_looking_changes_nothing(folder: Path) -> None:
    """A database that is not there is not made, and one that is old is not brought up to date."""
    _look(folder, PUBLISHER_SUBSCRIBERS__DATABASE="sqlite:///new.db")
    assert not (folder / "new.db").exists()


@pytest.mark.parametrize(
    ("now", "level"),
    [(NOW, "ok"), (datetime(2020, 1, 1, tzinfo=UTC), "error"), (NOW - timedelta(days=30), "warning")],
)
def test_the_clock(folder: Path, now: datetime, level: str) -> None:
    """A clock that lies in the past, or behind the settings' own time, is told."""
    assert [str(one.level) for one in _look(folder, now=now)["clock"]] == [level]


@pytest.mark.parametrize(
    ("exchanges", "addresses", "level", "words"),
    [
        (MX, ADDRESSES, "ok", "mx.example.org"),
        ({"example.org": [""]}, {}, "error", "MX ."),
        ({}, {"example.org": ["192.0.2.1"]}, "warning", "only an address"),
        ({}, {}, "error", "no MX"),
        (MX, {}, "error", "no address"),
    ],
)
def test_where_mails_come_back_to(
    folder: Path, exchanges: dict[str, list[str]], addresses: dict[str, list[str]], level: str, words: str
) -> None:
    """Some server must take what comes back."""
    (found,) = _look(folder, Table(RIGHT, exchanges, addresses))["return path"]
    assert (str(found.level), words in found.said) == (level, True)


def test_dns_that_does_not_answer_is_no_error(folder: Path) -> None:
    """Where DNS cannot be asked nothing is known: that is told, and all else is looked at."""
    found = _look(folder, Table(RIGHT, dead=("example.org", "_dmarc.example.org")))
    assert {str(one.level) for one in found["DNS"]} == {"warning"}
    assert len(found["DNS"]) == 3
    assert "settings" in found


def test_a_received_mail_is_looked_at(folder: Path) -> None:
    """A mail that is handed in is judged together with the key in DNS."""
    mail = b"DKIM-Signature: v=1; d=example.org; s=s1; h=from\nFrom: news@example.org\n\nHello"
    words = [one.said for one in _look(folder, mail=mail)["test mail"]]
    assert any("List-Unsubscribe" in said for said in words)
    assert any("does not cover" in said for said in words)


@pytest.mark.parametrize(
    ("password", "is_known", "level", "words"),
    [
        ("right", True, "ok", "the login is taken"),
        ("wrong", True, "error", "535"),
        ("right", False, "error", "ertificate"),
    ],
)
def test_the_mail_server_is_asked(
    folder: Path, monkeypatch: pytest.MonkeyPatch, password: str, *, is_known: bool, level: str, words: str
) -> None:
    """The certificate is checked and the login tried; nothing is sent."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    if is_known:
        authority.cert_pem.write_to_path(str(folder / "authority.pem"))
        monkeypatch.setenv("SSL_CERT_FILE", str(folder / "authority.pem"))
    with _smtp(context) as port:
        (found,) = _look(
            folder,
            PUBLISHER_SMTP__HOST="localhost",
            PUBLISHER_SMTP__PORT=str(port),
            PUBLISHER_SMTP__USER="news",
            PUBLISHER_SMTP__PASSWORD=password,
        )["mail server"]
    assert (str(found.level), words in found.said) == (level, True), found
    assert password not in found.said


def test_a_server_on_this_machine_needs_no_tls(folder: Path) -> None:
    """A relay on this very machine may go without TLS."""
    with _smtp() as port:
        (found,) = _look(
            folder,
            PUBLISHER_SMTP__HOST="127.0.0.1",
            PUBLISHER_SMTP__PORT=str(port),
            PUBLISHER_SMTP__SECURITY="none",
        )["mail server"]
    assert str(found.level) == "ok"
