# "make" lists what there is to make. .ci/run makes the checks, and a little of what takes
# long.

FUZZTIME ?= 60s
SOAK ?= 1h
SCHEDULES ?= 5000
CASES ?= 1000000
SEED ?= random
PACKAGES ?= ./...
KILLS ?= 2000

MUTANTS ?= 200
MUTATED ?= . ./internal/rfc822 ./internal/mime ./imapbridge ./pop3bridge

.PHONY: help test check format vet staticcheck systems 32bit api api-check race \
	fuzz postgres differential soak schedules inbox-schedules kills mutation vulnerabilities browser

help: # this list
	@awk -F ':.*# ' '/^[a-z0-9-]+:.*# / { printf "make %-16s %s\n", $$1, $$2 }' Makefile

test: # all tests that need nothing but Go
	go test ./...

check: test format vet staticcheck systems 32bit api-check # what a change has to pass before it is sent

format: # no file that gofmt would change
	@files=$$(gofmt -l .) && test -z "$$files" || { echo "gofmt would change: $$files"; exit 1; }

vet: # go vet
	go vet ./...

staticcheck: # staticcheck
	go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...

systems: # it compiles on Windows and macOS, on Windows the tests too
	GOOS=windows go vet ./...
	GOOS=darwin go build ./...

32bit: # the tests, in their short form, where an int has 32 bits
	GOARCH=386 CGO_ENABLED=0 go test -short -shuffle=on ./...

api: # write the listing of the promised API (docs/stability.md) again
	go run ./internal/api api

api-check: # the listing is that of the code
	.ci/api

race: # the tests of PACKAGES under the race detector, which needs a C compiler; SHORT=-short is their short form
	CGO_ENABLED=1 go test -race -shuffle=on $(SHORT) $(PACKAGES)

fuzz: # every fuzz test, FUZZTIME each
	.ci/fuzz $(FUZZTIME)

postgres: # the tests of the ledger on PostgreSQL too, which is installed if need be
	.ci/postgres

differential: # the parsers against PHP's on random texts, CASES calls; SEED is a number or "random"
	IMAPCOMPAT_SEED=$(SEED) IMAPCOMPAT_CASES=$(CASES) conformance/run -test.run TestDifferential -test.timeout 0

soak: # one connection used by everybody, under the race detector
	CGO_ENABLED=1 go test -race -count=1 -timeout 0 -v -run 'TestSoak|TestManyConnections' ./internal/promises -soak=$(SOAK)

schedules: # other clients in the same mailbox, SCHEDULES on each protocol
	go test -count=1 -timeout 0 -run TestOtherClients ./internal/otherclients -schedules=$(SCHEDULES)

inbox-schedules: # workers, other clients and faults in a mailbox of package inbox, SCHEDULES of them
	go test -count=1 -timeout 0 -v -run TestSchedules ./inbox/internal/schedules -schedules=$(SCHEDULES)

kills: # KILLS of workers, databases and mail servers under jobs of package inbox
	.ci/kills $(KILLS)

mutation: # which of MUTANTS changes to each of the packages MUTATED no test notices
	go run ./internal/mutation -n $(MUTANTS) -skip TestSoak $(MUTATED)

browser: # the status page of process in chromium
	.ci/browser

vulnerabilities: # of the dependencies and the standard library, as far as they are reachable
	.ci/vulnerabilities
