"""Write a newsletter of any size to measure with: `python benchmarks/corpus.py FOLDER --entries 1000`.

The same arguments give the same bytes on every machine and with every Python, since all chance comes
from `random.random`, which is the one function whose numbers Python promises to keep. An entry has
about 4 kB and 400 words; 70 % are English, 20 % French, 10 % Arabic. `publisher check --strict` finds
nothing in it. Standard library only.
"""

import argparse
import json
import random
import sys
from pathlib import Path

SETTINGS = """\
[newsletter]
title = {%(titles)s}
description = "A made-up newsletter to measure with"
url = "https://news.example.org/"
tag = "news.example.org,2018"
languages = %(languages)s
zone = "Europe/Zurich"
"""
TITLES = {"en": "Measured News", "fr": "Actualités mesurées", "ar": "أخبار القياس"}
LANGUAGES = tuple(TITLES)
WORDS = {
    "en": """
    access advice agency agreement basic benefit birth board budget care carer cash centre change child
    claim climate community contribution cost council country coverage crisis decade decent delegation
    design disability dialogue domestic earnings economy employer equal estimate evidence expert family
    farm finance floor forum fund future gap gender government group health home household income informal
    injury insurance investment job labour law leave life maternity member migrant minister month national
    network new nurse old older parliament partner pension people plan policy poverty programme public
    reform region report right rural scheme school sector security services session share sick skill
    social staff standard state study support survivor system tax team training transition union unit
    value village wage welfare woman work worker world year young zone across after against among before
    between beyond during every from into most of since than that the their through under until where
    while with without""",
    "fr": """
    accord accès action aide allocation année assurance avenir branche budget caisse campagne centre
    chantier charge chômage climat collectivité comité commune conseil coopération cotisation couverture
    crise décès délégation dialogue domestique droit durée économie école égalité emploi employeur enfant
    enquête équipe étape étude événement famille femme financement fonds forme formation foyer garantie
    gestion grossesse groupe handicap invalidité investissement jeune journée justice loi logement maladie
    maternité membre mesure migrant ministère mois monde norme objectif organisme parlement partenaire
    pauvreté pays pension personne plan politique population prestation programme projet protection
    qualité réforme région réseau retraite revenu risque rural salaire santé séance secteur sécurité
    service social société socle soin soutien syndicat système travail union valeur village vie ville avec
    chaque dans depuis entre les leur nouvelle par plusieurs pour sans selon sous sur toute vers""",
    "ar": """
    اتفاق إجازة إدارة أسرة أساس اشتراك إصلاح إعانة اقتصاد أمان أمومة إنصاف برنامج بطالة بلد بيانات تأمين
    تدريب تعاون تغطية تقاعد تقرير تمويل تنمية جلسة جودة جيل حصة حق حكومة حماية حوار خبرة خدمة خطة دخل
    دراسة دعم دولة رعاية راتب ريف زراعة سكان سلامة سياسة شبكة شباب شركة شيخوخة صحة صندوق ضمان طفل عائلة
    عالم عامل عجز عدالة عقد عمل فئة فرصة فقر قانون قرية قطاع قيمة كبار لجنة مؤتمر مال مجتمع مجلس مدرسة
    مرأة مرض مساواة مستقبل مشروع معاش معيار منحة منطقة مهارة مهاجر موارد نظام نفقة نقابة نمو هدف هيئة
    وثيقة وزارة وظيفة وقاية يوم من إلى على عن مع بين بعد قبل كل عند خلال نحو دون هذا التي""",
}
TOPICS = {
    "care": {"en": "Care", "fr": "Soins", "ar": "الرعاية"},
    "children": {"en": "Children", "fr": "Enfants", "ar": "الأطفال"},
    "climate": {"en": "Climate", "fr": "Climat", "ar": "المناخ"},
    "coverage": {"en": "Coverage", "fr": "Couverture", "ar": "التغطية"},
    "finance": {"en": "Finance", "fr": "Financement", "ar": "التمويل"},
    "gender": {"en": "Gender", "fr": "Genre", "ar": "النوع الاجتماعي"},
    "health": {"en": "Health", "fr": "Santé", "ar": "الصحة"},
    "maternity": {"en": "Maternity", "fr": "Maternité", "ar": "الأمومة"},
    "migration": {"en": "Migration", "fr": "Migrations", "ar": "الهجرة"},
    "pensions": {"en": "Pensions", "fr": "Pensions", "ar": "المعاشات"},
    "skills": {"en": "Skills", "fr": "Compétences", "ar": "المهارات"},
    "work-injury": {"en": "Work injury", "fr": "Accidents du travail", "ar": "إصابات العمل"},
}
KEYS = tuple(TOPICS)
KINDS = ("news", "news", "news", "press-release", "event", "video", "report", "comment", "course")
SIGNS = ("naïve", "10 %", "A & B", "5 < 7", "C++", "“so”", "Zoë", "💡", "—", "n° 1", "`2 > 1`", "\\*")
PLACES = ("Geneva", "Dakar", "Beirut", "Lisbon")
LAST_YEAR, LAST_MONTH = 2025, 6


