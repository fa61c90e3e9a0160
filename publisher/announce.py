"""The use case `announce`: tell the hub which feeds changed since they were announced last."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from publisher.errors import UsageError
from publisher.model import address
from publisher.project import Project

STATE = ".publisher/announced.json"
_FORMATS = {address.ATOM, address.RSS, address.JSON}


@dataclass(frozen=True, slots=True)
class Announcement:
    """The addresses that the hub took, and those that it did not, each with the reason."""

    announced: list[str]
    failed: dict[str, str]


def changed_feeds(project: Project) -> dict[str, str]:
    """Return the hash of each built feed whose bytes differ from those last announced, by address.

    Documents of single months are left out: the feeds that name a hub are those to subscribe to.
    """
    known = _announced(project)
    found = {}
    for path in sorted(project.output.rglob("*")):
        if path.name in _FORMATS and (path.parent / address.RSS).is_file():
            where = address.absolute(path.relative_to(project.output).as_posix(), project.settings)
            mark = hashlib.sha256(path.read_bytes()).hexdigest()
            if known.get(where) != mark:
                found[where] = mark
    return found


def announce(
    project: Project, publish: Callable[[str, Iterable[str]], Iterator[tuple[str, str]]]
) -> Announcement:
    """Announce what changed through *publish*, and remember what the hub took, also if it fails midway."""
    hub = project.settings.feeds.hub
    if hub is None:
        raise UsageError(
            "there is no hub in the settings", 'add under [feeds]: hub = "https://hub.example.org/"', "no-hub"
        )
    if not project.output.is_dir():
        raise UsageError(
            f"there is no folder {project.settings.paths.output}/", "publisher build makes it", "not-built"
        )
    marks = changed_feeds(project)
    announced: list[str] = []
    failed: dict[str, str] = {}
    try:
        for topic, fault in publish(hub, marks):
            if fault:
                failed[topic] = fault
            else:
                announced.append(topic)
    finally:
        _remember(project, {topic: marks[topic] for topic in announced})
    return Announcement(announced, failed)


def _announced(project: Project) -> dict[str, str]:
    try:
        known = json.loads((project.root / STATE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _remember(project: Project, marks: dict[str, str]) -> None:
    path = project.root / STATE
    path.parent.mkdir(exist_ok=True)
    staged: Path = path.with_suffix(".new")
    content = json.dumps(_announced(project) | marks, indent=0, sort_keys=True)
    staged.write_text(content, encoding="utf-8")
    staged.replace(path)
