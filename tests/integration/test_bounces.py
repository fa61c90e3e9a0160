"""What comes back, from the mailbox to the subscription."""

import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from listkeeping import KEY, NOW, Keeper
from returned_mails import HOSTILE, ID, VERP, arf, dsn, plain
from sqlalchemy import update

from publisher.bounces.isolated import Isolated
from publisher.bounces.reading import read
from publisher.bounces.sources import Maildir, Stream, local
from publisher.database.engine import transaction
from publisher.database.tables import deliveries, subscriptions
from publisher.delivery.ledger import Ledger
from publisher.delivery.returnpath import return_path
from publisher.delivery.returns import Returns
from publisher.delivery.statements import CODES
from publisher.errors import UsageError
from publisher.model.delivery import Message, Segment, State
from publisher.postmaster import Collected, Postmaster
from publisher.subscribers.lifecycle import Cause
from publisher.subscribers.tokens import Claim, Purpose, Tokens

PUBLIC = "AbCdEfGhIjKlMnOpQrStUv"
BOUNCES = '\n[bounces]\naddress = "bounces@example.org"\nsoft_limit = 3\nsoft_days = 90\n'


class Office:
    """A list with one reader, Ana, to whom six issues went, and the mailbox of what comes back."""

    def __init__(self, root: Path, url: str) -> None:
        self.root = root
        (root / "entries").mkdir()
        keeper = Keeper(root, url)
        keeper.close()
        with (root / "publisher.toml").open("a", encoding="utf-8") as file:
            file.write(BOUNCES)
        self.keeper = _Reopened(root, url)
        self.keeper.import_("email\nana@example.com\n")
        engine = self.keeper.store.engine
        with transaction(engine) as connection:
            connection.execute(update(subscriptions).values(public=PUBLIC))
        ledger = Ledger(engine, self.keeper.list.newsletter)
        periods = [f"2026-{month:02}" for month in range(6, 12)]
        mail = Message(Segment("en"), "News", "0" * 64, b"")
        self.issues = {
            period: ledger.freeze(period, "0" * 64, [mail], {Segment("en"): 0}, NOW).id for period in periods
        }
        with transaction(engine) as connection:
            connection.execute(update(deliveries).values(state=CODES[State.SENT]))
        self.reader = self.keeper.store.find("ana@example.com")
        assert self.reader
        self.box = root / "Maildir"
        for place in ("new", "cur", "tmp"):
            (self.box / place).mkdir(parents=True)
        self.now = NOW

    def path(self, period: str = "2026-11") -> str:
        """Return the return path of Ana's mail."""
        assert self.reader
        settings = self.keeper.project.settings
        return str(return_path(settings, self.issues[period], self.reader.id, KEY.encode()))

    def put(self, text: str | bytes) -> None:
        """Put a mail into the mailbox."""
        number = len(list(self.box.rglob("*")))
        data = text.encode() if isinstance(text, str) else text
        (self.box / "new" / f"{number}.mail").write_bytes(data)

    def collect(self, *, act: bool = True) -> Collected:
        """Handle what lies there."""
        return self.collect_from(Maildir(self.box), act=act)

    def collect_from(self, source: Maildir | Stream, *, act: bool = True) -> Collected:
        """Handle what lies in *source*."""
        return Postmaster(self.keeper.list, [KEY], self.now, act=act).collect(source, read)

    @property
    def status(self) -> str:
        """Return the status of Ana's subscription."""
        return self.keeper.statuses()["ana@example.com"]

    def lie(self) -> tuple[int, int]:
        """Return how many mails are new, and how many are seen."""
        return len(list((self.box / "new").iterdir())), len(list((self.box / "cur").glob("*S")))


class _Reopened(Keeper):
    def __init__(self, root: Path, url: str) -> None:
        text = (root / "publisher.toml").read_text(encoding="utf-8")
        super().__init__(root, url)
        self.close()
        (root / "publisher.toml").write_text(text, encoding="utf-8")
        from publisher.project import load  # noqa: PLC0415
        from publisher.readers import open_list  # noqa: PLC0415

        environ = {"PUBLISHER_SUBSCRIBERS__KEY": KEY}
        self.project = load(root, {**environ, "PUBLISHER_SUBSCRIBERS__DATABASE": url})
        self.list = open_list(self.project, environ, self.list.draw)
        self.store = self.list.store


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[Office]:
    """Return an office over SQLite, and then over PostgreSQL."""
    folder = tmp_path / "project"
    folder.mkdir()
    found = Office(folder, database_url)
    yield found
    found.keeper.close()


