"""Digests as they would be sent, each with what the preflight finds in it."""

import contextlib
from collections import OrderedDict
from dataclasses import dataclass

import msgspec

from publisher import findings
from publisher.cache import key
from publisher.delivery.message import message_bytes
from publisher.errors import ContentError, Problem, PublisherError, Severity
from publisher.model.entry import Month
from publisher.model.output import Digest, Issue, MailPicture
from publisher.preview.stand import Stand
from publisher.render.digest import render_digest

_IN_MEMORY = 12


@dataclass(frozen=True, slots=True)
class Proof:
    """A digest, the bytes of its mail, the findings of its preflight, and the pictures it shows."""

    digest: Digest
    message: bytes
    findings: tuple[Problem, ...]
    shown: tuple[tuple[str, int], ...]


class State(msgspec.Struct, frozen=True):
    """How a digest fares: the number of errors and of warnings; *is_made* is false if it cannot be made."""

    errors: int
    warnings: int
    is_made: bool = True


class Proofs:
    """Makes the digests of *stand*; *memory* holds the last ones by key, and goes from one stand to the next.

    *pictures* collects where each picture of a mail comes from.
    """

    def __init__(self, stand: Stand, memory: OrderedDict[str, Proof]) -> None:
        self._stand, self._memory = stand, memory
        self._states: dict[str, State] = {}
        self.issues: dict[tuple[Month, str], Issue] = {
            (issue.month, issue.lang): issue for issue in stand.edition.digests
        }
        self._keys = {where: stand.press.prints.digest(issue) for where, issue in self.issues.items()}
        self.pictures: dict[str, tuple[str, int]] = {}

    def proof(self, month: Month, lang: str) -> Proof | None:
        """Return the digest of a month; None if it has no entries.

        Raises `ContentError` if it cannot be made.
        """
        issue = self.issues.get((month, lang))
        if issue is None:
            return None
        name = self._keys[month, lang]
        if name not in self._memory:
            try:
                made = self._made(issue)
            except ContentError as error:
                self._remember(name, State(len(error.problems), 0, is_made=False))
                raise
            except (PublisherError, OSError):  # a fault of the world, which may be gone next time
                self._states[name] = State(1, 0, is_made=False)
                raise
            if not self._stand.is_current():
                self._states[name] = _state(made)
                return self._with_pictures(made)
            self._memory[name] = made
            while len(self._memory) > _IN_MEMORY:
                self._memory.popitem(last=False)
            self._remember(name, _state(self._memory[name]))
        self._memory.move_to_end(name)
        return self._with_pictures(self._memory[name])

    def _with_pictures(self, proof: Proof) -> Proof:
        """Return *proof*, whose pictures can be asked for from now on."""
        for picture in proof.shown:
            self.pictures[self._stand.press.pictures(*picture).address] = picture
        return proof

    def _made(self, issue: Issue) -> Proof:
        stand, settings = self._stand, self._stand.project.settings
        press = stand.press

        shown: set[tuple[str, int]] = set()

        def picture(path: str, width: int) -> MailPicture:
            shown.add((path, width))
            return press.pictures(path, width)

        digest = render_digest(issue, stand.edition, press.templates, press.speakers, picture)
        found = findings.of_digest(digest, stand.project)
        return Proof(digest, message_bytes(digest, settings), tuple(found), tuple(sorted(shown)))

    def state(self, month: Month, lang: str) -> State | None:
        """Return how the digest of a month fares; None if that is not known yet."""
        name = self._keys[month, lang]
        if name not in self._states:
            data = self._stand.cache.get(key("state", name))
            with contextlib.suppress(msgspec.MsgspecError):
                if data is not None:
                    self._states[name] = msgspec.msgpack.decode(data, type=State)
        return self._states.get(name)

    def _remember(self, name: str, state: State) -> None:
        self._states[name] = state
        if self._stand.is_current():
            self._stand.cache.put(key("state", name), msgspec.msgpack.encode(state))

    def keys(self) -> set[str]:
        """Return what the states are kept under."""
        return {key("state", name) for name in self._keys.values()}

    def make_next(self) -> bool:
        """Look at a digest whose state is not known yet, newest first; tell whether there was any."""
        for month, lang in self.issues:
            if self.state(month, lang) is None:
                with contextlib.suppress(PublisherError, OSError):  # its state says so
                    self.proof(month, lang)
                return True
        return False


def _state(proof: Proof) -> State:
    errors = sum(problem.severity is Severity.ERROR for problem in proof.findings)
    return State(errors, len(proof.findings) - errors)
