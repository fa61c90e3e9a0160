"""What strangers, scanners and programs send to the web service leaves the list as it is."""

import itertools
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from forging import forged
from serving import FORM, KEY, Serving, a_newsletter, a_service, links, stamp

from publisher.subscribers.tokens import Claim, Purpose, Tokens

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "PROPFIND", "BREW")
ODD_PATHS = (
    *("/", "/subscribe", "/fr/subscribe", "/preferences", "/confirm", "/confirm/", "/unsubscribe", "/health"),
    *("/confirm/x", "/unsubscribe/test", "/preferences/%00", "/unsubscribe/%ff%fe", "/confirm/..%2f..%2f"),
    *(
        "/../publisher.toml",
        "/..%2fpublisher.toml",
        "/%2e%2e/subscribers.db",
        "/.publisher.json",
        "//evil.example",
    ),
    *(
        "/" + "a/" * 2_000,
        "/subscribe?lang=%00&lang=xx",
        "/subscribe?" + "a=1&" * 1_000,
        "/fr/confirm/x",
        "/xx/subscribe",
    ),
    *("/2025/11/day", "/index.html%00.txt", "/C:%5cwindows", "/subscribe.css/", "/ready?x=%zz", "/%e2%80%ae"),
)
ODD_ADDRESSES = (
    *("", " ", "@", "ana", "ana@", "@example.org", "ana@@example.org", "ana@example..org", "ana@.org"),
    *("ana@example.org\r\nBcc: bob@example.org", "ana\n@example.org", "ana@example.org\0", "a b@example.org"),
    *("x" * 65 + "@example.org", "ana@" + "x" * 250 + ".org", "ana@[127.0.0.1]", '"ana b"@example.org'),
    *("ana@example.org,bob@example.org", "Ana <ana@example.org>", "<ana@example.org>", "ana@exa mple.org"),
    *("пользователь@example.org", "ana@\u202eexample.org", "ana@ex\u200bample.org", "ana@-example.org"),
    *("mailto:ana@example.org", "ana@example.org;", "ana(x)@example.org", "\ud7ff\uffff@example.org"),
)
PARTS = "multipart/form-data; boundary=x"
ODD_BODIES = (
    (b"\xff\xfe\x00", FORM),
    (b"address=%ff%fe%00&time=%00", FORM),
    (b"&" * 10_000, FORM),
    (b"a=1&" * 4_000, FORM),
    (b"x" * 10_000_000, FORM),
    (b"address=" + b"a" * 17_000, FORM),
    (b"{}", "application/json"),
    (b"", "multipart/form-data"),
    (b"--x", PARTS),
    (b"--x\r\n\r\n\r\n--x--", PARTS),
    (b"--x\r\nContent-Disposition: form-data; name=leave\r\n\r\n1\r\n" * 300, PARTS),
    (b'--x\r\nContent-Disposition: form-data; name="leave"; filename="a"\r\n\r\n1\r\n--x--', PARTS),
    (
        b'--x\r\nContent-Disposition: form-data; name="a\xff"\r\n\r\n\xff\r\n--x--',
        f"{PARTS}; charset=none",
    ),
    (b"address=ana@example.org", "text/plain"),
    (b"address=ana@example.org", "\x80\xff"),
)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """Return a service with a reader who is active and one who is pending."""
    room = a_newsletter(tmp_path_factory.mktemp("hostile") / "news")
    with a_service(room.root) as running:
        running.join("ana@example.org")
        running.subscribe("ana@example.org")
        running.subscribe("pia@example.org")
        running.mails(3)
        running.settle()
        before = running.everything()
        yield running
        time.sleep(0.5)  # longer than the worker waits, if it were given something without a wish
        assert running.everything() == before
        running.mails(3)


@pytest.fixture(autouse=True)
def list_is_unchanged(service: Serving) -> Iterator[None]:
    """Hold that nothing on the list, and no mail, differs after a test."""
    before = service.everything()
    yield
    service.settle()
    assert service.everything() == before
    service.mails(3)


def test_a_scanner_changes_nothing(service: Serving) -> None:
    """GET and HEAD of every link of every mail, over and over, leave the list as it is."""
    found = [link for mail in service.mails(3) for link in links(mail)]
    assert len(found) == 4
    for link in found * 3:
        for method in ("HEAD", "GET"):
            for more in ("", "?lang=fr", "?confirm=1&leave=1&save=1&List-Unsubscribe=One-Click", "/"):
                assert service.get(link + more, method).status in {200, 410}


