"""A web service that is killed loses no form that it answered."""

import socket
import time
from pathlib import Path

import pytest
from serving import Serving, a_newsletter, a_service, links


def wait_for_all(service: Serving, number: int) -> set[str]:
    """Return whom mails are for, as soon as there are *number* addresses."""
    folder, until, found = service.root / ".publisher" / "outbox", time.monotonic() + 20, set[str]()
    while len(found) < number and time.monotonic() < until:
        time.sleep(0.05)
        found = {path.name.partition("-")[2].removesuffix(".eml") for path in folder.glob("*.eml")}
    return found


def test_a_killed_service_loses_no_form(tmp_path: Path, database_url: str) -> None:
    """Each form that was answered is done by the next service: a mail, and a link that works."""
    root, names = a_newsletter(tmp_path / "news").root, {f"r{number}@example.org" for number in range(20)}
    with a_service(root, database=database_url) as service:
        for name in sorted(names):
            assert service.subscribe(name).status == 200
        service.kill()
        assert service.rows("SELECT key FROM wish") != [], "the kill came too late to show anything"
    with a_service(root, database=database_url) as service:
        assert wait_for_all(service, 20) == names
        service.settle()
        assert service.rows("SELECT key FROM wish") == []
        newest = {mail["To"]: mail for mail in service.mails(len(list(root.glob(".publisher/outbox/*.eml"))))}
        for mail in newest.values():
            assert service.post(links(mail)[0], confirm="1").status == 200
        assert service.rows("SELECT count(*) FROM subscription WHERE status = 'active'") == [(20,)]


@pytest.mark.parametrize(
    "is_killed", [True, pytest.param(False, marks=pytest.mark.whole)], ids=["killed", "ended"]
)
def test_a_mail_that_waits_goes_out_after_the_next_start(tmp_path: Path, is_killed: bool) -> None:  # noqa: FBT001
    """The list knows the reader and no server took her mail: the next service sends it, once."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    away = f'[smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'
    root = a_newsletter(tmp_path / "news", away).root
    with a_service(root) as service:
        service.subscribe("ana@example.org")
        assert service.status("ana@example.org") == "pending"
        if is_killed:
            service.kill()
    settings = root / "publisher.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace(away, ""), encoding="utf-8")
    for _ in range(2):
        with a_service(root) as service:
            service.mails(1)
            service.settle()
    with a_service(root) as service:
        (confirm,) = links(*service.mails(1))
        assert service.post(confirm, confirm="1").status == 200
        assert service.status("ana@example.org") == "active"
