"""Condense what is known of mail readers: `python scripts/caniemail.py FOLDER_OR_FILE`.

Takes the unpacked npm package `caniemail`, or the JSON file that it carries, and writes
publisher/preflight/caniemail.json: the newest version of the readers that we write for, nothing else.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "publisher" / "preflight" / "caniemail.json"
NOTICE = "MIT License, Copyright (c) 2019 HTeuMeuLeu; the whole notice is in caniemail.LICENSE"
CLIENTS = {
    "gmail.desktop-webmail": "Gmail",
    "gmail.ios": "Gmail on iOS",
    "gmail.android": "Gmail on Android",
    "outlook.windows": "Outlook for Windows",
    "outlook.windows-mail": "Windows Mail",
    "outlook.macos": "Outlook for Mac",
    "outlook.outlook-com": "Outlook.com",
    "outlook.ios": "Outlook on iOS",
    "outlook.android": "Outlook on Android",
    "apple-mail.macos": "Apple Mail",
    "apple-mail.ios": "Apple Mail on iOS",
    "yahoo.desktop-webmail": "Yahoo Mail",
}


def newest(feature: dict[str, Any], client: str) -> str:
    """Return what the newest version of *client* is said to do: `y`, `a #1 #2`, `n` or `u`."""
    family, platform = client.split(".")
    versions = feature["stats"].get(family, {}).get(platform, {})
    # Versions are listed oldest first, but for some that bear a date; dates sort by themselves.
    are_dates = all(re.fullmatch(r"\d{4}-\d\d", version) for version in versions)
    return str(versions[max(versions) if are_dates else list(versions)[-1]]) if versions else "u"


def without_links(note: str) -> str:
    """Return a note on one line, with the words of its links and without their addresses."""
    words = re.sub(r"https?://\S+", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", note))
    return " ".join(words.split())


def condense(feature: dict[str, Any]) -> dict[str, Any]:
    """Return a feature's title, a letter for each client, and the notes on what is not wholly supported."""
    words = [newest(feature, client) for client in CLIENTS]
    numbers = sorted({int(n) for word in words if word[0] != "y" for n in re.findall(r"#(\d+)", word)})
    notes = feature["notes_by_num"] or {}
    short = {"title": feature["title"].strip(), "support": "".join(word[0] for word in words)}
    found = [without_links(notes[str(number)]) for number in numbers if str(number) in notes]
    return short | ({"notes": found} if found else {})


def main(source: Path) -> None:
    """Write the condensed data."""
    package: dict[str, Any] = {}
    if source.is_dir():
        package = json.loads((source / "package.json").read_text(encoding="utf-8"))
        source = next(iter(sorted(source.rglob("caniemail.json"))))
    data = json.loads(source.read_text(encoding="utf-8"))
    head = {
        "notice": NOTICE,
        "date": data["last_update_date"][:10],
        "version": f"{package['name']} {package['version']}" if package else "",
        "clients": CLIENTS,
    }
    kept = sorted(data["data"], key=lambda feature: str(feature["slug"]))
    lines = [f"{json.dumps(key)}: {json.dumps(value)}," for key, value in head.items()]
    rows = [f"{json.dumps(f['slug'])}: {json.dumps(condense(f), ensure_ascii=False)}" for f in kept]
    text = "{\n" + "\n".join(lines) + '\n"features": {\n' + ",\n".join(rows) + "\n}\n}\n"
    TARGET.write_text(text, encoding="utf-8")
    print(f"{len(kept)} features of {head['date']}, {len(text.encode())} bytes: {TARGET.relative_to(ROOT)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
