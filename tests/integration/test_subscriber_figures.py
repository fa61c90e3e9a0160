"""Who came and who left, month by month as the newsletter's zone counts, over both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from listkeeping import Keeper
from lxml import html

from publisher.model.subscription import Choice
from publisher.subscribers.addresses import read_address
from publisher.subscribers.charts import page
from publisher.subscribers.figures import Figures, Month, figures
from publisher.subscribers.lifecycle import Cause


@pytest.fixture
def keeper(tmp_path: Path, database_url: str) -> Iterator[Keeper]:
    """Return the keeper of an empty list."""
    made = Keeper(tmp_path, database_url)
    yield made
    made.close()


def told(keeper: Keeper, zone: str) -> Figures:
    """Return the figures of the list in *zone*."""
    return figures(keeper.store.engine, keeper.project.settings.newsletter.tag, ZoneInfo(zone))


def joins(keeper: Keeper, *when: datetime) -> None:
    """Let a reader come at each time."""
    for number, at in enumerate(when):
        address = read_address(f"r{number}@example.org")
        keeper.store.add(address, Choice("en"), Cause.ADD, at, {})


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("UTC", {"2026-01": 2, "2026-02": 1, "2026-03": 0, "2026-04": 1}),
        ("Europe/Zurich", {"2026-01": 1, "2026-02": 2, "2026-03": 0, "2026-04": 1}),
        ("Asia/Kathmandu", {"2026-02": 3, "2026-03": 0, "2026-04": 1}),
        ("America/New_York", {"2026-01": 3, "2026-02": 0, "2026-03": 1}),
    ],
)
def test_a_month_begins_when_it_does_in_the_zone(keeper: Keeper, zone: str, expected: dict[str, int]) -> None:
    """Minutes around midnight are counted where people of that zone would; months without news are there."""
    joins(
        keeper,
        datetime(2026, 1, 31, 22, 59, 59, 999_999, tzinfo=UTC),
        datetime(2026, 1, 31, 23, 0, tzinfo=UTC),
        datetime(2026, 2, 1, 0, 30, tzinfo=UTC),
        datetime(2026, 4, 1, 0, 30, tzinfo=UTC),
    )
    assert {month.name: month.joined for month in told(keeper, zone).months} == expected


def test_each_step_is_counted_once(keeper: Keeper) -> None:
    """Joining, confirming, pausing, bouncing and leaving, in their months, and how many were active then."""
    store, months = keeper.store, [datetime(2026, number, 15, tzinfo=UTC) for number in (1, 2, 3, 4)]
    ana, _ = store.subscribe(read_address("ana@example.org"), Choice("fr"), months[0])
    store.confirm(ana.public, ana.nonce, months[1], {})
    joins(keeper, months[0], months[0])
    others = [one.public for one in store.listed() if one.id != ana.id]
    store.happen(others[0], Cause.PAUSE, months[2])
    store.happen(others[1], Cause.BOUNCE, months[2])
    store.happen(ana.public, Cause.UNSUBSCRIBE, months[3])
    store.happen(ana.public, Cause.ERASE, months[3])
    said = told(keeper, "UTC")
    assert said.months == [
        Month("2026-01", joined=3, growth=2, active=2),
        Month("2026-02", confirmed=1, growth=1, active=3),
        Month("2026-03", bounced=1, growth=-2, active=1),
        Month("2026-04", left=1, growth=-1, active=0),
    ]
    assert said.statuses == {"bounced": 1, "erased": 1, "paused": 1}
    assert said.languages == {}


def test_the_page_shows_the_figures_of_the_table(keeper: Keeper) -> None:
    """Each number of `stats` stands on its page, and the page names the zone."""
    joins(keeper, datetime(2025, 12, 31, 23, 30, tzinfo=UTC), datetime(2026, 1, 31, 23, 30, tzinfo=UTC))
    said = told(keeper, "Europe/Zurich")
    seen = html.fromstring(page(said, "News & <Views>", "2026-02-01, 09:00", "Europe/Zurich"))
    months, languages, statuses = (
        [[cell.text_content() for cell in row] for row in table.findall(".//tbody/tr")]
        for table in seen.findall(".//table")
    )
    assert months == [list(map(str, month)) for month in reversed(said.months)]
    assert [row[0] for row in months] == ["2026-02", "2026-01"]
    assert languages == [["en", "", "2"]]
    assert statuses == [["active", "2"]]
    assert (
        "2 active on 2026-02-01, 09:00. Times and months are those of Europe/Zurich." in seen.text_content()
    )
    assert seen.find(".//h1").text == "Subscribers of News & <Views>"
