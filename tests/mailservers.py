"""A Dovecot of our own on this machine, with one mailbox, over TLS; `conftest.py` makes it a fixture."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import trustme

_CONF = """\
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
login_trusted_networks =
ssl = required
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.pem
disable_plaintext_auth = yes
mail_location = maildir:{folder}/mail
first_valid_uid = 1
passdb {{
  driver = static
  args = password=right
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={folder}/home
}}
service imap-login {{
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
"""


@dataclass(frozen=True)
class Inbox:
    """A mailbox on a server: its port, the file of the authority that signed its certificate, its folder."""

    port: int
    authority: Path
    folder: Path

    def put(self, data: bytes) -> None:
        """Deliver a mail."""
        name = f"{time.time_ns()}.x.example"
        (self.folder / "tmp" / name).write_bytes(data)
        shutil.chown(self.folder / "tmp" / name, "mail", "mail")
        (self.folder / "tmp" / name).rename(self.folder / "new" / name)

    def seen(self) -> int:
        """Return how many mails are marked as seen."""
        return sum("S" in path.name.rpartition(":2,")[2] for path in (self.folder / "cur").iterdir())

    def number(self) -> int:
        """Return how many mails there are."""
        return sum(len(list((self.folder / place).iterdir())) for place in ("new", "cur"))


def dovecot_is_here() -> bool:
    """Tell whether Dovecot is installed, and may be started: its daemons need root."""
    return (
        shutil.which("dovecot") is not None and os.geteuid() == 0 and Path("/usr/lib/dovecot/imap").exists()
    )


@contextlib.contextmanager
def inbox() -> Iterator[Inbox]:
    """Run a Dovecot whose certificate is for localhost; any user logs in with the password `right`."""
    folder = Path(tempfile.mkdtemp(prefix="publisher-dovecot-"))
    folder.chmod(0o755)
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "authority.pem"))
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(str(folder / "server.pem"))
    for name in ("mail", "mail/new", "mail/cur", "mail/tmp", "home"):
        (folder / name).mkdir()
        shutil.chown(folder / name, "mail", "mail")
    (folder / "dovecot.conf").write_text(_CONF.format(folder=folder, port=port), encoding="utf-8")
    server = subprocess.Popen(
        ["/usr/sbin/dovecot", "-F", "-c", folder / "dovecot.conf"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        end = time.monotonic() + 20
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
                break
            log = folder / "log"
            assert time.monotonic() < end, log.read_text(encoding="utf-8") if log.exists() else "no log"
            time.sleep(0.05)
        yield Inbox(port, folder / "authority.pem", folder / "mail")
    finally:
        server.terminate()
        server.wait(timeout=20)
        shutil.rmtree(folder, ignore_errors=True)
