"""The commands `init` and `new`."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from publisher.cli.place import open_project


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--minimal", is_flag=True, help="Only the settings, without sample entries.")
@click.pass_context
def init(context: click.Context, folder: Path, minimal: bool) -> None:
    """Make a new project in DIR that builds at once: settings and two sample entries."""
    from publisher import scaffold

    for path in scaffold.init(folder, datetime.now(UTC).date(), minimal=minimal):
        click.echo(path)
    if not context.obj["quiet"]:
        click.echo(f"next: cd {folder} && publisher build", err=True)


@click.command()
@click.argument("kind")
@click.argument("title")
@click.option(
    "--date", "day", metavar="YYYY-MM-DD", help="The entry's day; else today in the newsletter's zone."
)
@click.option("--lang", metavar="TAG", help="The entry's language; else the newsletter's first.")
@click.option("--evergreen", is_flag=True, help="A lasting page without a date.")
@click.option("-e", "--edit", is_flag=True, help="Open it in $EDITOR.")
@click.pass_context
def new(
    context: click.Context,
    kind: str,
    title: str,
    day: str | None,
    lang: str | None,
    evergreen: bool,
    edit: bool,
) -> None:
    """Write a new entry of KIND with TITLE, as a draft, and print its path."""
    from pydantic import TypeAdapter, ValidationError

    from publisher import scaffold
    from publisher.model.dates import Day

    project = open_project(context)
    newsletter = project.settings.newsletter
    chosen = datetime.now(ZoneInfo(newsletter.zone)).date()
    if day is not None:
        try:
            chosen = TypeAdapter(Day).validate_python(day)
        except ValidationError as error:
            details = error.errors()[0].get("ctx") or {}
            raise click.BadParameter(
                f"{details['message']}; {details['hint']}", param_hint="--date"
            ) from None
    draft = scaffold.Draft(kind, " ".join(title.split()), chosen, lang or newsletter.languages[0], evergreen)
    path = scaffold.new_entry(project, draft)
    click.echo(path.relative_to(project.root))
    if edit:
        click.edit(filename=str(path))
