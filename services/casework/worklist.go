package casework

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"

	"onward/services/access"
	"onward/services/attention"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/locale"
	"onward/services/page"
	"onward/services/stall"
	"onward/services/track"
)

// Flag is a flag of a case, to be shown.
type Flag struct {
	Case *casefile.Case
	casefile.Flag
}

// Flags returns the flags of a case that the actor is shown and that are in one of
// the states, or all.
func (v *View) Flags(c *casefile.Case, states []casefile.FlagState) []Flag {
	out := make([]Flag, 0, len(c.Flags))
	for _, f := range c.Flags {
		if v.shows(c, f) && (len(states) == 0 || slices.Contains(states, f.State)) {
			out = append(out, Flag{c, f})
		}
	}
	return out
}

// shows reports whether the actor is shown a flag of a case. That she turned 18
// tells her birthday: only those are told who work on cases where hers is.
func (v *View) shows(c *casefile.Case, f casefile.Flag) bool {
	if class := f.Class(); class != casefile.ClassIdentity {
		return v.Reads(class, c)
	}
	return v.Actor.Role.WorksOnCases() && v.Actor.Organisation == c.Organisation
}

// WorkFilter says which work; all given parts must hold.
type WorkFilter struct {
	Kind     []stall.WorkKind
	Rule     []casefile.RuleCode
	Severity []casefile.Severity
	Overdue  *bool
	Mine     *bool
}

// WorkItem is something to do next: a deadline of a case, with the flag that a
// scan has raised for it, if one has; the answer to a referral that another
// organisation has sent, or to a match to which another one has agreed; or a figure of
// the organisation, or what somebody read, that needs attention.
type WorkItem struct {
	Case     *casefile.Case  // nil where the actor may not read it yet, and of a figure
	Referral *Referral       // that waits for the actor's answer; nil where it is something else
	Found    *attention.Item // a figure or a reading that needs attention; nil where it is something else
	Overdue  bool
	Flag     *Flag
	stall.Deadline
}

// ID returns the identifier, which is the same while the work is.
func (i WorkItem) ID() string {
	if i.Found != nil {
		return "work_" + i.Code() + "." + i.Episode()
	}
	return "work_" + casefile.FlagID(i.of(), casefile.RuleCode(i.Code()), i.Episode())
}

// of returns the identifier of the case that the work is about; empty of a figure.
func (i WorkItem) of() id.Case {
	if c := i.About(); c != nil {
		return c.ID
	}
	return ""
}

// About returns the case that the work is about, whether the actor may read it or
// not. Work on a figure is about none.
func (i WorkItem) About() *casefile.Case {
	if i.Referral != nil {
		return i.Referral.Of
	}
	return i.Case
}

// WorkCount says how much work there is of one kind.
type WorkCount struct {
	Kind    stall.WorkKind `json:"kind"`
	Overdue int            `json:"overdue"`
	Soon    int            `json:"soon"`
}

// WorkItemConnection is a page of the worklist. Counts are over all that the
// filter lets through without its kinds.
type WorkItemConnection struct {
	page.Connection[WorkItem]
	Counts []WorkCount
}

// WorkItemEdge is an item with its cursor.
type WorkItemEdge = page.Edge[WorkItem]

// programmeOf are the tracks that each programme's own staff look after: those on
// which the policy lets them record.
var programmeOf = map[access.Role][]track.Kind{
	access.ShelterStaff:       {track.Shelter, track.Reintegration},
	access.CareerAdvisor:      {track.Career, track.Employment},
	access.ScholarshipOfficer: {track.Scholarship},
	access.LegalOfficer:       {track.Legal},
}

// Worklist returns what the actor should do next, most urgent first: on the
// cases that the actor owns, on the tracks of the actor's programme, and for
// those who steer an organisation on all of its cases, on what others have sent to
// it or agreed to, and on its figures.
func (v *View) Worklist(ctx context.Context, filter *WorkFilter, args page.Args) (*WorkItemConnection, error) {
	if !v.Actor.Role.WorksOnCases() {
		return nil, fault.New(fault.Forbidden, "your role works on no cases")
	}
	beside, err := v.attention(ctx)
	if err != nil {
		return nil, err
	}
	asked, err := v.asked(ctx)
	if err != nil {
		return nil, err
	}
	f := given(filter)
	counted := tally{}
	var items []WorkItem
	for item := range v.work(append(beside, asked...)) {
		if !f.keeps(v, item) {
			continue
		}
		kind := item.Kind()
		counted.add(kind, item.Overdue)
		if len(f.Kind) == 0 || slices.Contains(f.Kind, kind) {
			items = append(items, item)
		}
	}
	slices.SortFunc(items, func(a, b WorkItem) int { return a.compare(b, v.Today) })
	cut, err := page.Sorted(items, func(i WorkItem) string { return i.place(v.Today) }, args)
	if err != nil {
		return nil, err
	}
	return &WorkItemConnection{*cut, counted.counts()}, nil
}

