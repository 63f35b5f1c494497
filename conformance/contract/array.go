package contract

// array reads the array at i and judges its items.
func (k *checker) array(n *node, i int) int {
	if k.depth++; k.depth > MaxDepth {
		return k.tooDeep(i)
	}
	outer := k.marks
	k.marks = nil
	i = k.in.skip(i + 1)
	more := k.in.at(i) != ']'
	if !more {
		i++
	}
	for more {
		if i = k.value(n.items, i); i < 0 {
			return -1
		}
		if k.in.at(i) == ',' && k.in.at(i+1) > ' ' {
			i++
		} else if i, more = k.separator(i); i < 0 {
			return -1
		}
	}
	k.depth--
	k.marks = outer
	return i
}

func (k *checker) tooDeep(i int) int {
	return k.syntax(i, "no more than 10,000 levels", "one more")
}

// separator reads the comma, and the space that may follow it, or the closing bracket
// after an item; more says that it was the comma.
func (k *checker) separator(i int) (end int, more bool) {
	if k.in.at(i) <= ' ' {
		i = k.in.skip(i)
	}
	switch k.in.at(i) {
	case ',':
		if i++; k.in.at(i) <= ' ' {
			i = k.in.skip(i)
		}
		return i, true
	case ']':
		return i + 1, false
	}
	return k.syntax(i, "a comma or ]", ""), false
}
