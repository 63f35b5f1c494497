package tensorlake_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"

	"github.com/sandboxspec/sandboxspec/clients/api"
	"github.com/sandboxspec/sandboxspec/clients/tensorlake"
)

func Example() {
	client, err := tensorlake.New() // the key is in TENSORLAKE_API_KEY
	if err != nil {
		log.Fatal(err)
	}
	sandbox, err := client.GetSandbox(context.Background(), "sbx_4f1k8t")
	var failure *api.Error
	switch {
	case errors.As(err, &failure) && failure.Status == http.StatusNotFound:
		fmt.Println("no such sandbox")
	case sandbox == nil:
		log.Fatal(err)
	default:
		if err != nil {
			log.Print(err) // the response breaks its contract: what could be decoded is there
		}
		fmt.Println(sandbox.ID, sandbox.Status)
	}
}
