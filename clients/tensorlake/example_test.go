package tensorlake_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http/httptest"

	"github.com/sandboxspec/sandboxspec/clients/api"
	"github.com/sandboxspec/sandboxspec/clients/sandboxtest"
	"github.com/sandboxspec/sandboxspec/clients/tensorlake"
)

func Example() {
	// Without options, the key is in TENSORLAKE_API_KEY and the address Tensorlake's.
	server := httptest.NewServer(sandboxtest.Sandbox("tensorlake"))
	defer server.Close()
	client, err := tensorlake.New(api.WithAPIKey("any"), api.WithBaseURL(server.URL))
	if err != nil {
		log.Fatal(err)
	}

	sandbox, err := client.GetSandbox(context.Background(), "sbx_4f1k8t")
	if errors.Is(err, api.ErrNotFound) {
		log.Fatal("no such sandbox")
	}
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(sandbox.ID, sandbox.Status, *sandbox.Resources.CPUs)
	fmt.Println(sandbox.Response.Status, "pool_id is", sandbox.Response.Presence("/pool_id"))
	for _, f := range sandbox.Response.Findings {
		fmt.Println(f.Rule, f.Pointer, "expected", f.Expected, "got", f.Actual)
	}
	// Output:
	// sbx_4f1k8t running 0.5
	// 200 pool_id is null
}
