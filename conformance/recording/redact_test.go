package recording_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance/compile"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/recording"
)

const secretive = `
openapi: 3.0.3
info: {title: t, version: "1"}
paths:
  /things/{id}:
    get:
      responses:
        "200":
          description: d
          content:
            application/json:
              schema:
                type: object
                properties:
                  id: {type: string}
                  open: {type: object, additionalProperties: true}
                  token: {type: string, x-secret: true}
                  key: {type: string, format: uuid, x-secret: true}
                  since: {type: string, format: date-time, x-secret: true}
                  mode: {type: string, enum: [fast, slow], x-secret: true}
                  pin: {type: integer, minimum: -9999, maximum: 9999, x-secret: true}
                  rate: {type: number, x-secret: true}
                  pins: {type: array, uniqueItems: true, items: {type: string, minLength: 4, maxLength: 4, x-secret: true}}
                  whole: {type: object, x-secret: true, properties: {inner: {type: string}}}
`

func secretiveContract(t testing.TB) *contract.Contract {
	document, err := compile.Parse("spec.yaml", []byte(secretive))
	require.NoError(t, err)
	operation, err := document.Operation("")
	require.NoError(t, err)
	response, _ := operation.Response(200)
	program, _, err := response.Program()
	require.NoError(t, err)
	return contract.New(program)
}

// redact redacts a body, and says what was redacted.
func redact(c *contract.Contract, body string) (kept string, what []string) {
	x, redactions := recording.NewRedactor(c).Redact(recording.Exchange{Body: []byte(body)}, nil)
	for _, r := range redactions {
		what = append(what, strings.TrimSpace(string(r.Rule)+" "+r.What))
	}
	return string(x.Body), what
}

// TestRedactBody holds what stands in the place of secrets to the form of the secrets.
func TestRedactBody(t *testing.T) {
	c := secretiveContract(t)
	for body, want := range map[string][]string{
		`{"id":"x","token":"abc"}`:                              {`{"id":"x","token":"red"}`, "x-secret /token"},
		`{"token":"0123456789"}`:                                {`{"token":"redactedre"}`, "x-secret /token"},
		`{"token":"é\u00e9\ud83d\ude00\n"}`:                     {`{"token":"reda"}`, "x-secret /token"},
		`{"token":""}`:                                          {`{"token":""}`},
		`{"token":null,"pin":true}`:                             {`{"token":null,"pin":true}`},
		`{ "token" : "abc" , "token":"abd" }`:                   {`{ "token" : "red" , "token":"re2" }`, "x-secret /token"},
		`{"key":"0B6c9a52-61f4-4d0e-9f7a-2c1de0a8b3f7"}`:        {`{"key":"00000000-0000-4000-8000-000000000000"}`, "x-secret /key"},
		`{"since":"2026-11-20t09:15:00.123+02:00"}`:             {`{"since":"2000-01-01T00:00:00.000+00:00"}`, "x-secret /since"},
		`{"mode":"fast"}`:                                       {`{"mode":"fast"}`},
		`{"mode":"other"}`:                                      {`{"mode":"redac"}`, "x-secret /mode"},
		`{"pin":4711}`:                                          {`{"pin":1000}`, "x-secret /pin"},
		`{"pin":-12}`:                                           {`{"pin":-10}`, "x-secret /pin"},
		`{"pin":123456}`:                                        {`{"pin":100000}`, "x-secret /pin"},
		`{"pin":47.00}`:                                         {`{"pin":10.0}`, "x-secret /pin"},
		`{"pin":47.11}`:                                         {`{"pin":10.1}`, "x-secret /pin"},
		`{"pin":4.7e1}`:                                         {`{"pin":1e0}`, "x-secret /pin"},
		`{"rate":4711e-2}`:                                      {`{"rate":1e-99}`, "x-secret /rate"},
		`{"rate":-0.047}`:                                       {`{"rate":-0.01}`, "x-secret /rate"},
		`{"pins":["abcd","abce","abcd"]}`:                       {`{"pins":["reda","red2","reda"]}`, "x-secret /pins/0", "x-secret /pins/1", "x-secret /pins/2"},
		`{"whole":{"inner":"abc","other":"abc"}}`:               {`{"whole":{"inner":"red","redac":"red"}}`, "x-secret /whole"},
		`{"a/b~c":"abc","new":{"k":[1,{"k":"v"}],"k":false}}`:   {`{"a/b~c":"red","new":{"r":[1,{"r":"2"}],"r":false}}`, "undocumented-field /a~1b~0c", "undocumented-field /new"},
		`{"token":"longer","id":"not longer"}`:                  {`{"token":"redact","id":"redactedre"}`, "x-secret /token", "repeated"},
		`{"open":{"access_token":"abc","env":"x"}}`:             {`{"open":{"access_token":"red","env":"x"}}`, "token-field /open/access_token"},
		`{"open":{"env":{"A":"abc"},"envs":["A=b"]}}`:           {`{"open":{"env":{"A":"red"},"envs":["re2"]}}`, "token-field /open/env/A", "token-field /open/envs/0"},
		`{"open":{"envs":[{"name":"A","value":"v"}]}}`:          {`{"open":{"envs":[{"name":"A","value":"r"}]}}`, "token-field /open/envs/0/value"},
		`{"open":{"a":"see https://u:pw@h.example/p?q=1 now"}}`: {`{"open":{"a":"see https://reda@h.example/p?red now"}}`, "url in the body"},
	} {
		kept, what := redact(c, body)
		assert.Equal(t, want[0], kept, body)
		assert.Equal(t, want[1:], append([]string{}, what...), body)
		again, _ := redact(c, kept)
		assert.Len(t, again, len(kept), "once more")
		assert.Equal(t, rules(c, body), rules(c, kept), body)
	}
}

