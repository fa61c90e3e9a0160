"""Test mails of the preview, to addresses of the settings and nowhere else."""

from collections.abc import Mapping
from pathlib import Path

from publisher.delivery.transport import OUTBOX, Outbox, Transport, transport
from publisher.delivery.trial import send_trial
from publisher.errors import PublisherError, UsageError
from publisher.model.delivery import Mailbox
from publisher.model.output import Digest
from publisher.project import Project, secret


class Post:
    """Sends test mails of the project at *root*; *environ* may hold the server's password."""

    def __init__(self, root: Path, environ: Mapping[str, str]) -> None:
        self.outbox, self._environ = Outbox(root / OUTBOX), environ

    def name(self, project: Project) -> str:
        """Return where mails go, in words; if they go nowhere, why."""
        try:
            return self._way(project).name
        except PublisherError as error:
            return f"nobody yet: {error.message}; {error.hint}"

    def _way(self, project: Project) -> Transport:
        password = secret(self._environ, "smtp", "password")
        return transport(project.settings.smtp, password, self.outbox.folder)

    def send(self, project: Project, digest: Digest, recipient: str) -> str:
        """Send *digest* to *recipient* and return what came of it; raise `PublisherError` if nothing did."""
        settings = project.settings
        if recipient not in settings.preview.test_addresses:
            raise UsageError(
                f"{recipient[:80]} is not one of preview.test_addresses",
                "add it to the settings; test mails go nowhere else",
                "unknown-recipient",
            )
        return send_trial(digest, settings, Mailbox(recipient), self._way(project))
