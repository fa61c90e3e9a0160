"""What Alembic runs: the steps, over the connection that `migrate` hands it."""

from alembic import context

from publisher.database.tables import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True
)
context.run_migrations()
