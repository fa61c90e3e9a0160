"""The settings of a newsletter: what is right, what is refused and why, and the defaults."""

from typing import Any

import pytest
from builders import an_entry, some_settings
from editions import an_edition
from pydantic import ValidationError

from publisher.model.explain import explain
from publisher.model.written import Settings
from publisher.render.templating import packaged_folder

LEAST = {"newsletter": {"title": "News", "url": "https://example.org", "tag": "example.org,2026"}}


def _faults(values: dict[str, Any]) -> list[tuple[str, str]]:
    """Return where and with which code *values* are refused."""
    with pytest.raises(ValidationError) as caught:
        Settings.model_validate(values)
    return [(".".join(map(str, fault.path)), fault.code) for fault in explain(caught.value, Settings)]


def _newsletter(**fields: Any) -> dict[str, Any]:
    return {"newsletter": LEAST["newsletter"] | fields}


def test_defaults() -> None:
    """Three lines are enough for a newsletter."""
    settings = Settings.model_validate(LEAST).value()
    newsletter = settings.newsletter
    assert (newsletter.url, newsletter.languages, newsletter.zone) == ("https://example.org/", ("en",), "UTC")
    assert (newsletter.description.for_language("en"), newsletter.menu) == ("News", ())
    assert (newsletter.organisation, newsletter.notice, newsletter.locales) == (None, None, {})
    assert (settings.email.sender, settings.email.postal_address) == ("News <news@example.org>", None)
    assert settings.email.contact is None
    assert (settings.digest.other_languages, settings.digest.minimum_entries) == ("leave-out", 1)
    assert (settings.feeds.size, settings.default_kind) == (50, "news")
    assert (settings.paths.entries, settings.paths.templates, settings.paths.output) == (
        "entries",
        "templates",
        "out",
    )


def test_settings_stay_as_they_are() -> None:
    """Nobody changes a setting behind the project's back; an editor's `$schema` is read over."""
    settings = Settings.model_validate({"$schema": "https://example.org/schema.json", **LEAST}).value()
    assert "schema" not in repr(settings)
    with pytest.raises(AttributeError, match="immutable"):
        settings.newsletter.zone = "Europe/Zurich"  # type: ignore[misc]


def test_built_in_kinds_have_names_in_four_languages() -> None:
    """Each kind has a name and a plural in each shipped language, and no two kinds share one."""
    kinds = Settings.model_validate(LEAST).value().kinds
    assert " ".join(kinds) == (
        "news press-release event live-event video comment report paper call vacancy course guidebook"
    )
    for lang in ("en", "fr", "es", "ar"):
        assert len({kind.name.words[lang] for kind in kinds.values()}) == len(kinds)
        assert len({kind.heading(lang) for kind in kinds.values()}) == len(kinds)
    assert (kinds["event"].name.for_language("fr"), kinds["event"].heading("fr")) == (
        "Événement",
        "Événements",
    )


def test_built_in_kinds_have_rows_of_their_own() -> None:
    """Each kind names a template that is there, and each such template belongs to a kind."""
    rows = {key: kind.row for key, kind in Settings.model_validate(LEAST).kinds.items()}
    assert rows == {
        "news": "news",
        "press-release": "press-release",
        "event": "event",
        "live-event": "event",
        "video": "video",
        "comment": "news",
        "report": "publication",
        "paper": "publication",
        "call": "call",
        "vacancy": "call",
        "course": "news",
        "guidebook": "publication",
    }
    files = {path.stem for path in (packaged_folder() / "email/rows").iterdir()}
    assert files == set(rows.values())


@pytest.mark.parametrize(
    ("key", "written", "row"),
    [
        ("tender", "Tender", "news"),
        ("tender", {"en": "Tender"}, "news"),
        ("tender", {"name": "Tender", "row": "call"}, "call"),
        ("tender", {"name": "Tender", "row": "tender-2"}, "tender-2"),
        ("vacancy", "Post", "call"),
        ("vacancy", {"name": "Post", "row": "news"}, "news"),
    ],
)
def test_a_kind_names_its_row(key: str, written: Any, row: str) -> None:
    """A kind has the rows that it names, else those of the built-in kind of its key, else those of news."""
    values = {**LEAST, "kinds": {key: written}, "default_kind": key}
    assert row == Settings.model_validate(values).kinds[key].row


