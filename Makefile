# Every act is one target. `make demo` needs Python 3.11 and make, nothing else.
PYTHON ?= python3.11
PORT ?= 8000
PEOPLE ?= 800
SEED ?= 7
# Tests wait for servers and browsers a good part of their time: more of them than there are cores.
WORKERS ?= $(shell expr $$(nproc) + 2)
VENV := .venv
BIN := $(VENV)/bin
DEMO := var/demo
COMPILE := pip compile -q --generate-hashes --no-emit-index-url --no-header --no-annotate
export WELFARE_DATABASE_URL ?= sqlite:///$(DEMO)/data/welfare.db
export WELFARE_KEY_FILE ?= $(DEMO)/keys/welfare.key
export WELFARE_MAIL ?= file:$(DEMO)/outbox
SITE := WELFARE_ENVIRONMENT=trial WELFARE_PLAIN_HTTP=yes WELFARE_PORT=$(PORT) WELFARE_SITE_URL=http://localhost:$(PORT)/

.PHONY: install pdf lock demo test coverage check bench faults clean-demo browser words check-deploy

# The environment alone, from the lock file; again only when the lock has changed. The lock names
# everything, so nothing is looked up beside it: a version published since changes no install.
install: $(VENV)/.installed

$(VENV)/.installed: requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null 2>&1 || { echo "Python 3.11 is needed (PYTHON=... names it)."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# Summaries as PDF: WeasyPrint, and Debian's libpango-1.0-0, libpangoft2-1.0-0, libharfbuzz-subset0.
pdf: install
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-pdf.lock

# What testing and checking need beside that.
$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

demo: install
	@mkdir -p $(DEMO)/data
	@if test -f $(DEMO)/ready; then echo "Using the site in $(DEMO); 'make clean-demo' removes it."; else \
		rm -rf $(DEMO) && mkdir -p $(DEMO)/data && \
		$(BIN)/analytics simulate --people $(PEOPLE) --seed $(SEED) --as-of $$(date +%F) --out $(DEMO)/force && \
		$(SITE) $(BIN)/welfare demo load $(DEMO)/force --sign-ins $(DEMO)/sign-ins.txt && \
		$(BIN)/analytics release && \
		$(SITE) $(BIN)/welfare demo approve && \
		touch $(DEMO)/ready; fi
	@echo; echo "Sign in at http://localhost:$(PORT)/ with one of these (name, password, key for an app):"
	@cat $(DEMO)/sign-ins.txt; echo
	@echo "All but the member also need six digits: put the key into an authenticator app,"
	@echo "or let this print them: $(BIN)/welfare demo code clinician"; echo
	@$(SITE) $(BIN)/welfare serve

clean-demo:
	rm -rf $(DEMO)

# Debian's Chromium, where it is missing and we may install it.
browser:
	@command -v chromium >/dev/null 2>&1 || { apt-get update -qq && apt-get install -y -qq chromium; } || \
		{ echo "Chromium is needed for the browser tests: install Debian's package 'chromium'."; exit 1; }

test: $(VENV)/.installed-dev browser
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup

# The deployment files before the programs that read them: needs systemd-analyze, nginx and openssl.
check-deploy: $(VENV)/.installed-dev
	$(BIN)/pytest tests/deploy/with_real_programs.py

# Which lines no test reaches. Apart from `test`, because measuring takes as long again.
coverage: $(VENV)/.installed-dev browser
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup --cov --cov-report=term:skip-covered

check: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet welfare/web/templates

# After a change of our own sentences: what is new waits empty in each messages.po.
WORDS := welfare/web/translations
words: $(VENV)/.installed
	@mkdir -p var
	$(BIN)/pybabel -q extract -F $(WORDS)/extract.cfg -k _ -k ngettext:1,2 -k pgettext:1c,2 -k safety -k lazy -k lazy_gettext -k _later -k _now --no-location \
		--omit-header --sort-output -o var/messages.pot welfare
	$(BIN)/pybabel -q update -i var/messages.pot -d $(WORDS) --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 110
	$(BIN)/pybabel -q compile -d $(WORDS)

# After a change of dependencies in pyproject.toml.
lock: $(VENV)/.installed-dev
	$(BIN)/uv $(COMPILE) --extra build pyproject.toml -o requirements.lock
	$(BIN)/uv $(COMPILE) --extra build --extra pdf -c requirements.lock pyproject.toml -o requirements-pdf.lock
	$(BIN)/uv $(COMPILE) --extra build --extra dev --extra pdf -c requirements.lock pyproject.toml -o requirements-dev.lock

bench: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks

# The tests of kills, power cuts and bad lines, nine times as long as in `make test`.
faults: $(VENV)/.installed-dev
	FAULTS=9 $(BIN)/pytest tests/faults -n auto
