"""Facts over a shop's events: lazy Ibis tables in, one lazy Ibis table out.

Each public function is one table of `schema.facts`, named after it and keeping its contract exactly.
Nothing here opens a file or a session, and the same expressions run on DuckDB and on Spark.
"""