// rules says what a body breaks.
func rules(c *contract.Contract, body string) (rules []contract.Rule) {
	for _, f := range c.Check([]byte(body)) {
		rules = append(rules, f.Rule)
	}
	return rules
}

// TestRedactBroken keeps what is broken broken, for the same reason.
func TestRedactBroken(t *testing.T) {
	c := secretiveContract(t)
	for body, want := range map[string]string{
		`{"id":"x","token":"abc`:     `{"id":"x","token":"redacted`,
		`{"id":"x","token":"abc"`:    `{"id":"x","token":"red"`,
		`{"id":"x"} secret`:          `{"id":"x"} redacted`,
		`{"id":"x","open":secret}`:   `{"id":"x","open":redacted`,
		`{"id":"x","open":tru`:       `{"id":"x","open":redacted`,
		`{"id":"x","new":{"a":1 2}}`: `{"id":"x","new":{"r":1 0`,
		"{\"id\":\"\xff\"}":          `{"id":redacted`,
		`{"id":"\ud800"}`:            `{"id":redacted`,
		`secret`:                     `redacted`,
		"\uFEFF{}":                   "\uFEFF",
		`{"id":"x",}`:                `{"id":"x",}`,
	} {
		kept, what := redact(c, body)
		assert.Equal(t, want, kept, body)
		if kept != body && want != `{"id":"x","token":"red"` {
			assert.Contains(t, what, "broken-json", body)
		}
		assert.Equal(t, rules(c, body), rules(c, kept), body)
	}
	kept, what := redact(c, "")
	assert.Empty(t, kept)
	assert.Empty(t, what)
}

// TestRedactUnjudged keeps the form of JSON that nobody documents, and nothing else.
func TestRedactUnjudged(t *testing.T) {
	for body, want := range map[string]string{
		`{"error":{"code":404,"why":"no such key"},"detail":null}`: `{"error":{"code":100,"red":"redactedred"},"detail":null}`,
		`"secret"`:             `"redact"`,
		`[{"a":true}]`:         `[{"r":true}]`,
		`<html>secret</html>`:  `redacted`,
		`{"message":"secret"`:  `{"message":"redact"`,
		`{"message":"a"} more`: `redacted`,
		" \n":                  " \n",
	} {
		kept, what := redact(nil, body)
		assert.Equal(t, want, kept, body)
		if kept != body && what != nil {
			assert.Contains(t, what, "unjudged-body")
		}
	}
}

