package demo

import (
	"context"
	"fmt"
	"time"

	"onward/services/access"
	"onward/services/activity"
	"onward/services/calendar"
	"onward/services/casework"
	"onward/services/demography"
	"onward/services/directory"
	"onward/services/register"
	"onward/services/sealed"
	"onward/services/store"
	"onward/services/vault"
)

// deed is an activity of the programme of the speech, told by the organisation
// with that number. Those who took part, and the outcome, sum up to the figures
// of the speech that no case history holds.
type deed struct {
	house     int
	kind      activity.Kind
	title     sealed.Text
	from      calendar.Day
	days      int      // that it took
	provinces []string // that of the organisation's office where there are none
	partner   sealed.Text
	people    []activity.Group
	outcome   int
}

// deeds are, kind by kind: 275,000 people of 18 provinces reached; 180 police
// trained by one organisation and 100 by another; 500 teachers trained; 5,850
// participants of courses and forums; 129 victims rescued; 36 convictions of
// partners' court cases.
var deeds = []deed{
	{house: 0, kind: activity.AwarenessCampaign, title: "Safe migration: information in villages and bus stations", from: calendar.Date(2003, 6, 2), days: 270,
		provinces: []string{"KH-1", "KH-2", "KH-3", "KH-8", "KH-12", "KH-17", "KH-21", "KH-22"}, people: crowd(58000, 49000, 13000)},
	{house: 1, kind: activity.AwarenessCampaign, title: "Know the risk: theatre and radio in border districts", from: calendar.Date(2004, 9, 1), days: 240,
		provinces: []string{"KH-2", "KH-5", "KH-7", "KH-9", "KH-14", "KH-20"}, people: crowd(47000, 38000, 10000)},
	{house: 2, kind: activity.AwarenessCampaign, title: "Come home safely: posters and meetings along the Mekong", from: calendar.Date(2005, 10, 3), days: 300,
		provinces: []string{"KH-3", "KH-4", "KH-6", "KH-10", "KH-15", "KH-17", "KH-18"}, people: crowd(30000, 24000, 6000)},

	{house: 0, kind: activity.PoliceTraining, title: "Interviewing children: anti-trafficking police", from: calendar.Date(2004, 2, 9), days: 5,
		partner: "Anti-trafficking police (invented unit)", people: adults(22, 83)},
	{house: 0, kind: activity.PoliceTraining, title: "Raids that keep victims safe: anti-trafficking police", from: calendar.Date(2005, 6, 6), days: 4,
		partner: "Anti-trafficking police (invented unit)", people: adults(15, 60)},
	{house: 7, kind: activity.PoliceTraining, title: "Investigation skills: juvenile protection police", from: calendar.Date(2005, 3, 14), days: 10,
		partner: "Juvenile protection police (invented unit)", people: adults(18, 82)},

	{house: 3, kind: activity.TeacherTraining, title: "Teaching about trafficking: primary school teachers", from: calendar.Date(2004, 7, 19), days: 3, people: adults(170, 90)},
	{house: 4, kind: activity.TeacherTraining, title: "Teaching about trafficking: secondary school teachers", from: calendar.Date(2005, 7, 18), days: 3, people: adults(131, 109)},

	{house: 1, kind: activity.CommunityForum, title: "Commune forums on child protection", from: calendar.Date(2004, 4, 26), days: 12, people: crowd(1010, 840, 150)},
	{house: 5, kind: activity.CommunityForum, title: "Forum of families of migrants", from: calendar.Date(2005, 11, 21), days: 2, people: crowd(700, 520, 130)},
	{house: 6, kind: activity.Course, title: "Safe migration for garment and border workers", from: calendar.Date(2006, 1, 9), days: 120, people: crowd(1480, 820, 200)},

	{house: 0, kind: activity.Rescue, title: "Rescues with the anti-trafficking police, 2004", from: calendar.Date(2004, 1, 5), days: 350,
		partner: "Anti-trafficking police (invented unit)", people: girls(28, 19, 7), outcome: 54},
	{house: 0, kind: activity.Rescue, title: "Rescues with the anti-trafficking police, 2005", from: calendar.Date(2005, 1, 10), days: 340,
		partner: "Anti-trafficking police (invented unit)", people: girls(30, 9, 2), outcome: 41},
	{house: 0, kind: activity.Rescue, title: "Rescues with the anti-trafficking police, 2006", from: calendar.Date(2006, 1, 9), days: 330,
		partner: "Anti-trafficking police (invented unit)", outcome: 34},
	{house: 0, kind: activity.PartnerConviction, title: "Advice to partners in court, 2004 and 2005", from: calendar.Date(2004, 3, 1), days: 600,
		partner: "Partner lawyers (invented)", outcome: 21},
	{house: 0, kind: activity.PartnerConviction, title: "Advice to partners in court, 2006", from: calendar.Date(2006, 1, 16), days: 320,
		partner: "Partner lawyers (invented)", outcome: 15},
}

// crowd are people of all ages, some of whom nobody counted by sex and age.
func crowd(women, men, uncounted int) []activity.Group {
	return []activity.Group{
		{Sex: demography.Female, AgeBand: demography.Age15To17, Count: women / 4}, {Sex: demography.Female, AgeBand: demography.Age25To59, Count: women - women/4},
		{Sex: demography.Male, AgeBand: demography.Age15To17, Count: men / 4}, {Sex: demography.Male, AgeBand: demography.Age25To59, Count: men - men/4},
		{Sex: demography.UnknownSex, AgeBand: demography.UnknownAge, Count: uncounted},
	}
}

func adults(women, men int) []activity.Group {
	return []activity.Group{{Sex: demography.Female, AgeBand: demography.Age25To59, Count: women}, {Sex: demography.Male, AgeBand: demography.Age25To59, Count: men}}
}

func girls(teens, young, children int) []activity.Group {
	return []activity.Group{
		{Sex: demography.Female, AgeBand: demography.Age15To17, Count: teens}, {Sex: demography.Female, AgeBand: demography.Age18To24, Count: young},
		{Sex: demography.Female, AgeBand: demography.Under15, Count: children},
	}
}

// facts is what the organisation says of the deed.
func (d *deed) facts() activity.Facts {
	f := activity.Facts{
		Kind: d.kind, Title: d.title, From: d.from, To: d.from + calendar.Day(d.days-1), Provinces: d.provinces,
		Partner: d.partner, Participants: d.people,
	}
	if len(f.Provinces) == 0 {
		f.Provinces = []string{organisations[d.house].province}
	}
	if d.kind.HasOutcome() {
		f.OutcomeCount = &d.outcome
	}
	return f
}

// keepLedger records the deeds, each in the morning after its last day.
func keepLedger(ctx context.Context, s store.Store, v *vault.Vault, d *directory.Directory) error {
	ledger, _, err := activity.Open(ctx, s)
	if err != nil {
		return err
	}
	var clock time.Time
	service := casework.New(s, v, register.New(), d, func() time.Time { return clock }, casework.WithActivities(ledger))
	for n := range deeds {
		facts, h := deeds[n].facts(), houses[deeds[n].house]
		clock = (facts.To + 1).Start().Add(9 * time.Hour)
		actor := access.Actor{Worker: h.workers[access.Supervisor][0], Role: access.Supervisor, Organisation: h.id}
		in := casework.RecordActivityInput{RequestID: fmt.Sprintf("demo-activity-%d", n), Facts: facts}
		if _, err := service.RecordActivity(ctx, actor, in); err != nil {
			return fmt.Errorf("activity %d (%s): %w", n, facts.Title, err)
		}
	}
	return nil
}
