"""What every use of DuckDB here needs, whatever it asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


def without_progress_bar(connection: duckdb.DuckDBPyConnection) -> None:
    """Keep the engine from drawing a bar on the standard output of whoever asked.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        As it was opened; cursors made of it later draw none, either.

    Examples
    --------
    >>> import duckdb
    >>> with duckdb.connect() as connection:
    ...     without_progress_bar(connection)
    ...     connection.sql("SELECT current_setting('enable_progress_bar')").fetchall()
    [(False,)]
    """
    (is_on,) = connection.execute("SELECT current_setting('enable_progress_bar')").fetchall()[0]
    # In a notebook without widgets it is off, and cannot be set either way.
    if is_on:
        connection.execute("SET enable_progress_bar = false")
