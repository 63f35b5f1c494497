//go:build unix

package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// hostile are texts that start a line, colour a terminal, turn the direction of writing, command a
// CI server, or aren't text at all.
var hostile = []string{
	"::error::owned", "a\n::error::owned\n", "\r::error::owned", "a\x1b[31m\x9b31mowned", "\u202eowned\u2066", "##[error]owned", "\xff\xfe\n ::warning::owned",
	" ::error::owned", "\u3000::error::owned", "\u2028::error::owned\u0085\x00",
}

// ours are the commands that the report for GitHub gives.
var ours = regexp.MustCompile(`^::(error|warning|notice) (file=[^:,]*,)?(line=\d+,col=\d+,)?title=[^:,]*::`)

// assertTame fails where a text does anything to a terminal or to a CI server.
func assertTame(t *testing.T, text string, commands bool, what ...any) {
	t.Helper()
	if !assert.True(t, utf8.ValidString(text), what...) {
		return
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		for _, r := range line {
			if r != ' ' && !unicode.IsGraphic(r) {
				assert.Fail(t, "a character that isn't one", "%U in %q of %v", r, line, what)
			}
		}
		if strings.HasPrefix(strings.TrimLeftFunc(line, unicode.IsSpace), "::") {
			assert.True(t, commands && ours.MatchString(line), "%q of %v", line, what)
		}
		assert.NotContains(t, line, "##[", what...)
	}
}

// quoted writes a text as JSON and YAML do.
func quoted(text string) string { return strconv.QuoteToASCII(strings.ToValidUTF8(text, "?")) }

// hostileDocument has a text wherever a document has one.
func hostileDocument(text string) string {
	return strings.ReplaceAll(`{"openapi": "3.1.0", "info": {"title": HERE, "version": HERE}, "servers": [{"url": HERE}],
"paths": {"/a/{HERE}": {"get": {"operationId": HERE, "responses": {"200": {"description": HERE, "content": {"application/json": {"schema": {
  "type": "object", "required": [HERE], HERE: 1, "format": HERE,
  "properties": {HERE: {"enum": [HERE, 1], "x-present-when": {"property": HERE, "in": [HERE]}}, "p": {"pattern": PATTERN, "format": HERE}, "n": {"type": "integer"}}}}}},
  HERE: {"description": HERE}}}}}}`, "HERE", quoted(text))
}

