package casework

import (
	"context"

	"onward/services/access"
	"onward/services/attention"
	"onward/services/audit"
	"onward/services/calendar"
	"onward/services/id"
	"onward/services/page"
)

// CaseAccesses returns a page of who looked at a case and who changed it, the newest
// first. Auditors read it of every case, and nothing of the case itself.
func (v *View) CaseAccesses(ctx context.Context, trail *audit.Trail, caseID id.Case, args page.Args) (*audit.SeenConnection, error) {
	c, ok := v.Cases.Case(caseID)
	if !ok {
		return nil, access.Absent()
	}
	if v.Actor.PermitProgramme(access.ReadAudit) != nil {
		if err := v.Actor.Permit(access.ReadAudit, c, v.Today); err != nil {
			return nil, err
		}
	}
	return trail.Of(ctx, c.ID, args)
}

// Reviewed says what came of a review of reading.
type Reviewed struct {
	Records int // that were looked at
	Found   int // workers' readings that are unusual
	Revised int // organisations of which something else needs attention than before
}

// ReviewReading finds what workers read that is unusual on the last days, and keeps it
// for the worklists of those who steer each organisation.
func (s *Service) ReviewReading(ctx context.Context, asOf calendar.Day) (done Reviewed, err error) {
	var records []audit.Record
	if err := audit.All(ctx, s.live.store, audit.Since(asOf), func(r audit.Record) { records = append(records, r) }); err != nil {
		return done, err
	}
	d := s.directory.Snapshot()
	last := map[id.Worker]calendar.Day{}
	for w, worker := range d.Workers {
		if day := worker.LastDay(); day != 0 {
			last[w] = day
		}
	}
	items := map[id.Organisation][]attention.Item{}
	for _, f := range audit.Review(records, last, asOf) {
		items[f.Organisation] = append(items[f.Organisation], attention.Item{Reason: attention.Reason(f.Reason), FoundOn: asOf, Reading: &attention.Reading{
			Worker: f.Worker, From: f.From, To: f.To, Days: f.Days, Cases: f.Cases, Searches: f.Searches, Exports: f.Exports}})
		done.Found++
	}
	done.Records = len(records)
	for org := range d.Organisations {
		changed, err := s.readings.Keep(ctx, org, asOf, s.now().UTC(), items[org])
		if err != nil {
			return done, err
		}
		done.Revised += one(changed)
	}
	return done, nil
}
