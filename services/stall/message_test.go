package stall_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/go-json-experiment/json"
	"pgregory.net/rapid"

	"onward/services/casefile"
	"onward/services/employment"
	"onward/services/locale"
	"onward/services/stall"
	"onward/services/track"
)

var (
	idOfMessage = regexp.MustCompile(`\b(rule|threshold|explain|action|point|ending)\.[A-Z]`)
	placeholder = regexp.MustCompile(`{{\.(\w+)}}`)
)

// message is one message of a catalogue as a translator sees it: its plural
// forms, of which a message of one form has only other.
type message map[string]string

// catalogueOf reads the catalogue of a language from its file.
func catalogueOf(t *testing.T, language string) map[string]message {
	t.Helper()
	data, err := os.ReadFile("messages/active." + language + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var file map[string]any
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	all := map[string]message{}
	for id, v := range file {
		all[id] = message{}
		switch v := v.(type) {
		case string:
			all[id]["other"] = v
		case map[string]any:
			for form, text := range v {
				all[id][form] = fmt.Sprint(text)
			}
		}
	}
	return all
}

// placeholders lists those of a text, each once.
func placeholders(text string) []string {
	names := map[string]bool{}
	for _, found := range placeholder.FindAllStringSubmatch(text, -1) {
		names[found[1]] = true
	}
	return slices.Sorted(maps.Keys(names))
}

// TestCataloguesAgree proves that every message stands in both languages, and in
// each of its forms with the same placeholders.
func TestCataloguesAgree(t *testing.T) {
	en, km := catalogueOf(t, "en"), catalogueOf(t, "km")
	for id := range km {
		if en[id] == nil {
			t.Errorf("%s stands only in Khmer", id)
		}
	}
	for id, m := range en {
		if km[id] == nil {
			t.Errorf("%s stands only in English", id)
			continue
		}
		want := placeholders(m["other"])
		for _, text := range slices.Concat(slices.Collect(maps.Values(m)), slices.Collect(maps.Values(km[id]))) {
			if got := placeholders(text); !slices.Equal(got, want) {
				t.Errorf("%s has the placeholders %v in one text and %v in another", id, want, got)
			}
		}
	}
}

// TestPlurals proves that each language has the forms that it needs and no
// other: English a second one where a sentence counts days, Khmer never.
func TestPlurals(t *testing.T) {
	for id, m := range catalogueOf(t, "en") {
		want := []string{"other"}
		if slices.Contains(placeholders(m["other"]), "Threshold") {
			want = []string{"one", "other"}
		}
		if got := slices.Sorted(maps.Keys(m)); !slices.Equal(got, want) {
			t.Errorf("English %s has the forms %v, it needs %v", id, got, want)
		}
	}
	for id, m := range catalogueOf(t, "km") {
		if got := slices.Sorted(maps.Keys(m)); !slices.Equal(got, []string{"other"}) {
			t.Errorf("Khmer %s has the forms %v", id, got)
		}
	}
}

// TestEachLanguageKeepsToItsLetters proves of every text of the catalogues that
// it is written in its own language, with the digits that days have, and begins
// and ends without blanks.
func TestEachLanguageKeepsToItsLetters(t *testing.T) {
	khmerDigit := func(r rune) bool { return unicode.Is(unicode.Khmer, r) && unicode.IsDigit(r) }
	for language, l := range map[string]locale.Locale{"en": locale.EN, "km": locale.KM} {
		for id, m := range catalogueOf(t, language) {
			for _, text := range m {
				whole(t, l, placeholder.ReplaceAllString(text, ""))
				if text != strings.TrimSpace(text) || strings.ContainsFunc(text, khmerDigit) {
					t.Errorf("%s %s: %q", l, id, text)
				}
			}
		}
	}
}

// TestMessagesAreThoseThatAreUsed proves that the catalogue has a message for
// every rule, threshold, point, reason, next action and ending, and no other. What the
// rules wait for is taken from the troubles, which hold everything.
func TestMessagesAreThoseThatAreUsed(t *testing.T) {
	catalogue := catalogueOf(t, "en")
	used := map[string]bool{}
	for _, r := range stall.Rules {
		used["rule."+string(r.Code)] = true
		for _, threshold := range r.Thresholds {
			used["threshold."+string(threshold.Code)] = true
		}
	}
	for _, threshold := range stall.Escalation {
		used["threshold."+string(threshold.Code)] = true
	}
	for _, cause := range append([]casefile.Cause{"UNKNOWN"}, casefile.Causes...) {
		used["ending."+string(cause)] = true
	}
	for _, p := range employment.Points {
		used["point."+string(p)] = true
	}
	for _, p := range track.FollowUpPoints {
		used["point."+string(p)] = true
	}
	for _, tr := range troubles {
		since, _, _ := strings.Cut(tr.facts, " ")
		used[special(catalogue, "explain."+string(tr.rule), since)] = true
		used[special(catalogue, "action."+string(tr.rule), since, tr.mutation)] = true
		if tr.mutation == "revokeReferral" {
			used[special(catalogue, "action."+string(tr.rule), since, "answerReferral")] = true
		}
	}
	for _, p := range []casefile.Purpose{casefile.ForServices, casefile.ForShare, casefile.ForReporting, casefile.ForResearch, casefile.ForPartnerApp} {
		used["point."+string(p)] = true
	}
	for _, unruled := range []string{"CONSENT", "REFERRAL", "REFERRAL.TRANSFER"} {
		used["explain."+unruled], used["action."+unruled] = true, true
	}
	used["explain.MATCH"] = true
	for _, mutation := range []string{"recordConsent", "agreeMatch", "declineMatch"} {
		used["action.MATCH."+mutation] = true
	}
	for id := range used {
		if catalogue[id] == nil {
			t.Errorf("there is no message %s", id)
		}
	}
	for id := range catalogue {
		if !used[id] {
			t.Errorf("nothing uses the message %s", id)
		}
	}
}

// special returns the id of the first message about something special, or the
// general one.
func special(catalogue map[string]message, id string, about ...string) string {
	for _, a := range about {
		if catalogue[id+"."+a] != nil {
			return id + "." + a
		}
	}
	return id
}

// TestEverythingDueIsExplained proves that whatever comes to be due on a case,
// troubles or not, explains itself and its next action in both languages.
func TestEverythingDueIsExplained(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, _ := someFile(t)
		for _, d := range stall.Deadlines(f.c, defaults) {
			e := stall.ExplainDeadline(f.c, d, by("worker_9"))
			for _, l := range []locale.Locale{locale.EN, locale.KM} {
				for _, text := range []string{e.Text(l), e.NextActions[0].Label(l)} {
					if !isWhole(l, text) {
						t.Fatalf("%s, since %s: %s text is not whole: %q", d.Rule, e.Facts[0].Name, l, text)
					}
				}
			}
		}
	})
}

