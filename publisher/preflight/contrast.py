"""The rule on contrast: words stand out from their ground, by day and by night."""

from collections.abc import Iterator

from publisher.colours import contrast as contrast_of
from publisher.errors import Severity
from publisher.preflight.cascade import Look, looks
from publisher.preflight.document import Element
from publisher.preflight.finding import Finding
from publisher.preflight.mail import INLINED, KEPT, Mail

_ORDINARY, _LARGE = 4.5, 3.0
_LARGE_SIZE, _LARGE_BOLD_SIZE, _BOLD = 24.0, 18.66, 700


def wanted(look: Look) -> float:
    """Return the contrast that text of this size and weight needs (WCAG 2.2, 1.4.3)."""
    bold = look.weight >= _BOLD
    return _LARGE if look.size >= (_LARGE_BOLD_SIZE if bold else _LARGE_SIZE) else _ORDINARY


def _where(element: Element | None) -> str:
    """Return the tag and the classes, which are the same in every digest."""
    if element is None:
        return "the mail"
    classes = element.attributes.get("class", "")
    return f'<{element.tag} class="{classes}">' if classes else f"<{element.tag}>"


def check_contrast(mail: Mail) -> Iterator[Finding]:
    """Find pairs of ink and ground that are too near, in light and in dark; each is told once."""
    told: set[tuple[str, str]] = set()
    texts = [text for text in mail.document.read_texts() if text.words.strip() and text.parent]
    for scheme, template in (("light", INLINED), ("dark", KEPT)):
        found = looks(mail.document, mail.sheet, dark=scheme == "dark")
        for text in texts:
            look = found[text.parent.order] if text.parent else Look()
            ink = look.ink.over(look.ground)
            pair = (str(ink), str(look.ground))
            ratio = contrast_of(ink, look.ground)
            if look.hidden or ratio >= wanted(look) or pair in told:
                continue
            told.add(pair)
            figure, where = int(ratio * 10) / 10, _where(text.parent)
            message = f"in {scheme}, {pair[0]} on {pair[1]} has a contrast of {figure}, in {where}"
            hint = f"at least {wanted(look)} is wanted; make one of the two lighter or darker"
            yield Finding("low-contrast", message, hint, Severity.WARNING, template=template)
