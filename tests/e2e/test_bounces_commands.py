"""The commands of what comes back and of the doctor, as people type them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from nameservers import nameserver
from returned_mails import HOSTILE, dsn, plain
from shell import PROGRAM, output_of, run, surroundings

KEY = "k" * 43


@pytest.fixture
def project(project_folder: Path) -> Path:
    """Return a project with a reader, and a mailbox."""
    output_of(
        project_folder,
        "subscribers",
        "add",
        "ana@example.com",
        "--consent",
        "x",
        PUBLISHER_SUBSCRIBERS__KEY=KEY,
    )
    for place in ("new", "cur", "tmp"):
        (project_folder / "box" / place).mkdir(parents=True)
    return project_folder


def _typed(folder: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return run(folder, *words, PUBLISHER_SUBSCRIBERS__KEY=KEY, **variables)


def test_what_is_left_alone_is_counted(project: Path) -> None:
    """Hostile mails and those of others stay where they are, and the command ends well, for a timer."""
    for number, data in enumerate(
        [dsn("5.1.1").encode(), plain("Hello", sender="b@x.org").encode(), *HOSTILE.values()]
    ):
        (project / "box" / "new" / str(number)).write_bytes(data)
    done = _typed(project, "bounces", "box")
    assert (done.returncode, done.stdout) == (0, "")
    assert "0 mails handled\n" in done.stderr
    assert "left alone: it is about no mail of ours" in done.stderr
    assert len(list((project / "box" / "new").iterdir())) == 2 + len(HOSTILE)
    document = json.loads(_typed(project, "bounces", "box", "--json", "--dry-run").stdout)
    assert (document["done"], document["handled"], sum(document["left"].values())) == (
        False,
        [],
        2 + len(HOSTILE),
    )


def test_a_pipe_and_an_mbox(project: Path) -> None:
    """A mail may come through standard input, and many in one file."""
    words = [*PROGRAM, "bounces", "-"]
    done = subprocess.run(
        words,
        cwd=project,
        env=surroundings(PUBLISHER_SUBSCRIBERS__KEY=KEY),
        input=plain("Hello").encode(),
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert b"1 left alone: it is no report" in done.stderr
    (project / "mbox").write_text(f"From a\n{plain('1')}\n\nFrom b\n{plain('2')}\n")
    assert "2 left alone: it is no report" in _typed(project, "bounces", "mbox").stderr


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("bounces", "nowhere"), "no-mailbox"),
        (("bounces", "entries"), "no-mailbox"),
        (("bounces", "IMAP"), "no-imap"),
        (("reconcile", "--maillog", "nowhere"), "no-file"),
        (("doctor", "--mail", "nowhere"), "no-file"),
        (("doctor", "--dns", "nowhere"), "no-resolver"),
    ],
)
def test_wrong_words(project: Path, words: tuple[str, ...], code: str) -> None:
    """A mailbox, a log or a resolver that is not there is told by its code."""
    done = _typed(project, *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"error: {code}\n" in done.stderr


def test_imap_needs_a_password(project: Path) -> None:
    """The password comes from the environment alone; without a server the reason is told."""
    place = {"PUBLISHER_BOUNCES__IMAP": "localhost:1", "PUBLISHER_BOUNCES__ADDRESS": "b@example.org"}
    assert "error: no-password" in _typed(project, "bounces", "IMAP", **place).stderr
    done = _typed(project, "bounces", "IMAP", **place, PUBLISHER_BOUNCES__PASSWORD="secret-word")  # noqa: S106
    assert (done.returncode, "error: no-mailbox" in done.stderr) == (1, True)
    assert "secret-word" not in done.stderr


def test_nothing_is_in_doubt(project: Path) -> None:
    """Without a delivery in doubt a log settles nothing; one that is packed is read too."""
    (project / "mail.log").write_text("no log\n")
    done = _typed(project, "reconcile", "--maillog", "mail.log", "--dry-run")
    assert (done.returncode, done.stdout) == (0, "")
    assert "nothing is in doubt" in done.stderr
    assert (
        json.loads(_typed(project, "reconcile", "--maillog", "mail.log", "--json").stdout)["deliveries"] == []
    )


def test_the_doctor_tells_each_fault(project: Path) -> None:
    """One line for each thing, its way out below, and exit code 1 if there is an error."""
    records = {("example.org", "TXT"): ['"v=spf1 mx -all"'], ("example.org", "MX"): ["10 mx.example.org."],
               ("mx.example.org", "A"): ["192.0.2.1"]}  # fmt: skip
    with nameserver(records) as place:
        done = _typed(project, "doctor", "--dns", place)
        document = json.loads(_typed(project, "doctor", "--dns", place, "--json").stdout)
    assert done.returncode == 1
    assert "\nok       SPF: example.org: v=spf1 mx -all (1 of 10 lookups)\n" in done.stdout
    assert (
        "\nerror    DMARC: example.org has no record, nor any domain above it\n         hint: make in DNS:"
        in done.stdout
    )
    assert done.stderr == "1 error, 1 warning\n"
    assert (document["errors"], document["warnings"]) == (1, 1)
    assert {row["level"] for row in document["findings"]} == {"ok", "warning", "error"}
    with nameserver(records | {("_dmarc.example.org", "TXT"): ['"v=DMARC1; p=none"']}) as place:
        assert _typed(project, "doctor", "--dns", place).returncode == 0
    assert KEY not in done.stdout


def test_help_of_the_commands_loads_no_heavy_library() -> None:
    """`--help` of each is answered without the libraries that its work needs."""
    code = "import sys; from publisher.cli.commands import cli\n"
    code += "try:\n cli.main([{!r}, '--help'])\nexcept SystemExit: pass\n"
    code += "print({{'sqlalchemy', 'dns', 'flufl', 'pydantic'}} & set(sys.modules))"
    for name in ("bounces", "reconcile", "doctor"):
        done = subprocess.run(
            [sys.executable, "-c", code.format(name)], capture_output=True, text=True, check=True, timeout=60
        )
        assert done.stdout.endswith("set()\n")
