"""The one door to the templates: the project's own first, then the packaged ones.

A template of the same name in the project's `templates/` wins, and may still build on the packaged
one: `{% extends "default/site/base.html" %}`. Templates run in Jinja2's sandbox, since a project may
take them from anybody who sends a change.
"""

import contextlib
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2
from jinja2.bccache import Bucket
from msgspec import Struct

from publisher import compiled
from publisher.errors import ContentError, Place, Problem, PublisherError, UsageError
from publisher.render.sandbox import Sandbox

_PACKAGED = Path(__file__).resolve().parent.parent / "templates"
_CHECKOUT = Path(__file__).resolve().parent.parent.parent / "templates"


class MissingTemplateError(PublisherError):
    """A template cannot be used."""

    code = "template"


class Listed(Struct, frozen=True):
    """A template's name, and whether the project's own file wins over the packaged one."""

    name: str
    is_own: bool
    is_packaged: bool


def packaged_folder() -> Path:
    """Return where the packaged templates lie: in the wheel, else in the checkout."""
    return _PACKAGED if _PACKAGED.is_dir() else _CHECKOUT


class _Compiled(jinja2.BytecodeCache):
    """Keeps the packaged templates compiled; a project's own are compiled each time."""

    def __init__(self, packaged: Path) -> None:
        self._packaged = f"{packaged}/"

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """Return under which name the template *name* is kept; "" if it is not."""
        is_packaged = filename is not None and filename.startswith(self._packaged)
        return super().get_cache_key(name, filename) if is_packaged else ""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill *bucket*, which checks that the template is the same still."""
        if bucket.key and (data := compiled.get(bucket.key)):
            with contextlib.suppress(EOFError, ValueError, TypeError):  # cut short: compiled again
                bucket.bytecode_from_string(data)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what is in *bucket*."""
        if bucket.key:
            compiled.put(bucket.key, bucket.bytecode_to_string())


