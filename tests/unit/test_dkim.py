"""Signatures of mails, read by dkimpy as receivers do."""

import re
import sys
from base64 import b64encode
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec

import dkim
import pytest
from builders import some_settings
from conftest import missing
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from publisher.delivery.dkim import SIGNED, Signer
from publisher.delivery.splice import Reader, spliced, template, undoubled
from publisher.errors import UsageError
from publisher.model.delivery import Mailbox, Token
from publisher.model.entry import Month
from publisher.model.output import Digest
from publisher.model.secret import Secret

Key = rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey
LINKS = "".join(f"https://news.example.org/{way}/READER-TOKEN\n" for way in ("unsubscribe", "preferences"))
WORDS = "أخبار " * 60
DIGESTS = [
    Digest(Month(2026, 11), "en", "News of November", "", f"<p>Words.</p>\n{LINKS}", f".A dot\n..\n{LINKS}"),
    Digest(Month(2026, 11), "ar", "أخبار", "", f"<p>{WORDS}</p>{LINKS}\n\n\n", f"A  line \t\n{LINKS}"),
]


def pem(key: Key, secret: bytes = b"") -> Secret:
    """Return *key* as a file holds it."""
    kept = BestAvailableEncryption(secret) if secret else NoEncryption()
    return Secret(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, kept).decode())


@cache
def a_key(kind: str) -> Key:
    """Return a key of the tests' own, of the same kind always the same."""
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    return rsa.generate_private_key(65537, int(kind.removeprefix("rsa")))


def record(kind: str) -> Callable[..., bytes]:
    """Return what asks DNS, where the other half of the key stands."""
    public = a_key(kind).public_key()
    if isinstance(public, ed25519.Ed25519PublicKey):
        data, name = public.public_bytes(Encoding.Raw, PublicFormat.Raw), "ed25519"
    else:
        data, name = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo), "rsa"
    return lambda name_asked, **_: (
        f"v=DKIM1; k={name}; p={b64encode(data).decode()}".encode()
        if name_asked == b"news._domainkey.example.org."
        else b""
    )


@cache
def signer(kind: str) -> Signer:
    """Return what signs for example.org."""
    return Signer("example.org", "news", pem(a_key(kind)))


NO_KEY = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
TEMPLATES = [template(digest, some_settings()) for digest in DIGESTS]


def signed(kind: str, number: int = 0) -> bytes:
    """Return the mail of a reader as it arrives, with its signature."""
    mailbox, choose = Mailbox(f"ana{number}@example.net"), Token("c" * (number % 150 + 1))
    reader = Reader(mailbox, Token(f"p{number}"), Token(f"u{number}.x"), choose)
    message = undoubled(spliced(TEMPLATES[number % len(TEMPLATES)], reader))
    return signer(kind).signature(message) + message


@pytest.fixture(params=["rsa2048", "ed25519"])
def kind(request: pytest.FixtureRequest) -> str:
    """Return a kind of key that mails are signed with."""
    if request.param == "ed25519" and not find_spec("nacl"):
        missing("ed25519", "run: .venv/bin/pip install 'dkimpy[ed25519]'")
    return str(request.param)


def test_receivers_find_two_hundred_signatures_good(kind: str) -> None:
    """What is signed for each of two hundred readers is verified by another implementation."""
    asked = record(kind)
    assert [number for number in range(200) if not dkim.verify(signed(kind, number), dnsfunc=asked)] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (rb"Words", b"Worse"),
        (rb"u0\.x=", b"u1.x="),
        (rb"\r\n\r\n--", b"\r\n\r\nMore.\r\n--"),
        (rb"\Z", b"More.\r\n"),
        (rb"Subject: News", b"Subject: Lies"),
        (rb"From: News", b"From: Lies"),
        (rb"\r\nFrom: ", b"\r\nFrom: Eve <eve@example.com>\r\nFrom: "),
        (rb"\r\nSubject: ", b"\r\nFrom: Eve <eve@example.com>\r\nSubject: "),
        (rb"\r\nSubject: ", b"\r\nSubject: Lies\r\nSubject: "),
        (rb"\r\nSubject: ", b"\r\nReply-To: eve@example.com\r\nSubject: "),
        (rb"\r\nSubject: ", b"\r\nCc: eve@example.com\r\nSubject: "),
        (rb"\r\nTo: ana0", b"\r\nTo: eve0"),
        (rb"\r\nTo: ", b"\r\nTo: eve@example.com\r\nTo: "),
        (rb"\r\nDate: Tue", b"\r\nDate: Wed"),
        (rb"\.p0@", b".p1@"),
        (rb"digest\.news", b"digest.lies"),
        (rb"/unsubscribe/u0\.x", b"/unsubscribe/u1.x"),
        (rb"\r\nList-Unsubscribe: ", b"\r\nList-Unsubscribe: <https://example.com/>\r\nList-Unsubscribe: "),
        (rb"\r\nList-Unsubscribe-Post: [^\r]*", b""),
        (rb"\r\nPrecedence: bulk", b""),
        (rb"boundary=\"=_", b'boundary="=-'),
        (rb"d=example\.org", b"d=example.com"),
    ],
)
def test_an_altered_mail_is_refused(kind: str, old: bytes, new: bytes) -> None:
    """Nothing of the words, the tokens and the header can be changed, added or taken away."""
    message = signed(kind)
    altered, times = re.subn(old, lambda _: new, message, count=1)
    assert times == 1
    assert dkim.verify(message, dnsfunc=record(kind))
    assert not dkim.verify(altered, dnsfunc=record(kind))


