package casework

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/fault"
	"onward/services/page"
	"onward/services/register"
	"onward/services/stall"
	"onward/services/track"
)

// Flag is a flag of a case, to be shown.
type Flag struct {
	Case *casefile.Case
	casefile.Flag
}

// Flags returns the flags of a case that are in one of the states, or all.
func (v *View) Flags(c *casefile.Case, states []casefile.FlagState) []Flag {
	out := make([]Flag, 0, len(c.Flags))
	for _, f := range c.Flags {
		if len(states) == 0 || slices.Contains(states, f.State) {
			out = append(out, Flag{c, f})
		}
	}
	return out
}

// WorkFilter says which work; all given parts must hold.
type WorkFilter struct {
	Rule     []casefile.RuleCode
	Severity []casefile.Severity
	Overdue  *bool
	Mine     *bool
}

// WorkItem is something to do next: a deadline of a case, with the flag that a
// scan has raised for it, if one has.
type WorkItem struct {
	ID      string
	Case    *casefile.Case
	Overdue bool
	Flag    *Flag
	stall.Deadline
}

// The page of the worklist.
type (
	WorkItemConnection = page.Connection[WorkItem]
	WorkItemEdge       = page.Edge[WorkItem]
)

// programmeOf is the track that each programme's own staff look after.
var programmeOf = map[access.Role]track.Kind{
	access.ShelterStaff: track.Shelter, access.CareerAdvisor: track.Employment,
	access.ScholarshipOfficer: track.Scholarship, access.LegalOfficer: track.Legal,
}

// Worklist returns what the actor should do next, most urgent first: on the
// cases that the actor owns, on the track of the actor's programme, and for
// those who steer an organisation on all of its cases.
func (v *View) Worklist(filter *WorkFilter, args page.Args) (*WorkItemConnection, error) {
	f := given(filter)
	if v.Actor.Scope().Empty() {
		return nil, fault.New(fault.Forbidden, "your role reads no cases")
	}
	var items []WorkItem
	for c := range v.Cases.Next(v.Actor.Scope(), v.Today, v.Today+stall.LongestNoticeDays) {
		for _, d := range stall.Outstanding(c, v.thresholds(c)) {
			if !d.Overdue(v.Today) && !d.Soon(v.Today) || !v.concerns(c, d) {
				continue
			}
			if item := v.workItem(c, d); !item.muted(v.Today) && f.keeps(v, item) {
				items = append(items, item)
			}
		}
	}
	slices.SortFunc(items, func(a, b WorkItem) int {
		x, y := a.Urgency(v.Today), b.Urgency(v.Today)
		return cmp.Or(slices.Compare(x[:], y[:]), cmp.Compare(a.ID, b.ID))
	})
	return page.Sorted(items, func(i WorkItem) string { return i.place(v.Today) }, args)
}

// concerns reports whether a deadline is the actor's to look after: whether the
// actor may do what helps, and it is about the actor's own case, the actor's
// programme, or the actor steers the organisation.
func (v *View) concerns(c *casefile.Case, d stall.Deadline) bool {
	if !slices.ContainsFunc(d.Remedies(c, v.Today), func(r stall.Remedy) bool { return v.mayRemedy(c, r) }) {
		return false
	}
	switch programme, ok := programmeOf[v.Actor.Role]; {
	case c.Owner == v.Actor.Worker, !ok:
		return true
	default:
		return d.Track == programme || d.Track == "" && c.Owner == ""
	}
}

// mayRemedy reports whether the actor may do what helps. Nobody is asked to
// approve what only someone else can.
func (v *View) mayRemedy(c *casefile.Case, r stall.Remedy) bool {
	a, ok := c.Approval(r.Approval)
	if ok && !v.Actor.May(access.SelfApprove, c, v.Today) && ownRequest(c, a, v.Actor) {
		return false
	}
	if sent, ok := c.Referral(r.Referral); ok && sent.To != v.Actor.Organisation {
		return false
	}
	return v.Actor.May(remedies(c, r), c, v.Today)
}

// remedies returns the action that a mutation of the next actions asks for.
func remedies(c *casefile.Case, r stall.Remedy) access.Action {
	switch r.Mutation {
	case "assignCase":
		return access.AssignCase
	case "recordMilestone":
		return recordingAction(r.Code)
	case "approveRequest":
		a, _ := c.Approval(r.Approval)
		return approving[a.Of]
	case "updatePlan", "submitPlan", "completeAction", "reviewPlan":
		return access.WritePlan
	case "acceptCase":
		return access.DecideReferral
	case "activateCase", "resumeCase":
		return access.ManageCase
	case "recordConsent":
		return access.RecordConsent
	case "revokeReferral":
		return access.SendReferral
	case "answerReferral":
		return access.AnswerReferral
	case "checkRetention":
		return access.RecordEmployment
	case "enrol":
		return access.RecordScholarship
	}
	return access.RecordFollowUp
}

// muted reports whether somebody has put the item off.
func (i WorkItem) muted(today calendar.Day) bool {
	return i.Flag != nil && i.Flag.State == casefile.FlagSnoozed && today <= i.Flag.SnoozedUntil
}

