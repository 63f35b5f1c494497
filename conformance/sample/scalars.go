package sample

import (
	"math/big"
	"math/rand/v2"
	"slices"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/internal/number"
)

// numbers returns numbers within the bounds: usual ones for the name, and the bounds.
func (f *facts) numbers(name string, random *rand.Rand) (levels []level) {
	integer := f.kinds&aNumber == 0
	lo, hi, bounded := f.bounds()
	step := big.NewRat(1, 1)
	if kw := f.first(contract.MultipleOf); kw != nil {
		step = number.Parse(kw.Values[0])
		if integer {
			step.SetInt(new(big.Int).Mul(step.Num(), step.Denom())) // a whole multiple, if not the least one
		}
	} else if !integer {
		step = big.NewRat(1, 4)
	}
	within := func(x *big.Rat) bool { return (lo == nil || x.Cmp(lo) >= 0) && (hi == nil || x.Cmp(hi) <= 0) }
	var usuals [][]byte
	add := func(x *big.Rat) {
		if within(x) && (!integer || x.IsInt()) {
			usuals = append(usuals, []byte(number.Format(x)))
		}
	}
	if len(f.keywords[unixTime]) > 0 {
		for range 64 {
			add(big.NewRat(1_760_000_000_000+random.Int64N(40_000_000_000), 1))
		}
	}
	for _, n := range numbersFor(name, integer) {
		add(new(big.Rat).Mul(new(big.Rat).SetInt(floor(new(big.Rat).Quo(number.Parse(n), step))), step))
	}
	if len(usuals) == 0 {
		from := new(big.Rat)
		switch {
		case lo != nil:
			from = lo
		case hi != nil:
			from = hi
		}
		first := ceil(new(big.Rat).Quo(from, step))
		for i := range int64(16) {
			for _, by := range []int64{i, -i} {
				n := new(big.Int).Add(first, big.NewInt(by))
				add(new(big.Rat).Mul(new(big.Rat).SetInt(n), step))
			}
		}
	}
	if len(usuals) > 0 {
		levels = append(levels, level{texts: usuals})
	}
	var odds []string
	if lo != nil {
		odds = append(odds, number.Format(lo), number.Format(new(big.Rat).Mul(new(big.Rat).SetInt(ceil(new(big.Rat).Quo(lo, step))), step)))
	}
	if hi != nil {
		odds = append(odds, number.Format(hi), number.Format(new(big.Rat).Mul(new(big.Rat).SetInt(floor(new(big.Rat).Quo(hi, step))), step)))
	}
	odds = append(odds, "0")
	if !bounded && integer {
		odds = append(odds, "-1", "9007199254740993")
	} else if !bounded {
		odds = append(odds, "-0.5", "1.5e3")
	}
	for _, text := range odds {
		if x := number.Parse(text); within(x) && (!integer || x.IsInt()) {
			levels = append(levels, level{class: odd, texts: texts(text)})
		}
	}
	return levels
}

// bounds are the least and the largest number, nil where there is none. Of an exclusive
// bound it is a number beside it. Bounded says that there are any.
func (f *facts) bounds() (lo, hi *big.Rat, bounded bool) {
	least := func(x *big.Rat) {
		if lo == nil || x.Cmp(lo) > 0 {
			lo = x
		}
	}
	largest := func(x *big.Rat) {
		if hi == nil || x.Cmp(hi) < 0 {
			hi = x
		}
	}
	beside := big.NewRat(1, 100)
	if f.kinds&aNumber == 0 {
		beside = big.NewRat(1, 1)
	}
	for name, all := range f.keywords {
		for _, kw := range all {
			switch name {
			case contract.Minimum:
				least(number.Parse(kw.Values[0]))
			case contract.Maximum:
				largest(number.Parse(kw.Values[0]))
			case contract.ExclusiveMinimum:
				least(new(big.Rat).Add(number.Parse(kw.Values[0]), beside))
			case contract.ExclusiveMaximum:
				largest(new(big.Rat).Sub(number.Parse(kw.Values[0]), beside))
			case unixTime:
				least(big.NewRat(contract.MinUnixMilli, 1))
				largest(big.NewRat(contract.LimitUnixMilli-1, 1))
			case contract.Format:
				switch kw.Values[0] {
				case "int32":
					least(big.NewRat(-1<<31, 1))
					largest(big.NewRat(1<<31-1, 1))
				case "int64":
					least(big.NewRat(-1<<63, 1))
					largest(big.NewRat(1<<63-1, 1))
				}
			}
		}
	}
	return lo, hi, lo != nil || hi != nil
}

