"""The look of a newsletter: colours and logo of its own, and the worked example of docs/make-it-yours.md."""

import io
import re
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from builders import some_settings
from newsroom import NOW, SETTINGS, Newsroom
from PIL import Image
from pydantic import ValidationError

from publisher.check import check
from publisher.errors import ContentError
from publisher.model.explain import explain
from publisher.model.written import Settings
from publisher.project import load

ROOT = Path(__file__).resolve().parents[2]
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 100"><path d="M0 0H9V9z"/></svg>'


def _room(folder: Path, look: str, **files: bytes) -> Newsroom:
    """Return a newsletter with the settings *look*; *files* are templates, a _ in each name a dot."""
    room = Newsroom(folder, f"{SETTINGS}[look]\n{look}")
    room.write("2023/01/story.md", title="A story", date="2023-01-10")
    (folder / "templates").mkdir()
    for name, data in files.items():
        (folder / "templates" / name.replace("_", ".")).write_bytes(data)
    return room


def a_noise(kind: str, turn: int = 1) -> bytes:
    """Return a picture of 60 x 40 pixels that is like no other of its kind in size, lying as *turn* says."""
    exif, data = Image.Exif(), io.BytesIO()
    exif[0x0112] = turn
    Image.effect_noise((60, 40), 90).save(data, kind, exif=exif)
    return data.getvalue()


PHOTO = a_noise("PNG")


def test_colours_are_those_of_pages_feeds_and_mails(tmp_path: Path) -> None:
    """A colour of the settings stands in each stylesheet, and in the digest; the others stay."""
    room = _room(tmp_path, 'light = {link = "#0A3D91"}\ndark = {accent = "#ffd9a0"}')
    room.build()
    for sheet in ("style.css", "feed.css"):
        text = room.read(sheet).decode()
        light, dark = text.split("prefers-color-scheme: dark", 1)
        assert "--link: #0a3d91;" in light
        assert "--accent: #a2431f;" in light
        assert "--accent: #ffd9a0;" in dark
        assert "#1d5468" not in text
    digest = room.read("digests/2023-01/en.html").decode()
    assert "color:#0a3d91" in digest
    assert "#ffd9a0 !important" in digest


def test_a_logo_stands_before_the_name_with_its_size(tmp_path: Path) -> None:
    """It is as tall as the page shows it, as wide as its drawing says, and nothing to read aloud."""
    room = _room(tmp_path, 'logo = "sign.svg"\nlogo_dark = "night.svg"', sign_svg=DRAWING, night_svg=DRAWING)
    room.build()
    page = room.read("2023/01/story/index.html").decode()
    assert '<img src="../../../look/sign.svg" width="144" height="48" alt="">' in page
    assert '<source srcset="../../../look/night.svg" media="(prefers-color-scheme: dark)">' in page
    assert room.read("look/sign.svg") == room.read("look/night.svg") == DRAWING


def test_a_logo_stands_in_mails_as_they_can_show_it(tmp_path: Path) -> None:
    """A picture of its own, with its size, and one for dark mails; the preflight is content with them."""
    look = 'logo = "sign.svg"\nmail_logo = "sign.png"\nmail_logo_dark = "night.png"'
    room = _room(tmp_path, look, sign_svg=DRAWING, sign_png=PHOTO, night_png=a_noise("PNG"))
    room.build()
    page, top = room.read("digests/2023-01/en.html").decode(), "https://news.example.org/look/"
    assert f'<source srcset="{top}night.png" media="(prefers-color-scheme: dark)">' in page
    assert "</source>" not in page
    (logo,) = lxml.html.fromstring(page).xpath("//p[@class='name']/a//img")
    wanted = {"src": f"{top}sign.png", "width": "72", "height": "48", "alt": "", "class": "logo"}
    assert {name: logo.get(name) for name in wanted} == wanted
    assert "width:72px" in logo.get("style")
    assert room.read("look/night.png")
    said = [found.message for found in check(load(tmp_path, {}), NOW).problems]
    assert [words for words in said if "picture" in words or "srcset" in words] == []


