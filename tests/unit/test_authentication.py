"""What DNS says of a sender, judged: SPF, DKIM and DMARC, and the signature of a mail."""

import base64

import pytest
from nameservers import Table

from publisher.authentication import dkim
from publisher.authentication.dmarc import dmarc, is_aligned, organisation
from publisher.authentication.finding import Finding
from publisher.authentication.spf import spf
from publisher.authentication.tags import tags

ORG = "example.org"
RSA2048 = base64.b64encode(bytes(294)).decode()
RSA1024 = base64.b64encode(bytes(162)).decode()
RSA512 = base64.b64encode(bytes(94)).decode()
ED25519 = base64.b64encode(bytes(32)).decode()
DMARC1 = "v=DMARC1; p=none"


def _levels(found: list[Finding]) -> list[str]:
    return [str(one.level) for one in found]


MANY = {f"i{n}.example.org": [f"v=spf1 include:i{n + 1}.example.org ~all"] for n in range(12)}
SPF: dict[str, tuple[dict[str, list[str]], str, str]] = {
    "right": ({ORG: ["v=spf1 ip4:192.0.2.0/24 -all"]}, "ok", "0 of 10"),
    "beside other texts": ({ORG: ["hello", "v=spf10 x", "V=SPF1 mx a:b.example/24 ~all"]}, "ok", "2 of 10"),
    "none": ({ORG: ["v=spf10"]}, "error", "no record"),
    "two": ({ORG: ["v=spf1 -all", "v=spf1 mx -all"]}, "error", "more than one"),
    "everybody": ({ORG: ["v=spf1 +all"]}, "error", "everybody"),
    "everybody, without a sign": ({ORG: ["v=spf1 mx all"]}, "error", "everybody"),
    "no end": ({ORG: ["v=spf1 mx"]}, "warning", "all other servers"),
    "no opinion": ({ORG: ["v=spf1 mx ?all"]}, "warning", "all other servers"),
    "ptr": ({ORG: ["v=spf1 ptr ~all"]}, "warning", "ptr"),
    "unknown word": ({ORG: ["v=spf1 ipv4:192.0.2.1 ~all"]}, "error", "ipv4"),
    "unknown modifier": ({ORG: ["v=spf1 mx exp=x.example.org ~all"]}, "ok", "1 of 10"),
    "redirect": (
        {ORG: ["v=spf1 redirect=_s.example.org"], "_s.example.org": ["v=spf1 a -all"]},
        "ok",
        "2 of 10",
    ),
    "include": (
        {ORG: ["v=spf1 include:_s.example.org ~all"], "_s.example.org": ["v=spf1 a mx -all"]},
        "ok",
        "3 of 10",
    ),
    "include of nothing": ({ORG: ["v=spf1 include:_s.example.org ~all"]}, "error", "_s.example.org"),
    "include of itself": ({ORG: ["v=spf1 include:example.org ~all"]}, "error", "more than 10"),
    "too many": ({ORG: ["v=spf1 include:i0.example.org ~all"], **MANY}, "error", "more than 10"),
    "macro": ({ORG: ["v=spf1 exists:%{i}.x.example.org include:%{d}.x ~all"]}, "ok", "2 of 10"),
}


@pytest.mark.parametrize("name", SPF)
def test_spf(name: str) -> None:
    """One record that ends, and is evaluated with at most ten look-ups."""
    texts, level, words = SPF[name]
    (found,) = spf(ORG, Table(texts))
    assert (str(found.level), words in found.said + found.hint) == (level, True), found


