"""A digest that is too large: what goes first, what stays, and how the reader is told of the rest."""

import re

import pytest
from builders import some_settings
from editions import an_edition, digest_of, speaker
from months import JUNE, OPENS, TOP, june, june_digest, page, planned, text_titles, titles, words
from msgspec.structs import replace

from publisher.errors import ContentError
from publisher.model.entry import Entry
from publisher.model.output import LIMIT_BYTES, TARGET_BYTES, Digest
from publisher.render.digest.plan import Plan, Section, shortened

KINDS = ("news", "video", "report")
HEAVY = {"summary": "null", "body": f"[A](https://example.org/{'a' * 6000}) word.", "highlight": "null"}
MORE = "and %(n)s more on the web"
TITLE = "Title of {}, about as long as the headlines of the news"


def _many(count: int, kind: str = "news", lang: str = "en", **fields: str) -> list[Entry]:
    """Return so many entries of a kind, each newer than the one before it in the digest is old."""
    names = [f"{kind}{number:03}" for number in range(count)]
    return [
        june(name, lang, kind=kind, title=TITLE.format(name), kicker="A kicker of some words", **fields)
        for name in names
    ]


def _plan(*counts: int, omitted: int = 0) -> Plan:
    """Return a plan with so many rows of each kind."""
    rows = [entry for kind, count in zip(KINDS, counts, strict=False) for entry in _many(count, kind)]
    found = planned(june("top", highlight="1"), *rows)
    sections = tuple(replace(section, omitted=omitted) for section in found.sections)
    return replace(found, with_summaries=False, sections=sections)


def _kept(digest: Digest) -> list[int]:
    """Return how many rows of news, videos and reports a digest shows."""
    return [len([span for span in digest.spans if f"/{kind}" in span.path]) for kind in KINDS]


@pytest.mark.parametrize(
    ("counts", "omitted", "excess", "expected"),
    [
        # Each row has 1000 bytes, and the line that tells of the first to go takes 300.
        ((5, 5, 5), 0, 1, (5, 5, 4)),
        ((5, 5, 5), 0, 700, (5, 5, 4)),
        ((5, 5, 5), 0, 701, (5, 5, 3)),
        ((5, 5, 5), 0, 1700, (5, 5, 3)),
        ((5, 5, 5), 0, 1701, (5, 4, 3)),
        ((5, 5, 5), 2, 1000, (5, 5, 4)),
        ((5, 5, 5), 2, 1001, (5, 5, 3)),
        ((5, 5, 5), 0, 5100, (3, 3, 3)),
        ((5, 5, 5), 0, 5101, (3, 3, 2)),
        ((5, 5, 5), 0, 8101, (3, 2, 0)),
        ((5, 5, 5), 0, 99_999, (0, 0, 0)),
        ((4, 2, 1), 0, 1, (3, 2, 1)),
        ((3, 2, 1), 0, 1, (3, 2, 0)),
        ((20,), 0, 10_000, (9,)),
    ],
)
def test_rows_go_from_the_end(
    counts: tuple[int, ...], omitted: int, excess: int, expected: tuple[int, ...]
) -> None:
    """The last kind gives up its oldest rows first, down to three; then the one before; only then all."""
    before = _plan(*counts, omitted=omitted)
    weights = {entry.path: 1000 for section in before.sections for entry in section.entries}
    after = shortened(before, excess, weights)
    assert after is not None
    assert tuple(len(section.entries) for section in after.sections) == expected
    for old, new in zip(before.sections, after.sections, strict=True):
        assert new.entries == old.entries[: len(new.entries)]
        assert (new.count, new.kind) == (old.count, old.kind)
    assert replace(after, sections=before.sections) == before


def test_summaries_go_before_any_row() -> None:
    """First the rows lose their words; nothing else changes at that step."""
    whole = replace(_plan(2, 2), with_summaries=True)
    assert shortened(whole, 99_999, {}) == replace(whole, with_summaries=False)


def test_when_nothing_can_go_there_is_no_shorter_plan() -> None:
    """A digest without rows, or whose rows are all gone, stays as it is."""
    assert shortened(_plan(), 1, {}) is None
    gone = _plan(2)
    gone = replace(gone, sections=(Section("news", (), 2),))
    assert shortened(gone, 1, {}) is None


def test_up_to_the_target_everything_stands() -> None:
    """A hundred entries fit with room to spare, and nothing is left to the web."""
    digest = june_digest(june("top", highlight="1"), *_many(100))
    assert digest.size < TARGET_BYTES
    assert digest.omitted == 0
    assert len(digest.spans) == 101
    assert "more on the web" not in digest.html + digest.text


