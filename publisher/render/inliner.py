"""CSS into style attributes for mail, through premailer, the one place that knows it.

premailer is frozen since 2021; the options below close what is known of it, and tests hold them:
`!important` of kept rules stays, `width="600"` is not overwritten, nothing is fetched. Rules in
`<style data-premailer="ignore">` are kept byte for byte.
"""

import logging
import re
from typing import Any

import cssutils
from premailer import Premailer

from publisher.errors import ContentError, Place, Problem

DOCTYPE = "<!DOCTYPE html>"
# Spaces within style attributes take two of the hundred kilobytes that a mail may have.
_STYLE = re.compile(r"""(<[^<>]* style=)("[^"<>]*"|'[^'<>]*')""")
_SHEETS = 32  # more than a newsletter has languages
_RULES: dict[tuple[str, int], tuple[list[Any], list[Any]]] = {}


class _Offline(Premailer):  # type: ignore[misc]
    """premailer that also leaves `@import` alone: `allow_network=False` does not stop it, nor file://."""

    def _parse_style_rules(self, css_body: str, ruleset_index: int) -> tuple[list[Any], list[Any]]:
        """Return the rules of a stylesheet; what was worked out once serves all digests of a run."""
        known = (css_body, ruleset_index)
        if known not in _RULES:
            if len(_RULES) >= _SHEETS:
                _RULES.clear()
            _RULES[known] = super()._parse_style_rules(css_body, ruleset_index)
        rules, leftover = _RULES[known]
        return list(rules), list(leftover)

    def _parse_css_string(self, css_body: str, validate: bool = True) -> Any:  # noqa: FBT001, FBT002
        parser = cssutils.CSSParser(validate=validate, fetcher=lambda _url: None, loglevel=logging.CRITICAL)
        return parser.parseString(css_body)


def inline(html: str) -> str:
    """Return *html*, which starts with its doctype, with its rules inlined.

    Raises `ContentError` if premailer cannot read it.
    """
    try:
        text = _transform(html)
    except (SyntaxError, RuntimeError, ValueError, AttributeError) as error:  # cssselect's and lxml's
        place = Place("templates/email/style.css")
        message = f"the styles cannot be written into email/digest.html: {error}"
        hint = "use plain selectors; docs/templates.md has the rules"
        raise ContentError([Problem("template-error", place, message, hint)], 0) from None
    text = _STYLE.sub(lambda found: found[1] + found[2].replace("; ", ";"), text)
    return text if text.startswith(DOCTYPE) else f"{DOCTYPE}\n{text}"


def _transform(html: str) -> str:
    result = _Offline(
        html,
        strip_important=False,
        keep_style_tags=False,
        remove_classes=False,
        disable_basic_attributes=["width", "height", "align", "valign", "bgcolor"],
        align_floating_images=False,
        disable_validation=True,
        include_star_selectors=False,
        exclude_pseudoclasses=True,
        base_url=None,
        preserve_internal_links=True,
        allow_network=False,
        allow_loading_external_files=False,
        cache_css_parsing=False,
        cssutils_logging_level=logging.CRITICAL,
    ).transform(pretty_print=False)
    return str(result)
