"""The words of the command line, and what becomes of them; commands are imported when they are called."""

import importlib
import os
from typing import Any

import click

from publisher import __version__
from publisher.cli import paint
from publisher.errors import ContentError, PublisherError

# command -> (module, help)
COMMANDS = {
    "init": ("scaffold", "Make a new project in DIR that builds at once."),
    "new": ("scaffold", "Write a new entry and print its path."),
    "check": ("content", "Show everything that is wrong, all at once."),
    "build": ("content", "Build feeds, digests and site into out/."),
    "preview": ("preview", "Show what readers will get, while you write."),
    "serve": ("serve", "Serve the site, and where readers subscribe."),
    "send": ("send", "Send an issue to its readers, each once."),
    "announce": ("announce", "Tell the hub which feeds changed."),
    "bounces": ("bounces", "Handle the mails that came back."),
    "reconcile": ("reconcile", "Settle what is in doubt by the mail server's log."),
    "doctor": ("doctor", "Look whether all that sending needs is right."),
    "subscribers": ("subscribers", "Keep the list of those who get digests by mail."),
    "migrate": ("subscribers", "Bring the database of subscribers up to date."),
    "schema": ("inspect", "Print the JSON Schema of entries or settings."),
    "config": ("inspect", "Show the settings and where each comes from."),
    "templates": ("inspect", "List the templates, or take one over."),
}


class _Commands(click.Group):
    """Loads the module of a command when the command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"publisher.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            if found := get_close_matches(args[0], COMMANDS, n=1):
                raise click.UsageError(f"{error.message} Did you mean '{found[0]}'?", ctx) from None
            raise

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an error is painted here, where colours are known, and gives the exit code."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise
        except (PublisherError, OSError) as error:
            return _told(error)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


def _told(error: PublisherError | OSError) -> int:
    """Print *error*, which ended a command; return its exit code."""
    if isinstance(error, ContentError):
        paint.problems(error.problems, error.looked_at, after="Nothing was written.", err=True)
    elif isinstance(error, PublisherError):
        paint.failure(error)
    else:
        where = f"{error.filename}: " if error.filename else ""
        hint = "free the place, or mend its permissions"
        paint.failure(PublisherError(f"{where}{error.strerror or error}", hint))
    return error.exit_code if isinstance(error, PublisherError) else PublisherError.exit_code


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.option(
    "--project", "-C", metavar="DIR", default=".", help="The project's folder; else this one or one above it."
)
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    help="Colours; auto asks the terminal and NO_COLOR.",
)
@click.option("--quiet", "-q", is_flag=True, help="Say nothing but results and errors.")
@click.pass_context
def cli(context: click.Context, project: str, color: str, quiet: bool) -> None:
    """Keep news in git; publish it as feeds, monthly email digests and a site."""
    context.obj = {"start": project, "quiet": quiet}
    context.color = {"always": True, "never": False}.get(color, _wants_color())


def _wants_color() -> bool | None:
    """Return what the environment says of colours; None leaves it to the terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    return True if os.environ.get("FORCE_COLOR") else None


def failed(error: PublisherError | OSError) -> int:
    """Print *error* of a build whose words were never read here; return its exit code."""
    with click.Context(cli, color=_wants_color()):
        return _told(error)


def run(words: list[str] | None) -> int:
    """Do what *words* ask for, None those of the command line; return the exit code."""
    try:
        code: Any = cli.main(args=words, prog_name="publisher", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("stopped", err=True)
        return 130
    except click.ClickException as error:
        error.show()
        return error.exit_code
    return code if isinstance(code, int) else 0
