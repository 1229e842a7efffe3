PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test lint bench models clean

# one thread each: the matrices are small, and sessions share the cores
run: .venv/app
	OPENBLAS_NUM_THREADS=1 $(BIN)/streamlit run app.py --server.fileWatcherType none

test: .venv/dev
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist worksteal

lint: .venv/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: .venv/dev
	$(BIN)/python -m tests.benchmarks

models: .venv/app
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m engine.translation.ship

clean:
	rm -rf .venv

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/app: requirements.txt | .venv/bin/python
	$(BIN)/pip install --quiet -r requirements.txt
	touch $@

.venv/dev: requirements.txt requirements-dev.txt | .venv/bin/python
	$(BIN)/pip install --quiet -r requirements-dev.txt
	touch $@ .venv/app
