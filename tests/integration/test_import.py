"""What an import makes of a file: who comes in, who stays out, and what is told; over both databases."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from listkeeping import KEY, NOW, Keeper
from sqlalchemy import text

from publisher.database.engine import connected
from publisher.errors import ContentError, UsageError
from publisher.model.subscription import Choice
from publisher.subscribers import intake
from publisher.subscribers.addresses import read_address
from publisher.subscribers.arrivals import Arrival
from publisher.subscribers.intake import Fate, Intake
from publisher.subscribers.lifecycle import Cause

LATER = NOW + timedelta(days=1)

TOPICS = "topics:\n  health: {en: Health, fr: Santé}\n  pensions: {en: Pensions, fr: Retraites}\n"


@pytest.fixture
def keeper(tmp_path: Path, database_url: str) -> Iterator[Keeper]:
    """Return a project whose list is empty, over each database."""
    with closing(Keeper(tmp_path, database_url)) as found:
        yield found


MAILCHIMP = (
    '"Email Address","First Name",Language,MEMBER_RATING,OPTIN_TIME,CONFIRM_TIME,LEID,EUID{more}\n'
    'ana@example.org,Ana,fr_CH,2,,"2019-01-02 10:00:00",1,a{cells}\n'
    'bea@example.org,"Bea\nB.",,2,"2018-01-01 00:00:00",,2,b{cells}\n'
)
LISTMONK = (
    "uuid,email,name,attributes,status,created_at,updated_at\n"
    'u1,ana@example.org,Ana,"{""city"": ""Bern""}",enabled,2020-01-01,2020-01-01\n'
    "u2,bea@example.org,Bea,{},blocklisted,2020-01-01,2020-01-01\n"
    "u3,cleo@example.org,Cleo,{},disabled,2020-01-01,2020-01-01\n"
)
SUBSTACK = (
    "email,active_subscription,expiry,plan,email_disabled,created_at,first_payment_at\n"
    "ana@example.org,false,,other,false,2025-01-01T00:00:00.000Z,\n"
    "bea@example.org,true,2027-01-01T00:00:00.000Z,yearly,true,2025-01-01T00:00:00.000Z,2025-02-01\n"
)
BUTTONDOWN = (
    "email,type,creation_date,tags,metadata\n"
    "ana@example.org,regular,2024-01-01,,{}\nbea@example.org,unsubscribed,2024-01-01,,{}\n"
    "cleo@example.org,undeliverable,2024-01-01,,{}\ndora@example.org,complained,2024-01-01,,{}\n"
    "eva@example.org,unactivated,2024-01-01,,{}\nfay@example.org,churned,2024-01-01,,{}\n"
    "gia@example.org,paused,2024-01-01,,{}\nhana@example.org,of-the-future,2024-01-01,,{}\n"
)


@pytest.mark.parametrize(
    ("content", "service", "come", "kept_out", "lines"),
    [
        (MAILCHIMP.format(more="", cells=""), "mailchimp", ["ana", "bea"], {}, []),
        (
            MAILCHIMP.format(more=",UNSUB_TIME,UNSUB_REASON", cells=",2021-01-01,NORMAL"),
            "mailchimp",
            [],
            {"ana": "unsubscribe", "bea": "unsubscribe"},
            [],
        ),
        (
            MAILCHIMP.format(more=",UNSUB_TIME,UNSUB_REASON", cells=",2021-01-01,Abuse complaint"),
            "mailchimp",
            [],
            {"ana": "complain", "bea": "complain"},
            [],
        ),
        (
            MAILCHIMP.format(more=",CLEAN_TIME", cells=",2021-01-01"),
            "mailchimp",
            [],
            {"ana": "bounce", "bea": "bounce"},
            [],
        ),
        (LISTMONK, "listmonk", ["ana"], {"bea": "unsubscribe", "cleo": "unsubscribe"}, []),
        (SUBSTACK, "substack", ["ana"], {"bea": "unsubscribe"}, []),
        (
            BUTTONDOWN,
            "buttondown",
            ["ana", "gia"],
            {"bea": "unsubscribe", "cleo": "bounce", "dora": "complain"},
            [6, 7, 9],
        ),
    ],
)
def test_exports_of_services_are_understood(
    keeper: Keeper, content: str, service: str, come: list[str], kept_out: dict[str, str], lines: list[int]
) -> None:
    """Who got mail there comes in, who left is kept out for that reason, and the others are told by line."""
    done, refused = keeper.import_(content)
    assert done.service == service
    assert keeper.statuses() == {f"{name}@example.org": "active" for name in come}
    names = ("ana", "bea", "cleo", "dora", "eva", "fay", "gia", "hana")
    whys = {name: keeper.refusal(f"{name}@example.org") for name in names}
    assert {name: why for name, why in whys.items() if why} == kept_out
    assert [row.line for row in refused] == lines


@pytest.mark.parametrize(
    ("cells", "outcome"),
    [
        ("enabled,confirmed", "active"),
        ("enabled,unconfirmed", "she has not confirmed it there"),
        ("enabled,unsubscribed", "unsubscribe"),
        ("blocklisted,unconfirmed", "unsubscribe"),
        ("what,unsubscribed", "unsubscribe"),
        ("blocklisted", "unsubscribe"),
        ("enabled", "it is cut off before its status"),
        ("enabled,confirmed,more", "it has 6 cells, and the first row names 5 columns"),
        ("enabled,", "its status is not known: ''"),
    ],
)
def test_the_worst_of_two_statuses_counts(keeper: Keeper, cells: str, outcome: str) -> None:
    """Who left by one of listmonk's two statuses left; else a row that says too little is refused."""
    _, refused = keeper.import_(
        f"uuid,email,attributes,status,subscription_status\nu,ana@example.org,{{}},{cells}\n"
    )
    said = [keeper.statuses().get("ana@example.org"), keeper.refusal("ana@example.org")]
    assert [*filter(None, said), *(row.reason for row in refused)] == [outcome]


