"""The use cases of subscribers for the team: the list is opened, read in, and told about."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from secrets import token_urlsafe
from typing import BinaryIO

from publisher.database.engine import connected, opened, transaction
from publisher.database.migrate import migrate
from publisher.errors import ContentError, PublisherError, UsageError
from publisher.inputs import Progress, silent
from publisher.model.secret import Secret
from publisher.model.subscription import Subscription
from publisher.project import Project, secret
from publisher.subscribers.addresses import Address, AddressError, read_address
from publisher.subscribers.arrivals import (
    Arrival,
    ColumnError,
    Options,
    Reader,
    Refused,
    RowError,
    chosen,
    nearest,
)
from publisher.subscribers.csvfile import Encoding, Row, encoding_of, rows
from publisher.subscribers.intake import Fate, Intake
from publisher.subscribers.keys import signing_keys, suppression_key
from publisher.subscribers.lifecycle import Cause
from publisher.subscribers.services import FIELDS, SERVICES
from publisher.subscribers.store import Store
from publisher.subscribers.suppression import hold

_BATCH = 5000
Draw = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class List:
    """The list of a project's subscribers: its store, and the secret that hides who left."""

    project: Project
    store: Store
    newsletter: str
    secret: bytes
    draw: Draw


def prepare(project: Project, environ: Mapping[str, str]) -> list[str]:
    """Bring the database of *project* to the tables of this program; return what was done."""
    engine = opened(*_database(project, environ))
    try:
        return migrate(engine)
    finally:
        engine.dispose()


def open_list(project: Project, environ: Mapping[str, str], draw: Draw) -> List:
    """Return the list of *project*'s subscribers; its tables are made if they are not there.

    Raises `UsageError` without the key, or with another one than that under which readers left.
    """
    keys = signing_keys(secret(environ, "subscribers", "key"))
    hidden = suppression_key(secret(environ, "subscribers", "suppression_key"), keys)
    newsletter = project.settings.newsletter.tag
    engine = opened(*_database(project, environ))
    try:
        migrate(engine)
        hold(engine, newsletter, hidden, keys[0].encode())
    except BaseException:
        engine.dispose()
        raise
    return List(project, Store(engine, newsletter, hidden, draw), newsletter, hidden, draw)


def draw(number: int) -> str:
    """Return *number* random characters, which nobody guesses: letters, digits, `-` and `_`."""
    return token_urlsafe(number)[:number]


def address_of(text: str) -> Address:
    """Return the address *text*; raises `UsageError` if it is none."""
    try:
        return read_address(text)
    except AddressError as error:
        raise UsageError(
            f"{text[:80]!r} is no address: {error}", "look at how it is written", "no-address"
        ) from None


def found(subscribers: List, text: str) -> Subscription:
    """Return the subscription of the address *text*; raises `UsageError` if there is none."""
    subscription = subscribers.store.find(address_of(text).key)
    if subscription is None:
        with transaction(subscribers.store.engine) as connection:
            why = subscribers.store.refusal(connection, address_of(text).key)
        message = f"{text} is not on the list"
        message += f"; only a hash tells that she left ({why})" if why else ""
        raise PublisherError(message, "publisher subscribers list shows who is on it", "unknown-subscriber")
    return subscription


def _database(project: Project, environ: Mapping[str, str]) -> tuple[str, Secret | None, Path]:
    password = secret(environ, "subscribers", "password")
    return project.settings.subscribers.database, password, project.root


def add(
    subscribers: List, text: str, lang: str | None, topics: str, kinds: str, consent: str, now: datetime
) -> tuple[Subscription | None, bool]:
    """Add the reader *text* who agreed elsewhere, as `Store.add` does; *consent* tells where and when."""
    if not consent.strip():
        raise UsageError("the consent is empty", "write where and when she agreed", "no-consent")
    address = address_of(text)
    project = subscribers.project
    known = topics_of(project) if topics else ()
    try:
        choice = chosen(language_of(project, lang), topics, kinds, known, tuple(project.settings.kinds))
    except RowError as error:
        raise UsageError(str(error), error.hint, "invalid-choice") from None
    return subscribers.store.add(address, choice, Cause.ADD, now, {"consent": consent})


def language_of(project: Project, lang: str | None) -> str:
    """Return that of *project*'s languages which *lang* means; the first if it is None."""
    languages = project.settings.newsletter.languages
    if lang is None:
        return languages[0]
    if found := nearest(lang, languages):
        return found
    raise UsageError(
        f"the newsletter has no language {lang[:40]!r}", f"it has {', '.join(languages)}", "unknown-language"
    )


