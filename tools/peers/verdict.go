package main

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/mutate"
)

// example is a body and the right answer to it, both by hand.
type example struct {
	title    string
	provider string
	status   int
	body     string
	right    answer
	// byName asks which member is missing, not only whether something is wrong.
	byName bool
}

// Bodies that conform and are as short as can be. Examples change one thing in them.
const (
	tensorlakeBody = `{"id":"sbx_1","namespace":"default","image":"python:3.13","status":"running","created_at":1795166100000,` +
		`"resources":{},"timeout_secs":600,"allow_unauthenticated_access":false}`
	nullspaceBody      = `{"id":"sb_1","status":"running","config":{},"template":"python","created_at":"2026-11-20T09:15:00Z"}`
	superserveBody     = `{"id":"3c90c3cc-0d44-4b50-8888-8dd25736052a","name":"web","status":"active","metadata":{}}`
	primeintellectBody = `{"id":"sb_1","name":"web","dockerImage":"python:3.13","startCommand":null,"cpuCores":0.5,"memoryGB":1,"diskSizeGB":5,` +
		`"diskMountPath":"/data","gpuCount":0,"networkAccess":true,"status":"RUNNING","timeoutMinutes":60,"environmentVars":{"TOKEN":null},` +
		`"advancedConfigs":{},"createdAt":"2026-11-20T09:15:00Z","updatedAt":"2026-11-20T09:15:00Z","startedAt":null,"terminatedAt":null,` +
		`"userId":null,"teamId":null,"kubernetesJobId":null}`
	blaxelBody = `{"metadata":{"name":"web"},"spec":{"runtime":{"ports":[{"target":80},{"target":443}]}}}`
)

// examples are what others miss, or refuse without need.
var examples = []example{
	{title: "int64 of 2^63", provider: "tensorlake", body: with(tensorlakeBody, `600`, `9223372036854775808`),
		right: answer{contract.Format, "/timeout_secs", ""}},
	{title: "int64 of 2^63-1, valid", provider: "tensorlake", body: with(tensorlakeBody, `600`, `9223372036854775807`)},
	{title: "int64 of 2^53+1, valid", provider: "tensorlake", body: with(tensorlakeBody, `600`, `9007199254740993`)},
	{title: "2^53+0.5 for an integer", provider: "tensorlake", body: with(tensorlakeBody, `600`, `9007199254740992.5`),
		right: answer{contract.Type, "/timeout_secs", ""}},
	{title: "date-time on 30 February", provider: "nullspace", body: with(nullspaceBody, `2026-11-20T09:15:00Z`, `2026-02-30T09:15:00Z`),
		right: answer{contract.Format, "/created_at", ""}},
	{title: "date-time with offset +25:00", provider: "nullspace", body: with(nullspaceBody, `2026-11-20T09:15:00Z`, `2026-11-20T09:15:00+25:00`),
		right: answer{contract.Format, "/created_at", ""}},
	{title: "date-time with small t and z, valid", provider: "nullspace", body: with(nullspaceBody, `2026-11-20T09:15:00Z`, `2026-11-20t09:15:00z`)},
	{title: "date-time in a leap second, valid", provider: "nullspace", body: with(nullspaceBody, `2026-11-20T09:15:00Z`, `2016-12-31T23:59:60Z`)},
	{title: "date-time in a leap second that was none", provider: "nullspace", body: with(nullspaceBody, `2026-11-20T09:15:00Z`, `2026-11-20T09:15:60Z`),
		right: answer{contract.Format, "/created_at", ""}},
	{title: "uuid without hyphens", provider: "superserve", body: with(superserveBody, `3c90c3cc-0d44-4b50-8888-8dd25736052a`, `3c90c3cc0d444b5088888dd25736052a`),
		right: answer{contract.Format, "/id", ""}},
	{title: "uuid in braces", provider: "superserve", body: with(superserveBody, `3c90c3cc-0d44-4b50-8888-8dd25736052a`, `{3c90c3cc-0d44-4b50-8888-8dd25736052a}`),
		right: answer{contract.Format, "/id", ""}},
	{title: "duplicate key", provider: "superserve", body: with(superserveBody, `"name":"web"`, `"name":"web","name":"api"`),
		right: answer{contract.DuplicateKey, "/name", "name"}},
	{title: "duplicate key, written with an escape", provider: "superserve", body: with(superserveBody, `"name":"web"`, `"name":"web","n\u0061me":"api"`),
		right: answer{contract.DuplicateKey, "/name", "name"}},
	{title: "duplicate key in free-form data", provider: "nullspace", body: with(nullspaceBody, `"template"`, `"metadata":{"a":1,"a":2},"template"`),
		right: answer{contract.DuplicateKey, "/metadata/a", "a"}},
	{title: "bytes after the value", provider: "superserve", body: superserveBody + `{}`,
		right: answer{contract.JSONSyntax, "", ""}},
	{title: "invalid UTF-8", provider: "superserve", body: with(superserveBody, `web`, "w\xffb"),
		right: answer{contract.JSONSyntax, "/name", ""}},
	{title: "lone surrogate", provider: "superserve", body: with(superserveBody, `web`, `w\ud800b`),
		right: answer{contract.JSONSyntax, "/name", ""}},
	{title: "null where no type is asked for, valid", provider: "primeintellect", body: primeintellectBody},
	{title: "null for the whole object", provider: "tensorlake", body: `null`,
		right: answer{contract.Nullable, "", ""}},
	{title: "status 418, which is not documented", provider: "tensorlake", status: http.StatusTeapot, body: tensorlakeBody,
		right: answer{contract.UndocumentedStatus, "", ""}},
	{title: "which member is missing, and where", provider: "blaxel", body: with(blaxelBody, `{"target":443}`, `{}`), byName: true,
		right: answer{contract.Required, "/spec/runtime/ports/1", "target"}},
}

