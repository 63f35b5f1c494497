package recording

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// standIns makes up what stands in the place of secrets. Different secrets get different
// stand-ins, and the same one gets the same, as far as their length has room for it: what
// was unique, or repeated, is so afterwards.
type standIns struct {
	made  map[string]string
	taken map[string]int // how many were made of each first one
}

var (
	uuid     = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)
	dateTime = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})$`)
	digit    = regexp.MustCompile(`[0-9]`)
)

const (
	noUUID = "00000000-0000-4000-8000-000000000000"
	noTime = "2000-01-01T00:00:00"
)

// text returns the stand-in of a string: as many code points, a uuid for a uuid, and a
// date-time for a date-time.
func (s *standIns) text(original string) string {
	return s.standIn(original, utf8.RuneCountInString(original))
}

// key is text for the key of a member: rather than the same as another one, it is longer.
func (s *standIns) key(original string) string { return s.standIn(original, 1<<30) }

func (s *standIns) standIn(original string, room int) string {
	if made, ok := s.made[original]; ok || original == "" {
		return made
	}
	first := filler(utf8.RuneCountInString(original))
	switch {
	case uuid.MatchString(original):
		first = noUUID
	case dateTime.MatchString(original):
		// The time is one that exists in every zone and is no leap second.
		return noTime + digit.ReplaceAllString(original[len(noTime):], "0")
	}
	if s.made == nil {
		s.made, s.taken = map[string]string{}, map[string]int{}
	}
	made := first
	for made == first && s.taken[first] > 0 {
		s.taken[first]++
		number := strconv.FormatInt(int64(s.taken[first]), 36)
		if first == noUUID {
			number = strconv.Itoa(s.taken[first])
		}
		if len(number) > room {
			made = first
			break // no room to tell it apart
		}
		made = first[:max(0, len(first)-len(number))] + number
	}
	s.taken[first] = max(1, s.taken[first])
	s.made[original] = made
	return made
}

// filler returns a text of n letters that says what it is.
func filler(n int) string {
	return strings.Repeat("redacted", n/8+1)[:n]
}

// number returns the stand-in of a number in JSON: one of the same sign and notation, an
// integer where the original is, and not larger, unless that is a fraction below 1e-99.
func number(original string) string {
	mantissa, exponent, scientific := strings.Cut(strings.ToLower(original), "e")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	if scientific {
		return sign + scientificNumber(whole, fraction, exponent)
	}
	if whole != "0" {
		whole = "1" + strings.Repeat("0", len(whole)-1)
	}
	switch first := strings.IndexAny(fraction, "123456789"); {
	case fraction == "":
		return sign + whole
	case first < 0:
		return sign + whole + ".0"
	default:
		return sign + whole + "." + fraction[:first] + "1"
	}
}

// scientificNumber is number for whole.fraction times ten to the exponent.
func scientificNumber(whole, fraction, exponent string) string {
	figures := strings.TrimLeft(whole+fraction, "0")
	if figures == "" {
		return "0e0"
	}
	zeros := len(figures) - len(strings.TrimRight(figures, "0"))
	// One that doesn't fit is returned as the largest that does, with its sign.
	shift, _ := strconv.ParseInt(exponent, 10, 32)
	if int(shift)-len(fraction)+zeros >= 0 {
		return "1e0"
	}
	return "1e-99"
}
