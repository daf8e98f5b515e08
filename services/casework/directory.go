package casework

import (
	"context"

	"onward/services/access"
	"onward/services/casefile"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/id"
)

// EndSite ends the use of a site of the actor's organisation, where nobody stays
// there.
func (s *Service) EndSite(ctx context.Context, v *View, in directory.EndSiteInput) (*directory.SitePayload, error) {
	defer s.admissions.wait(in.SiteID, v.Directory)() // nobody is admitted in between
	return s.directory.EndSite(ctx, v.Actor, v.At, in, s.desk.staying)
}

// EndWorkerPayload is the answer to EndWorker: how many open cases she owned,
// and how many of them the successor has now.
type EndWorkerPayload struct {
	Worker     directory.Worker
	OpenCases  int
	Reassigned int
	Given      []*casefile.Case // to the successor, as they were before
}

// EndWorker ends a worker's access, and gives her open cases to the successor
// where one is named. Every case is assigned by itself: where time runs out in
// between, the same request, sent again, goes on, also where a scan has released
// the case meanwhile. A case that cannot be assigned stays with her until the next
// scan, and the answer counts one less.
func (s *Service) EndWorker(ctx context.Context, v *View, in directory.EndWorkerInput) (*EndWorkerPayload, error) {
	w, err := s.directory.EndWorker(ctx, v.Actor, v.At, in)
	if err != nil {
		return nil, err
	}
	answer := &EndWorkerPayload{Worker: w}
	for c := range v.Cases.All() {
		r := handover(c, in)
		given, err := s.made(ctx, c, v.Actor.Worker, r.RequestID)
		if err != nil {
			return nil, err
		}
		if !v.Actor.Sees(c, v.Today) || !given && (c.Owner != w.ID && c.ReleasedFrom() != w.ID || !c.Status.Open()) {
			continue
		}
		answer.OpenCases++
		if !given && in.SuccessorID != nil {
			if given, err = s.handOver(ctx, v.Actor, r, *in.SuccessorID); err != nil {
				return nil, err
			}
		}
		if given {
			answer.Reassigned++
			answer.Given = append(answer.Given, c)
		}
	}
	return answer, nil
}

// handover returns the request that gives one case to the successor. Its
// requestId is derived, so that no case is given twice.
func handover(c *casefile.Case, in directory.EndWorkerInput) Request {
	return Request{RequestID: id.Derive("", "endWorker", string(in.WorkerID), in.RequestID, string(c.ID)), CaseID: c.ID}
}

// handOver gives one case to the successor and reports whether she has it. What
// may succeed when it is tried again is an error.
func (s *Service) handOver(ctx context.Context, actor access.Actor, r Request, successor id.Worker) (bool, error) {
	_, err := s.AssignCase(ctx, actor, AssignCaseInput{Request: r, Assigned: casefile.Assigned{OwnerID: successor}})
	if fault.Is(err, fault.Unavailable) || fault.Is(err, fault.Internal) {
		return false, err
	}
	return err == nil, nil
}
