package superserve_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/clients/api"
	"github.com/sandboxspec/sandboxspec/clients/superserve"
)

func TestID(t *testing.T) {
	var got []string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got = append(got, r.RequestURI)
	}))
	defer server.Close()
	client, err := superserve.New(api.WithAPIKey("k"), api.WithBaseURL(server.URL))
	require.NoError(t, err)

	for _, id := range []string{
		"crawler", "a/b", "0b6c9a5261f44d0e9f7a2c1de0a8b3f7", "{0b6c9a52-61f4-4d0e-9f7a-2c1de0a8b3f7}",
		"urn:uuid:0b6c9a52-61f4-4d0e-9f7a-2c1de0a8b3f7", "0b6c9a52-61f4-4d0e-9f7a-2c1de0a8b3fg",
	} {
		sandbox, err := client.GetSandbox(t.Context(), id)
		assert.Nil(t, sandbox)
		assert.ErrorContains(t, err, `superserve: the sandbox ID "`+id+`" is not a UUID such as `)
	}
	assert.Empty(t, got, "nothing is sent")

	_, err = client.GetSandbox(t.Context(), "0B6C9A52-61F4-4D0E-9F7A-2C1DE0A8B3F7")
	assert.Error(t, err)
	assert.Equal(t, []string{"/sandboxes/0b6c9a52-61f4-4d0e-9f7a-2c1de0a8b3f7"}, got)
}
