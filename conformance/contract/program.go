package contract

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
	// Keywords are the keywords that judge a value, in the order they are written.
	Keywords []Keyword
}

// Keyword is one keyword of a schema object with its operands.
type Keyword struct {
	// Name is the keyword as written: "enum", "minimum", "x-present-when".
	Name Rule
	// Line and Column are the place of the keyword itself, both from 1.
	Line, Column int
	// Values are the operands, in the order they are written. Numbers and the
	// members of an enum are JSON text ("1", "\"running\""); names, types, formats
	// and patterns are plain text. "x-present-when" and "x-present-only-when"
	// hold the other property's name first, then its values.
	Values []string
	// Schemas index Program.Schemas. For "properties" they run parallel to Values.
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
