package conformance_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/deviation"
)

// A client whose responses are judged while the program reads them.
func ExampleTransport() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"status": "starting", "vcpu_count": "two", "metadata": {}}`)
	}))
	defer server.Close()

	judge, err := conformance.NewJudge(conformance.Options{
		Provider:   "superserve", // not needed where the address is the provider's own
		Deviations: deviation.NewList(time.Now(), nil, conformance.Deviations()),
	})
	if err != nil {
		panic(err)
	}
	client := &http.Client{Transport: conformance.Transport(http.DefaultTransport, judge, func(r conformance.Result) {
		if r.Err != nil {
			fmt.Println("not judged:", r.Err)
		}
		for _, f := range r.Findings {
			fmt.Printf("%s, known: %t: %s\n", f.Rule, f.Known, conformance.Sentence(f.Finding))
		}
	})}

	response, err := client.Get(server.URL + "/sandboxes/0b6c9a52-61f4-4d0e-9f7a-2c1de0a8b3f7")
	if err != nil {
		panic(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		panic(err)
	}
	fmt.Println(len(body), "bytes read")
	// Output:
	// enum, known: true: /status: expected one of "active", "paused", "resuming", got "starting"
	// type, known: false: /vcpu_count: expected an integer, got "two"
	// 59 bytes read
}
