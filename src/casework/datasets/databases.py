"""Databases by SQLAlchemy address, read only; no message shows a user, a password or a query."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.core.checks import suggest
from casework.core.errors import DataError, Problem
from casework.core.messages import t
from casework.datasets.sources import QUERY, content_of, redact_address, source_name, split_part
from casework.datasets.tables import clean_names, make_frame
from casework.datasets.texts import cell_text

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import Connection, Engine

READING = re.compile(r"\s*(select|with|values)[\s(]", re.IGNORECASE)
PACKAGES: dict[str, str] = {
    "psycopg2": "psycopg2-binary",
    "psycopg": "psycopg[binary]",
    "mysqldb": "mysqlclient",
    "pymysql": "PyMySQL",
    "duckdb": "duckdb-engine",
    "duckdb_engine": "duckdb-engine",
    "snowflake": "snowflake-sqlalchemy",
    "bigquery": "sqlalchemy-bigquery",
    "redshift": "sqlalchemy-redshift",
    "clickhouse": "clickhouse-sqlalchemy",
    "databricks": "databricks-sqlalchemy",
    "hana": "sqlalchemy-hana",
    "ibm_db_sa": "ibm-db-sa",
    "db2": "ibm-db-sa",
    "access": "sqlalchemy-access",
    "cx_oracle": "oracledb",
    "oracle": "oracledb",
    "postgresql": "psycopg[binary]",
    "mysql": "PyMySQL",
    "mariadb": "PyMySQL",
    "mssql": "pyodbc",
}


def read_database(address: str, base: Path) -> pd.DataFrame:
    """Read a table, or the rows of a query, of a database.

    Parameters
    ----------
    address : str
        SQLAlchemy address, then `#`, then the name of a table or a SELECT.
    base : Path
        Folder against which the path of a database file is read.

    Raises
    ------
    DataError
        No such file, driver, server, table; locked or broken; not a reading query; no rows.
    """
    place, part = split_part(address)
    where = source_name(address)
    with _connection(place, where, base) as connection:
        query = part if READING.match(part) else _table_query(connection, part, where)
        names, rows = _fetch(connection, query)
    clean = clean_names(names, where)
    frame, _ = make_frame(clean, lambda i: _column(rows, i), where, first_row=1)
    return frame


def _column(rows: list[Any], i: int) -> Any:
    import pyarrow as pa

    return pa.array([cell_text(row[i]) for row in rows], pa.string())


@contextmanager
def _connection(place: str, where: str, base: Path) -> Iterator[Connection]:
    """Open a connection that cannot write, and put back what happened inside."""
    engine = _engine(place, where, base)
    try:
        with engine.connect() as plain:
            connection = _read_only(plain)
            try:
                yield connection
            finally:
                connection.rollback()
    except DataError:
        raise
    except Exception as error:  # drivers raise what they like
        raise _database_error(error, place, where) from None
    finally:
        engine.dispose()


def _read_only(connection: Connection) -> Connection:
    dialect = connection.dialect.name
    if dialect == "postgresql":
        return connection.execution_options(postgresql_readonly=True)
    if dialect == "sqlite":
        connection.exec_driver_sql("PRAGMA query_only = ON")
    if dialect in ("mysql", "mariadb"):
        connection.exec_driver_sql("SET SESSION TRANSACTION READ ONLY")
    return connection


def _engine(place: str, where: str, base: Path) -> Engine:
    from sqlalchemy import create_engine, make_url
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError
    from sqlalchemy.pool import NullPool

    scheme = place.partition("://")[0]
    try:
        url = make_url(place)
        database = url.database or ""
        engine = None if scheme.startswith("sqlite") else create_engine(url, poolclass=NullPool)
    except NoSuchModuleError:
        raise _no_driver(where, scheme.partition("+")[0], scheme) from None
    except ModuleNotFoundError as error:
        module = (error.name or "").partition(".")[0]
        raise _no_driver(where, module, scheme, known=True) from None
    except (ArgumentError, ValueError):
        example = "postgresql://user@host/database#table"
        raise DataError(
            Problem(where, t("the database address cannot be read"), t("such as {example}", example=example))
        ) from None
    return _sqlite(database, where, base) if engine is None else engine


def _no_driver(where: str, module: str, dialect: str, *, known: bool = False) -> DataError:
    """Name the package to install; of an unknown dialect no package is guessed."""
    package = PACKAGES.get(module.lower(), module if known else "")
    fix = t("Install the package that offers it to SQLAlchemy")
    if package:
        fix = t("Install it: pip install {package}", package=repr(package))
    found = t("the driver for {dialect} is not installed", dialect=dialect)
    return DataError(Problem(where, found, fix=fix))


def _sqlite(database: str, where: str, base: Path) -> Engine:
    """Open a file only where it is there; SQLite would make an empty one."""
    import sqlite3

    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    path = base / Path(database).expanduser()
    if not database or database == ":memory:" or path.is_dir():
        raise DataError(Problem(where, t("the address names no database file"), "sqlite:///sales.db#customers"))
    if not path.is_file():
        near = [item.name for item in path.parent.glob("*") if item.is_file()] if path.parent.is_dir() else []
        raise DataError(Problem(where, t("there is no such file"), fix=suggest(path.name, sorted(near))))
    try:
        with path.open("rb") as file:
            start = file.read(100)
    except OSError:
        raise DataError(Problem(where, t("the file may not be read"), fix=t("Ask for the right to read it"))) from None
    if content_of(start) != "sqlite":
        raise DataError(Problem(where, t("the file is not an SQLite database")))
    uri = f"{path.resolve().as_uri()}?mode=ro"
    return create_engine("sqlite://", creator=lambda: sqlite3.connect(uri, uri=True, timeout=2), poolclass=NullPool)


def _table_query(connection: Connection, part: str, where: str) -> str:
    from sqlalchemy import inspect

    inspector = inspect(connection)
    schema, _, table = part.rpartition(".")
    tables = [*inspector.get_table_names(schema or None), *inspector.get_view_names(schema or None)]
    if not part and len(tables) == 1:
        table = tables[0]
    elif part in tables:
        schema, table = "", part
    if table not in tables and QUERY.match(part):
        raise DataError(
            Problem(where, t("the query does not only read"), t("one SELECT"), t("Write a SELECT behind the #"))
        )
    if table not in tables:
        found = t("there is no table {name}", name=repr(part)) if part else t("no table is named")
        fix = suggest(table, tables) if tables else t("The database has no tables")
        raise DataError(Problem(where, found, t("the name of a table, or a SELECT, behind the #"), fix))
    quote = connection.dialect.identifier_preparer.quote_identifier
    name = f"{quote(schema)}.{quote(table)}" if schema else quote(table)
    return f"SELECT * FROM {name}"  # noqa: S608 - the name is one of the database's own, and quoted


def _fetch(connection: Connection, query: str) -> tuple[list[str], list[Any]]:
    result = connection.execution_options(no_parameters=True).exec_driver_sql(query)
    names = list(result.keys())
    return [str(name) for name in names], list(result.fetchall())


def _database_error(error: Any, place: str, where: str) -> DataError:
    """Return what the database said, without user, password and query."""
    said = str(getattr(error, "orig", None) or type(error).__name__).strip().partition("\n")[0]
    for secret in _secrets(place):
        said = said.replace(secret, "***")
    if "locked" in said.lower():
        fix = t("Close the program that writes to the database, and try again")
    else:
        fix = t("Check that the database runs, and that address, table and query are right")
    return DataError(Problem(where, t("the database says: {reason}", reason=said[:300]), fix=fix))


def _secrets(place: str) -> list[str]:
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(place)
    except (ArgumentError, ValueError):
        return [place]
    values = [str(value) for value in url.query.values()]
    found = [place, str(url.password or ""), *values]
    return sorted(
        (secret for secret in found if len(secret) > 1 and secret != redact_address(place)), key=len, reverse=True
    )
