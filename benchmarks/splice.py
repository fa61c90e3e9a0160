"""What a reader's own mail costs: put together from a template, beside the usual `EmailMessage` for each.

    python benchmarks/splice.py [--readers 20000] [--json FILE]

Signing here (DKIM) is measured too, if its library is installed.

CPU of this process in microseconds a mail, the best of several rounds; both ways stand side by side in each
round. The mail is that of one month of the made-up newsletter, of about 40 kB, in both encodings.
"""

import argparse
import json
import resource
import sys
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from email.policy import SMTP
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from publisher.delivery.dkim import Signer
from publisher.delivery.message import message_bytes
from publisher.delivery.splice import Reader, Template, spliced, template, undoubled
from publisher.model.address import READER
from publisher.model.delivery import Mailbox, Token
from publisher.model.entry import Month
from publisher.model.output import Digest
from publisher.model.secret import Secret
from publisher.model.settings import Settings
from publisher.model.written import Settings as Written

ROUNDS = 5
Work = Callable[[Any], object]
LINKS = [f"https://news.example.org/{where}/{READER}" for where in ("unsubscribe", "preferences")]
WORDS = {
    "quoted-printable": "Ministers agreed to extend child benefits to all families by next year. ",
    "base64": "اتفق الوزراء على توسيع نطاق إعانات الأطفال لتشمل جميع الأسر بحلول العام المقبل. ",
}


def a_digest(words: str) -> Digest:
    """Return a digest of about 40 kB as mail."""
    size = len(words.encode())
    rows = "".join(
        f'<tr><td style="padding:0 0 16px"><p>{words}</p></td></tr>\n' for _ in range(22_000 // (size + 50))
    )
    links = " · ".join(f'<a href="{link}">{words[:12]}</a>' for link in LINKS)
    html = f"<!DOCTYPE html>\n<html><body><table>{rows}</table><p>{links}</p></body></html>\n"
    text = f"{words}\n" * (8_000 // size) + "".join(f"\n{words[:12]}:\n{link}\n" for link in LINKS)
    return Digest(Month(2026, 11), "en", "News, November 2026", "", html, text)


def usual(digest: Digest, settings: Settings, reader: Reader) -> bytes:
    """Return a reader's mail as most Python programs make it."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = digest.subject
    message["From"] = settings.email.sender
    message["To"] = str(reader.mailbox)
    message["List-Unsubscribe"] = f"<{LINKS[0].replace(READER, reader.unsubscribe)}>"
    text, html = (part.replace(READER, reader.unsubscribe) for part in (digest.text, digest.html))
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    return message.as_bytes()


def cpu(work: Work, whom: Sequence[Any]) -> float:
    """Return the seconds of CPU that *work* takes for all of *whom*."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    for one in whom:
        work(one)
    after = resource.getrusage(resource.RUSAGE_SELF)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def some_settings() -> Settings:
    """Return settings of a small newsletter."""
    newsletter = {"title": "News", "url": "https://news.example.org/", "tag": "news.example.org,2018"}
    return Written.model_validate({"newsletter": newsletter}).value()


def signers() -> dict[str, Signer]:
    """Return what signs, with new keys; nothing if the library is not there."""
    if not find_spec("cryptography"):
        return {}
    from cryptography.hazmat.primitives import serialization as how  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ed25519, rsa  # noqa: PLC0415

    keys: dict[str, ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey] = {
        "ed25519": ed25519.Ed25519PrivateKey.generate(),
        "rsa2048": rsa.generate_private_key(65537, 2048),
    }
    form = how.Encoding.PEM, how.PrivateFormat.PKCS8, how.NoEncryption()
    return {
        f"signed, {name}": Signer("example.org", "news", Secret(key.private_bytes(*form).decode()))
        for name, key in keys.items()
    }


def a_reader(row: tuple[str, str, str, str]) -> Reader:
    """Return a reader whose values were looked at."""
    to, who, leave, choose = row
    return Reader(Mailbox(to), Token(who), Token(leave), Token(choose))


def signed(signer: Signer, made: Template, reader: Reader) -> bytes:
    """Return the signature of a reader's mail."""
    return signer.signature(undoubled(spliced(made, reader)))


def ways(digest: Digest, settings: Settings, count: int) -> dict[str, tuple[Work, Sequence[Any]]]:
    """Return what is measured: what is done for one reader, and for whom."""
    made = Template.decode(template(digest, settings).encode())
    rows = [
        (f"reader{number}@example.org", f"{number:016}", f"{number:024}.{1:027}", f"{number:024}.{2:027}")
        for number in range(count)
    ]
    readers = [a_reader(row) for row in rows]
    few = readers[: max(count // 400, 5)]
    found: dict[str, tuple[Work, Sequence[Any]]] = {
        "checked values": (a_reader, rows),
        "spliced": (partial(spliced, made), readers),
        "spliced and joined": (lambda reader: b"".join(spliced(made, reader)), readers),
        "EmailMessage": (partial(usual, digest, settings), few),
    }
    return found | {name: (partial(signed, signer, made), few) for name, signer in signers().items()}


def measured(words: str, count: int) -> dict[str, float]:
    """Return what each way takes, in microseconds a mail, and sizes in bytes."""
    settings, digest = some_settings(), a_digest(words)
    mail, made = message_bytes(digest, settings), template(digest, settings).encode()
    tried = ways(digest, settings, count)
    best = dict.fromkeys(tried, float("inf"))
    for _ in range(ROUNDS):
        for name, (work, whom) in tried.items():
            best[name] = min(best[name], cpu(work, whom) / len(whom) * 1e6)
    sizes = {"mail": len(mail), "template": len(made)}
    return {name: round(value, 2) for name, value in best.items()} | sizes


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description="What a reader's own mail costs.")
    parser.add_argument("--readers", type=int, default=20_000)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    found = {name: measured(words, options.readers) for name, words in WORDS.items()}
    for name, figures in found.items():
        print(name)
        for what, value in figures.items():
            print(f"  {what:20}{value:12,.2f} {'bytes' if what in {'mail', 'template'} else 'us a mail'}")
        print(f"  {'times less CPU':20}{figures['EmailMessage'] / figures['spliced and joined']:12,.0f}")
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
