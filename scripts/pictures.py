"""Take the pictures of the docs: `python scripts/pictures.py [NAME ...]`.

The site, feeds and digests of the sample newsletter are built for that, as of a fixed day; the preview and
the web service are shown of what a build left in `out/`. Needs the extras `browser` and `search`, and
Chromium (apt-get install chromium fonts-noto-core).
"""

import email
import email.policy
import functools
import http.server
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from playwright.sync_api import Browser, sync_playwright

from publisher.build import build
from publisher.model.delivery import Delivery, FrozenIssue, IssueState, State
from publisher.model.settings import Output
from publisher.project import load
from publisher.sending.page import page, summed

ROOT = Path(__file__).resolve().parent.parent
NEWSLETTER = "https://news.example.org"
SAMPLE, OWN_LOOK = "sample", "own look"
NOW = datetime(2023, 9, 17, 8, tzinfo=UTC)  # when the newest entry of the sample appeared
EVERYTHING = {"PUBLISHER_OUTPUTS": json.dumps(get_args(Output))}


class Shot(NamedTuple):
    """One picture: its file, the page or the mail, the window, the colours, and whether images are on."""

    name: str
    page: str
    width: int = 1280
    height: int = 900
    scheme: Literal["light", "dark"] = "light"
    full: bool = False
    pictures: bool = True
    project: str = SAMPLE
    """`SAMPLE`, the same in `OWN_LOOK`, or a folder of the repository."""
    broken: str = ""
    """A file of the project in which `date:` is written `dat:` meanwhile."""


PREVIEW = "/_preview/issues/2022-06/en/"
SHOTS = (
    Shot("home", "/"),
    Shot("home-dark", "/", scheme="dark"),
    Shot("home-phone", "/", width=375, height=760),
    Shot("home-arabic", "/ar/"),
    Shot("month", "/2023/03/"),
    Shot("entry", "/2022/06/domestic-workers-coverage/", height=1100),
    Shot("entry-arabic-phone-dark", "/ar/2022/06/domestic-workers-coverage/", 375, 812, "dark"),
    Shot("event", "/2019/11/global-social-protection-week/"),
    Shot("archive", "/archive/"),
    Shot("kind", "/kinds/event/"),
    Shot("search", "/search/?q=children"),
    Shot("look", "/", project=OWN_LOOK),
    Shot("feed", "/atom.xml", width=1000, height=800),
    Shot("feed-dark", "/atom.xml", width=1000, height=800, scheme="dark"),
    Shot("feed-phone", "/atom.xml", width=400, height=800),
    Shot("feed-phone-dark", "/atom.xml", width=400, height=800, scheme="dark"),
    Shot("feed-arabic", "/ar/atom.xml", width=1000, height=800),
    Shot("feeds", "/feeds/", width=1000, height=800),
    Shot("feeds-phone-dark", "/feeds/", width=400, height=800, scheme="dark"),
    Shot("digest", "/digests/2022-06/en.eml", width=700, height=1150),
    Shot("digest-dark", "/digests/2022-06/en.eml", width=700, height=1150, scheme="dark"),
    Shot("digest-phone", "/digests/2022-06/en.eml", width=375, height=812),
    Shot("digest-phone-dark", "/digests/2022-06/en.eml", width=375, height=812, scheme="dark"),
    Shot("digest-arabic", "/digests/2022-06/ar.eml", width=700, height=1150),
    Shot("digest-arabic-phone", "/digests/2022-06/ar.eml", width=375, height=812),
    Shot("digest-parts", "/digests/2023-06/en.eml", width=700, full=True, project="tests/golden/newsletter"),
    Shot("preview", f"{PREVIEW}?panel=size", width=1640, height=1120),
    Shot("preview-dark", f"{PREVIEW}?panel=outline&look=dark", width=1640, height=1120, scheme="dark"),
    Shot("preview-languages", f"{PREVIEW}?stage=languages", width=1640, height=1120),
    Shot("preview-broken", PREVIEW, width=1640, height=900, broken="domestic-workers-coverage.md"),
    Shot("subscribe", "/_service/subscribe", width=900, height=860),
    Shot("subscribe-arabic-phone", "/_service/ar/subscribe", width=375, height=812),
    Shot("preferences", "/_service/preferences", width=900, height=1250),
    Shot("confirmation", "/_service/mail", width=700, height=560),
    Shot("report", "/_report", width=800, full=True),
    Shot("digest-without-pictures", "/digests/2022-06/en.eml", width=700, height=1150, pictures=False),
)


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves the output folder without a word, and feeds as browsers show them (docs/hosting.md)."""

    extensions_map = http.server.SimpleHTTPRequestHandler.extensions_map | {".xml": "application/xml"}

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


def serve(folder: Path) -> http.server.ThreadingHTTPServer:
    """Serve *folder* on a free port of this machine until the program ends."""
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def html_of(mail: bytes) -> str:
    """Return the HTML part of a mail."""
    part = email.message_from_bytes(mail, policy=email.policy.default).get_body(("html",))
    if part is None:
        raise ValueError("the mail has no HTML part")
    return str(part.get_content())


def take(browser: Browser, shot: Shot, out: Path, folder: Path) -> None:
    """Take one picture of *out*. Pictures of mails stand at the newsletter's own address, led here."""
    server = serve(out)
    origin = f"http://127.0.0.1:{server.server_port}"
    context = browser.new_context(
        viewport={"width": shot.width, "height": shot.height}, color_scheme=shot.scheme, device_scale_factor=1
    )
    page = context.new_page()
    page.route(
        f"{NEWSLETTER}/**",
        lambda route: route.fulfill(
            response=context.request.get(
                route.request.url.replace(f"{NEWSLETTER}/sub", origin).replace(NEWSLETTER, origin)
            )
        ),
    )
    if not shot.pictures:
        page.route(re.compile(r"\.(?:png|jpg)$"), lambda route: route.abort())
    if shot.page.endswith(".eml"):
        page.set_content(html_of((out / shot.page[1:]).read_bytes()), wait_until="networkidle")
    else:
        page.goto(origin + shot.page, wait_until="networkidle")
    if "?q=" in shot.page:
        page.locator("#results > *").first.wait_for()
    page.screenshot(path=folder / f"{shot.name}.png", full_page=shot.full)
    context.close()
    server.shutdown()


