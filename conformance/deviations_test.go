package conformance_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/deviation"
	"github.com/sandboxspec/sandboxspec/conformance/recording"
	"github.com/sandboxspec/sandboxspec/specs"
)

// conforming are recordings without a finding that have every field which a known
// deviation is about.
var conforming = map[string]string{
	"tensorlake":     "recordings/tensorlake/running.http",
	"nullspace":      "recordings/nullspace/running.http",
	"superserve":     "recordings/superserve/active.http",
	"blaxel":         "recordings/blaxel/documentation-example.http",
	"primeintellect": "recordings/primeintellect/documentation-example.http",
}

// conformingBody returns the body of a provider's conforming recording.
func conformingBody(t *testing.T, provider string) map[string]any {
	var body map[string]any
	for x := range recording.Read(conforming[provider]) {
		require.NoError(t, json.Unmarshal(x.Body, &body))
	}
	require.NotNil(t, body, provider)
	return body
}

// judged returns what a judge with that list finds in a response.
func judged(t *testing.T, provider string, list *deviation.List, body map[string]any) []conformance.Finding {
	text, err := json.Marshal(body)
	require.NoError(t, err)
	judge, err := conformance.NewJudge(conformance.Options{Deviations: list})
	require.NoError(t, err)
	p, _ := specs.Lookup(provider)
	_, address, _ := strings.Cut(p.Endpoint, " ")
	request := httptest.NewRequest(http.MethodGet, address, nil)
	r := judge.Judge(recording.New(&http.Response{Request: request, StatusCode: http.StatusOK}, text))
	require.Equal(t, conformance.Judged, r.Outcome)
	return r.Findings
}

// deviate makes a conforming body one that deviates as d says.
func deviate(t *testing.T, body map[string]any, d deviation.Deviation) {
	segments := strings.Split(d.Pointer, "/")[1:]
	at, last := body, d.Property
	if last == "" {
		segments, last = segments[:len(segments)-1], segments[len(segments)-1]
	}
	for i, name := range segments {
		switch below := at[name].(type) {
		case map[string]any:
			at = below
		case []any:
			require.Equal(t, "*", segments[i+1])
			at = map[string]any{"*": below[0]}
		default:
			require.Failf(t, "nothing there", "%s in %s", name, d.Pointer)
		}
	}
	switch d.Rule {
	case contract.Required:
		require.Contains(t, at, last)
		delete(at, last)
	case contract.UndocumentedField:
		at[last] = map[string]any{"detail": []string{"x"}}
	case contract.Nullable:
		require.Contains(t, at, last)
		at[last] = nil
	case contract.Enum:
		require.Contains(t, at, last)
		at[last] = json.RawMessage(d.Value)
	case contract.Format:
		require.IsType(t, "", at[last])
		at[last] = "sb-usw-" + at[last].(string)
	case contract.Type:
		require.Contains(t, at, last)
		at[last] = map[string]any{"executable": "/bin/true", "args": []string{}}
	default:
		require.Failf(t, "how does a body break it?", "%s", d.Rule)
	}
}

// TestDeviations holds every known deviation to its contract: a body that deviates so,
// and in nothing else, gives one finding, and it is the one that the entry is about.
func TestDeviations(t *testing.T) {
	all := conformance.Deviations()
	list := deviation.NewList(time.Time{}, all, nil)
	for _, d := range all {
		t.Run(d.Provider+" "+string(d.Rule)+d.Pointer+" "+d.Property+d.Value, func(t *testing.T) {
			body := conformingBody(t, d.Provider)
			require.Empty(t, judged(t, d.Provider, list, body))
			deviate(t, body, d)
			findings := judged(t, d.Provider, list, body)
			require.Len(t, findings, 1)
			assert.True(t, findings[0].Known)
			require.NotNil(t, findings[0].Deviation)
			assert.Equal(t, d, *findings[0].Deviation)
		})
	}
	assert.Empty(t, list.Stale(), "each was matched by the body that it is about")
}

// TestDeviationsNameTheirSource holds every known deviation to a source that can be looked up: a repository or a site, a
// file or a page, and a date.
func TestDeviationsNameTheirSource(t *testing.T) {
	source := regexp.MustCompile(`^([A-Za-z0-9.-]+/[A-Za-z0-9.-]+|docs\.[a-z.]+)\b.*, .*20[0-9]{2}(-[0-9]{2}){0,2}$`)
	for _, d := range conformance.Deviations() {
		assert.Regexp(t, source, strings.TrimPrefix(d.Source, "a copy in "), "%s:%d", d.File, d.Line)
	}
}

// TestDeviationsAreTheSeenOnes has bodies that come close to a known deviation and are
// none: their findings still count.
func TestDeviationsAreTheSeenOnes(t *testing.T) {
	list := deviation.NewList(time.Time{}, nil, conformance.Deviations())
	for _, test := range []struct{ provider, member, value, finding string }{
		{"superserve", "status", `"stopped"`, "enum /status"},
		{"superserve", "status", `null`, "nullable /status"},
		{"superserve", "id", `"sbx-1"`, "format /id"},
		{"superserve", "auto_delete", `1`, "undocumented-field /auto_delete"},
		{"blaxel", "status", `"built"`, "enum /status"},
		{"blaxel", "events", `{}`, "type /events"},
		{"blaxel", "events", `null`, "nullable /events"},
		{"nullspace", "pool", `1`, "undocumented-field /pool"},
		{"tensorlake", "status", `"timeout"`, "enum /status"},
		{"primeintellect", "networkAccess", `null`, "nullable /networkAccess"},
		{"tensorlake", "created_at", `1795166100`, "plausibility /created_at"},
		{"tensorlake", "created_at", "", "required "},
		{"tensorlake", "timeout_secs", "", "required "},
		{"tensorlake", "allow_unauthenticated_access", "", "required "},
		{"blaxel", "spec", "", "required "},
	} {
		body := conformingBody(t, test.provider)
		if body[test.member] = json.RawMessage(test.value); test.value == "" {
			delete(body, test.member)
		}
		findings := judged(t, test.provider, list, body)
		require.Len(t, findings, 1, test)
		assert.Equal(t, test.finding, string(findings[0].Rule)+" "+findings[0].Pointer)
		assert.False(t, findings[0].Known, test)
		assert.Nil(t, findings[0].Deviation, test)
	}
}