def test_a_server_may_fold_the_header_otherwise(kind: str) -> None:
    """Spaces and line ends of the header may change on the way, and the case of its names."""
    message = signed(kind)
    folded = message.replace(b">,\r\n <mailto:", b">,\r\n\t   <mailto:", 1)
    folded = folded.replace(b"Subject: ", b"SUBJECT:  ", 1)
    assert folded != message
    assert dkim.verify(b"Received: from there\r\n" + folded, dnsfunc=record(kind))


@pytest.mark.parametrize(
    "message",
    [
        b"From: a@example.org\r\nSubject: spaces  \t\r\n\r\nWords. \r\n\r\n\r\n\r\n",
        b"FROM: a@example.org\r\nTo:\r\n b@example.org\r\nTo: c@example.org\r\n\r\nNo line end",
        b"From: a@example.org\r\nCc: b@example.org\r\nCc: c@example.org\r\nX-Other: d\r\n\r\n",
    ],
)
def test_mails_of_other_forms_are_signed_well(kind: str, message: bytes) -> None:
    """Empty lines at the end, spaces, no content and headers that come twice count as receivers count."""
    assert dkim.verify(signer(kind).signature(message) + message, dnsfunc=record(kind))


def test_every_header_is_signed() -> None:
    """No header of an issue is left out, and From, To, Subject and the ways to leave cannot come twice."""
    header = signed("ed25519").split(b"\r\n\r\n", 1)[0].decode()
    names = re.findall(r"^([A-Za-z-]+):", header, re.MULTILINE)[1:]
    found = re.search(r"h=([^;]+);", header)
    assert found
    covered = re.split(r":(?:\r\n )?", found[1])
    assert {name.lower() for name in names} <= {*covered} == {*SIGNED}
    assert all(covered.count(name) == 2 for name in ("from", "to", "subject", "list-unsubscribe"))


def test_a_signature_is_made_of_short_lines(kind: str) -> None:
    """The lines of the signature are ASCII and fit into 78 characters; the same mail has the same one."""
    message = signed(kind)
    lines = message.split(b"\r\nSubject: ", 1)[0].split(b"\r\n")
    assert lines[0].startswith(f"DKIM-Signature: v=1; a={kind.removesuffix('2048')}-sha256; ".encode())
    assert max(map(len, lines)) <= 78
    assert message == signed(kind)
    assert message != signed(kind, 2)


def test_without_the_library_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signing is an extra; who sets a domain without it is told its name, and the other way."""
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.asymmetric", None)
    with pytest.raises(UsageError) as refused:
        Signer("example.org", "news", Secret(NO_KEY))
    assert refused.value.code == "missing-library"
    assert "pip install cryptography" in refused.value.hint


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (lambda: pem(a_key("rsa1024")), "weak-dkim-key"),
        (lambda: pem(ec.generate_private_key(ec.SECP256R1())), "invalid-dkim-key"),
        (lambda: pem(a_key("ed25519"), b"passphrase"), "invalid-dkim-key"),
        (lambda: Secret(""), "invalid-dkim-key"),
        (lambda: Secret(NO_KEY), "invalid-dkim-key"),
        (lambda: Secret("ключ"), "invalid-dkim-key"),
    ],
)
def test_a_key_that_is_weak_or_none_is_refused(key: Callable[[], Secret], code: str) -> None:
    """The error names the fault and the way out, and shows nothing of the key."""
    with pytest.raises(UsageError) as refused:
        Signer("example.org", "news", key())
    assert refused.value.code == code
    assert refused.value.hint
    assert "PRIVATE" not in str(refused.value)
