# What takes longer than `go test ./...`. .ci/run does a little of some.

FUZZTIME ?= 60s
SOAK ?= 1h
SCHEDULES ?= 5000
CASES ?= 1000000
SEED ?= random

MUTANTS ?= 200
MUTATED ?= . ./internal/rfc822 ./internal/mime ./imapbridge ./pop3bridge

.PHONY: fuzz differential soak schedules mutation vulnerabilities

fuzz: # every fuzz test, FUZZTIME each
	.ci/fuzz $(FUZZTIME)

differential: # the parsers against PHP's on random texts, CASES calls; SEED is a number or "random"
	IMAPCOMPAT_SEED=$(SEED) IMAPCOMPAT_CASES=$(CASES) conformance/run -test.run TestDifferential -test.timeout 0

soak: # one connection used by everybody, under the race detector
	CGO_ENABLED=1 go test -race -count=1 -timeout 0 -v -run 'TestSoak|TestManyConnections' . -soak=$(SOAK)

schedules: # other clients in the same mailbox, SCHEDULES on each protocol
	go test -count=1 -timeout 0 -run TestOtherClients . -schedules=$(SCHEDULES)

mutation: # which of MUTANTS changes to each of the packages MUTATED no test notices
	go run ./internal/mutation -n $(MUTANTS) -skip TestSoak $(MUTATED)

vulnerabilities: # of the dependencies and the standard library, as far as they are reachable
	.ci/vulnerabilities
