"""Where mails come back to: an address of its own for each mail, which nobody can forge."""

import pytest
from builders import some_settings
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from publisher.delivery.returnpath import read, return_path
from publisher.model.delivery import Mailbox

KEY, OTHER = b"k" * 32, b"o" * 32
WITH = some_settings(bounces={"address": "bounces@example.org"})
ONE = return_path(WITH, 7, 4711, KEY)
KIOSK = return_path(some_settings(bounces={"address": "kiosk@example.org"}), 7, 4711, KEY)
NUMBERS = st.integers(0, 10**10)


def test_an_address_names_issue_and_subscription() -> None:
    """The address says whom the mail went to, and its signature is the same each time, on each machine."""
    assert ONE == "bounces+7-4711-pb6u6ihinrntswpp@example.org"
    assert read(ONE, KEY) == (7, 4711)


def test_without_an_address_mails_come_back_to_the_sender() -> None:
    """No address for bounces is set, so the sender's own is the return path, and names nobody."""
    found = return_path(some_settings(email={"from": "News <news@example.org>"}), 7, 4711, KEY)
    assert (found, read(found, KEY)) == ("news@example.org", None)


@given(NUMBERS, NUMBERS, st.sampled_from(["bounces@example.org", "a+b@example.org", "x@y.example"]))
def test_what_is_written_is_read(issue: int, subscription: int, address: str) -> None:
    """Whatever the numbers, the address comes back to them, and none is longer than SMTP allows."""
    found = return_path(some_settings(bounces={"address": address}), issue, subscription, KEY)
    assert read(found, KEY) == (issue, subscription)
    assert len(found.partition("@")[0]) <= 64


@pytest.mark.parametrize(
    "written", [ONE.upper(), ONE.title(), KIOSK.replace("k", "K"), ONE.replace("example.org", "EXAMPLE.ORG")]
)
def test_servers_may_change_the_case(written: str) -> None:
    """An address whose letters came back in another case is read."""
    assert written not in {ONE, KIOSK}
    assert read(written, KEY) == (7, 4711)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "@",
        "bounces@example.org",
        ONE.replace("7-", "8-"),
        ONE.replace("4711", "4712"),
        ONE.replace("4711", "04711"),
        ONE.replace("7-4711", "74-711"),
        ONE.replace("7-", "٧-"),
        ONE.replace("7-", "-7-"),
        ONE.replace("p@", "@"),
        ONE.replace("p@", "pp@"),
        ONE.replace("p@", "q@"),
        KIOSK.replace("k", "\u212a"),
        ONE.replace("@", "@@"),
        ONE.replace("bounces+", "+"),
        ONE.replace("bounces+", "bounces-"),
        f"{ONE}\n",
        f" {ONE}\x00",
        f"bounces+7-4711-@{'e' * 30}.org",
        f"b{'+7-4711-pb6u6ihinrntswpp' * 400}@example.org",
    ],
)
def test_any_other_address_names_nobody(address: str) -> None:
    """Neither a forged address nor a broken one is read, however long it is."""
    assert read(address, KEY) is None


def test_another_key_reads_nothing() -> None:
    """The signature is good under the key that made it alone."""
    assert read(ONE, OTHER) is None


@given(st.text(max_size=100) | st.text("+-@0123456789abcxyz", max_size=60).map(lambda text: f"b+7-1-{text}"))
def test_no_text_breaks_the_reading(text: str) -> None:
    """Texts of any sort name nobody."""
    assert read(text, KEY) is None


def test_an_address_that_is_too_long_is_refused() -> None:
    """A mailbox whose name leaves no room for a signature raises an error, before anything is sent."""
    some = some_settings()
    bounces = replace(some.bounces, address=f"{'b' * 60}@example.org")  # settings let none in that is so long
    with pytest.raises(ValueError, match="no mailbox"):
        return_path(replace(some, bounces=bounces), 7, 4711, KEY)
    assert isinstance(ONE, Mailbox)
