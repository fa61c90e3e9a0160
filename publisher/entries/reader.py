"""The one door to the entries folder: finds the files, hands their bytes to the parser, checks the whole.

Every file is read, also when others are broken, so that one run shows all problems.
"""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from msgspec import Struct, field

from publisher.entries.collector import Collector
from publisher.entries.companions import parse_names, parse_opening, parse_quote
from publisher.entries.crosscheck import Surroundings, check_openings
from publisher.entries.find import find_files
from publisher.entries.groups import read_bytes
from publisher.entries.kept import digest_of
from publisher.entries.shelf import Read, Shelf, Value
from publisher.errors import ContentError, Problem, PublisherError, Severity, UsageError
from publisher.filetimes import Listings
from publisher.model.delayed import Delayed
from publisher.model.entry import Entry, Library, Names, Opening, Picture, Quote
from publisher.model.settings import Settings

NAMES = "names.yml"
_QUOTES, _OPENINGS = "quotes/", "digests/"


class Known(Struct, frozen=True):
    """What of the entries is as it was when they were kept.

    *before* and *now* are the versions of all entries, and *facts* is the one since which nothing but words
    of single entries has changed. *edited* are those whose words changed since *before*, None if more did:
    then entries lie on the shelf until somebody asks for them, all of them or by *entry* one, whose
    translation is not settled. *settled* is, once all were asked for, the id and the original of each
    entry that its file's name makes a translation.
    """

    before: str = ""
    now: str = ""
    facts: str = ""
    edited: frozenset[str] | None = None
    settled: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    entry: Callable[[str], Entry] | None = None


class Reading(Struct, frozen=True):
    """What an entries folder gave: the whole entries, all problems, and how many files were looked at.

    *digests* are the hashes of the files' bytes, by path; *known* tells what is the same as before.
    """

    library: Library
    problems: list[Problem]
    looked_at: int
    digests: Mapping[str, bytes] = field(default_factory=dict)
    known: Known = field(default_factory=Known)

    @property
    def has_errors(self) -> bool:
        """Tell whether one of the problems is an error, with which nothing is made."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)

    def hold_right(self) -> None:
        """Raise `ContentError` with all problems if one of them is an error."""
        if self.has_errors:
            raise ContentError(self.problems, self.looked_at)


def _silent(_done: int, _of: int) -> None:
    """Show no progress."""


def read(
    folder: Path,
    settings: Settings,
    countries: frozenset[str],
    progress: Callable[[int, int], None] = _silent,
    *,
    shelf: Shelf | None = None,
    began: int = 0,
    jobs: int = 1,
    listed: Listings | None = None,
) -> Reading:
    """Read all of *folder*; *countries* are the codes that `places` may hold.

    What *shelf* knows is not parsed again, and its entries leave their HTML there; without one they have it
    with them. *began* is when reading began, in nanoseconds since the epoch: files changed since, or
    just before, are not trusted to keep their time. *progress* is called with the number of files done and
    the number of all. *listed* is what was found in folders just before.
    Raises `UsageError` if there is no such folder.
    """
    if not folder.is_dir():
        hint = "publisher init DIR makes a new project; publisher new news 'Title' writes an entry"
        raise UsageError(
            f"there is no folder {settings.paths.entries}/ in this project", hint, "no-entries-folder"
        )
    files, problems = find_files(folder, settings, listed)
    texts = sorted(path for path in files if path == NAMES or _is_text(path))
    beside = [path for path in texts if path == NAMES or path.startswith((_QUOTES, _OPENINGS))]
    companions = _read_companions(folder, beside, settings, shelf)
    known = frozenset(beside)
    collector = Collector(folder, settings, files, shelf, began)
    progress(len(known), len(texts))
    entries_in = [path for path in texts if path not in known]
    collector.read(entries_in, jobs, lambda done: progress(len(known) + done, len(texts)))
    around = Surroundings(frozenset(files), companions.names, countries)
    problems += [
        *companions.problems,
        *collector.problems,
        *collector.crosscheck(around, companions.digests.get(NAMES, b"")),
    ]
    problems += check_openings(companions.openings, Delayed(lambda: collector.entries), settings)
    pictures, found = collector.read_pictures()
    problems += found
    collector.save(companions.digests)
    return _reading(collector, companions, pictures, problems, len(texts))


def _reading(
    collector: Collector,
    companions: "_Companions",
    pictures: dict[str, Picture],
    problems: list[Problem],
    looked_at: int,
) -> Reading:
    """Return what was read; after an edit of words entries wait until somebody asks for them."""
    is_edit = collector.edited is not None and not problems
    library = Library(
        entries=Delayed(lambda: collector.entries) if is_edit else collector.entries,
        quotes=tuple(companions.quotes),
        openings=tuple(companions.openings),
        names=companions.names,
        pictures=pictures,
        body=collector.body,
    )
    same = Known(
        collector.before,
        collector.version,
        collector.facts,
        collector.edited if is_edit else None,
        collector.settled,
        collector.entry,
    )
    return Reading(library, problems, looked_at, collector.digests, same)


class _Companions(Struct):
    """The quotes, openings and names of an entries folder, their problems and the hashes of their files."""

    names: Names = field(default_factory=Names)
    quotes: list[Quote] = field(default_factory=list)
    openings: list[Opening] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    digests: dict[str, bytes] = field(default_factory=dict)


def _read_companions(folder: Path, paths: list[str], settings: Settings, shelf: Shelf | None) -> _Companions:
    """Read the files at *paths*; what *shelf* knows is not parsed again."""
    done = _Companions()

    def read(path: str, kind: type[Value], parse: Callable[[], Read[Value]]) -> Value | None:
        value, found = shelf.companion(path, done.digests[path], kind, parse) if shelf else parse()
        done.problems += found
        return value

    for path in paths:
        data, _, found = read_bytes(folder, path, settings)
        done.problems += found
        if data is None:
            continue
        done.digests[path] = digest_of(data)
        if path == NAMES:
            done.names = read(path, Names, partial(parse_names, path, data, settings)) or Names()
        elif path.startswith(_QUOTES):
            quote = read(path, Quote, partial(parse_quote, path, data, settings))
            done.quotes += [quote] if quote else []
        else:
            opening = read(path, Opening, partial(parse_opening, path, data, settings))
            done.openings += [opening] if opening else []
    return done


def read_names(folder: Path, settings: Settings) -> Names:
    """Return how keys are called, without reading the rest of *folder*.

    Raises `ContentError` if the file with the names is wrong.
    """
    file = folder / NAMES
    if not file.is_file():
        return Names()
    names, problems = parse_names(NAMES, file.read_bytes(), settings)
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise ContentError(problems, 1)
    return names


def read_asset(folder: Path, path: str) -> bytes:
    """Return the bytes of the picture at *path*, which `read` has checked."""
    try:
        return (folder / path).read_bytes()
    except OSError as error:
        message = f"{path} cannot be read any more ({error.strerror})"
        raise PublisherError(message, "build again when it is there", "unreadable-file") from None


def find(folder: Path, path: str, needle: str) -> tuple[int, int, str]:
    """Return line, column and text where *needle* first stands in the file at *path*, else 0, 0 and ""."""
    try:
        lines = (folder / path).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return 0, 0, ""
    for number, line in enumerate(lines, start=1):
        if needle and (column := line.find(needle)) >= 0:
            return number, column + 1, line
    return 0, 0, ""


def _is_text(path: str) -> bool:
    return path.endswith(".md") and not path.rsplit("/", 1)[-1].startswith("README")