def test_no_method_on_no_address_fails(service: Serving) -> None:
    """Each method on each odd address gets an answer of its own, never a server error."""
    for method, path in itertools.product(METHODS, ODD_PATHS):
        status = service.get(path, method).status
        assert status < 500, (method, path)
        if method not in {"GET", "HEAD", "POST"}:
            assert status in {400, 405}, (method, path)


@pytest.mark.parametrize("path", ["/subscribe", "/preferences", "reader", "unsubscribe"])
def test_no_body_of_a_form_fails(service: Serving, path: str) -> None:
    """Bytes that are no form, are cut off, too many or in no encoding are refused."""
    paths = service.paths("ana@example.org")
    target = {"reader": paths["preferences"], "unsubscribe": paths["unsubscribe"]}.get(path, path)
    for body, kind in ODD_BODIES:
        answer = service.get(target, "POST", body, Content_Type=kind)
        assert answer.status in {400, 413, 422}, (body[:80], kind)


def test_what_is_no_address_is_refused(service: Serving) -> None:
    """No address that is broken, hides a header, or needs more than servers take gets onto the list."""
    for address in ODD_ADDRESSES:
        for target in ("/subscribe", "/ar/preferences"):
            assert service.subscribe(address, target).status == 422, address


def test_look_alikes_are_two(service: Serving) -> None:
    """A host with a Cyrillic letter is not the one that looks like it: its link is not mailed."""
    assert service.subscribe("ana@ex\u0430mple.org", "/preferences").status == 200


def test_what_is_typed_is_shown_as_text(service: Serving) -> None:
    """A page that shows an address again shows no markup of it."""
    answer = service.subscribe('"><script>alert(1)</script>@x', language='"><b>')
    assert answer.status == 422
    assert b"<script" not in answer.body
    assert b"<b>" not in answer.body


def test_no_forged_token_is_taken(service: Serving) -> None:
    """Of 10,000 forged tokens none is read for what it is to be good for; 60 of them are sent."""
    names = [str(row[0]) for row in service.rows("SELECT public FROM subscription")]
    names += [f"nobody{number}" for number in range(200)]
    tokens, now = Tokens([KEY]), datetime(2026, 1, 1, tzinfo=UTC)
    found = list(forged(tokens, names, now, 10_000))
    assert len(set(found)) > 8_500
    assert [token for token, purpose in found if tokens.read(purpose, token, now)] == []
    for token, purpose in found[:60]:
        answer = service.post(f"/{purpose}/{token}", leave="1", confirm="1", save="1", language="en")
        assert answer.status in {404, 405, 410}, token


def test_a_token_is_good_for_one_purpose(service: Serving) -> None:
    """A link to choices does not confirm, and so on; signing with another key opens nothing."""
    ((name,),) = service.rows("SELECT public FROM subscription WHERE key = 'ana@example.org'")
    for keys in ([KEY], ["another-key-that-has-enough-characters"]):
        for purpose in Purpose:
            token = Tokens(keys).sign(purpose, Claim(str(name), "", 0))
            for path in set(Purpose) - ({purpose} if keys == [KEY] else set()):
                answer = service.post(f"/{path}/{token}", leave="1", confirm="1", save="1", language="fr")
                assert answer.status in {404, 410}


def test_a_forms_time_cannot_be_made_up(service: Serving) -> None:
    """Only this service can say when a form was made."""
    made = stamp()
    for when in ("", "0", "1.1", "9" * 40, "x.y", "-5.a", "١.١", "\0", made[:-1], f"1.{made.split('.')[1]}"):
        assert service.subscribe("new@example.org", time=when).status == 422, when


def test_nobody_reaches_the_list_by_an_address(service: Serving) -> None:
    """Neither database, settings, caches nor the outbox are among the files that are served."""
    mail = ".publisher/outbox/0001-ana@example.org.eml"
    for path in ("subscribers.db", "publisher.toml", mail, ".publisher.json"):
        for way in ("/", "/../", "/%2e%2e/", "/x/..%2f..%2f", "/..%5c", "//"):
            assert service.get(way + path).status == 404
    (service.root / "out").mkdir()
    (service.root / "out" / "link.txt").symlink_to(service.root / "publisher.toml")
    (service.root / "out" / "way").symlink_to(service.root)
    assert service.get("/link.txt").status == service.get("/way/publisher.toml").status == 404
    assert Path(service.root / "out" / "link.txt").exists()