def _hard(to: str, date: str = "Mon, 30 Nov 2026 10:00:00 +0000") -> str:
    return dsn("5.1.1", "550 5.1.1 user unknown", to=to, date=date)


def _soft(to: str, date: str = "Mon, 30 Nov 2026 10:00:00 +0000") -> str:
    return dsn("5.2.2", "552 5.2.2 full", to=to, date=date).replace(ID, "<other@example.com>")


CASES: dict[str, tuple[Callable[[str], str], str, str]] = {
    "hard": (_hard, "hard", "bounced"),
    "soft": (_soft, "soft", "active"),
    "policy": (lambda to: dsn("5.7.1", "554 5.7.1 blocked", to=to), "policy", "active"),
    "complaint": (lambda to: arf("abuse").replace(VERP, to), "complaint", "complained"),
    "away": (
        lambda to: plain(
            "user unknown", to=to, sender="ana@example.com", headers="Auto-Submitted: auto-replied"
        ),
        "nothing",
        "active",
    ),
    "delay": (lambda to: dsn("4.4.1", action="delayed", to=to), "nothing", "active"),
}


@pytest.mark.parametrize("name", CASES)
def test_what_follows_from_each_sort(office: Office, name: str) -> None:
    """By its return path a mail finds its reader, is handled once, and moves to what is seen."""
    make, verdict, status = CASES[name]
    office.put(make(office.path()))
    found = office.collect()
    assert [(str(one.verdict), one.address, one.period) for one in found.handled] == [
        (verdict, "ana@example.com", "2026-11")
    ]
    assert office.status == status
    assert office.lie() == (0, 1)
    assert office.collect() == Collected()


def test_a_message_id_of_ours_is_enough(office: Office) -> None:
    """Without a return path of ours, the Message-ID of the returned mail names reader and issue."""
    office.put(_hard("news@example.org"))
    (one,) = office.collect().handled
    assert (one.address, one.period, one.became) == ("ana@example.com", "2026-11", "bounced")
    history = office.keeper.store.history(office.reader)  # type: ignore[arg-type]
    assert history[-1].proof == {"by": "bounce", "issue": "2026-11", "status": "5.1.1", "verdict": "hard"}


@pytest.mark.parametrize(
    "forge",
    [
        lambda path: path.replace("+1-", "+2-") if "+1-" in path else path.replace("+", "+9"),
        lambda path: path.rpartition("-")[0] + "-aaaaaaaaaaaaaaaa@example.org",
        lambda _: "bounces@example.org",
        lambda _: "ana@example.com",
    ],
)
def test_a_forged_mail_removes_nobody(office: Office, forge: Callable[[str], str]) -> None:
    """A report with her address and a false signature, or a Message-ID of nobody, is left where it lies."""
    for text in (_hard, lambda to: arf("abuse").replace(VERP, to)):
        mail = text(forge(office.path()))
        office.put(mail.replace(PUBLIC, "X" * 22))
        office.put(mail.replace("2026-11.en", "1999-11.en"))
        office.put(mail.replace("@news.example.org>", "@evil.example>"))
    found = office.collect()
    assert (found.handled, dict(found.left)) == ([], {"it is about no mail of ours": 6})
    assert office.status == "active"
    assert office.lie() == (6, 0)


def test_soft_ones_in_a_row_end_a_subscription(office: Office) -> None:
    """The third issue in a row that comes back as full is the last; two reports of one issue count once."""
    became = []
    for day, period in enumerate(("2026-08", "2026-09", "2026-09", "2026-10"), start=1):
        office.put(_soft(office.path(period), f"{day:02} Nov 2026 10:00:00 +0000"))
        became += [one.became for one in office.collect().handled]
    assert became == ["1 of 3", "2 of 3", "2 of 3", "bounced"]
    assert office.status == "bounced"


def test_an_issue_that_arrives_ends_the_row(office: Office) -> None:
    """Full in June, July and September, but not in August: that is no row, and old ones count no more."""
    became = []
    for period in ("2026-06", "2026-07", "2026-09"):
        office.put(_soft(office.path(period)))
        became += [one.became for one in office.collect().handled]
    assert became == ["1 of 3", "2 of 3", "1 of 3"]
    office.now += timedelta(days=100)
    office.put(_soft(office.path("2026-10")))
    assert office.collect().handled[0].became == "1 of 3"
    assert office.status == "active"


