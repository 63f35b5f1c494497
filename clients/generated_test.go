package clients_test

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/clients/sandboxtest"
	gen "github.com/sandboxspec/sandboxspec/gen/tensorlake"
)

// What oapi-codegen's client does alone, where the README compares it with the clients here.
func TestGeneratedClientAlone(t *testing.T) {
	get := func(answer http.Handler) (*gen.GetSandboxResponse, error) {
		server := sandboxtest.New(t)
		server.Handle("tensorlake", answer)
		client, err := gen.NewClientWithResponses(server.BaseURL("tensorlake"), gen.WithRequestEditorFn(
			func(_ context.Context, r *http.Request) error {
				r.Header.Set("Authorization", "Bearer "+sandboxtest.Key)
				return nil
			}))
		require.NoError(t, err)
		return client.GetSandboxWithResponse(t.Context(), "sbx_1")
	}

	response, err := get(sandboxtest.JSON(200, `{"id": "a", "created_at": 1.5}`))
	assert.Error(t, err, "one value of another type fails the call")
	assert.Nil(t, response, "and status, header and body are lost")
	for _, answer := range []http.Handler{sandboxtest.JSON(200, ""), sandboxtest.Cut(5, sandboxtest.Sandbox("tensorlake"))} {
		response, err = get(answer)
		assert.Error(t, err)
		assert.Nil(t, response)
	}

	response, err = get(sandboxtest.JSON(200, `{"status": "napping", "exposed_ports": [70000], "network_policy": {"deny_out": []}, "new": 1}`))
	require.NoError(t, err, "values outside an enum or a range, and required members that are absent, are no error")
	assert.EqualValues(t, "napping", response.JSON200.Status)
	encoded, err := json.Marshal(response.JSON200)
	require.NoError(t, err)
	assert.NotContains(t, string(encoded), "deny_out")
	assert.NotContains(t, string(encoded), "new")
	assert.Contains(t, string(encoded), `"image":""`)

	for _, answer := range []http.Handler{sandboxtest.JSON(404, `{"message": "no such sandbox"}`), sandboxtest.Answer(200, "text/html", "<html>")} {
		response, err = get(answer)
		require.NoError(t, err, "any status, and any type, is no error")
		assert.Nil(t, response.JSON200)
	}
}
