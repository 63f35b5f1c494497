// Command user prints the state of a Tensorlake sandbox, as a program would that imports one client.
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/sandboxspec/sandboxspec/clients/tensorlake"
)

func main() {
	client, err := tensorlake.New()
	if err != nil {
		log.Fatal(err)
	}
	sandbox, err := client.GetSandbox(context.Background(), os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(sandbox.ID, sandbox.Status)
}