func TestRedactURL(t *testing.T) {
	r := recording.NewRedactor(secretiveContract(t))
	r.Path, r.Bases, r.FieldMask = "/things/{id}", []string{"/v1"}, "fields"
	for given, want := range map[string]string{
		"https://h.example/v1/things/t_1":                     "https://h.example/v1/things/t_1",
		"https://h.example/v1/things/t_1/":                    "https://h.example/v1/things/t_1",
		"http://h.example:8080/secret/things/t_1":             "http://h.example:8080/things/t_1",
		"https://u:p@h.example/things/t_1#f":                  "https://h.example/things/t_1",
		"https://h.example/things/t_1?":                       "https://h.example/things/t_1",
		"https://h.example/things/t;k=v":                      "https://h.example/things/redacted",
		"https://h.example/things/a%2Fb":                      "https://h.example/things/redacted",
		"https://h.example/things/" + strings.Repeat("x", 65): "https://h.example/things/redacted",
		"https://h.example/things/secret-1?key=secret-1":      "https://h.example/things/redacted",
		"https://h.example/things/t_1?fields=id,secret&a=b":   "https://h.example/things/t_1?fields=id,redacted",
		"https://h.example/things/t_1?fields=id&fields=pin":   "https://h.example/things/t_1?fields=id,pin",
		"https://h.example/things/t_1?fields=%20id%20,secret": "https://h.example/things/t_1?fields=id,redacted",
		"https://h.example/things/t_1?fields=,":               "https://h.example/things/t_1?fields=", // that is no mask
		"https://h.example/things/t_1?fields=%20,%09":         "https://h.example/things/t_1?fields=",
		"https://h.example/things/t_1?fields=":                "https://h.example/things/t_1?fields=",
		"https://[::1]:80/things/t_1":                         "https://[::1]:80/things/t_1",
		"/things/t_1?secret":                                  "/things/t_1",
	} {
		u, err := url.Parse(given)
		require.NoError(t, err)
		x, what := r.Redact(recording.Exchange{Method: "GET", URL: u}, nil)
		assert.Equal(t, want, x.URL.String(), given)
		if given != want && !strings.HasSuffix(given, "/") && !strings.HasSuffix(given, "?") {
			assert.NotEmpty(t, what, given)
		}
	}
}

// A Host header can make a URL that no address gives.
func TestRedactHost(t *testing.T) {
	r := recording.NewRedactor(nil)
	r.Path = "/things/{id}"
	x, what := r.Redact(recording.Exchange{URL: &url.URL{Scheme: "https", Host: "u:secret@h", Path: "/things/1"}}, nil)
	assert.Equal(t, "https://redacted.invalid/things/1", x.URL.String())
	assert.Equal(t, []recording.Redaction{{Rule: recording.URL, What: "host"}}, what)
}

func TestRedactHeaders(t *testing.T) {
	given := http.Header{
		"Authorization": {"Bearer secret"}, "Set-Cookie": {"a=b"}, "Server": {"x"}, "Date": {"Fri, 20 Nov 2026 09:20:11 GMT"}, "Age": {"1", "x"},
		"Retry-After": {"30"}, "Ratelimit-Limit": {"20"}, "Ratelimit-Policy": {`"default";q=20;w=1`}, "Cache-Control": {"no-store, max-age=0"},
		"Content-Length": {"99"}, "Transfer-Encoding": {"chunked"}, "Content-Encoding": {"gzip"}, "Content-Type": {"application/json; charset=UTF-8; k=v"},
	}
	x, what := recording.NewRedactor(nil).Redact(recording.Exchange{RequestHeader: http.Header{
		"Accept": {"application/json"}, "Host": {"h.example"}, "User-Agent": {"mine/1.0"}, "X-Api-Key": {"secret"}, "Cookie": {"a"},
	}, Header: given, Body: []byte(`{"detail":"abc"}`)}, nil)
	assert.Equal(t, http.Header{"Accept": {"application/json"}, "Host": {"h.example"}}, x.RequestHeader)
	assert.Equal(t, http.Header{
		"Date": {"Fri, 20 Nov 2026 09:20:11 GMT"}, "Retry-After": {"30"}, "Ratelimit-Limit": {"20"}, "Ratelimit-Policy": {`"default";q=20;w=1`},
		"Cache-Control": {"no-store, max-age=0"}, "Content-Length": {"16"}, "Content-Type": {"application/json; charset=UTF-8"},
	}, x.Header)
	assert.Equal(t, []recording.Redaction{
		{Rule: recording.CredentialHeader, What: "Cookie"}, {Rule: recording.RequestHeader, What: "User-Agent"}, {Rule: recording.CredentialHeader, What: "X-Api-Key"},
		{Rule: recording.ResponseHeader, What: "Age"}, {Rule: recording.CredentialHeader, What: "Authorization"}, {Rule: recording.ResponseHeader, What: "Content-Type"},
		{Rule: recording.ResponseHeader, What: "Server"}, {Rule: recording.CredentialHeader, What: "Set-Cookie"}, {Rule: recording.UnjudgedBody},
	}, what)
}

