package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/sandboxspec/sandboxspec/conformance/report"
	"github.com/sandboxspec/sandboxspec/specs"
)

// plants makes secrets, each another one, so that one that is found names its place.
type plants struct {
	count  int
	places map[string]string // the template that each text was planted in, by the secret's number
}

var (
	plantedText   = regexp.MustCompile(`Zq([0-9]{5})X`)
	plantedNumber = regexp.MustCompile(`7([0-9]{5})5167`)
)

// fill puts a secret in the place of each %s, %u (with an escape) and %d (a number) of a template.
func (p *plants) fill(template string) string {
	return regexp.MustCompile(`%[sud]`).ReplaceAllStringFunc(template, func(verb string) string {
		number := fmt.Sprintf("%05d", p.count)
		p.count++
		p.places[number] = template
		switch verb {
		case "%u":
			return `\u005aq` + number + `\u0058w2Kp9Lm4T`
		case "%d":
			return "7" + number + "516707285"
		}
		return "Zq" + number + "Xw2Kp9Lm4T"
	})
}

// found returns where the secrets in an output were planted.
func (p *plants) found(output string) (places []string) {
	output = regexp.MustCompile(`\\+u00[0-9a-fA-F]{2}`).ReplaceAllStringFunc(output, func(e string) string {
		var c byte
		_, _ = fmt.Sscanf(e[len(e)-2:], "%x", &c)
		return string(rune(c))
	})
	for _, pattern := range []*regexp.Regexp{plantedText, plantedNumber} {
		for _, m := range pattern.FindAllStringSubmatch(output, -1) {
			places = append(places, p.places[m[1]])
		}
	}
	return places
}

// anyValue are values that a secret can be in; lone are those that have none where an object of
// any members has its place.
var (
	lone     = []string{`"%s"`, `%d`, `-%d.5`, `%de2`, `["%s"]`, `[[%d]]`, `"%u"`}
	anyValue = append([]string{`{"a":"%s"}`, `{"a":["%s",{"b":%d}],"a":"%u"}`, `[{"name":"A","value":"%s"}]`}, lone...)
)

// holders are bodies with %v in the place of a value that may be a secret, by provider: whatever
// it is.
var holders = map[string][]string{
	"tensorlake": {`{"token":%v}`, `{"id":"x","new":%v,"image":1}`, `{"resources":{"new":%v}}`, `{"id":{"a":%v}}`},
	"nullspace": {
		`{"traffic_access_token":%v}`, `{"metadata":{"access_token":%v}}`, `{"metadata":{"session":%v,"a":1}}`, `{"metadata":{"serviceKey":%v}}`,
		`{"metadata":{"tls_client_key":%v}}`, `{"metadata":{"key":%v}}`, `{"metadata":{"passphrase":%v}}`, `{"metadata":{"envs":[{"name":"A","value":%v}]}}`,
		`{"metadata":{"a":{"headers":[{"value":%v,"name":"Authorization"}]}}}`, `{"metadata":{"env":{"A":%v}}}`, `{"config":{"new":%v}}`,
	},
	"superserve": {`{"metadata":{},"access_token":%v}`, `{"metadata":{"api_key":%v}}`, `{"network":{"new":%v}}`, `{"access_token":1,"access_token":%v}`},
	"blaxel": {
		`{"spec":{"runtime":{"envs":[{"name":"A","value":%v}]}}}`, `{"spec":{"runtime":{"envs":%v}}}`, `{"spec":{"envs":%v}}`, `{"metadata":{"labels":{"token":%v}}}`,
		`{"spec":{"runtime":{"envs":[{"value":"a","value":%v}]}}}`,
	},
	"primeintellect": {`{"environmentVars":{"A":%v}}`, `{"environmentVars":{"A":1,"A":%v}}`, `{"advancedConfigs":{"password":%v}}`, `{"advancedConfigs":{"credentials":{"a":%v}}}`},
}

// loneHolders are bodies with %v in the place of an object that may hold a secret.
var loneHolders = map[string][]string{
	"tensorlake": {`%v`, `{"resources":%v}`, `{"network_policy":%v}`}, "nullspace": {`%v`, `{"metadata":%v}`, `{"config":%v}`},
	"superserve": {`%v`, `{"network":%v}`}, "blaxel": {`%v`, `{"spec":%v}`, `{"spec":{"runtime":%v}}`, `{"events":%v}`, `{"metadata":%v}`},
	"primeintellect": {`%v`, `{"environmentVars":%v}`, `{"advancedConfigs":%v}`},
}

