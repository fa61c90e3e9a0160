"""The web service's limits, how it begins and ends, and how long it takes to answer."""

import random
import re
import signal
import socket
import statistics
import time
from pathlib import Path
from urllib.parse import urlencode

import pytest
from serving import FORM, KEY, Serving, a_newsletter, a_service, stamp
from shell import run

from publisher.errors import UsageError
from publisher.model.secret import Secret
from publisher.subscribers.keys import signing_keys, suppression_key


def test_one_address_is_tried_so_often_and_a_restart_forgets_nothing(tmp_path: Path) -> None:
    """After three tries in an hour the form is refused for that address, also after a restart."""
    root = a_newsletter(tmp_path / "news", "").root
    with a_service(root) as service:
        assert "nothing is sent" in service.said[1]
        assert [service.subscribe("ana@example.org").status for _ in range(4)] == [200, 200, 200, 429]
        assert service.subscribe("ANA@Example.org", "/preferences").headers["retry-after"] == "3600"
        assert service.subscribe("bea@example.org").status == 200
    with a_service(root) as service:
        assert service.subscribe("ana@example.org").status == 429
        kept = [str(row[0]) for row in service.rows("SELECT bucket FROM try")]
        assert not [bucket for bucket in kept if "example.org" in bucket]


def tries(service: Serving, *clients: str) -> list[int]:
    """Return how the form is answered to each of *clients*, who ask through a proxy."""
    found = []
    for number, client in enumerate(clients):
        fields = {"address": f"{number}{client[:3]}@example.org", "time": stamp()}
        body = urlencode(fields).encode()
        found.append(
            service.get("/subscribe", "POST", body, Content_Type=FORM, X_Forwarded_For=client).status
        )
    return found


def test_one_network_and_all_have_limits(tmp_path: Path) -> None:
    """Behind a proxy that is named, networks are told apart; behind another one they are not."""
    more = "[subscribers]\nhourly_per_network = 2\nhourly = 7\n"
    root = a_newsletter(tmp_path / "news", more).root

    with a_service(root, "--proxy", "127.0.0.1") as service:
        assert tries(service, "192.0.2.1", "192.0.2.99", "192.0.2.3") == [200, 200, 429]
        assert tries(service, "2001:db8:1:2::1", "2001:db8:1:3::1", "2001:db8:1::9") == [200, 200, 429]
        assert tries(service, "198.51.100.1", "198.51.100.2") == [200, 429]  # seven in all
    root = a_newsletter(tmp_path / "other", more).root
    with a_service(root, ends=signal.SIGINT) as service:
        assert tries(service, "192.0.2.1", "198.51.100.2", "203.0.113.3") == [200, 200, 429]


def test_what_was_taken_is_done_at_the_end(tmp_path: Path) -> None:
    """A signal just after many forms loses none of them."""
    root = a_newsletter(tmp_path / "news").root
    with a_service(root) as service:
        for number in range(30):
            assert service.subscribe(f"r{number}@example.org").status == 200
    assert len(service.mails(30)) == 30


def test_a_mail_that_is_not_taken_is_told_and_tried_again(tmp_path: Path) -> None:
    """A server that is away costs the reader no answer; the log tells it without her address."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    smtp = f'[smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'
    root = a_newsletter(tmp_path / "news", smtp).root
    with a_service(root) as service:
        assert service.said[1] == f"Mails:   127.0.0.1:{port}\n"
        assert service.subscribe("ana@example.org").status == 200
        assert service.status("ana@example.org") == "pending"
    told = (tmp_path / "news-serve.log").read_text(encoding="utf-8")
    assert "it is tried again in 1 min" in told
    assert "it is tried again at the next start" in told
    assert "ana@" not in told


def test_without_a_key_it_does_not_begin(tmp_path: Path) -> None:
    """The error holds the line to paste."""
    done = run(a_newsletter(tmp_path / "news").root, "serve", "--port", "0")
    assert (done.returncode, "no-key" in done.stderr) == (2, True)
    assert re.search(r"export PUBLISHER_SUBSCRIBERS__KEY=\$\(python3 -c", done.stderr)


@pytest.mark.parametrize(
    ("key", "code"), [("", "no-key"), ("short", "weak-key"), (f"{KEY} short", "weak-key")]
)
def test_a_key_that_can_be_guessed_is_refused(key: str, code: str) -> None:
    """Each has 32 characters at least, and the hint is a line to paste that makes one."""
    with pytest.raises(UsageError) as found:
        signing_keys(Secret(key) if key else None)
    assert found.value.code == code
    assert "export PUBLISHER_SUBSCRIBERS__KEY=$(python3" in found.value.hint


def test_a_key_for_refusals_that_can_be_guessed_is_refused() -> None:
    """It has 32 characters at least; without one it is the oldest signing key."""
    with pytest.raises(UsageError) as found:
        suppression_key(Secret("short"), [KEY])
    assert found.value.code == "weak-key"
    assert "export PUBLISHER_SUBSCRIBERS__SUPPRESSION_KEY=$(python3" in found.value.hint
    assert suppression_key(Secret(f" {KEY}\n"), ["x" * 43]) == KEY.encode()
    assert suppression_key(None, [KEY, "x" * 43]) == suppression_key(Secret(""), [KEY]) == KEY.encode()


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    """A service does not move to another port, where no proxy would find it."""
    root = a_newsletter(tmp_path / "news").root
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run(root, "serve", "--port", port, PUBLISHER_SUBSCRIBERS__KEY=KEY)
    assert (done.returncode, "no-port" in done.stderr) == (1, True)


@pytest.mark.whole
def test_answers_take_as_long_for_those_we_know(tmp_path: Path) -> None:
    """Over 2,000 tries in mixed order, the median for known and unknown addresses differs by chance alone."""
    root = a_newsletter(tmp_path / "news").root
    chance = random.Random(11)  # noqa: S311 - the same order each time
    with a_service(root) as service:
        for number in range(20):
            service.join(f"known{number}@example.org", number + 1)
        service.settle()
        took: dict[bool, list[float]] = {True: [], False: []}
        order = [number % 2 == 0 for number in range(2_000)]
        chance.shuffle(order)
        for number, is_known in enumerate(order):
            name = f"known{number % 20}" if is_known else f"other{number:05}"
            start = time.perf_counter()
            assert service.subscribe(f"{name}@example.org").status == 200
            took[is_known].append(time.perf_counter() - start)
    known, unknown = took[True], took[False]
    seen = abs(statistics.median(known) - statistics.median(unknown))
    both = known + unknown
    larger = 0
    for _ in range(1_000):
        chance.shuffle(both)
        larger += abs(statistics.median(both[:1_000]) - statistics.median(both[1_000:])) >= seen
    assert larger / 1_000 > 0.01, (seen, larger)
