"""An address at which an entry stood earlier, as people write it: `/2022/06/old-name/`."""

import re
from typing import Annotated

from pydantic import AfterValidator

from publisher.model.rules import fault
from publisher.model.text import Words

_STEP = re.compile(r"[^./\\?#%:*\"<>|][^/\\?#%:*\"<>|]*")
_INDEX = re.compile(r"(?:^|(?<=/))index\.html$")
_LONG = 150  # bytes of a step; disks take 255
_LONGEST = 1000  # bytes in all, which leaves room for the folder of the output
_HINT = "write the path on this site, such as /2022/06/old-name/ or /old-name.html"


def _alias(text: str) -> str:
    """Return *text* as `address` writes it: `2022/06/old-name/`, or `old-name.html`."""
    if not text.startswith("/") or text.startswith("//"):
        raise fault("invalid-alias", f"{text[:60]!r} is no path on this site", _HINT)
    if len(text.encode()) > _LONGEST:
        raise fault("invalid-alias", f"{text[:60]!r}… is too long", _HINT)
    bare = _INDEX.sub("", text[1:]).rstrip("/")
    steps = bare.split("/")
    if not bare:
        raise fault("reserved-address", f"{text[:60]!r} is the home page", _HINT)
    for step in steps:
        if step != step.strip() or not (step.isprintable() and _STEP.fullmatch(step)):
            message = f"{text[:60]!r} has a step that no address of a page has: {step[:60]!r}"
            raise fault("invalid-alias", message, _HINT)
        if len(step.encode()) > _LONG:
            raise fault("invalid-alias", f"a step of {text[:60]!r} is too long", _HINT)
    return bare if steps[-1].endswith((".html", ".htm")) else f"{bare}/"


Alias = Annotated[Words, AfterValidator(_alias)]
"""An address at which an entry stood earlier."""
