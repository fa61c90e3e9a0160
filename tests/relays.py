"""A Postfix of our own, which hands everything on to one port; `conftest.py` makes it a fixture."""

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

_MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = relay.example.org
mydestination =
local_recipient_maps =
alias_maps =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
relayhost = [127.0.0.1]:{sink}
smtp_host_lookup = native
smtp_tls_security_level = none
smtpd_tls_security_level = none
default_destination_concurrency_limit = 50
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtpd_client_message_rate_limit = 0
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
{more}
"""
_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
"""


@dataclass(frozen=True)
class Relay:
    """A running Postfix: where it listens, and the file of its log."""

    host: str
    port: int
    log: Path
    folder: Path

    def restart(self) -> None:
        """Stop it at once and start it anew, as a machine that restarts does."""
        _postfix(self.folder, "abort", ends_well=False)
        _postfix(self.folder, "start")
        _wait_for(self.port)

    def wait_until_empty(self, seconds: float = 60) -> None:
        """Wait until its queue holds nothing."""
        end = time.monotonic() + seconds
        queues = [self.folder / "queue" / name for name in ("incoming", "active", "deferred", "maildrop")]
        while any(path.is_file() for queue in queues for path in queue.rglob("*")):
            assert time.monotonic() < end, self.log.read_text(encoding="utf-8")[-3000:]
            time.sleep(0.05)


def postfix_is_here() -> bool:
    """Tell whether Postfix is installed, and may be started: its daemons need root."""
    return Path("/usr/lib/postfix/sbin/master").exists() and os.geteuid() == 0


@contextlib.contextmanager
def relay(sink: int, more: str = "") -> Iterator[Relay]:
    """Run a Postfix that hands every mail to the port *sink*; *more* are lines for its `main.cf`."""
    folder = Path(tempfile.mkdtemp(prefix="publisher-postfix-"))
    folder.chmod(0o755)
    port = _free_port()
    try:
        (folder / "queue").mkdir()
        (folder / "data").mkdir()
        shutil.chown(folder / "data", "postfix")
        (folder / "main.cf").write_text(_MAIN.format(folder=folder, sink=sink, more=more), encoding="utf-8")
        (folder / "master.cf").write_text(_MASTER.format(port=port), encoding="utf-8")
        _postfix(folder, "start")
        try:
            _wait_for(port)
            yield Relay("127.0.0.1", port, folder / "mail.log", folder)
        finally:
            _postfix(folder, "abort", ends_well=False)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _postfix(folder: Path, word: str, *, ends_well: bool = True) -> None:
    done = subprocess.run(
        ["/usr/sbin/postfix", "-c", folder, word],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=60,
    )
    log = folder / "mail.log"
    told = log.read_text(encoding="utf-8") if log.exists() else ""
    assert done.returncode == 0 or not ends_well, done.stdout + told


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_for(port: int) -> None:
    end = time.monotonic() + 20
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as line:
            if line.recv(3) == b"220":
                line.sendall(b"QUIT\r\n")
                return
        assert time.monotonic() < end, "Postfix does not answer"
        time.sleep(0.05)