// with returns a body with something else in one place.
func with(body, old, other string) string {
	if strings.Count(body, old) != 1 {
		panic("peers: not once in " + body + ": " + old)
	}
	return strings.Replace(body, old, other, 1)
}

// row is how right the contenders are about one thing.
type row struct {
	title  string
	right  string // the answer; of bodies that are broken alike, the rules
	of     int    // how many bodies
	scores []score
}

// score is how right one contender is about it.
type score struct {
	wrong int // how many bodies
	// first is a body that it is wrong about, nil where there is none.
	first *body
	// unseen says that it isn't shown what the row is about.
	unseen bool
}

// judgeExamples returns a row for each example.
func judgeExamples(contenders []contender) ([]row, error) {
	var rows []row
	for _, e := range examples {
		r, err := judgeRow(contenders, e.title, e.right.String(), []body{e.make()}, e.byName)
		if err != nil {
			return nil, err
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// judgeCorpus returns a row for bodies that conform, and for others one for each kind of
// violation.
func judgeCorpus(contenders []contender, c corpus) ([]row, error) {
	broken := map[string][]body{}
	for _, b := range c.bodies {
		broken[b.broken] = append(broken[b.broken], b)
	}
	var rows []row
	for _, kind := range append([]string{""}, mutate.Kinds...) {
		bodies := broken[kind]
		if len(bodies) == 0 {
			continue
		}
		var rules []string
		for _, b := range bodies {
			if rule := (answer{rule: b.right.rule}).String(); !slices.Contains(rules, rule) {
				rules = append(rules, rule)
			}
		}
		slices.Sort(rules)
		r, err := judgeRow(contenders, cmp.Or(kind, c.title), strings.Join(rules, ", "), bodies, false)
		if err != nil {
			return nil, err
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// judgeRow holds the verdicts of all contenders against the right answers.
func judgeRow(contenders []contender, title, right string, bodies []body, byName bool) (row, error) {
	r := row{title: title, right: right, of: len(bodies)}
	for i, c := range contenders {
		s, err := scoreOf(c, bodies, i == 0, byName)
		if err != nil {
			return row{}, err
		}
		r.scores = append(r.scores, s)
	}
	return r, nil
}

func (e example) make() body {
	i := slices.IndexFunc(providers, func(p source) bool { return p.slug == e.provider })
	return body{provider: i, status: e.status, text: []byte(e.body), right: e.right}
}

// scoreOf asks a contender whether bodies pass; byName, which member is missing; and the
// contract, exactly, for the very answer.
func scoreOf(c contender, bodies []body, exactly, byName bool) (score, error) {
	if bodies[0].status != 0 && !c.seesStatus() {
		return score{unseen: true}, nil
	}
	verdicts, err := c.judge(bodies)
	if err != nil {
		return score{}, err
	}
	var s score
	for i, v := range verdicts {
		b := &bodies[i]
		right := v.Passes == (b.right == answer{})
		if byName {
			right = right && v.Absent == b.right.pointer+"/"+b.right.property
		}
		if exactly && !v.Passes {
			right = right && slices.Equal(answers(b), []answer{b.right})
		}
		if !right {
			s.wrong++
			s.first = cmp.Or(s.first, b)
		}
	}
	return s, nil
}

// answers are what the contract says of a body.
func answers(b *body) []answer {
	var said []answer
	for _, f := range findings(b) {
		said = append(said, answer{f.Rule, f.Pointer, f.Property})
	}
	return said
}
