"""The settings as people write them: `publisher.toml`, or `[tool.publisher]` in `pyproject.toml`.

`docs/settings.md` explains each; a test holds that none is missing there. What is right becomes a value of
`settings`, field by field.
"""

import re
from typing import Annotated, Any, Literal, get_args
from urllib.parse import quote, urlsplit

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

from publisher.model import settings
from publisher.model.frontmatter import Zone
from publisher.model.kinds import Kind, default_kinds, row_of
from publisher.model.look import Look
from publisher.model.mailing import Bounces, Dkim, Email, Sending, Smtp, address
from publisher.model.rules import fault
from publisher.model.settings import ENTRIES, Output
from publisher.model.spoken import hold_spoken
from publisher.model.text import Key, Language, Localised, Text, Url, Words

_PATH = "/%:@!$&'()*+,;=~-._"  # what a path keeps as it is (RFC 3986, section 3.3)
_LOOK = ConfigDict(frozen=True, extra="forbid")
_TAG = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?,[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")


def _tag(text: str) -> str:
    if not _TAG.fullmatch(text):
        raise fault(
            "invalid-tag",
            f"{text[:60]!r} does not name an authority",
            "write a host name that was yours in that year, as RFC 4151 asks: news.example.org,2026",
        )
    return text


def _with_slash(url: str) -> str:
    if "?" in url or "#" in url:
        raise fault(
            "invalid-url",
            "this address has no ? or #",
            "write it as https://example.org/news/",
        )
    return _in_ascii(url if url.endswith("/") else f"{url}/")


def _in_ascii(url: str) -> str:
    """Return *url* as mails and browsers send it: the host by IDNA, the rest percent-encoded."""
    parts = urlsplit(url)
    try:
        host = parts.netloc.encode("idna").decode()
    except UnicodeError:
        raise fault("invalid-url", f"{parts.netloc[:60]!r} is no host name", "write it in ASCII") from None
    return f"{parts.scheme}://{host}{quote(parts.path, safe=_PATH)}"


def _folder(text: str) -> str:
    parts = text.rstrip("/").split("/")
    if text.startswith("~") or "\\" in text or ":" in text or {"", ".", ".."} & set(parts):
        raise fault(
            "path-outside",
            f"{text[:60]!r} is no folder of this project",
            "write a folder's name, such as out",
        )
    return text.rstrip("/")


Folder = Annotated[Text, AfterValidator(_folder)]


class Newsletter(BaseModel):
    """What the newsletter is called, where it lives and which languages it speaks."""

    model_config = _LOOK
    title: Localised
    description: Localised = Localised({"*": "News"})
    organisation: Localised | None = None
    url: Annotated[Url, AfterValidator(_with_slash)]
    tag: Annotated[Text, AfterValidator(_tag)]
    languages: Annotated[tuple[Language, ...], Field(json_schema_extra={"minItems": 1})] = ("en",)
    locales: dict[Language, Language] = {}
    zone: Zone = "UTC"
    notice: Localised | None = None
    menu: tuple[Key, ...] = ()

    @field_validator("languages")
    @classmethod
    def _each_once(cls, languages: tuple[str, ...]) -> tuple[str, ...]:
        if not languages:  # Pydantic's own min_length would also speak of a list whose items are wrong
            raise fault("empty-list", "at least 1 is wanted here", "write one")
        if len(set(languages)) < len(languages):
            raise fault("duplicate-language", "a language stands there twice", "write each language once")
        return languages


class DigestSettings(BaseModel):
    """The monthly digests."""

    model_config = _LOOK
    other_languages: Literal["leave-out", "mark"] = "leave-out"
    minimum_entries: int = Field(default=1, ge=1, le=1000)


class Feeds(BaseModel):
    """The feeds."""

    model_config = _LOOK
    size: int = Field(default=50, ge=1, le=1000)
    ttl: int = Field(default=60, ge=1, le=525_600)
    rights: Localised | None = None
    hub: Url | None = None


class SubscribersSettings(BaseModel):
    """Where subscribers are kept, and how often forms may be sent."""

    model_config = _LOOK
    database: Text = "sqlite:///subscribers.db"
    service: Annotated[Url, AfterValidator(_with_slash)] | None = None
    hourly_per_address: int = Field(default=3, ge=1, le=1000)
    hourly_per_network: int = Field(default=20, ge=1, le=100_000)
    hourly: int = Field(default=500, ge=1, le=1_000_000)

    @field_validator("database")
    @classmethod
    def _without_password(cls, text: str) -> str:
        if re.match(r"[a-z+]+://[^/@]*:[^/@]+@", text):
            raise fault(
                "secret-in-file",
                "subscribers.database holds a password",
                "leave it out, and set PUBLISHER_SUBSCRIBERS__PASSWORD; then change it",
            )
        return text


class PreviewSettings(BaseModel):
    """The local preview."""

    model_config = _LOOK
    editor: str = "vscode://file/{path}:{line}:{column}"
    test_addresses: tuple[Annotated[Words, AfterValidator(address)], ...] = ()


class Paths(BaseModel):
    """The folders of the project, below its own."""

    model_config = _LOOK
    entries: Folder = ENTRIES
    templates: Folder = "templates"
    output: Folder = "out"

    @model_validator(mode="after")
    def _apart(self) -> "Paths":
        inputs = (self.entries, self.templates)
        if any(
            f"{self.output}/".startswith(f"{path}/") or f"{path}/".startswith(f"{self.output}/")
            for path in inputs
        ):
            raise fault(
                "path-inside",
                "the output folder lies within an input folder, or the other way round",
                "name a folder of its own, such as out",
            )
        return self


# The search is asked for: it needs a program that is installed beside this one.
_OUTPUTS: tuple[Output, ...] = tuple(name for name in get_args(Output) if name != "search")


class Settings(BaseModel):
    """All settings. The order of *kinds* is the order of a digest's sections."""

    model_config = _LOOK
    newsletter: Newsletter
    email: Email = Email()
    digest: DigestSettings = DigestSettings()
    feeds: Feeds = Feeds()
    smtp: Smtp = Smtp()
    subscribers: SubscribersSettings = SubscribersSettings()
    sending: Sending = Sending()
    bounces: Bounces = Bounces()
    dkim: Dkim = Dkim()
    preview: PreviewSettings = PreviewSettings()
    look: Look = Look()
    paths: Paths = Paths()
    outputs: tuple[Output, ...] = _OUTPUTS
    kinds: Annotated[dict[Key, Kind], Field(min_length=1)] = Field(default_factory=default_kinds)
    default_kind: Key = Field(default="news", validate_default=True)
    schema_: Any = Field(default=None, alias="$schema", exclude=True)

    @field_validator("kinds")
    @classmethod
    def _built_in_rows(cls, kinds: dict[str, Kind]) -> dict[str, Kind]:
        """Give a kind that is called as a built-in one the shape of its rows."""
        return {
            key: kind if "row" in kind.model_fields_set else kind.model_copy(update={"row": row_of(key)})
            for key, kind in kinds.items()
        }

    @field_validator("outputs")
    @classmethod
    def _each_once(cls, outputs: tuple[Output, ...]) -> tuple[Output, ...]:
        if len(set(outputs)) < len(outputs):
            raise fault("duplicate-output", "an output stands there twice", "write each output once")
        return outputs

    @field_validator("default_kind")
    @classmethod
    def _is_a_kind(cls, key: str, info: ValidationInfo) -> str:
        kinds = info.data.get("kinds", {key: None})  # not there if they have a fault of their own
        if key not in kinds:
            raise fault(
                "unknown-kind",
                f"default_kind is {key!r}, which is not under [kinds]",
                f"write one of: {', '.join(kinds)}",
            )
        return key

    @model_validator(mode="after")
    def _says_what_is_seen(self) -> "Settings":
        hold_spoken(self, self.newsletter.languages)
        return self

    def value(self) -> settings.Settings:
        """Return the settings as a value."""
        return msgspec.convert(self, settings.Settings, from_attributes=True)
