"""The door to Pagefind (pagefind.app), a program that makes an index of documents.

It is asked as its own libraries ask it (`pagefind --service`): each request and each answer is JSON in
base64, with a comma behind it. Its library for Python is not used: it waits a tenth of a second for each
answer. The program reads nothing and writes nothing; the files come back as an answer.
"""

import contextlib
import json
import os
import subprocess
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from publisher.errors import PublisherError, UsageError
from publisher.model.output import Document
from publisher.search.canonical import canonical

_LEAST, _EACH = 60.0, 0.05  # seconds for an index, and for each document: 50 times what is needed
_CHUNK = 1 << 20
_ENTRY = "pagefind-entry.json"
_CODE = frozenset({"pagefind.js", "pagefind-worker.js", _ENTRY})
_WITHOUT = 'or take "search" out of outputs in the settings'


def hold_installed() -> None:
    """Raise `UsageError` if Pagefind is not installed."""
    _program()


def index(documents: Sequence[Document], lang: str, limit: float | None = None) -> dict[str, bytes]:
    """Return the files of the index of *documents*, all in *lang*, by path; the same ones for the same.

    `pagefind.js` is what a page loads. *limit* is in seconds. Raises `UsageError` without Pagefind, and
    `PublisherError` if it fails or takes too long.
    """
    if limit is None:
        limit = _LEAST + _EACH * len(documents)
    requests = [
        {"type": "NewIndex", "config": {}},
        *(_record(document, lang) for document in documents),
        {"type": "GetFiles", "index_id": 0},
    ]
    lines = [
        b64encode(json.dumps({"message_id": number, "payload": request}).encode()) + b","
        for number, request in enumerate(requests, start=1)
    ]
    answers = _asked(lines, limit)
    if len(answers) < len(lines):
        raise _failed("it ended before its work was done")
    files = {file["path"]: b64decode(file["content"]) for file in answers[-1]["files"]}
    try:
        wanted = _CODE | {_stemmer(files[_ENTRY])}
        return canonical({path: data for path, data in files.items() if "/" in path or _is_of(path, wanted)})
    except (ValueError, LookupError, TypeError, OSError, EOFError) as error:
        raise _failed("its files have another form than those of Pagefind 1.5") from error


def _is_of(path: str, wanted: Iterable[str]) -> bool:
    """Tell whether the index needs the file at *path*: Pagefind's own forms and looks are not ours."""
    return path in wanted or path.endswith(".pf_meta")


def _stemmer(entry: bytes) -> str:
    """Return the file that knows how words of the index's language bend."""
    (about,) = json.loads(entry)["languages"].values()
    return f"wasm.{about['wasm'] or 'unknown'}.pagefind"


def _record(document: Document, lang: str) -> dict[str, object]:
    filters = {"kind": document.kind, "year": document.year}
    return {
        "type": "AddRecord",
        "index_id": 0,
        "url": document.address,
        "content": document.text,
        "language": lang.lower(),  # as it looks for the language of a page
        "meta": {"title": document.title, "date": document.date},
        "filters": {name: [value] for name, value in filters.items() if value},
    }


def _program() -> str:
    try:
        from pagefind_bin import get_executable
    except ImportError:
        hint = f"run: pip install 'publisher[search]', {_WITHOUT}"
        raise UsageError(
            "the search needs Pagefind, which is not installed", hint, "missing-pagefind"
        ) from None
    try:
        return str(Path(get_executable()).resolve())
    except OSError:
        hint = f"run: pip install --force-reinstall 'publisher[search]', {_WITHOUT}"
        raise UsageError("Pagefind is installed without its program", hint, "missing-pagefind") from None


def _asked(lines: Sequence[bytes], limit: float) -> list[Any]:
    """Return what Pagefind answers to *lines*: less than it was asked if it ends before."""
    program = _program()
    try:
        process = subprocess.Popen(  # noqa: S603 - the program that was installed with us
            [program, "--service"],
            cwd=Path(program).parent,  # where nobody put settings of Pagefind
            env={name: value for name, value in os.environ.items() if not name.startswith("PAGEFIND_")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is ours; without us its input ends, and so does it
        )
    except OSError as error:
        raise _failed(f"it cannot be started ({error.strerror})") from error
    slow = threading.Event()

    def stop() -> None:
        slow.set()
        process.kill()

    timer = threading.Timer(limit, stop)
    writer = threading.Thread(target=_write, args=(process, lines), daemon=True)
    try:
        timer.start()
        writer.start()
        answers = _read(process, len(lines))
    finally:
        timer.cancel()
        process.kill()
        writer.join()
        with contextlib.suppress(OSError):
            process.communicate()
    if slow.is_set():
        message = f"Pagefind was not done with {len(lines) - 2} pages after {limit:g} seconds"
        raise PublisherError(
            message, f"try again when the machine has less to do, {_WITHOUT}", "search-failed"
        )
    return answers


def _write(process: "subprocess.Popen[bytes]", lines: Iterable[bytes]) -> None:
    with contextlib.suppress(OSError, ValueError):  # it ended, which is told where answers are read
        for line in lines:
            process.stdin.write(line)  # type: ignore[union-attr]
        process.stdin.flush()  # type: ignore[union-attr]


def _read(process: "subprocess.Popen[bytes]", count: int) -> list[Any]:
    answers: list[Any] = []
    rest: list[bytes] = []
    while len(answers) < count and (data := process.stdout.read1(_CHUNK)):  # type: ignore[union-attr]
        first, *others = data.split(b",")
        rest.append(first)
        for piece in others:
            answers.append(_answer(b"".join(rest)))
            rest = [piece]
    return answers


def _answer(data: bytes) -> Any:
    try:
        found = json.loads(b64decode(data))["payload"]
        if found["type"] == "Error":
            raise _failed(str(found["message"])[:200])
    except (ValueError, LookupError, TypeError):
        raise _failed("it answers in another way than Pagefind 1.5") from None
    return found


def _failed(cause: str) -> PublisherError:
    hint = f"install the version that publisher was tested with: pip install 'publisher[search]'; {_WITHOUT}"
    return PublisherError(f"Pagefind made no index: {cause}", hint, "search-failed")
