"""What a Postfix log tells of a mail, line by line."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from publisher.delivery import messageid
from publisher.delivery.maillog import Fate, Maillog, covers
from publisher.delivery.messageid import Named

NOW = datetime(2026, 12, 2, 12, tzinfo=UTC)
HOST = "news.example.org"
ANA, BEA = Named("2026-11", "ana-public_1"), Named("2026-11", "bea-public_2")


def _id(reader: Named) -> str:
    return f"message-id=<{reader.period}.en.0123456789abcdef.{reader.public}@{HOST}>"


def _lines(*texts: str, stamp: str = "Dec  1 08:00:00") -> list[bytes]:
    return [f"{stamp} relay postfix/{text}\n".encode() for text in texts]


CLIENT = "smtpd[7]: 4Fq1: client=localhost[127.0.0.1]"
CLEANUP = f"cleanup[8]: 4Fq1: {_id(ANA)}"
ACTIVE = "qmgr[9]: 4Fq1: from=<b+1-1-a@example.org>, size=42797, nrcpt=1 (queue active)"
CUT = "smtpd[7]: lost connection after DATA (42586 bytes) from localhost[127.0.0.1]"
CASES = {
    "taken": ([CLIENT, CLEANUP, ACTIVE, "qmgr[9]: 4Fq1: removed"], Fate.TAKEN),
    "taken, and the line lost afterwards": ([CLIENT, CLEANUP, ACTIVE, CUT], Fate.TAKEN),
    "cut": ([CLIENT, CLEANUP, CUT], Fate.CUT),
    "cut, told before its name": ([CLIENT, CUT, CLEANUP], Fate.CUT),
    "timed out": (
        [CLIENT, CLEANUP, "smtpd[7]: timeout after DATA (1 bytes) from localhost[127.0.0.1]"],
        Fate.CUT,
    ),
    "lost behind its end": (
        [CLIENT, CLEANUP, "smtpd[7]: lost connection after END-OF-MESSAGE from x[1]"],
        Fate.SEEN,
    ),
    "cut in another process": ([CLIENT, CLEANUP, CUT.replace("[7]", "[77]")], Fate.SEEN),
    "cut in a later session": (
        [CLIENT, CLEANUP, "smtpd[7]: disconnect from x[1]", "smtpd[7]: connect from x[1]", CUT],
        Fate.SEEN,
    ),
    "the next mail is cut": (
        [CLIENT, CLEANUP, CLIENT.replace("4Fq1", "5Aa2"), CUT, ACTIVE],
        Fate.TAKEN,
    ),
    "cut once, taken the second time": (
        [
            CLIENT,
            CLEANUP,
            CUT,
            CLIENT.replace("4Fq1", "5Aa2"),
            CLEANUP.replace("4Fq1", "5Aa2"),
            ACTIVE.replace("4Fq1", "5Aa2"),
        ],
        Fate.TAKEN,
    ),
    "cut once, open the second time": (
        [CLIENT, CLEANUP, CUT, CLIENT.replace("4Fq1", "5Aa2"), CLEANUP.replace("4Fq1", "5Aa2")],
        Fate.SEEN,
    ),
    "its queue id is another mail's later": (
        [CLIENT, CLEANUP, CUT, CLIENT, f"cleanup[8]: 4Fq1: {_id(BEA)}", ACTIVE],
        Fate.CUT,
    ),
    "seen": ([CLIENT, CLEANUP], Fate.SEEN),
    "on hold": (
        [CLIENT, CLEANUP, "cleanup[8]: 4Fq1: milter-hold: END-OF-MESSAGE from x[1]: hold"],
        Fate.TAKEN,
    ),
    "refused by a milter": (
        [CLIENT, CLEANUP, "cleanup[8]: 4Fq1: milter-reject: END-OF-MESSAGE from x[1]: 5.7.1"],
        Fate.CUT,
    ),
    "absent": ([CLIENT, ACTIVE], Fate.ABSENT),
    "of another host": ([CLIENT, CLEANUP.replace(HOST, "elsewhere.example"), ACTIVE], Fate.ABSENT),
    "another reader's": ([CLIENT, f"cleanup[8]: 4Fq1: {_id(BEA)}", ACTIVE], Fate.ABSENT),
    "by submission": (
        [line.replace("smtpd", "submission/smtpd") for line in (CLIENT, CLEANUP, CUT)],
        Fate.CUT,
    ),
    "of another program": ([line.replace("smtpd", "imapd") for line in (CLIENT, CLEANUP, CUT)], Fate.SEEN),
}


@pytest.mark.parametrize("name", CASES)
def test_what_lines_tell(name: str) -> None:
    """Only a proof settles a mail: made active or held, or cut within DATA by the process that read it."""
    texts, wanted = CASES[name]
    log = Maillog(HOST, {ANA, BEA}, NOW, UTC)
    log.read(_lines(*texts))
    assert log.fate(ANA) is wanted


def test_mails_that_nobody_asks_for_are_forgotten() -> None:
    """A log of other mails takes no memory, and what is asked for is found among them."""
    log = Maillog(HOST, {ANA}, NOW, UTC)
    for number in range(2000):
        queue = f"Q{number}"
        log.read(
            _lines(f"smtpd[{number}]: {queue}: client=x[1]", f"cleanup[8]: {queue}: message-id=<{number}@x>")
        )
        log.read(_lines(f"smtpd[{number}]: disconnect from x[1]"))
    log.read(_lines(CLIENT, CLEANUP, ACTIVE))
    assert log.fate(ANA) is Fate.TAKEN
    assert len(log._open) <= 1  # noqa: SLF001 - memory is what is tested


@pytest.mark.parametrize(
    ("stamp", "wanted"),
    [
        ("Dec  1 08:00:00", datetime(2026, 12, 1, 8, tzinfo=UTC)),
        ("Dec  2 20:00:00", datetime(2026, 12, 2, 20, tzinfo=UTC)),
        ("Dec 24 08:00:00", datetime(2025, 12, 24, 8, tzinfo=UTC)),
        ("2026-12-01T09:00:00.123456+01:00", datetime(2026, 12, 1, 8, 0, 0, 123456, tzinfo=UTC)),
        ("2026-12-01T08:00:00", datetime(2026, 12, 1, 8, tzinfo=UTC)),
        ("Dec 32 08:00:00", None),
        ("Foo  1 08:00:00", None),
        ("Dec  1 8:61", None),
    ],
)
def test_moments_of_a_log(stamp: str, wanted: datetime | None) -> None:
    """Both forms of time stamps are read; one without a year is the last such moment."""
    log = Maillog(HOST, {ANA}, NOW, UTC)
    log.read(_lines(CLIENT, stamp=stamp))
    assert log.span == (None if wanted is None else (wanted, wanted))


def test_a_log_covers_what_lies_within_it() -> None:
    """A log tells of all that happened only if it begins before and goes on long enough after."""
    hour = timedelta(hours=1)
    assert covers((NOW, NOW + 2 * hour), NOW, NOW + hour, hour)
    assert not covers((NOW, NOW + 2 * hour), NOW, NOW + 1.1 * hour, hour)
    assert not covers((NOW, NOW + 9 * hour), NOW - hour, NOW, hour)
    assert not covers(None, NOW, NOW, hour)


def test_any_lines_break_nothing() -> None:
    """Lines of no log, of great length and without end give nothing, in a time in proportion."""
    log = Maillog(HOST, {ANA}, NOW, UTC)
    start = time.process_time()
    log.read([b"", b"\xff" * 1_000_000, b"]: ", b"[1]: : ", b"a[1]: b", b"]: " * 100_000, b"[7]: 4Fq1: x"])
    assert time.process_time() - start < 1
    assert log.fate(ANA) is Fate.ABSENT


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"<2026-11.en.ab.{ANA.public}@{HOST}>", ANA),
        (f" 2026-11.en.ab.{ANA.public}@NEWS.example.org ", ANA),
        (f"<2026-11.en.ab.{ANA.public}@evil.example>", None),
        (f"<2026-11.en.{ANA.public}@{HOST}>", None),
        (f"<2026-11.en.ab.cd.{ANA.public}@{HOST}>", None),
        (f"<2026-11..ab.{ANA.public}@{HOST}>", None),
        ("", None),
        ("x" * 400 + f"@{HOST}", None),
    ],
)
def test_a_message_id_names_a_reader(text: str, wanted: Named | None) -> None:
    """Only a Message-ID of our host and our form names an issue and a reader."""
    assert messageid.read(text, HOST) == wanted
