package stall

import (
	"slices"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/id"
)

// ofCase adds what the case itself waits for while it is under way.
func (l *deadlines) ofCase() {
	l.intake()
	l.assessment()
	l.reassessment()
	l.contact()
	l.adult()
	l.scheduled()
	l.approvals()
	l.referrals()
}

// ofPlan adds what waits for the plan or is due by it.
func (l *deadlines) ofPlan() {
	l.approvedPlan()
	l.actions()
	l.planReview()
}

func (l *deadlines) owner() {
	if l.c.Owner == "" {
		l.from(NoOwner, "", casefile.Fact{Name: "UNOWNED_SINCE", On: l.c.UnownedSince}, l.th.Owner, id.Part{})
	}
}

// acceptance counts from the opening of a referral, or from its reopening, until
// somebody accepts or declines it.
func (l *deadlines) acceptance() {
	l.from(ReferralUnanswered, "", casefile.Fact{Name: openedFact, On: opened(l.c)}, referralDays(l.c, l.th), id.Part{})
}

// referralDays returns within how many days a referral of a case is answered.
func referralDays(c *casefile.Case, th *Thresholds) int {
	if c.Risk() == casefile.High {
		return th.ReferralHighRisk
	}
	return th.Referral
}

// intake counts from the acceptance, or from the reopening of a case that was
// closed in intake. A hold does not begin it again.
func (l *deadlines) intake() {
	if since := l.c.IntakeOn; !since.IsZero() {
		l.from(RecordIncomplete, "", casefile.Fact{Name: intakeSince, On: since}, l.th.Record, id.Part{})
	}
}

// assessment counts from the opening, or from the last reopening of a case that
// was closed before anybody had assessed it.
func (l *deadlines) assessment() {
	c := l.c
	if c.AssessedOn.IsZero() && !followedUp(c) {
		l.from(NeverAssessed, "", casefile.Fact{Name: openedFact, On: opened(c)}, l.th.FirstAssessment, id.Part{})
	}
}

// reassessment counts from the last assessment, of whatever kind, or from a
// reopening after it. In FOLLOW_UP the follow-ups take its place [J].
func (l *deadlines) reassessment() {
	c := l.c
	if c.ReassessedOn.IsZero() || followedUp(c) {
		return
	}
	since := casefile.Fact{Name: "LAST_ASSESSED", On: c.ReassessedOn}
	if from := opened(c); since.On < from && from > c.OpenedOn {
		since = casefile.Fact{Name: openedFact, On: from}
	}
	l.from(ReassessmentDue, "", since, l.th.Reassessment, id.Part{})
}

// approvedPlan counts as assessment does, until a plan is approved for the first
// time: here, or on paper, for her return or for her care in the shelter. A newer
// version that waits, or that was rejected, leaves the approved one in force.
func (l *deadlines) approvedPlan() {
	if c := l.c; !c.PlanApproved() && !c.Shelter().CarePlanned() && !followedUp(c) {
		l.from(NoApprovedPlan, "", casefile.Fact{Name: openedFact, On: opened(c)}, l.th.ApprovedPlan, id.Part{})
	}
}

// adult counts from the day on which a girl turns 18, and is overdue on that very
// day, until a decision of hers, of that day or later, on consent for SERVICES is
// recorded: a guardian decides no longer. A correction of the day leaves it the same trouble.
func (l *deadlines) adult() {
	c := l.c
	if c.AdultOn.IsZero() || slices.ContainsFunc(c.Consents, func(k casefile.Consent) bool {
		return k.Purpose() == casefile.ForServices && k.On >= c.AdultOn && k.GivenBy() != casefile.Guardian
	}) {
		return
	}
	l.add(Deadline{
		Rule: Turned18, DueOn: c.AdultOn - 1 + calendar.Day(l.th.Majority), ThresholdDays: l.th.Majority,
		since: casefile.Fact{Name: "ADULT", On: c.AdultOn}, episode: "majority",
	})
}

// followedUp reports whether the case is in FOLLOW_UP, or held from there.
func followedUp(c *casefile.Case) bool {
	return c.Status == casefile.FollowUp || c.HeldFrom() == casefile.FollowUp
}

func opened(c *casefile.Case) calendar.Day {
	if n := len(c.Closings); n > 0 && !c.Closings[n-1].ReopenedOn.IsZero() {
		return c.Closings[n-1].ReopenedOn
	}
	return c.OpenedOn
}

func (l *deadlines) contact() {
	since := casefile.Fact{Name: "LAST_CONTACT", On: l.c.LastContactOn}
	if from := opened(l.c); since.On < from {
		since = casefile.Fact{Name: openedFact, On: from}
	}
	l.from(NoContact, "", since, l.contactDays(), id.Part{})
}

func (l *deadlines) contactDays() int {
	c := l.c
	switch {
	case followedUp(c):
		return l.th.ContactFollowUp
	case c.Risk() == casefile.High:
		return l.th.ContactHighRisk
	case c.Risk() == casefile.Low:
		return l.th.ContactLowRisk
	}
	return l.th.ContactMediumRisk
}

func (l *deadlines) actions() {
	for _, a := range l.c.Plan.Open() {
		l.from(ActionOverdue, "", casefile.Fact{Name: actionDue, On: a.DueOn}, l.th.Action, a.Part)
	}
}

func (l *deadlines) planReview() {
	if p := l.c.Plan; p.InForce() {
		l.from(ActionOverdue, "", casefile.Fact{Name: planReview, On: p.ReviewOn}, l.th.Action, id.Part{})
	}
}

// scheduled adds the follow-ups that somebody has scheduled or agreed with her.
func (l *deadlines) scheduled() {
	for _, f := range l.c.FollowUps().Open() {
		l.from(ActionOverdue, "", casefile.Fact{Name: followUpDue, On: f.DueOn, Entry: f.Entry}, l.th.Action, id.Named(f.ID))
	}
	if next := l.c.FollowUps().NextOn; !next.IsZero() {
		l.from(ActionOverdue, "", casefile.Fact{Name: followUpDue, On: next}, l.th.Action, id.Part{})
	}
}

func (l *deadlines) approvals() {
	for _, a := range l.c.Approvals {
		if a.State() != casefile.Pending {
			continue
		}
		days := l.th.Approval
		if a.Of() == casefile.GlassReview {
			days = l.th.GlassReview
		}
		l.from(ApprovalPending, "", casefile.Fact{Name: string(a.Of()), On: a.RequestedOn, Entry: int(a.Entry)}, days, a.Part)
	}
}

// referrals adds the referrals and transfers to other organisations that wait for
// their answer.
func (l *deadlines) referrals() {
	for _, r := range l.c.Referrals() {
		if r.State == casefile.ReferralWaits {
			l.from(ReferralUnanswered, "", casefile.Fact{Name: string(r.Type), On: r.SentOn, Entry: r.Entry}, referralDays(l.c, l.th), id.Named(r.ID))
		}
	}
}
