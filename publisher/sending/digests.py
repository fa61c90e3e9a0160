"""The digests of one month: as they were built, and for readers who want a part of it."""

from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace
from msgspec.structs import replace as changed

from publisher import findings, inputs, issues, jobs
from publisher.delivery.message import message_bytes
from publisher.errors import Problem, UsageError
from publisher.inputs import Progress
from publisher.model import address
from publisher.model.delivery import Segment
from publisher.model.edition import Edition
from publisher.model.entry import Month
from publisher.model.output import Digest, Issue, MailPicture
from publisher.project import Project
from publisher.render.context import Speakers
from publisher.render.digest import render_digest
from publisher.render.templating import Templates


class Proof(NamedTuple):
    """A digest of the month in one language, its mail, and what the preflight finds in it."""

    digest: Digest
    message: bytes
    findings: list[Problem]


class Digests:
    """Makes the digests of the month *period* from *project*'s entries as they stand at *now*.

    Raises `ContentError` if entries have errors, and `UsageError` if the month has no digest.
    """

    def __init__(self, project: Project, period: Month, now: datetime, progress: Progress) -> None:
        self.project, self.period = project, period
        began = int(now.timestamp() * 1e9)
        reading = inputs.read(project, inputs.maker(project), began, jobs.cores(), progress)
        reading.hold_right()
        settings = project.settings
        self._edition = issues.make_edition(
            issues.select(reading.library.entries, now), reading.library, settings, now
        )
        self._templates = Templates(project.templates)
        self._speakers = Speakers(self._edition, self._templates)
        self._pictures = inputs.mail_pictures(project)
        least = settings.digest.minimum_entries
        self._issues = {
            issue.lang: issue
            for issue in self._edition.digests
            if issue.month == period and len(issue.entries) >= least
        }
        if not self._issues:
            raise UsageError(
                f"there is no digest of {period}", _why(self._edition, period, least), "no-issue"
            )

    @property
    def languages(self) -> list[str]:
        """Return the languages in which the month has a digest, in the order of the settings."""
        return [lang for lang in self.project.settings.newsletter.languages if lang in self._issues]

    def proof(self, lang: str) -> Proof:
        """Return the whole digest in *lang*."""
        settings = self.project.settings
        digest = render_digest(
            self._issues[lang], self._edition, self._templates, self._speakers, self._pictures
        )
        return Proof(digest, message_bytes(digest, settings), findings.of_digest(digest, self.project))

    def digest(self, segment: Segment) -> Digest | None:
        """Return the digest for the readers of *segment*; None if the month holds nothing for them."""
        issue = self._issues.get(segment.lang)
        part = issues.wanted(issue, segment.topics, segment.kinds) if issue else None
        return self._with_known_pictures(part) if part else None

    def _with_known_pictures(self, issue: Issue) -> Digest:
        """Return a digest that shows no picture which is not on the web.

        The first entry of a part may have a larger picture than it has in the whole digest.
        """
        settings = self.project.settings
        while True:
            shown: dict[str, str] = {}

            def picture(path: str, width: int, shown: dict[str, str] = shown) -> MailPicture:
                made = self._pictures(path, width)
                if not (self.project.output / made.address).is_file():
                    shown[path] = made.address
                return made

            digest = render_digest(issue, self._edition, self._templates, self._speakers, picture)
            if not shown:
                return digest
            entries = tuple(
                changed(entry, image=None)
                if entry.image and address.beside(entry, entry.image.src) in shown
                else entry
                for entry in issue.entries
            )
            if entries == tuple(issue.entries):  # a picture of an earlier month's entry, say
                missing = next(iter(shown.values()))
                raise UsageError(
                    f"{settings.paths.output}/{missing} is missing", "publisher build makes it", "not-built"
                )
            issue = replace(issue, entries=entries)

    def check_built(self, proofs: dict[str, Proof]) -> None:
        """Raise `UsageError` if the output folder does not hold exactly these digests."""
        out = self.project.settings.paths.output
        for lang, proof in proofs.items():
            name = address.digest(self.period, lang, "eml")
            try:
                is_same = (self.project.output / name).read_bytes() == proof.message
            except OSError:
                raise UsageError(
                    f"{out}/{name} is missing", "publisher build makes it", "not-built"
                ) from None
            if not is_same:
                hint = "run publisher build, look at it, and publish out/: what is sent is what was built"
                raise UsageError(
                    f"{out}/{name} was built from other entries, templates or settings", hint, "other-build"
                )


def _why(edition: Edition, period: Month, least: int) -> str:
    """Return what can be done if a month has no digest."""
    if "digests" not in edition.settings.outputs:
        return 'add "digests" to outputs in the settings'
    months = sorted({issue.month for issue in edition.digests})
    if period in months:
        return f"no language has {least} entries then, as digest.minimum_entries asks"
    known = ", ".join(str(month) for month in months[-6:])
    return f"months with entries: {known}" if known else "write entries, and run publisher build"