class Dice:
    """Chance from a seed."""

    def __init__(self, seed: str) -> None:
        self.roll = random.Random(seed).random

    def number(self, low: int, high: int) -> int:
        """Return a number from *low* to *high*, both included."""
        return low + int(self.roll() * (high - low + 1))

    def one(self, choices: list[str] | tuple[str, ...]) -> str:
        """Return one of *choices*."""
        return choices[int(self.roll() * len(choices))]

    def words(self, known: list[str], low: int, high: int) -> str:
        """Return *low* to *high* words."""
        return " ".join(self.one(known) for _ in range(self.number(low, high)))

    def sentence(self, known: list[str], low: int = 8, high: int = 19) -> str:
        """Return a sentence, now and then with a sign that must be escaped."""
        text = self.words(known, low, high)
        if self.roll() < 0.12:
            text += f" {self.one(SIGNS)} {self.one(known)}"
        return f"{text[0].upper()}{text[1:]}."


def paragraph(dice: Dice, known: list[str]) -> str:
    """Return a paragraph, with a link, emphasis or code in some of its sentences."""
    sentences = []
    for _ in range(dice.number(2, 5)):
        text, kind = dice.sentence(known), dice.roll()
        if kind < 0.3:
            address = f"https://www.example.org/{dice.one(KEYS)}/{dice.one(KEYS)}-{dice.number(1, 9999)}"
            text += f" [{dice.words(known, 1, 4)}]({address})"
        elif kind < 0.38:
            text = f"**{dice.one(known)}** {text}"
        elif kind < 0.47:
            text = f"*{dice.words(known, 1, 2)}* {text}"
        elif kind < 0.5:
            text += f" `{dice.one(KEYS)}_{dice.number(1, 99)}`"
        elif kind < 0.52:
            text += f" ~~{dice.one(known)}~~"
        sentences.append(text)
    return (" " if dice.roll() < 0.7 else "\n").join(sentences)


def block(dice: Dice, known: list[str]) -> str:
    """Return a paragraph, list, heading, quotation, table or some code."""
    kind = dice.roll()
    if kind < 0.59:
        return paragraph(dice, known)
    if kind < 0.76:
        sign = dice.one(("-", "-", "*", "1."))
        return "\n".join(f"{sign} {dice.sentence(known, 4, 12)}" for _ in range(dice.number(3, 7)))
    if kind < 0.87:
        return f"## {dice.words(known, 2, 5)}"
    if kind < 0.93:
        return f"> {dice.sentence(known)}\n> {dice.sentence(known)}"
    if kind < 0.97:
        rows = [f"| {dice.one(known)} | {dice.number(0, 999)} |" for _ in range(dice.number(2, 4))]
        return "\n".join([f"| {dice.one(known)} | % |", "|---|--:|", *rows])
    return "```\n" + "\n".join(f"{dice.one(KEYS)} = {dice.number(0, 99)}" for _ in range(3)) + "\n```"


def body(dice: Dice, known: list[str]) -> str:
    """Return a text of about 400 words."""
    blocks, wanted, count = [paragraph(dice, known)], dice.number(150, 505), 0
    while count < wanted:
        blocks.append(block(dice, known))
        count += len(blocks[-1].split())
    return "\n\n".join(blocks)


