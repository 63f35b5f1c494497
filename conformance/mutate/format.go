package mutate

import (
	"regexp"
	"strings"
	"time"
)

var uuid = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)

var dateTime = regexp.MustCompile(`^([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}:[0-9]{2}:)([0-9]{2})(\.[0-9]+)?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`)

// isDateTime says whether s is a date-time of RFC 3339 that there is, or may be: second 60
// passes in the last minute of June and of December in UTC alone.
func isDateTime(s string) bool {
	m := dateTime.FindStringSubmatch(s)
	if m == nil {
		return false
	}
	leap := m[3] == "60"
	if leap {
		m[3] = "59"
	}
	t, err := time.Parse(time.RFC3339, m[1]+"T"+m[2]+m[3]+strings.ToUpper(m[5]))
	if err != nil || !leap {
		return err == nil
	}
	t = t.UTC()
	day := t.Format("01-02 15:04")
	return day == "06-30 23:59" || day == "12-31 23:59"
}