def take_preview(browser: Browser, shot: Shot, folder: Path, elsewhere: Path) -> None:
    """Take one picture of the preview of a copy of the sample newsletter."""
    root = elsewhere / "sample"
    if not root.exists():
        root.mkdir()
        for name in ("entries", "out", "pyproject.toml"):
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
            copy(ROOT / name, root / name)
    words = [sys.executable, "-m", "publisher", "preview", "--port", "8400"]
    with subprocess.Popen(words, cwd=root, stdout=subprocess.PIPE, text=True) as preview:  # noqa: S603
        assert preview.stdout is not None  # noqa: S101 - it is asked for
        top = [preview.stdout.readline() for _ in range(2)][1].split()[1].rstrip("/")
        context = browser.new_context(
            viewport={"width": shot.width, "height": shot.height}, color_scheme=shot.scheme
        )
        page = context.new_page()
        page.goto(top + shot.page)
        page.frame_locator("iframe").first.locator("h1").wait_for()
        if shot.broken:
            file = next(root.rglob(shot.broken))
            text = file.read_text(encoding="utf-8")
            file.write_text(text.replace("date:", "dat:"), encoding="utf-8")
            page.locator("#publisher-overlay").wait_for()
            file.write_text(text, encoding="utf-8")
        page.wait_for_timeout(0 if shot.broken else 500)
        page.screenshot(path=folder / f"{shot.name}.png")
        context.close()
        preview.send_signal(signal.SIGINT)


def take_service(browser: Browser, shot: Shot, folder: Path, elsewhere: Path) -> None:
    """Take one picture of the web service of the sample newsletter, which a reader has just joined."""
    root = Path(tempfile.mkdtemp(dir=elsewhere))
    for name in ("entries", "out"):
        (root / name).symlink_to(ROOT / name)
    shutil.copyfile(ROOT / "pyproject.toml", root / "pyproject.toml")
    words = [sys.executable, "-m", "publisher", "serve", "--port", "0"]
    variables = os.environ | {"PUBLISHER_SUBSCRIBERS__KEY": secrets.token_urlsafe(32)}
    with subprocess.Popen(words, cwd=root, env=variables, stdout=subprocess.PIPE, text=True) as service:  # noqa: S603
        assert service.stdout is not None  # noqa: S101 - it is asked for
        top = service.stdout.readline().split()[1].rstrip("/")
        context = browser.new_context(viewport={"width": shot.width, "height": shot.height})
        page = context.new_page()
        where = shot.page.removeprefix("/_service")
        page.goto(top + (where if "subscribe" in where else "/subscribe"))
        if "subscribe" not in where:
            page.locator("#address").fill("ana@example.org")
            page.wait_for_timeout(2_500)  # faster is no person
            page.locator("button").click()
            while not (mails := list((root / ".publisher/outbox").glob("*.eml"))):
                page.wait_for_timeout(100)
            html = html_of(mails[0].read_bytes())
            if where == "/mail":
                page.goto("about:blank")  # the service's pages allow no styles but their own
                page.set_content(html)
            else:
                page.goto(top + html.split(f'href="{NEWSLETTER}')[1].partition('"')[0])
                page.locator("button").click()
                page.locator("main a").click()
        page.screenshot(path=folder / f"{shot.name}.png")
        context.close()
        service.send_signal(signal.SIGINT)


