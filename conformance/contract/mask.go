package contract

import "strings"

// FieldMask returns the names in a field mask, which separates them by commas: without the
// white space around them, in their order. The values are those of the query parameter, of
// which there is most often one. It returns nil where they hold no name: that is no mask.
func FieldMask(values ...string) (names []string) {
	for _, value := range values {
		for name := range strings.SplitSeq(value, ",") {
			if name = strings.TrimSpace(name); name != "" {
				names = append(names, name)
			}
		}
	}
	return names
}
