"""The key that a domain's mails are signed with (DKIM, RFC 6376 and 8463), and what a signature covers."""

import base64
import binascii
from email.parser import BytesHeaderParser
from email.policy import compat32

from publisher.authentication import dmarc
from publisher.authentication.finding import Finding, Level, fine, wrong
from publisher.authentication.tags import tags
from publisher.resolver import Resolver

_NAME, _MAIL = "DKIM", "test mail"
_COVERED = ("list-unsubscribe", "list-unsubscribe-post")  # RFC 8058, section 4
_WEAK, _SHORT = 160, 290  # bytes of an RSA key: those of 1024 bits have 162, of 2048 bits 294
_ED25519 = 32
_SIGNATURES = 10


def key(domain: str, selector: str, resolver: Resolver) -> list[Finding]:
    """Return how the key *selector* of *domain* is in DNS; may raise `ResolverError`."""
    name = f"{selector}._domainkey.{domain}"
    records = resolver.texts(name)
    if not records:
        return [wrong(_NAME, f"there is no {name}", "put the public key there, as docs/sending.md says")]
    said = tags(records[0])
    if len(records) > 1 or said is None or said.get("v", "DKIM1") != "DKIM1":
        return [wrong(_NAME, f"{name} is no key", 'one TXT record "v=DKIM1; k=rsa; p=…" stands there')]
    try:
        data = base64.b64decode("".join(said.get("p", "").split()), validate=True)
    except (binascii.Error, ValueError):
        return [wrong(_NAME, f"{name}: p= is not base64", "put the public key there anew")]
    kind, is_test = said.get("k", "rsa"), "y" in said.get("t", "").split(":")
    for level, is_so, words, hint in (
        (Level.ERROR, not data, "is revoked: p= is empty", "put a new key there"),
        (Level.ERROR, kind not in {"rsa", "ed25519"}, f"has an unknown k={kind[:20]}", "use rsa"),
        (
            Level.ERROR,
            kind == "rsa" and len(data) < _WEAK,
            "has fewer than 1024 bits",
            "make one of 2048 bits",
        ),
        (Level.ERROR, kind != "rsa" and len(data) != _ED25519, "is no key of Ed25519", "put it there anew"),
        (Level.WARNING, kind != "rsa", "is of Ed25519", "Gmail and others do not know it yet; sign with RSA"),
        (Level.WARNING, len(data) < _SHORT, "has fewer than 2048 bits", "make one of 2048 bits"),
        (Level.WARNING, is_test, "says t=y: only a test", "take t=y away, or receivers may ignore it"),
    ):
        if is_so:
            return [Finding(level, _NAME, f"{name} {words}", hint)]
    return [fine(_NAME, f"{name} is a key of RSA")]


def received(data: bytes, sender: str, resolver: Resolver) -> list[Finding]:
    """Return how the signatures of a received mail *data* are; *sender* is the domain that it should be from.

    Whether they are right is for the receiver to say: what its Authentication-Results say is told.
    """
    mail = BytesHeaderParser(policy=compat32).parsebytes(data)
    author = str(mail.get("From", "")).rpartition("@")[2].strip(" \t\r\n<>").lower()
    found: list[Finding] = []
    if author != sender:
        hint = "hand in a mail that `publisher send MONTH --to ADDRESS` sent, as it was received"
        found.append(wrong(_MAIL, f"it is from {author[:80] or 'nobody'}, not from {sender}", hint))
    if lacking := [name for name in ("List-Unsubscribe", "List-Unsubscribe-Post") if name not in mail]:
        found.append(wrong(_MAIL, f"it has no {' and no '.join(lacking)}", "hand in a mail of an issue"))
    signatures = [tags(str(text)) or {} for text in mail.get_all("DKIM-Signature", [])[:_SIGNATURES]]
    if not signatures:
        return [*found, wrong(_MAIL, "it has no DKIM-Signature", "let your mail server sign, or set [dkim]")]
    found += _signatures(signatures, author, resolver)
    found += _results(
        [" ".join(str(text).lower().split()) for text in mail.get_all("Authentication-Results", [])]
    )
    return found


def _signatures(signatures: list[dict[str, str]], author: str, resolver: Resolver) -> list[Finding]:
    policy = dmarc.policy(author, resolver)
    strict = bool(policy and policy.said.get("adkim") == "s")
    aligned = [
        said
        for said in signatures
        if dmarc.is_aligned(said.get("d", "").lower(), author, resolver, strict=strict)
    ]
    if not aligned:
        domains = ", ".join(said.get("d", "?")[:80] for said in signatures)
        return [
            wrong(
                _MAIL,
                f"it is signed by {domains}, which does not speak for {author}",
                "sign as your own domain",
            )
        ]
    found = []
    covering = [said for said in aligned if not _uncovered(said)]
    if covering:
        found.append(fine(_MAIL, f"{covering[0]['d']} signs both List-Unsubscribe headers"))
    else:
        names = " and ".join(_uncovered(aligned[0]))
        hint = "name both List-Unsubscribe headers where your mail server lists what it signs (RFC 8058)"
        found.append(wrong(_MAIL, f"the signature of {aligned[0]['d']} does not cover {names}", hint))
    said = (covering or aligned)[0]
    return found + key(said["d"].lower(), said.get("s", ""), resolver)


def _uncovered(said: dict[str, str]) -> list[str]:
    covered = {name.strip().lower() for name in said.get("h", "").split(":")}
    return [name for name in _COVERED if name not in covered]


def _results(results: list[str]) -> list[Finding]:
    """Return what the receiver found."""
    found = []
    for method in ("dkim", "spf", "dmarc"):
        said = {text.partition(f" {method}=")[2].partition(" ")[0].strip(";") for text in results} - {""}
        if said and "pass" not in said:
            hint = "the mail's Authentication-Results tell more"
            found.append(wrong(_MAIL, f"its receiver says {method}={', '.join(sorted(said))[:60]}", hint))
        elif said:
            found.append(fine(_MAIL, f"its receiver says {method}=pass"))
    return found
