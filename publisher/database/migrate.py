"""Brings a database to the tables of this program, by the steps in `migrations/versions`."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from publisher.database.engine import reading, transaction
from publisher.errors import UsageError

_STEPS = Path(__file__).with_name("migrations")


def migrate(engine: Engine) -> list[str]:
    """Do the steps that *engine*'s database has not done yet, all or none, and return what each is called.

    Raises `UsageError` if a newer program was there.
    """
    config = Config()
    config.set_main_option("script_location", str(_STEPS).replace("%", "%%"))
    with transaction(engine) as connection:
        _wait_for_others(connection)
        todo = _todo(ScriptDirectory.from_config(config), connection)
        if todo:
            config.attributes["connection"] = connection
            command.upgrade(config, "heads")
    return todo


def pending(engine: Engine) -> list[str]:
    """Return what the steps are called that *engine*'s database has not done yet; nothing is changed.

    Raises `UsageError` if a newer program was there.
    """
    steps = ScriptDirectory(str(_STEPS))
    file = engine.url.database if engine.dialect.name == "sqlite" else None
    if file and not Path(file).exists():  # connecting would make it
        return [str(step.doc) for step in reversed(list(steps.walk_revisions()))]
    with reading(engine) as connection:
        return _todo(steps, connection)


def _todo(steps: ScriptDirectory, connection: Connection) -> list[str]:
    done = MigrationContext.configure(connection).get_current_heads()
    known = {step.revision: step for step in steps.walk_revisions()}
    if unknown := [name for name in done if name not in known]:
        hint = "use the newer version of publisher, or a copy of the database from before"
        message = f"the database was made by a newer version of publisher (step {unknown[0]})"
        raise UsageError(message, hint, "newer-database")
    todo = [step for step in steps.iterate_revisions("heads", done or "base") if step.revision not in done]
    return [str(step.doc) for step in reversed(todo)]


def _wait_for_others(connection: Connection) -> None:
    """Let nobody else migrate meanwhile; SQLite's transactions do so anyway."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7234598123)")
