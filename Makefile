# "make" lists what there is to make. .ci/run makes the checks, and a little of what takes
# long.

FUZZTIME ?= 60s
SOAK ?= 1h
SCHEDULES ?= 5000
CASES ?= 1000000
SEED ?= random

MUTANTS ?= 200
MUTATED ?= . ./internal/rfc822 ./internal/mime ./imapbridge ./pop3bridge

.PHONY: help test check format vet staticcheck systems 32bit api api-check race \
	fuzz differential soak schedules mutation vulnerabilities

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

systems: # it builds on Windows and macOS
	GOOS=windows go build ./...
	GOOS=windows go vet ./...
	GOOS=darwin go build ./...
	GOOS=darwin go vet ./...

32bit: # the tests where an int has 32 bits
	GOARCH=386 CGO_ENABLED=0 go test -shuffle=on ./...

api: # write the listing of the promised API (docs/stability.md) again
	go run ./internal/api api

api-check: # the listing is that of the code
	.ci/api

race: # the tests under the race detector, which needs a C compiler
	CGO_ENABLED=1 go test -race -shuffle=on ./...

fuzz: # every fuzz test, FUZZTIME each
	.ci/fuzz $(FUZZTIME)

differential: # the parsers against PHP's on random texts, CASES calls; SEED is a number or "random"
	IMAPCOMPAT_SEED=$(SEED) IMAPCOMPAT_CASES=$(CASES) conformance/run -test.run TestDifferential -test.timeout 0

soak: # one connection used by everybody, under the race detector
	CGO_ENABLED=1 go test -race -count=1 -timeout 0 -v -run 'TestSoak|TestManyConnections' ./internal/promises -soak=$(SOAK)

schedules: # other clients in the same mailbox, SCHEDULES on each protocol
	go test -count=1 -timeout 0 -run TestOtherClients ./internal/otherclients -schedules=$(SCHEDULES)

mutation: # which of MUTANTS changes to each of the packages MUTATED no test notices
	go run ./internal/mutation -n $(MUTANTS) -skip TestSoak $(MUTATED)

vulnerabilities: # of the dependencies and the standard library, as far as they are reachable
	.ci/vulnerabilities
