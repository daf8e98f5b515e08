package stall_test

import (
	"errors"
	"maps"
	"testing"

	"pgregory.net/rapid"

	"onward/services/fault"
	"onward/services/stall"
)

func proposal(code stall.ThresholdCode, days int) stall.Proposal {
	return stall.Proposal{Code: code, Days: &days}
}

// back proposes the default.
func back(code stall.ThresholdCode) stall.Proposal { return stall.Proposal{Code: code} }

// TestRevise proves what becomes of the numbers of an organisation, and that a
// proposal which breaks a rule is refused by the name of its field.
func TestRevise(t *testing.T) {
	own := map[stall.ThresholdCode]int{"OWNER": 5, "CONTACT_MEDIUM_RISK": 20}
	for _, c := range []struct {
		name      string
		proposals []stall.Proposal
		want      map[stall.ThresholdCode]int
		refused   string // the field
	}{
		{"nothing", nil, own, ""},
		{"one more", []stall.Proposal{proposal("APPROVAL", 3)}, map[stall.ThresholdCode]int{"OWNER": 5, "CONTACT_MEDIUM_RISK": 20, "APPROVAL": 3}, ""},
		{"another number", []stall.Proposal{proposal("OWNER", 0)}, map[stall.ThresholdCode]int{"OWNER": 0, "CONTACT_MEDIUM_RISK": 20}, ""},
		{"back to the default", []stall.Proposal{back("OWNER")}, map[stall.ThresholdCode]int{"CONTACT_MEDIUM_RISK": 20}, ""},
		{"back to the default that holds", []stall.Proposal{back("APPROVAL")}, own, ""},
		{"the default as a number", []stall.Proposal{proposal("APPROVAL", 7)}, map[stall.ThresholdCode]int{"OWNER": 5, "CONTACT_MEDIUM_RISK": 20, "APPROVAL": 7}, ""},
		{"unknown", []stall.Proposal{proposal("APPROVAL", 3), proposal("NO_OWNER", 3)}, nil, "thresholds[1].code"},
		{"twice", []stall.Proposal{proposal("APPROVAL", 3), proposal("OWNER", 3), back("APPROVAL")}, nil, "thresholds[2].code"},
		{"too few", []stall.Proposal{proposal("APPROVAL", 3), proposal("FIRST_ASSESSMENT", 0)}, nil, "thresholds[1].days"},
		{"too many", []stall.Proposal{proposal("OWNER", 31)}, nil, "thresholds[0].days"},
		{"the most", []stall.Proposal{proposal("OWNER", 30)}, map[stall.ThresholdCode]int{"OWNER": 30, "CONTACT_MEDIUM_RISK": 20}, ""},
		{"as low as the higher risk", []stall.Proposal{proposal("CONTACT_MEDIUM_RISK", 14)}, map[stall.ThresholdCode]int{"OWNER": 5, "CONTACT_MEDIUM_RISK": 14}, ""},
		{"below the higher risk", []stall.Proposal{proposal("OWNER", 1), proposal("CONTACT_MEDIUM_RISK", 13)}, nil, "thresholds[1].days"},
		{"above the lower risk", []stall.Proposal{proposal("CONTACT_HIGH_RISK", 21), proposal("OWNER", 1)}, nil, "thresholds[0].days"},
		{"together", []stall.Proposal{proposal("CONTACT_HIGH_RISK", 21), proposal("CONTACT_MEDIUM_RISK", 21)}, map[stall.ThresholdCode]int{"OWNER": 5, "CONTACT_HIGH_RISK": 21, "CONTACT_MEDIUM_RISK": 21}, ""},
		{"a referral at high risk", []stall.Proposal{proposal("REFERRAL_HIGH_RISK", 8)}, nil, "thresholds[0].days"},
	} {
		got, err := stall.Revise(own, c.proposals)
		var f *fault.Error
		switch {
		case c.refused == "" && (err != nil || !maps.Equal(got, c.want)):
			t.Errorf("%s: %v, %v", c.name, got, err)
		case c.refused != "" && (!errors.As(err, &f) || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Path != c.refused):
			t.Errorf("%s: %v, want a refusal of %s", c.name, err, c.refused)
		}
	}
	if len(own) != 2 || own["OWNER"] != 5 {
		t.Errorf("the numbers that were there are now %v", own)
	}
}

// TestWhatIsRevisedHolds proves that whatever is accepted lies within the bounds,
// holds together, and stands in the rules as it was asked for.
func TestWhatIsRevisedHolds(t *testing.T) {
	var all []stall.Threshold
	for _, r := range stall.Rules {
		all = append(all, r.Thresholds...)
	}
	rapid.Check(t, func(t *rapid.T) {
		changed := map[stall.ThresholdCode]int{}
		for range rapid.IntRange(1, 6).Draw(t, "changes") {
			var proposals []stall.Proposal
			for range rapid.IntRange(0, 4).Draw(t, "proposals") {
				h := rapid.SampledFrom(all).Draw(t, "threshold")
				p := stall.Proposal{Code: h.Code}
				if rapid.IntRange(0, 3).Draw(t, "back") > 0 {
					days := rapid.IntRange(h.Least-1, h.Most+1).Draw(t, "days")
					p.Days = &days
				}
				proposals = append(proposals, p)
			}
			next, err := stall.Revise(changed, proposals)
			if err != nil {
				continue
			}
			changed = next
			th := stall.Defaults().With(1, changed)
			if th.ContactHighRisk > th.ContactMediumRisk || th.ContactMediumRisk > th.ContactLowRisk || th.ReferralHighRisk > th.Referral {
				t.Fatalf("accepted: %+v", *th)
			}
			for _, p := range proposals {
				h, _ := stall.Lookup(p.Code)
				want := h.Default
				if p.Days != nil {
					want = *p.Days
				}
				if got := shown(th, p.Code); got != want {
					t.Fatalf("%s is %d, want %d", p.Code, got, want)
				}
			}
			for _, h := range all {
				if n := shown(th, h.Code); n < h.Least || n > h.Most {
					t.Fatalf("%s is %d", h.Code, n)
				}
			}
		}
	})
}

// shown returns a number as the rules show it, or -1.
func shown(th *stall.Thresholds, code stall.ThresholdCode) int {
	for _, r := range th.Rules() {
		for _, s := range r.Thresholds {
			if s.Code == code {
				return s.Days
			}
		}
	}
	return -1
}