def test_an_export_that_hides_who_left_is_refused(keeper: Keeper) -> None:
    """Substack's page of subscribers writes a file without `email_disabled`; the right one is told."""
    content = "Email,Name,Subscription type,Subscription source (free)\nana@example.org,Ana,Free,direct\n"
    with pytest.raises(ContentError) as caught:
        keeper.import_(content)
    (problem,) = caught.value.problems
    assert (problem.code, "email_list" in problem.hint) == ("missing-column", True)


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("subscribed_members_export_1.csv", Fate.NEW),
        ("unsubscribed_members_export_1.csv", Fate.REFUSED),
        ("cleaned_members_export_1.csv", Fate.REFUSED),
        ("nonsubscribed_members_export_1.csv", None),
    ],
)
def test_names_of_mailchimps_files_count(keeper: Keeper, name: str, outcome: Fate | None) -> None:
    """A file of the unsubscribed that lost its columns is still known by its name."""
    (keeper.root / name).write_text(MAILCHIMP.format(more="", cells=""), encoding="utf-8")
    done, refused = keeper.import_file(keeper.root / name)
    assert {fate: number for fate, number in done.fates.items() if number} == (
        {outcome: 2} if outcome else {}
    )
    assert len(refused) == (0 if outcome else 2)


def test_a_row_tells_language_and_consent(keeper: Keeper) -> None:
    """The language that is nearest is taken, else the default; file, service and time of consent are kept."""
    keeper.import_(MAILCHIMP.format(more="", cells=""), consent="the form of 2018")
    ana, bea = (keeper.store.find(f"{name}@example.org") for name in ("ana", "bea"))
    assert ana
    assert bea
    assert (ana.language, bea.language) == ("fr", "en")
    (step,) = keeper.store.history(ana)
    assert (step.was, step.became, step.cause, step.at) == ("none", "active", "import", NOW)
    assert step.proof == {
        "from": "mailchimp",
        "file": "list.csv",
        "consent": "the form of 2018",
        "agreed": "2019-01-02 10:00:00",
    }


