package dossier_test

import (
	"encoding/json"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"onward/services/assessment"
	"onward/services/calendar"
	"onward/services/dossier"
	"onward/services/identity"
	"onward/services/locale"
)

// full is a dossier with every kind of entry and every field, in which names and texts
// are a given one, and the worker of each entry has a role.
func full(t *testing.T, text string) dossier.Dossier {
	t.Helper()
	all, by := codes(), text+" (SUPERVISOR)"
	d := dossier.Dossier{Case: text, Code: text, MadeAt: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), ErasedOn: 20000, Identity: &identity.Identity{}}
	fill(reflect.ValueOf(d.Identity).Elem(), all, text)
	d.Recorded = []dossier.Recording{{At: d.MadeAt, By: by, Fields: identity.Fields, Cleared: identity.Fields}}
	kinds := samples(t)
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		v := reflect.New(reflect.TypeOf(kinds[kind]))
		fill(v.Elem(), all, text)
		data, err := json.Marshal(v.Interface())
		if err != nil {
			t.Fatal(err)
		}
		switch kind {
		case "":
			d.State = data
		case "identity":
		default:
			d.Entries = append(d.Entries, dossier.Entry{Version: 1, At: d.MadeAt, By: by, Kind: kind, Summary: "A summary", Data: data})
		}
	}
	return d
}

