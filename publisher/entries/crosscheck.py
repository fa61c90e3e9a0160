"""What only shows when all files are seen together: equal ids, equal addresses, links that lead nowhere."""

import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from urllib.parse import unquote

from msgspec import Struct
from msgspec.structs import replace

from publisher.entries.aliases import Item, check_aliases
from publisher.entries.capitals import check_capitals
from publisher.errors import Place, Problem, Severity
from publisher.model import address
from publisher.model.alike import closest
from publisher.model.entry import Entry, Names, Opening
from publisher.model.localised import Localised
from publisher.model.settings import Settings

_NAMED = ("partners", "programmes", "places", "topics")
_FIELD = {"duplicate-id": "id", "duplicate-translation": "translation_of"}
_FOLDER = re.compile(r"(?:^|/)(\d{4})/(\d{2})/")


class Surroundings(Struct, frozen=True):
    """What an entry may refer to: the *files* of the entries folder, names, and country codes."""

    files: frozenset[str]
    names: Names
    countries: frozenset[str]


def settle_translations(parsed: Sequence[Item]) -> None:
    """Give each `name.fr.md` the id of the `name.md` beside it, with its language added."""
    originals = {item.path: item for item in parsed}
    for item in parsed:
        if item.entry is None or not item.by_name:
            continue
        original = originals.get(f"{item.path.removesuffix(f'.{item.entry.lang}.md')}.md")
        if original is None:
            continue
        identity = _claimed(original)
        update = {"original": original.entry.original if original.entry else identity}
        if not item.has_id:
            update["id"] = f"{identity}-{item.entry.lang.lower()}"
        item.entry = replace(item.entry, **update)


def _claimed(item: Item) -> str:
    """Return the id of *item*; if it has an error, the one it would have."""
    if item.entry:
        return item.entry.id
    return str(item.fields.values.get("id") or posixpath.basename(item.path).split(".")[0])


def crosscheck(parsed: Sequence[Item], around: Surroundings, settings: Settings) -> list[Problem]:
    """Return the problems between the entries of *parsed*."""
    whole = [(item, item.entry) for item in parsed if item.entry]
    broken = {_claimed(item) for item in parsed if not item.entry}
    pages = {item.path for item in parsed}
    known = _known_names(around)
    suspects = [
        item
        for item in parsed
        if not (
            item.entry
            and all(keys.issuperset(getattr(item.entry, name)) for name, keys in known.items())
            and _has_its_files(item.entry, around, pages)
        )
    ]
    return [
        *_unique(whole, "duplicate-id", lambda entry: entry.id, "id"),
        *_unique(whole, "duplicate-address", lambda entry: address.entry(entry, settings), "address"),
        *_unique(
            whole,
            "duplicate-translation",
            lambda entry: f"{entry.original} ({entry.lang})",
            "original and language",
        ),
        *_translations(whole, broken),
        *_menu(whole, broken, settings),
        *check_aliases(whole, settings),
        *check_capitals(whole, settings),
        *(problem for item, entry in whole for problem in _alone(item, entry, settings)),
        *(problem for item in suspects for problem in (*_files(item, around, pages), *_names(item, known))),
    ]


def check_openings(
    openings: list[Opening], entries: Iterable[Entry], settings: Settings
) -> Iterator[Problem]:
    """Yield a problem for each opening whose month has no entries, or that another file opens too."""
    if not openings:
        return
    issues = {(entry.month, entry.lang) for entry in entries}
    first: dict[tuple[object, str], str] = {}
    for opening in openings:
        place = Place(f"{settings.paths.entries}/{opening.path}")
        other = first.setdefault((opening.month, opening.lang), opening.path)
        if other != opening.path:
            message = f"{settings.paths.entries}/{other} opens the same digest"
            yield Problem("duplicate-opening", place, message, "keep one of the two")
        if (opening.month, opening.lang) not in issues:
            message = f"there is no entry of {opening.month} in {opening.lang}, so there is no digest to open"
            hint = "rename the file to the month that it is for"
            yield Problem("opening-without-issue", place, message, hint, Severity.WARNING)


