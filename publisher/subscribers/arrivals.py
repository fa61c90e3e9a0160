"""From a row of a CSV file to a reader who arrives, or why the row is refused. Pure."""

from collections import Counter
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import NamedTuple

from publisher.errors import Place, Problem
from publisher.model.subscription import Choice
from publisher.subscribers.addresses import Address, AddressError, read_address
from publisher.subscribers.csvfile import Row
from publisher.subscribers.lifecycle import Cause
from publisher.subscribers.services import CSV, FIELDS, Service, plain, recognised

_SHOWN = 60


class Arrival(NamedTuple):
    """A reader as the file tells of her: *cause* is IMPORT if she gets mail there, else how she left."""

    line: int
    address: Address
    cause: Cause
    choice: Choice
    agreed: str


class Refused(NamedTuple):
    """A row that is not taken, and why."""

    line: int
    address: str
    reason: str


class Options(NamedTuple):
    """What the command says of a file: whose it is (None: look), which columns differ, how to fill gaps.

    *topics* tells the topics of the newsletter; it is asked only if the file has some.
    """

    service: Service | None
    names: Mapping[str, str]
    languages: tuple[str, ...]
    language: str
    kinds: tuple[str, ...]
    topics: Callable[[], tuple[str, ...]]
    left: bool = False


