"""DNS on this machine: records as a table, and a real server of them over UDP."""

import contextlib
import socket
import threading
from collections.abc import Iterator, Mapping

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

from publisher.resolver import ResolverError


class Table:
    """A resolver that knows *texts*, *exchanges* and *addresses*; *dead* names do not answer."""

    def __init__(
        self,
        texts: Mapping[str, list[str]],
        exchanges: Mapping[str, list[str]] | None = None,
        addresses: Mapping[str, list[str]] | None = None,
        dead: tuple[str, ...] = (),
    ) -> None:
        self._texts, self._exchanges, self._addresses = texts, exchanges or {}, addresses or {}
        self._dead = dead
        self.asked: list[str] = []

    def texts(self, name: str) -> list[str]:
        """Return the TXT records of *name*."""
        return self._found(self._texts, name)

    def exchanges(self, name: str) -> list[str]:
        """Return the mail servers of *name*."""
        return self._found(self._exchanges, name)

    def addresses(self, name: str) -> list[str]:
        """Return the addresses of *name*."""
        return self._found(self._addresses, name)

    def _found(self, table: Mapping[str, list[str]], name: str) -> list[str]:
        self.asked.append(name)
        if name in self._dead:
            raise ResolverError(f"{name}: nobody answers")
        return list(table.get(name, []))


@contextlib.contextmanager
def nameserver(records: Mapping[tuple[str, str], list[str]], *, fails: tuple[str, ...] = ()) -> Iterator[str]:
    """Run a server of *records*, by name and type; give its `ADDRESS:PORT`. For names in *fails* it fails."""
    line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    line.bind(("127.0.0.1", 0))
    names = {name for name, _ in records}

    def serve() -> None:
        while True:
            try:
                data, where = line.recvfrom(4096)
            except OSError:
                return
            if not data:
                return
            query = dns.message.from_wire(data)
            answer = dns.message.make_response(query)
            answer.flags |= dns.flags.RA
            asked = query.question[0]
            name, kind = asked.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(asked.rdtype)
            if name in fails:
                answer.set_rcode(dns.rcode.SERVFAIL)
            elif found := records.get((name, kind)):
                answer.answer.append(dns.rrset.from_text_list(asked.name, 60, "IN", kind, found))
            elif name not in names:
                answer.set_rcode(dns.rcode.NXDOMAIN)
            line.sendto(answer.to_wire(), where)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"127.0.0.1:{line.getsockname()[1]}"
    finally:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
            end.sendto(b"", line.getsockname())
        thread.join()
        line.close()
