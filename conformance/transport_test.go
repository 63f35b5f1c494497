package conformance_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance"
)

const sandbox = "https://api.superserve.ai/sandboxes/0b6c9a52-61f4-4d0e-9f7a-2c1de0a8b3f7"

// roundTripper answers requests without a network.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(request *http.Request) (*http.Response, error) { return f(request) }

// answer is a RoundTripper that answers every request with a status and a body.
func answer(status int, body io.ReadCloser) roundTripper {
	return func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: status, Header: http.Header{}, Body: body, ContentLength: -1}, nil
	}
}

// transport returns a Transport over next and what it tells.
func transport(t *testing.T, next http.RoundTripper, o conformance.Options) (http.RoundTripper, *[]conformance.Result) {
	judge, err := conformance.NewJudge(o)
	require.NoError(t, err)
	var told []conformance.Result
	return conformance.Transport(next, judge, func(r conformance.Result) { told = append(told, r) }), &told
}

func get(t *testing.T, through http.RoundTripper, method, url string) *http.Response {
	response, err := through.RoundTrip(httptest.NewRequest(method, url, nil))
	require.NoError(t, err)
	return response
}

// said is what a result says, a line each.
func said(r conformance.Result) string { return strings.Join(conformance.Lines(r), "\n") }

// TestTransportHandsOn streams a body: each part reaches the reader before the next one is
// sent, byte for byte, and it is judged when all is read.
func TestTransportHandsOn(t *testing.T) {
	parts := []string{` {"id"`, ":\t5, ", `"metadata"`, ": {}, \"new\":\"\\u00e9\"}\n \n"}
	read := make(chan bool)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for _, part := range parts {
			_, _ = io.WriteString(w, part)
			_ = http.NewResponseController(w).Flush()
			<-read
		}
	}))
	defer server.Close()
	through, told := transport(t, nil, conformance.Options{Provider: "superserve"})
	response, err := (&http.Client{Transport: through}).Get(server.URL + "/sandboxes/x?key=HUSH")
	require.NoError(t, err)
	for _, part := range parts {
		got := make([]byte, len(part))
		_, err := io.ReadFull(response.Body, got)
		require.NoError(t, err)
		require.Equal(t, part, string(got))
		require.Empty(t, *told)
		read <- true
	}
	n, err := response.Body.Read(make([]byte, 1))
	assert.Zero(t, n)
	assert.Equal(t, io.EOF, err)
	require.Len(t, *told, 1)
	require.NoError(t, response.Body.Close())
	require.Len(t, *told, 1)
	r := (*told)[0]
	assert.Equal(t, conformance.Judged, r.Outcome)
	assert.Equal(t, "GET "+server.URL+"/sandboxes/x", r.File)
	assert.Equal(t, "1:9: error: type: /id: expected a string, got 5 (specs/superserve.yaml#/components/schemas/Sandbox/properties/id/type)\n"+
		"1:28: warning: undocumented-field: /new: expected a documented member, got a string (specs/superserve.yaml#/components/schemas/Sandbox/properties)", said(r))
}

