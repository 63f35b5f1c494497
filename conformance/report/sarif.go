package report

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/deviation"
)

// GitHub takes no log with more than 25,000 results, so this many are written; what is
// known counts as a warning.
const (
	maxErrors   = 20_000
	maxWarnings = 5_000
)

// sarifReport writes a SARIF 2.1.0 log of one run: a result a finding, errors first.
type sarifReport struct {
	w                io.Writer
	rules            []*sarif.ReportingDescriptor
	errors, warnings sarifResults
	unreadable       jsonList
}

// sarifResults are results as they come, the first most of them.
type sarifResults struct {
	jsonList
	most, left int // left counts those beyond
}

func newSARIF(w io.Writer) *sarifReport {
	return &sarifReport{w: w, rules: sarifRules(), errors: sarifResults{most: maxErrors}, warnings: sarifResults{most: maxWarnings}}
}

func (s *sarifReport) Result(r conformance.Result) {
	if r.Outcome == conformance.Unreadable {
		s.unreadable.add(encode(sarifNotification(sarif.LevelError, "unreadable: "+unreadable(r)).AddLocation(sarifLocation(r.File, nil)), "", ""))
	}
	for _, f := range r.Findings {
		to := &s.warnings
		if f.Severity == contract.Error && !f.Known {
			to = &s.errors
		}
		if to.wants() {
			to.add(encode(s.finding(&r, f), "", ""))
		}
	}
}

func (l *sarifResults) wants() bool {
	if l.most == 0 {
		l.left++
		return false
	}
	l.most--
	return true
}

func (s *sarifReport) finding(r *conformance.Result, f conformance.Finding) *sarif.Result {
	message, at := pointed(r, f)
	result := s.result(f.Rule, f.Severity, message, sarifLocation(r.File, sarifRegion(at.Line, at.Column)),
		r.Provider, r.Operation, f.Pointer, f.Property, r.File, strconv.Itoa(r.Entry))
	spec := sarifLocation(f.Spec.File, sarifRegion(f.Spec.Line, f.Spec.Column)).WithID(1).WithMessage(sarifMessage("What the spec says."))
	if r.Provider != "" {
		spec.PhysicalLocation.ArtifactLocation.WithURIBaseID(moduleBase)
	}
	result.AddRelatedLocation(spec)
	if f.Known {
		suppression := sarif.NewSuppression().WithKind("external").WithStatus("accepted")
		if f.Deviation != nil {
			suppression.WithJustification(because(f.Deviation))
		}
		result.AddSuppression(suppression)
	}
	return result
}

// The rules of the files that say what is known.
var (
	expectation = Explanation{
		Rule:    "expectation",
		Meaning: "The recording gives other findings than the file beside it says. Where the change is meant, that file has to be changed, too.",
	}
	stale = Explanation{
		Rule:    "stale",
		Meaning: "A known deviation matches no finding, or its last day is past. It can be taken out of the list.",
	}
)

func (s *sarifReport) Difference(d conformance.Difference) {
	if s.errors.wants() {
		file := conformance.ExpectationFile(d.Recording)
		s.errors.add(encode(s.result(expectation.Rule, contract.Error, differs(d), sarifLocation(file, sarifRegion(1, 1)), file), "", ""))
	}
}

func (s *sarifReport) Stale(d deviation.Deviation) {
	if s.warnings.wants() {
		at := sarifLocation(d.File, sarifRegion(d.Line, d.Column))
		s.warnings.add(encode(s.result(stale.Rule, contract.Warning, about(d)+": "+outdated(d), at, d.File, about(d)), "", ""))
	}
}

// result returns a result; identity is what tells it from other results of the rule.
func (s *sarifReport) result(rule contract.Rule, severity contract.Severity, message string, at *sarif.Location, identity ...string) *sarif.Result {
	index := slices.IndexFunc(s.rules, func(d *sarif.ReportingDescriptor) bool { return *d.ID == string(rule) })
	fingerprint := sha256.Sum256(fmt.Appendf(nil, "%q", append(identity, string(rule))))
	return sarif.NewRuleResult(string(rule)).WithRuleIndex(index).WithLevel(string(severity)).WithMessage(sarifMessage(message)).AddLocation(at).
		WithPartialFingerprints(map[string]string{"sandboxspec/v1": hex.EncodeToString(fingerprint[:])})
}