@pytest.mark.parametrize(
    ("look", "shown"),
    [
        ('logo = "sign.svg"', []),
        ('logo = "sign.png"', ["sign.png"]),
        ('logo = "sign.png"\nlogo_dark = "night.svg"', ["sign.png"]),
        ('logo = "sign.svg"\nlogo_dark = "sign.png"', []),
        ('mail_logo = "sign.png"', ["sign.png"]),
    ],
)
def test_a_mail_shows_the_logo_of_pages_if_it_can(tmp_path: Path, look: str, shown: list[str]) -> None:
    """Without one for mails it is that of pages, unless it is a drawing, which mail readers do not show."""
    room = _room(tmp_path, look, sign_svg=DRAWING, night_svg=DRAWING, sign_png=PHOTO)
    room.build()
    page = lxml.html.fromstring(room.read("digests/2023-01/en.html").decode())
    assert [src.rpartition("/")[2] for src in page.xpath("//img/@src")] == shown
    assert page.xpath("//source") == []
    assert ("logo" in page.xpath("string(//style)")) is False


@pytest.mark.parametrize(("turn", "width"), [(1, 72), (6, 32)])
def test_a_photograph_of_a_logo_is_measured_upright(tmp_path: Path, turn: int, width: int) -> None:
    """Browsers turn a JPEG as its camera says, and so its place on a page has the turned shape."""
    _room(tmp_path, 'logo = "sign.jpg"', sign_jpg=a_noise("JPEG", turn)).build()
    page = (tmp_path / "out/2023/01/index.html").read_text(encoding="utf-8")
    assert f'<img src="../../look/sign.jpg" width="{width}" height="48" alt="">' in page


