package sample

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// words are texts to choose from, ready to be written as JSON: what they are made of can
// stand in a string as it is.
type words [][]part

// part is a piece of a text: plain, or what stands for something else each time.
type part struct {
	plain string
	fill  func(dst []byte, random *rand.Rand) []byte
}

// append writes one of the texts as JSON.
func (w words) append(dst []byte, random *rand.Rand) []byte {
	dst = append(dst, '"')
	for _, p := range w[random.IntN(len(w))] {
		if p.fill != nil {
			dst = p.fill(dst, random)
		} else {
			dst = append(dst, p.plain...)
		}
	}
	return append(dst, '"')
}

var blank = regexp.MustCompile(`\{\w+\}`)

// parse reads texts with blanks, such as "sbx_{id}".
func parse(templates ...string) (w words) {
	for _, t := range templates {
		var parts []part
		for t != "" {
			at := blank.FindStringIndex(t)
			if at == nil {
				at = []int{len(t), len(t)}
			}
			if at[0] > 0 {
				parts = append(parts, part{plain: t[:at[0]]})
			}
			if at[1] > at[0] {
				parts = append(parts, part{fill: fills[t[at[0]:at[1]]]})
			}
			t = t[at[1]:]
		}
		w = append(w, parts)
	}
	return w
}

// fills are what the blanks stand for.
var fills = map[string]func([]byte, *rand.Rand) []byte{
	"{word}": func(dst []byte, random *rand.Rand) []byte { return append(dst, common[random.IntN(len(common))]...) },
	"{id}":   characters("0123456789abcdefghjkmnpqrstvwxyz", 8),
	"{hex}":  characters("0123456789abcdef", 8),
	"{n}":    digits,
	"{uuid}": func(dst []byte, random *rand.Rand) []byte {
		for i, n := range []int{8, 4, 3, 3, 12} {
			if i > 0 {
				dst = append(dst, '-')
			}
			switch i {
			case 2:
				dst = append(dst, '4')
			case 3:
				dst = append(dst, "89ab"[random.Uint64()&3])
			}
			dst = append16(dst, random.Uint64(), n)
		}
		return dst
	},
	"{time}": func(dst []byte, random *rand.Rand) []byte {
		bits := random.Uint64()
		two := func(n uint64) { dst = append(dst, byte('0'+n/10), byte('0'+n%10)) }
		dst = append(dst, "2026-"...)
		two(1 + bits%12)
		dst = append(dst, '-')
		two(1 + bits>>8%28)
		dst = append(dst, 'T')
		two(bits >> 16 % 24)
		dst = append(dst, ':')
		two(bits >> 24 % 60)
		dst = append(dst, ':')
		two(bits >> 32 % 60)
		if bits>>40&1 > 0 {
			dst = append(dst, '.')
			two(bits >> 44 % 100)
			dst = append(dst, byte('0'+bits>>52%10))
		}
		return append(dst, 'Z')
	},
}

var common = []string{
	"amber", "atlas", "birch", "builder", "cedar", "coral", "crawler", "delta", "eval", "fjord", "garnet", "harbor", "indigo", "juniper", "kestrel",
	"lantern", "maple", "nightly", "notebook", "onyx", "planner", "quarry", "review", "sable", "tundra", "umber", "violet", "worker", "yarrow", "zephyr",
}

// characters returns a fill of n characters, of which there are a power of two.
func characters(of string, n int) func([]byte, *rand.Rand) []byte {
	return func(dst []byte, random *rand.Rand) []byte {
		bits := random.Uint64()
		for range n {
			dst = append(dst, of[bits&uint64(len(of)-1)])
			bits >>= 5
		}
		return dst
	}
}

func append16(dst []byte, bits uint64, n int) []byte {
	for range n {
		dst = append(dst, "0123456789abcdef"[bits&15])
		bits >>= 4
	}
	return dst
}

// digits writes a number from 1 to 999, a small one more often.
func digits(dst []byte, random *rand.Rand) []byte {
	bits := random.Uint64()
	n := 1 + bits&1023*999/1024>>(bits>>32%8)
	if n >= 100 {
		dst = append(dst, byte('0'+n/100))
	}
	if n >= 10 {
		dst = append(dst, byte('0'+n/10%10))
	}
	return append(dst, byte('0'+n%10))
}

