// Package sandboxspec is the pipeline: go generate turns each provider's OpenAPI file in specs into a Go client and a
// compiled contract in gen.
package sandboxspec

//go:generate go tool contractgen -o gen/tensorlake/contract.gen.go specs/tensorlake.yaml
//go:generate go tool oapi-codegen -config tools/oapi-codegen.yaml -package tensorlake -o gen/tensorlake/client.gen.go specs/tensorlake.yaml
//go:generate go tool contractgen -o gen/nullspace/contract.gen.go specs/nullspace.yaml
//go:generate go tool oapi-codegen -config tools/oapi-codegen.yaml -package nullspace -o gen/nullspace/client.gen.go specs/nullspace.yaml
//go:generate go tool contractgen -o gen/superserve/contract.gen.go specs/superserve.yaml
//go:generate go tool oapi-codegen -config tools/oapi-codegen.yaml -package superserve -o gen/superserve/client.gen.go specs/superserve.yaml
//go:generate go tool contractgen -o gen/blaxel/contract.gen.go specs/blaxel.yaml
//go:generate go tool oapi-codegen -config tools/oapi-codegen.yaml -package blaxel -o gen/blaxel/client.gen.go specs/blaxel.yaml
//go:generate go tool contractgen -o gen/primeintellect/contract.gen.go specs/primeintellect.yaml
//go:generate go tool oapi-codegen -config tools/oapi-codegen.yaml -package primeintellect -o gen/primeintellect/client.gen.go specs/primeintellect.yaml
