"""What an event's days and times say, in pieces that machines can read, and in UTC."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from editions import speaker

from publisher.model.entry import Event

LANGUAGES = {lang: speaker(lang) for lang in ("en", "en-US", "fr", "es", "ar")} | {
    "en-GB": speaker("en", "en-GB")
}
Pieces = list[tuple[str, str]]


def _event(zone: str, start: str, end: str = "") -> Event:
    def moment(text: str) -> date:
        if "T" in text:
            return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
        return date.fromisoformat(text)

    return Event(zone=zone, start=moment(start), end=moment(end) if end else None)


@pytest.mark.parametrize(
    ("lang", "times", "expected"),
    [
        ("en-GB", ("UTC", "2023-06-05"), [("5 June 2023", "2023-06-05")]),
        (
            "en-GB",
            ("UTC", "2023-06-27", "2023-06-28"),
            [("27", "2023-06-27"), ("–", ""), ("28 June 2023", "2023-06-28")],
        ),
        (
            "en-GB",
            ("UTC", "2023-12-30", "2024-01-02"),
            [("30 December 2023", "2023-12-30"), ("\u2009–\u2009", ""), ("2 January 2024", "2024-01-02")],
        ),
        (
            "fr",
            ("UTC", "2023-03-01", "2023-03-03"),
            [("1er", "2023-03-01"), ("–", ""), ("3 mars 2023", "2023-03-03")],
        ),
        (
            "en-GB",
            ("Europe/Zurich", "2023-06-27T09:00"),
            [("27 June 2023, 09:00", "2023-06-27T09:00:00+02:00"), (" (Zurich, UTC+2)", "")],
        ),
        (
            "en-GB",
            ("Europe/Zurich", "2023-10-28T09:00", "2023-10-29T10:30"),
            [
                ("28 October 2023, 09:00", "2023-10-28T09:00:00+02:00"),
                (" – ", ""),
                ("29 October 2023, 10:30", "2023-10-29T10:30:00+01:00"),
                (" (Zurich, UTC+2 / UTC+1)", ""),
            ],
        ),
        (
            "en-GB",
            ("Asia/Kolkata", "2023-05-24T14:30", "2023-05-24T16:00"),
            [
                ("24 May 2023, 14:30", "2023-05-24T14:30:00+05:30"),
                ("–", ""),
                ("16:00", "2023-05-24T16:00:00+05:30"),
                (" (Kolkata, UTC+5:30)", ""),
            ],
        ),
    ],
)
def test_a_moment_stands_beside_its_words(lang: str, times: tuple[str, ...], expected: Pieces) -> None:
    """Each day or time comes with what `<time>` says of it; what stands between comes with nothing."""
    assert LANGUAGES[lang].pieces(_event(*times)) == expected


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "times",
    [
        ("Europe/Zurich", "2023-06-27", "2023-06-28"),
        ("Europe/Zurich", "2023-06-27", "2023-07-28"),
        ("Europe/Zurich", "2022-06-27", "2023-07-28"),
        ("Europe/Zurich", "2023-06-27T09:00", "2023-06-27T14:00"),
        ("Europe/Zurich", "2023-06-27T09:00", "2023-06-28T14:00"),
    ],
)
def test_both_ends_are_told_in_every_language(lang: str, times: tuple[str, ...]) -> None:
    """A range names its first and its last moment, in this order, and no piece but those between is bare."""
    found = LANGUAGES[lang].pieces(_event(*times))
    moments = [moment for _, moment in found if moment]
    assert [moment[:16] for moment in moments] == list(times[1:])
    assert all(words.strip() == words and words for words, moment in found if moment)
    assert not any(letter.isalnum() for letter in found[1][0])


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        (("Europe/Zurich", "2023-06-27"), ""),
        (("UTC", "2023-06-27T09:00"), ""),
        (("Africa/Abidjan", "2023-06-27T09:00"), ""),
        (("Europe/Zurich", "2023-06-27T09:00"), "07:00 UTC"),
        (("Europe/Zurich", "2023-06-27T09:00", "2023-06-27T11:00"), "07:00–09:00 UTC"),
        (
            ("Europe/Zurich", "2023-06-27T01:00", "2023-06-27T11:00"),
            "26 June 2023, 23:00 – 27 June 2023, 09:00 UTC",
        ),
        (
            ("Pacific/Kiritimati", "2025-12-31T23:00", "2026-01-01T01:00"),
            "31 December 2025, 09:00 – 31 December 2025, 11:00 UTC",
        ),
        (("Asia/Tokyo", "2023-06-27T03:00"), "26 June 2023, 18:00 UTC"),
        (
            ("Asia/Tokyo", "2023-06-27T12:00", "2023-06-28T12:00"),
            "27 June 2023, 03:00 – 28 June 2023, 03:00 UTC",
        ),
    ],
)
def test_times_for_people_elsewhere(times: tuple[str, ...], expected: str) -> None:
    """They are told in UTC, with days where these differ; others need no such hint."""
    assert LANGUAGES["en-GB"].elsewhere(_event(*times)) == expected