// TestTransportOutcomes has responses of all kinds, read in all ways.
func TestTransportOutcomes(t *testing.T) {
	const early = "unreadable: the body was closed before its end: what was read of it can't be judged"
	all := func(body io.Reader) { _, _ = io.ReadAll(body) }
	none := func(io.Reader) {}
	value := func(body io.Reader) { _ = json.NewDecoder(body).Decode(new(any)) }
	some := func(body io.Reader) { _, _ = io.ReadFull(body, make([]byte, 5)) }
	long := `{"metadata":{}}` + strings.Repeat(" ", conformance.MaxLiveBody)
	for name, test := range map[string]struct {
		method string
		status int
		body   io.Reader
		read   func(io.Reader)
		want   string
	}{
		"conforming":             {"GET", 200, strings.NewReader(`{"metadata":{}}`), all, "conforms"},
		"broken":                 {"GET", 200, strings.NewReader(`{"metadata":{}`), all, "1:15: error: json-syntax: the body: expected a comma or '}', got the end of the body"},
		"empty":                  {"GET", 200, strings.NewReader(``), all, "1:1: error: json-syntax: the body: expected a JSON value, got the end of the body"},
		"no body at all":         {"GET", 200, nil, all, "1:1: error: json-syntax"},
		"value read, then space": {"GET", 200, io.MultiReader(strings.NewReader(`{"metadata":1}`), strings.NewReader("\n")), value, "1:13: error: type: /metadata"},
		"closed at once":         {"GET", 200, strings.NewReader(`{"metadata":{}}`), none, early},
		"closed early":           {"GET", 200, strings.NewReader(`{"metadata":{}}`), some, early},
		"breaks off":             {"GET", 200, io.MultiReader(strings.NewReader(`{"meta`), errReader{}), all, "unreadable: the wire was cut"},
		"as long as may be":      {"GET", 200, strings.NewReader(long[:conformance.MaxLiveBody]), all, "conforms"},
		"too long":               {"GET", 200, strings.NewReader(long[:conformance.MaxLiveBody+1]), all, "unreadable: the body is longer than 16 MiB: it was handed on, but not judged"},
		"too long, closed early": {"GET", 200, strings.NewReader(long + long), func(b io.Reader) { _, _ = io.CopyN(io.Discard, b, 2+conformance.MaxLiveBody) }, "unreadable: the body is longer than 16 MiB"},
		"undocumented status":    {"GET", 503, strings.NewReader("oops"), none, "1:1: warning: undocumented-status: the status: expected 200, got 503"},
		"no content to HEAD":     {"HEAD", 200, nil, none, "conforms"},
		"without a method":       {"", 200, strings.NewReader(`{"metadata":{}}`), all, "conforms"},
	} {
		t.Run(name, func(t *testing.T) {
			var body io.ReadCloser
			if test.body != nil {
				body = io.NopCloser(test.body)
			}
			through, told := transport(t, answer(test.status, body), conformance.Options{})
			request := httptest.NewRequest("GET", sandbox, nil)
			request.Method = test.method
			response, err := through.RoundTrip(request)
			require.NoError(t, err)
			test.read(response.Body)
			require.NoError(t, response.Body.Close())
			require.NoError(t, response.Body.Close())
			require.Len(t, *told, 1)
			assert.True(t, strings.HasPrefix(said((*told)[0]), test.want), said((*told)[0]))
			assert.Equal(t, strings.HasPrefix(test.want, "unreadable"), (*told)[0].Outcome == conformance.Unreadable)
			assert.Equal(t, "superserve", (*told)[0].Provider)
		})
	}
}

type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, errors.New("the wire was cut") }

// TestTransportLeavesAlone has responses that nobody is told of, and hands on the very
// same body: of other endpoints, and of a connection that speaks something else from here
// on.
func TestTransportLeavesAlone(t *testing.T) {
	for url, status := range map[string]int{
		"https://api.superserve.ai/sandboxes": 200, "https://api.example.com/sandboxes/x": 200, sandbox: http.StatusSwitchingProtocols,
	} {
		body := io.NopCloser(errReader{})
		through, told := transport(t, answer(status, body), conformance.Options{})
		response := get(t, through, "GET", url)
		assert.Equal(t, body, response.Body)
		_ = response.Body.Close()
		assert.Empty(t, *told)
	}
	failure := errors.New("no route")
	through, told := transport(t, roundTripper(func(*http.Request) (*http.Response, error) { return nil, failure }), conformance.Options{})
	_, err := through.RoundTrip(httptest.NewRequest("GET", sandbox, nil))
	assert.Equal(t, failure, err)
	assert.Empty(t, *told)
}

// TestTransportIsInNoFolder runs where the path names a provider: that says whose
// recordings lie there, not whose responses pass.
func TestTransportIsInNoFolder(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "superserve", "tests")
	require.NoError(t, os.MkdirAll(folder, 0o755))
	t.Chdir(folder)
	through, told := transport(t, answer(200, http.NoBody), conformance.Options{})
	require.NoError(t, get(t, through, "GET", "https://api.example.com/sandboxes/x").Body.Close())
	assert.Empty(t, *told)
}