def test_a_dry_run_changes_nothing_and_tells_what_would_come(keeper: Keeper) -> None:
    """Without `--go` the tables stay as they are, and the figures are those that doing it gives."""
    keeper.import_("email,status\nold@example.org,active\ngone@example.org,unsubscribed\n")
    content = (
        "email,status\nold@example.org,active\nold@example.org,unsubscribed\nnew@example.org,active\n"
        "NEW@example.org,active\ngone@example.org,active\nout@example.org,bounced\nnone\n"
    )
    before = keeper.everything()
    dry, dry_rows = keeper.import_(content, go=False)
    assert keeper.everything() == before
    done, rows = keeper.import_(content)
    assert (dry, dry_rows) == (done, rows)
    assert {fate: number for fate, number in done.fates.items() if number} == {
        Fate.NEW: 1,
        Fate.STAYS_LEFT: 1,
        Fate.REFUSED: 1,
        Fate.LEAVES: 1,
    }
    assert [(row.line, row.address) for row in rows] == [
        (8, "none"),
        (2, "old@example.org"),
        (5, "NEW@example.org"),
    ]
    assert keeper.statuses() == {"old@example.org": "unsubscribed", "new@example.org": "active"}
    again, _ = keeper.import_(content)
    assert (again.fates[Fate.NEW], again.fates[Fate.LEAVES], again.fates[Fate.REFUSED]) == (0, 0, 0)


def _pending(keeper: Keeper) -> None:
    keeper.store.subscribe(read_address("ana@example.org"), Choice("fr"), NOW)


def _confirmed(keeper: Keeper) -> None:
    found, _ = keeper.store.subscribe(read_address("ana@example.org"), Choice("fr"), NOW)
    assert keeper.store.confirm(found.public, found.nonce, NOW, {})


def _added(keeper: Keeper) -> None:
    keeper.store.add(read_address("ana@example.org"), Choice("fr"), Cause.ADD, NOW, {"consent": "by phone"})


def _happened(*causes: Cause) -> Callable[[Keeper], None]:
    def begin(keeper: Keeper) -> None:
        _added(keeper)
        found = keeper.store.find("ana@example.org")
        for cause in causes:
            assert found
            assert keeper.store.happen(found.public, cause, NOW)

    return begin


def _imported(keeper: Keeper) -> None:
    keeper.import_("email,lang\nana@example.org,fr\n")


@pytest.mark.parametrize(
    ("begin", "status", "joining", "leaving"),
    [
        (_pending, "pending", Fate.KNOWN, Fate.STAYS),
        (_confirmed, "active", Fate.KNOWN, Fate.STAYS),
        (_added, "active", Fate.KNOWN, Fate.STAYS),
        (_happened(Cause.PAUSE), "paused", Fate.KNOWN, Fate.STAYS),
        (_happened(Cause.UNSUBSCRIBE), "unsubscribed", Fate.STAYS_LEFT, Fate.STAYS_LEFT),
        (_happened(Cause.BOUNCE), "bounced", Fate.STAYS_LEFT, Fate.STAYS_LEFT),
        (_happened(Cause.COMPLAIN), "complained", Fate.STAYS_LEFT, Fate.STAYS_LEFT),
        (_happened(Cause.ERASE), None, Fate.STAYS_LEFT, Fate.STAYS_LEFT),
        (_happened(Cause.UNSUBSCRIBE, Cause.ERASE), None, Fate.STAYS_LEFT, Fate.STAYS_LEFT),
    ],
)
def test_who_is_here_stays_as_she_is(
    keeper: Keeper, begin: Callable[[Keeper], None], status: str | None, joining: Fate, leaving: Fate
) -> None:
    """No file changes what a reader did here: it neither brings her back nor sends her away."""
    begin(keeper)
    before = keeper.everything()
    for row, fate in (("active,en", joining), ("unsubscribed,en", leaving)):
        done, _ = keeper.import_(f"email,status,lang\nANA@example.org,{row}\n", now=LATER)
        assert done.fates[fate] == 1
    assert keeper.everything() == before
    assert keeper.statuses().get("ana@example.org") == status


@pytest.mark.parametrize(
    ("word", "status", "cause"),
    [
        ("unsubscribed", "unsubscribed", "unsubscribe"),
        ("cleaned", "bounced", "bounce"),
        ("spam", "complained", "complain"),
    ],
)
def test_who_came_by_an_import_leaves_by_one(keeper: Keeper, word: str, status: str, cause: str) -> None:
    """The file of those who left, imported after that of all, takes them off, with the step told."""
    _imported(keeper)
    done, _ = keeper.import_(f"email,status\nana@example.org,{word}\n", now=LATER)
    assert done.fates[Fate.LEAVES] == 1
    found = keeper.store.find("ana@example.org")
    assert found
    assert (found.status, found.changed, keeper.refusal("ana@example.org")) == (status, LATER, cause)
    step = keeper.store.history(found)[-1]
    assert (step.was, step.became, step.cause, step.at) == ("active", status, cause, LATER)


