package blaxel_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/clients/api"
	"github.com/sandboxspec/sandboxspec/clients/blaxel"
)

func TestShowSecretsAndWorkspace(t *testing.T) {
	var got *http.Request
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"metadata":{"name":"notebook-7"},"spec":{"runtime":{"envs":[{"name":"A","value":"b"}]}}}`)
	}))
	defer server.Close()

	for _, test := range []struct {
		variable   string
		options    []api.Option
		parameters []blaxel.Parameter
		workspace  []string
		query      string
	}{
		{"", nil, nil, nil, ""},
		{"acme", nil, nil, []string{"acme"}, ""},
		{"acme", []api.Option{blaxel.WithWorkspace("lab")}, nil, []string{"lab"}, ""},
		{"acme", []api.Option{blaxel.WithWorkspace("")}, nil, nil, ""},
		{"", nil, []blaxel.Parameter{blaxel.ShowSecrets()}, nil, "show_secrets=true"},
	} {
		t.Setenv("BL_WORKSPACE", test.variable)
		client, err := blaxel.New(append(test.options, api.WithAPIKey("k"), api.WithBaseURL(server.URL))...)
		require.NoError(t, err)
		sandbox, err := client.GetSandbox(t.Context(), "notebook-7", test.parameters...)
		require.NoError(t, err)
		assert.Equal(t, "b", *sandbox.Spec.Runtime.Envs[0].Value)
		assert.Equal(t, test.workspace, got.Header["X-Blaxel-Workspace"])
		assert.Equal(t, test.query, got.URL.RawQuery)
	}
}
