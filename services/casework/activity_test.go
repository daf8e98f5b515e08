package casework_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"onward/services/access"
	"onward/services/activity"
	"onward/services/calendar"
	"onward/services/casework"
	"onward/services/demography"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/outcome"
	"onward/services/register"
	"onward/services/sealed"
	"onward/services/store"
	"onward/services/vault"
	"onward/services/vault/vaulttest"
)

// ledgerOf opens a process over a store that keeps the ledger, with a clock.
func ledgerOf(t *testing.T, s store.Store, clock *time.Time) (*casework.Service, *register.Register) {
	t.Helper()
	d, _, err := directory.Open(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	l, _, err := activity.Open(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	r := register.New()
	return casework.New(s, vaulttest.New(t, s), r, d, func() time.Time { return *clock }, casework.WithActivities(l)), r
}

// training is an input that breaks no rule.
func training(requestID string, n int) casework.RecordActivityInput {
	today := calendar.DayOf(now)
	return casework.RecordActivityInput{RequestID: requestID, Facts: activity.Facts{
		Kind: activity.PoliceTraining, Title: "Training", From: today - 3, To: today - 2, Provinces: []string{"KH-12"},
		Participants: []activity.Group{{Sex: demography.UnknownSex, AgeBand: demography.UnknownAge, Count: n}}}}
}

func correction(of id.Activity, requestID string, n int) casework.CorrectActivityInput {
	return casework.CorrectActivityInput{ActivityRequest: casework.ActivityRequest{RequestID: requestID, ActivityID: of},
		Corrected: activity.Corrected{Facts: training("", n).Facts, Reason: "Counted again"}}
}

func withdrawal(of id.Activity, requestID string) casework.WithdrawActivityInput {
	return casework.WithdrawActivityInput{ActivityRequest: casework.ActivityRequest{RequestID: requestID, ActivityID: of},
		Withdrawn: activity.Withdrawn{Reason: "Twice"}}
}

// TestActivityRetries proves that each request changes the ledger once and is
// answered as the first time, whatever came after it, in another process too; and
// that a requestId is good for one kind of change.
func TestActivityRetries(t *testing.T) {
	ctx, s, clock := t.Context(), openStore(t), now
	a, _ := ledgerOf(t, s, &clock)
	b, _ := ledgerOf(t, s, &clock) // does not follow
	recorded, err := a.RecordActivity(ctx, supervisor, training("one", 10))
	if err != nil {
		t.Fatal(err)
	}
	of := recorded.Activity.ID
	corrected, err := b.CorrectActivity(ctx, supervisor, correction(of, "two", 12))
	if err != nil {
		t.Fatal(err)
	}
	withdrawn, err := a.WithdrawActivity(ctx, supervisor, withdrawal(of, "three"))
	if err != nil {
		t.Fatal(err)
	}
	for _, service := range []*casework.Service{a, b} {
		clock = clock.Add(time.Hour)
		again, err := service.RecordActivity(ctx, supervisor, training("one", 99))
		if err != nil || !reflect.DeepEqual(again, recorded) {
			t.Errorf("recorded again: %+v, %v", again, err)
		}
		if again, err := service.CorrectActivity(ctx, supervisor, correction(of, "two", 99)); err != nil || !reflect.DeepEqual(again, corrected) {
			t.Errorf("corrected again: %+v, %v", again, err)
		}
		if again, err := service.WithdrawActivity(ctx, supervisor, withdrawal(of, "three")); err != nil || !reflect.DeepEqual(again, withdrawn) {
			t.Errorf("withdrawn again: %+v, %v", again, err)
		}
		if _, err := service.WithdrawActivity(ctx, supervisor, withdrawal(of, "two")); !fault.Is(err, fault.Conflict) {
			t.Errorf("the requestId of another change: %v", err)
		}
		_, err = service.CorrectActivity(ctx, supervisor, correction(of, "four", 5))
		wantField(t, "a correction of what was withdrawn", err, "activityId")
	}
	if doc, err := s.Get(ctx, store.Activities, string(of)); err != nil || len(doc.History) != 3 {
		t.Errorf("the history has %d entries, %v", len(doc.History), err)
	}
}

// TestActivityRaces proves that of corrections made at once none is lost, and
// that one which expects a version is refused when another came first.
func TestActivityRaces(t *testing.T) {
	ctx, s, clock := t.Context(), openStore(t), now
	a, _ := ledgerOf(t, s, &clock)
	b, _ := ledgerOf(t, s, &clock)
	recorded, err := a.RecordActivity(ctx, supervisor, training("one", 10))
	if err != nil {
		t.Fatal(err)
	}
	var correcting sync.WaitGroup
	for n := range 10 {
		service := []*casework.Service{a, b}[n%2]
		correcting.Go(func() {
			if _, err := service.CorrectActivity(ctx, supervisor, correction(recorded.Activity.ID, fmt.Sprint("c", n), n+1)); err != nil {
				t.Error(err)
			}
		})
	}
	correcting.Wait()
	late := correction(recorded.Activity.ID, "late", 1)
	for version, want := range map[int]bool{10: false, 11: true} {
		late.ExpectedVersion = &version
		if _, err := a.CorrectActivity(ctx, supervisor, late); want != (err == nil) || !want && !fault.Is(err, fault.Conflict) {
			t.Errorf("expecting version %d: %v", version, err)
		}
		if version == 11 {
			break // which makes it 12
		}
	}
}

// TestActivityOfOthers proves that another organisation's activity reads as
// absent, to be read or changed, and that a refusal leaves nothing behind.
func TestActivityOfOthers(t *testing.T) {
	ctx, s, clock := t.Context(), openStore(t), now
	service, r := ledgerOf(t, s, &clock)
	recorded, err := service.RecordActivity(ctx, supervisor, training("one", 10))
	if err != nil {
		t.Fatal(err)
	}
	other := access.Actor{Worker: "worker_2", Role: access.Supervisor, Organisation: "org_2"}
	of := recorded.Activity.ID
	_, absent := service.CorrectActivity(ctx, other, correction("activity_NONE", "a", 1))
	_, foreign := service.CorrectActivity(ctx, other, correction(of, "b", 1))
	_, withdrawn := service.WithdrawActivity(ctx, other, withdrawal(of, "c"))
	_, read := service.View(other, r.Snapshot()).Activity(string(of))
	for what, err := range map[string]error{"foreign": foreign, "withdrawn": withdrawn, "read": read} {
		if !fault.Is(err, fault.NotFound) || err.Error() != absent.Error() {
			t.Errorf("%s: %v, want %v", what, err, absent)
		}
	}
	in := training("bad", 10)
	in.SiteID = "site_NONE"
	_, err = service.RecordActivity(ctx, supervisor, in)
	wantField(t, "a site that is not there", err, "siteId")
	in.SiteID, in.Provinces = "", []string{"KH-1", "KH-26"}
	_, err = service.RecordActivity(ctx, supervisor, in)
	wantField(t, "a province that is not there", err, "provinces[1]")
	if n := len(service.View(supervisor, r.Snapshot()).Activities.Counting()); n != 1 {
		t.Errorf("%d activities, want 1", n)
	}
	if _, err := service.RecordActivity(ctx, access.Job("stall-scan"), training("job", 1)); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a job records: %v", err)
	}
}

// TestActivitiesInImpact proves that the figures know of the ledger what was
// known at the instant, that a report which was kept is confirmed after later
// changes, and that a state or a history that was tampered with is found.
func TestActivitiesInImpact(t *testing.T) {
	ctx, s, clock := t.Context(), openStore(t), now
	service, r := ledgerOf(t, s, &clock)
	recorded, err := service.RecordActivity(ctx, supervisor, training("one", 10))
	if err != nil {
		t.Fatal(err)
	}
	period := calendar.QuarterOf(calendar.DayOf(now))
	kept := outcome.NewRollUps(s)
	if _, err := service.RollUp(ctx, r, kept, calendar.DayOf(now)); err != nil {
		t.Fatal(err)
	}
	if all, err := kept.List(ctx); err != nil || !all[0].KnownAt.Equal(recorded.Activity.UpdatedAt) {
		t.Fatalf("kept %+v, %v", all, err)
	}
	clock = now.Add(time.Hour)
	if _, err := service.CorrectActivity(ctx, supervisor, correction(recorded.Activity.ID, "two", 12)); err != nil {
		t.Fatal(err)
	}
	clock = now.Add(2 * time.Hour)
	if _, err := service.WithdrawActivity(ctx, supervisor, withdrawal(recorded.Activity.ID, "three")); err != nil {
		t.Fatal(err)
	}
	for after, want := range map[time.Duration]int{-time.Minute: 0, time.Minute: 10, 61 * time.Minute: 12, 2 * time.Hour: 0} {
		at := now.Add(after)
		report, err := service.Impact(ctx, service.View(supervisor, r.Snapshot()), casework.ImpactInput{From: period.From, To: period.To, AsKnownAt: &at, Organisation: supervisor.Organisation,
			Indicators: []outcome.Code{outcome.ActivityPoliceTrained}})
		if err != nil || *report.Rows[0].Value != want {
			t.Errorf("known %s later: %+v, %v; want %d", after, report, err, want)
		}
	}
	wantDifferences(t, s, 0)

	doc, err := s.Get(ctx, store.Activities, string(recorded.Activity.ID))
	if err != nil {
		t.Fatal(err)
	}
	doc.ID, doc.State = "activity_TAMPERED", []byte(`{"id": "activity_TAMPERED", "title": "Another"}`)
	if err := s.Insert(ctx, store.Activities, doc); err != nil {
		t.Fatal(err)
	}
	wantDifferences(t, s, 2) // the state, and the quarter as it was known: the history is there twice
}

// TestActivityTexts proves that what is written of an activity is nowhere in the store in
// clear and is read as it was written, that a text which is exchanged with another
// version, field or activity does not open, and that verifying names each.
func TestActivityTexts(t *testing.T) {
	ctx, s, clock := t.Context(), openStore(t), now
	service, r := ledgerOf(t, s, &clock)
	in := training("one", 10)
	in.Title, in.Partner = "Planted title", "Planted partner"
	one, err := service.RecordActivity(ctx, supervisor, in)
	if err != nil {
		t.Fatal(err)
	}
	in.RequestID = "other"
	other, err := service.RecordActivity(ctx, supervisor, in)
	if err != nil {
		t.Fatal(err)
	}
	fix := correction(one.Activity.ID, "two", 12)
	fix.Title, fix.Reason = in.Title, "Planted reason"
	corrected, err := service.CorrectActivity(ctx, supervisor, fix)
	if err != nil {
		t.Fatal(err)
	}
	texts := func() (opened []string) {
		view := service.View(supervisor, r.Snapshot())
		for of, all := range map[id.Activity][]sealed.Text{
			one.Activity.ID: {one.Activity.Title, one.Activity.Partner, corrected.Activity.Title, corrected.Activity.Reason}, other.Activity.ID: {other.Activity.Title},
		} {
			for _, text := range all {
				clear, err := view.OpenActivity(ctx, of, text)
				if err != nil && !fault.Is(err, fault.Internal) {
					t.Error(err)
				}
				opened = append(opened, clear)
			}
		}
		slices.Sort(opened)
		return opened
	}
	if got := texts(); !slices.Equal(got, []string{"Planted partner", "Planted reason", "Planted title", "Planted title", "Planted title"}) {
		t.Errorf("%q", got)
	}
	verify := func() casework.Verification {
		var v casework.Verification
		if err := v.VerifyTexts(ctx, s, vaulttest.New(t, s)); err != nil {
			t.Fatal(err)
		}
		return v
	}
	if v := verify(); v.Texts != 6 || len(v.Differences) != 0 {
		t.Errorf("%+v", v)
	}
	docs := map[id.Activity]*store.Document{}
	for _, of := range []id.Activity{one.Activity.ID, other.Activity.ID} {
		doc, err := s.Get(ctx, store.Activities, string(of))
		if err != nil || bytes.Contains(doc.State, []byte("Planted")) || slices.ContainsFunc(doc.History, func(e store.Entry) bool { return bytes.Contains(e.Data, []byte("Planted")) }) {
			t.Fatalf("%s, %v", doc.State, err)
		}
		docs[of] = &doc
	}
	// The title of the other activity stands in the first version, and the partner in the title of the second.
	first, second := &docs[one.Activity.ID].History[0], &docs[one.Activity.ID].History[1]
	second.Data = replaceField(t, second.Data, "title", fieldOf(t, first.Data, "partner"))
	first.Data = replaceField(t, first.Data, "title", fieldOf(t, docs[other.Activity.ID].History[0].Data, "title"))
	moved := openStore(t)
	for _, doc := range docs {
		if err := moved.Insert(ctx, store.Activities, *doc); err != nil {
			t.Fatal(err)
		}
	}
	copyKeys(t, s, moved)
	s = moved
	service, r = ledgerOf(t, s, &clock)
	if got := texts(); !slices.Equal(got, []string{"", "", "Planted partner", "Planted reason", "Planted title"}) {
		t.Errorf("%q", got)
	}
	if v := verify(); v.Texts != 6 || len(v.Differences) != 2 {
		t.Errorf("%+v", v)
	}
}

func fieldOf(t *testing.T, data json.RawMessage, name string) any {
	t.Helper()
	var fields map[string]any
	if err := json.Unmarshal(data, &fields); err != nil {
		t.Fatal(err)
	}
	return fields[name]
}

func replaceField(t *testing.T, data json.RawMessage, name string, value any) json.RawMessage {
	t.Helper()
	var fields map[string]any
	if err := json.Unmarshal(data, &fields); err != nil {
		t.Fatal(err)
	}
	fields[name] = value
	changed, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	return changed
}

// copyKeys copies the wrapped keys of a store into another one, as a backup does.
func copyKeys(t *testing.T, from, to store.Store) {
	t.Helper()
	var backup bytes.Buffer
	if _, err := vault.Export(t.Context(), from, &backup); err != nil {
		t.Fatal(err)
	}
	if _, err := vault.Import(t.Context(), to, &backup); err != nil {
		t.Fatal(err)
	}
}

func wantDifferences(t *testing.T, s store.Store, want int) {
	t.Helper()
	d, _, err := directory.Open(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := outcome.NewRollUps(s).List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	v, err := casework.Verify(context.Background(), s, d, kept)
	if err != nil || len(v.Differences) != want {
		t.Errorf("%+v, %v; want %d differences", v, err, want)
	}
}