func floor(x *big.Rat) *big.Int { return new(big.Int).Div(x.Num(), x.Denom()) } // Euclid's, and the denominator is positive

func ceil(x *big.Rat) *big.Int {
	return new(big.Int).Neg(floor(new(big.Rat).Neg(x)))
}

// strings returns texts: usual ones for the format and the name, and what is right and
// often refused.
func (p *planner) strings(f *facts, name string) (levels []level) {
	lo, hi := f.limits(contract.MinLength, contract.MaxLength)
	format := ""
	if kw := f.first(contract.Format); kw != nil {
		format = kw.Values[0]
	}
	if lo > most {
		return nil // it is asked for more than a sample has, and the caller says so
	}
	usual := wordsFor(name, format)
	add := func(class class, all ...string) {
		var fit [][]byte
		for _, text := range all {
			if n := utf8.RuneCountInString(text); lo <= n && n <= hi {
				quoted, _ := jsontext.AppendQuote(nil, text)
				fit = append(fit, quoted)
			}
		}
		if fit != nil {
			levels = append(levels, level{class: class, texts: fit})
		}
	}
	patterns := f.keywords[contract.Pattern]
	switch {
	case patterns != nil:
		all := matches(p.random, patterns[0].Values[1], 32)
		for _, text := range slices.Clone(all) {
			if short := lo - utf8.RuneCountInString(text); short > 0 {
				more := fitted("", short, short) // beside what matches, where the pattern has no anchors
				all = append(all, more+text, text+more)
			}
		}
		add(0, all...)
		for _, text := range extremes(p.random, patterns[0].Values[1], lo, min(hi, most)) {
			add(odd, text)
		}
	case f.unsure || lo > 0 || hi < most:
		var pool []string
		for range 32 {
			text, _ := jsontext.AppendUnquote(nil, usual.append(nil, p.random))
			pool = append(pool, fitted(string(text), lo, hi))
		}
		add(0, pool...)
	default:
		levels = append(levels, level{words: usual})
	}
	if odds, ok := oddTexts[format]; ok {
		for _, text := range odds {
			add(odd, text)
		}
		return levels
	}
	if patterns == nil && format == "" {
		if lo > 0 {
			add(odd, fitted("é", lo, lo))
		}
		if hi <= most {
			add(odd, fitted("é", hi, hi))
		}
		add(odd, fitted(oddText, 0, hi))
		add(empty, "")
	}
	return levels
}

// fitted cuts a text, or goes on with letters, until it has no fewer and no more characters.
func fitted(text string, lo, hi int) string {
	runes := []rune(text)
	for len(runes) < lo {
		runes = append(runes, rune('a'+len(runes)%26))
	}
	return string(runes[:min(len(runes), hi)])
}

// oddText has what has to be escaped, what may be, and what is beyond ASCII.
const oddText = "Zoë \"q\" \\ / 東京 🚀\n\u2028"

// oddTexts are right by their formats, and often refused.
var oddTexts = map[string][]string{
	"date-time": {
		"2024-02-29T23:59:59Z", "2026-11-20T10:15:00.123456789+05:30", "2026-11-20t10:15:00z", "2016-12-31T23:59:60Z",
	},
	"uuid": {"3C90C3CC-0D44-4B50-8888-8DD25736052A", "00000000-0000-0000-0000-000000000000"},
}
