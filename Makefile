# Each target makes its own environment; Python 3.11 or newer with pip is all that is needed.
PYTHON ?= python3
DEMO := .venv-demo
TEST := .venv-test

.PHONY: demo test lint docs bench quality clean

demo: $(DEMO)/done
	$(DEMO)/bin/syndetect detect seeds --format page

test: $(TEST)/done
	$(TEST)/bin/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

lint: $(TEST)/lint
	$(TEST)/bin/ruff format --check .
	$(TEST)/bin/ruff check .
	$(TEST)/bin/mypy
	$(TEST)/bin/pyright --pythonpath $(TEST)/bin/python src tests/typing
	$(TEST)/bin/lint-imports

docs: $(TEST)/docs
	$(TEST)/bin/python -m mkdocs build --strict

bench: $(TEST)/bench
	$(TEST)/bin/python -m pytest benchmarks --benchmark-enable --benchmark-only -o addopts= -q
	$(TEST)/bin/python -m benchmarks.speed build/benchmarks $(BENCH)
	$(TEST)/bin/python -m benchmarks.report build/benchmarks/results.json docs

quality: $(TEST)/bench
	$(TEST)/bin/python -m benchmarks.quality $(DATA) build/quality
	$(TEST)/bin/python -m benchmarks.quality.report build/quality/results.json docs

$(DEMO)/done: pyproject.toml
	$(PYTHON) -m venv $(DEMO)
	$(DEMO)/bin/python -m pip install --quiet .
	touch $@

$(TEST)/done: pyproject.toml
	$(PYTHON) -m venv $(TEST)
	$(TEST)/bin/python -m pip install --quiet -e '.[test]'
	touch $@

$(TEST)/lint: $(TEST)/done
	$(TEST)/bin/python -m pip install --quiet -e '.[lint]'
	touch $@

$(TEST)/docs: $(TEST)/done
	$(TEST)/bin/python -m pip install --quiet -e '.[docs]'
	touch $@

$(TEST)/bench: $(TEST)/done
	$(TEST)/bin/python -m pip install --quiet -e '.[bench]'
	touch $@

clean:
	rm -rf $(DEMO) $(TEST) build dist site .pytest_cache .mypy_cache .ruff_cache .hypothesis
