"""What the preflight says of a digest."""

from dataclasses import dataclass

from publisher.errors import Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of a digest: its *code* in kebab-case, the cause, the way out, and where it comes from.

    *entry* is the path of the entry (or of the opening) in the entries folder, "" if the fault is the
    digest's as a whole or a template's. *needle* is text that stands in that file, to find its line.
    *template* is the file below the templates folder, such as `email/kept.css`, when the fault is there;
    such a finding has the same words in every digest. *count* tells how often the fault stands in this one.
    """

    code: str
    message: str
    hint: str
    severity: Severity
    entry: str = ""
    needle: str = ""
    template: str = ""
    count: int = 1
