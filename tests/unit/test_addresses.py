"""Mail addresses: which are taken, and which are the same."""

import pytest

from publisher.subscribers.addresses import AddressError, read_address, refusal_hash


@pytest.mark.parametrize(
    ("text", "typed", "key"),
    [
        ("ana@example.org", "ana@example.org", "ana@example.org"),
        ("Ana.Maria@Example.ORG", "Ana.Maria@example.org", "ana.maria@example.org"),
        (" ana@example.org\t", "ana@example.org", "ana@example.org"),
        ("ana+news@example.org", "ana+news@example.org", "ana+news@example.org"),
        ("ana@bücher.example", "ana@bücher.example", "ana@xn--bcher-kva.example"),
        ("ana@xn--bcher-kva.example", "ana@bücher.example", "ana@xn--bcher-kva.example"),
        ("ジェーン@example.org", "ジェーン@example.org", "ジェーン@example.org"),
        ("a@b.test", "a@b.test", "a@b.test"),
        (f"{'a' * 64}@example.org", f"{'a' * 64}@example.org", f"{'a' * 64}@example.org"),
    ],
)
def test_what_is_taken(text: str, typed: str, key: str) -> None:
    """An address is kept as it was typed and compared without capitals, its host in ASCII."""
    assert read_address(text) == (typed, key)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "ana",
            "@example.org",
            "ana@",
            "ana@example",
            "ana@@example.org",
            "ana@exa mple.org",
            "a b@example.org",
        ),
        *(
            f"{'a' * 65}@example.org",
            f"a@{'b' * 250}.org",
            "ana@-a.org",
            "ana@example..org",
            ".ana@example.org",
        ),
        *(
            "ana@example.org\nBcc: eve@evil.example",
            "ana@example.org\r\nx",
            "ana\0@example.org",
            "<ana@example.org>",
        ),
        *(
            "Ana <ana@example.org>",
            "ana@example.org, eve@evil.example",
            "ana@[127.0.0.1]",
            "ana@\u202eexample.org",
        ),
        *('"a b"@example.org', "ana@example.org>", "ana@exämple\u200b.org", "(x)ana@example.org"),
    ],
)
def test_what_is_refused(text: str) -> None:
    """What mail cannot go to, or what would be more than one address, is refused with the reason."""
    with pytest.raises(AddressError) as told:
        read_address(text)
    assert str(told.value)
    assert "\n" not in str(told.value)


def test_look_alikes_differ() -> None:
    """An address with a Cyrillic letter is another one than its Latin twin."""
    assert read_address("ana@exаmple.org").key != read_address("ana@example.org").key
    assert read_address("аna@example.org").key != read_address("ana@example.org").key


def test_what_is_left_of_a_reader() -> None:
    """The hash of an address is the same under one key, another one under another, and no address."""
    one, other = refusal_hash("ana@example.org", b"a" * 32), refusal_hash("ana@example.org", b"b" * 32)
    assert one == refusal_hash("ana@example.org", b"a" * 32)
    assert len({one, other, refusal_hash("eve@example.org", b"a" * 32)}) == 3
    assert len(one) == 64