def reported() -> str:
    """Return the report page of an issue that went to readers who are made up."""
    begun = datetime(2022, 7, 3, 7, tzinfo=UTC)
    said = {
        State.FAILED: (550, "5.1.1", "No such user"),
        State.DEFERRED: (451, "4.7.1", "Try again later"),
    }
    rows = []
    for number in range(4_800):
        state = State.SENT if number % 331 else State.FAILED if number % 4 else State.DEFERRED
        why = said.get(state, (250, "2.0.0", "queued"))
        if number % 160 == 2:  # noqa: PLR2004
            state, why = State.EXCLUDED, (0, "unsubscribed" if number % 3 else "paused", "")
        address = f"reader{number}@{('example.org', 'example.com', 'example.net')[number * number % 7 % 3]}"
        at = begun + timedelta(seconds=number / 4)
        rows.append(Delivery(number, "", address, 0, state, 1, at, None, *why))
    issue = FrozenIssue(1, "2022-06", "5d1c0a7e93b2", IssueState.SENDING, "", len(rows), begun, None)
    return page(summed(rows), issue, load(ROOT, {}).settings)


def take_report(browser: Browser, shot: Shot, folder: Path) -> None:
    """Take one picture of the report page."""
    context = browser.new_context(
        viewport={"width": shot.width, "height": shot.height}, color_scheme=shot.scheme
    )
    tab = context.new_page()
    tab.set_content(reported())
    tab.screenshot(path=folder / f"{shot.name}.png", full_page=shot.full)
    context.close()


def built(project: str, folder: Path) -> Path:
    """Return the output of *project*, built below *folder* as of `NOW` when it is first asked for."""
    target = folder / "built" / project
    if target.exists():
        return target / "out"
    if project not in {SAMPLE, OWN_LOOK}:
        shutil.copytree(ROOT / project, target)
        build(load(target, {}), datetime(2024, 1, 1, tzinfo=UTC))
        return target / "out"
    shutil.copytree(ROOT / "entries", target / "entries")
    shutil.copyfile(ROOT / "pyproject.toml", target / "pyproject.toml")
    build(load(target, EVERYTHING | (own_look(target) if project == OWN_LOOK else {})), NOW)
    return target / "out"


def own_look(target: Path) -> dict[str, str]:
    """Give the project at *target* the rules of docs/make-it-yours.md; return its colours as variables."""
    text = (ROOT / "docs/make-it-yours.md").read_text(encoding="utf-8")
    settings, style = (text.split(f"```{name}\n")[1].partition("```")[0] for name in ("toml", "css"))
    (target / "templates/site").mkdir(parents=True)
    (target / "templates/site/style.css").write_text(style, encoding="utf-8")
    look = tomllib.loads(settings)["look"]
    return {
        f"PUBLISHER_LOOK__{scheme.upper()}__{name.upper()}": colour
        for scheme in ("light", "dark")
        for name, colour in look[scheme].items()
    }


def main() -> int:
    """Take all pictures, or those named on the command line, into docs/pictures/."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("chromium is missing: apt-get install chromium", file=sys.stderr)
        return 2
    folder = ROOT / "docs" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as elsewhere:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-background-networking"]
        )
        for shot in SHOTS:
            if not sys.argv[1:] or shot.name in sys.argv[1:]:
                if shot.page.startswith("/_service/"):
                    take_service(browser, shot, folder, Path(elsewhere))
                elif shot.page == "/_report":
                    take_report(browser, shot, folder)
                elif shot.page.startswith("/_preview/"):
                    take_preview(browser, shot, folder, Path(elsewhere))
                else:
                    take(browser, shot, built(shot.project, Path(elsewhere)), folder)
                print(f"docs/pictures/{shot.name}.png")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
