"""Lists of `name=value;` as DKIM and DMARC write them (RFC 6376, section 3.2)."""


def tags(text: str) -> dict[str, str] | None:
    """Return the tags of *text*, their values without outer spaces; None if it is no such list."""
    found: dict[str, str] = {}
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        name = name.strip()
        if not part.strip():
            continue
        if not equals or name in found:
            return None
        found[name] = value.strip()
    return found