def _unique(
    whole: list[tuple[Item, Entry]], code: str, key: Callable[[Entry], str], what: str
) -> Iterator[Problem]:
    keys = [key(entry) for _, entry in whole]
    if len(set(keys)) == len(keys):  # hardly ever otherwise
        return
    groups: dict[str, list[tuple[Item, Entry]]] = defaultdict(list)
    for value, (item, entry) in zip(keys, whole, strict=True):
        groups[value].append((item, entry))
    for value, group in groups.items():
        for item, entry in group:
            # Equal ids make equal translations: that is said once.
            others = [
                other.source.path
                for other, its in group
                if other is not item and (code != "duplicate-translation" or its.id != entry.id)
            ]
            if others:
                mark = item.fields.own_mark((_FIELD.get(code, ""),))
                more = f" and {len(others) - 3} more" if len(others) > 3 else ""  # noqa: PLR2004
                message = f"{', '.join(others[:3])}{more} has the same {what}: {value}"
                yield item.source.error(code, mark, message, "rename one of the files, or change its id")


def _translations(whole: list[tuple[Item, Entry]], broken: set[str]) -> Iterator[Problem]:
    by_id = {entry.id: entry for _, entry in whole}
    for item, entry in whole:
        if entry.original == entry.id or entry.original in broken:
            continue
        mark = item.fields.own_mark(("translation_of",))
        original = by_id.get(entry.original)
        if original is None:
            hint = closest(entry.original, sorted(by_id)) or "write the id of the original entry"
            yield item.source.error("unknown-original", mark, f"no entry has the id {entry.original}", hint)
        elif original.original != original.id:
            hint = f"write translation_of: {original.original}"
            yield item.source.error(
                "unknown-original", mark, f"{entry.original} is a translation itself", hint
            )
        else:
            for name, mine, theirs in (
                ("date", entry.published, original.published),
                ("kind", entry.kind, original.kind),
                ("deadline", entry.deadline, original.deadline),
                (
                    "event",
                    entry.event and (entry.event.start, entry.event.end),
                    original.event and (original.event.start, original.event.end),
                ),
            ):
                if mine != theirs:
                    message = (
                        f"`{name}` is not the same as in {original.path}, of which this is a translation"
                    )
                    yield item.source.warning(
                        "translation-differs", item.fields.mark((name,)), message, "mend one of the two"
                    )


def _menu(whole: list[tuple[Item, Entry]], broken: set[str], settings: Settings) -> Iterator[Problem]:
    pages = sorted(entry.id for _, entry in whole if entry.evergreen and entry.id == entry.original)
    for key in settings.newsletter.menu:
        if key not in pages and key not in broken:
            hint = closest(key, pages) or "write the id of an evergreen entry"
            yield Problem(
                "unknown-menu-item",
                Place("newsletter.menu in the settings"),
                f"no evergreen entry has the id {key}",
                hint,
            )


def _alone(item: Item, entry: Entry, settings: Settings) -> Iterator[Problem]:
    yield from _identity(item, entry, settings)
    if entry.month is None or entry.path.startswith(f"{entry.month.folder}/"):
        return
    found = _FOLDER.search(entry.path)
    if found and f"{found[1]}/{found[2]}" != entry.month.folder:
        message = f"the entry is of {entry.month}, and its folder says {found[1]}-{found[2]}"
        hint = f"move it to {settings.paths.entries}/{entry.month.folder}/, or mend the date"
        yield item.source.warning("folder-differs", item.fields.mark(("date",)), message, hint)


