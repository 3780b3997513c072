# Needs only Python 3.11, git and make. Everything else is installed into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2
GPU ?= 0
export TF_CPP_MIN_LOG_LEVEL ?= 3
export OMP_NUM_THREADS ?= 1
export CUDA_VISIBLE_DEVICES ?=

.PHONY: help demo test test-gpu verify-thorough check bench docs generate format clean
.DEFAULT_GOAL := help

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 18

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.core: pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

# pip learnt dependency groups in 25.1. torch comes first and exactly, so that nothing below pulls in a CUDA build.
$(VENV)/.dev: pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/pip install --quiet "torch==2.13.0"
	$(BIN)/pip install --quiet --editable ".[all]" --group dev
	@touch $@ $(VENV)/.core

demo: $(VENV)/.core  ## install the core alone, lint the examples, print a layer table (seconds)
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh examples/demo.sh

test: $(VENV)/.dev  ## install torch, TensorFlow and Keras (CPU) and run the whole suite
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadscope -q

test-gpu: export CUDA_VISIBLE_DEVICES = $(GPU)
test-gpu: $(VENV)/.dev  ## the tests that need a CUDA device (GPU=0 chooses it); skipped, with a reason, without one
	$(BIN)/python -m pytest -m gpu -q -rs

verify-thorough: $(VENV)/.dev  ## 5,000 drawn models on torch, Keras and numpy, with a summary
	HYPOTHESIS_PROFILE=thorough $(BIN)/python -m pytest -q -s -p no:cacheprovider tests/equivalence/test_verify_space.py

check: $(VENV)/.dev  ## ruff, strict mypy, import directions, generated files up to date
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m docs.generate --check

format: $(VENV)/.dev  ## rewrite the code as ruff formats it
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev  ## speed beside the real alternatives, as ratios
	$(BIN)/pip install --quiet --group bench
	$(BIN)/python -m benchmarks.algebra
	$(BIN)/python -m benchmarks.lint
	$(BIN)/python -m benchmarks.contracts
	$(BIN)/python -m benchmarks.verify

generate: $(VENV)/.dev  ## write the generated pages: operators, rules, coverage
	$(BIN)/python -m docs.generate

docs: generate  ## the same; the pages are Markdown under docs/

clean:  ## remove what the other targets made
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .shapecheck_cache
