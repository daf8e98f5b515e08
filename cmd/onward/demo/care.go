package demo

import (
	"fmt"
	"math"
	"slices"
	"time"

	"onward/services/access"
	"onward/services/assessment"
	"onward/services/calendar"
	"onward/services/casework"
	"onward/services/delivery"
	"onward/services/directory"
	"onward/services/followup"
	"onward/services/instrument"
	"onward/services/money"
	"onward/services/scholarship"
	"onward/services/sealed"
	"onward/services/track"
)

// wishes are how and when she may be contacted without danger.
var wishes = []followup.RuleSet{
	{Methods: []followup.Method{followup.Phone}, DayParts: []followup.DayPart{followup.Morning, followup.Afternoon}},
	{Methods: []followup.Method{followup.Phone, followup.Message}, Note: "Say that the call is about a training course."},
	{Methods: []followup.Method{followup.Phone, followup.HomeVisit}, HomeVisitAllowed: true},
	{Methods: []followup.Method{followup.OfficeVisit, followup.HomeVisit}, HomeVisitAllowed: true, Note: "She has no telephone of her own."},
}

// askHow asks her how she may be contacted.
func (l *life) askHow() *life {
	return l.step(func(r casework.Request) (*casework.Change, error) {
		return l.s.SetSafeContact(l.ctx, l.as(l.role), casework.SetSafeContactInput{Request: r, RuleSet: pick(l, wishes...)})
	})
}

// way is how somebody contacts her: as she wishes, where she has said so.
func (l *life) way() followup.Method {
	if rule := l.state.SafeContact(); rule != nil {
		return pick(l, rule.Methods...)
	}
	return pick(l, followup.Phone, followup.Phone, followup.HomeVisit)
}

// index is the instrument by which lives are measured.
var index = func() *assessment.Instrument {
	i, err := instrument.Shipped().Snapshot().Find("ris-28", nil)
	if err != nil {
		panic(err)
	}
	return i
}()

// measure takes the reintegration index. She fares better than the first time, for
// the most part.
func (l *life) measure(first bool) *life {
	level := l.between(25, 55)
	if !first && l.err == nil {
		level = l.state.Assessments()[0].Composite + l.between(-6, 30)
	}
	var answers []assessment.Answer
	unsaid := l.random.IntN(2 * len(index.Items)) // one that she leaves out, in half of the times
	for i, item := range index.Items {
		if i == unsaid {
			continue
		}
		answers = append(answers, assessment.Answer{Item: item.Code, Option: nearest(item, float64(level+l.between(-30, 30))/100)})
	}
	return l.step(func(r casework.Request) (*casework.Change, error) {
		return l.s.RecordAssessment(l.ctx, l.as(l.role), casework.RecordAssessmentInput{Request: r, Instrument: index.Code, Answers: answers})
	})
}

// nearest is the option of an item with the value that is nearest to one.
func nearest(item assessment.Item, value float64) string {
	return slices.MinFunc(item.Options, func(a, b assessment.Option) int {
		return int(math.Copysign(1, math.Abs(a.Value-value)-math.Abs(b.Value-value)))
	}).Code
}

// meets returns the first day, from a day on, on which the group of the house
// meets: once a month, and not on a Sunday.
func (h *house) meets(from calendar.Day) calendar.Day {
	year, month, _ := from.Time().Date()
	for ; ; month++ {
		on := calendar.Date(year, month, 2+3*h.number)
		if on.Time().Weekday() == time.Sunday {
			on++
		}
		if on >= from {
			return on
		}
	}
}

// attend takes part in the session of the group that meets on the day, at the
// office. Whoever is recorded with the same request was there too.
func (l *life) attend() {
	host := access.Actor{Worker: l.house.workers[access.ShelterStaff][0], Role: access.ShelterStaff, Organisation: l.house.id}
	l.step(func(r casework.Request) (*casework.Change, error) {
		session, err := l.s.RecordGroupService(l.ctx, host, casework.RecordGroupServiceInput{
			RequestID: fmt.Sprintf("demo-group-%d-%s", l.house.number, r.On), On: r.On,
			Delivered:    delivery.Delivered{Service: "training_education_life_skills", SiteID: l.site(directory.Office)},
			Participants: []casework.Participant{{CaseID: r.CaseID}}})
		if err != nil {
			return nil, err
		}
		return session.Results[0].Change, session.Results[0].Err
	})
}

// stipend pays a month's stipend of the last award.
func (l *life) stipend() *life {
	return l.step(func(r casework.Request) (*casework.Change, error) {
		method, receiver := pick(l, scholarship.Cash, scholarship.Cash, scholarship.MobileMoney), scholarship.Her
		if l.age < 15 {
			receiver = scholarship.Guardian
		}
		return l.s.RecordStipend(l.ctx, l.as(access.ScholarshipOfficer), casework.RecordStipendInput{Request: r, StipendPaid: scholarship.StipendPaid{
			ScholarshipID: l.state.Scholarship().Scholarships[len(l.state.Scholarship().Scholarships)-1].ID(),
			Amount:        money.Money{Amount: 500 * l.between(2, 6), Currency: "USD"}, Period: sealed.Text(r.On.Time().Format("2006-01")),
			Method: method, ReceivedBy: receiver}})
	})
}

// comeBack takes her into a shelter once more, until she is ready to leave.
func (l *life) comeBack() *life {
	return l.admit().after(14, 60).reach(track.ReadyToLeave).after(1, 14).leave()
}