// work yields all that the actor should do, in no order: what does not follow from a
// case alone too.
func (v *View) work(beside []WorkItem) iter.Seq[WorkItem] {
	return func(yield func(WorkItem) bool) {
		for _, item := range beside {
			if !yield(item) {
				return
			}
		}
		var due []stall.Deadline // of one case after the other, in the same room
		for c := range v.Cases.Next(access.Scope{Organisation: v.Actor.Organisation, Worker: v.Actor.Worker}, v.Today+stall.LongestNoticeDays) {
			due = stall.AppendDeadlines(due[:0], c, v.thresholds(c))
			for _, d := range due {
				if !d.Overdue(v.Today) && !d.Soon(v.Today) || !v.concerns(c, d) {
					continue
				}
				if item, asks := v.workItem(c, d); asks && !yield(item) {
					return
				}
			}
		}
		for c := range v.Cases.ReferredTo(v.Actor.Organisation) {
			if !v.answers(c, yield) {
				return
			}
		}
	}
}

// answers yields what waits on another organisation's case for the actor's
// answer, and reports whether to go on.
func (v *View) answers(c *casefile.Case, yield func(WorkItem) bool) bool {
	if !v.Actor.May(access.AnswerReferral, c, v.Today) {
		return true
	}
	for _, d := range stall.Waiting(c, v.Directory.Thresholds(v.Actor.Organisation), v.Actor.Organisation) {
		r, _ := c.Referral(d.Part())
		item := WorkItem{Referral: &Referral{c, r}, Deadline: d, Overdue: d.Overdue(v.Today)}
		if v.Actor.Sees(c, v.Today) {
			item.Case = c
		}
		if !yield(item) {
			return false
		}
	}
	return true
}

// attention returns the figures of the organisation, and what its workers read, that
// need attention, for those who steer it. What was found of a target that was set
// anew since is not said any
// more.
func (v *View) attention(ctx context.Context) ([]WorkItem, error) {
	if v.lists == nil || !v.Actor.Role.Steers() {
		return nil, nil
	}
	var items []WorkItem
	for _, lists := range []*attention.Lists{v.lists, v.readings} {
		list, err := lists.Of(ctx, v.Actor.Organisation)
		if err != nil {
			return nil, err
		}
		for i := range list.Items {
			item := &list.Items[i]
			if item.Target != nil && !v.stands(item.Target) {
				continue
			}
			items = append(items, v.found(item))
		}
	}
	return items, nil
}

// found returns what needs attention as work.
func (v *View) found(item *attention.Item) WorkItem {
	of := stall.OfFigure
	if item.Reading != nil {
		of = stall.OfReading
	}
	d := of(id.Suffix(v.Actor.Organisation)+"."+item.Key(), item.DueOn(), item.Severity())
	return WorkItem{Found: item, Deadline: d, Overdue: d.Overdue(v.Today)}
}

// Figure returns the figure that the work is about, or nil.
func (i WorkItem) Figure() *attention.Item {
	if i.Found == nil || i.Found.Reading != nil {
		return nil
	}
	return i.Found
}

// Reading returns what somebody read that the work is about, or nil.
func (i WorkItem) Reading() *WorkReading {
	if i.Found == nil || i.Found.Reading == nil {
		return nil
	}
	return &WorkReading{i.Found.Reason, *i.Found.Reading}
}

// WorkReading is what somebody read that needs attention.
type WorkReading struct {
	Reason attention.Reason
	attention.Reading
}

// stands reports whether a target of the organisation is still the one that was
// judged.
func (v *View) stands(judged *attention.Target) bool {
	t, ok := v.Directory.Target(directory.Indicator(judged.Code), v.Actor.Organisation, calendar.Period{From: judged.From, To: judged.To})
	return ok && t.Version == judged.Version
}

// tally counts work by its kind.
type tally map[stall.WorkKind]*WorkCount

func (t tally) add(kind stall.WorkKind, overdue bool) {
	n := t[kind]
	if n == nil {
		n = &WorkCount{Kind: kind}
		t[kind] = n
	}
	if overdue {
		n.Overdue++
	} else {
		n.Soon++
	}
}

// counts returns the counts in the order of the kinds; of a kind without work
// there is none.
func (t tally) counts() []WorkCount {
	out := make([]WorkCount, 0, len(t))
	for _, kind := range stall.WorkKinds {
		if n := t[kind]; n != nil {
			out = append(out, *n)
		}
	}
	return out
}

// concerns reports whether a deadline is the actor's to look after: whether the
// actor may do what helps, and it is about the actor's own case, the actor's
// programme, or the actor steers the organisation.
func (v *View) concerns(c *casefile.Case, d stall.Deadline) bool {
	programme, ok := programmeOf[v.Actor.Role]
	if ok && c.Owner != v.Actor.Worker && !slices.Contains(programme, d.Track) && (d.Track != "" || c.Owner != "") {
		return false
	}
	if d.Track == track.Legal && !v.Reads(access.Legal, c) {
		return false
	}
	return slices.ContainsFunc(d.Remedies(c, v.Today), func(r stall.Remedy) bool { return v.mayRemedy(c, r) })
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
	case "approveRequest", "rejectRequest":
		a, _ := c.Approval(r.Approval)
		return approving[a.Of()]
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
	case "agreeMatch", "declineMatch":
		return access.AnswerMatch
	case "checkRetention":
		return access.RecordEmployment
	case "enrol":
		return access.RecordScholarship
	case "recordFollowUp", "scheduleFollowUp":
		return access.RecordFollowUp
	}
	return "" // which nobody may: a mutation that stands here is offered to nobody
}

