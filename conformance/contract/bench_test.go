package contract_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/specs"
)

// BenchmarkCheck judges conforming bodies of each provider, all different, beside
// json.Unmarshal into any with kin-openapi's VisitJSON on the same bodies.
func BenchmarkCheck(b *testing.B) {
	for _, p := range specs.Providers() {
		program := program(b, p)
		c := contract.New(program)
		schema := kinSchema(b, p)
		for _, order := range []string{"ordered", "shuffled"} {
			bodies := conforming(b, c, corpus(program, 5000, order == "shuffled"))
			size := 0
			for _, body := range bodies {
				size += len(body)
			}
			run := func(name string, check func(body []byte) bool) {
				b.Run(p.Slug+"/"+order+"/"+name, func(b *testing.B) {
					b.SetBytes(int64(size / len(bodies)))
					b.ReportAllocs()
					for i := 0; b.Loop(); i++ {
						if !check(bodies[i%len(bodies)]) {
							b.Fatal("a conforming body is refused")
						}
					}
				})
			}
			run("contract", func(body []byte) bool { return c.Check(body) == nil })
			run("kin-openapi", func(body []byte) bool {
				var value any
				return json.Unmarshal(body, &value) == nil && schema.VisitJSON(value) == nil
			})
		}
	}
}

// conforming leaves out the bodies whose random members break a condition.
func conforming(b *testing.B, c *contract.Contract, bodies [][]byte) (kept [][]byte) {
	for _, body := range bodies {
		findings := c.Check(body)
		if len(findings) == 0 {
			kept = append(kept, body)
			continue
		}
		for _, f := range findings {
			require.Equal(b, contract.Condition, f.Rule, "%s", body)
		}
	}
	return kept
}

func kinSchema(b testing.TB, p specs.Provider) *openapi3.Schema {
	document, err := openapi3.NewLoader().LoadFromData(p.Document())
	require.NoError(b, err)
	require.NoError(b, document.Validate(context.Background()))
	for _, item := range document.Paths.Map() {
		return item.Get.Responses.Status(200).Value.Content.Get("application/json").Schema.Value
	}
	return nil
}