def test_heavy_summaries_give_way_to_headlines() -> None:
    """Twelve rows with summaries would be too large: all twelve stay, without their words."""
    digest = june_digest(june("top", highlight="1"), *_many(12, **HEAVY))
    assert digest.size < TARGET_BYTES
    assert (digest.omitted, _kept(digest)) == (0, [12, 0, 0])
    assert "example.org/aaa" not in digest.html + digest.text
    assert "Summary of top." in words(page(digest.html))
    light = june_digest(june("top", highlight="1"), *_many(7, **HEAVY))
    assert light.size < TARGET_BYTES
    assert light.html.count("example.org/aaa") == light.text.count("example.org/aaa") == 7


@pytest.mark.parametrize(
    ("news", "videos", "reports", "acts"),
    [(90, 90, 2, 0), (180, 3, 20, 0), (60, 60, 90, 0), (10, 10, 10, 119), (3, 3, 3, 125), (30, 2, 1, 124)],
)
def test_a_large_month_is_shortened_to_the_target(news: int, videos: int, reports: int, acts: int) -> None:
    """As many rows as fit; the last kinds give first, three of each stay as long as any has more."""
    counts = (news, videos, reports)
    rows = [entry for kind, count in zip(KINDS, counts, strict=True) for entry in _many(count, kind)]
    closing = _many(acts, "call", deadline=OPENS)
    digest = june_digest(june("top", highlight="1"), *rows, *closing)
    kept = _kept(digest)
    assert TARGET_BYTES - 1000 < digest.size <= TARGET_BYTES
    assert digest.omitted == sum(counts) - sum(kept) > 0
    assert len(digest.spans) == 1 + acts + sum(kept)
    for place, (whole, left) in enumerate(zip(counts, kept, strict=True)):
        later = list(zip(counts[place + 1 :], kept[place + 1 :], strict=True))
        if 3 <= left < whole:
            assert all(shown <= 3 for _, shown in later)
        if left < min(3, whole):
            assert max(kept) <= 3
            assert all(shown == 0 for _, shown in later)
    assert text_titles(digest.text) == titles(digest.html)


def test_what_is_left_to_the_web_is_said_and_linked() -> None:
    """Each shortened kind says how many more there are; the contents still count them all."""
    digest = june_digest(june("top", highlight="1"), *_many(90), *_many(90, "video"), *_many(40, "report"))
    kept = _kept(digest)
    assert kept[0] == 90
    assert kept[2] == 3
    tree = page(digest.html)
    assert words(tree.find_class("contents")[0]) == "In this issue News (90) · Videos (90) · Reports (40)"
    told = [(words(link), link.get("href")) for link in tree.xpath("//p/a[contains(., 'more on the web')]")]
    month = f"{TOP}2023/06/"
    assert told == [
        (f"and {count - left} more on the web", month) for count, left in ((90, kept[1]), (40, 3))
    ]
    assert re.findall(r"^and (\d+) more on the web: (.*)$", digest.text, re.MULTILINE) == [
        (str(90 - kept[1]), month),
        ("37", month),
    ]
    assert " · News: 90 · Videos: 90 · Reports: 40" in digest.preheader
    last = words(tree.find_class("section")[-1])
    assert last.endswith("and 37 more on the web")


def test_a_kind_whose_rows_are_all_gone_is_told_too() -> None:
    """Its heading stays, with the number of its entries and the way to them."""
    digest = june_digest(
        june("top", highlight="1"), *_many(5), *_many(1, "video"), *_many(150, "call", deadline=OPENS)
    )
    assert (_kept(digest), digest.omitted) == ([0, 0, 0], 6)
    said = [words(cell) for cell in page(digest.html).find_class("section")]
    assert said[-2:] == ["News 5 entries on the web", "Videos 1 entry on the web"]
    assert f"\nNews\n----\n\n5 entries on the web: {TOP}2023/06/\n\nVideos\n------\n\n1 entry" in digest.text


