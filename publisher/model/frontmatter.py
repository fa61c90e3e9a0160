"""The fields of an entry's front matter: what people write between the `---` lines.

`docs/entries.md` explains each; `publisher schema entry` prints them as JSON Schema.
"""

from datetime import date, datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from publisher.model import entry
from publisher.model.alias import Alias
from publisher.model.dates import Day, DayOrLocalTime, DayOrTime
from publisher.model.rules import SUMMARY_LIMIT, TITLE_LIMIT, check_characters, fault
from publisher.model.text import Key, Language, Localised, NameKey, PlainText, Text, Url

_LOOK = ConfigDict(frozen=True, extra="forbid")
SUBJECT_LIMIT = 200


def check_zone(name: str) -> str:
    """Return *name* if it is a time zone of the IANA database."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise fault(
            "unknown-zone",
            f"{name[:60]!r} is no time zone",
            "write a name of the IANA list, for example Europe/Zurich",
        ) from None
    return name


Zone = Annotated[Text, AfterValidator(check_zone)]


def _at_most(limit: int) -> AfterValidator:
    def check(text: str) -> str:
        if len(text) > limit:
            raise fault(
                "too-long", f"it has {len(text)} characters; {limit} are allowed", "say it in fewer words"
            )
        return text

    return AfterValidator(check)


def _relative(src: str) -> str:
    if not src.strip():
        raise fault("empty-text", "it is empty", "write the name of the picture's file")
    if src.startswith(("http://", "https://")):
        raise fault(
            "remote-image", "images lie beside the entry, not on the web", "save the picture beside the entry"
        )
    if src.startswith("/") or "\\" in src or ":" in src or ".." in src.split("/"):
        raise fault(
            "path-outside", f"{src[:60]!r} leads out of the entry's folder", "write the file's name alone"
        )
    return src


class Credit(BaseModel):
    """Who made a picture; the template writes the © sign."""

    model_config = _LOOK
    holder: PlainText
    agency: PlainText | None = None
    via: PlainText | None = None
    year: int | None = Field(default=None, ge=1800, le=2200)


class Image(BaseModel):
    """A picture that lies beside the entry."""

    model_config = _LOOK
    src: Annotated[str, AfterValidator(check_characters), AfterValidator(_relative)]  # spaces as they are
    alt: PlainText
    credit: Credit | None = None
    caption: PlainText | None = None


class Link(BaseModel):
    """A way on from the entry: the report, its summary, a form to register."""

    model_config = _LOOK
    label: PlainText
    url: Url
    rel: Literal["more", "report", "summary", "register", "video"] = "more"


class Event(BaseModel):
    """When and where something takes place; days, or local times in *zone*."""

    model_config = _LOOK
    start: DayOrLocalTime
    end: DayOrLocalTime | None = None
    zone: Zone | None = None
    place: PlainText | None = None
    online: bool = False
    url: Url | None = None
    registration_deadline: DayOrLocalTime | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "Event":
        if self.end is None:
            return self
        if isinstance(self.start, datetime) != isinstance(self.end, datetime):
            raise fault(
                "mixed-event-times",
                "start and end are of two kinds",
                "write both as days, or both with a time",
            )
        start, end = (_comparable(moment, self.zone) for moment in (self.start, self.end))
        if end < start:
            raise fault(
                "event-ends-early", "the event ends before it starts", "exchange start and end, or mend one"
            )
        return self


def _comparable(moment: date, zone: str | None) -> datetime:
    if not isinstance(moment, datetime):
        return datetime(moment.year, moment.month, moment.day, tzinfo=ZoneInfo("UTC"))
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone or "UTC"))


class Media(BaseModel):
    """A recording: its address, media type, size in bytes and length in seconds."""

    model_config = _LOOK
    url: Url
    type: Annotated[Text, Field(pattern=r"^(audio|video|application)/[a-z0-9.+-]+$")]
    length: int = Field(ge=0)
    duration: int | None = Field(default=None, ge=0)


class Source(BaseModel):
    """Where an imported entry came from; importers write it."""

    model_config = _LOOK
    url: Url
    retrieved: Day | None = None
    raw_date: Text | None = None


class FrontMatter(BaseModel):
    """The front matter of an entry."""

    model_config = _LOOK
    title: Annotated[PlainText, _at_most(TITLE_LIMIT)]
    date: DayOrTime | None = None
    id: Key | None = None
    kind: Key | None = None
    kicker: PlainText | None = None
    summary: Annotated[Text, _at_most(SUMMARY_LIMIT)] | None = None
    updated: DayOrTime | None = None
    draft: bool = False
    expires: DayOrTime | None = None
    event: Event | None = None
    deadline: DayOrTime | None = None
    image: Image | None = None
    media: Media | None = None
    links: tuple[Link, ...] = ()
    link: Url | None = None
    partners: tuple[NameKey, ...] = ()
    programmes: tuple[NameKey, ...] = ()
    places: tuple[NameKey, ...] = ()
    topics: tuple[NameKey, ...] = ()
    aliases: tuple[Alias, ...] = ()
    lang: Language | None = None
    translation_of: Key | None = None
    highlight: int | None = Field(default=None, ge=1, le=5)
    evergreen: bool = Field(default=False, validate_default=True)
    source: Source | None = None
    schema_: Text | None = Field(default=None, alias="$schema")

    # On a field, since Pydantic checks a model as a whole only where no field has a fault.
    @field_validator("evergreen")
    @classmethod
    def _has_its_date(cls, evergreen: bool, info: ValidationInfo) -> bool:  # noqa: FBT001 - Pydantic calls it
        if not evergreen and info.data.get("date", "is wrong") is None:
            raise fault(
                "missing-date",
                "an entry needs its date",
                "add date: YYYY-MM-DD, or evergreen: true for a lasting page",
            )
        return evergreen


class QuoteFrontMatter(BaseModel):
    """The front matter of a file in `entries/quotes/`: whose words, and from when to when they stand."""

    model_config = _LOOK
    by: PlainText
    role: PlainText | None = None
    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None
    lang: Language | None = None

    @field_validator("to")
    @classmethod
    def _in_order(cls, to: date | None, info: ValidationInfo) -> date | None:
        start = info.data.get("from_")
        if start and to and to < start:
            raise fault("quote-ends-early", "`to` lies before `from`", "exchange the two, or mend one")
        return to


class OpeningFrontMatter(BaseModel):
    """The front matter of a file in `entries/digests/`: what a digest's inbox line says, and who signs."""

    model_config = _LOOK
    subject: Annotated[PlainText, _at_most(SUBJECT_LIMIT)] | None = None
    preheader: Annotated[PlainText, _at_most(SUBJECT_LIMIT)] | None = None
    signed: PlainText | None = None


class Names(BaseModel):
    """What stands in `names.yml`: names for keys, by field and language."""

    model_config = _LOOK
    partners: dict[NameKey, Localised] = {}
    programmes: dict[NameKey, Localised] = {}
    places: dict[NameKey, Localised] = {}
    topics: dict[NameKey, Localised] = {}

    def value(self) -> entry.Names:
        """Return the names as a value."""
        return msgspec.convert(self, entry.Names, from_attributes=True)
