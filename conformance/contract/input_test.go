package contract_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

func rules(findings []contract.Finding) []string {
	names := make([]string, len(findings))
	for i, f := range findings {
		names[i] = string(f.Rule)
	}
	return names
}

// TestBodyThatEndsAnywhere cuts a body of every length after a colon, in memory that no
// body has been in.
func TestBodyThatEndsAnywhere(t *testing.T) {
	for n := range 200 {
		c := compiled(t, `{type: object, properties: {a: {type: string, nullable: true}, b: {type: string}, c: {}}}`)
		for _, body := range []string{`{"a":`, `{"a":"`, `{"a":n`, `{"a":null`, `{"b":`, `{"c":`, `{"c":1,"d`, `{"d":"`} {
			body = strings.Repeat(" ", n) + body
			require.Equal(t, []string{"json-syntax"}, rules(check(t, c, body)), "%q", body)
		}
	}
}

// TestBodyAfterALongerOne has nothing of the longer one stand after the shorter one's end.
func TestBodyAfterALongerOne(t *testing.T) {
	c := compiled(t, `{type: object, properties: {name: {type: string, nullable: true}, more: {type: array, items: {type: string}}}}`)
	body := `{"name":"` + strings.Repeat("x", 70) + `","more":["y","z"],"name2":null}` + strings.Repeat(" ", 64)
	for n := range len(strings.TrimSpace(body)) {
		require.Len(t, check(t, c, body), 1) // undocumented-field
		found := rules(check(t, c, body[:n]))
		require.NotEmpty(t, found, "%q", body[:n])
		require.Equal(t, "json-syntax", found[len(found)-1], "%q", body[:n])
	}
}

// TestLongNames has members whose names reach further than what is read at once.
func TestLongNames(t *testing.T) {
	for n := 1; n < 300; n++ {
		name := strings.Repeat("n", n)
		c := compiled(t, `{type: object, required: [`+name+`], properties: {`+name+`: {type: integer}}}`)
		for range 2 { // the second time the name is predicted
			require.Nil(t, check(t, c, `{"`+name+`":1}`))
			require.Equal(t, []string{"type"}, rules(check(t, c, `{"`+name+`":"1"}`)))
			require.Equal(t, []string{"required", "undocumented-field"}, rules(check(t, c, `{"`+name+`n":1}`)))
			require.Equal(t, []string{"json-syntax"}, rules(check(t, c, `{"`+name)))
		}
	}
}