class ColumnError(ValueError):
    """The columns of a file cannot be used; *problem* tells which."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class RowError(ValueError):
    """Why a row is refused; *hint* is the way out, if there is one."""

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(reason)
        self.hint = hint


class Reader:
    """Reads the rows below *header*, the first row of the file *name*.

    Raises `ColumnError` if a column is missing. *other_languages* counts those that the newsletter has not.
    """

    def __init__(self, header: Row, name: str, options: Options) -> None:
        self._name, self._options, self._line = name, options, header.line
        self.columns = [plain(cell) for cell in header.cells]
        self._shown = [cell.strip() for cell in header.cells]
        if header.fault or any("@" in cell for cell in header.cells):
            fault = header.fault or "the first row holds an address, and no names of columns"
            hint = "write a first line that names the columns, such as: email,language"
            raise ColumnError(self._problem("no-header", fault, hint))
        self.service = options.service or recognised(self.columns)
        self.other_languages: Counter[str] = Counter()
        self._at = {field: self._places(field) for field in FIELDS}
        if not self._at["address"]:
            raise self._missing(self.service.columns["address"][0], "address")
        for needed in self.service.needed:
            if needed not in self.columns and "status" not in options.names and not options.left:
                raise self._missing(needed, "status")
        self._always = self._cause_of_all()
        self._reason = self._place("unsub_reason")
        self._topics = options.topics() if self._at["topics"] else ()
        self._is_of_strangers = bool(self.service.always) and name.startswith("nonsubscribed")

    def tells_who_left(self) -> bool:
        """Tell whether the file says who unsubscribed."""
        if self._options.left or not self.service.hint:
            return True
        return "subscription_status" in self.columns or "status" in self._options.names

    def tells_consent(self) -> bool:
        """Tell whether the file says when its readers agreed, or is that of a service that asks them."""
        return self.service is not CSV or bool(self._at["agreed"])

    def read(self, row: Row) -> Arrival | Refused:
        """Return what *row* tells."""
        cells = row.cells
        typed = ""
        try:
            if row.fault:
                raise RowError(row.fault)  # noqa: TRY301 - one place gathers all reasons
            typed = self._cell(cells, "address")
            return self._read(row.line, cells, typed)
        except (RowError, AddressError) as error:
            return Refused(row.line, typed[:254], str(error))

    def _read(self, line: int, cells: list[str], typed: str) -> Arrival:
        if len(cells) > len(self.columns) and any(cells[len(self.columns) :]):
            raise RowError(f"it has {len(cells)} cells, and the first row names {len(self.columns)} columns")
        if not typed:
            raise RowError("it has no address")
        agreed = self._cell(cells, "agreed")[:_SHOWN]
        cause = self._cause(cells, agreed)
        choice = self._choice(
            self._cell(cells, "language"), self._cell(cells, "topics"), self._cell(cells, "kinds")
        )
        return Arrival(line, read_address(typed), cause, choice, agreed)

    # ------------------------------------------------------------------ cells
    def _cell(self, cells: list[str], field: str) -> str:
        for place in self._at[field]:
            if place < len(cells) and cells[place]:
                return cells[place].strip()
        return ""

    def _cause(self, cells: list[str], agreed: str) -> Cause:
        if self._always:
            why = cells[self._reason].casefold() if 0 <= self._reason < len(cells) else ""
            return Cause.COMPLAIN if "abuse" in why or "complain" in why else self._always
        reason = ""
        for place in self._at["status"]:
            meant = self._meaning(cells[place]) if place < len(cells) else "it is cut off before its status"
            if not isinstance(meant, Cause):
                reason = reason or meant
            elif meant is not Cause.IMPORT:
                return meant  # who left by one of them, left
        if self._is_of_strangers or (self.service.agreed and self._at["agreed"] and not agreed):
            reason = reason or "she never agreed there: the times of consent are empty"
        if reason:
            raise RowError(reason)
        return Cause.IMPORT

    def _meaning(self, cell: str) -> Cause | str:
        """Return what a status means, or why its row is not taken."""
        word = plain(cell)
        meant = self.service.words.get(word)
        if meant is None and "status" in self._options.names:
            meant = CSV.words.get(word)
        return meant or f"its status is not known: {cell[:_SHOWN]!r}"

    def _choice(self, language: str, topics: str, kinds: str) -> Choice:
        known = nearest(language, self._options.languages) if language else ""
        if language and not known:
            self.other_languages[language[:_SHOWN]] += 1
        options = self._options
        return chosen(known or options.language, topics, kinds, self._topics, options.kinds)

    # ------------------------------------------------------------------ columns
    def _place(self, column: str) -> int:
        return self.columns.index(column) if column in self.columns else -1

    def _places(self, field: str) -> list[int]:
        if named := self._options.names.get(field):
            if (place := self._place(plain(named))) < 0:
                raise self._missing(named, field)
            return [place]
        names = self.service.columns.get(field, ())
        return [self.columns.index(name) for name in names if name in self.columns]

    def _cause_of_all(self) -> Cause | None:
        if self._options.left:
            return Cause.UNSUBSCRIBE
        for column, cause in self.service.always.items():
            if column in self.columns:
                return cause
        # Its files are called so; a spreadsheet may have lost the columns.
        if self.service.always and self._name.startswith(("unsubscribed", "cleaned")):
            return Cause.UNSUBSCRIBE if self._name.startswith("u") else Cause.BOUNCE
        return None

    def _missing(self, column: str, field: str) -> ColumnError:
        near = get_close_matches(plain(column), self.columns, 1, 0.5 if field == "address" else 0.75)
        if not near and field == "address":
            near = [name for name in self.columns if "mail" in name or "address" in name][:1]
        shown = self._shown[self.columns.index(near[0])] if near else "NAME"
        have = ", ".join(name[:_SHOWN] for name in self._shown[:20])
        hint = f"say which column it is: --map {field}={shown} (the file has {have})"
        if self.service.file and field == "status":
            hint = f"import {self.service.file}, or {hint}"
        return ColumnError(self._problem("missing-column", f"there is no column {column!r}", hint))

    def _problem(self, code: str, message: str, hint: str) -> Problem:
        return Problem(code, Place(self._name, self._line), message, hint)


@lru_cache(1000)
def nearest(language: str, languages: tuple[str, ...]) -> str:
    """Return that of *languages* which *language* means: `fr_CH` is `fr`; "" if there is none."""
    wanted = language.replace("_", "-").casefold()
    for known in languages:
        if known.casefold() == wanted:
            return known
    for known in languages:
        if known.casefold().partition("-")[0] == wanted.partition("-")[0]:
            return known
    return ""


@lru_cache(1000)
def chosen(
    language: str, topics: str, kinds: str, known_topics: tuple[str, ...], known_kinds: tuple[str, ...]
) -> Choice:
    """Return a choice of *topics* and *kinds*, which stand between commas or semicolons.

    Raises `RowError` for one that is not known; its hint names those that are.
    """
    return Choice(language, _keys("topic", topics, known_topics), _keys("kind", kinds, known_kinds))


def _keys(what: str, text: str, known: tuple[str, ...]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(filter(None, (word.strip() for word in text.replace(";", ",").split(",")))))
    for key in found:
        if key not in known:
            there = f"it has {', '.join(known)}" if known else f"entries/names.yml names no {what}s"
            raise RowError(f"the newsletter has no {what} {key[:_SHOWN]!r}", there)
    return found
