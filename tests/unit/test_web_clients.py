"""Who asks the web service, told coarsely."""

import pytest

from publisher.web.clients import Stamps, network, preferred

KEYS = ["an-old-key-that-has-enough-characters", "a-new-key-that-has-enough-characters"]


@pytest.mark.parametrize(
    ("client", "expected"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("", "unknown"),
        ("unix:", "unknown"),
        ("192.0.2.77, 1.2.3.4", "unknown"),
    ],
)
def test_a_network_is_told_and_no_person(client: str, expected: str) -> None:
    """Three of the four numbers of an address stay, or three groups of the longer kind."""
    assert network(client) == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", "en"),
        ("fr", "fr"),
        ("FR-ca", "fr"),
        ("de, fr;q=0.3, ar;q=0.7", "ar"),
        ("pt, pt-BR", "pt-BR"),
        ("fr;q=0, ar;q=0.1", "ar"),
        ("fr;q=x, *;q=nan, ar;q=9", "en"),
        (",;=" * 1_000, "en"),
    ],
)
def test_a_browsers_language_is_found(header: str, expected: str) -> None:
    """The best liked one that the newsletter speaks, else its first."""
    assert preferred(header, ("en", "fr", "ar", "pt-BR")) == expected


@pytest.mark.parametrize(
    ("age", "is_good"), [(-1, False), (0, False), (2, True), (86_400, True), (86_402, False)]
)
def test_a_form_is_good_for_a_day(age: int, is_good: bool) -> None:  # noqa: FBT001
    """From two seconds to a day after it was made."""
    assert Stamps(KEYS).is_good(Stamps(KEYS).made(1_000_000), 1_000_000 + age) is is_good


def test_forms_outlive_a_change_of_keys() -> None:
    """A form that the old key signed is good while both are set, and not with another key."""
    made = Stamps(KEYS[:1]).made(1_000_000)
    assert Stamps(KEYS).is_good(made, 1_000_010)
    assert not Stamps(KEYS[1:]).is_good(made, 1_000_010)
