package clients_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/clients/api"
	"github.com/sandboxspec/sandboxspec/clients/sandboxtest"
	gen "github.com/sandboxspec/sandboxspec/gen/tensorlake"
)

// BenchmarkGetSandbox is a call against a server on this machine, over a connection that stands.
func BenchmarkGetSandbox(b *testing.B) {
	server := sandboxtest.New(b)
	client, err := providers[0].new(append(server.Options("tensorlake"), api.WithRateLimit(0, 0))...)
	require.NoError(b, err)
	for b.Loop() {
		if _, err := client(b.Context(), "sbx_1"); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCheck is the part of it that is judging the body: well below a fiftieth.
func BenchmarkCheck(b *testing.B) {
	body := []byte(sandboxtest.Body("tensorlake", "sbx_1"))
	promise := gen.GetSandboxContract()
	for b.Loop() {
		if promise.Check(body) != nil {
			b.Fatal("the body conforms")
		}
	}
}
