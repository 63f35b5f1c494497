package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/recording"
	"github.com/sandboxspec/sandboxspec/conformance/report"
	"github.com/sandboxspec/sandboxspec/specs"
)

// secretFields are, by provider, bodies in which a secret stands where one is at home, of
// the right kind and of the wrong one. The secret is %s in a string.
var secretFields = map[string][]string{
	"tensorlake": {
		`{"id":"x","token":"%s"}`, `{"id":"x","new":{"a":[1,{"b":"%s"}],"a":"%s"}}`, `{"id":{"a":"%s"}}`,
		`{"network_policy":{"allow_out":[["%s"]]}}`, `["%s"]`,
	},
	"nullspace": {
		`{"traffic_access_token":"%s"}`, `{"metadata":{"access_token":"%s","envs":[{"name":"A","value":"%s"}],"env":{"A":"%s"}}}`,
		`{"metadata":{"environmentVars":{"name":"%s"},"API_KEY":["%s"],"envs":["A=%s"]}}`, `{"metadata":{"url":"https://u:%s@h/p?q=%s#%s"}}`,
	},
	"superserve": {
		`{"metadata":{},"access_token":"%s"}`, `{"access_token":["%s"],"access_token":{"a":"%s"}}`, `{"access_token":"%s","name":"a %s b"}`,
		`{"metadata":{"access_token":"%s"}}`, `{"metadata":["%s"]}`, `{"network":{"new":"%s"}}`,
	},
	"blaxel": {
		`{"metadata":{"name":"x"},"spec":{"runtime":{"envs":[{"name":"A","value":"%s"},{"value":["%s"]},"A=%s",{"value":"%s","value":"%s"}]}}}`,
		`{"spec":{"runtime":{"envs":{"A":"%s"}}}}`, `{"spec":{"runtime":{"envs":"%s"}}}`, `{"spec":{"envs":[{"name":"A","value":"%s"}]}}`,
		`{"metadata":{"name":"x","labels":{"token":"%s"}}}`,
	},
	"primeintellect": {
		`{"environmentVars":{"A":"%s","B":{"c":["%s"]},"A":"%s"}}`, `{"environmentVars":["A=%s"]}`, `{"environmentVars":"A=%s"}`,
		`{"advancedConfigs":{"password":"%s"}}`,
	},
}

// exchanged draws an exchange with secrets in it, as a .http file.
func exchanged(t *rapid.T, p specs.Provider, secret string) string {
	var b strings.Builder
	_, address, _ := strings.Cut(p.Endpoint, " ")
	address = regexp.MustCompile(`\{.*?\}`).ReplaceAllString(address, "0b6c9a52-61f4-4d0e-9f7a-2c1de0a8b3f7")
	u, err := url.Parse(address)
	require.NoError(t, err)
	if rapid.Bool().Draw(t, "user") {
		u.User = url.UserPassword(rapid.SampledFrom([]string{"me", secret}).Draw(t, "name"), secret)
	}
	switch rapid.IntRange(0, 5).Draw(t, "query") {
	case 0:
		u.RawQuery = url.Values{rapid.SampledFrom([]string{"key", "fields", "show_secrets", "x y"}).Draw(t, "parameter"): {secret}}.Encode()
	case 1:
		u.RawQuery = secret
	case 2:
		u.RawQuery = "fields=id," + secret + "&fields=" + secret
	}
	if rapid.Bool().Draw(t, "fragment") {
		u.Fragment = secret
	}
	name := rapid.SampledFrom([]string{
		"Authorization", "authorization", "X-API-Key", "Cookie", "Set-Cookie", "User-Agent", "Accept", "Date", "Content-Type", "Content-Length",
		"Content-Encoding", "Retry-After", "RateLimit-Limit", "Cache-Control", "X-Request-Id", "Location", "Server", "X-Anything", "Link",
	})
	value := rapid.SampledFrom([]string{"%s", "Bearer %s", "a=b; session=%s; Path=/", "application/json; token=%s", "text/html; %s", "Fri, 20 Nov 2026 09:20:11 GMT %s", "1;%s"})
	header := func(label string) {
		for range rapid.IntRange(0, 3).Draw(t, label) {
			fmt.Fprintf(&b, "%s: %s\n", name.Draw(t, "name"), fmt.Sprintf(value.Draw(t, "value"), secret))
		}
	}
	if rapid.Bool().Draw(t, "comment") {
		fmt.Fprintf(&b, "# source: %s\n", secret)
	}
	if rapid.IntRange(0, 3).Draw(t, "relative") == 0 {
		fmt.Fprintf(&b, "GET %s HTTP/1.1\nHost: %s\n", u.RequestURI(), rapid.SampledFrom([]string{u.Host, "u:" + secret + "@h", "h/" + secret, "?" + secret}).Draw(t, "host"))
	} else {
		fmt.Fprintf(&b, "GET %s HTTP/1.1\n", u)
	}
	header("request")
	fmt.Fprintf(&b, "\nHTTP/1.1 %d X\n", rapid.SampledFrom([]int{200, 200, 200, 401, 404, 500}).Draw(t, "status"))
	header("response")
	b.WriteString("\n" + secretBody(t, p, secret))
	return b.String()
}

