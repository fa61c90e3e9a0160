"""Asking a WebSub hub: a real server on this machine, which answers as the test wants."""

import pytest
from loopback import a_closed_port, a_hub

from publisher.hub import publish

ONE, TWO, THREE = (f"https://news.example.org/{name}.xml?a=1&b=2" for name in ("one", "two", "three"))


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no proxy stand between the program and this machine."""
    monkeypatch.setenv("NO_PROXY", "*")


def _ask(hub: str, *topics: str) -> tuple[dict[str, str], list[float]]:
    """Return what went wrong by address, and how long the program would have waited each time."""
    waits: list[float] = []
    return dict(publish(hub, topics, waits.append)), waits


def test_a_hub_is_told_of_each_address() -> None:
    """One form for each, with the names of both drafts of the standard, and the address as it is."""
    with a_hub() as hub:
        assert _ask(hub.url, ONE, TWO) == ({ONE: "", TWO: ""}, [])
    assert hub.asked == [
        {"hub.mode": ["publish"], "hub.url": [topic], "hub.topic": [topic]} for topic in (ONE, TWO)
    ]
    assert hub.requests == [("POST", "/", "application/x-www-form-urlencoded")] * 2


@pytest.mark.parametrize("status", [200, 202, 204])
def test_any_success_is_one(status: int) -> None:
    """Hubs answer 202 or 204, and some 200."""
    with a_hub(status) as hub:
        assert _ask(hub.url, ONE) == ({ONE: ""}, [])
    assert hub.topics == [ONE]


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_a_busy_hub_is_asked_again(status: int) -> None:
    """After one second and after two; the third answer may be the right one."""
    with a_hub(status, status) as hub:
        assert _ask(hub.url, ONE) == ({ONE: ""}, [1.0, 2.0])
    assert hub.topics == [ONE, ONE, ONE]


@pytest.mark.parametrize("status", [503, 429])
def test_a_hub_that_stays_busy_is_left(status: int) -> None:
    """Three times and no more for an address; the next one is tried for itself."""
    with a_hub(status, status, status) as hub:
        assert _ask(hub.url, ONE, TWO) == ({ONE: f"the hub answered {status}", TWO: ""}, [1.0, 2.0])
    assert hub.topics == [ONE, ONE, ONE, TWO]


@pytest.mark.parametrize("status", [400, 403, 404, 410, 422])
def test_a_refusal_is_final(status: int) -> None:
    """Nobody asks again what was refused, and the other addresses are still told."""
    with a_hub(status) as hub:
        assert _ask(hub.url, ONE, TWO) == ({ONE: f"the hub answered {status}", TWO: ""}, [])
    assert hub.topics == [ONE, TWO]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    """A hub that has moved is a fault to be mended in the settings."""
    with a_hub(status) as hub:
        assert _ask(hub.url, ONE) == ({ONE: f"the hub answered {status}"}, [])
    assert hub.requests == [("POST", "/", "application/x-www-form-urlencoded")]


def test_a_fault_is_forgotten_with_the_next_answer() -> None:
    """A refusal after a busy answer is told as the refusal; a success after it as a success."""
    with a_hub(503, 400, 503) as hub:
        assert _ask(hub.url, ONE, TWO) == ({ONE: "the hub answered 400", TWO: ""}, [1.0, 1.0])


def test_a_hub_that_hangs_up_is_asked_again() -> None:
    """A broken connection may be whole the next time, and the other addresses are tried as well."""
    with a_hub(0, 0, 204, 0) as hub:
        assert _ask(hub.url, ONE, TWO) == ({ONE: "", TWO: ""}, [1.0, 2.0, 1.0])
    assert hub.topics == [ONE, ONE, ONE, TWO, TWO]


def test_a_hub_that_is_not_there_is_asked_three_times_in_all() -> None:
    """Further addresses would each take as long to fail, so they fail with the first."""
    done, waits = _ask(a_closed_port(), ONE, TWO, THREE)
    assert list(done) == [ONE, TWO, THREE]
    assert waits == [1.0, 2.0]
    for fault in done.values():
        assert fault.startswith("the hub cannot be reached (")


@pytest.mark.parametrize(
    "hub", ["http://hub..example/", f"http://{'a' * 64}.example/", "http://☃.example/", "http://[::zz]/"]
)
def test_a_name_that_cannot_be_one_is_a_hub_that_is_not_there(hub: str) -> None:
    """Such names pass as addresses and fail below the library, in ways of their own."""
    done, _ = _ask(hub, ONE)
    assert done[ONE].startswith("the hub cannot be reached (")


def test_nothing_to_tell_asks_nobody() -> None:
    """Without addresses there is no request."""
    with a_hub() as hub:
        assert _ask(hub.url) == ({}, [])
    assert hub.requests == []


def test_each_answer_is_told_at_once() -> None:
    """What the hub took is known before the next address is tried, so that a crash loses nothing."""
    waits: list[float] = []
    with a_hub() as hub:
        answers = publish(hub.url, [ONE, TWO], waits.append)
        assert next(answers) == (ONE, "")
        assert hub.topics == [ONE]
        answers.close()  # type: ignore[attr-defined]
