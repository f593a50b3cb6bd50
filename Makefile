# The steps of .ci/run as separate targets. `make check` runs them all.

GOLANGCI_LINT = go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
FUZZTIME ?= 10s

.PHONY: check gen test race lint seed bench microbench fuzz ferret schema released clients browser graphiql-assets

check:
	bash .ci/run

# Generates the GraphQL code from schema.graphqls, and the JSON Schema of the seed files.
gen:
	go generate ./...
	go run ./seed/internal/genschema

# SCRUMKB_KILLS=100 repeats the tests that kill the program as often as CI
# does, SCRUMKB_CHECKS=100 the property tests of learners' records.
test:
	go test ./...

# Randomised tests run fewer iterations here, since the race detector makes
# each several times slower.
race:
	go test -race -short ./...

lint:
	test -z "$$(git ls-files '*.go' | xargs gofmt -l | tee /dev/stderr)"
	go vet ./...
	cd bench && go vet .
	$(GOLANGCI_LINT) run

seed:
	go run . seed validate

# Compares the built program with a bare handler, over loopback; takes about
# three minutes. BENCH="-rounds 10 -steady 0" passes flags, BENCH=-help lists
# them.
bench:
	cd bench && go run . $(BENCH)

microbench:
	go test -run '^$$' -bench . -benchmem ./...

# Runs each fuzz target for FUZZTIME: make fuzz FUZZTIME=1m
fuzz:
	bash .ci/fuzz $(FUZZTIME)

# Tests the MongoDB adapter against FerretDB, which is in a separate module,
# and against the MongoDB that MONGODB_TEST_URI names.
ferret:
	cd internal/store/mongostore/ferrettest && go vet ./... && MONGODB_TEST_URI= go test -bench . -benchtime 1x ./...
	test -z "$$MONGODB_TEST_URI" || (cd internal/store/mongostore/ferrettest && go test ./...)

# Fails if schema.graphqls breaks what schema.released.graphqls promises; needs Node.js.
schema:
	cd clients && npm ci && npm run schema

# Records schema.graphqls as released; run it for each release. See docs/decisions/contract.md for what must
# accompany it.
released:
	cp schema.graphqls schema.released.graphqls

# Tests third-party clients against a running server; needs Node.js.
clients:
	cd clients && npm ci && npm test

# Tests GraphiQL in Chromium; CHROMIUM overrides /usr/bin/chromium.
browser:
	cd clients && npm ci && npm run test:browser

# Downloads GraphiQL's files as listed in internal/server/graphiql/assets/PINNED.
graphiql-assets:
	internal/server/graphiql/fetch-assets.sh
