# The same commands as .ci/run, one by one. `make check` runs all of it.

GOLANGCI_LINT = go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
FUZZTIME ?= 10s

.PHONY: check gen test race lint seed bench microbench fuzz ferret schema released clients browser graphiql-assets

check:
	bash .ci/run

# The code that gqlgen writes from schema.graphqls, and the JSON Schema of the seed files.
gen:
	go generate ./...
	go run ./seed/internal/genschema

# SCRUMKB_KILLS=100 makes the tests that kill the program do so as often as in CI,
# SCRUMKB_CHECKS=100 those that try properties of learners' records.
test:
	go test ./...

# Tests that repeat things by chance repeat them less often here: the detector
# makes each several times slower.
race:
	go test -race -short ./...

lint:
	test -z "$$(git ls-files '*.go' | xargs gofmt -l | tee /dev/stderr)"
	go vet ./...
	cd bench && go vet .
	$(GOLANGCI_LINT) run

seed:
	go run . seed validate

# The built program beside a bare handler, over loopback; about three minutes.
# BENCH="-rounds 10 -steady 0" changes that, and BENCH=-help tells how.
bench:
	cd bench && go run . $(BENCH)

microbench:
	go test -run '^$$' -bench . -benchmem ./...

# Each fuzz target on its own for FUZZTIME: make fuzz FUZZTIME=1m
fuzz:
	bash .ci/fuzz $(FUZZTIME)

# The MongoDB adapter against FerretDB, which lives in a module of its own, and
# against the MongoDB that MONGODB_TEST_URI names.
ferret:
	cd internal/store/mongostore/ferrettest && go vet ./... && MONGODB_TEST_URI= go test -bench . -benchtime 1x ./...
	test -z "$$MONGODB_TEST_URI" || (cd internal/store/mongostore/ferrettest && go test ./...)

# Fails when schema.graphqls breaks what schema.released.graphqls promises; needs Node.js.
schema:
	cd clients && npm ci && npm run schema

# Promises schema.graphqls as it is, for each release. docs/decisions/contract.md says what has to go with it.
released:
	cp schema.graphqls schema.released.graphqls

# Third-party clients against the running server; needs Node.js.
clients:
	cd clients && npm ci && npm test

# GraphiQL in Chromium; CHROMIUM names another one than /usr/bin/chromium.
browser:
	cd clients && npm ci && npm run test:browser

# Fetches GraphiQL's files again, as internal/server/graphiql/assets/PINNED lists them.
graphiql-assets:
	internal/server/graphiql/fetch-assets.sh