class Templates:
    """The templates of one project; *own* is its folder, which need not exist."""

    def __init__(self, own: Path) -> None:
        self.own, self.packaged = own, packaged_folder()
        packaged = jinja2.FileSystemLoader(self.packaged)
        loaders = [jinja2.FileSystemLoader(own), packaged, jinja2.PrefixLoader({"default": packaged})]
        self._environment = Sandbox(
            loader=jinja2.ChoiceLoader(loaders),
            autoescape=jinja2.select_autoescape(["html", "xml"]),
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            bytecode_cache=_Compiled(self.packaged),
            auto_reload=False,  # one build, one state of the templates; and no look at the disk for each page
        )

    def render(self, name: str, context: dict[str, Any]) -> str:
        """Return the template *name* filled; a fault is a `ContentError` with its line."""
        try:
            return self._environment.get_template(name).render(context)
        except _FAULTS as error:
            raise self._told(error, name) from error

    def expanded(self, name: str, macro: Callable[..., str], *arguments: Any, **named: Any) -> str:
        """Return what *macro* of the template *name* comes to; a fault is told like `render`'s."""
        text: str = self._called(name, macro, *arguments, **named)
        return text

    def module(self, name: str, context: dict[str, Any]) -> object:
        """Return the macros of the template *name*, which know *context*; a fault is told like `render`'s."""
        try:
            make = self._environment.get_template(name).make_module
        except _FAULTS as error:
            raise self._told(error, name) from error
        return self._called(name, make, context)

    def _called(self, name: str, code: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Return what *code* of the template *name* gives."""
        try:
            try:
                return code(*arguments, **named)
            except _FAULTS:
                self._environment.handle_exception()  # as `render` does: the traceback tells templates' lines
        except _FAULTS as error:
            raise self._told(error, name) from error

    def _told(self, error: Exception, name: str) -> PublisherError:
        """Return what to say of *error*, a fault of the template *name* or of one that it uses."""
        if isinstance(error, jinja2.TemplateNotFound):
            return MissingTemplateError(
                f"there is no template {error.name}", f"asked for by {name}", "missing-template"
            )
        if isinstance(error, jinja2.TemplateSyntaxError):
            place = self._place(error.name or name, error.lineno)
            return ContentError([Problem("template-syntax", place, str(error.message), _HINT)], 0)
        place = self._place(*_where(error, name, (self.own, self.packaged)))
        return ContentError([Problem("template-error", place, str(error) or type(error).__name__, _HINT)], 0)

    def digest(self, *, own_only: bool = False) -> str:
        """Return a hash of every file that templates and catalogues are read from.

        *own_only* leaves out the packaged ones, which the hash of the program (`publisher.program`) holds.
        """
        found = hashlib.blake2b(digest_size=16)
        for folder in (self.own,) if own_only else (self.packaged, self.own):
            for name in sorted(_names(folder)):
                found.update(f"\0{folder is self.own} {name}\0".encode())
                found.update((folder / name).read_bytes())
        return found.hexdigest()

    def is_own(self, name: str) -> bool:
        """Tell whether the project has a file *name* of its own."""
        return (self.own / name).is_file()

    def has(self, name: str) -> bool:
        """Tell whether there is a template *name*."""
        return self._file(name) is not None

    def text(self, name: str) -> str:
        """Return a file of the templates as it is, for stylesheets."""
        return _read(self._file(name) or self._missing(name), name)

    def data(self, name: str) -> bytes:
        """Return the bytes of a file of the templates, for pictures."""
        return (self._file(name) or self._missing(name)).read_bytes()

    def texts(self, name: str) -> list[str]:
        """Return the packaged and then the own file *name*, for catalogues, which add up."""
        return [
            _read(folder / name, name) for folder in (self.packaged, self.own) if (folder / name).is_file()
        ]

    def listed(self) -> list[Listed]:
        """Return every template by name, and which file wins."""
        own, packaged = _names(self.own), _names(self.packaged)
        return [Listed(name, name in own, name in packaged) for name in sorted(own | packaged)]

    def eject(self, name: str) -> Path:
        """Copy the packaged template *name* into the project, to be changed there, and return its path."""
        if name not in _names(self.packaged):
            raise UsageError(
                f"there is no template {name}", "publisher templates lists them", "missing-template"
            )
        target = self.own / name
        if target.exists():
            raise UsageError(f"{target} is there already", "delete it first if it may go", "file-exists")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((self.packaged / name).read_bytes())
        return target

    def _file(self, name: str) -> Path | None:
        return next(
            (folder / name for folder in (self.own, self.packaged) if (folder / name).is_file()), None
        )

    def _missing(self, name: str) -> Path:
        raise MissingTemplateError(
            f"there is no template {name}", "publisher templates lists them", "missing-template"
        )

    def _place(self, name: str, line: int) -> Place:
        """Return line *line* of the template *name* as a place below the folder where it lies."""
        bare = name.removeprefix("default/")
        file = self._file(bare)
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines() if file else []
        text = lines[line - 1] if 0 < line <= len(lines) else ""
        return Place(f"templates/{bare}", line, 1 if line else 0, text)


_FAULTS = (
    *(jinja2.TemplateError, TypeError, ValueError, AttributeError),
    *(LookupError, ArithmeticError, RecursionError, MemoryError),
)
_HINT = "mend the template; publisher templates shows which file it is"


def _where(error: BaseException, name: str, folders: tuple[Path, ...]) -> tuple[str, int]:
    """Return the innermost template and line of an error's traceback; Jinja2 maps them to the source."""
    found, trace = (name, 0), error.__traceback__
    while trace:
        file = Path(trace.tb_frame.f_code.co_filename)
        for folder in folders:
            if file.suffix != ".py" and file.is_relative_to(folder):
                found = (file.relative_to(folder).as_posix(), trace.tb_lineno)
        trace = trace.tb_next
    return found


def _read(file: Path, name: str) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        problem = Problem("not-utf8", Place(f"templates/{name}"), "the file is not UTF-8", "save it as UTF-8")
        raise ContentError([problem], 0) from None


def _names(folder: Path) -> set[str]:
    if not folder.is_dir():
        return set()
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    names = {path.relative_to(folder).as_posix() for path in files}
    return {name for name in names if name.isprintable()}  # nobody can ask for one that is not UTF-8
