package outcome_test

import (
	"fmt"
	"testing"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/employment"
	"onward/services/id"
	"onward/services/outcome"
	"onward/services/scholarship"
	"onward/services/sealed"
	"onward/services/shelter"
	"onward/services/stall"
	"onward/services/track"
)

// measured writes a figure as its measure shows it, and after it how many were
// left out where any were.
func measured(r outcome.Row) string {
	text := fmt.Sprint(r.Value)
	switch r.Indicator().Measure {
	case outcome.Share:
		text += fmt.Sprintf("/%d", r.Base)
	case outcome.Distribution:
		if r.Days != nil {
			text += fmt.Sprintf(": %g %g %g", r.Days.Lower, r.Days.Median, r.Days.Upper)
		}
	case outcome.Mean:
		if r.Mean != nil {
			text += fmt.Sprintf(": %g", *r.Mean)
		}
	}
	if r.ExcludedNoConsent > 0 {
		text += fmt.Sprintf(", %d out", r.ExcludedNoConsent)
	}
	return text
}

// approvedPlan writes, hands in and approves a plan.
func (h *history) approvedPlan(on string) *history {
	h.add(on, wholePlan).add(on, casefile.Requested{Of: casefile.PlanApproval})
	return h.add(on, casefile.Approved{ApprovalID: id.Within("approval_", h.caseID, len(h.entries))})
}

// stay writes a stay in a shelter.
func (h *history) stay(from, to string, destination shelter.Destination) *history {
	return h.add(from, shelter.Admitted{SiteID: shelterHouse}).add(to, shelter.Left{Destination: destination})
}

// job writes a job from a day to another, or to none.
func (h *history) job(from, to string) *history {
	if h.add(from, started("")); to != "" {
		h.add(to, employment.Ended{Reason: employment.LaidOff})
	}
	return h
}

// refer sends a referral, and does it on a day, or not.
func (h *history) refer(sent, done string) *history {
	h.add("2020-01-02", shared()).add(sent, referral(orgB))
	referralID := id.Within("referral_", h.caseID, len(h.entries))
	if done != "" {
		h.add(sent, casefile.ReferralAnswered{ReferralID: referralID, Accepted: true}).add(done, casefile.ReferralCompleted{ReferralID: referralID})
	}
	return h
}

// scholar writes an award and the enrolment.
func (h *history) scholar(on string) *history {
	return h.add(on, award(scholarship.Women)).add(on, scholarship.Enrolment{})
}

func term(name string, attendance scholarship.Attendance) casefile.Data {
	return scholarship.TermCheck{Term: sealed.Text(name), Attendance: attendance}
}

