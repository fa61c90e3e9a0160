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
from publisher.model.rules import fault
from publisher.model.settings import Output
from publisher.model.text import Key, Language, Localised, PlainText, Text, Url, Words

_PATH = "/%:@!$&'()*+,;=~-._"  # what a path keeps as it is (RFC 3986, section 3.3)
_LOOK = ConfigDict(frozen=True, extra="forbid")
_TAG = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?,[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")
_ATOM, _LABEL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+", r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_ADDRESS = rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*"
_MAILBOX = re.compile(rf"[^<>\"]+?\s*<{_ADDRESS}>|{_ADDRESS}")


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


def _mailbox(text: str) -> str:
    if not _MAILBOX.fullmatch(text):
        raise fault("invalid-mailbox", f"{text[:60]!r} is no sender", "write Name <news@example.org>")
    return text


def _address(text: str) -> str:
    if not re.fullmatch(_ADDRESS, text):
        raise fault("invalid-mailbox", f"{text[:60]!r} is no mail address", "write news@example.org")
    return text


def _return_address(text: str) -> str:
    if len(_address(text).partition("@")[0]) > 30:  # noqa: PLR2004 - 64 (RFC 5321) without +ISSUE-READER-MARK
        raise fault("invalid-mailbox", f"{text[:60]!r} is too long", "write at most 30 letters before the @")
    return text


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


class Email(BaseModel):
    """The sender of the digests, and where readers can write to."""

    model_config = _LOOK
    sender: Annotated[Words, AfterValidator(_mailbox)] = Field(
        default="News <news@example.org>", alias="from"
    )
    postal_address: PlainText | None = None
    contact: Annotated[Words, AfterValidator(_address)] | None = None


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


class Smtp(BaseModel):
    """The server that takes mails; without a host they are written to a folder."""

    model_config = _LOOK
    host: Text | None = None
    port: int = Field(default=587, ge=1, le=65_535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: Text | None = None


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


class Sending(BaseModel):
    """When issues are sent, and how fast."""

    model_config = _LOOK
    rate: float = Field(default=10, gt=0, le=10_000)
    connections: int = Field(default=4, ge=1, le=100)
    day: int = Field(default=0, ge=0, le=31)
    time: Annotated[str, Field(pattern=r"^(?:[01][0-9]|2[0-3]):[0-5][0-9]$")] = "09:00"
    late_days: int = Field(default=5, ge=1, le=365)
    give_up_hours: int = Field(default=48, ge=1, le=240)


class Bounces(BaseModel):
    """Where mails come back to, and how many soft ones count as a hard one."""

    model_config = _LOOK
    address: Annotated[Words, AfterValidator(_return_address)] | None = None
    soft_limit: int = Field(default=3, ge=1, le=100)
    soft_days: int = Field(default=120, ge=1, le=3650)
    imap: Text | None = None
    user: Text | None = None


class Dkim(BaseModel):
    """By which domain mails are signed here, rather than by the server."""

    model_config = _LOOK
    domain: Annotated[str, Field(pattern=rf"^{_LABEL}(?:\.{_LABEL})+$")] | None = None
    selector: Annotated[str, Field(pattern=rf"^{_LABEL}(?:\.{_LABEL})*$")] = "publisher"


class PreviewSettings(BaseModel):
    """The local preview."""

    model_config = _LOOK
    editor: str = "vscode://file/{path}:{line}:{column}"
    test_addresses: tuple[Annotated[Words, AfterValidator(_address)], ...] = ()


class Paths(BaseModel):
    """The folders of the project, below its own."""

    model_config = _LOOK
    entries: Folder = "entries"
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


_OUTPUTS: tuple[Output, ...] = get_args(Output)


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

    def value(self) -> settings.Settings:
        """Return the settings as a value."""
        return msgspec.convert(self, settings.Settings, from_attributes=True)
