package main

import (
	"context"
	"testing"
	"time"

	"onward/services/access"
	"onward/services/activity"
	"onward/services/calendar"
	"onward/services/casework"
	"onward/services/vault/vaulttest"
)

// programmeTime is the figure to hold for those of the whole programme, of 100,000
// cases, once they have been asked for.
const programmeTime = time.Second

// BenchmarkProgrammeImpact measures the figures of the whole programme of the last two
// years: for the first who asks after a quarter has ended, for whom all histories are
// folded, and for those who ask later.
func BenchmarkProgrammeImpact(b *testing.B) {
	s := openCaseload(b)
	d, r := twin(b, s)
	ledger, _, err := activity.Open(context.Background(), s)
	if err != nil {
		b.Fatal(err)
	}
	org, _ := largest(r.Snapshot())
	c := casework.New(s, vaulttest.New(b, s), r, d, time.Now, casework.WithActivities(ledger))
	v := c.View(access.Actor{Worker: "worker_1", Role: access.Supervisor, Organisation: org}, r.Snapshot())
	end := calendar.QuarterOf(v.Today).From - 1
	in := casework.ImpactInput{From: (end + 1).AddMonths(-24), To: end}
	tuneMemory()
	ask := func() time.Duration {
		began := time.Now()
		if _, err := c.Impact(context.Background(), v, in); err != nil {
			b.Fatal(err)
		}
		return time.Since(began)
	}
	scaled := func(t time.Duration) time.Duration { return t * 100_000 / time.Duration(r.Snapshot().Len()) }
	first := scaled(ask())
	b.ResetTimer()
	for b.Loop() {
		ask()
	}
	later := scaled(b.Elapsed() / time.Duration(b.N))
	b.ReportMetric(float64(first.Milliseconds()), "first-ms/100k-cases")
	b.ReportMetric(float64(later.Milliseconds()), "ms/100k-cases")
	b.ReportMetric(float64(later)/float64(programmeTime), "of-figure")
}
