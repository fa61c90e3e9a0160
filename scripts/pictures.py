"""Take the pictures of the docs from the built sample newsletter: `python scripts/pictures.py` after a build.

Needs the extra `browser` and Chromium (apt-get install chromium fonts-noto-core).
"""

import functools
import http.server
import shutil
import sys
import threading
from pathlib import Path
from typing import Literal, NamedTuple

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent


class Shot(NamedTuple):
    """One picture: its file, the page, the window and the colours."""

    name: str
    page: str
    width: int = 1280
    height: int = 900
    scheme: Literal["light", "dark"] = "light"
    full: bool = False


SHOTS = (
    Shot("home", "/"),
    Shot("home-dark", "/", scheme="dark"),
    Shot("home-phone", "/", width=375, height=760),
    Shot("home-arabic", "/ar/"),
    Shot("month", "/2022/06/"),
    Shot("entry", "/2022/06/domestic-workers-coverage/"),
    Shot("feed", "/atom.xml", width=1000, height=800),
    Shot("feed-dark", "/atom.xml", width=1000, height=800, scheme="dark"),
    Shot("feed-phone", "/atom.xml", width=400, height=800),
    Shot("feed-phone-dark", "/atom.xml", width=400, height=800, scheme="dark"),
    Shot("feed-arabic", "/ar/atom.xml", width=1000, height=800),
    Shot("feeds", "/feeds/", width=1000, height=800),
    Shot("feeds-phone-dark", "/feeds/", width=400, height=800, scheme="dark"),
    Shot("digest", "/digests/2022-06/en.html", width=700, height=1000),
    Shot("digest-dark", "/digests/2022-06/en.html", width=700, height=1000, scheme="dark"),
    Shot("digest-phone", "/digests/2022-06/en.html", width=375, height=812),
    Shot("digest-arabic", "/digests/2022-06/ar.html", width=700, height=1000),
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


def take(browser: Browser, shot: Shot, origin: str, folder: Path) -> None:
    """Take one picture. Pictures of mails stand at the newsletter's own address, so that is led here."""
    context = browser.new_context(
        viewport={"width": shot.width, "height": shot.height}, color_scheme=shot.scheme, device_scale_factor=1
    )
    page = context.new_page()
    page.route(
        "https://news.example.org/**",
        lambda route: route.fulfill(
            response=context.request.get(route.request.url.replace("https://news.example.org", origin))
        ),
    )
    page.goto(origin + shot.page, wait_until="networkidle")
    page.screenshot(path=folder / f"{shot.name}.png", full_page=shot.full)
    context.close()


def main() -> int:
    """Take all pictures, or those named on the command line, into docs/pictures/."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("chromium is missing: apt-get install chromium", file=sys.stderr)
        return 2
    folder = ROOT / "docs" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    server = serve(ROOT / "out")
    origin = f"http://127.0.0.1:{server.server_port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-background-networking"]
        )
        for shot in SHOTS:
            if not sys.argv[1:] or shot.name in sys.argv[1:]:
                take(browser, shot, origin, folder)
                print(f"docs/pictures/{shot.name}.png")
        browser.close()
    server.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main())
