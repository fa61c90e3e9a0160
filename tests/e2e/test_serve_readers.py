"""How readers join, choose and leave, over HTTP, with a list and an outbox of their own."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import lxml.html
import pytest
from serving import FORM, KEY, Serving, a_newsletter, a_service, links, stamp

from publisher.subscribers.tokens import Claim, Purpose, Tokens

PARTS = (
    b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
    "multipart/form-data; boundary=x",
)
ONE_CLICK = ((b"List-Unsubscribe=One-Click", FORM), PARTS)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, served_database: str) -> Path:  # noqa: ARG001 - one for each
    """Return the folder of a newsletter."""
    return a_newsletter(tmp_path_factory.mktemp("readers") / "news").root


@pytest.fixture(scope="module")
def running(home: Path, served_database: str) -> Iterator[Serving]:
    """Return its service, over each database."""
    with a_service(home, database=served_database) as service:
        yield service


@pytest.fixture
def service(running: Serving) -> Serving:
    """Return the service with an empty outbox."""
    running.settle()
    for mail in (running.root / ".publisher" / "outbox").glob("*.eml"):
        mail.unlink()
    return running


def test_nobody_is_subscribed_who_did_not_press_the_button(service: Serving) -> None:
    """The form makes a subscription pending and mails a link; only its button makes it active."""
    answer = service.subscribe("Ana@example.org")
    assert answer.status == 200
    (mail,) = service.mails(1)
    assert (mail["To"], mail["Auto-Submitted"]) == ("Ana@example.org", "auto-generated")
    (confirm,) = links(mail)
    assert service.get(confirm).status == 200
    assert service.status("ana@example.org") == "pending"
    assert service.post(confirm, confirm="1").status == 200
    assert service.status("ana@example.org") == "active"
    ((proof,),) = service.rows(
        "SELECT proof FROM change WHERE cause = 'confirm' AND became = 'active' LIMIT 1"
    )
    assert re.fullmatch(r'\{"text": "en-[0-9a-f]{12}", "origin": "127.0.0.0/24"\}', str(proof))


def test_who_is_subscribed_gets_her_links_instead(service: Serving) -> None:
    """To join once more mails the way to her choices, and changes nothing."""
    service.join("bea@example.org")
    service.subscribe("bea@example.org", "/fr/subscribe")
    mail = service.mails(2)[-1]
    preferences, unsubscribe = links(mail)
    assert (preferences.split("/")[1], unsubscribe.split("/")[1]) == ("preferences", "unsubscribe")
    assert service.get(preferences).status == service.get(unsubscribe).status == 200
    assert mail["Content-Language"] == "en"
    service.subscribe("bea@example.org")
    service.settle()
    assert len(service.mails(2)) == 2


def test_a_confirmation_is_mailed_once_a_day(service: Serving) -> None:
    """Whoever fills in the form again and again for somebody sends her one mail."""
    for _ in range(4):
        assert service.subscribe("cat@example.org").status == 200
    service.settle()
    assert len(service.mails(1)) == 1


def test_a_lost_link_is_mailed(service: Serving) -> None:
    """The second open form mails a reader her links, and nobody else anything."""
    service.join("dan@example.org")
    assert service.subscribe("dan@example.org", "/preferences").status == 200
    assert service.subscribe("nobody@example.org", "/fr/preferences").status == 200
    service.settle()
    assert [mail["To"] for mail in service.mails(2)] == ["dan@example.org", "dan@example.org"]
    assert service.status("nobody@example.org") == ""


def test_choices_are_kept(service: Serving) -> None:
    """Language, topics, kinds and a pause are what the form says; all of a thing is kept as no choice."""
    path = service.join("eva@example.org")["preferences"]
    kept = "SELECT language, topics, kinds, status FROM subscription WHERE key = 'eva@example.org'"
    answer = service.post(
        path, save="1", language="fr", topics="work", kinds=["news", "event"], rhythm="pause"
    )
    assert (answer.status, "Travail" in answer.body.decode()) == (200, True)
    assert service.rows(kept) == [("fr", '["work"]', '["news", "event"]', "paused")]
    assert "Travail" in service.get(path).body.decode()
    assert (
        service.post(path, save="1", language="ar", topics=["care", "work", "x"], rhythm="monthly").status
        == 200
    )
    assert service.rows(kept) == [("ar", "[]", "[]", "active")]


@pytest.mark.parametrize("fields", [{}, {"language": "ar"}, {"save": "1"}, {"save": "1", "language": "xx"}])
def test_a_form_that_is_not_ours_changes_no_choice(service: Serving, fields: dict[str, str]) -> None:
    """What does not come from the form shows the form again."""
    path = (service.join if not service.status("fay@example.org") else service.paths)("fay@example.org")[
        "preferences"
    ]
    before = service.everything()
    assert service.post(path, **fields).status == 400
    assert service.everything() == before


@pytest.mark.parametrize(("body", "kind"), ONE_CLICK, ids=["urlencoded", "multipart"])
def test_one_click_is_enough_to_leave(service: Serving, body: bytes, kind: str) -> None:
    """RFC 8058: a POST without cookies leaves at once, in both encodings; again, it is as good."""
    address = f"g{len(body)}@example.org"
    path = service.join(address)["unsubscribe"]
    for _ in range(2):
        answer = service.get(path, "POST", body, Content_Type=kind)
        assert (answer.status, "location" in answer.headers, "set-cookie" in answer.headers) == (
            200,
            False,
            False,
        )
        assert service.status(address) == "unsubscribed"


def test_the_button_leaves_and_the_page_does_not(service: Serving) -> None:
    """The page of the link leaves the reader where she is; its button lets her go, and she may come back."""
    path = service.join("hal@example.org")["unsubscribe"]
    assert service.get(path).status == 200
    assert service.get(path, "POST", b"something=else", Content_Type=FORM).status == 400
    assert service.status("hal@example.org") == "active"
    assert service.post(path, leave="1").status == 200
    assert service.status("hal@example.org") == "unsubscribed"
    service.subscribe("hal@example.org")
    (confirm,) = links(service.mails(2)[-1])
    assert service.status("hal@example.org") == "unsubscribed"
    service.post(confirm, confirm="1")
    assert service.status("hal@example.org") == "active"


def test_only_the_newest_link_confirms_and_for_a_week(service: Serving) -> None:
    """A link with another nonce, and one older than seven days, confirm nothing."""
    service.subscribe("ida@example.org")
    service.mails(1)
    ((public, nonce),) = service.rows("SELECT public, nonce FROM subscription WHERE key = 'ida@example.org'")
    now = int(time.time())  # noqa: TID251 - as the service itself asks
    for claim in (Claim(str(public), "other", now), Claim(str(public), str(nonce), now - 8 * 86_400)):
        path = f"/confirm/{Tokens([KEY]).sign(Purpose.CONFIRM, claim)}"
        assert service.post(path, confirm="1").status == 410
    assert service.status("ida@example.org") == "pending"


def test_keys_may_be_changed(home: Path, service: Serving) -> None:
    """A link that the old key signed is good while both are set; the new one signs."""
    path = service.join("jo@example.org")["unsubscribe"]
    new = "another-key-that-has-enough-characters"
    database = service.database
    with a_service(home, database=database, PUBLISHER_SUBSCRIBERS__KEY=f"{KEY} {new}") as later:
        assert later.get(path).status == 200
    with a_service(
        home,
        database=database,
        PUBLISHER_SUBSCRIBERS__KEY=new,
        PUBLISHER_SUBSCRIBERS__SUPPRESSION_KEY=KEY,
    ) as last:
        assert last.get(path).status == 404


@pytest.mark.parametrize(
    ("target", "language", "expected"),
    [
        ("/subscribe", "", "en"),
        ("/subscribe", "fr-CA, en;q=0.5", "fr"),
        ("/subscribe", "de, ar;q=0.2", "ar"),
        ("/subscribe?lang=ar", "fr", "ar"),
        ("/fr/subscribe", "ar", "fr"),
        ("/fr/subscribe?lang=en", "ar", "en"),
        ("/ar/preferences", "", "ar"),
        ("/unsubscribe/test?lang=fr", "", "fr"),
        ("/confirm/forged", "ar", "ar"),
    ],
)
def test_pages_speak_the_readers_language(
    service: Serving, target: str, language: str, expected: str
) -> None:
    """The address says it, or else the browser."""
    text = service.get(target, Accept_Language=language).body.decode()
    assert f'<html lang="{expected}" dir="{"rtl" if expected == "ar" else "ltr"}">' in text


def test_a_test_mails_links_say_so(service: Serving) -> None:
    """Links that name no reader show a page that tells it, and change nothing when pressed."""
    before = service.everything()
    for name in ("confirm", "preferences", "unsubscribe"):
        for method in ("GET", "POST"):
            answer = service.get(f"/{name}/test", method, b"leave=1&confirm=1&save=1", Content_Type=FORM)
            assert (answer.status, b"test mail" in answer.body) == (200, True)
    assert service.everything() == before


@pytest.mark.parametrize("age", [-30, 86_500])
def test_forms_that_no_person_filled_in_are_shown_again(service: Serving, age: int) -> None:
    """Before its time, or after a day: the address stays in the form, and nothing is done."""
    answer = service.subscribe("kim@example.org", time=stamp(age))
    assert (answer.status, b'value="kim@example.org"' in answer.body) == (422, True)
    assert service.status("kim@example.org") == ""


def test_the_box_of_the_home_page_leads_to_the_form(service: Serving) -> None:
    """An address alone subscribes nobody: it stands in the form that is shown, without blame."""
    answer = service.post("/fr/subscribe?lang=fr", address="kim@example.org")
    page = lxml.html.fromstring(answer.body.decode())
    assert (answer.status, page.get("lang")) == (200, "fr")
    assert page.xpath("//input[@name='address']/@value") == ["kim@example.org"]
    assert not page.xpath("//*[@role='alert']")
    service.mails(0)


def test_who_fills_in_the_hidden_field_is_answered_and_nothing_done(service: Serving) -> None:
    """A program learns nothing from the answer."""
    good = service.subscribe("lea@example.org")
    trapped = service.subscribe("mia@example.org", website="https://spam.example")
    assert (trapped.status, trapped.body) == (good.status, good.body)
    assert service.status("mia@example.org") == ""


def test_the_answer_is_the_same_for_everybody(service: Serving) -> None:
    """New, pending, active, and who left: byte for byte the same answer."""
    service.join("ned@example.org")
    service.post(service.join("ora@example.org", 2)["unsubscribe"], leave="1")
    answers = [service.subscribe(f"{name}@example.org") for name in ("pia", "pia", "ned", "ora")]
    assert len({(answer.status, answer.body) for answer in answers}) == 1
    assert len({tuple(name for name in answer.headers) for answer in answers}) == 1


def test_own_pages_keep_their_addresses_to_themselves(service: Serving) -> None:
    """No cookie, no script, no referrer, no copy in caches, no search engine."""
    for target in ("/subscribe", "/preferences", "/confirm/x", "/unsubscribe/test", "/nothing"):
        answer = service.get(target)
        assert "set-cookie" not in answer.headers
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-robots-tag"] == "noindex"
        assert answer.headers["cache-control"] == "no-store"
        assert "script" not in answer.headers["content-security-policy"].replace("default-src 'none'", "")
        assert b"<script" not in answer.body
