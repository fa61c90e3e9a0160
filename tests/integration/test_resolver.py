"""DNS, asked of a real server on this machine."""

import socket

import pytest
from nameservers import nameserver

from publisher.errors import UsageError
from publisher.resolver import ResolverError, opened

RECORDS = {
    ("example.org", "TXT"): ['"v=spf1 " "-all"', '"hello"'],
    ("example.org", "MX"): ["20 mx2.example.org.", "10 mx1.example.org."],
    ("mx1.example.org", "A"): ["192.0.2.1"],
    ("mx1.example.org", "AAAA"): ["2001:db8::1"],
    ("null.example.org", "MX"): ["0 ."],
}


def test_records_as_they_are() -> None:
    """Texts in one piece, mail servers in their order, addresses of both sorts; else nothing."""
    with nameserver(RECORDS) as place:
        resolver = opened(place)
        assert sorted(resolver.texts("example.org")) == ["hello", "v=spf1 -all"]
        assert resolver.exchanges("example.org") == ["mx1.example.org", "mx2.example.org"]
        assert resolver.exchanges("null.example.org") == [""]
        assert resolver.addresses("mx1.example.org") == ["192.0.2.1", "2001:db8::1"]
        assert resolver.texts("mx1.example.org") == []
        assert resolver.texts("nobody.example.org") == []


@pytest.mark.parametrize(
    "name", ["a" * 64 + ".example.org", "a..b", ".".join(["abcdefgh"] * 40), "é\udc80.x"]
)
def test_a_name_that_cannot_be(name: str) -> None:
    """What is no name has no records."""
    with nameserver({}) as place:
        assert opened(place).texts(name) == []


def test_a_server_that_fails() -> None:
    """A failure is no empty answer."""
    with (
        nameserver(RECORDS, fails=("example.org",)) as place,
        pytest.raises(ResolverError, match=r"example\.org"),
    ):
        opened(place).texts("example.org")


@pytest.mark.whole
def test_nobody_answers() -> None:
    """A resolver that is not there is told in one line."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        port = silent.getsockname()[1]
    resolver = opened(f"127.0.0.1:{port}")
    with pytest.raises(ResolverError) as told:
        resolver.texts("example.org")
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("place", ["somewhere", "127.0.0.1:x", "1.2.3", ""])
def test_an_address_of_no_resolver(place: str) -> None:
    """Only the address of a resolver is one."""
    with pytest.raises(UsageError, match="no address"):
        opened(place)