def front_matter(dice: Dice, known: list[str], day: str, name: str) -> str:
    """Return the facts of an entry of *day*, with the field names of docs/entries.md."""
    kind = dice.one(KINDS)
    moment = f"{day}T{dice.number(7, 19):02}:{dice.number(0, 59):02}+02:00" if dice.roll() < 0.4 else day
    title = dice.words(known, 4, 10)
    title = f"{title[0].upper()}{title[1:]}" + (f": {dice.one(SIGNS[:5])}" if dice.roll() < 0.12 else "")
    summary = f"{dice.sentence(known, 10, 18)} {dice.sentence(known)}"
    topics = sorted({dice.one(KEYS) for _ in range(dice.number(1, 4))})
    lines = [
        f"id: {name}",
        f"title: {json.dumps(title, ensure_ascii=False)}",
        f"date: {moment}",
        f"kind: {kind}",
        f"summary: {json.dumps(summary, ensure_ascii=False)}",
        f"topics: [{', '.join(topics)}]",
    ]
    if kind == "event":
        lines += ["event:", f"  start: {day}", f"  end: {day}", f"  place: {dice.one(PLACES)}"]
    if kind == "video":
        url = f"https://media.example.org/{name}.mp4"
        lines.append(f"media: {{url: '{url}', type: video/mp4, length: {dice.number(10**6, 10**8)}}}")
    if dice.roll() < 0.5:
        label = json.dumps(dice.words(known, 1, 3), ensure_ascii=False)
        lines += ["links:", f"  - label: {label}", f"    url: https://example.org/{name}", "    rel: more"]
    return "\n".join(lines)


def months_back(count: int) -> list[tuple[int, int]]:
    """Return *count* months up to the last one, oldest first."""
    last = LAST_YEAR * 12 + LAST_MONTH - 1
    return [((last - back) // 12, (last - back) % 12 + 1) for back in reversed(range(count))]


def settings(languages: tuple[str, ...]) -> str:
    """Return the settings of a newsletter in *languages*."""
    titles = ", ".join(f'{lang} = "{TITLES[lang]}"' for lang in languages)
    return SETTINGS % {"titles": titles, "languages": json.dumps(list(languages))}


def write(
    folder: Path, entries: int, months: int = 0, seed: str = "1", languages: tuple[str, ...] = LANGUAGES
) -> int:
    """Write a newsletter of *entries* entries into *folder* and return the bytes of its entries.

    What would be in a language that is not in *languages* is in the first of them.
    """
    month_list = months_back(months or max(6, min(120, entries // 80)))
    dice, size = Dice(f"publisher benchmark {seed}"), 0
    texts = {
        "publisher.toml": settings(languages),
        "entries/names.yml": f"topics: {json.dumps(TOPICS, ensure_ascii=False)}\n",
    }
    for number in range(entries):
        year, month = month_list[number * len(month_list) // entries]
        chance = dice.roll()
        lang = "en" if chance < 0.7 else "fr" if chance < 0.9 else "ar"
        lang = lang if lang in languages else languages[0]
        known = WORDS[lang].split()
        slug = f"{dice.one(KEYS)}-{dice.one(KEYS)}-{number}"
        front = front_matter(dice, known, f"{year}-{month:02}-{dice.number(1, 28):02}", slug)
        ending = ".md" if lang == languages[0] else f".{lang}.md"
        text = f"---\n{front}\n---\n{body(dice, known)}\n"
        texts[f"entries/{year}/{month:02}/{slug}{ending}"] = text
        size += len(text.encode())
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8", newline="\n")
    return size


def main() -> int:
    """Write a corpus as the command line says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--entries", type=int, default=1000)
    parser.add_argument("--months", type=int, default=0, help="else one for every 80 entries, 6 to 120")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--languages", nargs="+", choices=LANGUAGES, default=LANGUAGES)
    words = parser.parse_args()
    if words.folder.exists() and any(words.folder.iterdir()):
        print(f"{words.folder} is not empty", file=sys.stderr)
        return 2
    size = write(words.folder, words.entries, words.months, words.seed, tuple(words.languages))
    print(f"{words.entries} entries, {size / words.entries:.0f} bytes each -> {words.folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
