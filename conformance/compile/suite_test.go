package compile_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance/compile"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// leftOut are the files of the JSON Schema Test Suite about what a contract can't have:
// schemas elsewhere on the web, dynamic references, and vocabularies.
var leftOut = map[string]string{
	"dynamicRef.json": "$dynamicRef is a compile error",
	"refRemote.json":  "a contract is one document",
	"vocabulary.json": "a contract has the vocabularies of OpenAPI",
}

// differs are the tests, by file, group and test, whose answer is another one here, and
// why.
var differs = map[string]string{
	"format.json: date-time format: invalid date-time string is only an annotation by default": "a contract asserts date-time",
	"format.json: uuid format: invalid uuid string is only an annotation by default":           "a contract asserts uuid",
}

// TestJSONSchemaTestSuite runs the tests of draft 2020-12 in the checkout that
// JSON_SCHEMA_TEST_SUITE names.
func TestJSONSchemaTestSuite(t *testing.T) {
	checkout := os.Getenv("JSON_SCHEMA_TEST_SUITE")
	if checkout == "" {
		t.Skip("JSON_SCHEMA_TEST_SUITE names no checkout of the JSON Schema Test Suite")
	}
	files, err := filepath.Glob(filepath.Join(checkout, "tests", "draft2020-12", "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	total, totalFailed := 0, 0
	for _, file := range files {
		name := filepath.Base(file)
		if reason, ok := leftOut[name]; ok {
			fmt.Printf("%-30s left out: %s\n", name, reason)
			continue
		}
		passed, failed, other := 0, 0, 0
		for _, group := range readSuite(t, file) {
			c, err := suiteContract(group.Schema)
			if err != nil && (strings.Contains(string(group.Schema), "$dynamicRef") || strings.Contains(err.Error(), "leads out of this document")) {
				other += len(group.Tests)
				continue
			}
			if !assert.NoError(t, err, "%s: %s", name, group.Description) {
				failed += len(group.Tests)
				continue
			}
			for _, test := range group.Tests {
				id := name + ": " + group.Description + ": " + test.Description
				valid := conforms(c.Check(test.Data))
				switch {
				case differs[id] != "":
					assert.NotEqual(t, test.Valid, valid, "%s: listed as different, and isn't", id)
					other++
				case assert.Equal(t, test.Valid, valid, "%s\nschema %s\ndata %s", id, group.Schema, test.Data):
					passed++
				default:
					failed++
				}
			}
		}
		fmt.Printf("%-30s %4d passed, %d failed, %d left out\n", name, passed, failed, other)
		total, totalFailed = total+passed, totalFailed+failed
	}
	fmt.Printf("%-30s %4d passed, %d failed\n", "all", total, totalFailed)
}

type suiteGroup struct {
	Description string
	Schema      json.RawMessage
	Tests       []struct {
		Description string
		Data        json.RawMessage
		Valid       bool
	}
}

func readSuite(t *testing.T, file string) (groups []suiteGroup) {
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &groups))
	return groups
}

// suiteContract compiles a bare schema: the body of a response in a document around it.
// An "$id" makes the schema, not the document, what its references are relative to.
func suiteContract(schema json.RawMessage) (*contract.Contract, error) {
	if schema[0] == '{' {
		var members map[string]json.RawMessage
		if err := json.Unmarshal(schema, &members); err != nil {
			return nil, err
		}
		if _, ok := members["$id"]; !ok {
			rest := bytes.TrimLeft(schema[1:], " \n\t\r")
			separator := ","
			if rest[0] == '}' {
				separator = ""
			}
			schema = json.RawMessage(`{"$id": "https://example.com/schema"` + separator + string(rest))
		}
	}
	document, err := compile.Parse("suite.json", []byte(`{"openapi": "3.1.0", "paths": {"/": {"get": {"responses": {"200": {"content": {"application/json": {"schema": `+string(schema)+`}}}}}}}}`))
	if err != nil {
		return nil, err
	}
	operation, err := document.Operation("")
	if err != nil {
		return nil, err
	}
	program, _, err := operation.Responses[0].Program()
	if err != nil {
		return nil, err
	}
	return contract.New(program), nil
}

// conforms says whether none of the findings is an error.
func conforms(findings []contract.Finding) bool {
	for _, f := range findings {
		if f.Severity == contract.Error {
			return false
		}
	}
	return true
}

// TestJSONTestSuite reads the parsing tests in the checkout that JSON_TEST_SUITE names.
func TestJSONTestSuite(t *testing.T) {
	checkout := os.Getenv("JSON_TEST_SUITE")
	if checkout == "" {
		t.Skip("JSON_TEST_SUITE names no checkout of JSONTestSuite")
	}
	files, err := filepath.Glob(filepath.Join(checkout, "test_parsing", "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	c := contract.New(contract.Program{Schemas: make([]contract.Schema, 1)})
	counts := map[string]int{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		findings := c.Check(data)
		name := filepath.Base(file)
		wellFormed := true
		for _, f := range findings {
			wellFormed = wellFormed && f.Rule != contract.JSONSyntax
		}
		switch name[0] {
		case 'y':
			if assert.True(t, wellFormed, name) {
				counts["accepted as due"]++
			}
		case 'n':
			if assert.False(t, wellFormed, name) {
				counts["refused as due"]++
			}
		default:
			counts[fmt.Sprintf("free to choose, accepted: %t", wellFormed)]++
		}
	}
	fmt.Println(counts)
}
