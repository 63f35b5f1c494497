package contract

import "slices"

// Program is a schema compiled to plain data. Package compile makes it from an
// OpenAPI document, the generated packages under gen hold it as a literal, and
// New turns it into a Contract. Two equal Programs judge every body alike.
type Program struct {
	// File is the path of the OpenAPI document as findings name it, for example
	// "specs/tensorlake.yaml".
	File string
	// Schemas are the schema objects, each once. Schemas[0] is the root.
	Schemas []Schema
}

// Schema is one schema object of the document: its place and its keywords.
type Schema struct {
	// Pointer is the RFC 6901 pointer of the schema object in the document.
	Pointer string
	// Line and Column are the place of the schema object, both from 1.
	Line, Column int
	// Never is set for the schema false: the keyword that holds it.
	Never Rule
	// Keywords are the keywords that judge a value, in the order they are written.
	Keywords []Keyword
}

// Keyword is one keyword of a schema object with its operands.
type Keyword struct {
	// Name is the keyword as written: "enum", "minimum", "x-present-when".
	Name Rule
	// Line and Column are the place of the keyword itself, both from 1.
	Line, Column int
	// Values are the operands, in the order they are written. Numbers, true and false,
	// and the members of "enum" and "const" are JSON text ("1", "\"running\""); names,
	// types and formats are plain text. "pattern" and "patternProperties" hold each
	// pattern as written and then in the syntax of package regexp. "x-present-when",
	// "x-present-only-when" and "dependentRequired" hold the property that decides
	// first, then its values or what it requires; "x-alias-of" holds the property that
	// has the same value; "discriminator" its property, then
	// the values that choose the parallel Schemas. "oneOf" holds "some" where several of
	// its Schemas may fit, since a field mask keeps them from being told apart.
	Values []string
	// Schemas index Program.Schemas. For "properties", "patternProperties",
	// "dependentSchemas" and "discriminator" they run parallel to Values.
	Schemas []int
}

// Position is a place in an OpenAPI document.
type Position struct {
	// File is the document's path as the Program names it.
	File string
	// Line and Column count from 1; Column counts code points.
	Line, Column int
	// Pointer is the RFC 6901 pointer of the keyword, or of the schema object
	// where the broken rule has no keyword of its own.
	Pointer string
}

// Keyword returns the first keyword of that name; nil where the schema has none.
func (s *Schema) Keyword(name Rule) *Keyword {
	i := slices.IndexFunc(s.Keywords, func(kw Keyword) bool { return kw.Name == name })
	if i < 0 {
		return nil
	}
	return &s.Keywords[i]
}

// InPlace says whether the Schemas of the keyword judge the very value that its schema
// object judges, and can require members of it: "not" is none of them.
func (kw *Keyword) InPlace() bool {
	switch kw.Name {
	case Ref, AllOf, AnyOf, OneOf, If, Then, Else, DependentSchemas:
		return true
	}
	return false
}

// only returns p with what the root requires, itself or by schemas in its place, shrunk
// to the fields.
func (p Program) only(fields []string) Program {
	m := masker{Program: p, fields: fields, copies: map[int]int{}, shrunk: map[int]bool{}}
	m.Schemas = slices.Clone(p.Schemas)
	root := m.masked(0)
	// The root as it was moves to the place of its copy: what refers to it stands deeper.
	m.Schemas[0], m.Schemas[root] = m.Schemas[root], m.Schemas[0]
	for i := range m.Schemas {
		for k, kw := range m.Schemas[i].Keywords {
			if slices.Contains(kw.Schemas, 0) {
				m.Schemas[i].Keywords = slices.Clone(m.Schemas[i].Keywords)
				schemas := slices.Clone(kw.Schemas)
				for at := range schemas {
					if schemas[at] == 0 {
						schemas[at] = root
					}
				}
				m.Schemas[i].Keywords[k].Schemas = schemas
			}
		}
	}
	return m.Program
}

type masker struct {
	Program
	fields []string
	copies map[int]int
	shrunk map[int]bool // the schemas whose copies require less
}

// masked returns the index of a copy of schema i that is masked. What hangs on members that
// the mask may have taken out can't be told, and isn't judged: how many there are, which of
// several schemas fits, and whether a condition holds.
func (m *masker) masked(i int) int {
	if at, ok := m.copies[i]; ok {
		return at
	}
	at := len(m.Schemas)
	m.copies[i] = at
	s := m.Schemas[i]
	m.Schemas = append(m.Schemas, s)
	s.Keywords = slices.Clone(s.Keywords)
	unknown := []Rule{MinProperties}
	m.shrunk[i] = s.Keyword(MinProperties) != nil
	for k := range s.Keywords {
		kw := &s.Keywords[k]
		switch {
		case kw.Name == Required, kw.Name == DependentRequired:
			kw.Values = m.within(kw)
			m.shrunk[i] = m.shrunk[i] || len(kw.Values) < len(m.Schemas[i].Keywords[k].Values)
		case kw.Name == Properties:
			kw.Schemas = slices.Clone(kw.Schemas)
			for at, name := range kw.Values {
				kw.Schemas[at] = m.unconditional(kw.Schemas[at], slices.Contains(m.fields, name))
			}
		case kw.InPlace():
			kw.Schemas = slices.Clone(kw.Schemas)
			shrunk := false
			for at, schema := range kw.Schemas {
				kw.Schemas[at] = m.masked(schema)
				shrunk = shrunk || m.shrunk[schema]
			}
			switch {
			case shrunk && kw.Name == OneOf:
				kw.Values = []string{someOf}
			case shrunk && kw.Name == If:
				unknown = append(unknown, If, Then, Else)
			}
			m.shrunk[i] = m.shrunk[i] || shrunk
		}
	}
	s.Keywords = slices.DeleteFunc(s.Keywords, func(kw Keyword) bool { return slices.Contains(unknown, kw.Name) })
	m.Schemas[at] = s
	return at
}

// someOf is the operand of a "oneOf" of whose schemas several may fit.
const someOf = "some"

// within returns what kw requires, less what the mask may have taken out.
func (m *masker) within(kw *Keyword) []string {
	decides := 0
	if kw.Name == DependentRequired {
		decides = 1
	}
	names := slices.Clone(kw.Values[decides:])
	return append(kw.Values[:decides:decides], slices.DeleteFunc(names, func(name string) bool { return !slices.Contains(m.fields, name) })...)
}

// unconditional returns the index of schema i, which is that of a property, without the
// conditions that the mask leaves open: all of them unless it asks for the property, and
// x-alias-of unless it asks for both properties.
func (m *masker) unconditional(i int, asked bool) int {
	s := m.Schemas[i]
	s.Keywords = slices.DeleteFunc(slices.Clone(s.Keywords), func(kw Keyword) bool {
		return kw.Name.isCondition() && (!asked || kw.Name == xAliasOf && !slices.Contains(m.fields, kw.Values[0]))
	})
	if len(s.Keywords) == len(m.Schemas[i].Keywords) {
		return i
	}
	m.Schemas = append(m.Schemas, s)
	return len(m.Schemas) - 1
}
