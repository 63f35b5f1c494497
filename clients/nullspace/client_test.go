package nullspace_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/clients/api"
	"github.com/sandboxspec/sandboxspec/clients/nullspace"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	gen "github.com/sandboxspec/sandboxspec/gen/nullspace"
)

func TestFields(t *testing.T) {
	var query string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query = r.URL.RawQuery
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"id":"sb_5d20c9e7","status":"running"}`)
	}))
	defer server.Close()
	client, err := nullspace.New(api.WithAPIKey("k"), api.WithBaseURL(server.URL))
	require.NoError(t, err)

	sandbox, err := client.GetSandbox(t.Context(), "sb_5d20c9e7", nullspace.Fields("id", "status"))
	require.NoError(t, err)
	assert.EqualValues(t, "running", sandbox.Status)
	assert.Equal(t, "fields=id%2Cstatus", query)

	for _, test := range []struct {
		fields  []string
		missing []string
	}{
		{[]string{"id", "template"}, []string{"template"}},
		{[]string{"id,template", "cwd"}, []string{"template"}},
		{[]string{" id ", " template"}, []string{"template"}},
		{[]string{"id", " "}, nil},
		{[]string{" ", ","}, []string{"config", "template", "created_at"}},
		{nil, []string{"config", "template", "created_at"}},
	} {
		sandbox, err = client.GetSandbox(t.Context(), "sb_5d20c9e7", nullspace.Fields(test.fields...))
		require.NoError(t, err)
		var missing []string
		for _, finding := range sandbox.Response.Findings {
			assert.Equal(t, contract.Required, finding.Rule)
			missing = append(missing, finding.Property)
		}
		assert.Equal(t, test.missing, missing)
	}
	assert.Empty(t, query, "no field named, no mask")

	blank := " ,"
	sandbox, err = client.GetSandbox(t.Context(), "sb_5d20c9e7", func(p *gen.GetSandboxParams) { p.Fields = &blank })
	require.NoError(t, err)
	assert.Len(t, sandbox.Response.Findings, 3, "a mask without a name is none")
}
