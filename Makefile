# Every command of the project. `make help` lists them.
PYTHON ?= python3
BIN := .venv/bin
ONCE ?=
ONLY ?=
YEAR ?=
EMPTY ?=
SEED ?=
SEEDS ?=
FROM ?=
MINUTES ?=
WITHOUT ?=
VARIANT ?=
SCALE ?=
CHECK ?=
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help env run test lint clauses mutants check chaos drill simulate bench backup restore recovery schemas audit sbom lock clean

help: ## List the commands
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' Makefile

env: ## Make .venv from the locked packages (instant if made)
	@$(PYTHON) infra/environment.py

run: env ## Start everything, play the rehearsal, stay up until Ctrl-C (ONCE=1: stop at the end; YEAR=2027: another one; EMPTY=1: none)
	@$(BIN)/python -m infra.local run $(if $(ONCE),--once) $(if $(YEAR),--year $(YEAR)) $(if $(EMPTY),--empty)

test: env ## Run all tests with a Kafka and a MongoDB of their own (ARGS="-k name")
	@$(BIN)/python -m infra.local parts kafka prometheus
	@$(BIN)/python -m pytest $(ARGS)

lint: env ## Check style, types and who may import whom
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy .
	@$(BIN)/lint-imports

clauses: env ## Table of clause, code and tests; fails where a clause has none
	@$(BIN)/python -m tests.clauses

mutants: env ## Break each rule in a copy; a test of its clause must go red
	@$(BIN)/python -m tests.mutations $(ARGS)

check: lint test clauses ## Everything that must hold before a change lands

chaos: env ## Load the running system and break what it stands on; a judge looks at what is left (ONLY=steps,lease SEED=7 MINUTES=20)
	@$(BIN)/python -m infra.local parts
	@SEED=$(SEED) MINUTES=$(MINUTES) $(BIN)/python -m tests.chaos $(ONLY)

drill: env ## Cause each fault on the running system; its alert must fire, and fall silent when it is healed (ONLY=kafka-gone SEED=7 MINUTES=20)
	@$(BIN)/python -m infra.local parts kafka prometheus
	@SEED=$(SEED) MINUTES=$(MINUTES) $(BIN)/python -m tests.drill $(ONLY)

simulate: env ## Play seeded courses of the whole system, with faults, on virtual time; a judge looks (SEEDS=1000 MINUTES=10 SEED=7 VARIANT=no-inbox SHARDS=2)
	@PYTHONHASHSEED=0 SEEDS=$(SEEDS) FROM=$(FROM) MINUTES=$(MINUTES) SEED=$(SEED) WITHOUT="$(WITHOUT)" VARIANT=$(VARIANT) SHARDS=$(SHARDS) \
		$(BIN)/python -m tests.simulation

bench: env ## Measure beside alternatives, write docs/performance.md (ONLY=append, growth, scale, placement; SCALE=0.1; CHECK=1)
	@$(BIN)/python -m infra.local parts kafka
	@SCALE=$(SCALE) CHECK=$(CHECK) $(BIN)/python -m benchmarks $(ONLY)

backup: env ## Back a running system up: logs, and apart from them the key ring (docs/recovery.md)
	@$(BIN)/madoguchi backup take

restore: env ## Restore a backup into an empty MongoDB and Kafka (FROM=folder)
	@$(BIN)/madoguchi backup restore "$(FROM)"

recovery: env ## Rehearse a disaster: back up under load, lose everything, bring it back; with figures
	@$(BIN)/python -m infra.local parts
	@$(BIN)/python -m tests.recovery

schemas: env ## Write the JSON Schemas and examples anew from the models
	@$(BIN)/python -m schemas

audit: env ## Ask a database of advisories about every locked package (needs one that can be reached)
	@$(BIN)/python -m infra.supply audit

sbom: env ## Write the bill of materials of what runs: build/sbom.json (CycloneDX)
	@$(BIN)/python -m infra.supply sbom

LOCK := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-header --no-annotate --quiet

lock: env ## Make requirements/*.txt anew from the .in files
	@$(LOCK) requirements/dev.in -o requirements/dev.txt
	@$(LOCK) requirements/runtime.in -c requirements/dev.txt -o requirements/runtime.txt
	@$(LOCK) benchmarks/requirements.in -o benchmarks/requirements.txt

clean: ## Remove all data, fetched parts and the environment
	@rm -rf .madoguchi .venv build .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache *.egg-info
