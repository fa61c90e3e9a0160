"""The command `build`, behind its words: a plain build comes here without loading what reads words."""

import contextlib
import gc
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import time_ns
from typing import NamedTuple

from publisher import build as use_case
from publisher import program, project, unchanged
from publisher.build import Report
from publisher.cache import Cache, key
from publisher.cli import fail
from publisher.cli.ahead import nothing
from publisher.cli.counting import count, summary
from publisher.cli.progress import shown
from publisher.errors import PublisherError
from publisher.filetimes import Glance
from publisher.issues import Selection
from publisher.model.settings import ENTRIES
from publisher.unchanged import SETTINGS
from publisher.writer import MANIFEST, Written

_SELDOM = (50_000, 20, 100)  # new objects between collections; a build makes many, and nearly none in circles


class Wish(NamedTuple):
    """What the words of a build ask for; *is_quiet* that no progress is shown."""

    drafts: bool = False
    future: bool = False
    force: bool = False
    jobs: int | None = None
    is_quiet: bool = False


def build(
    root: str, wish: Wish, glance: Glance | None = None, settings: Callable[[], bytes] = nothing
) -> Report:
    """Build the project at *root* as *wish* says, and remember it for the quick answer of the next build.

    *glance* is what a quick answer saw just before, when it did not serve; *settings* gives
    what somebody read of them meanwhile. Raises as `publisher.build` does.
    """
    with _rarely_collected():
        return _build(root, wish, glance, settings)


@contextlib.contextmanager
def _rarely_collected() -> Iterator[None]:
    """Let Python look for circles of lost objects less often, which takes a twentieth of a build."""
    usual = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _build(root: str, wish: Wish, glance: Glance | None, settings: Callable[[], bytes]) -> Report:
    if glance is None:
        began = datetime.now(UTC).timestamp()
        glance = Glance(root, unchanged.reason(_options(wish), os.environ), began)
    if not wish.force:
        _know_program(root, glance.why, lambda: unchanged.reason(_options(wish), os.environ))
    now = datetime.fromtimestamp(glance.began, UTC)
    # All that decides what is made is looked at before it is read.
    rows = glance.with_hashes(SETTINGS, time_ns())
    glance.rows([ENTRIES])  # where they lie nearly always; somebody may still be reading the settings
    found = project.load(Path(root), os.environ, keep=not wish.force, beside=settings())
    paths = found.settings.paths
    inputs = [paths.entries, paths.templates]
    reads = time_ns()  # from here on: what was young when it was looked at may have grown old
    seen = unchanged.seen(rows | glance.with_hashes(inputs, reads))
    glance.let_go()
    mark = os.urandom(16).hex()
    with shown(is_quiet=wish.is_quiet) as progress:
        report = use_case.build(
            found,
            now,
            drafts=wish.drafts,
            future=wish.future,
            force=wish.force,
            processes=wish.jobs,
            began=reads,
            progress=progress,
            opened=lambda: unchanged.begin(root, mark),
            listed=glance.listed,
        )
    first, end = report.valid
    done = unchanged.Done(
        inputs=inputs,
        output=paths.output,
        valid=(first.timestamp() if first else 0, end.timestamp() if end else None),
        said=lines(report, report.written.again()),
        known=glance.written,
        touched=_touched(report),
    )
    unchanged.remember(root, mark, seen, glance.why, done, time_ns())
    return report


def said(choices: list[str], glance: Glance, settings: Callable[[], bytes] = nothing) -> list[str]:
    """Build with the options *choices*, and return what that says; end the program if something stops it.

    *glance* and *settings* are those of `build`.
    """
    wish = Wish(drafts="--drafts" in choices, future="--future" in choices)
    try:
        return lines(build(glance.root, wish, glance, settings))
    except (PublisherError, OSError) as error:
        fail(error)


def _know_program(root: str, why: str, now: Callable[[], str]) -> None:
    """Take the program's hash from the cache; *why* is another one once its files have other times.

    *now* gives it as it is now: if somebody exchanges the program, nobody knows which one was loaded, and
    nothing that it makes is for a later build.
    """
    cache = Cache(Path(root) / ".publisher" / "cache" / "program")
    name = key("program", why)
    if known := cache.get(name):
        program.trust(known)
        return
    fresh = program.digest()
    if now() == why:
        cache.put(name, fresh)
        cache.drop_others({name})
    else:
        program.trust(os.urandom(len(fresh)))


def _touched(report: Report) -> set[str]:
    """Return the folders in which the build did something, and its list of files."""
    return {f"{report.output}/{folder}".rstrip("/") for folder in (*report.touched, MANIFEST)}


def _options(wish: Wish) -> list[str]:
    """Return the words that change what a build makes."""
    return [word for word, is_set in (("--drafts", wish.drafts), ("--future", wish.future)) if is_set]


def lines(report: Report, written: Written | None = None) -> list[str]:
    """Return what a build says that wrote *written*, else what *report* tells.

    The first line is the result; the others are what it left out, and the warnings.
    """
    written = written or report.written
    line = f"{count(report.entries, 'entry', 'entries')} in {count(report.issues, 'issue')}"
    line += f" -> {report.output}/: {count(written.written, 'file')} written, {written.unchanged} unchanged"
    said = [line + (f", {written.removed} removed" if written.removed else "")]
    if reasons := _left_out(report.selection):
        said.append(f"left out: {reasons}")
    if report.warnings:
        said.append(f"{summary(report.warnings, 0)} publisher check shows them.")
    return said


def _left_out(selection: Selection) -> str:
    """Return what a build did not publish, and the options that would."""
    options = [
        name for name, number in (("--drafts", selection.drafts), ("--future", selection.future)) if number
    ]
    parts = [
        count(number, one, several)
        for number, one, several in (
            (selection.drafts, "draft", "drafts"),
            (selection.future, "future entry", "future entries"),
            (selection.expired, "expired entry", "expired entries"),
        )
        if number
    ]
    return ", ".join(parts) + (f" ({', '.join(options)} to publish)" if options else "")
