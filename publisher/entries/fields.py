"""The fields of any file in the entries folder, and the language that its name or a field gives it."""

import re
from typing import TYPE_CHECKING, TypeVar, cast

from publisher.entries import frontmatter
from publisher.entries.frontmatter import Fields, Parts
from publisher.entries.source import Mark, Source, decode
from publisher.errors import Problem
from publisher.model.alike import closest
from publisher.model.settings import Settings

_NAME = re.compile(
    r"(?:\d{4}-\d{2}-\d{2}-)?(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)(?:\.(?P<lang>[a-z]{2,3}(?:-(?:[A-Za-z]{2,4}|[0-9]{3}))*))?\.md"
)
if TYPE_CHECKING:
    from pydantic import BaseModel
Model = TypeVar("Model", bound="BaseModel")


def take_apart(path: str, data: bytes, settings: Settings) -> tuple[Source, Parts | None, list[Problem]]:
    """Return the file at *path* as lines, its front matter and body, and what is wrong with them."""
    source, problems = decode(f"{settings.paths.entries}/{path}", data)
    if source.text is None:
        return source, None, problems
    parts, found = frontmatter.split(source)
    return source, parts, problems + found


def validate(model: type[Model], fields: Fields, source: Source, problems: list[Problem]) -> Model | None:
    """Return *fields* as *model*, or None with a problem for each fault."""
    from pydantic import ValidationError

    try:
        # What `model_validate` calls, in four fifths of the time.
        return cast("Model", model.__pydantic_validator__.validate_python(fields.values))
    except ValidationError as error:
        from publisher.model.explain import explain

        for fault in explain(error, model):
            is_name = fault.code == "unknown-field" or (fault.path and fault.path not in fields.marks)
            mark = fields.key_mark(fault.path) if is_name else None
            problems.append(
                source.error(fault.code, mark or fields.mark(fault.path), fault.message, fault.hint)
            )
    return None


def name_and_language(
    path: str, fields: Fields, source: Source, settings: Settings, problems: list[Problem]
) -> tuple[re.Match[str] | None, str]:
    """Return the parts of the file's name, and the entry's language."""
    languages = settings.newsletter.languages
    written = fields.values.get("lang")
    name = _NAME.fullmatch(path.rsplit("/", 1)[-1])
    if name is None:
        hint = (
            "use lower-case letters a-z, digits and hyphens: new-report.md, and new-report.fr.md for French"
        )
        problems.append(source.error("invalid-file-name", None, "the file's name cannot be an address", hint))
        return None, languages[0]
    lang = name["lang"] or (written if isinstance(written, str) else languages[0])
    if name["lang"] and written is not None and written != name["lang"]:
        message = f"`lang` is {written}, but the file's name says {name['lang']}"
        hint = "leave the field out, or rename the file"
        problems.append(source.error("language-differs", fields.own_mark(("lang",)), message, hint))
    elif lang not in languages and is_new(source, mark := fields.own_mark(("lang",)), problems):
        hint = closest(lang, list(languages)) or f"the newsletter's languages are {', '.join(languages)}"
        problems.append(
            source.error("unknown-language", mark, f"{lang} is not a language of this newsletter", hint)
        )
    return name, lang


def is_new(source: Source, mark: Mark | None, problems: list[Problem]) -> bool:
    """Tell whether nothing was said of *mark* yet; a value that is no key is not an unknown one as well."""
    return all(problem.place != source.place(mark) for problem in problems)
