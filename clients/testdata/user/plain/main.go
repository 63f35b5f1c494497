// Command plain sends with net/http alone the request that command user sends with the client.
package main

import (
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
)

func main() {
	request, err := http.NewRequest(http.MethodGet, "https://api.tensorlake.ai/sandboxes/"+url.PathEscape(os.Args[1]), nil)
	if err != nil {
		log.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+os.Getenv("TENSORLAKE_API_KEY"))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	if _, err := io.Copy(os.Stdout, response.Body); err != nil {
		log.Fatal(err)
	}
}