@pytest.mark.parametrize(
    ("logo", "data", "code"),
    [
        ("gone.svg", DRAWING, "missing-logo"),
        ("sign.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><path/></svg>', "invalid-logo"),
        ("sign.svg", b"no picture", "invalid-logo"),
        ("sign.svg", b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 . 5"></svg>', "invalid-logo"),
        ("sign.svg", b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1.2.3 5"></svg>', "invalid-logo"),
        (
            "sign.svg",
            b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s 5"></svg>' % (b"9" * 400),
            "invalid-logo",
        ),
        ("sign.svg", DRAWING + b" " * 500_000, "invalid-logo"),
        ("sign.svg", DRAWING[:-20], "invalid-logo"),
        ("sign.svg", DRAWING.replace(b'xmlns="http://www.w3.org/2000/svg" ', b""), "invalid-logo"),
        ("sign.svg", b"<html><svg" + DRAWING[4:] + b"</html>", "invalid-logo"),
        ("sign.png", b"no picture", "invalid-logo"),
        ("sign.png", a_noise("WEBP"), "invalid-logo"),
        ("sign.jpg", PHOTO, "invalid-logo"),
        ("sign.png", PHOTO[:-100], "invalid-logo"),
        ("sign.png", PHOTO[: len(PHOTO) // 2], "invalid-logo"),
        ("sign.png", PHOTO[:60] + b"?" + PHOTO[61:], "invalid-logo"),
        ("sign.jpg", a_noise("JPEG")[:-300], "invalid-logo"),
        ("sign.png", DRAWING, "invalid-logo"),
    ],
)
def test_a_logo_that_nobody_could_see_is_refused(tmp_path: Path, logo: str, data: bytes, code: str) -> None:
    """The setting and the file are named before anything is written, by `check` and by `build`."""
    room = _room(tmp_path, f'logo = "{logo}"', **{("sign.svg" if "gone" in logo else logo): data})
    with pytest.raises(ContentError) as caught:
        room.build()
    (problem,) = caught.value.problems
    assert (problem.code, str(problem.place)) == (code, "look.logo in the settings")
    assert f"templates/{logo}" in problem.message
    assert not room.out.exists()
    assert code in {found.code for found in check(load(tmp_path, {}), NOW).problems}


@pytest.mark.parametrize(
    ("setting", "hint"),
    [("logo", "export it as SVG with a viewBox, or as PNG"), ("mail_logo", "export it as PNG")],
)
def test_a_damaged_logo_is_told_with_what_can_be_shown(tmp_path: Path, setting: str, hint: str) -> None:
    """The way out of a damaged logo names formats that its setting takes."""
    room = _room(tmp_path, f'{setting} = "sign.png"', sign_png=PHOTO[:-100])
    with pytest.raises(ContentError) as caught:
        room.build()
    (problem,) = caught.value.problems
    assert (str(problem.place), problem.hint) == (f"look.{setting} in the settings", hint)


@pytest.mark.parametrize(
    ("look", "place", "code"),
    [
        ({"light": {"link": "blue"}}, "look.light.link", "invalid-colour"),
        ({"light": {"link": "#12345"}}, "look.light.link", "invalid-colour"),
        ({"light": {"link": "#123456;}a{"}}, "look.light.link", "invalid-colour"),
        ({"light": {"accent": "#e0a080"}}, "look.light", "low-contrast"),
        ({"dark": {"ground": "#8c8c8c"}}, "look.dark", "low-contrast"),
        ({"logo": "../logo.svg"}, "look.logo", "invalid-logo"),
        ({"logo": "/etc/logo.svg"}, "look.logo", "invalid-logo"),
        ({"logo": "logo.html"}, "look.logo", "invalid-logo"),
        ({"logo_dark": "logo.svg"}, "look", "invalid-logo"),
        ({"mail_logo": "logo.svg"}, "look.mail_logo", "invalid-logo"),
        ({"mail_logo": "logo.webp"}, "look.mail_logo", "invalid-logo"),
        ({"mail_logo_dark": "logo.png"}, "look", "invalid-logo"),
        ({"light": {"blue": "#000000"}}, "look.light.blue", "unknown-field"),
    ],
)
def test_a_look_that_harms_is_refused(look: dict[str, Any], place: str, code: str) -> None:
    """Colours are six digits that everybody can read, and a logo is a picture in the templates folder."""
    values = {"newsletter": {"title": "N", "url": "https://example.org", "tag": "example.org,2026"}}
    with pytest.raises(ValidationError) as caught:
        Settings.model_validate({**values, "look": look})
    assert [(".".join(map(str, fault.path)), fault.code) for fault in explain(caught.value, Settings)] == [
        (place, code)
    ]


def test_the_colours_that_we_ship_can_be_read() -> None:
    """The defaults keep the rule that others must keep."""
    look = some_settings(look={"light": {}, "dark": {}}).look
    for colours in (look.light, look.dark):
        again = {name: getattr(colours, name) for name in colours.__struct_fields__}
        assert some_settings(look={"light": again}).look.light == colours


def test_the_worked_example_works(tmp_path: Path) -> None:
    """Every file that docs/make-it-yours.md shows does what is said there."""
    text = (ROOT / "docs/make-it-yours.md").read_text(encoding="utf-8")
    look, footer, words, entry, style = re.findall(r"^```\w+\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    room = Newsroom(tmp_path, SETTINGS + look)
    room.write("2023/01/story.md", title="A story", date="2023-01-10")
    own = {"our-logo.svg": DRAWING.decode(), "site/footer.html": footer, "locale/en.po": words}
    for name, content in {**own, "site/entry.html": entry, "site/style.css": style}.items():
        file = tmp_path / "templates" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    room.build()
    home, page = room.read("index.html").decode(), room.read("2023/01/story/index.html").decode()
    css = room.read("style.css").decode()
    assert "What is new</h2>" in home
    assert "our-logo.svg" in home
    assert "mailto:press@example.org" in home
    assert "Journalists reach us" in page
    assert "A story</h1>" in page
    assert css.index("--accent: #7a1f5c") < css.index("Gill Sans")
