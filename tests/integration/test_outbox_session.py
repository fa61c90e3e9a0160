"""Many mails into the folder: numbered, whole or not there, on the disk when they are told as taken."""

import os
import threading
from pathlib import Path

import pytest

from publisher.delivery.session import Lost, Refused, Withdrawn
from publisher.delivery.transport import Outbox, stuffed, unstuffed
from publisher.model.delivery import Mailbox, Reply, Stage

SENDER, READER = Mailbox("news@example.org"), Mailbox("ana@example.org")
MAIL = [b"Subject: A\r\n\r\n", b"..dot\r\n", b"...", b"dots\r\nwords.\r\n"]


def test_mails_are_numbered_in_order(tmp_path: Path) -> None:
    """A session goes on behind what is there, and so do single letters behind it."""
    box = Outbox(tmp_path / "outbox")
    box.send(SENDER, READER, b"first")
    held = box.connect()
    for number in (2, 3):
        said = held.deliver(SENDER, READER, MAIL, lambda: True)
        assert said == Reply(Stage.END, 250, "2.0.0", f"000{number}-{READER}.eml")
    assert box.send(SENDER, READER, b"last") == f"0004-{READER}.eml"
    assert box.read(f"0003-{READER}.eml") == b"Subject: A\r\n\r\n.dot\r\n..dots\r\nwords.\r\n"
    assert held.is_open
    held.close()
    assert not held.is_open


def test_several_sessions_give_each_number_once(tmp_path: Path) -> None:
    """Threads with sessions of their own write all their mails, under numbers of their own."""
    box = Outbox(tmp_path)

    def work(name: str) -> None:
        held = box.connect()
        for _ in range(25):
            held.deliver(SENDER, Mailbox(f"{name}@example.org"), MAIL, lambda: True)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(int(name[:4]) for name in box.listed()) == list(range(1, 101))
    assert not list(tmp_path.glob(".new-*"))


def test_two_programs_write_over_nothing(tmp_path: Path) -> None:
    """Two that count by themselves may give one number twice, but no mail is lost."""
    first, second = Outbox(tmp_path).connect(), Outbox(tmp_path).connect()
    for held in (first, second, first, second):
        held.deliver(SENDER, READER, MAIL, lambda: True)
    assert len(Outbox(tmp_path).listed()) == 4


def test_the_folder_is_listed_once_a_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail costs as much in a folder of many as in an empty one."""
    held = Outbox(tmp_path).connect()
    with monkeypatch.context() as patched:
        patched.setattr(Path, "iterdir", lambda _: pytest.fail("listed"))
        for _ in range(3):
            held.deliver(SENDER, READER, MAIL, lambda: True)
    assert len(Outbox(tmp_path).listed()) == 3


def test_a_mail_is_on_the_disk_before_it_is_committed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is synced before the commit and gets its name behind it; then the folder is synced."""
    steps: list[str] = []
    sync, link = os.fsync, os.link

    def seen_sync(descriptor: int) -> None:
        steps.append("folder" if Path(f"/proc/self/fd/{descriptor}").resolve().is_dir() else "file")
        sync(descriptor)

    def seen_link(source: str, target: Path) -> None:
        steps.append("name")
        link(source, target)

    monkeypatch.setattr(os, "fsync", seen_sync)
    monkeypatch.setattr(os, "link", seen_link)
    Outbox(tmp_path).connect().deliver(SENDER, READER, MAIL, lambda: not steps.append("commit"))  # type: ignore[func-returns-value]
    assert steps == ["file", "commit", "name", "folder"]


def test_a_mail_that_is_taken_back_leaves_nothing(tmp_path: Path) -> None:
    """Without a commit there is no mail, and no half one either; what the commit raises comes through."""
    held = Outbox(tmp_path).connect()
    with pytest.raises(Withdrawn):
        held.deliver(SENDER, READER, MAIL, lambda: False)

    def commit() -> bool:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        held.deliver(SENDER, READER, MAIL, commit)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_gone_loses_the_line(tmp_path: Path) -> None:
    """What cannot be written was not sent."""
    held = Outbox(tmp_path / "outbox").connect()
    (tmp_path / "outbox").rmdir()
    with pytest.raises(Lost) as lost:
        held.deliver(SENDER, READER, MAIL, lambda: True)
    assert lost.value.stage is Stage.DATA
    (tmp_path / "file").write_text("")
    with pytest.raises(Lost):
        Outbox(tmp_path / "file").connect()


def test_a_link_is_no_folder(tmp_path: Path) -> None:
    """A session with a folder that leads elsewhere is refused."""
    (tmp_path / "theirs").mkdir()
    (tmp_path / "outbox").symlink_to("theirs")
    with pytest.raises(Refused, match="link"):
        Outbox(tmp_path / "outbox").connect()


@pytest.mark.parametrize(
    ("mail", "sent"),
    [
        (b"", b"\r\n"), (b"a", b"a\r\n"), (b"a\nb\rc\r\n", b"a\r\nb\r\nc\r\n"), (b".", b"..\r\n"),
        (b"..\n.a\n", b"...\r\n..a\r\n"), (b"a.\r\n\n.\n", b"a.\r\n\r\n..\r\n"), (b"\r.", b"\r\n..\r\n"),
    ],
)  # fmt: skip
def test_letters_are_made_fit_for_the_line(mail: bytes, sent: bytes) -> None:
    """Lines end in CRLF, and dots that begin one are doubled; taking that back gives the mail."""
    assert stuffed(mail) == sent
    assert stuffed(unstuffed([sent])) == sent
