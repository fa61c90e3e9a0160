"""The use case `build`: entries to `out/`.

What did not change since the last build is neither read nor made again; the result is always that of a
build from nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from itertools import chain
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from publisher import arrangement, inputs, issues, jobs, writer
from publisher.arrangement import Arranged
from publisher.cache import Cache, key
from publisher.entries.reader import NAMES, Reading
from publisher.errors import Problem
from publisher.filetimes import Listings
from publisher.fingerprints import Before
from publisher.inputs import Progress, silent
from publisher.issues import Selection, Span
from publisher.model.edition import Edition
from publisher.parts import Part, Press, Shown, month_part
from publisher.project import Project
from publisher.records import Record, Records
from publisher.render.templating import Templates
from publisher.writer import Output, Placed, Written

_Made = tuple[list[tuple[Placed, bool]], tuple[tuple[str, int], ...]]
_MANY = 3000  # files to ask the disk for, with the same sense
_MUCH = 300  # entries to make pages of, below which starting processes takes longer than it saves


class Report(Struct, frozen=True):
    """What a build did: its entries, what it left out, what it wrote, and the warnings.

    *selection* tells what was left out, without the entries. *valid* is from when on, and up to when, the
    same entries would be published (None: for ever). *output* is the folder, as the settings name it;
    *touched* are those folders in it in which something was done.
    """

    entries: int
    issues: int
    selection: Selection
    written: Written
    warnings: list[Problem]
    valid: tuple[datetime | None, datetime | None]
    output: str
    touched: frozenset[str]


def build(
    project: Project,
    now: datetime,
    *,
    drafts: bool = False,
    future: bool = False,
    force: bool = False,
    processes: int | None = None,
    began: int = 0,
    progress: Progress = silent,
    opened: Callable[[], None] = lambda: None,
    listed: Listings | None = None,
) -> Report:
    """Build *project* into its output folder.

    *now* decides which entries lie in the future or have expired, and nothing else. *force* makes
    everything anew. The work is done by up to *processes* processes, else by one for each core. *began*
    is what the clock says, in nanoseconds since the epoch: files that changed just before are read again
    next time. *opened* is called before anything is written, when no other build can write any more.
    *listed* is what was found in the project's folders just before. Raises `ContentError` with all problems,
    and writes nothing, if any of them is an error.
    """
    processes = processes or jobs.cores()
    if force:
        for name in ("entries", "output", "pictures"):
            Cache(project.cache / name).drop_others(())
    maker = inputs.maker(project)
    reading = inputs.read(project, maker, began, processes, progress, listed)
    reading.hold_right()
    templates = Templates(project.templates)
    base = key(maker, templates.digest(own_only=True), reading.digests.get(NAMES, b""))
    plan = _planned(project, reading, key(base, str(drafts), str(future)), now, drafts=drafts, future=future)
    selection, edition = plan.selection, plan.edition
    pictures, web = inputs.mail_pictures(project), inputs.web_pictures(project, edition.pictures)
    press = Press(edition, templates, web, pictures, reading.digests, base.encode(), plan.known)
    with writer.opened(project.output) as output:
        opened()
        made = _make(press, output, plan.old, processes, progress)
        written = output.finish()
    plan.records.save(key(plan.arrangement, reading.known.now), made, output.moved)
    left_out = replace(selection, entries=())  # what is told needs no entries, and they are large
    return Report(
        entries=len(selection.entries),
        issues=len(edition.issues),
        selection=left_out,
        written=written,
        warnings=reading.problems,
        valid=plan.valid,
        output=project.settings.paths.output,
        touched=output.touched,
    )


class _Plan(Struct, frozen=True):
    """What a build is to make: which entries, what the last build made, and the keys that are the same still.

    *arrangement* is the hash of how the entries are arranged.
    """

    selection: Selection
    edition: Edition
    valid: Span
    records: Records
    old: dict[str, Record]
    known: Before
    arrangement: str


def _planned(
    project: Project, reading: Reading, token: str, now: datetime, *, drafts: bool, future: bool
) -> _Plan:
    """Arrange the entries of *reading*, or find them arranged, if only words changed since the last build."""
    cache = Cache(project.cache / "output")
    records = Records(cache)
    last, known, library = records.load(), reading.known, reading.library
    if known.edited is not None:
        found, name = arrangement.load(cache)
        is_last = last.state == key(name, known.before)
        if found and is_last and arrangement.serves(found, token, known, now):
            arranged = Arranged(found, known, library, project.settings)
            months = {
                (month, lang): last.parts[part].key
                for month, lang in arranged.untouched()
                if (part := month_part(month, lang)) in last.parts
            }
            selection = arranged.selection()
            edition = arranged.edition(selection, now)
            keys = {part: record.key for part, record in last.parts.items()} if months else {}
            valid = issues.within(found.valid, _of_quotes(project, reading, now))
            before = Before(months, keys, known.edited)
            return _Plan(selection, edition, valid, records, last.parts, before, name)
    selection = issues.select(library.entries, now, drafts=drafts, future=future)
    edition = issues.make_edition(selection, library, project.settings, now)
    valid = issues.validity(library.entries, now)
    found = arrangement.arranged(token, known, library, selection, edition, valid)
    name = arrangement.save(cache, found)
    valid = issues.within(valid, _of_quotes(project, reading, now))
    return _Plan(selection, edition, valid, records, last.parts, Before(), name)


def _of_quotes(project: Project, reading: Reading, now: datetime) -> Span:
    """Return from when on, and up to when, the same quotes stand; their files may change as words do."""
    zone = ZoneInfo(project.settings.newsletter.zone)
    return issues.validity((), now, reading.library.quotes, zone)


def _make(
    press: Press, output: Output, old: dict[str, Record], processes: int, progress: Progress
) -> dict[str, Record]:
    """Let *output* hold all parts, of which those in *old* need not be made if nothing about them changed."""
    show = partial(progress, "pictures")
    web = _remake(press.web_pictures(), output, old, processes, show)
    press.web.know({file.path: file.size for record in web.values() for file in record.files})
    records = _remake(press.parts(), output, old, processes, partial(progress, "making"))
    shown = {picture for record in records.values() for picture in record.shown}
    return web | records | _remake(press.mail_pictures(shown), output, old, processes, show)


def _remake(
    parts: Iterable[Part],
    output: Output,
    old: dict[str, Record],
    processes: int,
    progress: Callable[[int, int], None],
) -> dict[str, Record]:
    """Return the record of each of *parts*."""
    records: dict[str, Record] = {}
    todo: list[Part] = []
    found = [(part, old.get(part.name)) for part in parts]
    kept = [record for part, record in found if record and record.key == part.key]
    there = iter(_there(kept, output, processes))
    for part, record in found:
        if record and record.key == part.key and next(there):
            output.take((file, False) for file in record.files)
            records[part.name] = record
        else:
            todo.append(part)

    def make(number: int) -> bytes:
        shown: Shown = set()
        files = [output.put(page) for page in todo[number].make(shown)]
        return msgspec.msgpack.encode((files, sorted(shown)))

    weight = sum(part.weight for part in todo)
    done = 0
    made = jobs.run(make, range(len(todo)), processes if weight > _MUCH else 1)
    for part, data in zip(todo, made, strict=True):
        files, shown = msgspec.msgpack.decode(data, type=_Made)
        output.take(files)
        records[part.name] = Record(part.key, tuple(file for file, _ in files), shown)
        done += part.weight
        progress(done, weight)
    return records


def _there(records: Sequence[Record], output: Output, processes: int) -> list[bool]:
    """Tell of each of *records* whether its files are as the last build left them; many are asked at once."""
    count = processes if sum(len(record.files) for record in records) > _MANY else 1
    size = -(-len(records) // count) or 1
    pieces = [records[start : start + size] for start in range(0, len(records), size)]
    asked = jobs.run(lambda piece: [output.is_there(record.files) for record in piece], pieces, count)
    return list(chain.from_iterable(asked))