@pytest.mark.parametrize(
    ("written", "name", "heading"),
    [
        ("Call", "Call", "Call"),
        ({"en": "Call", "fr": "Appel"}, "Appel", "Appel"),
        ({"name": "Call"}, "Call", "Call"),
        ({"name": {"fr": "Appel"}, "plural": {"fr": "Appels"}}, "Appel", "Appels"),
        ({"name": "Call", "plural": "Calls"}, "Call", "Calls"),
    ],
)
def test_a_kind_is_a_name_or_a_name_and_a_plural(written: Any, name: str, heading: str) -> None:
    """Words alone are the name; without a plural the name heads several entries too."""
    newsletter = {**LEAST["newsletter"], "languages": ["en", "fr"]}
    settings = Settings.model_validate(
        {"newsletter": newsletter, "kinds": {"call": written}, "default_kind": "call"}
    )
    kind = settings.value().kinds["call"]
    assert (name, heading) == (kind.name.for_language("fr"), kind.heading("fr"))


def test_own_kinds_replace_the_built_in_ones() -> None:
    """The order of the table is the order of a digest's sections."""
    settings = some_settings(kinds={"story": "Story", "call": "Call"}, default_kind="call")
    assert list(settings.kinds) == ["story", "call"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org", "https://example.org/"),
        ("https://example.org/", "https://example.org/"),
        ("http://localhost:8000/news", "http://localhost:8000/news/"),
    ],
)
def test_url_ends_with_a_slash(url: str, expected: str) -> None:
    """The newsletter's address is a folder, whether it is written so or not."""
    assert expected == Settings.model_validate(_newsletter(url=url)).newsletter.url


@pytest.mark.parametrize(
    ("sender", "name", "address"),
    [
        ("news@example.org", "", "news@example.org"),
        ("News <news@example.org>", "News", "news@example.org"),
        ("Ministry, Geneva <a.b+c@mail.example.org>", "Ministry, Geneva", "a.b+c@mail.example.org"),
        ("  News   of   May <n@localhost>", "News of May", "n@localhost"),
    ],
)
def test_sender_has_a_name_and_an_address(sender: str, name: str, address: str) -> None:
    """A sender is an address, or a name with an address in angle brackets."""
    assert (name, address) == some_settings(email={"from": sender}).email.name_and_address


@pytest.mark.parametrize(
    "sender",
    [
        "News",
        "News <news>",
        "News <>",
        "<news@example.org>",
        "News <a..b@example.org>",
        "News <.a@example.org>",
        "News <a.@example.org>",
        "News <a@example..org>",
        "News <a@.org>",
        "News <a@->",
        "News <a@example.org> more",
        "a@b@example.org",
        "é@example.org",
        "a@exämple.org",
        "a b@example.org",
        'Ne"ws <news@example.org>',
        "A <a@example.org>, B <b@example.org>",
    ],
)
def test_a_sender_that_no_mail_can_have_is_refused(sender: str) -> None:
    """What the settings let through makes a header that every mail program reads."""
    assert _faults({**LEAST, "email": {"from": sender}}) == [("email.from", "invalid-mailbox")]


