"""The settings of a project, whole and right: what `written.Settings` lets through, as light values.

They are kept between builds, so that a build whose settings did not change loads no Pydantic.
`docs/settings.md` explains each.
"""

from typing import Literal

from msgspec import Struct

from publisher.model.localised import Localised

ENTRIES = "entries"
"""The folder of the entries, if the settings name no other."""
Output = Literal[
    "entries", "feeds", "archives", "kinds", "topics", "digests", "calendar", "sitemap", "search"
]

LOGOS_OF_MAILS = (".png", ".jpg", ".jpeg", ".gif")
"""How files end that all mail readers show: Gmail shows no SVG, Outlook no WebP."""


class Newsletter(Struct, frozen=True):
    """What the newsletter is called, where it lives and which languages it speaks."""

    title: Localised
    description: Localised
    organisation: Localised | None
    url: str
    tag: str
    languages: tuple[str, ...]
    locales: dict[str, str]
    zone: str
    notice: Localised | None
    menu: tuple[str, ...]

    @property
    def host(self) -> str:
        """Return the host in *tag*, of which Message-IDs and the List-Id are."""
        return self.tag.partition(",")[0]


class Email(Struct, frozen=True, rename={"sender": "from"}):
    """The sender of the digests, and where readers can write to."""

    sender: str
    postal_address: str | None
    contact: str | None

    @property
    def name_and_address(self) -> tuple[str, str]:
        """Return the sender's name, which may be "", and the address."""
        name, _, rest = self.sender.partition("<")
        return (name.rstrip(), rest.removesuffix(">")) if rest else ("", self.sender)


class DigestSettings(Struct, frozen=True):
    """The monthly digests."""

    other_languages: Literal["leave-out", "mark"]
    minimum_entries: int


class Feeds(Struct, frozen=True):
    """The feeds."""

    size: int
    ttl: int
    rights: Localised | None
    hub: str | None


class Smtp(Struct, frozen=True):
    """The server that takes mails; without a host they are written to a folder."""

    host: str | None
    port: int
    security: Literal["starttls", "tls", "none"]
    user: str | None


class SubscribersSettings(Struct, frozen=True):
    """Where subscribers are kept, where they join (None: nowhere), and how often forms may be sent."""

    database: str
    service: str | None
    hourly_per_address: int
    hourly_per_network: int
    hourly: int


class Sending(Struct, frozen=True):
    """When issues are sent, and how fast.

    *rate* is in mails a second. An issue is due on *day* of the month after its own, or on that month's last
    day if it has no such day, at *time* in the newsletter's zone; 0 is never by itself. *late_days* later it
    is not sent without a question.
    """

    rate: float
    connections: int
    day: int
    time: str
    late_days: int
    give_up_hours: int


class Bounces(Struct, frozen=True):
    """Where mails come back to, and how many soft ones in how many days count as a hard one."""

    address: str | None
    soft_limit: int
    soft_days: int
    imap: str | None
    user: str | None


class Dkim(Struct, frozen=True):
    """By which domain mails are signed here, rather than by the server; None for not at all."""

    domain: str | None
    selector: str


class PreviewSettings(Struct, frozen=True):
    """The local preview."""

    editor: str
    test_addresses: tuple[str, ...]


class Colours(Struct, frozen=True):
    """The colours of pages and mails, each `#rrggbb`.

    *paper* lies under the text, *ground* under what frames it, *tint* under what stands out; *ink* and the
    paler *quiet* are text; *line* parts; *accent* marks, and *link* leads on.
    """

    paper: str
    ground: str
    tint: str
    ink: str
    quiet: str
    line: str
    accent: str
    link: str


class Look(Struct, frozen=True):
    """How pages and mails look: the colours by day and in the dark, and logos, files of the templates."""

    light: Colours
    dark: Colours
    logo: str | None
    logo_dark: str | None
    mail_logo: str | None
    mail_logo_dark: str | None

    @property
    def logos_of_mails(self) -> tuple[str | None, str | None]:
        """Return the logo of mails and that of dark ones: those of pages if none is named for mails."""
        if self.mail_logo:
            return self.mail_logo, self.mail_logo_dark
        shown = [
            logo if logo and logo.lower().endswith(LOGOS_OF_MAILS) else None
            for logo in (self.logo, self.logo_dark)
        ]
        return shown[0], shown[1] if shown[0] else None


class Paths(Struct, frozen=True):
    """The folders of the project, below its own."""

    entries: str
    templates: str
    output: str


class Kind(Struct, frozen=True):
    """A kind of entry: its name on one entry, and over several.

    *row* names the template of its rows in a digest, `email/rows/ROW.html`.
    """

    name: Localised
    plural: Localised | None
    row: str

    def heading(self, lang: str) -> str:
        """Return the name over several entries of this kind."""
        return self.several.for_language(lang)

    @property
    def several(self) -> Localised:
        """Return the name over several entries of this kind, in each language."""
        return self.plural or self.name


class Settings(Struct, frozen=True):
    """All settings. The order of *kinds* is the order of a digest's sections."""

    newsletter: Newsletter
    email: Email
    digest: DigestSettings
    feeds: Feeds
    smtp: Smtp
    subscribers: SubscribersSettings
    sending: Sending
    bounces: Bounces
    dkim: Dkim
    preview: PreviewSettings
    look: Look
    paths: Paths
    outputs: tuple[Output, ...]
    kinds: dict[str, Kind]
    default_kind: str
