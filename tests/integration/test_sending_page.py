"""The page that tells what came of an issue."""

from datetime import UTC, datetime, timedelta

import lxml.html
import pytest
from builders import some_settings

from publisher.model.delivery import Delivery, FrozenIssue, IssueState, State
from publisher.sending.page import page, summed

BEGUN = datetime(2026, 12, 3, 8, tzinfo=UTC)
ISSUE = FrozenIssue(7, "2026-11", "a" * 64, IssueState.FINISHED, "", 10, BEGUN, BEGUN)


def delivery(
    number: int,
    state: State,
    address: str = "",
    minutes: int = 0,
    *,
    code: int = 0,
    status: str = "",
    reply: str = "",
) -> Delivery:
    """Return a delivery that came to its state so many minutes after the beginning."""
    reader, at = address or f"ana{number}@example.org", BEGUN + timedelta(minutes=minutes)
    return Delivery(number, f"p{number}", reader, 0, state, 1, at, None, code, status, reply)


def words(*deliveries: Delivery) -> str:
    """Return the words of the page for *deliveries*."""
    told = lxml.html.fromstring(page(summed(deliveries), ISSUE, some_settings()))
    return " ".join(told.find(".//main").text_content().split())


def test_the_page_counts() -> None:
    """States, domains, answers and reasons are there with their numbers."""
    told = words(
        delivery(1, State.SENT),
        delivery(2, State.SENT, "bo@example.net", 3),
        delivery(3, State.FAILED, code=550, status="5.1.1", reply="no such user"),
        delivery(4, State.EXCLUDED, status="paused"),
        delivery(5, State.IN_DOUBT, reply="the server hung up (end)"),
    )
    assert "2 sent of 10 on the list; finished" in told
    assert "example.org11" in told.replace(" ", "")
    assert "550 5.1.1: no such user1" in told
    assert "no answer: the server hung up (end)1" in told
    assert "excluded: paused1" in told


@pytest.mark.parametrize(
    "reply",
    [
        "<ana3@example.org>: no such user",
        "ana3 is unknown here",
        "ANA3@EXAMPLE.ORG is away, write bo@example.net",
        "unknown: (ana3@example.org)",
    ],
)
def test_the_page_names_nobody(reply: str) -> None:
    """What a server said goes without addresses, and without the reader's name."""
    told = words(delivery(3, State.FAILED, code=550, status="5.1.1", reply=reply)).lower()
    assert "ana3" not in told
    assert "bo@" not in told


def test_a_hostile_answer_stays_words() -> None:
    """A server cannot write HTML into the page."""
    whole = page(
        summed([delivery(1, State.FAILED, code=550, reply="<script>alert(1)</script>")]),
        ISSUE,
        some_settings(),
    )
    assert "<script" not in whole


@pytest.mark.parametrize(("minutes", "columns"), [(1, 1), (59, 59), (61, 31), (60 * 24 * 3, 60)])
def test_the_plot_has_few_columns(minutes: int, columns: int) -> None:
    """However long it takes, the plot has at most sixty columns, each of as many minutes."""
    many = [
        delivery(number, State.SENT, minutes=number) for number in range(0, minutes, max(minutes // 100, 1))
    ]
    whole = page(summed(many), ISSUE, some_settings())
    assert whole.count('<rect class="one"') - 1 <= 60
    assert whole.count('<rect class="two"') == columns


def test_nothing_sent_yet_has_a_page_too() -> None:
    """Before the first mail the page says so."""
    assert "0 sent of 10" in words(delivery(1, State.QUEUED), delivery(2, State.EXCLUDED, status="paused"))