// secretBody draws a body with secrets in it: as it is, within another, or damaged after
// the first of them.
func secretBody(t *rapid.T, p specs.Provider, secret string) string {
	template := rapid.SampledFrom(secretFields[p.Slug]).Draw(t, "body")
	written := secret
	if rapid.Bool().Draw(t, "escaped") {
		written = fmt.Sprintf(`\u%04x`, secret[0]) + secret[1:]
	}
	body := strings.ReplaceAll(template, "%s", written)
	switch rapid.IntRange(0, 6).Draw(t, "damage") {
	case 0:
		at := rapid.IntRange(0, len(body)).Draw(t, "cut")
		return body[:at] + rapid.SampledFrom([]string{"", "\x00", "\xff", `\`, "x", `"`, "}", "]", `\ud800`}).Draw(t, "rest")
	case 1:
		return body + " " + secret
	case 2:
		return "<html>" + secret + "</html>"
	case 3:
		return `{"error":{"code":"` + secret + `","` + secret + `":["` + secret + `"]},"message":"no ` + secret + `"}`
	}
	return body
}

// shows says whether a secret shows in output, escaped or not.
func shows(output, secret string) bool {
	plain := regexp.MustCompile(`\\+u00[0-9a-fA-F]{2}`).ReplaceAllStringFunc(output, func(e string) string {
		n, _ := strconv.ParseUint(e[len(e)-2:], 16, 8)
		return string(rune(n))
	})
	return strings.Contains(output, secret) || strings.Contains(plain, secret)
}

// TestSecretsStayIn plants secrets in exchanges, and looks for them in whatever the
// subcommands put out.
// (Keys are not values: those in undocumented members stand in the pointers of findings.)
func TestSecretsStayIn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SampledFrom(specs.Providers()).Draw(t, "provider")
		secret := rapid.StringMatching(`HUSH[a-zA-Z0-9]{8,24}`).Draw(t, "secret")
		dir, err := os.MkdirTemp("", "")
		require.NoError(t, err)
		defer os.RemoveAll(dir)
		in := filepath.Join(dir, "in", p.Slug)
		require.NoError(t, os.MkdirAll(in, 0o755))
		write := func(name, text string) {
			require.NoError(t, os.WriteFile(filepath.Join(in, name), []byte(text), 0o644))
		}
		exchange := exchanged(t, p, secret)
		write("a.http", exchange)
		write("b.json", secretBody(t, p, secret))
		write("c.ndjson", line(t, p, secret)+"\n"+strings.ReplaceAll(secretBody(t, p, secret), "\n", " ")+"\n")
		write("d.http", "GET https://"+secret+"@x/?"+secret+"\n"+secret+"\n")

		var stdout, stderr bytes.Buffer
		args := []string{"check", filepath.Join(dir, "in")}
		for _, format := range report.Formats {
			args = append(args, "--format", format, "--format", format+"="+filepath.Join(dir, format))
		}
		run(args, &stdout, &stderr)
		run([]string{"record", "--from", filepath.Join(dir, "in"), "-o", filepath.Join(dir, "out")}, &stdout, &stderr)
		for range 2 {
			run([]string{"record", "--from", filepath.Join(dir, "in", p.Slug, "a.http"), "-o", filepath.Join(dir, "again")}, &stdout, &stderr)
		}
		require.False(t, shows(stdout.String(), secret), "standard output\n%s\n%s", exchange, &stdout)
		require.False(t, shows(stderr.String(), secret), "standard error\n%s\n%s", exchange, &stderr)
		require.NoError(t, filepath.WalkDir(dir, func(file string, entry fs.DirEntry, err error) error {
			if entry.IsDir() || strings.HasPrefix(file, in) {
				return err
			}
			text, err := os.ReadFile(file)
			require.False(t, shows(string(text), secret), "%s\n%s", file, text)
			return err
		}))
	})
}

// line draws an exchange on a line of NDJSON.
func line(t *rapid.T, p specs.Provider, secret string) string {
	_, address, _ := strings.Cut(p.Endpoint, " ")
	body, err := json.Marshal(secretBody(t, p, secret), jsontext.AllowInvalidUTF8(true))
	require.NoError(t, err)
	name := rapid.SampledFrom([]string{"Set-Cookie", "x-token", "Content-Type", "content-type", "Date", "A"}).Draw(t, "header")
	return fmt.Sprintf(`{"request":{"method":"GET","url":"%s?key=%s","headers":{"X-API-Key":["%s"]}},"response":{"status":200,"headers":{"%s":["%s","a\nb: %s"]},"body":%s}}`,
		address, secret, secret, name, secret, secret, body)
}