def test_what_is_kept_of_a_row_is_what_it_says(keeper: Keeper) -> None:
    """No character of a cell is one of the database's own: backslashes, tabs, line ends, quotes, zeros."""
    keeper.import_('email,agreed\nana@example.org,"by\tform \\N \\. ""2018""\nüß \0 {%s}"\n')
    ana = keeper.store.find("ana@example.org")
    assert ana
    (step,) = keeper.store.history(ana)
    assert step.proof["agreed"] == 'by\tform \\N \\. "2018"\nüß \0 {%s}'


def test_left_means_everybody_in_the_file(keeper: Keeper) -> None:
    """With `--left` a bare list of addresses is one of refusals, whatever its status says."""
    done, _ = keeper.import_("email,status\nana@example.org,active\n", left=True, consent="")
    assert done.fates[Fate.REFUSED] == 1
    assert (keeper.statuses(), keeper.refusal("ana@example.org")) == ({}, "unsubscribe")


def test_large_files_go_in_by_steps(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over several steps each reader comes in once, and those who leave late in the file are out."""
    monkeypatch.setattr(intake, "STEP", 7000)
    lines = [f"r{number}@example.org,active\n" for number in range(24_000)]
    lines += [f"r{number}@example.org,unsubscribed\n" for number in range(0, 24_000, 4)]
    done, refused = keeper.import_("email,status\n" + "".join(lines))
    assert (done.fates[Fate.NEW], done.fates[Fate.REFUSED], done.duplicates) == (18_000, 6000, 6000)
    assert {row.line for row in refused} == set(range(2, 24_002, 4))
    assert keeper.store.counts() == {"active": 18_000}
    again, _ = keeper.import_("email,status\n" + "".join(lines[1:8000:4]).replace("active", "bounced"))
    assert again.fates[Fate.LEAVES] == 2000
    assert keeper.store.counts() == {"active": 16_000, "bounced": 2000}


def test_another_newsletter_in_the_database_is_not_touched(keeper: Keeper) -> None:
    """Two newsletters in one database know nothing of each other's readers."""
    keeper.import_("email,status\nana@example.org,active\nbea@example.org,unsubscribed\n")
    with keeper.store.engine.begin() as connection:
        for table in ("subscription", "refusal"):
            connection.execute(text(f"UPDATE {table} SET newsletter = 'other'"))  # noqa: S608
    done, _ = keeper.import_("email,status\nana@example.org,unsubscribed\nbea@example.org,active\n")
    assert (done.fates[Fate.NEW], done.fates[Fate.REFUSED]) == (1, 1)
    assert keeper.statuses() == {"bea@example.org": "active"}


@pytest.mark.parametrize(
    ("content", "code", "hint"),
    [
        ("name,e-mail adress\nAna,ana@example.org\n", "missing-column", "--map address=e-mail adress"),
        ("who\nana@example.org\n", "missing-column", "--map address=NAME"),
        ("ana@example.org\nbea@example.org\n", "no-header", "email,language"),
        (
            "uuid,email,attributes,status\n",
            "",
            "",
        ),
    ],
)
def test_columns_that_are_missing_are_named(keeper: Keeper, content: str, code: str, hint: str) -> None:
    """A file without addresses is refused as a whole, with the column that is likely meant."""
    if not code:
        assert keeper.import_(content)[0].rows == 0
        return
    with pytest.raises(ContentError) as caught:
        keeper.import_(content)
    (problem,) = caught.value.problems
    assert (problem.code, problem.place.path, problem.place.line) == (code, "list.csv", 1)
    assert hint in problem.hint


def test_an_empty_file_and_no_file_are_told(keeper: Keeper) -> None:
    """Neither is an import of nobody."""
    with pytest.raises(UsageError, match="is empty"):
        keeper.import_("")
    with pytest.raises(UsageError, match="there is no file"):
        keeper.import_file(keeper.root / "other.csv")


def test_who_agreed_must_be_told(keeper: Keeper) -> None:
    """A plain list needs the consent of its people, by option or by column."""
    with pytest.raises(UsageError) as caught:
        keeper.import_("email\nana@example.org\n", consent="")
    assert caught.value.code == "no-consent"
    assert keeper.import_("email,agreed\nana@example.org,at the fair\n", consent="")[0].fates[Fate.NEW] == 1


def test_advice_when_an_export_hides_who_left(keeper: Keeper) -> None:
    """Listmonk's export of all does not say who unsubscribed from a list; the command says so."""
    assert "--left" in keeper.import_(LISTMONK)[0].advice
    assert keeper.import_(LISTMONK, left=True)[0].advice == ""
    assert keeper.import_(SUBSTACK)[0].advice == ""


def test_columns_may_be_mapped(keeper: Keeper) -> None:
    """`--map` says which columns are meant, also where a service's own would count."""
    content = (
        "Who,Tongue,State,Themes\nana@example.org,ar,yes,health; pensions\nbea@example.org,fr,bounced,\n"
    )
    (keeper.root / "entries/names.yml").write_text(TOPICS, encoding="utf-8")
    done, refused = keeper.import_(content, names="address=Who,language=Tongue,topics=Themes,status=State")
    assert [row.reason for row in refused] == ["its status is not known: 'yes'"]
    assert done.fates[Fate.REFUSED] == 1
    done, _ = keeper.import_(content, names="address=Who, language=tongue,topics=Themes")
    found = keeper.store.find("ana@example.org")
    assert found
    assert (found.language, found.topics) == ("ar", ("health", "pensions"))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("health;pensions,", ""),
        (",news", ""),
        ("Health,", "the newsletter has no topic 'Health'"),
        ("a b,", "the newsletter has no topic 'a b'"),
        ("health,gossip", "the newsletter has no kind 'gossip'"),
    ],
)
def test_what_the_newsletter_has_not_is_refused(keeper: Keeper, row: str, reason: str) -> None:
    """A row that wants a topic or kind which is not there is told, and not taken for one that wants all."""
    (keeper.root / "entries/names.yml").write_text(TOPICS, encoding="utf-8")
    _, refused = keeper.import_(f"email,topics,kinds\nana@example.org,{row}\n")
    assert [told.reason for told in refused] == [reason] * bool(reason)
    assert len(keeper.statuses()) == 1 - bool(reason)