func page(t *testing.T, d dossier.Dossier, l locale.Locale) string {
	t.Helper()
	var b strings.Builder
	if err := dossier.HTML(&b, d, l); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestPageKeepsToItsLanguage proves of a page with every field of every kind of entry
// that whoever reads it in Khmer meets no Latin letter, neither in a name of a field nor
// in a code, and in English no Khmer one, no field by its name in JSON and no code.
func TestPageKeepsToItsLanguage(t *testing.T) {
	km := visible(page(t, full(t, "សុខា"), locale.KM))
	if found := regexp.MustCompile(`[^ ]*[A-Za-z]+[^ ]*`).FindAllString(km, -1); len(found) > 0 {
		t.Errorf("in Khmer there is %q", found)
	}
	en := visible(page(t, full(t, "words"), locale.EN))
	if found := regexp.MustCompile(`\w*\p{Khmer}\w*|\w+[a-z][A-Z]\w*|\w+_\w+|\b[A-Z]{3,}\b`).FindAllString(en, -1); len(found) > 0 {
		t.Errorf("in English there is %q", found)
	}
}

// TestQuestionsInWords proves that an assessment shows the questions and answers of its own
// questionnaire, in the words of the page, in an entry and in the state of the case.
func TestQuestionsInWords(t *testing.T) {
	asked := func(version int, label locale.Text) *assessment.Instrument {
		yes := assessment.Option{Code: "YES", Label: locale.Text{EN: "Quite so", KM: "ពិតជាមែន"}}
		return &assessment.Instrument{Code: "hopes", Version: version, Name: locale.Text{EN: "Her hopes", KM: "ក្តីសង្ឃឹម"},
			Dimensions: []assessment.Dimension{{Code: "SOCIAL", Label: locale.Text{EN: "With others", KM: "ជាមួយអ្នកដទៃ"}}},
			Items:      []assessment.Item{{Code: "hope", Label: label, Options: []assessment.Option{yes}}},
			Bands:      []assessment.Band{{Code: "LOW", Label: locale.Text{EN: "A little", KM: "តិចតួច"}}}}
	}
	d := dossier.Dossier{
		Instruments: []*assessment.Instrument{asked(1, locale.Text{EN: "Hope?", KM: "សង្ឃឹម"}), asked(2, locale.Text{EN: "Any hope?", KM: "មានសង្ឃឹម"})},
		Entries: []dossier.Entry{{Kind: "assessment.recorded", Data: json.RawMessage(`{"instrument":"hopes","instrumentVersion":1,"answers":[
			{"item":"hope","option":"YES"},{"item":"hope","option":"NOT_APPLICABLE"},{"item":"gone","option":"YES"}],"dimensions":[{"dimension":"SOCIAL"}]}`)},
			{Kind: "assessment.recorded", Data: json.RawMessage(`{"instrument":"hopes","instrumentVersion":3,"answers":[{"item":"hope"}]}`)}},
		State: json.RawMessage(`{"assessments":[{"instrument":"hopes","version":2,"band":"LOW"}],"risk":"LOW"}`),
	}
	for l, want := range map[locale.Locale][]string{
		locale.EN: {"Hope?", "Quite so", "Hope?", "does not apply", "gone", "YES", "With others", "Her hopes", "1", "hope", "hopes", "3", "A little", "Her hopes", "2", "low"},
		locale.KM: {"សង្ឃឹម", "ពិតជាមែន", "សង្ឃឹម", "មិនពាក់ព័ន្ធ", "gone", "YES", "ជាមួយអ្នកដទៃ", "ក្តីសង្ឃឹម", "1", "hope", "hopes", "3", "តិចតួច", "ក្តីសង្ឃឹម", "2", "ទាប"},
	} {
		var got []string
		for _, value := range regexp.MustCompile(`<dd>([^<]*)</dd>`).FindAllStringSubmatch(page(t, d, l), -1) {
			got = append(got, value[1])
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", l, got, want)
		}
	}
}

// TestDaysAreThoseOfTheProgramme proves that what happened before seven in the morning is
// of that day in Phnom Penh, and not of the one before, as it still is in Greenwich.
func TestDaysAreThoseOfTheProgramme(t *testing.T) {
	early := calendar.Date(2026, 3, 2).Start().UTC()
	d := dossier.Dossier{MadeAt: early, Identity: &identity.Identity{},
		Recorded: []dossier.Recording{{At: early}}, Entries: []dossier.Entry{{At: early, Kind: "case.resumed"}}}
	got := page(t, d, locale.EN)
	if n := strings.Count(got, "2026-03-02"); n != 3 || strings.Contains(got, "2026-03-01") {
		t.Errorf("the day is named %d times in\n%s", n, got)
	}
}

// TestPageShowsEveryValue proves that a page leaves out no value, names where each stands
// and writes texts as they are, and that JSON keeps names and codes.
func TestPageShowsEveryValue(t *testing.T) {
	d := dossier.Dossier{Entries: []dossier.Entry{{Kind: "plan.updated", Data: json.RawMessage(
		`{"goals":[{"title":"<A job>","achieveBy":"2026-06-01","track":"CAREER"},{"title":"WORK","actions":[{"ownerId":"Dara (SUPERVISOR)"}]}],"note":null}`)},
		{Kind: "followup.recorded", Data: json.RawMessage(`{"contactMade":true,"safe":false}`)},
		{Kind: "flag.escalated", Data: json.RawMessage(`{"to":"LEAD"}`)}, {Kind: "case.resumed"},
		{Kind: "scholarship.absenceRecorded", Data: json.RawMessage(`{"to":"2026-05-01"}`)}}}
	for l, lines := range map[locale.Locale][]string{
		locale.EN: {
			"<td>Plan written</td><td><dl>" +
				"<dt>goals 1 · to be achieved by</dt><dd>2026-06-01</dd><dt>goals 1 · title</dt><dd>&lt;A job&gt;</dd><dt>goals 1 · track</dt><dd>career centre</dd>" +
				"<dt>goals 2 · actions 1 · responsible</dt><dd>Dara (Supervisor)</dd><dt>goals 2 · title</dt><dd>WORK</dd></dl>",
			"<dt>she was reached</dt><dd>yes</dd><dt>safe</dt><dd>no</dd>",
			"<dt>passed on to</dt><dd>head of the organisation</dd>", "<td>Case taken up again</td><td><dl></dl></td>", "<dt>to</dt><dd>2026-05-01</dd>",
		},
		locale.KM: {
			"<dt>គោលដៅ 1 · ត្រូវសម្រេចត្រឹម</dt><dd>2026-06-01</dd>", "<dd>&lt;A job&gt;</dd>", "<dd>Dara (អ្នកគ្រប់គ្រង)</dd>", "<dt>មានសុវត្ថិភាព</dt><dd>ទេ</dd>",
			"<dt>បញ្ជូនបន្តទៅ</dt><dd>ប្រធានអង្គការ</dd>", "<dt>ដល់</dt><dd>2026-05-01</dd>",
		},
	} {
		got := page(t, d, l)
		for _, want := range lines {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %s is not in\n%s", l, want, got)
			}
		}
	}
	var b strings.Builder
	if err := dossier.JSON(&b, d); err != nil || !strings.Contains(b.String(), `"track": "CAREER"`) || !strings.Contains(b.String(), `"achieveBy": "2026-06-01"`) {
		t.Errorf("%v in JSON\n%s", err, b.String())
	}
}
