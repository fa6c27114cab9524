PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed

.PHONY: demo test lint types tests golden bench clean

demo: $(STAMP)  ## generate the penguins experiment, train it, say where the report is
	$(BIN)/labwright generate penguin_species
	$(BIN)/labwright run

test: lint types tests  ## everything; the cheapest check first, so that a slip shows early

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

# A process for each core, with one thread each: several would only wait for one another.
tests: $(STAMP)
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist loadfile

golden: $(STAMP)  ## write the golden folders anew; read the diff before committing it
	$(BIN)/python -m tests.regenerate_golden

bench: $(STAMP)
	$(BIN)/python bench/loader.py
	$(BIN)/python bench/generate.py
	$(BIN)/python bench/train.py

# torch comes first and by its exact version: asked for by a range, pip would take a build
# with gigabytes of CUDA libraries.
$(STAMP): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check torch==2.13.0
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--constraint constraints.txt --editable '.[test]'
	touch $@

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis
