"""What follows from a server's reply, case by case, and when a mail is tried again."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from publisher.delivery.policy import Breaker, Effect, Fault, outcome, verdict, wait, waited
from publisher.delivery.session import Lost
from publisher.model.delivery import Reply, Stage, State

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
DAYS = timedelta(hours=48)
CASES = [
    # stage, code, status, state, effect, fault
    ("end", 250, "2.0.0", "sent", "none", "none"),
    ("end", 250, "", "sent", "none", "none"),
    # not now
    ("sender", 451, "4.3.0", "deferred", "none", "none"),
    ("recipient", 450, "4.2.0", "deferred", "none", "none"),
    ("recipient", 452, "4.2.2", "deferred", "none", "none"),
    ("recipient", 450, "4.7.1", "deferred", "none", "none"),
    ("data", 451, "", "deferred", "none", "none"),
    ("end", 451, "4.7.0", "deferred", "none", "none"),
    ("sender", 421, "4.7.0", "queued", "shrink", "none"),
    ("recipient", 421, "", "queued", "shrink", "none"),
    ("end", 421, "4.3.2", "queued", "shrink", "none"),
    ("end", 454, "4.7.0", "deferred", "slow", "none"),
    ("sender", 454, "", "deferred", "slow", "none"),
    ("connect", 421, "", "queued", "shrink", "none"),
    ("connect", 450, "", "queued", "reconnect", "none"),
    ("login", 454, "4.7.0", "deferred", "slow", "none"),
    ("login", 432, "4.7.12", "queued", "reconnect", "none"),
    # the reader's mailbox
    ("recipient", 550, "5.1.1", "failed", "none", "hard"),
    ("recipient", 550, "5.1.2", "failed", "none", "hard"),
    ("recipient", 550, "5.1.10", "failed", "none", "hard"),
    ("recipient", 550, "5.1.70", "failed", "none", "hard"),
    ("recipient", 554, "5.1.1", "failed", "none", "hard"),
    ("recipient", 550, "", "failed", "none", "hard"),
    ("recipient", 551, "", "failed", "none", "hard"),
    ("recipient", 553, "", "failed", "none", "hard"),
    ("recipient", 550, "5.0.0", "failed", "none", "hard"),
    ("recipient", 550, "5.2.1", "failed", "none", "hard"),
    ("recipient", 552, "5.2.2", "failed", "none", "soft"),
    ("recipient", 552, "", "failed", "none", "soft"),
    ("recipient", 552, "5.2.3", "failed", "none", "ours"),
    ("recipient", 550, "5.4.1", "failed", "none", "soft"),
    ("recipient", 553, "5.6.7", "failed", "none", "ours"),
    ("end", 550, "5.1.1", "failed", "none", "hard"),
    ("end", 552, "5.2.2", "failed", "none", "soft"),
    # ours
    ("recipient", 550, "5.7.1", "deferred", "pause", "ours"),
    ("recipient", 550, "4.7.1", "deferred", "pause", "ours"),
    ("recipient", 554, "5.7.1", "deferred", "pause", "ours"),
    ("recipient", 553, "5.1.8", "deferred", "pause", "ours"),
    ("recipient", 550, "5.1.7", "deferred", "pause", "ours"),
    ("recipient", 554, "", "deferred", "pause", "ours"),
    ("recipient", 501, "5.5.4", "deferred", "pause", "ours"),
    ("recipient", 550, "5.5.1", "deferred", "pause", "ours"),
    ("recipient", 550, "5.3.2", "deferred", "pause", "ours"),
    ("recipient", 530, "5.7.0", "deferred", "pause", "ours"),
    ("sender", 550, "5.1.1", "deferred", "pause", "ours"),
    ("sender", 552, "5.3.4", "deferred", "pause", "ours"),
    ("sender", 553, "", "deferred", "pause", "ours"),
    ("data", 554, "", "deferred", "pause", "ours"),
    ("data", 550, "5.2.2", "deferred", "pause", "ours"),
    ("end", 550, "5.7.515", "deferred", "pause", "ours"),
    ("end", 554, "5.6.0", "deferred", "pause", "ours"),
    ("end", 550, "", "deferred", "pause", "ours"),
    ("connect", 554, "5.7.1", "deferred", "pause", "ours"),
    ("login", 535, "5.7.8", "deferred", "pause", "ours"),
]


@pytest.mark.parametrize(("stage", "code", "status", "state", "effect", "fault"), CASES)
def test_the_table_of_replies(
    stage: str, code: int, status: str, state: str, effect: str, fault: str
) -> None:
    """Each reply has its state, its effect on the line, and whose fault it is."""
    found = verdict(Reply(Stage(stage), code, status, "x"), 1)
    assert (found.state, found.effect, found.fault) == (state, effect, fault)


def test_every_reply_has_a_verdict() -> None:
    """No code and no status is without a row; no reader is blamed for what was said before her name."""
    statuses = ["", *(f"5.{subject}.{detail}" for subject in range(9) for detail in range(20))]
    for stage in Stage:
        for code in (200, 250, 354, 421, 450, 454, 499, *range(500, 505), 530, 535, *range(550, 557), 599):
            for status in statuses:
                found = verdict(Reply(stage, code, status, ""), 1)
                if found.fault in {Fault.HARD, Fault.SOFT}:
                    assert stage in {Stage.RECIPIENT, Stage.END}
                    assert not status.startswith("5.7.")
                assert found.state is not State.SENT or code < 300


@pytest.mark.parametrize("stage", list(Stage))
def test_a_lost_line(stage: Stage) -> None:
    """Behind the dot it is in doubt; before, the mail goes out again, and soon not at once any more."""
    states = [verdict(Lost(stage, "gone"), attempt).state for attempt in (1, 2, 3, 4)]
    again = [State.QUEUED] * 3 + [State.DEFERRED]
    assert states == ([State.IN_DOUBT] * 4 if stage is Stage.END else again)
    assert verdict(Lost(stage, "gone"), 1).effect is Effect.RECONNECT


def test_a_server_that_always_closes_is_left_alone_for_a_while() -> None:
    """A mail that gets 421 each time waits from the fourth time on."""
    said = Reply(Stage.SENDER, 421, "", "")
    assert [verdict(said, attempt).state for attempt in (3, 4)] == [State.QUEUED, State.DEFERRED]


@pytest.mark.parametrize(
    ("attempt", "chance", "minutes"),
    [
        (1, 0, 1), (2, 0, 5), (3, 0, 15), (4, 0, 60), (5, 0, 120), (6, 0, 240), (9, 0, 240),
        (3, 1, 18.75), (1, 0.4, 1.1),
    ],
)  # fmt: skip
def test_when_a_mail_is_tried_again(attempt: int, chance: float, minutes: float) -> None:
    """The waits grow, and chance makes them up to a quarter longer, never shorter."""
    found = outcome(7, Reply(Stage.RECIPIENT, 451, "4.7.1", "later"), attempt, NOW, chance, DAYS)
    assert found.state is State.DEFERRED
    assert found.due == NOW + timedelta(minutes=minutes)
    assert (found.subscription, found.code, found.status, found.reply) == (7, 451, "4.7.1", "later")


@pytest.mark.parametrize("hours", [1, 24, 48, 240])
def test_when_a_mail_is_given_up(hours: int) -> None:
    """The last attempt comes before the time is over, and the next one would come behind it."""
    give_up, attempt = timedelta(hours=hours), 1
    said = Reply(Stage.RECIPIENT, 451, "", "")
    while outcome(1, said, attempt, NOW, 0.5, give_up).state is State.DEFERRED:
        attempt += 1
    last = outcome(1, said, attempt, NOW, 0.5, give_up)
    assert (last.state, last.due) == (State.FAILED, None)
    assert waited(attempt - 1) <= give_up < waited(attempt)
    assert waited(attempt) - waited(attempt - 1) == wait(attempt)


def test_what_is_in_doubt_stays_so() -> None:
    """A line lost behind the dot is told with its reason, and is due at no time."""
    found = outcome(1, Lost(Stage.END, "the server hung up"), 40, NOW, 0.5, DAYS)
    assert (found.state, found.due, found.reply) == (State.IN_DOUBT, None, "the server hung up (end)")


# ------------------------------------------------------------------ the breaker
def refusal(number: int) -> Reply:
    return Reply(Stage.RECIPIENT, 550, "5.1.1", f"<reader{number}@example.org> is unknown, id 4f{number}")


YES = Reply(Stage.END, 250, "2.0.0", "taken")


def test_the_breaker_trips_at_many_refusals_of_one_text() -> None:
    """Twenty of the same words are enough, whatever address and number they name; the words are told."""
    breaker = Breaker()
    said = [breaker.add(refusal(number)) for number in range(20)]
    assert said[:19] == [""] * 19
    assert "20 of the last 20" in said[19]
    assert "550 5.1.1" in said[19]


def test_the_breaker_counts_shares() -> None:
    """As many refusals among many that were taken are no reason, and what is long ago is forgotten."""
    breaker = Breaker(share=0.2, last=500, least=20)
    for number in range(2000):
        assert breaker.add(refusal(number) if number % 5 == 4 else YES) == ""
    tripped = [number for number in range(60) if breaker.add(refusal(number))]
    assert tripped[0] < 5
    for number in range(600):
        assert breaker.add(YES) == "", number
    assert [bool(breaker.add(refusal(number))) for number in range(100)] == [False] * 100


def test_the_breaker_tells_texts_apart() -> None:
    """Refusals of many kinds are the readers', not ours; and what it keeps does not grow."""
    breaker = Breaker()
    words = "abcdefghij"
    for number in range(3000):
        text = "".join(words[int(digit)] for digit in str(number))
        assert breaker.add(Reply(Stage.RECIPIENT, 550, "5.1.1", text)) == ""
    assert len(breaker._counts) <= 500  # noqa: SLF001 - memory shows nowhere else


# ------------------------------------------------------------------ the manual
ROWS = re.compile(r"^\| ([a-z, ]+) \| ([^|]+) \| ([a-z]+)(?:: ([a-z]+))? \| ([a-z, ]+) \|$", re.MULTILINE)
WAYS = {
    "go on": "none", "pause": "pause", "slow down": "slow", "reconnect": "reconnect",
    "reconnect, with fewer connections": "shrink",
}  # fmt: skip


def manual() -> list[tuple[str, ...]]:
    """Return the rows of the manual's table."""
    text = (Path(__file__).resolve().parents[2] / "docs/sending.md").read_text(encoding="utf-8")
    return ROWS.findall(text.partition("## What the server says")[2].partition("\n## ")[0])


def told(stage: str, code: int, status: str) -> tuple[str, str, str]:
    """Return what the manual tells of a reply."""
    said = f"{code} {status}".strip()
    for stages, replies, state, fault, way in manual():
        forms = [
            form.replace(".x", ".[0-9]+").replace("x", "[0-9]") for form in re.findall("`(.*?)`", replies)
        ]
        fits = not forms or any(re.match(rf"{form}(?![0-9])", said) for form in forms)
        if fits and (stages == "x" or stage in stages.split(", ")):
            return state, WAYS[way], fault or "none"
    raise AssertionError(said)


@pytest.mark.parametrize(("stage", "code", "status", "state", "effect", "fault"), CASES)
def test_the_manual_has_the_table(
    stage: str, code: int, status: str, state: str, effect: str, fault: str
) -> None:
    """What docs/sending.md tells people of a reply is what the program does."""
    spelled = f"{code // 100}{status[1:]}" if status else ""  # the code's class is what counts
    assert told(stage, code, spelled) == (state, effect, fault)
