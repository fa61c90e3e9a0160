"""The use case `check --translations`: what is said in one language of a newsletter and lacks in another."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from publisher import inputs, issues, jobs
from publisher.entries.reader import NAMES
from publisher.inputs import Progress, silent
from publisher.model.entry import Entry, Library, Names
from publisher.model.localised import Localised
from publisher.model.settings import Settings
from publisher.project import Project
from publisher.render.catalogues import untranslated
from publisher.render.templating import Templates


class Gap(NamedTuple):
    """Something that *languages* lack: of the group *what*, in the file *path*, called *name*."""

    what: str
    path: str
    name: str
    languages: tuple[str, ...]


_Things = Iterator[tuple[str, str, Iterable[str]]]
# The file of a text, its name, and the languages that it is in.


def gaps(project: Project, began: int, progress: Progress = silent) -> list[Gap]:
    """Return what *project* says in some of its languages and not in others; *began* is as in `build`.

    Raises `ContentError` while an entry has an error.
    """
    reading = inputs.read(project, inputs.maker(project), began, jobs.cores(), progress)
    reading.hold_right()
    settings, library = project.settings, reading.library
    wanted = settings.newsletter.languages
    folder = settings.paths.entries
    groups: dict[str, _Things] = {
        "entries": _entries(library.entries, wanted, folder),
        "highlights": _marked(library.entries, wanted, folder, lambda entry: bool(entry.highlight)),
        "pictures": _marked(library.entries, wanted, folder, lambda entry: bool(entry.image)),
        "openings": _openings(library, settings),
        "quotes": _by_file(((quote.path, quote.lang, quote.by) for quote in library.quotes), folder),
        "names": _names(library.names, wanted, f"{folder}/{NAMES}"),
        "settings": _settings(settings, project.settings_file),
        "words": _words(Templates(project.templates), wanted),
    }
    found: list[Gap] = []
    for what, things in groups.items():
        for path, name, spoken in things:
            there = set(spoken)
            lacking = tuple(lang for lang in wanted if lang not in there)
            found += [Gap(what, path, name, lacking)] if lacking else []
    return found


def _entries(entries: Iterable[Entry], wanted: Sequence[str], folder: str) -> _Things:
    """Yield each text by the file of its version in the first language that has one, the newest first."""
    groups = issues.translations(entries)
    firsts = {
        original: next(group[lang] for lang in wanted if lang in group) for original, group in groups.items()
    }
    for original, first in sorted(firsts.items(), key=lambda item: item[1].path, reverse=True):
        yield f"{folder}/{first.path}", first.title, groups[original]


def _marked(
    entries: Iterable[Entry], wanted: Sequence[str], folder: str, has: Callable[[Entry], bool]
) -> _Things:
    """Yield each text of which a version *has* what others lack; where there is no version, nothing lacks.

    Each file speaks for itself: a home page shows the highlights, and their pictures, of its own language.
    """
    found: list[tuple[str, str, Iterable[str]]] = []
    for group in issues.translations(entries).values():
        having = [group[lang] for lang in wanted if lang in group and has(group[lang])]
        if having and len(having) < len(group):
            spoken = {entry.lang for entry in having} | set(wanted) - group.keys()
            found.append((f"{folder}/{having[0].path}", having[0].title, spoken))
    yield from sorted(found, key=lambda thing: thing[0], reverse=True)


def _openings(library: Library, settings: Settings) -> _Things:
    """Yield the opening of each month that has one; it lacks where there are entries and no opening."""
    spoken: dict[object, set[str]] = defaultdict(set)
    for entry in library.entries:
        spoken[entry.month].add(entry.lang)
    months: dict[object, dict[str, str]] = defaultdict(dict)
    for opening in library.openings:
        months[opening.month][opening.lang] = opening.path
    wanted = set(settings.newsletter.languages)
    for month, found in months.items():
        path = f"{settings.paths.entries}/{next(iter(found.values()))}"
        yield path, str(month), {*found, *(wanted - spoken[month])}


def _by_file(found: Iterable[tuple[str, str, str]], folder: str) -> _Things:
    """Yield what stands in files whose names differ in their language alone: ada.md, ada.fr.md."""
    groups: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for path, lang, name in found:
        groups[path.removesuffix(".md").removesuffix(f".{lang}")].append((path, lang, name))
    for group in groups.values():
        yield f"{folder}/{group[0][0]}", group[0][2], [lang for _, lang, _ in group]


def _names(names: Names, wanted: Sequence[str], path: str) -> _Things:
    for field in names.__struct_fields__:
        table: Mapping[str, Localised] = getattr(names, field)
        for key, words in table.items():
            yield path, f"{field}: {key}", filter(words.speaks, wanted)


def _settings(settings: Settings, path: str) -> _Things:
    newsletter, wanted = settings.newsletter, settings.newsletter.languages
    said: dict[str, Localised | None] = {
        f"newsletter.{name}": getattr(newsletter, name)
        for name in ("title", "description", "organisation", "notice")
    }
    said["feeds.rights"] = settings.feeds.rights
    for key, kind in settings.kinds.items():
        said |= {f"kinds.{key}.name": kind.name, f"kinds.{key}.plural": kind.plural}
    for name, words in said.items():
        if words:
            yield path, name, filter(words.speaks, wanted)


def _words(templates: Templates, wanted: Sequence[str]) -> _Things:
    """Yield the fixed words of pages and mails; those in English stand in the templates."""
    (english,) = templates.texts("locale/en.po")[:1]
    for lang in wanted:
        if lang.partition("-")[0] == "en":
            continue
        others = [other for other in wanted if other != lang]
        catalogue = f"locale/{lang}.po"
        lacking = untranslated(lang, templates.texts(catalogue), english)
        yield from ((f"templates/{catalogue}", message, others) for message in lacking)
