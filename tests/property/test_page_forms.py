"""Forms of entries' pages and rows: each has the bytes that its template writes for it alone."""

import json
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from builders import an_entry, some_settings
from editions import PACKAGED, an_edition
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup
from strategies import DEADLINES, EVENTS

from publisher.entries.parser import parse_entry
from publisher.model.edition import Edition
from publisher.model.entry import Entry, Names
from publisher.model.localised import Localised
from publisher.model.settings import Settings
from publisher.render.context import Speakers
from publisher.render.feeds import Feeds
from publisher.render.site import all_listings, listing_page, month_pages, sites
from publisher.render.site.forms import Forms, forms_of
from publisher.render.templating import Templates, packaged_folder

LANGUAGES = ("en", "fr", "ar")
ALL = ["entries", "kinds", "topics", "calendar", "feeds"]
SETTINGS = {
    outputs: some_settings(
        outputs=list(outputs),
        newsletter={"languages": list(LANGUAGES), "title": {"en": "<News> & %(month)s"}},
    )
    for outputs in (("entries",), tuple(ALL))
}
NAMES = Names(topics={"a": Localised({"en": "A & B", "fr": "Été"})})
TITLES = ("Talks", 'A & "B"', "L'été: 5 < 7", "فيلم %(month)s {{ x }}", "\\1 \\g<0> %s")
BODIES = (
    "",
    "Words.",
    "## One\n\nSee [it](e0.md), [here](#one) and ![a](p.png).\n\n| a |\n|---|\n| b |",
    "\\ufdd0title\\ufdd1 {{ entry.title }} <b>",
)


@st.composite
def entries(draw: st.DrawFn, settings: Settings) -> list[Entry]:
    """Draw entries of three months with all that their pages say."""
    made = []
    for number in range(draw(st.integers(2, 6))):
        month = draw(st.sampled_from((6, 6, 6, 5, 7)))
        title, alt = (json.dumps(draw(st.sampled_from(TITLES))) for _ in range(2))
        image = f"{{src: p.png, alt: {alt}, caption: C, credit: {{holder: Ada}}}}"
        fields: dict[str, Any] = {
            "title": title,
            "kicker": draw(st.sampled_from(("null", "'<Kicker>'"))),
            "summary": draw(st.sampled_from(("null", '"[A](e0.md) *word* & more"'))),
            "date": draw(st.sampled_from((f"2023-{month:02}-20", f"2023-{month:02}-03T10:00+02:00"))),
            "kind": draw(st.sampled_from(tuple(settings.kinds))),
            "deadline": draw(st.sampled_from(DEADLINES)),
            "event": draw(st.sampled_from(EVENTS)),
            "image": draw(st.sampled_from(("null", image))),
            "media": draw(
                st.sampled_from(("null", "{url: 'https://example.org/v', type: video/mp4, length: 1}"))
            ),
            "links": draw(st.sampled_from(("[]", "[{label: '<L>', url: 'https://example.org/?a&b'}]"))),
            "topics": draw(st.sampled_from(("[]", "[a]", "[a, b]"))),
            "places": draw(st.sampled_from(("[]", "[CH]"))),
            "id": f"e{number}",
            "lang": draw(st.sampled_from(("en", "en", "fr", "ar"))),
        }
        if number and draw(st.booleans()):
            fields["translation_of"] = f"e{draw(st.integers(0, number - 1))}"
        front = "".join(f"{name}: {value}\n" for name, value in fields.items() if value != "null")
        body = draw(st.sampled_from(BODIES))
        parsed = parse_entry(f"2023/e{number}.md", f"---\n{front}---\n{body}\n".encode(), settings)
        assert parsed.entry, parsed.problems
        made.append(parsed.entry)
    return made


@cache
def one_by_one() -> Templates:
    """Return templates of which one is a project's own, and says what the packaged one says."""
    own = Path(mkdtemp()) / "site"
    own.mkdir()
    shutil.copy(packaged_folder() / "site" / "entry.html", own)
    return Templates(own.parent)


def pages(edition: Edition, templates: Templates, *, formed: bool) -> dict[str, str]:
    """Return the pages of months, entries, kinds and topics; they are *formed*, or made one by one."""
    speakers = Speakers(edition, templates)
    feeds = Feeds(edition, speakers, lambda _path: 1)
    there = sites(edition, templates, speakers, feeds.subscribable, feeds.times)
    assert all((forms_of(site) is not None) == formed for site in there.values())
    made = [page for issue in edition.issues for page in month_pages(there[issue.lang], issue)]
    made += (listing_page(there[listing.lang], listing) for listing in all_listings(edition))
    return {page.path: page.content.decode() for page in made}


@pytest.mark.parametrize("outputs", SETTINGS, ids=["entries alone", "all outputs"])
@settings(max_examples=40)
@given(data=st.data())
def test_pages_from_forms_are_those_that_the_template_writes(
    outputs: tuple[str, ...], data: st.DataObject
) -> None:
    """Whatever a month's entries say, and whatever is beside them, their pages are byte for byte the same."""
    chosen = SETTINGS[outputs]
    edition = an_edition(*data.draw(entries(chosen)), settings=chosen, names=NAMES)
    formed = pages(edition, PACKAGED, formed=True)
    assert formed == pages(edition, one_by_one(), formed=False)


def test_rows_of_any_level_are_those_that_the_macro_writes() -> None:
    """A project's page may ask for any heading: each has its own form, also by what is marked as HTML."""
    chosen = SETTINGS[("entries",)]
    edition = an_edition(an_entry(kicker="K"), settings=chosen)
    speakers = Speakers(edition, PACKAGED)
    site = sites(edition, PACKAGED, speakers, [], Feeds(edition, speakers, lambda _path: 1).times)["en"]
    rows: Any = Forms(site)
    macros: Any = site.macros["parts"]
    entry = edition.issues[0].entries[0]
    for level in (2, "2", 2.0, True, "<", Markup("<"), "kicker", "", None):
        assert rows.row(entry, level) == macros.row(entry, level)