// sarifRules explain all rules.
func sarifRules() (rules []*sarif.ReportingDescriptor) {
	text := func(s string) *sarif.MultiformatMessageString { return sarif.NewMultiformatMessageString().WithText(s) }
	for _, e := range append(slices.Clone(Explanations), expectation, stale) {
		severity := e.Rule.Severity()
		if e.Rule == stale.Rule {
			severity = contract.Warning
		}
		rules = append(rules, sarif.NewRule(string(e.Rule)).
			WithShortDescription(text(e.Summary())).WithFullDescription(text(e.Meaning)).
			WithHelp(text(e.Meaning).WithMarkdown(e.Meaning+"\n\n"+e.Example())).
			WithDefaultConfiguration(sarif.NewReportingConfiguration().WithLevel(string(severity))))
	}
	return rules
}

func sarifNotification(level, message string) *sarif.Notification {
	return sarif.NewNotification().WithLevel(level).WithMessage(sarifMessage(message))
}

// sarifMessage is a message without placeholders and links, whatever a recording holds.
func sarifMessage(text string) *sarif.Message {
	return sarif.NewTextMessage(strings.NewReplacer("{", "{{", "}", "}}", "](", "] (").Replace(text))
}

// moduleBase stands for where the specs of the providers are: in this module.
const moduleBase = "SANDBOXSPEC"

// sarifLocation is a place in a file; region is nil for all of it.
func sarifLocation(file string, region *sarif.Region) *sarif.Location {
	u := url.URL{Path: file}
	if filepath.IsAbs(filepath.FromSlash(file)) {
		u = url.URL{Scheme: "file", Path: "/" + strings.TrimPrefix(file, "/")}
	}
	at := sarif.NewPhysicalLocation().WithArtifactLocation(sarif.NewSimpleArtifactLocation(u.String()))
	if region != nil {
		at.WithRegion(region)
	}
	return sarif.NewLocationWithPhysicalLocation(at)
}

func sarifRegion(line, column int) *sarif.Region {
	return sarif.NewRegion().WithStartLine(line).WithStartColumn(column)
}

func (s *sarifReport) Close(summary conformance.Summary) error {
	defer s.unreadable.remove()
	defer s.errors.remove()
	defer s.warnings.remove()
	if left := s.errors.left + s.warnings.left; left > 0 {
		s.unreadable.add(encode(sarifNotification(sarif.LevelWarning, fmt.Sprintf("%s more results are left out", thousands(left))), "", ""))
	}
	run := sarif.NewRunWithInformationURI("sandboxspec", "https://github.com/sandboxspec/sandboxspec").WithColumnKind("unicodeCodePoints")
	run.Tool.Driver.WithRules(s.rules)
	module := sarif.NewArtifactLocation().WithDescription(sarif.NewTextMessage("The Go module github.com/sandboxspec/sandboxspec."))
	run.WithOriginalUriBaseIds(map[string]sarif.ArtifactLocation{moduleBase: *module})
	run.AddInvocation(sarif.NewInvocation().WithExecutionSuccessful(summary.Unreadable == 0))
	log, err := encode(sarif.NewReport().AddRun(run), "", "  ")
	if err != nil {
		return err
	}
	head, rest, _ := strings.Cut(string(log), `"toolExecutionNotifications": [`)
	middle, tail, _ := strings.Cut(rest, `"results": [`)
	separator := ""
	if s.errors.some && s.warnings.some {
		separator = ","
	}
	w := bufio.NewWriter(s.w)
	for _, part := range []io.WriterTo{
		strings.NewReader(head + `"toolExecutionNotifications": [`), &s.unreadable,
		strings.NewReader(middle + `"results": [`), &s.errors, strings.NewReader(separator), &s.warnings, strings.NewReader(tail + "\n"),
	} {
		if _, err := part.WriteTo(w); err != nil {
			return err
		}
	}
	return w.Flush()
}
