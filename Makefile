# Two commands for a fresh machine:
#   make demo    sets up a virtual environment and reads the sample article
#   make test    sets up a virtual environment and passes the tests

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
# The pinned torch comes first: any other package would otherwise pull in its newest build.
TORCH := $(shell grep '^torch==' constraints.txt)

.PHONY: demo setup setup-test test check model curve clean

demo: setup
	$(BIN)/secrel extract examples/sample-article.txt --format table --show-text

setup: $(VENV)/.installed

setup-test: $(VENV)/.installed-test

$(VENV)/.created:
	$(PYTHON) -c 'import sys; sys.exit(0 if (3, 10) <= sys.version_info < (3, 14) else "secrel needs Python 3.10 to 3.13")'
	$(PYTHON) -m venv $(VENV)
	$(PIP) '$(TORCH)'
	touch $@

$(VENV)/.installed: $(VENV)/.created pyproject.toml constraints.txt
	$(PIP) --editable .
	touch $@

$(VENV)/.installed-test: $(VENV)/.created pyproject.toml constraints.txt
	$(PIP) --editable '.[dev]'
	touch $@ $(VENV)/.installed

test: setup-test check
	$(BIN)/python -m pytest --cov=secrel --cov-fail-under=90
	$(BIN)/python -m pytest --nbmake notebooks

# Everything that needs no model: style, types, layers, annotations.
check: setup-test
	$(BIN)/ruff format --check src tests benchmarks
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/secrel annotations check annotations

# Threads of a training run, shared out between its processes.
THREADS ?= 2

# Trains the shipped model and measures it. It needs the texts that are not part of the repository
# (`secrel annotations fetch annotations`, and the EDM articles for the last set).
model: setup-test
	OMP_NUM_THREADS=$(THREADS) $(BIN)/secrel train models/edm/recipe.toml
	$(BIN)/secrel evaluate models/edm annotations --split test --write
	$(BIN)/secrel evaluate models/edm annotations --split real-dev --unit sentence --write
	$(BIN)/secrel evaluate models/edm annotations --split edm --unit sentence --write
	$(BIN)/secrel behaviour models/edm benchmarks/behaviour --write
	$(BIN)/python benchmarks/readme_tables.py

# The learning curve: eight training runs, of fewer passes than the model's; points that are there are only printed.
curve: setup-test
	OMP_NUM_THREADS=1 $(BIN)/secrel learning-curve benchmarks/curve.toml -o models/edm/learning_curve.jsonl \
	    --fractions 0.125 0.25 0.5 1 --seeds 0 1
	$(BIN)/python benchmarks/readme_tables.py

clean:
	rm -rf $(VENV) runs dist build .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis
