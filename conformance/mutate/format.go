package mutate

import (
	"regexp"
	"strings"
	"time"
)

var uuid = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)

var dateTime = regexp.MustCompile(`^([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}:[0-9]{2}:)([0-9]{2})(\.[0-9]+)?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`)

// isDateTime reports whether s is a date-time.
func isDateTime(s string) bool {
	_, ok := instant(s)
	return ok
}

// instant returns a date-time of RFC 3339 as two of one instant are written alike; ok is
// false where s is none that there is, or may be: second 60 passes in the last minute of
// June and of December in UTC alone.
func instant(s string) (text string, ok bool) {
	m := dateTime.FindStringSubmatch(s)
	if m == nil {
		return "", false
	}
	second := m[3]
	if second == "60" {
		second = "59"
	}
	t, err := time.Parse(time.RFC3339, m[1]+"T"+m[2]+second+strings.ToUpper(m[5]))
	if err != nil {
		return "", false
	}
	minute := t.UTC().Format("2006-01-02 15:04")
	ok = m[3] != "60" || strings.HasSuffix(minute, "06-30 23:59") || strings.HasSuffix(minute, "12-31 23:59")
	return minute + ":" + m[3] + strings.TrimRight(m[4], ".0"), ok
}
