"""Digests for readers who chose topics and kinds: what they ticked, and nothing else."""

from itertools import combinations

import pytest
from builders import some_settings
from digests import sample_edition
from editions import PACKAGED, a_picture, an_edition
from months import JUNE, OPENS, event, june, names, opened, text_titles, titles

from publisher import issues
from publisher.model.edition import Edition
from publisher.model.entry import Month
from publisher.model.output import Digest, Issue
from publisher.render.context import Speakers
from publisher.render.digest import render_digest
from publisher.render.digest.plan import plan

ENTRIES = (
    june("floors-report", kind="report", topics="[floors]"),
    june("floors-job", kind="vacancy", topics="[floors]"),
    june("health-job", kind="vacancy", topics="[health, floors]"),
    june("health-news", topics="[health]"),
    june("untold"),
)
MARK = some_settings(digest={"other_languages": "mark"})


def issue_of(edition: Edition, lang: str = "en", month: Month = JUNE) -> Issue:
    """Return the issue of *month*."""
    return next(issue for issue in edition.issues_in(lang) if issue.month == month)


def rendered(edition: Edition, issue: Issue) -> Digest:
    """Return the digest of *issue*."""
    return render_digest(issue, edition, PACKAGED, Speakers(edition, PACKAGED), a_picture)


@pytest.mark.parametrize(
    ("topics", "kinds", "expected"),
    [
        ([], [], ["floors-job", "floors-report", "health-job", "health-news", "untold"]),
        (["floors"], [], ["floors-job", "floors-report", "health-job"]),
        (["health"], [], ["health-job", "health-news"]),
        (["health", "floors"], [], ["floors-job", "floors-report", "health-job", "health-news"]),
        ([], ["vacancy"], ["floors-job", "health-job"]),
        ([], ["vacancy", "news"], ["floors-job", "health-job", "health-news", "untold"]),
        (["health"], ["vacancy"], ["health-job"]),
        (["health"], ["vacancy", "news"], ["health-job", "health-news"]),
        (["floors"], ["news"], None),
        (["unheard-of"], [], None),
        ([], ["event"], None),
        (["Floors"], [], None),
    ],
)
def test_a_reader_gets_what_she_ticked(
    topics: list[str], kinds: list[str], expected: list[str] | None
) -> None:
    """A group of boxes of which none is ticked counts as whole; of two groups an entry satisfies both."""
    found = issues.wanted(issue_of(an_edition(*ENTRIES)), topics, kinds)
    assert (sorted(names(found.entries)) if found else None) == expected


def test_what_is_wanted_keeps_its_order() -> None:
    """The issue stays that of its month and language, and its entries stay newest first."""
    edition = an_edition(*ENTRIES)
    whole = issue_of(edition)
    assert issues.wanted(whole, (), ()) == whole
    found = issues.wanted(whole, ("floors",), ())
    assert found
    assert (found.month, found.lang, found.topics, found.kinds) == (JUNE, "en", ("floors",), ())
    assert found.entries == tuple(entry for entry in whole.entries if "floors" in entry.topics)


def test_reminders_are_chosen_too() -> None:
    """What closes or begins next month comes from earlier issues only if she wants it."""
    old = {"date": "2023-01-10"}
    edition = an_edition(
        *ENTRIES,
        june("old-floors-call", deadline=OPENS, topics="[floors]", **old),
        june("old-health-call", deadline=OPENS, topics="[health]", **old),
        june("old-floors-event", event=event("2023-07-03"), kind="event", topics="[floors]", **old),
        june("old-event", event=event("2023-07-03"), kind="event", **old),
    )
    whole = issue_of(edition)
    assert names(plan(whole, edition).act) == ["old-floors-call", "old-health-call"]
    found = issues.wanted(whole, ("floors",), ())
    assert found
    assert names(plan(found, edition).act) == ["old-floors-call"]
    assert names(plan(found, edition).coming) == ["old-floors-event"]


def test_entries_in_other_languages_are_chosen_too() -> None:
    """Where a digest marks what has no version in its language, it shows what she wants of that."""
    edition = an_edition(
        *ENTRIES,
        june("floors-fr", "fr", topics="[floors]"),
        june("health-fr", "fr", topics="[health]"),
        settings=MARK,
    )
    found = issues.wanted(issue_of(edition), ("floors",), ())
    assert found
    shown = names(tuple(plan(found, edition).entries))
    assert "floors-fr.fr" in shown
    assert "health-fr.fr" not in shown


def test_the_subject_and_the_preheader_speak_of_what_is_there() -> None:
    """The lead of a digest, which its subject names, is the first of what she wants."""
    edition = an_edition(june("chosen", highlight="1"), *ENTRIES)
    whole = rendered(edition, issue_of(edition))
    found = issues.wanted(issue_of(edition), ("health",), ())
    assert found
    digest = rendered(edition, found)
    assert "Title of chosen" in whole.subject
    assert "Title of health-job" in digest.subject
    assert "chosen" not in digest.subject + digest.preheader + digest.html + digest.text
    assert sorted(titles(digest.html)) == sorted(text_titles(digest.text))
    assert sorted(titles(digest.html)) == ["Title of health-job", "Title of health-news"]


def test_the_opening_stands_in_every_digest_of_the_month() -> None:
    """What editors say at the head of a month, and its subject, is said to all readers."""
    edition = opened(an_edition(*ENTRIES), subject="Own words", html="<p>Welcome.</p>", text="Welcome.\n")
    found = issues.wanted(issue_of(edition), (), ("vacancy",))
    assert found
    digest = rendered(edition, found)
    assert digest.subject == "Own words"
    assert "Welcome." in digest.html
    assert "Welcome." in digest.text
    assert digest.opening


def test_a_long_choice_is_shortened_and_counts_its_own() -> None:
    """A digest of too much says how many more of what she wants are on the web."""
    long = "'" + "Many words of a long summary. " * 12 + "'"
    entries = [june(f"job-{number}", kind="vacancy", summary=long) for number in range(280)]
    other = [june(f"news-{number}") for number in range(30)]
    edition = an_edition(*entries, *other)
    found = issues.wanted(issue_of(edition), (), ("vacancy",))
    assert found
    digest = rendered(edition, found)
    shown = len(titles(digest.html))
    assert digest.omitted > 0
    assert shown + digest.omitted == 280


def test_every_choice_of_the_sample_has_a_digest() -> None:
    """Whatever is ticked, what is left of each sample's issue makes a digest of these entries alone."""
    edition = sample_edition()
    made = 0
    for issue in [issue for lang in ("en", "ar") for issue in edition.issues_in(lang)][::9]:
        topics = sorted({topic for entry in issue.entries for topic in entry.topics})
        kinds = sorted({entry.kind for entry in issue.entries})[:2]
        for wishes in [*combinations(topics, 1), *combinations(topics, 2)][:4]:
            found = issues.wanted(issue, wishes, kinds)
            if found is None:
                left_out = [entry for entry in issue.entries if entry.kind in kinds]
                assert not [entry for entry in left_out if {*wishes} & {*entry.topics}]
                continue
            shown = plan(found, edition).entries
            assert {entry.path for entry in found.entries} <= {entry.path for entry in shown}
            assert all({*wishes} & {*entry.topics} and entry.kind in kinds for entry in shown)
            digest = rendered(edition, found)
            assert {span.path for span in digest.spans} == {entry.path for entry in shown}
            made += 1
    assert made > 5