// TestHostile has every subcommand print texts from outside: names of files, arguments, strings of
// documents and lists, recordings, and what servers say.
func TestHostile(t *testing.T) {
	for i, text := range hostile {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Chdir(t.TempDir())
			name := strings.NewReplacer("\x00", "", "/", "").Replace(text)
			write := func(file, content string) string {
				require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
				require.NoError(t, os.WriteFile(file, []byte(content), 0o644))
				return file
			}
			document := strings.ReplaceAll(hostileDocument(text), "PATTERN", quoted("^"+regexp.QuoteMeta(strings.ToValidUTF8(text, ""))+"$"))
			good := write(name+"spec.json", document)
			write(name+"version.json", strings.Replace(document, "3.1.0", strings.Trim(quoted(text), `"`), 1))
			write(name+"pattern.json", strings.Replace(document, `"pattern": "`, `"pattern": "(?=a)`, 1))
			write(name+"type.json", strings.Replace(document, `"type": "object"`, `"type": `+quoted(text), 1))
			write(name+"ref.json", strings.Replace(document, `"type": "object"`, `"$ref": `+quoted("#/"+text), 1))
			write(name+"file.json", strings.Replace(document, `"type": "object"`, `"$ref": `+quoted(text+".json#/x"), 1))
			write(name+"two.json", strings.Replace(document, `"paths": {`, `"paths": {"/b": {"get": {"operationId": "b"}}, `, 1))
			write(name+"broken.yaml", "a: ["+text)
			write(name+"list.yaml", "- provider: "+quoted(text)+"\n  rule: enum\n")
			write(name+"stale.yaml", "- {provider: superserve, rule: enum, pointer: "+quoted("/"+text)+", reason: "+quoted(text)+", source: "+quoted(text)+"}\n")
			write(name+"equal.yaml", "- {mutant: "+quoted(text)+", reason: "+quoted(text)+"}\n")
			body := strings.ReplaceAll(`{HERE: HERE, "p": HERE, "n": HERE, "more": {HERE: HERE}}`, "HERE", quoted(text))
			in := name + "in"
			write(in+"/"+name+".json", body)
			write(in+"/raw.json", `{"p": "`+text+`", "n": `+text)
			write(in+"/"+name+".http", "GET "+text+"\n\nHTTP/1.1 200 OK\nContent-Type: "+text+"\n\n{}")
			write(in+"/type.http", "HTTP/1.1 200 OK\nContent-Type: "+strings.NewReplacer("\n", "", "\r", "").Replace(text)+"\n\n{}")
			write(in+"/"+name+".har", `{"log": {"version": "1.2", "entries": [`+quoted(text)+`]}}`)
			write(in+"/"+name+".ndjson", body+"\n"+`{"response": {"status": `+quoted(text)+`}}`+"\n"+text+"\n")
			write(in+"/expected.json", body)
			write(in+"/expected.json.expect", text+"\n")
			write("gone/"+name+".json.expect", text)
			write("superserve/"+name+".json", `{"metadata": 1, "status": `+quoted(text)+`}`)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.Contains(r.URL.Path, "missing") {
					w.Header().Set("Content-Type", "application/json")
					w.WriteHeader(http.StatusNotFound)
					fmt.Fprintf(w, `{"message": %s, "code": %s}`, quoted(text), quoted(text))
					return
				}
				w.Header().Set("Content-Type", "application/json")
				fmt.Fprintf(w, `{"metadata": {%[1]s: %[1]s}, "name": %[1]s, "status": %[1]s, "id": %[1]s}`, quoted(text))
			}))
			defer server.Close()
			t.Setenv("SUPERSERVE_API_KEY", "key-key-key")
			t.Setenv("SUPERSERVE_BASE_URL", server.URL)
			t.Setenv("TENSORLAKE_API_KEY", "key-key-key")
			t.Setenv("TENSORLAKE_API_URL", strings.ReplaceAll(text, "\x00", ""))

			specs := []string{good, name + "missing.yaml", name}
			for _, kind := range []string{"version.json", "pattern.json", "type.json", "ref.json", "file.json", "two.json", "broken.yaml"} {
				specs = append(specs, name+kind)
			}
			var runs [][]string
			for _, spec := range specs {
				runs = append(runs, []string{"check", "--spec", spec, in}, []string{"sample", "--spec", spec, "-n", "0"}, []string{"sample", "--spec", spec, "-n", "0", "--operation", text})
			}
			for _, file := range []string{"list.yaml", "stale.yaml", "broken.yaml", "missing.yaml"} {
				runs = append(runs, []string{"check", "--deviations", name + file, "superserve"})
			}
			for _, args := range [][]string{
				{text}, {"check", text}, {"check", "--" + text}, {"check", "--format", text}, {"check", "--format", "json=" + name + "/none/x"}, {"check", "--color", text}, {"check", "--status", text},
				{"check", "--provider", text, in}, {"check", "--verbose", "superserve"}, {"check", "gone"}, {"check", "--spec", good, "--verbose", in},
				{"check", "--spec", good, "--operation", text, in}, {"check", "--spec", good, "--operation", text, "--max-findings", "0", in}, {"check", "--write-deviations", name + "list.yaml", "superserve"},
				{"check", "--write-deviations", name + "new.yaml", "superserve"},
				{"coverage", text}, {"coverage", "--spec", good, "--min", "100", in}, {"coverage", "--provider", text}, {"coverage", "superserve"},
				{"mutate", text}, {"mutate", "bodies", "--spec", good, in}, {"mutate", "specs", "--spec", good, "--allow-unreadable", in}, {"mutate", "specs", "--equivalent", name + "equal.yaml", "superserve"}, {"mutate", "specs", "--equivalent", name, "superserve"},
				{"sample", "--provider", text}, {"sample", "--spec", good, "--expect", name + "/none/x"}, {"sample", "--style", text},
				{"record", text, text}, {"record", "superserve", text, "-o", name + "out"}, {"record", "superserve", "missing", "-o", name + "out"}, {"record", "tensorlake", "a"}, {"record", "--from", in, "-o", name + "out"},
				{"record", "--from", "superserve", "-o", name + "out"}, {"record", "--from", "superserve", "-o", name + "out"}, {"record", "--keep", text + "=" + text, "superserve", "a"}, {"record", "--from", name + "missing"},
				{"get", text}, {"get", "superserve/" + text}, {"get", "superserve/missing" + text, "--format", "yaml"}, {"get", "superserve/a", "--format", "yaml"}, {"get", "superserve/a", "--format", "json"}, {"get", "tensorlake/a"},
				{"explain", text}, {"explain", "--" + text},
			} {
				runs = append(runs, args)
			}
			for _, format := range []string{"github", "html", "junit", "sarif", "json", "ndjson"} {
				runs = append(runs, []string{"check", "--spec", good, "--operation", text, "--format", format, in}, []string{"check", "--format", format, "--deviations", name + "stale.yaml", "superserve"})
			}
			for _, args := range runs {
				var stdout, stderr bytes.Buffer
				exit := run(args, &stdout, &stderr)
				assert.Contains(t, []int{exitClean, exitFindings, exitCouldNot}, exit)
				if exit == exitCouldNot {
					assert.NotEmpty(t, stderr.String(), "%q", args)
				}
				assertTame(t, stderr.String(), false, args)
				assertTame(t, strings.ReplaceAll(stdout.String(), "\t", " "), strings.Contains(strings.Join(args, " "), "--format github"), args)
			}
		})
	}
}
