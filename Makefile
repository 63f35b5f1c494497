.PHONY: all generate build check test fuzz bench help

FUZZTIME ?= 10s

all: generate build check ## generate, build, and check the recordings (the default)

generate: ## make gen/ from specs/
	go generate ./...

build: ## compile everything
	go build ./...

check: ## check the recordings in conformance/recordings
	go run ./tools/sandboxspec check

test: ## gofmt, go vet and all tests, with the race detector and, of conformance, without
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); \
	if [ -n "$$unformatted" ]; then echo "not formatted: $$unformatted"; exit 1; fi
	go vet ./...
	go test -race ./...
	go test ./conformance/... # in full: under the race detector, tests of many cases are cut short
	go test -run TestGrowth ./tools/sandboxspec

fuzz: ## fuzz each target for FUZZTIME (10s); what fails is kept in testdata/fuzz of its package
	@set -e; for package in $$(git grep -l '^func Fuzz' -- '*_test.go' | xargs -n 1 dirname | sort -u); do \
		targets=$$(go test -list '^Fuzz' ./$$package | grep '^Fuzz'); \
		for target in $$targets; do \
			echo "$$package $$target"; \
			go test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 20x ./$$package; \
		done; \
	done

bench: ## hold the checker against other validators: speed and verdicts
	@cd tools/peers/ajv && npm ci --silent 2>/dev/null || true
	cd tools/peers && go vet ./... && go test ./... && go run .

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/:/'
