"""Joining, choosing and leaving in a browser without scripts, and how the pages and mails look."""

import time
from collections.abc import Iterator
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest
from mailshots import a_browser, faults, violations
from serving import MANY, Serving, a_newsletter, a_service, links

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


_MAIL = ("landmark-one-main", "region")  # mail readers have landmarks of their own around a mail


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """Return a service of a newsletter with a logo."""
    logo = '[look]\nlogo = "site/logo.svg"\n'
    room = a_newsletter(tmp_path_factory.mktemp("browser") / "news", MANY + logo)
    room.build()
    with a_service(room.root) as running:
        yield running


@pytest.fixture(scope="module")
def anywhere(tmp_path_factory: pytest.TempPathFactory, served_database: str) -> Iterator[Serving]:
    """Return a service over each database."""
    room = a_newsletter(tmp_path_factory.mktemp("anywhere") / "news")
    with a_service(room.root, database=served_database) as running:
        yield running


@pytest.fixture(scope="module")
def browser(chromium: str) -> "Iterator[Browser]":
    """Return the browser."""
    with a_browser(chromium) as opened:
        yield opened


@pytest.fixture
def page(browser: "Browser") -> "Iterator[Page]":
    """Return a page on which no script runs."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 800})
    yield context.new_page()
    assert context.cookies() == []
    context.close()


def a_mail_to(service: Serving, address: str) -> EmailMessage:
    """Return the newest mail to *address*."""
    service.settle()
    folder = service.root / ".publisher" / "outbox"
    number = len(list(folder.glob("*.eml")))
    return [mail for mail in service.mails(number) if mail["To"] == address][-1]


@pytest.mark.parametrize(
    ("path", "address", "subscribe", "yes", "save", "leave", "left"),
    [
        (
            *("/subscribe", "ana@example.org", "Subscribe", "Yes, subscribe me", "Save", "Unsubscribe"),
            "You are unsubscribed",
        ),
        (
            *("/ar/subscribe", "bea@example.org", "اشترك", "نعم، أريد الاشتراك", "حفظ", "إلغاء الاشتراك"),
            "أُلغي اشتراكك",
        ),
    ],
    ids=["en", "ar"],
)
def test_a_reader_joins_chooses_and_leaves(
    anywhere: Serving,
    page: "Page",
    path: str,
    address: str,
    subscribe: str,
    yes: str,
    save: str,
    leave: str,
    left: str,
) -> None:
    """With scripts off, on a small phone: form, mail, button, choices, and out again."""
    service = anywhere
    page.goto(service.top + path)
    page.locator("#address").fill(address)
    time.sleep(2.1)  # faster is no person
    page.get_by_role("button", name=subscribe, exact=True).click()
    (confirm,) = links(a_mail_to(service, address))
    page.goto(service.top + confirm)
    assert service.status(address) == "pending"
    page.get_by_role("button", name=yes, exact=True).click()
    assert service.status(address) == "active"
    page.locator("main a[href*=preferences]").click()
    page.locator("[name=topics][value=work]").check()
    page.locator("[name=rhythm][value=pause]").check()
    page.get_by_role("button", name=save, exact=True).click()
    kept = service.rows("SELECT status, topics FROM subscription WHERE key = ?", address)
    assert kept == [("paused", '["work"]')]
    page.locator("main a").click()
    assert page.locator("[name=topics][value=work]").is_checked()
    page.get_by_role("button", name=leave, exact=True).click()
    assert page.locator("h1").inner_text() == left
    assert service.status(address) == "unsubscribed"


def test_pages_and_mails_can_be_read_by_everybody(service: Serving, browser: "Browser") -> None:
    """Axe finds nothing, and nothing sticks out at 320 px, in both colours and directions."""
    service.subscribe("cat@example.org")
    confirm = links(a_mail_to(service, "cat@example.org"))[0]
    service.subscribe("dan@example.org", "/ar/subscribe")
    mails = [a_mail_to(service, f"{name}@example.org") for name in ("cat", "dan")]
    service.post(confirm, confirm="1")
    preferences, unsubscribe = service.paths("cat@example.org").values()
    pages = ["/subscribe", "/ar/subscribe", "/fr/preferences", confirm, preferences, f"{preferences}?lang=ar"]
    pages += [unsubscribe, "/unsubscribe/test", "/confirm/forged", "/unsubscribe/forged", "/no/such/page"]
    found = []
    for scheme in ("light", "dark"):
        context = browser.new_context(
            viewport={"width": 320, "height": 800},
            color_scheme=scheme,
            bypass_csp=True,
        )
        page = context.new_page()
        for path in pages if scheme == "light" else pages[1:6:2]:
            page.goto(service.top + path)
            found += [(scheme, path, fault) for fault in violations(page, off=()) + faults(page)]
        for mail in mails:
            part = mail.get_body(("html",))
            assert part is not None
            page.set_content(part.get_content())
            seen = violations(page, off=_MAIL) + faults(page)
            found += [(scheme, mail["To"], fault) for fault in seen]
        context.close()
    skip = '<a class="skip"'  # which stands outside until somebody gets to it by the keyboard
    assert [row for row in found if skip not in row[2]] == []


def test_the_stylesheet_is_small(service: Serving) -> None:
    """What a reader loads besides a page is below 15 kB."""
    assert len(service.get("/subscribe.css").body) < 15_000


def test_a_page_loads_nothing_but_its_stylesheet_and_logo(service: Serving, page: "Page") -> None:
    """Nobody else learns who reads."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{service.top}/subscribe")
    own = [f"{service.top}/{path}" for path in ("subscribe", "subscribe.css", "look/site/logo.svg")]
    assert sorted(asked) == sorted(own)
    assert page.evaluate("[...document.images].map(image => image.naturalWidth > 0)") == [True]