def _identity(item: Item, entry: Entry, settings: Settings) -> Iterator[Problem]:
    if not item.has_id and not (item.by_name and entry.original != entry.id):
        message = "the entry has no id; feeds go by the file's name, and renaming it would send it out again"
        yield item.source.warning(
            "no-id", item.fields.mark(("title",)), message, f"add a line id: {entry.id}"
        )
    if entry.evergreen and (
        address.is_own_folder(entry.slug, settings) or re.fullmatch(r"\d{4}", entry.slug)
    ):
        yield item.source.error(
            "reserved-address", None, f"/{entry.slug}/ is used by the site itself", "rename the file"
        )


def _files(item: Item, around: Surroundings, pages: set[str]) -> Iterator[Problem]:
    """Yield a problem for each file that is not there; also of an entry that has other errors."""
    if item.entry and _has_its_files(item.entry, around, pages):
        return
    image = item.fields.values.get("image")
    src, mark = image.get("src") if isinstance(image, dict) else None, item.fields.mark(("image", "src"))
    if (
        isinstance(src, str)
        and item.is_sound(mark)
        and address.beside_file(item.path, src) not in around.files
    ):
        hint = _like(item.path, src, around)
        yield item.source.error("missing-picture", mark, f"there is no file {src} beside the entry", hint)
    for reference in item.references:
        target = address.beside_file(item.path, unquote(reference.target))
        if target.startswith(("../", "/")) or target == "..":
            message = f"{reference.target} leads out of the entries folder"
            hint = "refer to files beside the entry"
            yield item.source.error("path-outside", reference.mark, message, hint)
        elif target not in around.files:
            code = "missing-picture" if reference.is_image else "dead-link"
            message = f"there is no file {reference.target} beside the entry"
            yield item.source.error(code, reference.mark, message, _like(item.path, reference.target, around))
        elif not reference.is_image and target not in pages:
            message = f"{reference.target} is no entry, and a link leads to an entry or a whole address"
            yield item.source.error(
                "dead-link", reference.mark, message, "write a whole address, https://..."
            )


def _has_its_files(entry: Entry, around: Surroundings, pages: set[str]) -> bool:
    """Tell whether every picture of *entry*, and every file it links to, is there."""
    if not (entry.assets or entry.references):
        return True
    pictures = (address.beside(entry, name) in around.files for name in entry.assets)
    links = (address.beside(entry, unquote(target)) in pages for target in entry.references)
    return all(pictures) and all(links)


def _like(path: str, name: str, around: Surroundings) -> str:
    """Return a hint with the file beside *path* that *name* resembles."""
    folder, ending = posixpath.dirname(path), name.endswith(".md")
    beside = [other for other in around.files if posixpath.dirname(other) == folder]
    alike = [posixpath.basename(other) for other in beside if other.endswith(".md") == ending]
    return closest(name, sorted(alike)) or "put the file there, or mend its name"


def _known_names(around: Surroundings) -> dict[str, frozenset[str]]:
    """Return the keys that each field may hold; a field without names may hold any, and is not there."""
    tables: dict[str, dict[str, Localised]] = {name: getattr(around.names, name) for name in _NAMED}
    return {
        name: frozenset((*table, *(around.countries if name == "places" else ())))
        for name, table in tables.items()
        if table or name == "places"
    }


def _names(item: Item, known: dict[str, frozenset[str]]) -> Iterator[Problem]:
    """Yield a problem for each key that is not *known*; also of an entry that has other errors."""
    for name, keys in known.items():
        if item.entry and keys.issuperset(getattr(item.entry, name)):
            continue
        written = item.fields.values.get(name)
        if not isinstance(written, list):
            continue
        what = f"names.yml has no such key under {name}"
        if name == "places":
            what = "it is no country code, and names.yml has no such place"
        for number, key in enumerate(written):
            mark = item.fields.mark((name, number))
            if isinstance(key, str) and key.strip() not in keys and item.is_sound(mark):
                hint = closest(key, sorted(keys)) or "add it to names.yml with its names"
                yield item.source.error("unknown-name", mark, f"{key[:60]}: {what}", hint)