@pytest.mark.parametrize("names", ["adress=x", "address", "address=", "=x"])
def test_a_map_that_says_nothing_is_refused(keeper: Keeper, names: str) -> None:
    """What `--map` cannot read is told with the fields that there are."""
    with pytest.raises(UsageError) as caught:
        keeper.import_("email\n", names=names)
    assert caught.value.code == "invalid-map"
    assert "address, language, status" in caught.value.hint


def test_a_list_without_its_key_is_not_opened(tmp_path: Path) -> None:
    """Without the key nobody could tell who left; a short one is none."""
    for environ, code in (({}, "no-key"), ({"PUBLISHER_SUBSCRIBERS__KEY": "short"}, "weak-key")):
        with pytest.raises(UsageError) as caught:
            Keeper(tmp_path, "sqlite:///x.db", environ)
        assert caught.value.code == code
        assert "export PUBLISHER_SUBSCRIBERS__KEY=$(python3 -c " in caught.value.hint


def test_refusals_outlive_a_change_of_keys(keeper: Keeper) -> None:
    """With a new key behind the old one, those who left are still known."""
    keeper.import_("email,status\nana@example.org,unsubscribed\n")
    keys = {"PUBLISHER_SUBSCRIBERS__KEY": f"{KEY} {'n' * 40}"}
    with closing(Keeper(keeper.root, keeper.url, keys)) as later:
        done, _ = later.import_("email\nana@example.org\n")
    assert done.fates[Fate.STAYS_LEFT] == 1


def test_what_is_kept_of_those_who_left_names_nobody(keeper: Keeper) -> None:
    """Refusals of an import hold a hash under our key, and the table of subscriptions no row of them."""
    keeper.import_("email,status\nana@example.org,unsubscribed\n")
    assert "ana@example.org" not in json.dumps(keeper.everything(), default=str)


def test_who_leaves_while_it_is_counted_stays_out(keeper: Keeper) -> None:
    """A refusal that comes between the comparison and the writing counts."""
    ana = read_address("ana@example.org")
    with connected(keeper.store.engine) as connection:
        held = keeper.list
        waiting = Intake(connection, held.newsletter, held.secret, held.draw, {})
        waiting.load([Arrival(2, ana, Cause.IMPORT, Choice("en"), "")])
        waiting.settle()
        _happened(Cause.ERASE)(keeper)
        list(waiting.go(LATER))
    assert keeper.statuses() == {}
