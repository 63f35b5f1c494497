package contract_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

func TestFieldMask(t *testing.T) {
	for _, tt := range []struct{ values, want []string }{
		{nil, nil},
		{[]string{""}, nil},
		{[]string{" \t"}, nil},
		{[]string{", ,,"}, nil},
		{[]string{"", ","}, nil},
		{[]string{"id"}, []string{"id"}},
		{[]string{" id , status\n"}, []string{"id", "status"}},
		{[]string{"id,,status,"}, []string{"id", "status"}},
		{[]string{"status,id,id"}, []string{"status", "id", "id"}},
		{[]string{"created at"}, []string{"created at"}},
		{[]string{"id", "", "status,cwd"}, []string{"id", "status", "cwd"}},
	} {
		assert.Equal(t, tt.want, contract.FieldMask(tt.values...), "%q", tt.values)
	}
}