// TestMeasuredDefinitions holds each written definition of a share, a distribution
// or a mean, and of the counts that came with them, to what it says: on the days
// around each limit, without consent, after a reversal, and of one person's cases.
func TestMeasuredDefinitions(t *testing.T) {
	const reporting = casefile.ForReporting
	cases := func(all ...*history) []*history { return all }
	one := func() *history { return open("case_1", reporting) }
	january := func(consents ...casefile.Purpose) *history { return openOn("2026-01-10", "case_1", consents...) } // a month on 02-09
	quarter := "2026-03-31"
	tests := []struct {
		code outcome.Code
		name string
		asOf string // in the first quarter of 2026
		all  []*history
		want string
	}{
		{outcome.ScholarsWomen, "two awards of one person", quarter, cases(one().add("2026-02-01", award(scholarship.Women)).add("2026-02-02", award(scholarship.Women))), "1"},
		{outcome.ScholarsWomen, "two awards of two cases of one person", quarter, cases(one().add("2026-02-01", award(scholarship.Women)),
			open("case_2").add("2026-02-01", award(scholarship.Women)).into("case_1")), "1"},
		{outcome.ScholarsWomen, "an award of another class", quarter, cases(one().add("2026-02-01", award(scholarship.GirlsSecondary))), "0"},
		{outcome.ScholarsWomen, "an application", quarter, cases(one().add("2026-02-01", reached(track.Applied))), "0"},
		{outcome.ScholarsWomen, "without consent", quarter, cases(open("case_1").add("2026-02-01", award(scholarship.Women))), "0, 1 out"},
		{outcome.ScholarsGirls, "an award to a girl", quarter, cases(one().add("2026-02-01", award(scholarship.GirlsSecondary))), "1"},
		{outcome.ScholarsGirls, "an award to a woman", quarter, cases(one().add("2026-02-01", award(scholarship.Women))), "0"},
		{outcome.ScholarsGirls, "reversed", quarter, cases(one().add("2026-02-01", award(scholarship.GirlsSecondary)).reverse("2026-02-02")), "0"},
		{outcome.JobOffered, "an offer", quarter, cases(one().add("2026-02-01", reached(track.Offered))), "1"},
		{outcome.JobOffered, "an offer and a start", quarter, cases(one().add("2026-02-01", reached(track.Offered)).job("2026-02-02", "")), "1"},
		{outcome.JobOffered, "a start without an offer", quarter, cases(one().job("2026-02-02", "")), "0"},
		{outcome.JobOffered, "reversed", quarter, cases(one().add("2026-02-01", reached(track.Offered)).reverse("2026-02-02")), "0"},

		{outcome.PlanWithin30, "the 29th day is not the last", "2026-02-08", cases(january(reporting).approvedPlan("2026-01-20")), "0/0"},
		{outcome.PlanWithin30, "approved before", "2026-02-09", cases(january(reporting).approvedPlan("2026-01-20")), "1/1"},
		{outcome.PlanWithin30, "approved on the 30th day", quarter, cases(january(reporting).approvedPlan("2026-02-09")), "1/1"},
		{outcome.PlanWithin30, "approved on the 31st day", quarter, cases(january(reporting).approvedPlan("2026-02-10")), "0/1"},
		{outcome.PlanWithin30, "handed in, not approved", quarter, cases(january(reporting).add("2026-01-20", wholePlan).add("2026-01-20", casefile.Requested{Of: casefile.PlanApproval})), "0/1"},
		{outcome.PlanWithin30, "an approval that was reversed", quarter, cases(january(reporting).approvedPlan("2026-01-20").reverse("2026-01-21")), "0/1"},
		{outcome.PlanWithin30, "a second plan later", quarter, cases(january(reporting).approvedPlan("2026-01-20").approvedPlan("2026-03-01")), "1/1"},
		{outcome.PlanWithin30, "closed on the 29th day", quarter, cases(january(reporting).add("2026-02-08", closedFor())), "0/0"},
		{outcome.PlanWithin30, "closed on the 30th day", quarter, cases(january(reporting).add("2026-02-09", closedFor())), "0/1"},
		{outcome.PlanWithin30, "merged into another", quarter, cases(january(reporting).into("case_2")), "0/0"},
		{outcome.PlanWithin30, "opened before the period", quarter, cases(one()), "0/0"},
		{outcome.PlanWithin30, "without consent", quarter, cases(january().approvedPlan("2026-01-20")), "0/0, 1 out"},

		{outcome.ContactKept, "no flag", quarter, cases(one()), "1/1"},
		{outcome.ContactKept, "a flag of another rule", quarter, cases(one().add("2026-02-02", raised(stall.NeverAssessed, "2026-02-01"))), "1/1"},
		{outcome.ContactKept, "a flag in the period", quarter, cases(one().add("2026-02-02", raised(stall.NoContact, "2026-02-01"))), "0/1"},
		{outcome.ContactKept, "overdue from the period's last day", quarter, cases(one().add("2026-04-02", raised(stall.NoContact, "2026-03-30"))), "0/1"},
		{outcome.ContactKept, "overdue from the day after it", quarter, cases(one().add("2026-04-02", raised(stall.NoContact, "2026-03-31"))), "1/1"},
		{outcome.ContactKept, "overdue from the day as of which it is counted", "2026-02-10", cases(one().add("2026-02-11", raised(stall.NoContact, "2026-02-09"))), "0/1"},
		{outcome.ContactKept, "overdue from the day after that", "2026-02-10", cases(one().add("2026-02-11", raised(stall.NoContact, "2026-02-10"))), "1/1"},
		{outcome.ContactKept, "resolved on the period's first day", quarter,
			cases(one().add("2025-12-02", raised(stall.NoContact, "2025-12-01")).add("2026-01-01", resolved("case_1", stall.NoContact, "2025-12-01"))), "0/1"},
		{outcome.ContactKept, "resolved the day before it", quarter,
			cases(one().add("2025-12-02", raised(stall.NoContact, "2025-12-01")).add("2025-12-31", resolved("case_1", stall.NoContact, "2025-12-01"))), "1/1"},
		{outcome.ContactKept, "closed on the first day", quarter, cases(one().add("2026-01-01", closedFor())), "1/1"},
		{outcome.ContactKept, "closed the day before", quarter, cases(one().add("2025-12-31", closedFor())), "0/0"},
		{outcome.ContactKept, "opened on the last day", quarter, cases(openOn("2026-03-31", "case_1", reporting)), "1/1"},
		{outcome.ContactKept, "opened after the day as of which it is counted", "2026-03-30", cases(openOn("2026-03-31", "case_1", reporting)), "0/0"},
		{outcome.ContactKept, "opened the day after", quarter, cases(openOn("2026-04-01", "case_1", reporting)), "0/0"},
		{outcome.ContactKept, "closed and opened again in it", quarter, cases(one().add("2026-01-20", closedFor()).add("2026-02-20", reopened())), "1/1"},
		{outcome.ContactKept, "merged into another", quarter, cases(one().into("case_2")), "0/0"},
		{outcome.ContactKept, "without consent", quarter, cases(open("case_1")), "0/0, 1 out"},
		{outcome.StallRate, "stalled from the day after that as of which it is counted", "2026-02-10", cases(one().add("2026-02-11", raised(stall.NoOwner, "2026-02-10"))), "0/1"},
		{outcome.StallRate, "no flag", quarter, cases(one()), "0/1"},
		{outcome.StallRate, "a flag of any rule", quarter, cases(one().add("2026-02-02", raised(stall.NeverAssessed, "2026-02-01"))), "1/1"},
		{outcome.StallRate, "an acknowledged flag", quarter, cases(one().add("2026-02-02", raised(stall.NoOwner, "2026-02-01")).
			add("2026-02-02", casefile.FlagAcknowledgement{FlagID: casefile.FlagID("case_1", stall.NoOwner, "2026-02-01")})), "1/1"},
		{outcome.StallRate, "a flag that was reversed", quarter, cases(one().add("2026-02-02", raised(stall.NoOwner, "2026-02-01")).reverse("2026-02-02")), "0/1"},
		{outcome.StallRate, "without consent", quarter, cases(open("case_1").add("2026-02-02", raised(stall.NoOwner, "2026-02-01"))), "0/0, 1 out"},

		{outcome.OpenToClose, "still open", quarter, cases(january(reporting)), "0"},
		{outcome.OpenToClose, "closed", quarter, cases(january(reporting).add("2026-01-30", closedFor())), "1: 20 20 20"},
		{outcome.OpenToClose, "closed on the day of the opening", quarter, cases(january(reporting).add("2026-01-10", closedFor())), "1: 0 0 0"},
		{outcome.OpenToClose, "closed the day after the period", quarter, cases(january(reporting).add("2026-04-01", closedFor())), "0"},
		{outcome.OpenToClose, "closed after the day as of which it is counted", "2026-01-29", cases(january(reporting).add("2026-01-30", closedFor())), "0"},
		{outcome.OpenToClose, "closed, opened again and closed", quarter,
			cases(january(reporting).add("2026-01-20", closedFor()).add("2026-02-01", reopened()).add("2026-02-05", closedFor())), "2: 5.5 7 8.5"},
		{outcome.OpenToClose, "a closing that was reversed", quarter, cases(january(reporting).add("2026-01-30", closedFor()).reverse("2026-02-01")), "0"},
		{outcome.OpenToClose, "merged into another", quarter, cases(january(reporting).add("2026-01-30", closedFor()).into("case_2")), "0"},
		{outcome.OpenToClose, "without consent", quarter, cases(january().add("2026-01-30", closedFor())), "0, 1 out"},

		{outcome.Caseload, "nobody's", quarter, cases(one()), "0"},
		{outcome.Caseload, "from the last day of the first month", quarter, cases(one().add("2026-01-31", casefile.Assigned{OwnerID: "worker_1"})), "3: 1"},
		{outcome.Caseload, "from the day after it", quarter, cases(one().add("2026-02-01", casefile.Assigned{OwnerID: "worker_1"})), "2: 1"},
		{outcome.Caseload, "before the last month has ended", "2026-03-30", cases(one().add("2026-01-31", casefile.Assigned{OwnerID: "worker_1"})), "2: 1"},
		{outcome.Caseload, "another worker's from the second month", quarter,
			cases(one().add("2026-01-31", casefile.Assigned{OwnerID: "worker_1"}).add("2026-02-28", casefile.Assigned{OwnerID: "worker_2"})), "3: 1"},
		{outcome.Caseload, "two cases of one worker, then one", quarter, cases(one().add("2026-01-31", casefile.Assigned{OwnerID: "worker_1"}),
			open("case_2").add("2026-01-31", casefile.Assigned{OwnerID: "worker_1"}).add("2026-02-28", closedFor())), "3: 1.6666666666666667"},
		{outcome.Caseload, "closed and opened again on the last day of a month", quarter, cases(one().add("2026-03-01", casefile.Assigned{OwnerID: "worker_1"}).
			add("2026-03-31", closedFor()).add("2026-03-31", reopened())), "1: 1"},
		{outcome.Caseload, "without consent", quarter, cases(open("case_1").add("2026-03-01", casefile.Assigned{OwnerID: "worker_1"})), "1: 1"},

		{outcome.ServicesPerCase, "none", quarter, cases(one()), "0"},
		{outcome.ServicesPerCase, "three and one", quarter, cases(one().add("2026-01-01", delivered(casework, "")).add("2026-02-01", delivered(casework, "")).add("2026-03-31", delivered(casework, "")),
			served("case_2", reporting)), "2: 2"},
		{outcome.ServicesPerCase, "a milestone is none", quarter, cases(served("case_1", reporting).add("2026-02-01", returned())), "1: 1"},
		{outcome.ServicesPerCase, "the days around the period", quarter, cases(one().add("2025-12-31", delivered(casework, "")).add("2026-04-01", delivered(casework, ""))), "0"},
		{outcome.ServicesPerCase, "merged cases are one", quarter, cases(served("case_1", reporting), served("case_2").into("case_1")), "1: 2"},
		{outcome.ServicesPerCase, "reversed", quarter, cases(served("case_1", reporting).reverse("2026-02-02")), "0"},
		{outcome.ServicesPerCase, "one of two with consent", quarter, cases(open("case_1").add("2026-01-05", consented(casefile.Given, day("2026-01-31"))).
			add("2026-01-31", delivered(casework, "")).add("2026-02-01", delivered(casework, ""))), "1: 1"},
		{outcome.ServicesPerCase, "without consent", quarter, cases(served("case_1")), "0, 1 out"},

		{outcome.ReferralsCompleted, "waits", quarter, cases(one().refer("2026-02-01", "")), "0/1"},
		{outcome.ReferralsCompleted, "done", quarter, cases(one().refer("2026-02-01", "2026-03-31")), "1/1"},
		{outcome.ReferralsCompleted, "done after the period", quarter, cases(one().refer("2026-02-01", "2026-04-01")), "0/1"},
		{outcome.ReferralsCompleted, "done after the day as of which it is counted", "2026-03-01", cases(one().refer("2026-02-01", "2026-03-02")), "0/1"},
		{outcome.ReferralsCompleted, "done on that day", "2026-03-02", cases(one().refer("2026-02-01", "2026-03-02")), "1/1"},
		{outcome.ReferralsCompleted, "sent before the period", quarter, cases(one().refer("2025-12-31", "2026-02-01")), "0/0"},
		{outcome.ReferralsCompleted, "revoked", quarter, cases(one().refer("2026-02-01", "").
			add("2026-02-02", casefile.ReferralWithdrawn{ReferralID: id.Within("referral_", "case_1", 4), Reason: "not needed"})), "0/1"},
		{outcome.ReferralsCompleted, "a transfer", quarter, cases(one().add("2020-01-02", shared()).
			add("2026-02-01", casefile.ReferralSent{Referral: casefile.TransferOf, OrganisationID: orgB, Need: "she moves"})), "0/0"},
		{outcome.ReferralsCompleted, "reversed", quarter, cases(one().refer("2026-02-01", "").reverse("2026-02-02")), "0/0"},
		{outcome.ReferralsCompleted, "without consent", quarter, cases(open("case_1").refer("2026-02-01", "2026-02-02")), "0/0, 1 out"},

		{outcome.ScholarshipRetention, "not checked", quarter, cases(one().scholar("2026-01-05")), "0/0"},
		{outcome.ScholarshipRetention, "regular, and not enrolled any more", quarter,
			cases(one().scholar("2025-09-01").add("2026-01-05", term("1", scholarship.Regular)).add("2026-03-05", term("2", scholarship.NotEnrolled))), "1/2"},
		{outcome.ScholarshipRetention, "two terms checked on one day", quarter,
			cases(one().scholar("2025-09-01").add("2026-01-05", term("1", scholarship.Regular)).add("2026-01-05", term("2", scholarship.NotEnrolled))), "1/2"},
		{outcome.ScholarshipRetention, "two terms checked on one day, the other way", quarter,
			cases(one().scholar("2025-09-01").add("2026-01-05", term("1", scholarship.NotEnrolled)).add("2026-01-05", term("2", scholarship.Regular))), "1/2"},
		{outcome.ScholarshipRetention, "checked the day after the period", quarter, cases(one().scholar("2025-09-01").add("2026-04-01", term("1", scholarship.Regular))), "0/0"},
		{outcome.ScholarshipRetention, "reversed", quarter, cases(one().scholar("2025-09-01").add("2026-01-05", term("1", scholarship.Regular)).reverse("2026-01-06")), "0/0"},
		{outcome.ScholarshipRetention, "without consent", quarter, cases(open("case_1").scholar("2025-09-01").add("2026-01-05", term("1", scholarship.Regular))), "0/0, 1 out"},

		// She left on 1 September 2025: 180 days later is 28 February 2026.
		{outcome.ShelterReturn180, "before the 180th day", "2026-02-27", cases(one().stay("2025-08-01", "2025-09-01", shelter.Family)), "0/0"},
		{outcome.ShelterReturn180, "on the 180th day", "2026-02-28", cases(one().stay("2025-08-01", "2025-09-01", shelter.Family)), "0/1"},
		{outcome.ShelterReturn180, "back on the 180th day", quarter, cases(one().stay("2025-08-01", "2025-09-01", shelter.Family).add("2026-02-28", shelter.Admitted{SiteID: shelterHouse})), "1/1"},
		{outcome.ShelterReturn180, "back on the 181st day", quarter, cases(one().stay("2025-08-01", "2025-09-01", shelter.Family).add("2026-03-01", shelter.Admitted{SiteID: shelterHouse})), "0/1"},
		{outcome.ShelterReturn180, "back on the same day", quarter, cases(one().stay("2025-08-01", "2025-09-01", shelter.Family).add("2025-09-01", shelter.Admitted{SiteID: shelterHouse})), "1/1"},
		{outcome.ShelterReturn180, "for another shelter", quarter, cases(one().stay("2025-08-01", "2025-09-01", shelter.OtherShelter)), "0/0"},
		{outcome.ShelterReturn180, "for a hospital", quarter, cases(one().stay("2025-08-01", "2025-09-01", shelter.Hospital)), "0/0"},
		{outcome.ShelterReturn180, "back in a shelter of another organisation", quarter, cases(openAt(orgB, "case_2", reporting).add("2025-10-01", shelter.Admitted{SiteID: farOffice}),
			one().stay("2025-08-01", "2025-09-01", shelter.Family).into("case_2")), "0/1"},
		{outcome.ShelterReturn180, "back with the same organisation in another case", quarter, cases(open("case_2", reporting).add("2025-10-01", shelter.Admitted{SiteID: shelterHouse}),
			one().stay("2025-08-01", "2025-09-01", shelter.Family).into("case_2")), "1/1"},
		{outcome.ShelterReturn180, "elsewhere first, then back with the same organisation", quarter, cases(openAt(orgB, "case_2", reporting).stay("2025-10-01", "2025-10-20", shelter.OtherShelter),
			one().stay("2025-08-01", "2025-09-01", shelter.Family).add("2025-11-01", shelter.Admitted{SiteID: shelterHouse}).into("case_2")), "1/1"},
		{outcome.ShelterReturn180, "left twice, once back", quarter, cases(one().stay("2025-08-01", "2025-09-01", shelter.Family).stay("2025-09-05", "2025-09-20", shelter.Family)), "1/1"},
		{outcome.ShelterReturn180, "the return reversed", quarter, cases(one().stay("2025-08-01", "2025-09-01", shelter.Family).
			add("2025-10-01", shelter.Admitted{SiteID: shelterHouse}).reverse("2025-10-02")), "0/1"},
		{outcome.ShelterReturn180, "without consent", quarter, cases(open("case_1").stay("2025-08-01", "2025-09-01", shelter.Family)), "0/0, 1 out"},
		{outcome.ShelterReturn365, "back on the 365th day", quarter, cases(one().stay("2025-01-01", "2025-02-01", shelter.Family).add("2026-02-01", shelter.Admitted{SiteID: shelterHouse})), "1/1"},
		{outcome.ShelterReturn365, "back on the 366th day", quarter, cases(one().stay("2025-01-01", "2025-02-01", shelter.Family).add("2026-02-02", shelter.Admitted{SiteID: shelterHouse})), "0/1"},
		{outcome.ShelterReturn365, "before the 365th day", "2026-01-31", cases(one().stay("2025-01-01", "2025-02-01", shelter.Family)), "0/0"},
		{outcome.ShelterReturn730, "back on the 730th day", quarter, cases(one().stay("2024-01-01", "2024-02-02", shelter.Family).add("2026-02-01", shelter.Admitted{SiteID: shelterHouse})), "1/1"},
		{outcome.ShelterReturn730, "back on the 731st day", quarter, cases(one().stay("2024-01-01", "2024-02-02", shelter.Family).add("2026-02-02", shelter.Admitted{SiteID: shelterHouse})), "0/1"},

		// Her job ended on 10 January: 35 days later is 14 February.
		{outcome.Reemployed35, "before the 35th day", "2026-02-13", cases(one().job("2025-06-01", "2026-01-10")), "0/0"},
		{outcome.Reemployed35, "no other job", "2026-02-14", cases(one().job("2025-06-01", "2026-01-10")), "0/1"},
		{outcome.Reemployed35, "another on the 35th day, without evidence", quarter, cases(one().job("2025-06-01", "2026-01-10").job("2026-02-14", "")), "1/1"},
		{outcome.Reemployed35, "another on the 36th day", quarter, cases(one().job("2025-06-01", "2026-01-10").job("2026-02-15", "")), "0/1"},
		{outcome.Reemployed35, "another of that day alone", quarter, cases(one().job("2025-06-01", "2026-01-10").job("2026-01-10", "2026-01-10")), "0/2"},
		{outcome.Reemployed35, "another that went on, and one that had ended", quarter, cases(one().job("2025-05-01", "2025-12-01").job("2025-06-01", "2026-01-10")), "1/2"},
		{outcome.Reemployed35, "another and its end", quarter, cases(one().job("2025-06-01", "2026-01-10").job("2026-01-12", "2026-01-20")), "1/2"},
		{outcome.Reemployed35, "another in her other case", quarter, cases(one().job("2025-06-01", "2026-01-10"), open("case_2").job("2026-02-01", "").into("case_1")), "1/1"},
		{outcome.Reemployed35, "another with another organisation", quarter, cases(one().job("2025-06-01", "2026-01-10").into("case_2"), openAt(orgB, "case_2", reporting).job("2026-02-01", "")), "0/1"},
		{outcome.Reemployed35, "an offer", quarter, cases(one().job("2025-06-01", "2026-01-10").add("2026-01-12", reached(track.Offered))), "0/1"},
		{outcome.Reemployed35, "the end reversed", quarter, cases(one().job("2025-06-01", "2026-01-10").reverse("2026-01-11")), "0/0"},
		{outcome.Reemployed35, "without consent", quarter, cases(open("case_1").job("2025-06-01", "2026-01-10")), "0/0, 1 out"},

		{outcome.FlagResolution, "live", quarter, cases(one().add("2026-02-02", raised(stall.NoOwner, "2026-02-01"))), "0"},
		{outcome.FlagResolution, "resolved by itself", quarter, cases(one().add("2026-02-05", raised(stall.NoOwner, "2026-02-01")).add("2026-02-12", resolved("case_1", stall.NoOwner, "2026-02-01"))), "1: 10 10 10"},
		{outcome.FlagResolution, "resolved by hand", quarter, cases(one().add("2026-02-05", raised(stall.NoOwner, "2026-02-01")).
			add("2026-02-05", casefile.FlagResolution{FlagID: casefile.FlagID("case_1", stall.NoOwner, "2026-02-01"), Reason: "seen"})), "1: 3 3 3"},
		{outcome.FlagResolution, "resolved the day after the period", quarter, cases(one().add("2026-02-05", raised(stall.NoOwner, "2026-02-01")).add("2026-04-01", resolved("case_1", stall.NoOwner, "2026-02-01"))), "0"},
		{outcome.FlagResolution, "raised again", quarter, cases(one().add("2026-02-05", raised(stall.NoOwner, "2026-02-01")).add("2026-02-12", resolved("case_1", stall.NoOwner, "2026-02-01")).
			add("2026-02-13", raised(stall.NoOwner, "2026-02-01"))), "0"},
		{outcome.FlagResolution, "without consent", quarter, cases(open("case_1").add("2026-02-05", raised(stall.NoOwner, "2026-02-01")).add("2026-02-12", resolved("case_1", stall.NoOwner, "2026-02-01"))), "0, 1 out"},

		{outcome.IndexChange, "the first", quarter, cases(one().add("2026-02-01", index(40))), "0"},
		{outcome.IndexChange, "better by 15", quarter, cases(one().add("2025-06-01", index(40)).add("2026-02-01", index(55))), "1: 15"},
		{outcome.IndexChange, "against the first, not the last", quarter, cases(one().add("2025-06-01", index(40)).add("2025-10-01", index(90)).add("2026-02-01", index(30))), "1: -10"},
		{outcome.IndexChange, "recorded in another order", quarter, cases(one().add("2026-02-01", index(55)).late("2025-06-01", "2026-02-02", index(40))), "1: 15"},
		{outcome.IndexChange, "with another instrument", quarter, cases(one().add("2025-06-01", indexWith("other", 40)).add("2026-02-01", index(55))), "0"},
		{outcome.IndexChange, "the first reversed", quarter, cases(one().add("2025-06-01", index(40)).reverse("2025-06-02").add("2026-02-01", index(55))), "0"},
		{outcome.IndexChange, "two cases", quarter, cases(one().add("2025-06-01", index(40)).add("2026-02-01", index(55)), open("case_2", reporting).add("2025-06-01", index(40)).add("2026-02-01", index(40))), "2: 7.5"},
		{outcome.IndexChange, "the day after the period", quarter, cases(one().add("2025-06-01", index(40)).add("2026-04-01", index(55))), "0"},
		{outcome.IndexChange, "without consent", quarter, cases(open("case_1").add("2025-06-01", index(40)).add("2026-02-01", index(55))), "0, 1 out"},

		// From ADMITTED to RETURNED_TO_COMMUNITY.
		{outcome.DaysBetween, "not reached", quarter, cases(one().add("2026-01-05", shelter.Admitted{SiteID: shelterHouse})), "0"},
		{outcome.DaysBetween, "reached", quarter, cases(one().stay("2025-12-05", "2026-01-04", shelter.Family).add("2026-01-04", returned())), "1: 30 30 30"},
		{outcome.DaysBetween, "on the same day", quarter, cases(one().stay("2026-01-04", "2026-01-04", shelter.Family).add("2026-01-04", returned())), "1: 0 0 0"},
		{outcome.DaysBetween, "only before", quarter, cases(one().add("2026-01-04", returned()).add("2026-01-05", shelter.Admitted{SiteID: shelterHouse})), "0"},
		{outcome.DaysBetween, "the first of each", quarter, cases(one().stay("2026-01-01", "2026-01-10", shelter.Family).add("2026-01-11", returned()).
			stay("2026-02-01", "2026-02-10", shelter.Family).add("2026-02-21", returned())), "1: 10 10 10"},
		{outcome.DaysBetween, "reached the day after the period", quarter, cases(one().stay("2025-12-05", "2026-01-04", shelter.Family).add("2026-04-01", returned())), "0"},
		{outcome.DaysBetween, "reversed", quarter, cases(one().stay("2025-12-05", "2026-01-04", shelter.Family).add("2026-01-04", returned()).reverse("2026-01-05")), "0"},
		{outcome.DaysBetween, "without consent", quarter, cases(open("case_1").stay("2025-12-05", "2026-01-04", shelter.Family).add("2026-01-04", returned())), "0, 1 out"},
	}
	for _, test := range tests {
		t.Run(string(test.code)+"/"+test.name, func(t *testing.T) {
			q := outcome.Query{Period: firstQuarter, AsOf: day(test.asOf), Indicators: []outcome.Code{test.code},
				Between: &outcome.Between{From: track.Admitted, To: track.ReturnedToCommunity}}
			if got := measured(figure(t, compute(t, fold(t, test.all...), q), test.code)); got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}

// TestQuartiles holds the quartiles to values computed by hand: at (n-1)p of the
// sorted days, between neighbours in proportion.
func TestQuartiles(t *testing.T) {
	for want, days := range map[string][]int{
		"1: 7 7 7":         {7},
		"2: 12.5 15 17.5":  {20, 10},
		"3: 1.5 2 3.5":     {5, 1, 2},
		"4: 1.75 2.5 3.25": {4, 3, 2, 1},
		"5: 2 3 4":         {5, 4, 3, 2, 1},
		"4: 5 5 5":         {5, 5, 5, 5},
		"6: 0 0 0.75":      {0, 0, 0, 0, 1, 9},
	} {
		var all []*history
		for i, n := range days {
			on := day("2026-01-01") + calendar.Day(n)
			all = append(all, openOn("2026-01-01", id.Case(fmt.Sprintf("case_%d", i)), casefile.ForReporting).add(on.String(), closedFor()))
		}
		q := outcome.Query{Period: firstQuarter, Indicators: []outcome.Code{outcome.OpenToClose}}
		if got := measured(figure(t, compute(t, fold(t, all...), q), outcome.OpenToClose)); got != want {
			t.Errorf("%v: %s, want %s", days, got, want)
		}
	}
}
