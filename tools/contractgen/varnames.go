package main

import (
	"fmt"
	"os"

	"go.yaml.in/yaml/v3"
)

// checkVarnames returns an error where an x-enum-varnames in the document doesn't have a name for each value of the enum
// beside it: the constants of the client would be called after other values. It returns the file system's error where
// the document can't be read.
func checkVarnames(spec string) error {
	data, err := os.ReadFile(spec)
	if err != nil {
		return err
	}
	var document yaml.Node
	if err := yaml.Unmarshal(data, &document); err != nil {
		return fmt.Errorf("%s: %w", spec, err)
	}
	return varnames(spec, &document)
}

// varnames checks a node and what is in it. It follows no alias: what one stands for is checked where it is written.
func varnames(spec string, n *yaml.Node) error {
	var names, values *yaml.Node
	for i, inner := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 {
			switch inner.Value {
			case "x-enum-varnames":
				names = n.Content[i+1]
			case "enum":
				values = n.Content[i+1]
			}
		}
		if err := varnames(spec, inner); err != nil {
			return err
		}
	}
	if names == nil {
		return nil
	}
	named, listed := items(names), items(values)
	if named != listed {
		return fmt.Errorf("%s:%d:%d: x-enum-varnames has %d names, and enum has %d values: write a name for each, in the order of enum", spec, names.Line, names.Column, named, listed)
	}
	return nil
}

// items counts the items of a list; 0 where the node is none.
func items(n *yaml.Node) int {
	for n != nil && n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n == nil || n.Kind != yaml.SequenceNode {
		return 0
	}
	return len(n.Content)
}