// place is where the item stands in the worklist, as a text that sorts alike: a
// cursor stays good when the item is done.
func (i WorkItem) place(today calendar.Day) string {
	u := i.Urgency(today)
	return fmt.Sprintf("%d%d %08d %s", u[0], u[1], u[2], i.ID)
}

func (v *View) workItem(c *casefile.Case, d stall.Deadline) WorkItem {
	item := WorkItem{
		ID:   "work_" + casefile.FlagID(c.ID, d.Rule, d.Episode()),
		Case: c, Deadline: d, Overdue: d.Overdue(v.Today),
	}
	if f, ok := c.Flag(d.Rule, d.Episode()); ok && f.Live() {
		item.Flag = &Flag{c, f}
	}
	return item
}

func (f WorkFilter) keeps(v *View, i WorkItem) bool {
	return (len(f.Rule) == 0 || slices.Contains(f.Rule, i.Deadline.Rule)) &&
		(len(f.Severity) == 0 || slices.Contains(f.Severity, i.Deadline.Severity)) &&
		(f.Overdue == nil || *f.Overdue == i.Overdue) &&
		(f.Mine == nil || *f.Mine == (i.Case.Owner == v.Actor.Worker))
}

// Explanation says why something is due, and what to do.
type Explanation struct {
	Case *casefile.Case
	stall.Explanation
}

// Fact is one thing that an explanation rests on.
type Fact struct {
	Case *casefile.Case
	casefile.Fact
}

// Facts returns what the explanation rests on.
func (e *Explanation) Facts() []Fact {
	facts := make([]Fact, len(e.Explanation.Facts))
	for i, f := range e.Explanation.Facts {
		facts[i] = Fact{e.Case, f}
	}
	return facts
}

// Scan is what a stall scan did, in cases and in flags. A case that Failed is as
// it was, and due still: the next scan tries it again.
type Scan struct{ Checked, Raised, Resolved, Failed int }

// sweepers is how many cases are swept at once: a store that commits in groups
// is then kept busy.
const sweepers = 8

// ScanStalled raises and resolves the flags of every case that is due for it on
// a day. It costs what is due, not what exists. One case that cannot be swept, such
// as one in which a newer program has written what this one cannot read, keeps
// neither the others nor the scans of later days from it: it is counted. Where the
// store cannot be reached the scan returns Unavailable, and gives up once that goes
// for so many cases in a row as are swept at once.
func (s *Service) ScanStalled(ctx context.Context, actor access.Actor, cases *register.Snapshot, on calendar.Day) (Scan, error) {
	var t tally
	var group errgroup.Group
	group.SetLimit(sweepers)
	for c := range cases.Due(on) {
		if ctx.Err() != nil || t.hopeless() {
			break
		}
		group.Go(func() error {
			t.add(s.Sweep(ctx, actor, c.ID, on))
			return nil
		})
	}
	_ = group.Wait() // errors are in the tally
	if err := ctx.Err(); err != nil {
		return t.scan, fault.Wrap(fault.Unavailable, err, "scan stopped")
	}
	return t.scan, t.away
}

// tally adds up the sweeps of a scan.
type tally struct {
	mu   sync.Mutex
	scan Scan
	away error // why the store could not be reached for a case
	row  int   // cases in a row for which it could not be
}

func (t *tally) add(raised, resolved int, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.scan.Checked++
	t.scan.Raised += raised
	t.scan.Resolved += resolved
	t.row++
	if !fault.Is(err, fault.Unavailable) {
		t.row = 0
	}
	if err != nil {
		t.scan.Failed++
	}
	if t.away == nil && t.row > 0 {
		t.away = err
	}
}

// hopeless reports whether the store is away for good.
func (t *tally) hopeless() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.row >= sweepers
}

// IsNode marks the flag as a node of the schema.
func (Flag) IsNode() {}

// Explain says why a flag was raised, and what to do.
func (v *View) Explain(f *Flag) *Explanation {
	return v.explanation(f.Case, stall.ExplainFlag(f.Case, v.thresholds(f.Case), f.Flag, v.viewer()))
}

// ExplainWork says why something is due, and what to do.
func (v *View) ExplainWork(i *WorkItem) *Explanation {
	return v.explanation(i.Case, stall.ExplainDeadline(i.Case, i.Deadline, v.viewer()))
}

// viewer is for whom things are explained.
func (v *View) viewer() stall.Viewer { return stall.Viewer{Worker: v.Actor.Worker, Today: v.Today} }

// thresholds returns the thresholds of the stall rules that hold for a case.
func (v *View) thresholds(c *casefile.Case) *stall.Thresholds {
	return v.Directory.Thresholds(c.Organisation)
}

// NextDueOn returns the earliest day on which something is due on a track of a
// case, or the zero Day.
func (v *View) NextDueOn(t *casefile.Track) *calendar.Day {
	due := stall.NextDueOn(t.Case, v.thresholds(t.Case), t.Kind)
	return &due
}

// explanation leaves out the next actions that the actor may not take.
func (v *View) explanation(c *casefile.Case, e stall.Explanation) *Explanation {
	e.NextActions = slices.DeleteFunc(e.NextActions, func(a stall.NextAction) bool {
		return !v.mayRemedy(c, a.Remedy)
	})
	return &Explanation{c, e}
}