// TestTransportDecompresses has a client that asks for gzip itself: it gets what it asked
// for, and what is in it is judged.
func TestTransportDecompresses(t *testing.T) {
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, err := io.WriteString(z, `{"metadata": 5}`)
	require.NoError(t, errors.Join(err, z.Close()))
	for _, test := range []struct {
		sent []byte
		want string
	}{
		{zipped.Bytes(), "decoded body:1:14: error: type: /metadata: expected an object, got 5"},
		{zipped.Bytes()[:zipped.Len()-9], "unreadable: the gzip is damaged: unexpected EOF"},
	} {
		through, told := transport(t, roundTripper(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Header: http.Header{"Content-Encoding": {"gzip"}}, Body: io.NopCloser(bytes.NewReader(test.sent))}, nil
		}), conformance.Options{})
		got, err := io.ReadAll(get(t, through, "GET", sandbox).Body)
		require.NoError(t, err)
		assert.Equal(t, test.sent, got)
		require.Len(t, *told, 1)
		assert.True(t, strings.HasPrefix(said((*told)[0]), test.want), said((*told)[0]))
	}
}

// TestTransportKeepsSecrets has secrets wherever a body can have them.
func TestTransportKeepsSecrets(t *testing.T) {
	for _, body := range []string{
		`{"access_token":{"a":"HUSH"},"metadata":{"token":["HUSH"],"password":7777},"new":"HUSH"}`,
		`{"access_token":"HUSHHUSH","id":"HUSHHUSH","metadata":{}}`, `{"access_token":"HUSH`, `HUSH`,
	} {
		through, told := transport(t, answer(200, io.NopCloser(strings.NewReader(body))), conformance.Options{})
		_, err := io.ReadAll(get(t, through, "GET", sandbox+"?key=HUSH").Body)
		require.NoError(t, err)
		require.Len(t, *told, 1)
		r := (*told)[0]
		require.NotEmpty(t, r.Findings)
		assert.NotContains(t, fmt.Sprintf("%+v", r.Findings), "HUSH")
		assert.NotContains(t, fmt.Sprintf("%+v", r.Findings), "7777")
		assert.NotContains(t, r.File, "HUSH")
	}

	spec := filepath.Join(t.TempDir(), "spec.yaml")
	require.NoError(t, os.WriteFile(spec, []byte(`
openapi: 3.0.3
paths:
  /a: {get: {responses: {"200": {content: {application/json: {schema: {anyOf: [{type: object, additionalProperties: {anyOf: [{type: string}]}}]}}}}}}}
`), 0o644))
	through, told := transport(t, answer(200, io.NopCloser(strings.NewReader(`{"token":7777}`))), conformance.Options{Spec: spec})
	_, err := io.ReadAll(get(t, through, "GET", "https://example.com/a").Body)
	require.NoError(t, err)
	require.Len(t, *told, 1)
	findings := fmt.Sprintf("%+v", (*told)[0].Findings)
	assert.Contains(t, findings, "a number that may be secret")
	assert.NotContains(t, findings, "7777")
}

// TestTransportAtOnce has many requests at once: report is called one at a time, for each.
func TestTransportAtOnce(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"metadata":%q}`, r.URL.Path)
	}))
	defer server.Close()
	judge, err := conformance.NewJudge(conformance.Options{Provider: "superserve"})
	require.NoError(t, err)
	var inside atomic.Int32
	told := map[string]string{}
	client := &http.Client{Transport: conformance.Transport(nil, judge, func(r conformance.Result) {
		assert.EqualValues(t, 1, inside.Add(1))
		told[r.URL.Path] = r.Findings[0].Actual
		inside.Add(-1)
	})}
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			response, err := client.Get(fmt.Sprintf("%s/sandboxes/%d", server.URL, i))
			if assert.NoError(t, err) {
				_, err = io.ReadAll(response.Body)
				assert.NoError(t, errors.Join(err, response.Body.Close()))
			}
		})
	}
	all.Wait()
	require.Len(t, told, 50)
	for path, actual := range told {
		assert.Equal(t, fmt.Sprintf("%q", path), actual)
	}
}
