"""When feeds say that an entry was published and changed: a time of its own, the same for ever."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from publisher.issues import is_day
from publisher.model.entry import Entry

# A day alone is told as a time from 8:00 to 14:00, so that it is the same day for most of the world.
_FIRST_HOUR, _HOURS = 8, 6
_REMEMBERED = 1000


class Times(NamedTuple):
    """The times to tell of an entry; *updated* is never before *published*."""

    published: datetime
    updated: datetime


class FeedTimes:
    """The times to tell of dated entries; *days* are the ids of those that share a day without times.

    Two entries of one day without times would be told at the same second, which validators warn of
    and readers sort at random. So each gets a second of its day from a hash of its id; the few that
    meet move on to the next free one, in the order of their ids, and only such a pair can move. The day
    of a change is told in the same way.
    """

    def __init__(self, days: Mapping[datetime, Collection[str]]) -> None:
        self._days = days
        self._made: dict[str, Times] = {}
        self._seconds: dict[datetime, dict[str, int]] = {}

    def of(self, entry: Entry) -> Times:
        """Return the times of *entry*, which is dated; pages and feeds of a month ask one after the other."""
        found = self._made.get(entry.id)
        if found is None:
            if len(self._made) >= _REMEMBERED:
                self._made.clear()
            found = self._made[entry.id] = self._of(entry)
        return found

    def _of(self, entry: Entry) -> Times:
        assert entry.published is not None  # noqa: S101 - evergreen entries are in no feed
        published = entry.published if entry.has_time else self._told(entry.published, entry.id)
        first = whole_offset(published)
        if not entry.updated:
            return Times(first, first)
        updated = self._told(entry.updated, entry.id) if is_day(entry.updated) else entry.updated
        return Times(first, whole_offset(updated) if updated > published else first)

    def neighbours(self, entries: Iterable[Entry]) -> str:
        """Return all that decides over the times of *entries* beside themselves: who shares their days."""
        moments = {moment for entry in entries for moment in (entry.published, entry.updated) if moment}
        days = sorted((moment for moment in moments if moment in self._days), key=datetime.timestamp)
        return repr([(day.isoformat(), sorted(self._days[day])) for day in days])

    def _told(self, moment: datetime, identity: str) -> datetime:
        seconds = self._seconds.get(moment)
        if seconds is None:
            seconds = self._seconds[moment] = _seconds(self._days[moment])
        return moment.replace(hour=_FIRST_HOUR) + timedelta(seconds=seconds[identity])


def _seconds(ids: Collection[str]) -> dict[str, int]:
    """Return a second for each id of one day, no two the same."""
    there_are = max(_HOURS * 3600, len(ids))
    found: dict[str, int] = {}
    taken: set[int] = set()
    for identity in sorted(ids):
        second = int(hashlib.sha256(identity.encode()).hexdigest(), 16) % there_are
        while second in taken:
            second = (second + 1) % there_are
        taken.add(second)
        found[identity] = second
    return found


def whole_offset(moment: datetime) -> datetime:
    """Return *moment* as feeds can say it: they know no offset of +00:34:08, as zones had before 1900."""
    offset = moment.utcoffset()
    return moment.astimezone(UTC) if offset and offset.seconds % 60 else moment
