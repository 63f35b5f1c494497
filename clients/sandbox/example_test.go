package sandbox_test

import (
	"context"
	"fmt"
	"log"
	"net/http/httptest"
	"strings"

	"github.com/sandboxspec/sandboxspec/clients/api"
	"github.com/sandboxspec/sandboxspec/clients/sandbox"
	"github.com/sandboxspec/sandboxspec/clients/sandboxtest"
)

func ExampleOpen() {
	for _, name := range []string{"blaxel/notebook-7", "primeintellect/sb_k3p9x2"} {
		provider, id, _ := strings.Cut(name, "/")
		// Without options, key and address are those in the provider's environment variables.
		server := httptest.NewServer(sandboxtest.Sandbox(provider))
		defer server.Close()
		client, err := sandbox.Open(provider, api.WithAPIKey("any"), api.WithBaseURL(server.URL))
		if err != nil {
			log.Fatal(err)
		}
		s, err := client.GetSandbox(context.Background(), id)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(s.Provider, *s.ID, s.State, *s.Status, *s.MemoryMiB, s.CPUs == nil)
	}
	// Output:
	// blaxel notebook-7 running DEPLOYED 4096 true
	// primeintellect sb_k3p9x2 running RUNNING 1536 false
}
