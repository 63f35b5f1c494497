package contract

import (
	"math/bits"
	"unsafe"
)

// reader reads the value at i as n says and returns its end, -1 where the body isn't
// JSON. The quick ones only accept what conforms; judge decides the rest.
type reader func(k *checker, n *node, i int) int

// value reads the value at i as n says and returns its end, -1 where the body isn't JSON.
func (k *checker) value(n *node, i int) int { return n.read(k, n, i) }

// read is the reader for what no other is quick about.
func (k *checker) read(n *node, i int) int {
	if n.null && uint32(k.in.word(i)) == wordNull {
		return i + 4
	}
	return k.judge(n, i)
}

func (k *checker) readString(n *node, i int) int {
	if k.in.at(i) == '"' {
		if end := k.stops.next(i + 1); k.in.at(end) == '"' {
			return end + 1
		}
	}
	return k.read(n, i)
}

func (k *checker) readEnum(n *node, i int) int {
	if k.in.at(i) == '"' {
		if end := k.stops.next(i + 1); k.in.at(end) == '"' && n.enum.strings.find(&k.in, i+1, end) >= 0 {
			return end + 1
		}
	}
	return k.read(n, i)
}

func (k *checker) readNumber(n *node, i int) int {
	if end := k.in.quickNumber(i); end > 0 {
		return end
	}
	return k.read(n, i)
}

func (k *checker) readBoolean(n *node, i int) int {
	// Which of the two it is can't be predicted: no branch may depend on it. What is
	// right is 0, and only 0 borrows from the highest bit.
	w := k.in.word(i)
	isTrue, isFalse := w&(1<<32-1)^wordTrue, w&(1<<40-1)^wordFalse
	if ((isTrue-1)|(isFalse-1))>>63 != 0 {
		return i + 5 - int((isTrue-1)>>63)
	}
	return k.read(n, i)
}

func (k *checker) readAnything(n *node, i int) int {
	switch k.in.at(i) {
	case '"':
		if end := k.stops.next(i + 1); k.in.at(end) == '"' {
			return end + 1
		}
	case '{':
		return k.readObject(n, i)
	case '[':
		return k.readArray(n, i)
	case 't', 'f':
	default:
		if end := k.in.quickNumber(i); end > 0 {
			return end
		}
	}
	return k.read(n, i)
}

// The literals as word reads them.
const (
	wordTrue  = 't' | 'r'<<8 | 'u'<<16 | 'e'<<24
	wordFalse = 'f' | 'a'<<8 | 'l'<<16 | 's'<<24 | 'e'<<32
	wordNull  = 'n' | 'u'<<8 | 'l'<<16 | 'l'<<24
)

// readInteger accepts an integer without sign that lies between n.lo and n.hi.
func (k *checker) readInteger(n *node, i int) int {
	w := k.in.word(i)
	count := digitsIn(w)
	if count == 0 || w&0xff == '0' && count > 1 {
		return k.read(n, i)
	}
	more := 0
	if count == 8 {
		if more = digitsIn(k.in.word(i + 8)); more == 8 {
			return k.read(n, i)
		}
	}
	end := i + count + more
	if c := k.in.at(end); c == '.' || c|0x20 == 'e' {
		return k.read(n, i)
	}
	if n.safe>>(uint(count+more)&31)&1 != 0 {
		return end
	}
	v := valueOf(w, count)
	if more > 0 {
		v = v*powersOf10[more] + valueOf(k.in.word(i+8), more)
	}
	if v < n.lo || v > n.hi {
		return k.read(n, i)
	}
	return end
}

var powersOf10 = [8]int64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7}

// quickNumber returns the end of the number at i where it has few digits and neither
// sign nor exponent, and 0 where that takes a closer look.
func (in *input) quickNumber(i int) int {
	w := in.word(i)
	count := digitsIn(w)
	if count == 0 || count == 8 || w&0xff == '0' && count > 1 {
		return 0
	}
	i += count
	// As in a date-time, no branch depends on whether there is a fraction.
	point := equal(in.at(i), '.')
	fraction := digitsIn(in.word(i + 1))
	if point > fraction || fraction == 8 {
		return 0
	}
	i += point * (1 + fraction)
	if in.at(i)|0x20 == 'e' {
		return 0
	}
	return i
}

// digitsIn returns how many of the bytes of w, from the lowest on, are digits.
func digitsIn(w uint64) int {
	t := w ^ '0'*ones
	return bits.TrailingZeros64((t+0x76*ones|t)&highs) / 8
}