DKIM = {
    "right": ([f"v=DKIM1; k=rsa; p={RSA2048}"], "ok"),
    "only a key": ([f"p={RSA2048}"], "ok"),
    "in pieces": ([f"v=DKIM1; p={RSA2048[:100]} {RSA2048[100:]}"], "ok"),
    "short": ([f"v=DKIM1; p={RSA1024}"], "warning"),
    "too short": ([f"v=DKIM1; p={RSA512}"], "error"),
    "a test": ([f"v=DKIM1; t=s:y; p={RSA2048}"], "warning"),
    "Ed25519": ([f"v=DKIM1; k=ed25519; p={ED25519}"], "warning"),
    "Ed25519 with a key of RSA": ([f"v=DKIM1; k=ed25519; p={RSA2048}"], "error"),
    "revoked": (["v=DKIM1; p="], "error"),
    "no base64": (["v=DKIM1; p=!!"], "error"),
    "unknown kind": ([f"v=DKIM1; k=dsa; p={RSA2048}"], "error"),
    "other version": ([f"v=DKIM2; p={RSA2048}"], "error"),
    "none": ([], "error"),
    "two": ([f"p={RSA2048}"] * 2, "error"),
    "no tags": (["hello"], "error"),
}


@pytest.mark.parametrize("name", DKIM)
def test_dkim_keys(name: str) -> None:
    """A key that receivers can use, long enough, and meant in earnest."""
    texts, level = DKIM[name]
    found = dkim.key(ORG, "s1", Table({"s1._domainkey.example.org": texts}))
    assert _levels(found) == [level], found
    assert level == "ok" or found[0].hint


DMARC = {
    "own": ("example.org", {"_dmarc.example.org": [DMARC1]}, "ok", "p=none"),
    "above": ("news.example.org", {"_dmarc.example.org": ["v=DMARC1;p=reject"]}, "ok", "p=reject"),
    "for those below": (
        "news.example.org",
        {"_dmarc.example.org": ["v=DMARC1;p=reject;sp=quarantine"]},
        "ok",
        "p=quarantine",
    ),
    "own before above": (
        "news.example.org",
        {"_dmarc.news.example.org": [DMARC1], "_dmarc.example.org": ["v=DMARC1; p=reject"]},
        "ok",
        "p=none",
    ),
    "none": ("example.org", {}, "error", "no record"),
    "two": ("example.org", {"_dmarc.example.org": [DMARC1, DMARC1]}, "error", "no record"),
    "something else": ("example.org", {"_dmarc.example.org": ["v=spf1"]}, "error", "no record"),
    "other order": ("example.org", {"_dmarc.example.org": ["p=none; v=DMARC1"]}, "error", "no record"),
    "no policy": (
        "example.org",
        {"_dmarc.example.org": ["v=DMARC1; rua=mailto:a@b.example"]},
        "error",
        "no policy",
    ),
    "unknown policy": ("example.org", {"_dmarc.example.org": ["v=DMARC1; p=maybe"]}, "error", "maybe"),
}


@pytest.mark.parametrize("name", DMARC)
def test_dmarc(name: str) -> None:
    """A domain's own policy holds, else that of its organisation."""
    domain, texts, level, words = DMARC[name]
    (found,) = dmarc(domain, Table(texts))
    assert (str(found.level), words in found.said) == (level, True), found


@pytest.mark.parametrize(
    ("domain", "texts", "wanted"),
    [
        (
            "a.mail.example.com",
            {"_dmarc.example.com": [DMARC1], "_dmarc.mail.example.com": [DMARC1]},
            "example.com",
        ),
        (
            "a.mail.example.com",
            {"_dmarc.mail.example.com": ["v=DMARC1;p=none;psd=n"], "_dmarc.example.com": [DMARC1]},
            "mail.example.com",
        ),
        ("giant.bank.example", {"_dmarc.bank.example": ["v=DMARC1;p=none;psd=y"]}, "giant.bank.example"),
        ("a.giant.bank.example", {"_dmarc.bank.example": ["v=DMARC1;p=none;psd=y"]}, "giant.bank.example"),
        ("example.com", {}, "example.com"),
    ],
)
def test_whose_a_domain_is(domain: str, texts: dict[str, list[str]], wanted: str) -> None:
    """The tree is walked up to the organisation, as RFC 9989 has it."""
    assert organisation(domain, Table(texts)) == wanted


