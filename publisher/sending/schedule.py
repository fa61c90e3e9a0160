"""When an issue is due: a day of the month after its own, at a time of the newsletter's zone. Pure."""

import calendar
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from publisher.model.entry import Month
from publisher.model.settings import Settings

_MONTHS_BACK = 14


def due_at(period: Month, settings: Settings) -> datetime | None:
    """Return when the issue of *period* is due, in UTC; None if the settings name no day.

    A month that lacks the day has its last one. A time that the clock leaps over in spring counts as it
    would have without the leap (02:30 is then 03:30); of one that comes twice in autumn the first counts.
    """
    sending = settings.sending
    if not sending.day:
        return None
    month = period.following
    day = min(sending.day, calendar.monthrange(month.year, month.month)[1])
    there = time.fromisoformat(sending.time)
    return datetime.combine(
        month.first_day.replace(day=day), there, tzinfo=ZoneInfo(settings.newsletter.zone)
    ).astimezone(UTC)


def over_at(period: Month, settings: Settings) -> datetime:
    """Return when *period* is over, in UTC: entries may come in until then."""
    zone = ZoneInfo(settings.newsletter.zone)
    return datetime.combine(period.following.first_day, time(), tzinfo=zone).astimezone(UTC)


def late_at(period: Month, settings: Settings) -> datetime:
    """Return from when on the issue of *period* is not sent without a question.

    Without a day in the settings that is reckoned from the end of the month after its own.
    """
    due = due_at(period, settings) or over_at(period.following, settings)
    return due + timedelta(days=settings.sending.late_days)


def due_now(now: datetime, settings: Settings) -> Iterator[Month]:
    """Yield the months whose issue is due at *now* and not late yet, the first one first."""
    for period in _months_before(now, settings):
        due = due_at(period, settings)
        if due and due <= now < late_at(period, settings):
            yield period


def late_now(now: datetime, settings: Settings) -> Month | None:
    """Return the last month whose issue was due, and is late at *now*; None if the settings name no day."""
    if not settings.sending.day:
        return None
    return max(
        (period for period in _months_before(now, settings) if late_at(period, settings) <= now), default=None
    )


def _months_before(now: datetime, settings: Settings) -> Iterator[Month]:
    """Yield the months of the last year and a bit, the first one first."""
    here = now.astimezone(ZoneInfo(settings.newsletter.zone))
    number = here.year * 12 + here.month - 1
    for step in range(number - _MONTHS_BACK, number):
        yield Month(step // 12, step % 12 + 1)
