package contract

// composite reads the value at i, which several schemas judge in place.
func (k *checker) composite(n *node, i int) int {
	outer := k.marks
	m := outer
	if m == nil {
		m = &marks{}
	}
	end := -1
	for _, part := range n.parts {
		k.marks = m
		if end = k.value(part, i); end < 0 {
			if k.collecting {
				k.hide(i, k.in.n) // the parts to come might have found a secret
			}
			return -1
		}
	}
	k.marks = outer
	if outer == nil && m.documented && !m.open {
		k.unmarked(n, m, i)
	}
	return end
}

// marks notes which members of one object the schemas that judge it in place document.
type marks struct {
	covered    []uint64 // a bit a member, in the order of the body
	documented bool     // a schema has "properties"
	open       bool     // a schema has "additionalProperties"
}

// note marks member where o documents it by the field f.
func (m *marks) note(o *object, f *field, member int) {
	m.documented = m.documented || o.documented
	m.open = m.open || o.additional
	for len(m.covered) <= member/64 {
		m.covered = append(m.covered, 0)
	}
	if f.documented {
		m.covered[member/64] |= 1 << (member % 64)
	}
}

func (m *marks) has(member int) bool { return m.covered[member/64]&(1<<(member%64)) != 0 }

// unmarked reports the members of the object at i that no schema documents.
func (k *checker) unmarked(n *node, m *marks, i int) {
	object := n.parts[0]
	for _, part := range n.parts {
		if part.object.documented {
			object = part
			break
		}
	}
	i = k.in.skip(i + 1)
	for member := 0; k.in.at(i) == '"'; member++ {
		key := i
		_, end, _ := k.name(i)
		value := k.in.skip(k.in.skip(end) + 1)
		end = skipValue(k.in.all(), value)
		if !m.has(member) {
			k.undocumented(object, key, value, end)
		}
		if i = k.in.skip(end); k.in.at(i) == ',' {
			i = k.in.skip(i + 1)
		}
	}
}

// skipValue returns the end of the JSON value at i, which has been read before.
func skipValue(b []byte, i int) int {
	depth := 0
	for {
		switch b[i] {
		case '"':
			i, _, _ = scanString(b, i+1)
			i++
		case '{', '[':
			depth++
			i++
		case '}', ']':
			depth--
			i++
		case ',', ':', ' ', '\n', '\r', '\t':
			i++
			continue
		default:
			for i < len(b) && b[i] != ',' && b[i] != '}' && b[i] != ']' && b[i] > ' ' {
				i++
			}
		}
		if depth == 0 {
			return i
		}
	}
}
