"""How fast mails go out."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.delivery.pace import Pace


def test_mails_go_evenly() -> None:
    """Each mail waits for its moment, and nobody saves up moments in a pause."""
    pace = Pace(4)
    assert [pace.take(10.0) for _ in range(4)] == pytest.approx([0, 0.25, 0.5, 0.75])
    assert pace.take(100.0) == 0
    assert pace.take(100.0) == pytest.approx(0.25)


def test_a_server_that_asks_for_it_gets_half() -> None:
    """Too fast, says the server: the rate is halved, once for all mails that were on their way."""
    pace = Pace(8)
    for _ in range(5):
        pace.slower(1.0)
    assert pace.rate == 4
    assert pace.take(1.0) == pytest.approx(0.25)
    pace.went_well()
    pace.slower(2.0)
    assert pace.rate == 2


def test_it_grows_to_what_was_set() -> None:
    """After fifty good mails the rate grows by a tenth, and never above what was set."""
    pace = Pace(10)
    pace.slower(0)
    for _ in range(50):
        pace.went_well()
    assert pace.rate == pytest.approx(5.5)
    for _ in range(1000):
        pace.went_well()
    assert pace.rate == 10


def test_it_never_stands_still() -> None:
    """However often the server complains, a mail a minute goes out."""
    pace = Pace(1)
    for number in range(100):
        pace.slower(number)
        pace.went_well()
    assert pace.rate == pytest.approx(1 / 60)


@given(st.lists(st.floats(0, 5), max_size=60), st.floats(0.5, 500))
def test_never_faster_than_set(gaps: list[float], rate: float) -> None:
    """Whenever threads ask, two mails are at least one beat apart."""
    pace, now, moments = Pace(rate), 0.0, []
    for gap in gaps:
        now += gap
        moments.append(now + pace.take(now))
    assert all(b - a >= 1 / rate - 1e-6 for a, b in pairwise(moments))