// texts are bodies that are secret by what they say, and for which it doesn't matter whose.
var texts = []string{
	`{"new":{"long-name-of-a-key":1,"%s":1,"%s":2}}`, `{"id":"x","%s`, `{"id":"x","%s"`, `{"id":"x","%s"}`, `{"id":"x","%u" 1}`, `{"id":"%s`, `{"id":"x"} %s`, `%s`,
	`{"id":"x","new" "%s"}`, "{\"id\":\"%s\xff\"}", `{"id":"https://u:%s@h.example/p?q=%s#%s"}`, `{"id":"eyJhbGciOiJIUzI1NiJ9.%s"}`, `{"id":"Bearer %s"}`,
	`{"id":"-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"}`, `{"id":["x" "%s"]}`, `{"id":x%s}`, `{"id":tru%s}`, `{"id":1%s}`,
}

// bodies returns bodies of a provider with secrets in them: whole, and cut off behind and within
// each.
func (p *plants) bodies(slug string) (bodies []string) {
	add := func(template string) {
		body := p.fill(template)
		bodies = append(bodies, body)
		if m := plantedText.FindStringIndex(body); m != nil {
			for _, cut := range []int{m[1] + 1, m[1] + 9, m[1] + 10} {
				bodies = append(bodies, body[:min(cut, len(body))])
			}
		} else if m := plantedNumber.FindStringIndex(body); m != nil {
			bodies = append(bodies, body[:m[1]+2], body[:m[1]]+".")
		}
	}
	for _, holder := range holders[slug] {
		for _, value := range anyValue {
			add(strings.Replace(holder, "%v", value, 1))
		}
	}
	for _, holder := range loneHolders[slug] {
		for _, value := range lone {
			add(strings.Replace(holder, "%v", value, 1))
		}
	}
	for _, text := range texts {
		add(text)
	}
	return bodies
}

// exchange is an exchange of a file of many, with secrets in all that isn't its body.
type exchange struct {
	url                     string
	request, response       http.Header
	status                  int
	body, contentType, sent string
	posted                  string // the secret in sent
}

func (p *plants) exchange(provider specs.Provider, body string) exchange {
	_, address, _ := strings.Cut(provider.Endpoint, " ")
	address = regexp.MustCompile(`\{.*?\}`).ReplaceAllString(address, "0b6c9a52-61f4-4d0e-9f7a-2c1de0a8b3f7")
	scheme, rest, _ := strings.Cut(address, "://")
	secrets := make([]string, 9)
	for i := range secrets {
		secrets[i] = p.fill("%s")
		p.places[plantedText.FindStringSubmatch(secrets[i])[1]] = fmt.Sprintf("secret %d of an exchange with %q", i, body)
	}
	x := exchange{
		url: scheme + "://u:" + secrets[0] + "@" + rest + "?fields=id," + secrets[1] + "&key=" + secrets[2] + "#" + secrets[3],
		request: http.Header{
			"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte("bob:"+secrets[4]))}, "X-Custom": {secrets[5]}, "Cookie": {"a=b; session=" + secrets[6]},
		},
		response: http.Header{"Set-Cookie": {"a=" + secrets[6] + "; Path=/"}, "Location": {"https://h.example/?code=" + secrets[7]}, "X-Request": {secrets[5]}},
		status:   200, body: body, contentType: "application/json; token=" + secrets[8], sent: `{"user":"bob","password":"` + secrets[8] + `"}`, posted: secrets[8],
	}
	if body == "" { // what was sent comes back
		x.contentType = "application/json"
		x.body = `{"id":"` + strings.Join(secrets, " ") + `","metadata":{"` + secrets[4] + `":"` + secrets[5] + `","a":"` + secrets[8] + `"},"status":5}`
	}
	return x
}

