"""The preflight: what is wrong with a built digest, before anybody gets it.

Pure: takes a `Digest`, gives findings and figures. `publisher check` shows the findings; a preview can show
meters, links and outline too.
"""

from publisher.model.output import Digest
from publisher.model.settings import Settings
from publisher.preflight.anchors import (
    Link,
    check_addresses,
    check_link_words,
    check_text_part,
    check_unsubscribe,
    links,
)
from publisher.preflight.contrast import check_contrast
from publisher.preflight.finding import Finding
from publisher.preflight.gmail import check_characters, check_inlined_colours, check_kept_style
from publisher.preflight.headings import Heading, check_headings, outline
from publisher.preflight.mail import Mail
from publisher.preflight.mail_support import check_mail_support
from publisher.preflight.pictures import check_heavy_pictures, check_pictures
from publisher.preflight.size import Meter, check_size, measure
from publisher.preflight.structure import check_doctype, check_language, check_outlook_parts, check_tables
from publisher.preflight.words import check_entries, check_inbox_line, check_placeholders, check_text_lines

__all__ = ["Finding", "Heading", "Link", "Meter", "links", "measure", "outline", "preflight"]

_RULES = (
    check_entries,
    check_inbox_line,
    check_size,
    check_doctype,
    check_language,
    check_tables,
    check_outlook_parts,
    check_kept_style,
    check_inlined_colours,
    check_characters,
    check_headings,
    check_link_words,
    check_addresses,
    check_unsubscribe,
    check_text_part,
    check_text_lines,
    check_placeholders,
    check_pictures,
    check_heavy_pictures,
    check_contrast,
    check_mail_support,
)


def preflight(digest: Digest, settings: Settings, minimum: int = 1) -> list[Finding]:
    """Return what is wrong with *digest*, by rule and then by place; *minimum* entries are wanted."""
    mail = Mail(digest, settings, minimum)
    return [finding for rule in _RULES for finding in rule(mail)]
