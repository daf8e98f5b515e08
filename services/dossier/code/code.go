// Package code says in English and Khmer what the codes mean that stand in the entries,
// in the state of a case and in an identity.
package code

import (
	"embed"
	"slices"
	"strings"

	"onward/services/access"
	"onward/services/career"
	"onward/services/casefile"
	"onward/services/delivery"
	"onward/services/directory"
	"onward/services/locale"
	"onward/services/stall"
)

// The words are a message catalogue, one file a language: code.X, or code.F.X where
// the code X means something else in the field F.
//
//go:embed messages/active.en.json messages/active.km.json
var messageFiles embed.FS

var messages = locale.Messages(messageFiles)

// elsewhere are the fields whose codes have their words in another room; each function
// returns "" for what it does not know.
var elsewhere = map[string]func(locale.Locale, string) string{
	"service":  service,
	"rule":     rule,
	"province": province,
	"code":     readiness,
	"shares":   class,

	"by": worker, "owner": worker, "ownerId": worker, "author": worker, "worker": worker, "workerId": worker, "workers": worker,
	"workerIds": worker, "approvedBy": worker, "requestedBy": worker, "decidedBy": worker,
}

// coded are the other fields in which codes stand; SEX is the part of an identity.
var coded = strings.Fields(`answer attendance cause checks class code consents contract dayParts decision destination
	endReason ending escalatedTo evidence form from givenBy heldFrom kind lastMethod level livingWith method methods
	modality name of option period phase point population precision progress purpose reason reasonCode receivedBy
	referral result risk role severity sex SEX state status subject to track type verdict when`)

// Words returns what the value of a field means. A value that is no code, as a day or
// what somebody has written, is its own.
func Words(l locale.Locale, field, value string) string {
	if find := elsewhere[field]; find != nil {
		if words := find(l, value); words != "" {
			return words
		}
	}
	if !slices.Contains(coded, field) {
		return value
	}
	for _, id := range []string{"code." + field + "." + value, "code." + value} {
		if messages.Has(id) {
			return messages.Text(l, id, nil, 0)
		}
	}
	return value
}

func service(l locale.Locale, code string) string {
	s, _ := delivery.Find(code)
	return s.Name.In(l)
}

func rule(l locale.Locale, code string) string {
	if r, ok := stall.Find(casefile.RuleCode(code)); ok {
		return r.Label(l)
	}
	return ""
}

func province(l locale.Locale, iso string) string {
	for _, p := range directory.AllProvinces {
		if p.ISO == iso {
			return p.Name.In(l)
		}
	}
	return ""
}

// readiness names an item of the job-readiness checklist, by its newest words.
func readiness(l locale.Locale, code string) string {
	var words string
	for _, c := range career.Checklists {
		for _, i := range c.Items {
			if i.Code == code {
				words = i.Label.In(l)
			}
		}
	}
	return words
}

func class(l locale.Locale, code string) string {
	for _, c := range access.Classes {
		if string(c) == code {
			return access.Words(l, c)
		}
	}
	return ""
}

// worker puts words in the place of the role of a worker, as in "Srey (SUPERVISOR)".
func worker(l locale.Locale, named string) string {
	name, role, _ := strings.Cut(strings.TrimSuffix(named, ")"), " (")
	for _, r := range access.Roles {
		if string(r) == role {
			return name + " (" + access.RoleWords(l, r) + ")"
		}
	}
	return ""
}