def topics_of(project: Project) -> tuple[str, ...]:
    """Return the topics that readers of *project* may choose: those it has names for."""
    from publisher.entries.reader import read_names  # noqa: PLC0415 - most commands need no YAML

    return tuple(read_names(project.entries, project.settings).topics)


# ---------------------------------------------------------------------- import
def options(project: Project, service: str | None, names: str, lang: str | None, *, left: bool) -> Options:
    """Return what the words of a command say of a file; *names* are written FIELD=COLUMN,FIELD=COLUMN."""
    columns: dict[str, str] = {}
    for pair in filter(None, names.split(",")):
        name, equals, column = (part.strip() for part in pair.partition("="))
        if name not in FIELDS or not equals or not column:
            hint = f"write FIELD=COLUMN; fields are {', '.join(FIELDS)}"
            raise UsageError(f"--map cannot read {pair[:60]!r}", hint, "invalid-map")
        columns[name] = column
    settings = project.settings
    return Options(
        SERVICES[service] if service else None,
        columns,
        tuple(settings.newsletter.languages),
        language_of(project, lang),
        tuple(settings.kinds),
        partial(topics_of, project),
        left,
    )


@dataclass(slots=True)
class Imported:
    """What an import did, or would do."""

    service: str
    encoding: Encoding
    rows: int = 0
    fates: dict[Fate, int] = field(default_factory=dict)
    refused: int = 0
    duplicates: int = 0
    other_languages: dict[str, int] = field(default_factory=dict)
    advice: str = ""


def import_file(
    subscribers: List,
    path: Path,
    options: Options,
    consent: str,
    refuse: Callable[[Refused], None],
    now: datetime | None,
    progress: Progress = silent,
) -> Imported:
    """Read the readers in *path* and return what becomes of them; it happens only if *now* is given.

    *refuse* is told each row that is not taken. *consent* tells where and when these people agreed.
    """
    with ExitStack() as open_things:
        file = open_things.enter_context(_opened(path))
        encoding, size = encoding_of(file), path.stat().st_size
        lines = open_things.enter_context(closing(rows(file, encoding.name)))
        reader = _reader(lines, path, options)
        _need_consent(reader, options, consent)
        done = Imported(reader.service.name, encoding)
        proof = {"from": reader.service.name, "file": path.name[:100]}
        if consent:
            proof["consent"] = consent
        connection = open_things.enter_context(connected(subscribers.store.engine))
        intake = Intake(connection, subscribers.newsletter, subscribers.secret, subscribers.draw, proof)
        for arrivals in _batches(lines, reader, done, refuse):
            intake.load(arrivals)
            progress("reading", min(file.tell(), size), size)
        for line, address in intake.settle():
            done.duplicates += 1
            refuse(Refused(line, address, "the address stands there more than once; who left, left"))
        done.fates = intake.figures()
        done.other_languages = dict(reader.other_languages.most_common(5))
        done.advice = "" if reader.tells_who_left() else reader.service.hint
        if now is not None:
            for line in intake.go(now):
                progress("writing", line, max(done.rows, line))
    return done


def _opened(path: Path) -> BinaryIO:
    if not path.is_file():
        raise UsageError(f"there is no file {path}", "write the path of a CSV file", "no-file")
    return path.open("rb")


def _reader(lines: Iterator[Row], path: Path, options: Options) -> Reader:
    header = next(lines, None)
    if header is None:
        raise UsageError(f"{path} is empty", "export the list once more", "empty-file")
    try:
        return Reader(header, path.name, options)
    except ColumnError as error:
        raise ContentError([error.problem], 1) from None


def _need_consent(reader: Reader, options: Options, consent: str) -> None:
    """Raise `UsageError` if nothing tells that the readers of a file agreed."""
    if not consent.strip() and not options.left and not reader.tells_consent():
        hint = 'add --consent "…" with where and when they agreed, or --left if all of them left there'
        raise UsageError("nothing tells that these people agreed", hint, "no-consent")


def _batches(
    lines: Iterator[Row], reader: Reader, done: Imported, refuse: Callable[[Refused], None]
) -> Iterator[list[Arrival]]:
    """Yield the readers of *lines*, some thousand at a time; count them, and hand refused rows on."""
    batch: list[Arrival] = []
    for row in lines:
        done.rows += 1
        read = reader.read(row)
        if isinstance(read, Refused):
            done.refused += 1
            refuse(read)
            continue
        batch.append(read)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    yield batch
