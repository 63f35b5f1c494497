package contract

import "bytes"

// isUUID says whether s is a uuid as RFC 9562 writes it: 8-4-4-4-12 hexadecimal
// digits of either case.
func isUUID(s []byte) bool {
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return false
	}
	for i, c := range s {
		if hexValue[c] < 0 && i != 8 && i != 13 && i != 18 && i != 23 {
			return false
		}
	}
	return true
}

// instant is what a date-time means, exactly.
type instant struct {
	minute   int    // in UTC
	second   int    // 60 for a leap second
	fraction []byte // of the second, without zeros at its end
}

func (t instant) equal(u instant) bool {
	return t.minute == u.minute && t.second == u.second && string(t.fraction) == string(u.fraction)
}

// isDateTime reports whether s is a date-time.
func isDateTime(s []byte) bool {
	_, ok := parseDateTime(s)
	return ok
}

// parseDateTime reads a date-time as RFC 3339 writes it, of a day that exists; ok is false
// where s is none. Second 60 passes where leap seconds are inserted: at 23:59 UTC on 30
// June or 31 December. The fraction is a part of s.
func parseDateTime(s []byte) (t instant, ok bool) {
	if len(s) < len("2006-01-02T15:04:05Z") ||
		s[4] != '-' || s[7] != '-' || s[10]|0x20 != 't' || s[13] != ':' || s[16] != ':' {
		return t, false
	}
	year := digits(s[0:2])*100 + digits(s[2:4])
	month, day := digits(s[5:7]), digits(s[8:10])
	hour, minute, second := digits(s[11:13]), digits(s[14:16]), digits(s[17:19])
	if digits(s[0:2]) > 99 || digits(s[2:4]) > 99 || month < 1 || month > 12 ||
		day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 60 {
		return t, false
	}
	rest := s[19:]
	if rest[0] == '.' {
		end, ok := scanDigits(rest, 1)
		if !ok || end == len(rest) {
			return t, false
		}
		t.fraction = bytes.TrimRight(rest[1:end], "0")
		rest = rest[end:]
	}
	offset := 0
	switch {
	case len(rest) == 1 && rest[0]|0x20 == 'z':
	case len(rest) == 6 && (rest[0] == '+' || rest[0] == '-') && rest[3] == ':':
		hours, minutes := digits(rest[1:3]), digits(rest[4:6])
		if hours > 23 || minutes > 59 {
			return t, false
		}
		offset = hours*60 + minutes
		if rest[0] == '-' {
			offset = -offset
		}
	default:
		return t, false
	}
	minute += hour*60 - offset
	t.minute, t.second = daysBefore(year, month, day)*minutesADay+minute, second
	return t, second < 60 || leapSecond(year, month, day, minute)
}

const minutesADay = 24 * 60

// daysBefore counts the days up to a date, from one before the year 0 on.
func daysBefore(year, month, day int) int {
	// A year that starts in March ends with its leap day. The 400 years more keep it positive.
	if year += 400; month < 3 {
		year, month = year-1, month+12
	}
	return 365*year + year/4 - year/100 + year/400 + (153*(month-3)+2)/5 + day
}

// leapSecond says whether a leap second can stand at that UTC minute, counted from the
// start of the day and possibly outside it.
func leapSecond(year, month, day, minute int) bool {
	switch {
	case minute < 0:
		minute += minutesADay
		if day--; day == 0 {
			if month--; month == 0 {
				year, month = year-1, 12
			}
			day = daysIn(year, month)
		}
	case minute >= minutesADay:
		minute -= minutesADay
		if day++; day > daysIn(year, month) {
			if day, month = 1, month+1; month == 13 {
				month = 1
			}
		}
	}
	return minute == minutesADay-1 && (month == 6 && day == 30 || month == 12 && day == 31)
}

// digits is the value of two decimal digits, or more than 99 where they are none.
func digits(s []byte) int {
	tens, units := s[0]-'0', s[1]-'0'
	if tens > 9 || units > 9 {
		return 100
	}
	return int(tens)*10 + int(units)
}

func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}
