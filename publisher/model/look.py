"""The look as people write it in the settings: colours that can be read, and a logo."""

import re
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator

from publisher.colours import colour, contrast
from publisher.model.rules import fault
from publisher.model.settings import LOGOS_OF_MAILS
from publisher.model.text import Text

LOGOS = (".svg", ".webp", *LOGOS_OF_MAILS)
_LOOK = ConfigDict(frozen=True, extra="forbid", validate_default=False)
_LEGIBLE = 4.5
_FILE = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9._-]*/)*[A-Za-z0-9_][A-Za-z0-9._-]*")


def _colour(text: str) -> str:
    if not re.fullmatch("#[0-9a-fA-F]{6}", text):
        raise fault("invalid-colour", f"{text[:60]!r} is no colour", 'write six digits: "#1d5468"')
    return text.lower()


def _logo(text: str) -> str:
    return _picture(text, LOGOS)


def _logo_of_mails(text: str) -> str:
    return _picture(text, LOGOS_OF_MAILS)


def _picture(text: str, endings: tuple[str, ...]) -> str:
    if not _FILE.fullmatch(text) or not text.lower().endswith(endings):
        what = "no picture" if endings == LOGOS else "no picture that all mail readers show"
        raise fault(
            "invalid-logo",
            f"{text[:60]!r} names {what}",
            f"name a file in your templates folder that ends in one of: {', '.join(endings)}",
        )
    return text


def _contrast(one: str, other: str) -> float:
    """Return the contrast of two colours that are right, from 1 to 21."""
    here, there = colour(one), colour(other)
    return contrast(here, there) if here and there else 0.0


Shade = Annotated[Text, AfterValidator(_colour)]
Logo = Annotated[Text, AfterValidator(_logo)]
MailLogo = Annotated[Text, AfterValidator(_logo_of_mails)]


class _Colours(BaseModel):
    """Colours that can be read: text and what it stands on differ 4.5 times in brightness.

    Source: WCAG 2.2, success criterion 1.4.3.
    """

    model_config = _LOOK

    @model_validator(mode="after")
    def _can_be_read(self) -> Self:
        weak = [
            f"{text} on {ground} {found:.1f}"
            for text in ("ink", "quiet", "accent", "link")
            for ground in ("paper", "ground", "tint")
            if (found := _contrast(getattr(self, text), getattr(self, ground))) < _LEGIBLE
        ]
        if weak:
            raise fault(
                "low-contrast",
                f"who sees poorly cannot read this: {', '.join(weak)}; {_LEGIBLE} is wanted (WCAG 2.2)",
                "make the text darker or its ground lighter; in dark pages the other way round",
            )
        return self


class LightColours(_Colours):
    """The colours by day."""

    paper: Shade = "#fdfbf7"
    ground: Shade = "#f3ece0"
    tint: Shade = "#f6e6da"
    ink: Shade = "#22303a"
    quiet: Shade = "#56626b"
    line: Shade = "#dcd5c8"
    accent: Shade = "#a2431f"
    link: Shade = "#1d5468"


class DarkColours(_Colours):
    """The colours for those who like it dark."""

    paper: Shade = "#1b2228"
    ground: Shade = "#12171b"
    tint: Shade = "#2b2622"
    ink: Shade = "#e8e3da"
    quiet: Shade = "#b3bbc0"
    line: Shade = "#3a444c"
    accent: Shade = "#e8a07f"
    link: Shade = "#8cc7db"


class Look(BaseModel):
    """How pages and mails look."""

    model_config = _LOOK
    light: LightColours = LightColours()
    dark: DarkColours = DarkColours()
    logo: Logo | None = None
    logo_dark: Logo | None = None
    mail_logo: MailLogo | None = None
    mail_logo_dark: MailLogo | None = None

    @model_validator(mode="after")
    def _has_both(self) -> Self:
        for name in ("logo", "mail_logo"):
            if getattr(self, f"{name}_dark") and not getattr(self, name):
                message = f"{name}_dark is shown in place of {name}, and there is none"
                raise fault("invalid-logo", message, "name that one too")
        return self