// workItem returns what is to be done about a deadline of a case, and whether it
// asks for it: nobody has dismissed its flag, or put it off.
func (v *View) workItem(c *casefile.Case, d stall.Deadline) (WorkItem, bool) {
	item := WorkItem{Case: c, Deadline: d, Overdue: d.Overdue(v.Today)}
	f, raised := stall.FlagOf(c, d)
	if raised && f.Live() {
		item.Flag = &Flag{c, f}
	}
	return item, !f.Dismissed && !f.Asleep(v.Today)
}

// compare orders work, the most urgent first, and of the same urgency always in
// the same way.
func (i WorkItem) compare(j WorkItem, today calendar.Day) int {
	x, y := i.Urgency(today), j.Urgency(today)
	if order := cmp.Or(slices.Compare(x[:], y[:]), cmp.Compare(i.of(), j.of()), cmp.Compare(i.Code(), j.Code())); order != 0 {
		return order
	}
	return cmp.Compare(i.Episode(), j.Episode())
}

// place is where the item stands in the worklist, as a text that sorts alike: a
// cursor stays good when the item is done.
func (i WorkItem) place(today calendar.Day) string {
	u := i.Urgency(today)
	return fmt.Sprintf("%d%d %08d %s %s %s", u[0], u[1], u[2], i.of(), i.Code(), i.Episode())
}

func (f WorkFilter) keeps(v *View, i WorkItem) bool {
	return (len(f.Rule) == 0 || slices.Contains(f.Rule, i.Deadline.Rule)) &&
		(len(f.Severity) == 0 || slices.Contains(f.Severity, i.Deadline.Severity)) &&
		(f.Overdue == nil || *f.Overdue == i.Overdue) &&
		(f.Mine == nil || *f.Mine == (i.Found == nil && i.About().Owner == v.Actor.Worker))
}

// Explanation says why something is due, and what to do.
type Explanation struct {
	Case *casefile.Case
	stall.Explanation
	ThresholdsVersion int // of the organisation; 0 for the defaults

	found *attention.Item // that it is about; nil where it is about a case
}

// Text returns the reason in a sentence.
func (e *Explanation) Text(l locale.Locale) string {
	if e.found != nil {
		return e.found.Text(l)
	}
	return e.Explanation.Text(l)
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

// Explain says why a flag was raised, and what to do.
func (v *View) Explain(f *Flag) *Explanation {
	return v.explanation(f.Case, stall.ExplainFlag(f.Case, v.thresholds(f.Case), f.Flag, v.viewer()), f.ThresholdsVersion)
}

// ExplainWork says why something is due, and what to do. About a figure there is
// no one thing to do.
func (v *View) ExplainWork(i *WorkItem) *Explanation {
	if i.Found != nil {
		return &Explanation{found: i.Found}
	}
	c := i.About()
	th := v.thresholds(c)
	if i.Referral != nil {
		th = v.Directory.Thresholds(v.Actor.Organisation)
	}
	return v.explanation(c, stall.ExplainDeadline(c, i.Deadline, v.viewer()), th.Version)
}

// viewer is for whom things are explained.
func (v *View) viewer() stall.Viewer { return stall.Viewer{Worker: v.Actor.Worker, Today: v.Today} }

// thresholds returns the thresholds of the stall rules that hold for a case.
func (v *View) thresholds(c *casefile.Case) *stall.Thresholds {
	return v.Directory.Thresholds(c.Organisation)
}

// DueOn returns the earliest day on which something is due on a case that the actor may
// know of, or the zero Day. It is that by which cases are ordered.
func (v *View) DueOn(c *casefile.Case) *calendar.Day {
	if v.Actor.Scope().AllDue(c.Organisation) {
		return &c.NextDueOn
	}
	return &c.OpenlyDueOn
}

// NextDueOn returns the earliest day on which something is due on a track of a
// case, or the zero Day; of legal matters to those alone who may read about them.
func (v *View) NextDueOn(t *casefile.Track) *calendar.Day {
	if t.Kind == track.Legal && !v.Reads(access.Legal, t.Case) {
		return new(calendar.Day)
	}
	due := stall.NextDueOn(t.Case, v.thresholds(t.Case), t.Kind)
	return &due
}

// explanation leaves out the next actions that the actor may not take.
func (v *View) explanation(c *casefile.Case, e stall.Explanation, thresholdsVersion int) *Explanation {
	e.NextActions = slices.DeleteFunc(e.NextActions, func(a stall.NextAction) bool {
		return !v.mayRemedy(c, a.Remedy)
	})
	return &Explanation{Case: c, Explanation: e, ThresholdsVersion: thresholdsVersion}
}
