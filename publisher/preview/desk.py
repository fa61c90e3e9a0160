"""The desk: the project as it is now, and the last good state of each page while something is broken."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from publisher.errors import ContentError, Place, Problem, PublisherError, in_order
from publisher.inputs import Progress, silent
from publisher.model.entry import Month
from publisher.preview.proofs import Proof, Proofs
from publisher.preview.sheets import Kept, Sheets
from publisher.preview.stand import Choice, Looks, Stand, read_stand
from publisher.project import load

_LAST_GOOD, _LAST_PROOFS = 200, 12  # pages and digests that are remembered for when they break
_SMALL = 1_000_000  # bytes of a page that is remembered


class Seen(NamedTuple):
    """A file of the site as it is now, else as it was when it could last be made, and what is wrong with it.

    Without *content* there is no such file, unless *is_broken*: then there may be one when all is mended.
    """

    content: bytes | None
    problems: tuple[Problem, ...]
    is_broken: bool = False


class SeenProof(NamedTuple):
    """A digest as it is now, else as it was when it could last be made, and why it cannot be made."""

    proof: Proof | None
    problems: tuple[Problem, ...]


class Desk:
    """Holds the project at *root*; *environ* may override settings, *clock* tells the time.

    *folders* are those that its settings name for entries and templates.

    Several threads may use it: each method waits until no other one is at work.
    """

    def __init__(self, root: Path, environ: Mapping[str, str], clock: Callable[[], datetime]) -> None:
        self.root, self.generation, self.choice = root, 0, Choice()
        self.stand: Stand | None = None
        self.problems: tuple[Problem, ...] = ()
        self.folders = [root / "entries", root / "templates"]
        self.lock = threading.RLock()
        self.environ, self._clock = environ, clock
        self._looks: dict[tuple[Path, str], Looks] = {}
        self._memory: OrderedDict[str, Kept] = OrderedDict()
        self._proved: OrderedDict[str, Proof] = OrderedDict()
        self._good: OrderedDict[str, bytes] = OrderedDict()
        self._good_proofs: dict[tuple[Month, str], Proof] = {}
        self._sheets: Sheets | None = None
        self.proofs: Proofs | None = None

    def refresh(self, processes: int = 1, progress: Progress = silent) -> None:
        """Read what changed. What is wrong stands in `problems` then, and the last good stand stays."""
        with self.lock:
            try:
                project = load(self.root, self.environ, keep=True)
                self.folders = [project.entries, project.templates]
                stand = read_stand(project, self._clock(), self.choice, self._looks_of, processes, progress)
                self._sheets, self.proofs = Sheets(stand, self._memory), Proofs(stand, self._proved)
            except (PublisherError, OSError) as error:
                self.problems = problems_of(error)
            else:
                self.stand, self.problems = stand, ()
            self.generation += 1

    def choose(self, choice: Choice) -> None:
        """Show drafts and future entries, or hide them."""
        with self.lock:
            self.choice = choice
            self.refresh()

    def file(self, path: str) -> Seen:
        """Return the file at *path*, as a build would write it below its output folder."""
        with self.lock:
            if self._sheets is None or self.proofs is None:
                return Seen(None, self.problems, is_broken=True)
            try:
                content = self._picture(path) or self._sheets.find(path)
            except (PublisherError, OSError) as error:
                return Seen(self._good.get(path), (*self.problems, *problems_of(error)), is_broken=True)
            if content is not None and len(content) < _SMALL:
                self._good[path] = content
                self._good.move_to_end(path)
                while len(self._good) > _LAST_GOOD:
                    self._good.popitem(last=False)
            return Seen(content, self.problems)

    def _picture(self, path: str) -> bytes | None:
        """Return the picture for mail at *path*, if a digest that was made here shows it."""
        shown = self.proofs.pictures.get(path) if self.proofs else None
        return self.stand.press.pictures.page(*shown).content if shown and self.stand else None

    def proof(self, month: Month, lang: str) -> SeenProof:
        """Return the digest of a month."""
        with self.lock:
            if self.proofs is None:
                return SeenProof(None, self.problems)
            try:
                proof = self.proofs.proof(month, lang)
            except (PublisherError, OSError) as error:
                known = self._good_proofs.get((month, lang))
                return SeenProof(known, (*self.problems, *problems_of(error)))
            if proof is not None:
                self._good_proofs.pop((month, lang), None)
                self._good_proofs[month, lang] = proof
                while len(self._good_proofs) > _LAST_PROOFS:
                    self._good_proofs.pop(next(iter(self._good_proofs)))
            return SeenProof(proof, self.problems)

    @property
    def waiting(self) -> int:
        """Return how many parts of the site were not made again yet."""
        return self._sheets.waiting if self._sheets else 0

    def make_next(self) -> bool:
        """Make something that nobody asked for yet; tell whether there was anything."""
        with self.lock:
            if self._sheets is None or self.proofs is None or self.stand is None:
                return False
            if self.proofs.make_next():
                return True
            try:
                is_made = self._sheets.make_next()
            except (PublisherError, OSError):
                return True  # who looks at it is told
            if not is_made:
                self.stand.cache.drop_others(self._sheets.keys() | self.proofs.keys())
            return is_made

    def _looks_of(self, folder: Path) -> Looks:
        """Return the templates of *folder*, compiled anew only if one of them changed."""
        fresh = Looks(folder)
        known = self._looks.get((folder, fresh.digest), fresh)
        self._looks = {(folder, fresh.digest): known if known.are_current() else fresh}
        return self._looks[folder, fresh.digest]


def problems_of(error: PublisherError | OSError) -> tuple[Problem, ...]:
    """Return *error* as problems."""
    if isinstance(error, ContentError):
        return tuple(in_order(error.problems))
    if isinstance(error, PublisherError):
        return (Problem(error.code, Place(""), error.message, error.hint),)
    where = f"{error.filename}: " if error.filename else ""
    return (
        Problem(
            "unreadable-file", Place(""), f"{where}{error.strerror or error}", "free the place, or mend it"
        ),
    )
