"""Forms of entries: what is put into them is byte for byte what feedgen and lxml write themselves."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from builders import some_settings
from editions import PACKAGED, an_edition
from feedgen.feed import FeedGenerator
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from publisher.model.address import ATOM, RSS
from publisher.model.feed import Attachment, Feed, FeedItem, Label
from publisher.render.context import Speakers
from publisher.render.feeds import generator
from publisher.render.feeds.forms import labels_in, values_of
from publisher.render.feeds.syndication import Syndicator

SETTINGS = some_settings()
SPEAKERS = Speakers(an_edition(settings=SETTINGS), PACKAGED)
MOMENT = datetime(2025, 10, 5, 8, 30, 7, tzinfo=timezone(timedelta(hours=-3, minutes=-30)))
AWKWARD = "<b>&amp; \"so\" 'so'</title>\r\n\t]]> &#x3C; \ufdd0id\ufdd1 \\1 \\g<0> {} %s é فيلم 🎉 \ufffd\x85"
PICTURE = Attachment("https://a.example/p.png", "image/png", 1, 60, 40, description="Arcs", credit="© A")
PLAIN = FeedItem(
    id="tag:news.example.org,2018:one",
    url="https://news.example.org/one/",
    lang="en",
    title="One",
    summary="",
    html="<p>Words.</p>",
    author="Office",
    published=MOMENT,
    updated=MOMENT,
    labels=(),
)
FULL = replace(
    PLAIN,
    title=AWKWARD,
    summary=AWKWARD,
    html=AWKWARD,
    author=AWKWARD,
    updated=datetime(2025, 12, 2, tzinfo=UTC),
    labels=tuple(Label(f"{AWKWARD}{number}", f"{number}{AWKWARD}") for number in range(12)),
    picture=replace(PICTURE, url=f"https://a.example/{AWKWARD}", description=AWKWARD, credit=AWKWARD),
    recording=Attachment(f"https://a.example/{AWKWARD}", "video/mp4", 1234, seconds=60),
)

_words = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
    | st.sampled_from("<>&\"'\n\t\r\ufdd0\ufdd1\x85"),
    min_size=1,
    max_size=12,
)
_times = st.integers(-(2**31), 2**32).map(lambda second: datetime.fromtimestamp(second, MOMENT.tzinfo))
_files = st.builds(
    Attachment, _words, _words, st.integers(0, 2**40), description=_words, credit=st.just("") | _words
)
_items = st.builds(
    FeedItem,
    id=_words,
    url=_words,
    lang=st.sampled_from(["en", "ar", "pt-BR"]),
    title=_words,
    summary=st.just("") | _words,
    html=_words,
    author=_words,
    published=_times,
    updated=_times,
    labels=st.lists(st.builds(Label, _words, _words), max_size=3).map(tuple),
    picture=st.none() | _files,
    recording=st.none() | _files,
)


def _feed(*items: FeedItem) -> Feed:
    return Feed(
        id="tag:news.example.org,2018:feed:en",
        folder="",
        lang="en",
        title="News & <more> <item>",
        description="What is new & </feed></channel></rss>",
        author="Office",
        home="https://news.example.org/",
        updated=MOMENT,
        items=items,
        formats=(ATOM, RSS),
    )


def _by_feedgen_alone(feed: Feed, name: str) -> bytes:
    """Return *feed* as feedgen and lxml write it, each entry by itself and without a form."""
    made = generator.generator(name, Syndicator(SETTINGS, SPEAKERS).head(feed, name), SETTINGS.feeds.ttl)
    for item in feed.items:
        entry = generator.entry(values_of(item, is_rss=name == RSS))
        entry.updated(item.updated)
        made.add_entry(entry, order="append")
    return generator.as_bytes(made, name) + b"\n"


@given(moment=_times)
def test_the_time_of_a_feed_is_told_as_feedgen_tells_it(moment: datetime) -> None:
    """What our hook writes in place of feedgen's own time is what feedgen would have written."""
    syndicator, feed = Syndicator(SETTINGS, SPEAKERS), replace(_feed(), updated=moment)
    made = FeedGenerator()
    for give in (made.id, made.title, made.description, made.language):
        give("x")
    made.link(href="https://news.example.org/")
    made.updated(moment)
    made.lastBuildDate(moment)
    told = [syndicator.head(feed, name)["updated"].encode() for name in (ATOM, RSS)]
    assert b"<updated>%b<" % told[0] in made.atom_str()
    assert b"<lastBuildDate>%b<" % told[1] in made.rss_str()


