# Two commands on a fresh machine with python3 and make: `make demo`, `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SPARK := .venv-spark
RUN_STAMP := $(VENV)/.installed
SPARK_STAMP := $(SPARK)/.installed

.PHONY: demo test check spark test-long bench real screens lock clean

demo: $(RUN_STAMP)  ## make up a plater, load its exports, show its briefing: about two minutes
	$(BIN)/burnish demo demo-shop

test: check spark  ## everything a change must pass

check: $(RUN_STAMP)  ## lint, types, layers, core tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/pytest -n auto --dist loadfile

spark: $(SPARK_STAMP)  ## the feature tests again on a local Spark session
	$(SPARK)/bin/python -m pytest -m spark tests/features tests/identity/test_spark_linking.py

test-long: $(RUN_STAMP)  ## kills by the hundred, many seeds; figures go to docs/figures.md
	$(BIN)/pytest -m long -s

bench: $(RUN_STAMP)  ## speed, memory and who is who beside their peers, in one run
	$(BIN)/burnish bench
	$(BIN)/python benchmarks/name_pairs.py
	$(BIN)/python benchmarks/febrl.py
	$(BIN)/python benchmarks/identity.py check

screens: demo  ## the README's pictures of the demo shop's briefing; the page's need Chromium
	$(BIN)/python scripts/screen.py

real: $(RUN_STAMP)  ## the real files of ../shared/data, figures as in docs/real-input.md
	$(BIN)/python benchmarks/real.py

lock:  ## resolve again; needs uv
	uv pip compile pyproject.toml --group dev $(LOCK_FLAGS) -o requirements/dev.txt
	uv pip compile requirements/spark.in $(LOCK_FLAGS) -o requirements/spark.txt

LOCK_FLAGS := --universal --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --no-annotate

$(RUN_STAMP): requirements/dev.txt pyproject.toml scripts/pango.sh
	sh scripts/pango.sh $(PYTHON)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --require-hashes -r requirements/dev.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

$(SPARK_STAMP): requirements/spark.txt pyproject.toml scripts/java.sh
	sh scripts/java.sh
	$(PYTHON) -m venv $(SPARK)
	$(SPARK)/bin/pip install --quiet --require-hashes -r requirements/spark.txt
	$(SPARK)/bin/pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

clean:
	rm -rf $(VENV) $(SPARK) demo-shop