// write writes files of each kind with secrets in them into a folder.
func (p *plants) write(t *testing.T, dir string, provider specs.Provider) {
	bodies := p.bodies(provider.Slug)
	save := func(name string, text []byte) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "exchanges", provider.Slug, name), text, 0o644))
	}
	save("../../bodies/"+provider.Slug+"/bodies.ndjson", []byte(strings.ReplaceAll(strings.Join(bodies, "\n"), "\xff", "\x01")))
	var lines bytes.Buffer
	var entries, interactions []any
	for i, body := range append([]string{"", ""}, bodies...) {
		if i > 2 && i%9 != 0 {
			continue
		}
		x := p.exchange(provider, body)
		switch i % 7 {
		case 4:
			x.status = 404
		case 3:
			x.contentType = "text/html; charset=" + p.fill("%s")
		case 2:
			x.contentType = "application/json"
		}
		response := x.response.Clone()
		response.Set("Content-Type", x.contentType)
		line, err := json.Marshal(map[string]any{
			"source": p.fill("%s"), "request": map[string]any{"method": "GET", "url": x.url, "headers": x.request, "body": x.sent},
			"response": map[string]any{"status": x.status, "headers": response, "body": strings.ToValidUTF8(x.body, "\x01")},
		}, json.Deterministic(true))
		require.NoError(t, err)
		lines.Write(append(line, '\n'))
		entries = append(entries, map[string]any{
			"comment":  p.fill("%s"),
			"request":  map[string]any{"method": "GET", "url": x.url, "headers": pairs(x.request), "cookies": []any{map[string]any{"name": "a", "value": p.fill("%s")}}, "postData": map[string]any{"mimeType": "application/json", "text": x.sent}},
			"response": map[string]any{"status": x.status, "statusText": p.fill("%s"), "headers": pairs(response), "content": map[string]any{"text": strings.ToValidUTF8(x.body, "\x01"), "mimeType": x.contentType}},
		})
		interactions = append(interactions, map[string]any{
			"request":  map[string]any{"method": "GET", "url": x.url, "headers": x.request, "body": x.sent},
			"response": map[string]any{"code": x.status, "status": fmt.Sprint(x.status, " ", p.fill("%s")), "headers": response, "body": strings.ToValidUTF8(x.body, "\x01")},
		})
		if i%4 == 0 {
			var b bytes.Buffer
			fmt.Fprintf(&b, "# source: %s\n# note: %s\nGET %s HTTP/1.1\n", p.fill("%s"), p.fill("%s"), x.url)
			require.NoError(t, x.request.Write(&b))
			fmt.Fprintf(&b, "\nHTTP/1.1 %d %s\n", x.status, p.fill("%s"))
			require.NoError(t, response.Write(&b))
			b.WriteString("\n" + strings.ReplaceAll(x.body, x.posted, "")) // the file has no room for what was sent
			save(fmt.Sprintf("exchange-%d.http", i), b.Bytes())
			if body != "" {
				save(fmt.Sprintf("body-%d.json", i), []byte(x.body))
			}
		}
	}
	save("exchanges.ndjson", lines.Bytes())
	har, err := json.Marshal(map[string]any{"log": map[string]any{"version": "1.2", "entries": entries}}, json.Deterministic(true))
	require.NoError(t, err)
	save("saved.har", har)
	cassette, err := yaml.Marshal(map[string]any{"version": 2, "interactions": interactions})
	require.NoError(t, err)
	save("cassette.yaml", cassette)
}

func pairs(h http.Header) (list []any) {
	for name, values := range h {
		for _, value := range values {
			list = append(list, map[string]any{"name": name, "value": value})
		}
	}
	return list
}

// conforming are bodies that conform and have secrets.
var conforming = map[string]string{
	"superserve": `{"metadata":{"api_key":"%s"},"access_token":"%s"}`,
	"blaxel":     `{"metadata":{"name":"a"},"spec":{"runtime":{"envs":[{"name":"A","value":"%s"},{"name":"B","secret":true,"value":"%u"}]}}}`,
	"nullspace": `{"id":"x","status":"running","config":{},"template":"t","created_at":"2026-11-20T09:15:00Z",` +
		`"metadata":{"token":"%s","session":"%s","pin_code_token":%d,"headers":[{"name":"Authorization","value":"%s"}]}}`,
}

