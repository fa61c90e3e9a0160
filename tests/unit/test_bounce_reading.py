"""What comes back is taken for what it is: forms of many servers, and mails that no server writes."""

import time

import pytest
from returned_mails import HOSTILE, ID, SAMPLES, VERP, Sample, dsn

from publisher.bounces.classes import BY_STATUS, Verdict, status_in, verdict
from publisher.bounces.reading import read
from publisher.bounces.returned import Returned, Sort


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_each_form_is_known(sample: Sample) -> None:
    """A mail's sort, its status and what follows are those of the table of samples."""
    said = read(sample.data)
    assert (str(said.sort), str(verdict(said))) == (sample.sort, sample.verdict)
    assert not sample.status or said.status == sample.status


@pytest.mark.parametrize(
    "sample",
    [one for one in SAMPLES if one.sort in {"failure", "delay", "complaint"}],
    ids=lambda one: one.name,
)
def test_each_report_names_what_it_is_about(sample: Sample) -> None:
    """The return path and the Message-ID of the returned mail are found in every form."""
    said = read(sample.data)
    assert VERP in said.paths
    assert ID in said.ids


@pytest.mark.parametrize(
    ("status", "text", "wanted"),
    [
        ("5.1.1", "", Verdict.HARD),
        ("5.1.10", "", Verdict.HARD),
        ("5.1.99", "", Verdict.SOFT),
        ("5.2.2", "", Verdict.SOFT),
        ("5.7.999", "", Verdict.POLICY),
        ("4.2.2", "", Verdict.SOFT),
        ("4.7.0", "", Verdict.POLICY),
        ("5.1.1", "550 5.7.1 relaying denied", Verdict.POLICY),
        ("5.7.1", "550 5.1.1 no such user", Verdict.HARD),
        ("5.0.0", "550 5.2.2 full", Verdict.SOFT),
        ("5.0.0", "mailbox unavailable, over quota", Verdict.SOFT),
        ("", "", Verdict.SOFT),
        ("5.1.1", "550 5.1.1 is blocked by our list", Verdict.POLICY),
        ("5.0.0", "from 192.0.5.1.1 and 15.1.1.2: no such user", Verdict.HARD),
    ],
)
def test_what_a_failure_means(status: str, text: str, wanted: Verdict) -> None:
    """What the server said counts more than the report's status, and its words where both are vague."""
    assert verdict(Returned(Sort.FAILURE, status, text)) is wanted


def test_every_row_of_the_table_counts() -> None:
    """Each status of the table means what stands beside it, and no other sort of mail ends a subscription."""
    for status, wanted in BY_STATUS.items():
        whole = ".".join([*status.split("."), "98", "99"][:3])
        assert verdict(Returned(Sort.FAILURE, whole)) is wanted, status
    ends = {
        sort for sort in Sort if verdict(Returned(sort, "5.1.1", "550 5.1.1 user unknown")) is Verdict.HARD
    }
    assert ends == {Sort.FAILURE}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("550 5.1.1 unknown", "5.1.1"),
        ("(#5.1.1)", "5.1.1"),
        ("host 192.0.2.9 said: 550 unknown", "5.0.0"),
        ("452 later", "4.0.0"),
        ("5.1.1.1 and 1.5.1.1 are no status", ""),
        ("5500 words", ""),
        ("", ""),
    ],
)
def test_a_status_in_words(text: str, wanted: str) -> None:
    """A status, or a bare code, is found in words; addresses and other numbers are none."""
    assert status_in(text) == wanted


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_mail_costs_little(name: str) -> None:
    """No mail that wants to hurt takes long or means anything for a subscription."""
    start = time.process_time()
    said = read(HOSTILE[name])
    assert time.process_time() - start < 1
    assert verdict(said) in {Verdict.NOTHING, Verdict.SOFT}


@pytest.mark.parametrize("name", ["nested", "nested a little too deep", "mails within mails", "too large"])
def test_a_mail_past_the_limits_is_unreadable(name: str) -> None:
    """A mail that is too large or too deep is not read, and the reason is told."""
    said = read(HOSTILE[name])
    assert said.sort is Sort.UNREADABLE
    assert said.text


def test_reading_takes_time_in_proportion() -> None:
    """Ten times the words take no more than fifteen times the time, and a little."""

    def cost(factor: int) -> float:
        data = dsn("5.1.1", words="said 550 5.1.1 + a@b < > " * 1000 * factor).encode()
        best = 9.0
        for _ in range(3):
            start = time.process_time()
            read(data)
            best = min(best, time.process_time() - start)
        return best

    assert cost(20) <= 15 * cost(2) + 0.02


def test_what_a_server_said_is_short() -> None:
    """A long answer is cut, and a thousand addresses are not kept."""
    said = read(
        dsn("5.1.1", "550 " + "word " * 5000, to=", ".join(f"a+{n}@example.org" for n in range(900))).encode()
    )
    assert len(said.text) <= 500
    assert len(said.paths) <= 50