@pytest.mark.parametrize("name", [ATOM, RSS])
@given(items=st.lists(_items, max_size=4))
@example(items=[PLAIN, FULL, PLAIN, replace(FULL, recording=None), replace(FULL, picture=None)])
@example(items=[replace(FULL, picture=replace(PICTURE, credit="")), replace(PLAIN, summary="One")])
def test_a_form_is_filled_as_feedgen_writes(name: str, items: list[FeedItem]) -> None:
    """Whatever entries say, in whatever order, a feed from forms has the bytes of one without."""
    feed = _feed(*items)
    assert Syndicator(SETTINGS, SPEAKERS).render(feed, name) == _by_feedgen_alone(feed, name)


@pytest.mark.parametrize("name", [ATOM, RSS])
@pytest.mark.parametrize("field", ["id", "url", "title", "summary", "html", "author"])
@pytest.mark.parametrize("character", ["\0", "\x0b", "\x1f", "\ufffe", "\uffff", "\ud800"], ids=ascii)
def test_what_xml_cannot_hold_is_refused(name: str, field: str, character: str) -> None:
    """A character that XML cannot carry raises a ValueError wherever it stands, and breaks no feed."""
    item = replace(PLAIN, **{field: f"a{character}b"})
    with pytest.raises(ValueError, match=r"XML cannot carry|surrogates not allowed"):
        Syndicator(SETTINGS, SPEAKERS).render(_feed(item), name)


@pytest.mark.parametrize("character", ["\0", "\x0b", "\ufffe"], ids=ascii)
def test_the_entry_that_is_refused_is_named(character: str) -> None:
    """Among several entries the one that cannot be written is told by its id."""
    bad = replace(PLAIN, id="tag:news.example.org,2018:bad", title=f"a{character}", html=f"{character}b")
    with pytest.raises(ValueError, match="2018:bad holds"):
        Syndicator(SETTINGS, SPEAKERS).render(_feed(PLAIN, FULL, bad, PLAIN), ATOM)


def test_each_format_keeps_its_own_forms() -> None:
    """One syndicator writes feeds of several formats, and entries of several forms, without mixing them."""
    syndicator = Syndicator(SETTINGS, SPEAKERS)
    for name in (ATOM, RSS, ATOM, RSS):
        for feed in (_feed(PLAIN, FULL), _feed(FULL), _feed()):
            assert syndicator.render(feed, name) == _by_feedgen_alone(feed, name)


def test_labels_come_back_in_their_order() -> None:
    """The labels among the values are those of the item, also from the tenth on."""
    assert labels_in(values_of(FULL, is_rss=False)) == [(label.term, label.words) for label in FULL.labels]


def test_what_an_item_does_not_say_has_no_name() -> None:
    """Items that say the same things have the same names, and others have not."""
    for is_rss in (False, True):
        other = replace(PLAIN, title="Other", html="x")
        assert [*values_of(PLAIN, is_rss=is_rss)] == [*values_of(other, is_rss=is_rss)]
    others = (
        {"summary": "x"},
        {"updated": MOMENT + timedelta(1)},
        {"labels": (Label("a", "A"),)},
        {"picture": PICTURE},
        {"picture": replace(PICTURE, credit="")},
        {"recording": FULL.recording},
    )
    shapes = {tuple(values_of(replace(PLAIN, **other), is_rss=True)) for other in ({}, *others)}
    assert len(shapes) == 7
