"""The database of subscribers: its tables, how to connect, and how it grows with the program.

SQLite in a file by default, PostgreSQL by address. The one door to SQLAlchemy's engines and to Alembic.
"""
