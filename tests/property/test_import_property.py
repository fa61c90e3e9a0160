"""Any file may be imported; none raises a status, none breaks the command."""

import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from listkeeping import Keeper
from sqlalchemy import delete

from publisher.database.tables import changes, refusals, subscriptions
from publisher.errors import PublisherError
from publisher.model.subscription import Choice
from publisher.subscribers.addresses import _PLAIN, AddressError, read_address
from publisher.subscribers.lifecycle import Cause

NAMES = st.sampled_from(["a", "A", "b", "c", "d"])
STATUSES = st.sampled_from(
    ["active", "subscribed", "unsubscribed", "cleaned", "spam", "pending", "paused", "", "what"]
)
ROWS = st.lists(st.tuples(NAMES, STATUSES), max_size=12)
FILES = st.lists(ROWS, min_size=1, max_size=3)
LIVES = st.dictionaries(
    st.sampled_from(["a", "b", "c"]),
    st.lists(st.sampled_from([*Cause]), max_size=5),
)
GETS_MAIL = {"active"}


def _live(keeper: Keeper, name: str, causes: list[Cause]) -> None:
    """Let things happen to a reader before any file comes."""
    from listkeeping import NOW  # noqa: PLC0415

    address = read_address(f"{name}@example.org")
    for cause in causes:
        found = keeper.store.find(address.key)
        if cause is Cause.SUBSCRIBE:
            keeper.store.subscribe(address, Choice("en"), NOW)
        elif cause in {Cause.ADD, Cause.IMPORT}:
            keeper.store.add(address, Choice("en"), cause, NOW, {})
        elif found and cause is Cause.CONFIRM:
            keeper.store.confirm(found.public, found.nonce, NOW, {})
        elif found:
            keeper.store.happen(found.public, cause, NOW)


def _known(keeper: Keeper) -> dict[str, tuple[str, str]]:
    """Return status and refusal of each name."""
    statuses = keeper.statuses()
    return {
        name: (statuses.get(f"{name}@example.org", ""), keeper.refusal(f"{name}@example.org"))
        for name in "abcd"
    }


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lives=LIVES, files=FILES)
def test_an_import_never_raises_a_status(
    keeper: Keeper, lives: dict[str, list[Cause]], files: list[list[tuple[str, str]]]
) -> None:
    """After any files only who was wholly unknown and never left anywhere has begun to get mail."""
    with keeper.store.engine.begin() as connection:
        for table in (changes, subscriptions, refusals):
            connection.execute(delete(table))
    for name, causes in lives.items():
        _live(keeper, name, causes)
    for lines in files:
        before = _known(keeper)
        content = "email,status\n" + "".join(f"{name}@example.org,{status}\n" for name, status in lines)
        dry, _ = keeper.import_(content, go=False)
        assert _known(keeper) == before
        done, _ = keeper.import_(content)
        assert dry == done
        left = {name.lower() for name, status in lines if status in {"unsubscribed", "cleaned", "spam"}}
        for name, (status, refusal) in _known(keeper).items():
            was, refused = before[name]
            if status in GETS_MAIL and was not in GETS_MAIL:
                assert (was, refused) == ("", "")
                assert name not in left
            assert not refused or refusal == refused  # a refusal stays
            if was and status != was:
                assert was in {"active", "paused"}
                assert name in left


@pytest.fixture
def keeper(tmp_path_factory: pytest.TempPathFactory, database_url: str):  # type: ignore[no-untyped-def] # noqa: ANN201
    """Return a project with a list, over each database."""
    with closing(Keeper(tmp_path_factory.mktemp("list"), database_url)) as found:
        yield found


@pytest.fixture(scope="module")
def plain_keeper():  # type: ignore[no-untyped-def] # noqa: ANN201
    """Return a project with a list in SQLite."""
    with tempfile.TemporaryDirectory() as folder, closing(Keeper(Path(folder), "sqlite:///x.db")) as found:
        yield found


PIECES = st.sampled_from(
    [
        b'"',
        b",",
        b";",
        b"\n",
        b"\r",
        b"\0",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"email",
        b"a@example.org",
        b"'",
        b"\t",
    ]
)


@given(data=st.one_of(st.binary(max_size=300), st.lists(PIECES, max_size=40).map(b"".join)))
@example(data=b"email\n" + b'"' * 7)
@example(data="email\n\ud800@example.org".encode("utf-16-le", "surrogatepass"))
@example(data=b"\xff\xfe\x00")
@example(data=b"email\nx\0y@example.org\n")
def test_any_bytes_give_rows_or_a_problem(plain_keeper: Keeper, data: bytes) -> None:
    """Whatever the file holds, the command tells what is wrong, and never fails."""
    told = []
    for head in (b"", b"email,status\n"):
        try:
            plain_keeper.import_(head + data, go=False)
        except PublisherError as error:
            told.append(getattr(error, "hint", "") or getattr(error, "problems", ""))
    assert all(told)


LETTERS = st.text("ab9-._+@", max_size=30)


@given(
    text=st.one_of(LETTERS.map(lambda text: f"{text}@ab-9.example.org"), LETTERS.map(lambda t: f"a@{t}.org"))
)
@example(text="a@b--c.org")
@example(text="a@xn--a.org")
@example(text="a" * 64 + "@example.org")
@example(text="a@" + "b" * 59 + ".ch")
@example(text="info@example.com")
@example(text="a@9.ch")
@example(text="a@example.local")
def test_plain_addresses_are_those_that_the_library_takes(text: str) -> None:
    """What the quick way lets through is what the slow way makes of it, letter by letter."""
    if not _PLAIN.fullmatch(text):
        return
    from email_validator import validate_email  # noqa: PLC0415

    slow = validate_email(text, check_deliverability=False, allow_smtputf8=True, test_environment=True)
    assert read_address(text).typed == slow.normalized
    assert read_address(text).key == f"{slow.local_part}@{slow.ascii_domain}".casefold()
    with pytest.raises(AddressError):
        read_address(f"{text} x")