// valueOf returns the number that the lowest count bytes of w, all digits, write. The
// count is 1 to 8.
func valueOf(w uint64, count int) int64 {
	// The digits move up, zeros fill in below, and pairs of neighbours are added up.
	w = (w - '0'*ones) << (uint(64-8*count) & 63)
	w = w*10 + w>>8
	w = (w&0x000000FF000000FF*0x000F424000000064 + w>>16&0x000000FF000000FF*0x0000271000000001) >> 32
	return int64(w)
}

// readDateTime accepts the usual ones, and leaves the last days of a month, a leap second
// and lower case to a closer look.
func (k *checker) readDateTime(n *node, i int) int {
	const (
		date, dateDigits = `"0000-00`, 0xff_ff_00_ff_ff_ff_ff_00
		hour, hourDigits = "-00T00:0", 0xff_00_ff_ff_00_ff_ff_00
		tail, tailDigits = "0:00\x00\x00\x00\x00", 0xff_ff_00_ff
	)
	p := unsafe.Add(k.in.p, i)
	// What is right leaves 0 to 9 where a digit stands, and 0 elsewhere.
	x := word(p) ^ wordOf(date)
	y := word(unsafe.Add(p, 8)) ^ wordOf(hour)
	z := uint64(word32(unsafe.Add(p, 16))) ^ wordOf(tail)
	const past9 = 0x76 * ones
	if ((x+past9)|x|(y+past9)|y|(z+past9)|z)&highs|x&^dateDigits|y&^hourDigits|z&^tailDigits != 0 {
		return k.read(n, i)
	}
	month := x>>48&15*10 + x>>56&15
	day := y>>8&15*10 + y>>16&15
	if month-1 > 11 || day-1 > 29 || day > 28 && month == 2 || y>>32&15*10+y>>40&15 > 23 || y>>56&15 > 5 || z>>16&15 > 5 {
		return k.read(n, i)
	}
	end := i + 20
	// Whether a fraction follows, how long it is, and whether a Z or an offset comes then,
	// can't be predicted: no branch depends on it.
	point := equal(k.in.at(end), '.')
	fraction := digitsIn(k.in.word(end + 1))
	fraction += digitsIn(k.in.word(end+9)) & -(fraction >> 3)
	end += point * (1 + fraction)
	const offset, offsetDigits = "+00:00\x00\x00", 0x00_00_ff_ff_00_ff_ff_00 | '+' ^ '-'
	o := k.in.word(end)
	zulu := equal(byte(o), 'Z')
	o = o&(1<<48-1) ^ wordOf(offset)
	// Plus and minus differ in two bits: none or both.
	wrong := ((o+past9)|o)&highs | o&^offsetDigits | (o^o>>1)&2 | ((23-(o>>8&15*10+o>>16&15))|(5-o>>32&15))&(1<<63)
	if end += 6 - 5*zulu; wrong&(uint64(zulu)-1) != 0 || point > fraction || fraction == 16 || k.in.at(end) != '"' {
		return k.read(n, i)
	}
	return end + 1
}

// equal returns 1 where the two are equal, and 0 where they are not, without a branch.
func equal(a, b byte) int { return int((uint32(a^b) - 1) >> 31) }

// wordOf returns the first eight bytes of s as word reads them.
func wordOf(s string) uint64 {
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

func (k *checker) readUUID(n *node, i int) int {
	p := unsafe.Add(k.in.p, i+1)
	// The hyphens become zeros of the number, and what isn't a hyphen there stays bad.
	const (
		first, second = 0x00_00_ff_00_00_00_00_ff, 0xff_00_00_00_00_ff_00_00
		swap          = ('-' ^ '0') * ones
	)
	x := word(unsafe.Add(p, 8)) ^ swap&first
	y := word(unsafe.Add(p, 16)) ^ swap&second
	if k.in.at(i) != '"' || k.in.at(i+37) != '"' || x&first != '0'*ones&first || y&second != '0'*ones&second {
		return k.read(n, i)
	}
	if hexadecimal(word(p))&hexadecimal(x)&hexadecimal(y)&
		hexadecimal(word(unsafe.Add(p, 24)))&hexadecimal(word(unsafe.Add(p, 28)))&highs != highs {
		return k.read(n, i)
	}
	return i + 38
}

// hexadecimal returns a word whose high bits say which bytes of w are hexadecimal
// digits.
func hexadecimal(w uint64) uint64 {
	letter := w | 0x20*ones
	low, lowLetter := w&^uint64(highs), letter&^uint64(highs)
	digit := (low + (0x80-'0')*ones) &^ (low + (0x80-'9'-1)*ones)
	return (digit | (lowLetter+(0x80-'a')*ones)&^(lowLetter+(0x80-'f'-1)*ones)) &^ w
}