func TestHarmlessContentType(t *testing.T) {
	for given, want := range map[string]string{
		"application/json": "application/json", "Application/JSON ; Charset=utf-8": "application/json; charset=utf-8",
		"application/json; charset": "application/json; redacted", "application/json; token=x": "application/json",
		"text/html; charset=utf-8": "text/html; charset=utf-8", "text/secret": "application/redacted", "application/secret+json": "application/redacted+json",
		"/secret": "redacted", "": "", "application/json;charset=utf-8": "application/json; charset=utf-8",
	} {
		assert.Equal(t, want, recording.HarmlessContentType(given), given)
	}
}

// TestWriteWhatCanBeRead refuses what a .http file has no room for.
func TestWriteWhatCanBeRead(t *testing.T) {
	u := &url.URL{Scheme: "https", Host: "h.example", Path: "/x"}
	for name, x := range map[string]recording.Exchange{
		"a line break in a header":       {Header: http.Header{"A": {"b\nC: d"}}},
		"white space around a header":    {Header: http.Header{"A": {" b"}}},
		"a name that is none":            {Header: http.Header{"A b": {"c"}}},
		"a line break in the request":    {Method: "GET", URL: u, RequestHeader: http.Header{"A": {"b\n\nHTTP/1.1 200 OK"}}},
		"a method that is none":          {Method: "get", URL: u},
		"a body that is a response":      {Body: []byte("HTTP/1.1 404 Not Found\n\n")},
		"a status of one digit too many": {Status: 2000},
	} {
		_, err := recording.Record{Exchange: x}.Bytes()
		assert.ErrorIs(t, err, recording.ErrNotHTTP, name)
	}
	text, err := recording.Record{Exchange: recording.Exchange{Body: []byte("{}")}, Source: "a\nb\x1b[31m"}.Bytes()
	require.NoError(t, err)
	assert.Equal(t, "# source: a�b�[31m\nHTTP/1.1 200 OK\n\n{}", string(text))
}

func TestNew(t *testing.T) {
	recorder := httptest.NewRecorder()
	recorder.Header().Set("Content-Type", "text/plain")
	recorder.WriteHeader(http.StatusTeapot)
	response := recorder.Result()
	response.Request = httptest.NewRequest("GET", "https://h.example/x", nil)
	x := recording.New(response, []byte("a\nb"))
	assert.Equal(t, http.StatusTeapot, x.Status)
	assert.Equal(t, recording.Place{Offset: 2, Line: 2, Column: 1}, x.BodyPlace(recording.Place{Offset: 2}))
	assert.Equal(t, recording.Place{Line: 1, Column: 1}, x.StatusPlace())
}

// What a header holds is found where else it stands; what comes with a cookie is none.
func TestRedactRepeated(t *testing.T) {
	x, what := recording.NewRedactor(secretiveContract(t)).Redact(recording.Exchange{
		URL:           &url.URL{Scheme: "https", Host: "api.things.example", Path: "/"},
		RequestHeader: http.Header{"Authorization": {"Bearer secret-1234567"}},
		Header:        http.Header{"Set-Cookie": {"session=secret-7654321; Domain=things.example; Expires=Fri, 20 Nov 2026 09:20:11 GMT"}},
		Body:          []byte(`{"id":"a secret-1234567","open":{"a":"secret-7654321","b":"things.example, Bearer, session"}}`),
	}, nil)
	assert.Equal(t, `{"id":"redactedredacted","open":{"a":"redactedredact","b":"things.example, Bearer, session"}}`, string(x.Body))
	assert.Equal(t, "api.things.example", x.URL.Host)
	assert.Contains(t, what, recording.Redaction{Rule: recording.Repeated})
}
