package main

import (
	"context"
	"testing"
	"time"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/id"
	"onward/services/register"
	"onward/services/stall"
	"onward/services/store"
	"onward/services/store/sqlite"
	"onward/services/vault/vaulttest"
)

// The figures to hold: of 100,000 cases of one organisation, and of one with
// 10,000.
const (
	rederiveTime = time.Second
	lookBackTime = 5 * time.Second // a request's
)

// largest returns the organisation with the most cases, and how many it has.
func largest(s *register.Snapshot) (org id.Organisation, n int) {
	count := map[id.Organisation]int{}
	for c := range s.All() {
		if count[c.Organisation]++; count[c.Organisation] > n {
			org, n = c.Organisation, count[c.Organisation]
		}
	}
	return org, n
}

// twin opens the directory and the register of a caseload that is not changed.
func twin(b *testing.B, s store.Store) (*directory.Directory, *register.Register) {
	b.Helper()
	d, _, err := directory.Open(context.Background(), s)
	if err != nil {
		b.Fatal(err)
	}
	r := register.New()
	load(b, s, r)
	return d, r
}

// BenchmarkSetThresholds measures how long a change of thresholds holds up those
// who change cases: until what is due is derived again on every case of the
// organisation, most of which move.
func BenchmarkSetThresholds(b *testing.B) {
	_, r := twin(b, openCaseload(b))
	s := memory(b)
	d, _, err := directory.Open(context.Background(), s)
	if err != nil {
		b.Fatal(err)
	}
	org, n := largest(r.Snapshot())
	var began time.Time
	var derived time.Duration
	d.OnThresholds(func(id.Organisation) { began = time.Now() }) // those who listen are told in turn
	casework.New(s, vaulttest.New(b, s), r, d, time.Now)
	d.OnThresholds(func(id.Organisation) { derived += time.Since(began) })
	admin := access.Actor{Worker: "worker_1", Role: access.OrgAdmin, Organisation: org}
	tuneMemory()
	b.ResetTimer()
	changes := 0
	for b.Loop() {
		changes++
		days := 20 + changes%10
		if _, err := d.SetThresholds(context.Background(), admin, time.Now(), directory.SetThresholdsInput{
			Request: directory.Request{RequestID: id.New("")}, Reason: "measured", Thresholds: []stall.Proposal{
				{Code: "CONTACT_MEDIUM_RISK", Days: &days}, {Code: "CONTACT_FOLLOW_UP", Days: &days}, {Code: "FIRST_ASSESSMENT", Days: &days}},
		}); err != nil {
			b.Fatal(err)
		}
	}
	for100k := time.Duration(float64(derived) / float64(changes*n) * 100_000)
	b.ReportMetric(float64(n), "cases")
	b.ReportMetric(float64(for100k.Milliseconds()), "ms/100k-cases")
	b.ReportMetric(float64(for100k)/float64(rederiveTime), "of-figure")
}

func memory(b *testing.B) store.Store {
	b.Helper()
	s, err := sqlite.Open(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	return s
}

// BenchmarkSimulateThresholds and BenchmarkStallQuality measure a request that
// looks back on the histories of an organisation, and what it would take where
// that had 10,000 cases in the same store.
func BenchmarkSimulateThresholds(b *testing.B) {
	days := 20
	lookBack(b, func(c *casework.Service, v *casework.View) error {
		_, err := c.SimulateThresholds(context.Background(), v, casework.SimulateThresholdsInput{
			Thresholds: []stall.Proposal{{Code: "CONTACT_MEDIUM_RISK", Days: &days}}})
		return err
	})
}

func BenchmarkStallQuality(b *testing.B) {
	lookBack(b, func(c *casework.Service, v *casework.View) error {
		_, err := c.StallQuality(context.Background(), v, calendar.Period{From: v.Today - 365, To: v.Today})
		return err
	})
}

func lookBack(b *testing.B, ask func(*casework.Service, *casework.View) error) {
	b.Helper()
	s := openCaseload(b)
	d, r := twin(b, s)
	org, n := largest(r.Snapshot())
	c := casework.New(s, vaulttest.New(b, s), r, d, time.Now)
	v := c.View(access.Actor{Worker: "worker_1", Role: access.Supervisor, Organisation: org}, r.Snapshot())
	tuneMemory()
	b.ResetTimer()
	for b.Loop() {
		if err := ask(c, v); err != nil {
			b.Fatal(err)
		}
	}
	each := b.Elapsed() / time.Duration(b.N)
	b.ReportMetric(float64(n), "cases")
	b.ReportMetric(float64(each.Milliseconds()), "ms")
	b.ReportMetric(float64(each)/float64(n)*10_000/float64(lookBackTime), "of-figure")
}