@pytest.mark.parametrize(
    ("lang", "more", "all_gone"),
    [
        (
            "en",
            "and 1 more on the web|and 2 more on the web|and 7 more on the web|and 14 more on the web",
            "1 entry on the web|2 entries on the web|7 entries on the web|14 entries on the web",
        ),
        (
            "fr",
            "et 1 autre en ligne|et 2 autres en ligne|et 7 autres en ligne|et 14 autres en ligne",
            "1 article en ligne|2 articles en ligne|7 articles en ligne|14 articles en ligne",
        ),
        (
            "es",
            "y 1 más en la web|y 2 más en la web|y 7 más en la web|y 14 más en la web",
            "1 entrada en la web|2 entradas en la web|7 entradas en la web|14 entradas en la web",
        ),
        (
            "ar",
            "ومادة أخرى على الويب|ومادتان أخريان على الويب|و7 مواد أخرى على الويب|و14 مادة أخرى على الويب",
            "مادة واحدة على الويب|مادتان على الويب|7 مواد على الويب|14 مادة على الويب",
        ),
    ],
)
def test_the_rest_is_counted_as_the_language_does(lang: str, more: str, all_gone: str) -> None:
    """Each number has its form, where some rows stay and where none does."""
    say, numbers = speaker(lang), (1, 2, 7, 14)
    assert "|".join(say.ngettext(MORE, MORE, number) for number in numbers) == more
    gone = "%(n)s entry on the web", "%(n)s entries on the web"
    assert "|".join(say.ngettext(*gone, number) for number in numbers) == all_gone


@pytest.mark.parametrize("lang", ["en", "fr", "es", "ar"])
def test_both_forms_say_the_same_in_each_language(lang: str) -> None:
    """HTML and text tell of the same number in the same words, with a link to that language's month."""
    digest = june_digest(june("top", lang, highlight="1"), *_many(260, lang=lang), lang=lang)
    line = speaker(lang).ngettext(MORE, MORE, digest.omitted)
    month = f"{TOP}{'' if lang == 'en' else f'{lang}/'}2023/06/"
    (link,) = page(digest.html).xpath(f"//td[@class='section']/p/a[@href='{month}']")
    assert words(link) == line
    assert (
        len(
            [
                label
                for label in (f"\n{line}: {month}\n", f"\n{line}\u00a0: {month}\n")
                if label in digest.text
            ]
        )
        == 1
    )


def test_what_cannot_be_shortened_may_reach_the_limit() -> None:
    """Between target and limit a digest of deadlines is sent whole, since each of them matters."""
    digest = june_digest(*_many(200, "call", deadline=OPENS))
    assert TARGET_BYTES < digest.size <= LIMIT_BYTES
    assert (digest.omitted, len(digest.spans)) == (0, 200)


def test_above_the_limit_the_heaviest_entries_are_named() -> None:
    """The build stops: which digest, how large, the three heaviest entries with their weight, the way out."""
    sizes = {"a": 25_000, "b": 40_000, "c": 5_000, "d": 35_000}
    heavy = [
        june(name, summary="null", body=f"[A](https://example.org/{'a' * size}) word.", highlight="1")
        for name, size in sizes.items()
    ]
    edition = an_edition(*heavy, settings=some_settings(paths={"entries": "texts", "output": "public"}))
    with pytest.raises(ContentError) as caught:
        digest_of(edition, month=JUNE)
    (problem,) = caught.value.problems
    assert (problem.code, str(problem.place)) == ("digest-too-large", "public/digests/2023-06/en.html")
    start, names = problem.message.split(" The heaviest entries: ")
    assert re.sub(r"11\d", "11_", start) == (
        "the digest has 11_ kB; Gmail cuts a mail off at 102 kB, and ours stops at 100."
    )
    found = re.findall(r"texts/2023/06/(\w)\.md \((\d+)\.\d kB\)", names)
    assert found == [("b", "40"), ("d", "35"), ("a", "25")]
    assert "mark fewer entries as highlight" in problem.hint


def test_deadlines_alone_can_be_too_many() -> None:
    """Three hundred calls are above the limit, and equal weights are named by path."""
    with pytest.raises(ContentError) as caught:
        june_digest(*_many(300, "call", deadline=OPENS))
    (problem,) = caught.value.problems
    assert problem.code == "digest-too-large"
    assert re.findall(r"call(\d+)\.md", problem.message) == ["000", "001", "002"]


def test_weights_are_bytes_of_the_html() -> None:
    """An entry weighs what its piece takes in UTF-8, not its letters."""
    digest = june_digest(june("a", title="é" * 100), june("b", title="e" * 100), june("top", highlight="1"))
    weights = digest.weights
    assert weights["2023/06/a.md"] - weights["2023/06/b.md"] == 100
    assert sum(weights.values()) < digest.size == len(digest.html.encode())