def test_nothing_counts_twice(office: Office) -> None:
    """An mbox, which is never marked, may be read again and again, also after she came back."""
    mbox = b"From MAILER-DAEMON Mon Nov 30 10:00:00 2026\n" + _hard(office.path()).encode() + b"\n"
    first = office.collect_from(Stream("mbox", io.BytesIO(mbox * 2)))
    assert (len(first.handled), first.again) == (1, 1)
    assert office.reader
    with transaction(office.keeper.store.engine) as connection:
        connection.execute(update(subscriptions).values(status="active"))
    again = office.collect_from(Stream("mbox", io.BytesIO(mbox)))
    assert (again.handled, again.again, office.status) == ([], 1, "active")


def test_two_runs_at_once_note_a_mail_once(office: Office) -> None:
    """A mail that another run notes in the same moment is no error, and counts once."""
    returns = Returns(office.keeper.store.engine, office.keeper.list.newsletter)
    assert office.reader
    for _ in range(2):
        returns.note(office.reader.id, office.issues["2026-10"], "m" * 64, "soft", "5.2.2", NOW)
    assert returns.is_known(office.reader.id, "m" * 64)
    assert returns.in_a_row(office.reader.id, office.issues["2026-11"], "soft", NOW) == 2


def test_a_dry_run_changes_nothing(office: Office) -> None:
    """What would be done is told, and afterwards all is as it was."""
    office.put(_hard(office.path()))
    assert [one.became for one in office.collect(act=False).handled] == ["bounced"]
    assert (office.status, office.lie()) == ("active", (1, 0))
    assert [one.became for one in office.collect().handled] == ["bounced"]


def test_a_reader_leaves_by_mail(office: Office) -> None:
    """`unsubscribe TOKEN` is done if the token is good; one for another purpose, or made up, does nothing."""
    tokens = Tokens([KEY])
    for token in ("made.up", tokens.sign(Purpose.PREFERENCES, Claim(PUBLIC))):
        office.put(plain("", sender="ana@example.com", subject=f"unsubscribe {token}"))
    found = office.collect()
    assert (found.handled, dict(found.left)) == ([], {"its token is not good": 2})
    office.put(plain("", subject=f"unsubscribe {tokens.sign(Purpose.UNSUBSCRIBE, Claim(PUBLIC))}"))
    assert [one.became for one in office.collect().handled] == ["unsubscribed"]
    assert (office.status, office.keeper.refusal("ana@example.com")) == ("unsubscribed", "unsubscribe")


def test_an_erased_reader_stays_erased(office: Office) -> None:
    """A mail about somebody who is erased is done with, and names nobody."""
    path = office.path()
    office.keeper.store.happen(PUBLIC, Cause.ERASE, NOW)
    office.put(_hard(path))
    (one,) = office.collect().handled
    assert (one.address, one.became) == ("", "was erased")


def test_others_mails_are_left_alone(office: Office) -> None:
    """Letters of people, reports about other mails, and hostile ones stay new, each with its reason."""
    office.put(plain("Hello!", sender="bea@example.org", to="news@example.org"))
    office.put(plain("I like it.", sender="ana@example.com", to=office.path()))
    for data in HOSTILE.values():
        office.put(data)
    found = office.collect()
    assert found.handled == []
    assert {
        "it is no report",
        "somebody wrote it",
        "its parts are nested too deep",
        "it is larger than 1 MB",
    } <= set(found.left)
    assert office.lie() == (2 + len(HOSTILE), 0)


def test_a_changed_key_still_reads_old_return_paths(office: Office) -> None:
    """What the old key signed is known as long as it stands before the new one."""
    office.put(_hard(office.path()).replace(ID, "<x@y>"))
    postmaster = Postmaster(office.keeper.list, [KEY, "n" * 43], NOW)
    assert len(postmaster.collect(Maildir(office.box), read).handled) == 1


