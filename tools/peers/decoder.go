package main

import (
	"encoding/json"

	"github.com/bytedance/sonic"
)

// jsonTyped, jsonAny and sonicTyped do no more than decode: a body passes where they
// don't fail.

func jsonTyped() (contender, error) { return typed("encoding/json typed", "", json.Unmarshal), nil }

func jsonAny() (contender, error) {
	return &library{title: "encoding/json any", passes: func(b *body) bool {
		var value any
		return json.Unmarshal(b.text, &value) == nil
	}}, nil
}

func sonicTyped() (contender, error) {
	if sonic.APIKind != sonic.UseSonicJSON {
		return nil, &notHere{"sonic", "it has no code of its own for this Go or this processor, and calls encoding/json"}
	}
	return typed("sonic typed", "github.com/bytedance/sonic", sonic.Unmarshal), nil
}

func typed(title, module string, decode decoder) contender {
	return &library{title: title, module: module, passes: func(b *body) bool {
		return providers[b.provider].decodes(decode, b.text)
	}}
}
