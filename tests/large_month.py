"""A made-up newsletter with one large month: entry files as people write them, the same at every call."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from newsroom import a_picture

SETTINGS = """\
[newsletter]
title = {en = "Measured News", fr = "Actualités mesurées", es = "Noticias medidas", ar = "أخبار القياس"}
url = "https://news.example.org/"
tag = "news.example.org,2018"
languages = ["en", "fr", "es", "ar"]
locales = {en = "en-GB"}
zone = "Europe/Zurich"
notice = {en = "All is made up.", fr = "Tout est inventé.", es = "Todo es inventado.", ar = "كل هذا متخيل."}

[email]
from = "Measured News <news@example.org>"
postal_address = "1 Example Street, 1200 Geneva, Switzerland"
"""
NAMES = """\
partners:
  unicef: {en: UNICEF, fr: UNICEF, es: UNICEF, ar: اليونيسف}
  issa: {en: International Social Security Association, fr: Association internationale de la sécurité sociale,
    es: Asociación Internacional de la Seguridad Social, ar: الجمعية الدولية للضمان الاجتماعي}
topics:
  coverage: {en: Coverage, fr: Couverture, es: Cobertura, ar: التغطية}
  finance: {en: Finance, fr: Financement, es: Financiación, ar: التمويل}
"""
WORDS = {
    "en": """households caring pensions for everyone across rural districts after a decade of reform the
    ministry and trade unions agree on maternity benefits that cover self-employed workers while ILO
    Convention No. 102 guides the new law with 3.5 million people reached in 2026 by health insurance""",
    "fr": """les ménages ruraux attendent une pension pour tous après dix années de réforme le ministère et
    les syndicats s’accordent sur des prestations de maternité qui couvrent l’économie informelle tandis que
    la convention n° 102 de l’OIT guide la nouvelle loi avec 3,5 millions de personnes protégées en 2026""",
    "es": """los hogares rurales esperan una pensión para todos después de diez años de reforma el ministerio
    y los sindicatos acuerdan prestaciones de maternidad que cubren la economía informal mientras que el
    Convenio núm. 102 de la OIT guía la nueva ley con 3,5 millones de personas protegidas en 2026""",
    "ar": """تنتظر الأسر في الريف معاشا للجميع بعد عشر سنوات من الإصلاح وتتفق الوزارة مع النقابات على
    إعانات الأمومة التي تشمل الاقتصاد غير المنظم بينما تسترشد المنظمة ILO بالاتفاقية رقم 102 في القانون
    الجديد الذي يصل إلى 3.5 مليون شخص في عام 2026 بدعم من UNICEF والتأمين الصحي""",
}
# Most months are news; every default kind is there. The strides below keep neighbours different.
KINDS = (
    *("news", "event", "news", "press-release", "report", "news", "video", "event", "news", "comment"),
    *("paper", "news", "live-event", "press-release", "course", "news", "event", "guidebook", "report"),
)
EVENTS = (
    "{start: 2026-03-24, end: 2026-03-26, place: Geneva, registration_deadline: 2026-03-13}",
    '{start: "2026-03-30T09:00", end: "2026-04-02T17:30", zone: Asia/Bangkok, place: "Hall 6, Bangkok"}',
    (
        '{start: "2026-04-08T15:00", end: "2026-04-08T16:30", zone: America/Bogota, online: true, '
        'url: "https://example.org/join", registration_deadline: "2026-03-31T23:59"}'
    ),
    "{start: 2026-03-06, place: Dakar, online: true}",
    "{start: 2026-02-26, end: 2026-04-10, zone: Africa/Nairobi, place: Nairobi}",
    '{start: "2026-05-19T10:00", zone: Europe/Zurich, place: "Beirut", registration_deadline: 2026-04-20}',
)
PICTURES_AT = (3, 17, 29, 41, 53)
NEAR_THE_LIMIT, SHORT = 198, (38, 61, 84, 112, 47, 73, 95)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes text of any length in one language."""

    lang: str

    def text(self, start: int, length: int) -> str:
        """Return words that begin with another one at each *start*, at most *length* characters."""
        return _capital(self._run(start, length))

    def title(self, number: int, length: int) -> str:
        """Return words whose first two no other *number* has, at most *length* characters."""
        words = list(dict.fromkeys(WORDS[self.lang].split()))
        second = words[(number // len(words) * 11 + number * 3 + 1) % len(words)]
        start = f"{words[number % len(words)]} {second}"
        return _capital(f"{start} {self._run(number * 5, length - len(start) - 1)}")

    def _run(self, start: int, length: int) -> str:
        words = WORDS[self.lang].split()
        made = words[start % len(words)]
        for number in range(1, length):
            longer = f"{made} {words[(start + number) % len(words)]}"
            if len(longer) > length:
                break
            made = longer
        return made


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _fields(number: int, lang: str) -> Iterator[tuple[str, str]]:
    """Yield the front matter of entry *number*, each value as YAML."""
    writer, kind = _Writer(lang), KINDS[number % len(KINDS)]
    length = NEAR_THE_LIMIT if number % 12 == 5 else SHORT[number % len(SHORT)]
    yield "title", json.dumps(writer.title(number, length), ensure_ascii=False)
    yield "date", f"2026-03-{1 + number * 11 % 31:02}"
    yield "kind", kind
    yield "summary", json.dumps(f"{writer.text(number * 3, 110 + number * 17 % 280)}.", ensure_ascii=False)
    if number % 3 == 0:
        yield "kicker", json.dumps(writer.text(number, 32), ensure_ascii=False)
    if kind in {"event", "live-event"} or number % 25 == 0:
        yield "event", EVENTS[number % len(EVENTS)]
    if number in PICTURES_AT:
        credit = "{holder: Kate Holt, agency: Solidarity Center, year: 2025}"
        yield "image", f"{{src: picture-{number}.jpg, alt: {writer.text(number, 60)}, credit: {credit}}}"
        yield "highlight", str(1 + PICTURES_AT.index(number))
    if kind == "video":
        yield (
            "media",
            f"{{url: https://example.org/{number}.mp4, type: video/mp4, length: 9000, duration: 754}}",
        )
    if number % 4 == 1:
        label = json.dumps(writer.text(number + 7, 40), ensure_ascii=False)
        yield "links", f"[{{label: {label}, url: https://example.org/report-{number}, rel: report}}]"
    if number % 5 == 2:
        yield "places", "[LB, CH]"
        yield "partners", "[unicef, issa]"
    yield "topics", "[coverage]" if number % 2 else "[finance, coverage]"


def _write_entry(folder: Path, number: int, lang: str, name: str, **more: str) -> None:
    ending = "md" if lang == "en" else f"{lang}.md"
    lines = dict(_fields(number, lang)) | {"id": f"{name}-{lang}"} | more
    front = "".join(f"{field}: {value}\n" for field, value in lines.items())
    body = f"{_Writer(lang).text(number, 500)}.\n\n{_Writer(lang).text(number + 9, 300)}.\n"
    path = folder / f"2026/03/{name}.{ending}"
    path.write_text(f"---\n{front}---\n{body}", encoding="utf-8")


def write_large_month(root: Path, lang: str, entries: int = 100) -> None:
    """Write at *root* a project whose March 2026 has so many *entries* in *lang*, and few in the others.

    Every tenth entry has a translation into each other language; each of these has one of its own too.
    """
    folder = root / "entries"
    (folder / "2026/03").mkdir(parents=True)
    (root / "publisher.toml").write_text(SETTINGS, encoding="utf-8")
    (folder / "names.yml").write_text(NAMES, encoding="utf-8")
    for number in PICTURES_AT:
        (folder / f"2026/03/picture-{number}.jpg").write_bytes(a_picture(1600, 900 + number, "JPEG"))
    others = [other for other in WORDS if other != lang]
    for number in range(entries):
        _write_entry(folder, number, lang, f"entry-{number:03}")
        for other in others if number % 10 == 0 else ():
            original = {"translation_of": f"entry-{number:03}-{lang}"}
            _write_entry(folder, number, other, f"entry-{number:03}", **original)
    for number, other in enumerate(others, start=1000):
        _write_entry(folder, number, other, f"own-{other}")
