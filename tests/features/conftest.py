"""One fixture `engine` runs every feature test on DuckDB, and with `-m spark` on a local Spark session."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from .build import CONTRACTS, Row, table


class Engine:
    """Rows go in under a name, answers come out in the engine's own types, untouched by Ibis."""

    dialect: str

    def __init__(self) -> None:
        self.made = 0

    def table(self, name: str, rows: list[Row]) -> ir.Table:
        """An Ibis table of that contract holding the rows."""
        self.made += 1
        self.hold(f"{name}_{self.made}", table(name, rows))
        return ibis.table(ibis.Schema.from_pyarrow(CONTRACTS[name].schema), name=f"{name}_{self.made}")

    def rows(self, expression: ir.Table) -> list[Row]:
        """The rows of an expression over such tables."""
        return self.ask(str(ibis.to_sql(expression, dialect=self.dialect)))

    def hold(self, name: str, rows: pa.Table) -> None:
        """Keep rows under a name, instead of any held there before."""
        raise NotImplementedError

    def ask(self, statement: str) -> list[Row]:
        raise NotImplementedError

    def schema(self, statement: str) -> pa.Schema:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError


class DuckDB(Engine):
    """An in-memory DuckDB."""

    dialect = "duckdb"

    def __init__(self) -> None:
        import duckdb

        super().__init__()
        self.con = duckdb.connect(config={"threads": 2})

    def hold(self, name: str, rows: pa.Table) -> None:
        self.con.register(name, rows)

    def ask(self, statement: str) -> list[Row]:
        return self.con.sql(statement).to_arrow_table().to_pylist()

    def schema(self, statement: str) -> pa.Schema:
        return self.con.sql(statement).to_arrow_table().schema

    def close(self) -> None:
        self.con.close()


class Spark(Engine):
    """A local Spark session that reads rows from Parquet, as it would a snapshot."""

    dialect = "pyspark"

    def __init__(self, folder: Path) -> None:
        from pyspark.sql import SparkSession

        super().__init__()
        self.folder, self.files = folder, 0
        builder = SparkSession.builder.master("local[1]").appName("features")
        for name, value in SPARK.items():
            builder = builder.config(name, value)
        self.session = builder.getOrCreate()
        self.session.sparkContext.setLogLevel("ERROR")

    def hold(self, name: str, rows: pa.Table) -> None:
        self.files += 1
        path = self.folder / f"{name}-{self.files}.parquet"
        pq.write_table(rows, path)
        self.session.read.parquet(str(path)).createOrReplaceTempView(name)

    def ask(self, statement: str) -> list[Row]:
        return [row.asDict() for row in self.session.sql(statement).collect()]

    def schema(self, statement: str) -> pa.Schema:
        from pyspark.sql.pandas.types import to_arrow_schema

        return to_arrow_schema(self.session.sql(statement).schema)

    def close(self) -> None:
        self.session.stop()


SPARK: dict[str, str] = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.memory": "1g",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.execution.arrow.pyspark.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",  # compiling code costs more than these few rows
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.autoBroadcastJoinThreshold": "-1",
    "spark.sql.adaptive.enabled": "false",
}


@pytest.fixture(scope="session", params=["duckdb", pytest.param("spark", marks=pytest.mark.spark)])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    session = DuckDB() if request.param == "duckdb" else Spark(tmp_path_factory.mktemp("spark"))
    yield session
    session.close()
