"""How long it takes from saving an entry until an open browser shows it: `python benchmarks/preview.py`.

It copies the sample newsletter, starts its preview, opens a digest in Chromium, and saves one of its
entries again and again. Needs the extra `browser` and Chromium. Prints milliseconds of this machine.
"""

import argparse
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
ENTRY = "2023/06/thirteen-million-better-protected.md"
DIGEST = "/_preview/issues/2023-06/en/"
SHOWN = "document.querySelector('.phone iframe')?.contentDocument?.body?.innerText.includes('{}')"


def project(folder: Path) -> Path:
    """Return a copy of the sample newsletter."""
    for name in ("entries", "templates"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copyfile(ROOT / "pyproject.toml", folder / "pyproject.toml")
    return folder


def saved(page: Page, entry: Path, number: int) -> float:
    """Save *entry* with other words, and return after how many milliseconds the open page shows them."""
    words = f"Word{number:04}"
    lines = entry.read_text(encoding="utf-8").splitlines()
    changed = [f'summary: "{words} and more."' if line.startswith("summary:") else line for line in lines]
    time.sleep(0.2)
    start = time.perf_counter()
    entry.write_text("\n".join(changed) + "\n", encoding="utf-8")
    while not page.evaluate(SHOWN.format(words)):
        if time.perf_counter() - start > 10:
            raise SystemExit("the page did not show what was saved")
    return (time.perf_counter() - start) * 1000


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--edits", type=int, default=20)
    words = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        print("chromium is missing: apt-get install chromium", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        root = project(Path(folder))
        command = [sys.executable, "-m", "publisher", "preview", "--port", "8500"]
        began = time.perf_counter()
        with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as preview:
            assert preview.stdout is not None  # noqa: S101 - it is asked for
            top = [preview.stdout.readline() for _ in range(2)][1].split()[1].rstrip("/")
            ready = time.perf_counter() - began
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
                page = browser.new_page()
                page.goto(top + DIGEST)
                page.frame_locator(".phone iframe").locator("h1").wait_for()
                took = [saved(page, root / "entries" / ENTRY, number) for number in range(words.edits)]
                browser.close()
            preview.send_signal(signal.SIGINT)
    print(f"ready after {ready * 1000:.0f} ms")
    median = statistics.median(took)
    print(f"save to visible, {len(took)} edits: median {median:.0f} ms, worst {max(took):.0f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
