# One word per habit. `make` alone lists them.
PYTHON := .venv/bin/python
.DEFAULT_GOAL := help
.PHONY: help install test lint format types docs sample bench ci

help: ## list these words
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: ## make .venv with everything needed to work on the project, and the hooks
	python3 -m venv .venv
	$(PYTHON) -m pip install -q -e '.[dev]'
	$(PYTHON) -m pre_commit install

test: ## run the tests, doctests, documents and notebooks
	$(PYTHON) -m pytest -q

lint: ## check style without changing anything
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check

format: ## put style right
	$(PYTHON) -m ruff check --fix
	$(PYTHON) -m ruff format

types: ## check types, strictly
	$(PYTHON) -m mypy --strict

docs: ## write again what follows from the schema: docs/data-model.md and the README's table
	$(PYTHON) docs/make_data_model.py

sample: ## write data/openalex-sample again
	rm -rf data/openalex-sample
	$(PYTHON) -m scholargraph sample data/openalex-sample

bench: ## time a start, an ingest and a query on the sample
	$(PYTHON) benchmarks/everyday.py

ci: ## the whole gate, in a clean checkout of what is committed
	.ci/run