// TestPlantedSecrets plants secrets at every place that may hold one, in each kind of file, and
// runs each command: none is in what the command prints or writes.
func TestPlantedSecrets(t *testing.T) {
	p := &plants{places: map[string]string{}}
	dir := t.TempDir()
	in, good, out := filepath.Join(dir, "in"), filepath.Join(dir, "good"), filepath.Join(dir, "out")
	exchanges := filepath.Join(in, "exchanges") // the bodies alone are many
	for _, provider := range specs.Providers() {
		for _, folder := range []string{"bodies", "exchanges"} {
			require.NoError(t, os.MkdirAll(filepath.Join(in, folder, provider.Slug), 0o755))
		}
		p.write(t, in, provider)
		if body := conforming[provider.Slug]; body != "" {
			require.NoError(t, os.MkdirAll(filepath.Join(good, provider.Slug), 0o755))
			require.NoError(t, os.WriteFile(filepath.Join(good, provider.Slug, "a.json"), []byte(p.fill(body)), 0o644))
		}
	}
	require.NoError(t, os.MkdirAll(out, 0o755))
	require.Greater(t, p.count, 2000)
	command := func(want []int, args ...string) {
		var stdout, stderr bytes.Buffer
		require.Contains(t, want, run(args, &stdout, &stderr), "%q: %s", args, &stderr)
		assert.Empty(t, p.found(stdout.String()), "standard output of %q", args)
		assert.Empty(t, p.found(stderr.String()), "standard error of %q", args)
	}
	formats := func(name string) (flags []string) {
		for _, format := range report.Formats {
			flags = append(flags, "--format", format+"="+filepath.Join(out, name+"."+format))
		}
		return flags
	}
	some := []int{1, 2}
	command(some, append([]string{"check", "--allow-unreadable", "--max-findings", "100000", in}, formats("check")...)...)
	command(some, append([]string{"check", "--allow-unreadable", "--verbose", exchanges}, formats("verbose")...)...)
	for _, format := range report.Formats {
		command(some, "check", "--allow-unreadable", "--format", format, filepath.Join(exchanges, "superserve"))
	}
	command(some, "check", "--allow-unreadable", "--write-deviations", filepath.Join(out, "deviations.yaml"), exchanges)
	command([]int{0, 1, 2}, "record", "--from", exchanges, "-o", filepath.Join(out, "recordings"))
	command([]int{0, 1, 2}, "check", filepath.Join(out, "recordings"))
	for _, folder := range []string{exchanges, good} {
		for _, format := range []string{"text", "json", "html"} {
			command([]int{0, 1, 2}, "coverage", "--allow-unreadable", "--format", format, folder)
		}
	}
	command([]int{0}, "check", good)
	for _, format := range []string{"text", "json"} {
		command([]int{0, 1}, "mutate", "bodies", "--format", format, good)
	}
	command([]int{0}, "mutate", "specs", "--min", "0", filepath.Join(good, "superserve"))
	for _, provider := range specs.Providers() {
		p.live(t, provider, filepath.Join(out, "live"))
	}
	files := 0
	require.NoError(t, filepath.WalkDir(out, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		files++
		text, err := os.ReadFile(file)
		assert.Empty(t, p.found(string(text)), file)
		assert.Empty(t, p.found(file))
		return err
	}))
	require.Greater(t, files, 300)
}

// live records what a server answers that sends secrets, the key and the names of its own.
func (p *plants) live(t *testing.T, provider specs.Provider, out string) {
	for i, body := range append(p.bodies(provider.Slug)[:20], `{"id":"KEY","KEY":"a KEY","metadata":{"KEY":"KEY"}}`, `{"message":"no KEY"}`) {
		key := p.fill("%s")
		status := []int{200, 200, 401, 302, 500}[i%5]
		header := http.Header{"Set-Cookie": {"a=" + p.fill("%s")}, "Location": {"/?code=" + p.fill("%s")}, "X-Key": {key}, "Www-Authenticate": {"Bearer " + p.fill("%s")}}
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			for name, values := range header {
				w.Header()[name] = values
			}
			w.WriteHeader(status)
			fmt.Fprint(w, strings.ReplaceAll(body, "KEY", key))
		}))
		t.Setenv(provider.KeyVariable, key)
		t.Setenv(provider.AddressVariable, server.URL)
		var stdout, stderr bytes.Buffer
		run([]string{"record", provider.Slug, fmt.Sprint("sandbox-", i), "-o", out}, &stdout, &stderr)
		server.Close()
		assert.Empty(t, p.found(stdout.String()+stderr.String()), body)
	}
}