// mutated draws a body from one that was recorded: with parts taken out, put in, or said
// twice.
func mutated(t *rapid.T, body string) string {
	pieces := []string{
		`"token"`, `"access_token":"abc",`, `"new":{"a":1,"a":[2.5]},`, `null`, `1.0`, `-12.50`, `1e3`, `{}`, `[`, `]`, `,`, `"`, `\`, "\xff", `tru`,
		`"envs":[{"value":"x"}],`, `"0b6c9a52-61f4-4d0e-9f7a-2c1de0a8b3f7"`, `"2026-11-20T09:15:00.5Z"`, `9223372036854775808`, `"status":"x",`,
	}
	for range rapid.IntRange(0, 3).Draw(t, "changes") {
		at := rapid.IntRange(0, len(body)).Draw(t, "at")
		switch rapid.IntRange(0, 2).Draw(t, "change") {
		case 0:
			body = body[:at] + rapid.SampledFrom(pieces).Draw(t, "piece") + body[at:]
		case 1:
			body = body[:at] + body[min(len(body), at+rapid.IntRange(1, 9).Draw(t, "length")):]
		case 2: // after a comma or a brace, where a member can stand
			if i := strings.IndexAny(body[at:], ",{"); i >= 0 {
				body = body[:at+i+1] + rapid.SampledFrom(pieces).Draw(t, "piece") + body[at+i+1:]
			}
		}
	}
	return body
}

// TestFindingsStay records mutations of the recordings in the repository: what was found
// in the original is found in the recording.
func TestFindingsStay(t *testing.T) {
	files, err := filepath.Glob("../../conformance/recordings/*/*.http")
	require.NoError(t, err)
	judge, err := conformance.NewJudge(conformance.Options{})
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		file := rapid.SampledFrom(files).Draw(t, "file")
		slug := filepath.Base(filepath.Dir(file))
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		head, body, _ := strings.Cut(string(text), "\n\n")
		if strings.Contains(head, "GET ") {
			response, rest, _ := strings.Cut(body, "\n\n")
			head, body = head+"\n\n"+response, rest
		}
		original := head + "\n\n" + mutated(t, body)

		dir, err := os.MkdirTemp("", "")
		require.NoError(t, err)
		defer os.RemoveAll(dir)
		in := filepath.Join(dir, "in", slug, "x.http")
		require.NoError(t, os.MkdirAll(filepath.Dir(in), 0o755))
		require.NoError(t, os.WriteFile(in, []byte(original), 0o644))
		var stdout, stderr bytes.Buffer
		require.Zero(t, run([]string{"record", "--from", in, "-o", filepath.Join(dir, "out")}, &stdout, &stderr), &stderr)
		out := filepath.Join(dir, "out", slug, "x.http")
		written, err := os.ReadFile(out)
		require.NoError(t, err)
		require.Equal(t, found(t, judge, in), found(t, judge, out), "%s\n%s", original, written)
	})
}

// found says which rules a recording breaks, and where in the body: as far as the names
// there are the contract's.
func found(t *rapid.T, judge *conformance.Judge, file string) (lines []string) {
	for x := range recording.Read(file) {
		r := judge.Judge(x)
		require.Equal(t, conformance.Judged, r.Outcome)
		for _, f := range r.Findings {
			where, _, _ := strings.Cut(strings.TrimPrefix(f.Pointer, "/"), "/")
			depth := strings.Count(f.Pointer, "/")
			if f.Rule == contract.JSONSyntax {
				where, depth = "", 0
			}
			lines = append(lines, fmt.Sprint(f.Severity, " ", f.Rule, " ", where, " ", depth, " ", f.Spec.Pointer))
		}
	}
	return lines
}

// TestRecordLive records what a server on this machine says, with each provider's client.
func TestRecordLive(t *testing.T) {
	const key = "HUSH-4f1k8tq2"
	for _, p := range specs.Providers() {
		for status, body := range map[int]string{
			200: `{"id":1,"access_token":"HUSHHUSH","key":"HUSH-4f1k8tq2","metadata":{"a":"HUSH-4f1k8tq2"},"environmentVars":{"a":"HUSH-4f1k8tq2"}}`,
			401: `{"message":"no key HUSH-4f1k8tq2"}`, 404: "no HUSH-4f1k8tq2", 500: "<html>HUSH</html>", 302: "", 204: "",
		} {
			t.Run(fmt.Sprint(p.Slug, status), func(t *testing.T) {
				server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					assert.Contains(t, r.Header.Get("Authorization")+r.Header.Get("X-Api-Key"), key)
					w.Header().Set("Content-Type", "application/json")
					w.Header().Set("Set-Cookie", "a=HUSH")
					w.Header().Set("Location", "https://elsewhere.example/?token=HUSH")
					w.WriteHeader(status)
					if status != http.StatusNoContent {
						fmt.Fprint(w, body)
					}
				}))
				defer server.Close()
				t.Setenv(p.KeyVariable, key)
				t.Setenv(p.AddressVariable, server.URL)
				dir := t.TempDir()
				var stdout, stderr bytes.Buffer
				const id = "0b6c9a52-61f4-4d0e-9f7a-2c1de0a8b3f7"
				exit, answered := exitClean, ""
				if status != http.StatusOK {
					exit, answered = exitFindings, fmt.Sprintf("sandboxspec: %s answered %d %s\n", p.Slug, status, http.StatusText(status))
				}
				require.Equal(t, exit, run([]string{"record", p.Slug, id, "-o", dir}, &stdout, &stderr), &stderr)
				file := filepath.Join(dir, p.Slug, id+".http")
				assert.Equal(t, filepath.ToSlash(file)+"\n", stdout.String())
				assert.Equal(t, answered, stderr.String())
				text, err := os.ReadFile(file)
				require.NoError(t, err)
				assert.NotContains(t, string(text), "HUSH")
				assert.Contains(t, string(text), "# source: sandboxspec record "+p.Slug+"\n# date: ")
				assert.Contains(t, string(text), "# redacted: credential-header ")
				for x := range recording.Read(file) {
					require.NoError(t, x.Err)
					assert.Equal(t, status, x.Status)
					if given := x.Header.Get("Content-Length"); given != "" {
						assert.Equal(t, strconv.Itoa(len(x.Body)), given)
					}
				}
				assert.Equal(t, exitCouldNot, run([]string{"record", p.Slug, id, "-o", dir}, &stdout, &stderr), "it is there already")
				assert.Contains(t, stderr.String(), "--force")
				assert.Equal(t, exit, run([]string{"record", p.Slug, id, "-o", dir, "--force"}, &stdout, &stderr))
				entries, err := os.ReadDir(filepath.Dir(file))
				require.NoError(t, err)
				assert.Len(t, entries, 1, "nothing is left behind")
			})
		}
	}
}

// Every rule can be turned off, with a reason that stands in the file.
func TestKeep(t *testing.T) {
	dir := t.TempDir()
	in := filepath.Join(dir, "superserve", "x.http")
	require.NoError(t, os.MkdirAll(filepath.Dir(in), 0o755))
	exchange := func(status, body string) string {
		return "GET https://u:HUSH1234@api.superserve.ai/sandboxes/1?q=HUSH-query HTTP/1.1\nX-Api-Key: HUSH-key\nX-Anything: HUSH-request\n\n" +
			"HTTP/1.1 " + status + "\nX-Other: HUSH-response\nSet-Cookie: HUSH-cookie\n\n" + body
	}
	ok := exchange("200 OK", `{"metadata":{"token":"HUSH-field"},"name":"u HUSH-secret","access_token":"HUSH-secret","new":"HUSH-new"}`)
	broken := exchange("200 OK", `{"metadata":{},"access_token":"HUSH-broken`)
	unjudged := exchange("404 Not Found", `HUSH-unjudged`)
	kept := map[recording.Rule]struct{ text, in string }{
		recording.CredentialHeader: {"HUSH-key", ok}, recording.RequestHeader: {"HUSH-request", ok}, recording.ResponseHeader: {"HUSH-response", ok},
		recording.URL: {"HUSH1234", ok}, recording.Query: {"HUSH-query", ok}, recording.TokenField: {"HUSH-field", ok}, recording.UndocumentedField: {"HUSH-new", ok},
		recording.XSecret: {"HUSH-secret", ok}, recording.BrokenJSON: {"HUSH-broken", broken}, recording.UnjudgedBody: {"HUSH-unjudged", unjudged},
	}
	for _, rule := range recording.Rules {
		if rule == recording.Repeated {
			continue // what it takes out is another rule's, too
		}
		k := kept[rule]
		require.NotEmpty(t, k.text, rule)
		require.NoError(t, os.WriteFile(in, []byte(k.in), 0o644))
		var stdout, stderr bytes.Buffer
		require.Zero(t, run([]string{"record", "--from", in, "-o", dir, "--force", "--keep", string(rule) + "=it is = revoked,\nreally"}, &stdout, &stderr), &stderr)
		text, err := os.ReadFile(in)
		require.NoError(t, err)
		assert.Contains(t, string(text), k.text, rule)
		assert.Contains(t, string(text), "# not redacted: "+string(rule)+": it is = revoked,�really\n")
		for other, o := range kept {
			if other != rule {
				assert.NotContains(t, string(text), o.text, "%s, while %s is off", other, rule)
			}
		}
	}
}