def test_the_walk_is_short() -> None:
    """For a name of a hundred labels no more than eight are asked for."""
    table = Table({})
    organisation(".".join(f"l{n}" for n in range(100)), table)
    assert len(table.asked) == 8


def test_alignment() -> None:
    """Loosely, domains of one organisation speak for each other; strictly, only the same."""
    table = Table({"_dmarc.example.org": [DMARC1]})
    assert is_aligned("bounces.example.org", "news.example.org", table, strict=False)
    assert not is_aligned("bounces.example.org", "news.example.org", table, strict=True)
    assert not is_aligned("example.net", "example.org", table, strict=False)


def test_tags() -> None:
    """A list of tags is read as RFC 6376 writes it; a tag twice, or without a value's sign, is none."""
    assert tags(" a = b ; c=d=e;") == {"a": "b", "c": "d=e"}
    assert tags("a=1; a=2") is None
    assert tags("a=1; b") is None


RIGHT = "from:to:subject:list-unsubscribe:List-Unsubscribe-Post"
LIST = "List-Unsubscribe: <https://news.example.org/u/x>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n"
ANSWERS = {"_dmarc.example.org": [DMARC1], "s1._domainkey.example.org": [f"p={RSA2048}"]}


def _mail(h: str = RIGHT, d: str = ORG, sender: str = ORG, more: str = LIST) -> bytes:
    signature = f"DKIM-Signature: v=1; a=rsa-sha256; d={d}; s=s1;\n\th={h};\n\tbh=x; b=y\n"
    return f"{signature}From: News <news@{sender}>\n{more}\nWords\n".encode()


MAILS: dict[str, tuple[bytes, list[str]]] = {
    "right": (_mail(), ["ok", "ok"]),
    "folded": (_mail(RIGHT.replace(":", "\n\t :")), ["ok", "ok"]),
    "one not covered": (_mail("from:list-unsubscribe"), ["error", "ok"]),
    "none covered": (_mail("from:subject"), ["error", "ok"]),
    "signed by another": (_mail(d="relay.example.net"), ["error"]),
    "signed below": (_mail(d="mail.example.org"), ["ok", "error"]),  # there is no key at mail.example.org
    "from another": (_mail(sender="example.net"), ["error", "error"]),
    "without the headers": (_mail(more=""), ["error", "ok", "ok"]),
    "not signed": (_mail().partition(b"\n\tbh=x; b=y\n")[2], ["error"]),
    "no mail": (b"\x00\xff", ["error", "error", "error"]),
    "its receiver likes it": (
        _mail(
            more=f"{LIST}Authentication-Results: mx.example;\n dkim=pass header.d=x; spf=pass; dmarc=pass\n"
        ),
        ["ok"] * 5,
    ),
    "its receiver does not": (
        _mail(
            more=f"{LIST}Authentication-Results: mx.example; dkim=fail (body hash); spf=pass; dmarc=fail\n"
        ),
        ["ok", "ok", "error", "ok", "error"],
    ),
}


@pytest.mark.parametrize("name", MAILS)
def test_a_mail_that_was_received(name: str) -> None:
    """A test mail is signed by its own domain, which covers both List-Unsubscribe headers (RFC 8058)."""
    data, wanted = MAILS[name]
    found = dkim.received(data, ORG, Table(ANSWERS))
    assert _levels(found) == wanted, found


def test_one_of_several_signatures_is_enough() -> None:
    """A relay may sign as well: what counts is that one signature of our domain covers both."""
    other = b"DKIM-Signature: v=1; d=relay.example.net; s=x; h=from; b=y\n"
    assert _levels(dkim.received(other + _mail("from") + b"", ORG, Table(ANSWERS))) == ["error", "ok"]
    assert _levels(dkim.received(other + _mail(), ORG, Table(ANSWERS))) == ["ok", "ok"]
