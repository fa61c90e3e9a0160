"""Which features of HTML and CSS a mail uses, by their names in the data of Can I email."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from publisher.preflight.document import Element
from publisher.preflight.mail import Mail
from publisher.preflight.stylesheet import Declaration, declarations

_SAME = {
    "background-image": "css-background-image",
    "column-gap": "css-gap",
    "row-gap": "css-gap",
    "left": "css-left-right-top-bottom",
    "right": "css-left-right-top-bottom",
    "top": "css-left-right-top-bottom",
    "bottom": "css-left-right-top-bottom",
    "block-size": "css-block-inline-size",
    "grid-template-columns": "css-grid-template",
    "grid-template-rows": "css-grid-template",
    "grid-template-areas": "css-grid-template",
    "margin-inline": "css-margin-inline-block",
    "margin-block": "css-margin-inline-block",
    "padding-inline": "css-padding-inline-block",
    "padding-block": "css-padding-inline-block",
}
"""Properties that have their feature under another name."""
_FAMILIES = (
    (r"border-(?:start|end)-(?:start|end)-radius", "css-border-radius-logical"),
    (r"border-[a-z]+-[a-z]+-radius", "css-border-radius"),
    (r"border-(?:inline|block)-(?:start|end)-[a-z]+", "css-border-inline-block-individual"),
    (r"border-(?:inline|block)-[a-z]+", "css-border-inline-block-longhand"),
    (r"border-(?:inline|block)", "css-border-inline-block"),
    (r"border-image-[a-z]+", "css-border-image"),
    (r"border-(?:top|right|bottom|left)(?:-[a-z]+)?|border-(?:color|style|width)", "css-border"),
    (r"margin-inline-(?:start|end)", "css-margin-inline-start-end"),
    (r"margin-block-(?:start|end)", "css-margin-block-start-end"),
    (r"padding-inline-(?:start|end)", "css-padding-inline-start-end"),
    (r"padding-block-(?:start|end)", "css-padding-block-start-end"),
    (r"margin-(?:top|right|bottom|left)", "css-margin"),
    (r"padding-(?:top|right|bottom|left)", "css-padding"),
    (r"outline-(?:color|style|width)", "css-outline"),
    (r"animation-[a-z-]+", "css-animation"),
    (r"transition-[a-z-]+", "css-transition"),
    (r"overflow-[xy]", "css-overflow"),
    (r"scroll-snap-[a-z-]+", "css-scroll-snap"),
    (r"column-(?:fill|rule|span|width)(?:-[a-z]+)?|columns", "css-column-layout-properties"),
    (r"mask", "css-mask-image"),
)
_PAIRS = {
    ("display", "none"): "css-display-none",
    ("display", "flex"): "css-display-flex",
    ("display", "inline-flex"): "css-display-flex",
    ("display", "grid"): "css-display-grid",
    ("flex-direction", "column"): "css-flex-direction",
    ("flex-wrap", "wrap"): "css-flex-wrap",
}
_FUNCTIONS = {
    "calc": "css-unit-calc",
    "clamp": "css-function-clamp",
    "conic-gradient": "css-conic-gradient",
    "lab": "css-modern-color",
    "lch": "css-modern-color",
    "light-dark": "css-function-light-dark",
    "linear-gradient": "css-linear-gradient",
    "max": "css-function-max",
    "min": "css-function-min",
    "oklab": "css-modern-color",
    "oklch": "css-modern-color",
    "radial-gradient": "css-radial-gradient",
    "rgb": "css-rgb",
    "rgba": "css-rgba",
    "var": "css-variables",
}
_UNITS = frozenset(["ch", "cm", "em", "ex", "in", "mm", "pc", "pt", "px", "rem", "vh", "vmax", "vmin", "vw"])
_WORDS = {
    "fit-content": "css-intrinsic-size",
    "initial": "css-unit-initial",
    "max-content": "css-intrinsic-size",
    "min-content": "css-intrinsic-size",
    "system-ui": "css-sytem-ui",
    "ui-monospace": "css-sytem-ui",
    "ui-rounded": "css-sytem-ui",
    "ui-sans-serif": "css-sytem-ui",
    "ui-serif": "css-sytem-ui",
}
_VALUE = re.compile(r"#[0-9a-f]+|([\d.]+)([a-z]+|%)|([a-z-]+)(\()?", re.IGNORECASE)
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'|url\([^)]*\)")

_TAGS = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "html-h1-h6"),
    **dict.fromkeys(("ul", "ol", "dl"), "html-lists"),
    **dict.fromkeys(
        [
            "article",
            "aside",
            "details",
            "figcaption",
            "figure",
            "footer",
            "header",
            "main",
            "mark",
            "nav",
            "section",
            "summary",
            "time",
        ],
        "html-semantics",
    ),
    "map": "html-image-maps",
}
_ATTRIBUTES = frozenset(
    (
        "align",
        "background",
        "cellpadding",
        "cellspacing",
        "dir",
        "height",
        "hidden",
        "lang",
        "popover",
        "required",
        "role",
        "target",
        "valign",
        "width",
    )
)
_OTHER_ATTRIBUTES = {"loading": "html-loading-attribute", "srcset": "html-srcset", "sizes": "html-srcset"}
_IMAGES = {"jpeg": "jpg", "jpg": "jpg", "heic": "heif"} | {
    name: name for name in ["apng", "avif", "bmp", "gif", "heif", "ico", "mp4", "png", "svg", "tiff", "webp"]
}


@dataclass(frozen=True, slots=True)
class Uses:
    """How often a mail uses each feature: in its HTML, in style attributes, in the kept styles.

    *declarations* are those that make use of a feature, as `name: value`, each once.
    """

    html: Counter[str]
    inlined: Counter[str]
    kept: Counter[str]
    declarations: dict[str, set[str]]

    def count(self, feature: str) -> int:
        """Return how often *feature* is used anywhere."""
        return self.html[feature] + self.inlined[feature] + self.kept[feature]


def used(mail: Mail) -> Uses:
    """Return which features *mail* uses; names that the data does not know are among them."""
    uses = Uses(Counter(), Counter(), Counter(), {})
    uses.html["html-doctype"] += 1
    uses.html.update(["html-comments"] * len(mail.document.comments))
    styles = Counter(element.attributes.get("style", "") for element in mail.document.elements)
    for element in mail.document.elements:
        uses.html.update(_of_element(element))
    for style, count in styles.items():
        for item in declarations(style):
            _add(uses, uses.inlined, item, count)
    _add_sheet(mail, uses)
    return uses


def _add(uses: Uses, where: Counter[str], item: Declaration, count: int) -> None:
    for feature in _of_declaration(item):
        where[feature] += count
        uses.declarations.setdefault(feature, set()).add(f"{item.name}: {item.value}")


def _of_element(element: Element) -> list[str]:
    tag, attributes = element.tag, element.attributes
    found = [_TAGS.get(tag, f"html-{tag}")]
    if tag in {"input", "button"}:
        found.append(f"html-{tag}-{attributes.get('type', 'text' if tag == 'input' else 'submit')}")
    if tag == "meta" and attributes.get("name") == "color-scheme":
        found.append("html-meta-color-scheme")
    for name in attributes:
        if name in _ATTRIBUTES or name.startswith("aria-"):
            found.append(f"html-{name}")
        elif name in _OTHER_ATTRIBUTES:
            found.append(_OTHER_ATTRIBUTES[name])
    href = attributes.get("href", "")
    if tag == "a" and href.startswith("mailto:"):
        found.append("html-mailto-links")
    if tag == "a" and href.startswith("#"):
        found.append("html-anchor-links")
    if source := attributes.get("src"):
        found += _of_source(source)
    return found


def _of_source(source: str) -> list[str]:
    if source.startswith("data:"):
        return ["image-base64"]
    ending = source.split("?", maxsplit=1)[0].split("#", maxsplit=1)[0].rsplit(".", 1)[-1].lower()
    return [f"image-{_IMAGES[ending]}"] if ending in _IMAGES else []


@lru_cache(maxsize=4096)
def _of_declaration(item: Declaration) -> list[str]:
    found = [feature for feature in (_of_property(item.name),) if feature]
    value = item.value.lower()
    if (item.name, value) in _PAIRS:
        found.append(_PAIRS[item.name, value])
    if item.important:
        found.append("css-important")
    seen = set()
    for _, unit, word, bracket in _VALUE.findall(_QUOTED.sub(" ", value)):
        if unit:
            seen.add("css-unit-percent" if unit == "%" else f"css-unit-{unit}" if unit in _UNITS else "")
        elif bracket:
            seen.add(_FUNCTIONS.get(word, ""))
        elif word:
            seen.add(_WORDS.get(word, ""))
    return found + sorted(seen - {""})


@lru_cache(maxsize=512)
def _of_property(name: str) -> str:
    if name.startswith("--"):
        return "css-variables"
    if name.startswith(("-", "mso-")):
        return ""
    if name in _SAME:
        return _SAME[name]
    return next((slug for pattern, slug in _FAMILIES if re.fullmatch(pattern, name)), f"css-{name}")


_AT_RULES = (
    (r"@media", "css-at-media"),
    (r"@media.*prefers-color-scheme", "css-at-media-prefers-color-scheme"),
    (r"@media.*prefers-reduced-motion", "css-at-media-prefers-reduced-motion"),
    (r"@media.*\b(?:any-)?hover\b", "css-at-media-hover"),
    (r"@media.*\borientation\b", "css-at-media-orientation"),
    (r"@media.*device-pixel-ratio", "css-at-media-device-pixel-ratio"),
    (r"@supports", "css-at-supports"),
    (r"@font-face", "css-at-font-face"),
    (r"@import", "css-at-import"),
    (r"@(?:-[a-z]+-)?keyframes", "css-at-keyframes"),
)
_SELECTORS = (
    (r"\*", "css-selector-universal"),
    (r"(?:^|[\s>+~])[a-z]", "css-selector-type"),
    (r"\.[a-z_-]", "css-selector-class"),
    (r"\.[\w-]+\.", "css-selector-chaining"),
    (r"#", "css-selector-id"),
    (r"\[", "css-selector-attribute"),
    (r">", "css-selector-child"),
    (r"\+", "css-selector-adjacent-sibling"),
    (r"~(?!=)", "css-selector-general-sibling"),
    (r"[^\s>+~,]\s+[^\s>+~,]", "css-selector-descendant"),
)
_PSEUDO = re.compile(r"(::?)([a-z-]+)")
_OLD_ELEMENTS = frozenset({"after", "before", "first-letter", "first-line"})


def _add_sheet(mail: Mail, uses: Uses) -> None:
    found = uses.kept
    found.update(["css-comments"] * mail.kept.count("/*"))
    for at_rule, _ in mail.sheet.at_rules:
        found.update(slug for pattern, slug in _AT_RULES if re.match(pattern, at_rule, re.IGNORECASE))
    for rule in mail.sheet.rules:
        for item in rule.declarations:
            _add(uses, found, item, 1)
        found.update(["css-selector-grouping"] if len(rule.selectors) > 1 else [])
        found.update(["css-nesting"] if any(not outer.startswith("@") for outer in rule.around) else [])
        for selector in rule.selectors:
            found.update(_of_selector(selector))


def _of_selector(selector: str) -> list[str]:
    if re.fullmatch(r"from|to|[\d.]+%", selector):
        return []  # a step of an animation
    found = [slug for pattern, slug in _SELECTORS if re.search(pattern, selector, re.IGNORECASE)]
    for colons, name in _PSEUDO.findall(selector):
        is_element = colons == "::" or name in _OLD_ELEMENTS
        found.append(f"css-pseudo-{'element' if is_element else 'class'}-{name}")
    return found
