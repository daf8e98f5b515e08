package outcome_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"onward/services/activity"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/demography"
	"onward/services/id"
	"onward/services/outcome"
)

// done returns an activity of an organisation with so many participants, or of a
// kind with an outcome so much of that.
func done(activityID id.Activity, org id.Organisation, kind activity.Kind, to string, n int, provinces ...string) activity.Activity {
	a := activity.Activity{ID: activityID, Version: 1, Organisation: org,
		Facts: activity.Facts{Kind: kind, Title: "Activity", From: day(to) - 3, To: day(to), Provinces: provinces}}
	if kind.HasOutcome() {
		a.OutcomeCount = &n
	} else {
		a.Participants = []activity.Group{{Sex: demography.Female, AgeBand: demography.Age18To24, Count: n - 1}, {Sex: demography.UnknownSex, AgeBand: demography.UnknownAge, Count: 1}}
	}
	return a
}

func ofLedger(t rapid.TB, q outcome.Query, all ...activity.Activity) outcome.Report {
	t.Helper()
	r, err := outcome.Compute(slices.Values([]*casefile.Case(nil)), outcome.Programme{Activities: all, Places: places}, q)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestEveryKindOfActivity proves that each kind adds to one indicator and to no
// other; a campaign also reaches provinces.
func TestEveryKindOfActivity(t *testing.T) {
	tests := map[activity.Kind]outcome.Code{
		activity.AwarenessCampaign: outcome.ActivityPeopleReached, activity.PoliceTraining: outcome.ActivityPoliceTrained,
		activity.TeacherTraining: outcome.ActivityTeachersTrained, activity.CommunityForum: outcome.ActivityForumParticipants,
		activity.Course: outcome.ActivityForumParticipants, activity.Rescue: outcome.ActivityRescued,
		activity.PartnerConviction: outcome.ActivityPartnerConvictions,
	}
	for _, kind := range activity.Kinds {
		for _, r := range ofLedger(t, outcome.Query{Period: firstQuarter}, done("activity_1", orgA, kind, "2026-02-01", 7, "KH-12")).Rows {
			want := 0
			if r.Code == tests[kind] {
				want = 7
			}
			if r.Code == outcome.ActivityProvincesReached && kind == activity.AwarenessCampaign {
				want = 1
			}
			if r.Value != want || r.ExcludedNoConsent != 0 {
				t.Errorf("%s: %s is %d, want %d", kind, r.Code, r.Value, want)
			}
		}
	}
}

// TestActivityDefinitions holds the words of the definitions: the last day
// decides, nothing is deduplicated but provinces, and several provinces are none.
func TestActivityDefinitions(t *testing.T) {
	all := []activity.Activity{
		done("activity_1", orgA, activity.AwarenessCampaign, "2026-01-01", 100, "KH-12", "KH-8"), // begun the year before
		done("activity_2", orgA, activity.AwarenessCampaign, "2026-03-31", 50, "KH-8"),
		done("activity_3", orgB, activity.AwarenessCampaign, "2026-02-01", 30, "KH-8", "KH-3"),
		done("activity_4", orgB, activity.AwarenessCampaign, "2026-04-01", 9, "KH-1"), // begun in the quarter
	}
	codes := []outcome.Code{outcome.ActivityPeopleReached, outcome.ActivityProvincesReached}
	count := func(p calendar.Period, org id.Organisation, by ...outcome.Dimension) outcome.Report {
		return ofLedger(t, outcome.Query{Period: p, GroupBy: by, Indicators: codes, Organisation: org}, all...)
	}
	halfYear := period("2026-01-01", "2026-06-30")
	wantRows(t, count(firstQuarter, ""), "ACTIVITY_PEOPLE_REACHED 180 0", "ACTIVITY_PROVINCES_REACHED 3 0")
	wantRows(t, count(firstQuarter, orgA), "ACTIVITY_PEOPLE_REACHED 150 0", "ACTIVITY_PROVINCES_REACHED 2 0")
	wantRows(t, count(firstQuarter, "", outcome.ByOrganisation), "ACTIVITY_PEOPLE_REACHED org_a 150 0", "ACTIVITY_PEOPLE_REACHED org_b 30 0",
		"ACTIVITY_PROVINCES_REACHED org_a 2 0", "ACTIVITY_PROVINCES_REACHED org_b 2 0")
	wantRows(t, count(firstQuarter, "", outcome.ByProvince), "ACTIVITY_PEOPLE_REACHED KH-8 50 0", "ACTIVITY_PEOPLE_REACHED UNKNOWN 130 0",
		"ACTIVITY_PROVINCES_REACHED KH-12 1 0", "ACTIVITY_PROVINCES_REACHED KH-3 1 0", "ACTIVITY_PROVINCES_REACHED KH-8 1 0")
	wantRows(t, count(halfYear, "", outcome.ByQuarter), "ACTIVITY_PEOPLE_REACHED 2026-Q1 180 0", "ACTIVITY_PEOPLE_REACHED 2026-Q2 9 0",
		"ACTIVITY_PROVINCES_REACHED 2026-Q1 3 0", "ACTIVITY_PROVINCES_REACHED 2026-Q2 1 0")
	wantRows(t, count(firstQuarter, "", outcome.ByPopulation), "ACTIVITY_PEOPLE_REACHED UNKNOWN 180 0", "ACTIVITY_PROVINCES_REACHED UNKNOWN 3 0")
	wantRows(t, count(period("2026-04-02", "2026-06-30"), ""), "ACTIVITY_PEOPLE_REACHED 0 0", "ACTIVITY_PROVINCES_REACHED 0 0")
}

// TestActivityDigest proves that the digest changes with a correction that
// changes no figure, and neither with the order nor with what does not count.
func TestActivityDigest(t *testing.T) {
	a, b := done("activity_1", orgA, activity.Course, "2026-02-01", 7, "KH-12"), done("activity_2", orgB, activity.AwarenessCampaign, "2026-02-01", 7, "KH-12", "KH-1")
	q := outcome.Query{Period: firstQuarter, GroupBy: []outcome.Dimension{outcome.ByProvince, outcome.ByOrganisation}}
	digest := func(all ...activity.Activity) string { return ofLedger(t, q, all...).Digest }
	corrected, outside := a, done("activity_3", orgA, activity.Course, "2026-04-01", 7, "KH-12")
	corrected.Version = 2
	if digest(a, b) != digest(b, a) || digest(a, b) != digest(a, b, outside) {
		t.Error("the digest depends on the order, or on what lies outside the period")
	}
	if digest(a, b) == digest(corrected, b) || digest(a, b) == digest(a) {
		t.Error("the digest does not know a correction or an activity")
	}
}

// TestYouthClubs proves that clubs and community networks are counted apart.
func TestYouthClubs(t *testing.T) {
	networks := []outcome.Network{
		{ID: "network_1", Organisation: orgA, ActiveFrom: day("2026-01-01")}, {ID: "network_2", YouthClub: true, Organisation: orgA},
		{ID: "network_3", YouthClub: true, Organisation: orgB, Province: "KH-12", ActiveFrom: day("2026-03-31")},
		{ID: "network_4", YouthClub: true, Organisation: orgB, ActiveFrom: day("2026-01-01"), ActiveTo: day("2026-03-30")},
	}
	q := outcome.Query{Period: firstQuarter, Indicators: []outcome.Code{outcome.YouthClubs, outcome.Networks}}
	wantRows(t, compute(t, nil, q, networks...), "NETWORKS 1 0", "YOUTH_CLUBS 2 0")
	q.Indicators = q.Indicators[:1]
	wantRows(t, compute(t, nil, q, networks...), "YOUTH_CLUBS 2 0")
}

// TestPartsOfTheLedger proves that the figures of participants are the sums of
// those of the organisations, the provinces and the quarters.
func TestPartsOfTheLedger(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []activity.Activity
		for n := range rapid.IntRange(0, 12).Draw(t, "n") {
			a := done(id.Activity("activity_"+string(rune('a'+n))), rapid.SampledFrom([]id.Organisation{orgA, orgB}).Draw(t, "org"),
				rapid.SampledFrom(activity.Kinds).Draw(t, "kind"), "2026-02-01", rapid.IntRange(2, 50).Draw(t, "count"),
				rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"KH-1", "KH-2", "KH-3"}), 1, 3, rapid.ID[string]).Draw(t, "provinces")...)
			a.To = firstQuarter.From + calendar.Day(rapid.IntRange(-5, 200).Draw(t, "to"))
			all = append(all, a)
		}
		q := outcome.Query{Period: period("2026-01-01", "2026-06-30"), Indicators: []outcome.Code{outcome.ActivityPeopleReached, outcome.ActivityRescued, outcome.ActivityForumParticipants}}
		whole := map[outcome.Code]int{}
		for _, r := range ofLedger(t, q, all...).Rows {
			whole[r.Code] = r.Value
		}
		for _, by := range outcome.Dimensions {
			q.GroupBy = []outcome.Dimension{by}
			sum := map[outcome.Code]int{}
			for _, r := range ofLedger(t, q, all...).Rows {
				sum[r.Code] += r.Value
			}
			for code, n := range whole {
				if sum[code] != n {
					t.Fatalf("%s by %s sums to %d, not %d", code, by, sum[code], n)
				}
			}
		}
	})
}
