"""How large a mail is, what of it is whose, and the rules on size."""

from collections.abc import Iterator
from dataclasses import dataclass

from publisher.errors import Severity
from publisher.model.output import LIMIT_BYTES, TARGET_BYTES, Digest
from publisher.preflight.document import parse
from publisher.preflight.finding import Finding
from publisher.preflight.mail import KEPT, Mail

KEPT_LIMIT = 16_384
"""Bytes of stylesheets above which Gmail takes none."""
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Meter:
    """Bytes of a digest's HTML and of its kept stylesheets, against their limits.

    *by_entry* gives the bytes that each entry's file takes, heaviest first.
    """

    html_bytes: int
    kept_style_bytes: int
    by_entry: tuple[tuple[str, int], ...]
    target: int = TARGET_BYTES
    limit: int = LIMIT_BYTES
    kept_limit: int = KEPT_LIMIT


def measure(digest: Digest) -> Meter:
    """Return what *digest* weighs."""
    document = parse(digest.html)
    kept = sum(len(document.raw_text(style).encode()) for style in document.all("style"))
    return Meter(digest.size, kept, tuple(digest.weights.items()))


def check_size(mail: Mail) -> Iterator[Finding]:
    """Look whether Gmail will cut the HTML, or drop its stylesheets."""
    meter = measure(mail.digest)
    if meter.html_bytes > TARGET_BYTES:
        heaviest = ", ".join(f"{path} ({count} bytes)" for path, count in meter.by_entry[:_NAMED])
        hint = "shorten summaries, or let the sections show fewer entries"
        hint += f"; the heaviest are {heaviest}" if heaviest else ""
        if meter.html_bytes > LIMIT_BYTES:
            message = f"the mail has {meter.html_bytes} bytes of HTML; Gmail cuts it above {LIMIT_BYTES}"
            yield mail.finding("mail-too-large", Severity.ERROR, message, hint)
        else:
            message = f"the mail has {meter.html_bytes} bytes of HTML; {TARGET_BYTES} are wanted at most"
            yield mail.finding("large-mail", Severity.WARNING, message, hint)
    if meter.kept_style_bytes >= KEPT_LIMIT:
        message = f"the kept styles have {meter.kept_style_bytes} bytes; Gmail takes less than {KEPT_LIMIT}"
        hint = "keep only what cannot be inlined: media queries and what names single mail readers"
        yield Finding("kept-style-size", message, hint, Severity.ERROR, template=KEPT)
