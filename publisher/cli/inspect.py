"""The commands `schema`, `config` and `templates`: what a project is made of."""

import json
from collections.abc import Iterator

import click
from msgspec import Struct

from publisher.cli import paint
from publisher.cli.place import open_project
from publisher.model.localised import Localised


@click.command()
@click.argument("what", type=click.Choice(["entry", "quote", "config"]))
def schema(what: str) -> None:
    """Print the JSON Schema of an entry's front matter, a quote's, or the settings.

    Editors complete and check fields by it.
    """
    from pydantic import BaseModel

    from publisher.model.frontmatter import FrontMatter, QuoteFrontMatter
    from publisher.model.written import Settings

    models: dict[str, type[BaseModel]] = {"entry": FrontMatter, "quote": QuoteFrontMatter, "config": Settings}
    document = {"$schema": "https://json-schema.org/draft/2020-12/schema", **models[what].model_json_schema()}
    click.echo(paint.json_text(document))


@click.group()
def config() -> None:
    """Look at the settings."""


@config.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def show(context: click.Context, as_json: bool) -> None:
    """Print every setting with its value and where it comes from."""
    project = open_project(context)
    rows = list(_flat(project.settings))
    if as_json:
        document = {name: {"value": value, "from": project.origin(name)} for name, value in rows}
        click.echo(paint.json_text(document))
        return
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        text = json.dumps(value, ensure_ascii=False)
        click.echo(f"{name:<{width}}  {text}  {click.style(f'({project.origin(name)})', dim=True)}")


def _flat(value: object, name: str = "") -> Iterator[tuple[str, object]]:
    """Yield dotted name and value of each setting in *value*, which is called *name*."""
    if isinstance(value, Localised):
        value = value.words
    if isinstance(value, Struct):
        values = (getattr(value, field) for field in value.__struct_fields__)
        value = dict(zip(value.__struct_encode_fields__, values, strict=True))
    if isinstance(value, dict) and value:
        for part, inner in value.items():
            yield from _flat(inner, f"{name}.{part}" if name else part)
    else:
        yield name, value


@click.command()
@click.option(
    "--eject", metavar="NAME", help="Copy the packaged template NAME into the project, to be changed there."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def templates(context: click.Context, eject: str | None, as_json: bool) -> None:
    """List each template and which file wins, or take one over with --eject."""
    from publisher.render.templating import Templates

    project = open_project(context)
    known = Templates(project.templates)
    if eject:
        target = known.eject(eject)
        click.echo(target.relative_to(project.root))
        return
    listed = known.listed()
    if as_json:
        rows = {item.name: {"own": item.is_own, "packaged": item.is_packaged} for item in listed}
        click.echo(paint.json_text(rows))
        return
    width = max(len(item.name) for item in listed)
    for item in listed:
        winner = (
            "packaged"
            if not item.is_own
            else "yours" + (", instead of the packaged one" if item.is_packaged else "")
        )
        click.echo(f"{item.name:<{width}}  {winner}")