// TestOneDay proves that English counts a single day as one, and Khmer as any
// other number.
func TestOneDay(t *testing.T) {
	for days, want := range map[int]string{0: "within 0 days", 1: "within 1 day,", 2: "within 2 days", 21: "within 21 days"} {
		e := stall.ExplainFlag(&casefile.Case{}, defaults, flagOf(stall.NoOwner, days), by(""))
		if got := e.Text(locale.EN); !strings.Contains(got, want) {
			t.Errorf("%q does not say %q", got, want)
		}
		if got := e.Text(locale.KM); !strings.Contains(got, fmt.Sprintf("ក្នុងរយៈពេល %d ថ្ងៃ", days)) {
			t.Errorf("in Khmer, of %d days: %q", days, got)
		}
	}
	e := stall.ExplainFlag(&casefile.Case{}, defaults, flagOf(stall.RetentionCheckMissed, 1), by(""))
	if got := e.Text(locale.EN); !strings.HasPrefix(got, "She started the job") {
		t.Errorf("a sentence that counts no days, with a threshold of one: %q", got)
	}
}

func flagOf(rule casefile.RuleCode, days int) casefile.Flag {
	return casefile.Flag{Rule: rule, ThresholdDays: days, Facts: []casefile.Fact{{Name: "SINCE", On: day("2026-01-01")}}, DueOn: day("2026-01-02")}
}

// TestMissingMessageIsNeverEmpty proves that a text for which there is no message
// is the id of the message, which names what is missing.
func TestMissingMessageIsNeverEmpty(t *testing.T) {
	for _, l := range []locale.Locale{locale.EN, locale.KM} {
		for want, got := range map[string]string{
			"explain.NO_SUCH_RULE": stall.ExplainFlag(&casefile.Case{}, defaults, flagOf("NO_SUCH_RULE", 2), by("")).Text(l),
			"rule.NO_SUCH_RULE":    stall.Rule{Code: "NO_SUCH_RULE"}.Label(l),
			"threshold.NOTHING":    stall.Threshold{Code: "NOTHING"}.Applies(l),
		} {
			if got != want {
				t.Errorf("%s: %q, want %q", l, got, want)
			}
		}
	}
}

var update = flag.Bool("update", false, "write the explanations of this run into the golden file")

const explanationsFile = "testdata/explanations.txt"

// TestExplanations compares the explanation of every trouble in both languages
// with the golden file, to the letter.
func TestExplanations(t *testing.T) {
	var got strings.Builder
	for _, tr := range troubles {
		f := tr.write()
		e := stall.ExplainDeadline(f.c, deadline(t, f, tr), by("worker_9"))
		fmt.Fprintf(&got, "== %s: %s\nEN     %s\nKM     %s\nfacts  %s\n", tr.rule, tr.name, e.Text(locale.EN), e.Text(locale.KM), written(e.Facts))
		for _, a := range e.NextActions {
			fmt.Fprintf(&got, "action %s: %s | %s\ninput  %s\n", a.Mutation, a.Label(locale.EN), a.Label(locale.KM), a.Input)
		}
		got.WriteString("\n")
	}
	if *update {
		if err := os.WriteFile(explanationsFile, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(explanationsFile)
	if err != nil {
		t.Fatal(err)
	}
	was, is := strings.Split(string(want), "\n"), strings.Split(got.String(), "\n")
	for i := range max(len(was), len(is)) {
		if a, b := line(was, i), line(is, i); a != b {
			t.Fatalf("line %d of %s\nwant %s\ngot  %s", i+1, explanationsFile, a, b)
		}
	}
}

// line returns a line, or "" after the last.
func line(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

// BenchmarkText measures the text of one explanation, beside writing the same
// without a catalogue. A page of the worklist has up to 100 of them.
func BenchmarkText(b *testing.B) {
	f := active()
	e := stall.ExplainDeadline(f.c, stall.Deadlines(f.c, defaults)[0], by("worker_9"))
	for _, l := range []locale.Locale{locale.EN, locale.KM} {
		b.Run(string(l), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				e.Text(l)
			}
		})
	}
	b.Run("Sprintf", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = fmt.Sprintf("The case was opened on %s and nobody has assessed her needs; an assessment is due within %d days, by %s.",
				e.Facts[0].On, e.ThresholdDays, e.NextActions[0].DueBy)
		}
	})
}