@pytest.mark.parametrize(
    "tag", ["example.org,2026", "example.org,2026-01", "a-b.example.org,2026-01-31", "x,1999"]
)
def test_tags_are_those_of_rfc_4151(tag: str) -> None:
    """A tag is a host name in lower case and a year, a month or a day."""
    assert tag == Settings.model_validate(_newsletter(tag=tag)).newsletter.tag


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, [("newsletter", "missing-field")]),
        (_newsletter(title=""), [("newsletter.title.*", "empty-text")]),
        (_newsletter(title={}), [("newsletter.title", "empty-text")]),
        (_newsletter(tag="example.org"), [("newsletter.tag", "invalid-tag")]),
        (_newsletter(tag="Example.org,2026"), [("newsletter.tag", "invalid-tag")]),
        (_newsletter(tag="example.org,26"), [("newsletter.tag", "invalid-tag")]),
        (_newsletter(tag="-x.org,2026"), [("newsletter.tag", "invalid-tag")]),
        (_newsletter(tag="a b,2026"), [("newsletter.tag", "invalid-tag")]),
        (_newsletter(url="example.org"), [("newsletter.url", "invalid-url")]),
        (_newsletter(url="https://example.org/?a=b"), [("newsletter.url", "invalid-url")]),
        (_newsletter(url="https://example.org/#top"), [("newsletter.url", "invalid-url")]),
        (_newsletter(languages=[]), [("newsletter.languages", "empty-list")]),
        (_newsletter(languages=["en", "fr", "en"]), [("newsletter.languages", "duplicate-language")]),
        (_newsletter(languages=["english"]), [("newsletter.languages.0", "invalid-language")]),
        (_newsletter(zone="Zurich"), [("newsletter.zone", "unknown-zone")]),
        (_newsletter(menu=["About us"]), [("newsletter.menu.0", "invalid-key")]),
        (_newsletter(titel="x"), [("newsletter.titel", "unknown-field")]),
        ({**LEAST, "feeds": {"size": 0}}, [("feeds.size", "out-of-range")]),
        ({**LEAST, "feeds": {"size": 1001}}, [("feeds.size", "out-of-range")]),
        ({**LEAST, "kinds": {}}, [("kinds", "empty-list")]),
        (
            {**LEAST, "kinds": {"Call": "Call"}, "default_kind": "Call"},
            [("kinds.Call", "invalid-key"), ("default_kind", "invalid-key")],
        ),
        ({**LEAST, "kinds": {"call": "Call"}}, [("default_kind", "unknown-kind")]),
        ({**LEAST, "default_kind": "story"}, [("default_kind", "unknown-kind")]),
        (
            {**LEAST, "email": {"postal_address": "<b>1 Street</b>"}},
            [("email.postal_address", "html-in-text")],
        ),
        ({**LEAST, "email": {"contact": "Us <us@example.org>"}}, [("email.contact", "invalid-mailbox")]),
        ({**LEAST, "email": {"contact": "us@example..org"}}, [("email.contact", "invalid-mailbox")]),
        ({**LEAST, "email": {"contact": ""}}, [("email.contact", "empty-text")]),
        ({**LEAST, "digest": {"minimum_entries": 0}}, [("digest.minimum_entries", "out-of-range")]),
        ({**LEAST, "digest": {"minimum_entries": 1001}}, [("digest.minimum_entries", "out-of-range")]),
        ({**LEAST, "digest": {"other_languages": "show"}}, [("digest.other_languages", "invalid-value")]),
        ({**LEAST, "digest": {"size": 1}}, [("digest.size", "unknown-field")]),
        (
            {**LEAST, "kinds": {"news": {"name": "News", "row": "../news"}}},
            [("kinds.news.row", "invalid-key")],
        ),
    ],
)
def test_wrong_settings_are_refused(values: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    """Each wrong value is named by its place and its code."""
    assert expected == _faults(values)


@pytest.mark.parametrize("folder", ["/out", "../out", "a/../../out", "~/out", "C:/out", "a\\b", "", "."])
def test_folders_lie_within_the_project(folder: str) -> None:
    """A build neither reads nor writes outside of its project."""
    assert _faults({**LEAST, "paths": {"output": folder}}) == [("paths.output", "path-outside")]


@pytest.mark.parametrize(
    ("paths", "stands"),
    [
        ({"output": "entries"}, False),
        ({"output": "entries/out"}, False),
        ({"output": "templates/out/"}, False),
        ({"output": "a", "entries": "a/b"}, False),
        ({"output": "out", "templates": "out/templates"}, False),
        ({"output": "entries-out"}, True),
        ({"output": "public/", "entries": "content/news"}, True),
    ],
)
def test_output_and_input_lie_apart(paths: dict[str, str], stands: bool) -> None:  # noqa: FBT001
    """A build cannot overwrite what it reads, nor read what it wrote."""
    if stands:
        assert Settings.model_validate({**LEAST, "paths": paths}).paths.output == paths["output"].rstrip("/")
    else:
        assert _faults({**LEAST, "paths": paths}) == [("paths", "path-inside")]


def test_an_edition_knows_its_languages() -> None:
    """The issues of a language stand newest first; it is spoken if it has entries."""
    old, new = an_entry("a.md", date="2023-05-01"), an_entry("b.md", date="2023-06-01")
    french = an_entry("a.fr.md", date="2023-05-01", id="a-fr", translation_of="a")
    edition = an_edition(old, french, new)
    assert edition.speaks("en")
    assert not edition.speaks("ar")
    assert [str(issue.month) for issue in edition.issues_in("en")] == ["2023-06", "2023-05"]
    assert edition.issues_in("ar") == []
    assert edition.by_path == {"a.md": old, "b.md": new, "a.fr.md": french}
    assert edition.translations == {"a": {"en": old, "fr": french}, "b": {"en": new}}