// tokens splits a name into its words, in lower case: "memoryGB" is memory and gb.
func tokens(name string) []string {
	var b strings.Builder
	before := ' '
	for _, r := range name {
		if unicode.IsUpper(r) && unicode.IsLower(before) {
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(r))
		before = r
	}
	return strings.FieldsFunc(b.String(), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// lookup returns what a table has for the last of a name's words that is in it, else for "".
func lookup[V any](table map[string]V, name string) V {
	for _, token := range slices.Backward(tokens(name)) {
		if v, ok := table[token]; ok {
			return v
		}
		if v, ok := table[strings.TrimSuffix(token, "s")]; ok {
			return v
		}
	}
	return table[""]
}

// wordsFor returns usual texts for a format, or else for the name.
func wordsFor(name, format string) words {
	if templates, ok := byFormat[format]; ok {
		return parse(templates...)
	}
	return parse(lookup(byName, name)...)
}

var byFormat = map[string][]string{
	"date-time": {"{time}"},
	"uuid":      {"{uuid}"},
	"date":      {"2026-11-20", "2026-02-28", "2024-02-29"},
	"time":      {"10:15:00Z", "23:59:59.5+01:00"},
	"duration":  {"PT15M", "P1DT12H"},
	"email":     {"{word}@example.com", "{word}.{word}@{word}.example"},
	"hostname":  {"{word}.example.com", "{word}-{n}.example.net"},
	"ipv4":      {"192.0.2.{n}", "198.51.100.7"},
	"ipv6":      {"2001:db8::{n}", "::1"},
	"uri":       {"https://{word}.example.com/{word}/{id}"},
	"url":       {"https://{word}.example.com/{word}/{id}"},
	"byte":      {"c2FuZGJveA==", ""},
}

// byName are usual texts for the words that names are made of.
var byName = map[string][]string{
	"":          {"{word}", "{word}-{word}", "{word}-{id}"},
	"id":        {"sbx_{id}", "{word}_{id}"},
	"name":      {"{word}-{word}-{n}", "{word}-{id}"},
	"image":     {"python:3.13-slim", "node:22-bookworm", "ubuntu:24.04", "registry.example.com/{word}/{word}:{n}"},
	"template":  {"python-3.13", "base", "{word}-v{n}"},
	"namespace": {"default", "{word}"},
	"region":    {"us", "eu-west", "us-east-{n}"},
	"url":       {"https://{word}-{id}.sandbox.example.com"},
	"uri":       {"https://{word}-{id}.sandbox.example.com"},
	"host":      {"{word}.example.com"},
	"path":      {"/workspace", "/data/{word}", "/home/user/{word}"},
	"cwd":       {"/workspace", "/home/user/{word}"},
	"command":   {"sleep infinity", "python -m {word}.{word} --steps {n}", "bash -lc 'cd /workspace && ./{word}'"},
	"message":   {"pulled image in {n} ms", "process {word} ended with status {n}", "scheduled on node {word}-{hex}"},
	"reason":    {"waiting for capacity in pool {word}", "idle timeout after {n} s"},
	"outcome":   {"terminated by user", "idle timeout after {n} s"},
	"error":     {"out of memory after {n} s", "image registry.example.com/{word}:{n} not found"},
	"status":    {"READY", "{word}"},
	"type":      {"{word}"},
	"by":        {"{word}@example.com"},
	"at":        {"{time}"},
	"time":      {"{time}"},
	"created":   {"{time}"},
	"expires":   {"{time}"},
	"ttl":       {"24h", "30m", "7d"},
	"token":     {"{id}{id}{id}{id}{hex}"},
	"secret":    {"{id}{id}{id}{id}"},
	"key":       {"{id}{id}{id}"},
	"value":     {"{id}{id}", "{word}", "{n}", "https://{word}.example.com/v{n}"},
	"out":       {"api.{word}.example.com", "*.example.org", "10.20.0.0/16", "0.0.0.0/0"},
	"variable":  {"{word}", "{n}", "/usr/local/bin:/usr/bin"},
	"var":       {"{word}", "{n}", "/usr/local/bin:/usr/bin"},
	"revision":  {"rev-{hex}"},
	"workspace": {"{word}-labs"},
	"plan":      {"free", "team"},
}

// numbersFor returns usual numbers for a name.
func numbersFor(name string, integer bool) []string {
	if !integer {
		return lookup(fractions, name)
	}
	return lookup(integers, name)
}

var integers = map[string][]string{
	"": {"1", "2", "3", "5", "8", "12", "42", "100"}, "port": {"80", "443", "3000", "5432", "8080", "9501"}, "target": {"80", "443", "3000", "8080"},
	"cpu": {"1", "2", "4", "8"}, "vcpu": {"1", "2", "4", "8"}, "core": {"1", "2", "4", "8"}, "count": {"0", "1", "2", "4", "8"},
	"mb": {"512", "1024", "2048", "4096", "10240"}, "mib": {"512", "1024", "2048", "4096"}, "memory": {"512", "1024", "2048", "4096"}, "gb": {"1", "2", "4", "8", "16"},
	"sec": {"60", "300", "600", "3600"}, "second": {"60", "300", "600", "3600"}, "minute": {"5", "15", "60"}, "hour": {"1", "12", "24"},
	"ms": {"300000", "900000", "3600000"}, "timeout": {"60", "300", "600"}, "at": {"1795166100000", "1795079712345"}, "code": {"0", "1", "2", "137", "143"},
	"page": {"1", "2", "3"}, "total": {"0", "1", "17"},
}

var fractions = map[string][]string{
	"": {"0.5", "1", "1.25", "2", "3.75", "10"}, "cpu": {"0.25", "0.5", "1", "2", "4"}, "core": {"0.25", "0.5", "1", "2", "4"}, "gb": {"0.5", "1", "2", "4", "16", "32.5"},
	"mb": {"512", "1024", "2048.5"},
}

// keys are usual names of members that no schema names, by the name of what holds them.
func keys(name string) []string { return lookup(keysByName, name) }

var keysByName = map[string][]string{
	"": {"team", "run", "owner", "purpose", "ticket", "git/branch", "cost-center", "stage", "tilde~", "a.b"}, "env": variables, "var": variables, "variable": variables,
	"config": {"shmSize", "privileged", "dnsPolicy", "runtimeClass", "ulimits"}, "label": {"app", "env", "team", "tier", "example.com/owner", "release"},
}

var variables = []string{"PATH", "HOME", "LANG", "LOG_LEVEL", "HTTP_PROXY", "WORKERS", "PYTHONUNBUFFERED"}