def test_marks_of_a_maildir_are_kept(tmp_path: Path) -> None:
    """A mail keeps the marks it has, and gets one more; those that are seen, and links, are passed by."""
    for place in ("new", "cur"):
        (tmp_path / place).mkdir()
    (tmp_path / "cur" / "1.x:2,FR").write_bytes(b"one")
    (tmp_path / "cur" / "2.x:2,S").write_bytes(b"two")
    (tmp_path / "cur" / "3.x").write_bytes(b"three")
    (tmp_path / "new" / "4.x").write_bytes(b"four")
    (tmp_path / "new" / "5.x").symlink_to(tmp_path / "cur" / "2.x:2,S")
    box = Maildir(tmp_path)
    found = dict(box.mails())
    assert found == {"new/4.x": b"four", "cur/1.x:2,FR": b"one", "cur/3.x": b"three"}
    for key in found:
        box.handled(key)
    box.handled("new/gone.x")
    assert {path.name for path in (tmp_path / "cur").iterdir()} == {
        "1.x:2,FRS",
        "2.x:2,S",
        "3.x:2,S",
        "4.x:2,S",
    }


def test_an_mbox_and_a_pipe(tmp_path: Path) -> None:
    """Mails of an mbox are told apart at lines `From ` alone; without such a line all is one mail."""
    mbox = b"From a Mon\nSubject: 1\n\n>From here\nFrom in a line\n\nFrom b Tue\nSubject: 2\n\n"
    assert [data for _, data in Stream("m", io.BytesIO(mbox)).mails()] == [
        b"Subject: 1\n\nFrom here\nFrom in a line\n\n",
        b"Subject: 2\n\n",
    ]
    single = b"Subject: 1\n\nFrom me\n\nFrom you\n"
    assert [data for _, data in local("-", io.BytesIO(single)).mails()] == [single]
    assert list(Stream("m", io.BytesIO(b"")).mails()) == []
    with pytest.raises(UsageError, match="no mailbox"):
        local(str(tmp_path / "nothing"), io.BytesIO())
    with pytest.raises(UsageError, match="no Maildir"):
        local(str(tmp_path), io.BytesIO())


def test_a_huge_mbox_takes_little_memory() -> None:
    """Of a mail that is too large no more is kept than is needed to say so."""
    stream = Stream(
        "m", io.BytesIO(b"From a Mon\n" + b"word " * 1_000_000 + b"\n\nFrom b Tue\nSubject: 2\n\n")
    )
    sizes = [len(data) for _, data in stream.mails()]
    assert sizes[0] < 1_200_000
    assert sizes[1] == 12


def test_a_mail_that_takes_too_long_is_unreadable() -> None:
    """What a reading process cannot do in time, or breaks it, costs that process; the next mail is read."""
    slow = b"From: mailer-daemon\nContent-Type: text/plain\n\n" + b"<a@b>: x on y \n" * 45_000
    with Isolated(seconds=0.0005) as hasty:
        assert hasty.read(slow).sort == "unreadable"
    with Isolated() as isolated:
        wanted = read(_hard(VERP).encode())
        assert isolated.read(_hard(VERP).encode()) == wanted
        assert isolated._child  # noqa: SLF001 - its end is what is tested
        isolated._child.kill()  # noqa: SLF001
        isolated._child.wait()  # noqa: SLF001
        assert isolated.read(b"x").sort == "unreadable"
        assert isolated.read(_hard(VERP).encode()) == wanted


def test_the_reading_process_has_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """What reads hostile mails knows none of the keys."""
    monkeypatch.setenv("PUBLISHER_SUBSCRIBERS__KEY", KEY)
    with Isolated() as isolated:
        isolated.read(b"x")
        assert isolated._child  # noqa: SLF001
        environ = Path(f"/proc/{isolated._child.pid}/environ")  # noqa: SLF001
        if environ.exists():
            assert KEY.encode() not in environ.read_bytes()


def test_the_order_of_issues_is_that_of_freezing(office: Office) -> None:
    """A delivery that was never sent is no issue that arrived: it does not end a row."""
    with transaction(office.keeper.store.engine) as connection:
        missed = update(deliveries).where(deliveries.c.issue == office.issues["2026-09"])
        connection.execute(missed.values(state=CODES[State.SKIPPED]))
    became = []
    for period in ("2026-07", "2026-08", "2026-10"):
        office.put(_soft(office.path(period)))
        became += [one.became for one in office.collect().handled]
    assert became == ["1 of 3", "2 of 3", "bounced"]
