"""What SpamAssassin says of the digests, by its packaged rules and without the network."""

import os
import re
import shutil
import subprocess
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from conftest import missing
from digests import WHICH, pairs, sample_edition, sample_pair

from publisher.delivery.message import message_bytes

LIMIT = 0.5
_START = b"From MAILER-DAEMON Thu Jan  1 00:00:00 2026\n"


@pytest.fixture(scope="module")
def spamassassin() -> str:
    """Return Debian's SpamAssassin, or skip."""
    found = shutil.which("spamassassin")
    if found is None:
        missing("spamassassin", "run: apt-get install --no-install-recommends spamassassin")
    return str(found)


def _sent(message: bytes) -> bytes:
    """Return *message* as one who gets it finds it: with a To line, which only sending can write."""
    return message if re.search(rb"(?m)^To: ", message) else b"To: reader@example.org\r\n" + message


def _verdicts(program: str, messages: dict[str, bytes], home: Path) -> dict[str, tuple[float, str]]:
    """Return the score of each message and the rules that made it, by name; all in one run."""
    box = b"".join(
        _START + f"X-Name: {name}\n".encode() + _sent(data).replace(b"\r\n", b"\n") + b"\n\n"
        for name, data in messages.items()
    )
    command = [program, "--test-mode", "--local", "--nocreate-prefs", "--mbox"]
    environment = os.environ | {"HOME": str(home), "LC_ALL": "C"}
    done = subprocess.run(command, input=box, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    found = {}
    for part in re.split(rb"(?m)^From MAILER-DAEMON ", done.stdout)[1:]:
        read = message_from_bytes(part.partition(b"\n")[2], policy=default)
        status = " ".join(str(read["X-Spam-Status"]).split())
        score = re.search(r"score=(-?[0-9.]+)", status)
        name = read["X-Name"] or re.findall(rb"(?m)^X-Name: (.*)$", part)[0].decode()
        assert score, status
        found[str(name)] = (float(score[1]), status)
    assert found.keys() == messages.keys()
    return found


def _too_high(verdicts: dict[str, tuple[float, str]]) -> dict[str, tuple[float, str]]:
    return {name: verdict for name, verdict in verdicts.items() if verdict[0] > LIMIT}


@WHICH
def test_no_digest_is_spam(which: str, spamassassin: str, tmp_path: Path) -> None:
    """Every digest, as the message that is sent, has at most half a point of the five that make spam."""
    settings = sample_edition().settings
    messages = {pair.name: message_bytes(pair.digest, settings) for pair in pairs(which, tmp_path / "large")}
    assert len(messages) > 5
    assert _too_high(_verdicts(spamassassin, messages, tmp_path)) == {}


def test_spam_is_seen(spamassassin: str, tmp_path: Path) -> None:
    """The control: a message without its date, and the one that every filter must know, cost more."""
    good = message_bytes(sample_pair("2022-06", "fr").digest, sample_edition().settings)
    gtube = b"XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
    bad = {
        "undated": re.sub(rb"(?m)^Date: .*\r\n", b"", good),
        "marked": b"Subject: x\r\nFrom: a@example.org\r\nDate: Thu, 1 Jan 2026 00:00:00 +0000\r\n\r\n"
        + gtube,
    }
    verdicts = _verdicts(spamassassin, {"good": good, **bad}, tmp_path)
    assert _too_high(verdicts).keys() == bad.keys()
