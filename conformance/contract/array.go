package contract

// array reads the array at b[i] and judges its items.
func (k *checker) array(n *node, b []byte, i int) int {
	if k.depth++; k.depth > MaxDepth {
		return k.tooDeep(b, i)
	}
	outer := k.marks
	k.marks = nil
	i = skip(b, i+1)
	more := i == len(b) || b[i] != ']'
	if !more {
		i++
	}
	for more {
		if i = k.value(n.items, b, i); i < 0 {
			return -1
		}
		if i, more = k.separator(b, i, ']', "a comma or ]"); i < 0 {
			return -1
		}
	}
	k.depth--
	k.marks = outer
	return i
}

func (k *checker) tooDeep(b []byte, i int) int {
	return k.syntax(b, i, "no more than 10,000 levels", "one more")
}

// separator reads the comma, and the space that may follow it, or the closing bracket
// after a member or an item; more says that it was the comma.
func (k *checker) separator(b []byte, i int, closing byte, expected string) (end int, more bool) {
	if i < len(b) && b[i] <= ' ' {
		i = skip(b, i)
	}
	if i < len(b) {
		if b[i] == ',' {
			if i++; i < len(b) && b[i] <= ' ' {
				i = skip(b, i)
			}
			return i, true
		}
		if b[i] == closing {
			return i + 1, false
		}
	}
	return k.syntax(b, i, expected, ""), false
}
