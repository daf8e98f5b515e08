package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/demography"
	"onward/services/directory"
	"onward/services/id"
	"onward/services/identity"
	"onward/services/register"
	"onward/services/store"
	"onward/services/vault"
)

// Who the people of the living caseload are is synthetic, and made by rule: the names are
// common ones that are put together by their number, phones begin with three zeros behind the
// prefix, of which we know of no number that is given out [J], and numbers of papers begin with 999.
// Nobody was looked up, and whoever has such a name is not meant.

// spelt is a name in both letters.
type spelt struct{ latin, khmer string }

var familyNames = []spelt{
	{"Sok", "សុខ"}, {"Chan", "ចាន់"}, {"Chea", "ជា"}, {"Keo", "កែវ"}, {"Kim", "គឹម"}, {"Lim", "លឹម"}, {"Ly", "លី"}, {"Mao", "ម៉ៅ"},
	{"Meas", "មាស"}, {"Nhem", "ញ៉ែម"}, {"Ouk", "អ៊ុក"}, {"Pich", "ពេជ្រ"}, {"Prak", "ប្រាក់"}, {"Sam", "សំ"}, {"Sar", "សារ"}, {"Seng", "សេង"}, {"Tep", "ទេព"},
}

var womensNames = []spelt{
	{"Bopha", "បុប្ផា"}, {"Chanthou", "ចាន់ធូ"}, {"Kunthea", "គន្ធា"}, {"Malis", "ម្លិះ"}, {"Nary", "ណារី"}, {"Phalla", "ផល្លា"}, {"Rachana", "រចនា"},
	{"Rothana", "រតនា"}, {"Sokha", "សុខា"}, {"Sophea", "សុភា"}, {"Sreymom", "ស្រីមុំ"}, {"Sreypov", "ស្រីពៅ"}, {"Thida", "ធីតា"}, {"Vanna", "វណ្ណា"},
	{"Devi", "ទេវី"}, {"Kolap", "កុលាប"}, {"Leakena", "លក្ខិណា"}, {"Mealea", "មាលា"}, {"Phkay", "ផ្កាយ"},
}

var mensNames = []spelt{
	{"Dara", "ដារ៉ា"}, {"Piseth", "ពិសិដ្ឋ"}, {"Rithy", "រិទ្ធី"}, {"Samnang", "សំណាង"}, {"Vichet", "វិចិត្រ"}, {"Bunthoeun", "ប៊ុនធឿន"}, {"Chamroeun", "ចំរើន"},
}

var villages = []spelt{
	{"Phum Thmei", "ភូមិថ្មី"}, {"Phum Kandal", "ភូមិកណ្ដាល"}, {"Phum Trapeang", "ភូមិត្រពាំង"}, {"Phum Doun Chea", "ភូមិដូនជា"}, {"Phum Prey Svay", "ភូមិព្រៃស្វាយ"}, {"Phum Ou Svay", "ភូមិអូរស្វាយ"},
}

// nameless is one of how many people of the living caseload of whom nobody has said who she is.
const nameless = 6

// identify says who the people of the living caseload are, as the workers do who own their cases. People of
// two organisations that may be one woman are made one, so that both hear of it.
func identify(ctx context.Context, s store.Store, v *vault.Vault, d *directory.Directory, o Options, cases []*casefile.Case) error {
	service := casework.New(s, v, register.New(), d, func() time.Time { return o.Now }, casework.Unpaced())
	whose := sameWomen(cases)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(identifiers)
	for n, c := range cases {
		who, shared := whose[c.ID]
		if !shared {
			who = n
		}
		if c.Owner == "" || c.MergedInto() != "" || n%nameless == nameless-1 && !shared {
			continue
		}
		group.Go(func() error {
			owner := access.Actor{Worker: c.Owner, Role: d.Snapshot().Workers[c.Owner].Role, Organisation: c.Organisation}
			in := casework.RecordIdentityInput{RequestID: fmt.Sprint("demo-identity-", n), CaseID: c.ID, Identity: identityOf(who, c, shared)}
			if _, err := service.RecordIdentity(ctx, owner, in); err != nil {
				return fmt.Errorf("identity %d (case %s): %w", n, c.ID, err)
			}
			return nil
		})
	}
	return group.Wait()
}

// identifiers is how many identities are recorded at once: they share the disk's commits.
const identifiers = 16

// sameWomen pairs cases of the first organisation with cases of the others, of the same sex and year of birth,
// and numbers whom each pair is about by the place of its first case. The second organisation comes first:
// it has an account, so that whoever tries the demo can answer on both sides.
func sameWomen(cases []*casefile.Case) map[id.Case]int {
	type sort struct {
		sex  demography.Sex
		year int
	}
	of := func(c *casefile.Case) sort { return sort{c.Sex(), c.BirthYear()} }
	same := map[id.Case]int{}
	for _, other := range houses[1:] {
		elsewhere := map[sort][]*casefile.Case{}
		for _, c := range cases {
			if c.Organisation == other.id && c.BirthYear() != 0 && c.Owner != "" && c.Status.Open() {
				elsewhere[of(c)] = append(elsewhere[of(c)], c)
			}
		}
		for n, c := range cases {
			others := elsewhere[of(c)]
			if _, paired := same[c.ID]; paired || len(others) == 0 || len(same) >= 2*pairs {
				continue
			}
			if c.Organisation == houses[0].id && c.Owner != "" && c.Status.Open() {
				same[c.ID], same[others[0].ID] = n, n
				elsewhere[of(c)] = others[1:]
			}
		}
	}
	return same
}

// pairs is how many women are known to two organisations.
const pairs = 8

// identityOf makes up who the nth person is, so that it fits what her case says. Of a woman whom
// two organisations know, every second has shown the same card to both.
func identityOf(n int, c *casefile.Case, shared bool) identity.Identity {
	given := womensNames
	if c.Sex() == demography.Male {
		given = mensNames
	}
	family, first := familyNames[n%len(familyNames)], given[(n/2)%len(given)]
	i := identity.Identity{
		Name:      &identity.Name{Family: family.latin, Given: first.latin},
		NameKhmer: &identity.Name{Family: family.khmer, Given: first.khmer},
		Sex:       c.Sex(), Nationality: "KH",
		Birth: bornOf(n, c), Contacts: contactsOf(n), Addresses: addressesOf(n, c.Organisation),
	}
	if n%9 == 0 {
		i.Nationality = "VN"
	}
	if n%5 == 0 {
		i.Aliases = []string{"Srey " + first.latin}
	}
	if shared && n%2 == 0 || !shared && n%3 == 0 {
		i.Numbers = []identity.Number{{Kind: identity.NationalID, Number: fmt.Sprintf("999 %03d %03d", n/1000, n%1000)}}
	}
	return i
}

// bornOf is when the nth person was born, to the day, the month or the year.
func bornOf(n int, c *casefile.Case) *identity.Birth {
	precision := []identity.Precision{identity.ToDay, identity.ToYear, identity.ToMonth}[n%3]
	switch {
	case !c.AdultOn.IsZero():
		year, month, day := c.AdultOn.Time().Date()
		return &identity.Birth{On: calendar.Date(year-demography.AdultYears, month, day), Precision: identity.ToDay}
	case c.BirthYear() != 0:
		return &identity.Birth{On: calendar.Date(c.BirthYear(), time.Month(1+n%12), 1+n%28), Precision: precision}
	}
	return nil
}

// contactsOf are phones that are made up; every fourth is her mother's.
func contactsOf(n int) []identity.Contact {
	if n%8 == 7 {
		return nil
	}
	phone := identity.Contact{Kind: identity.Phone, Value: fmt.Sprintf("012 000 %03d", n%1000)}
	if n%4 == 1 {
		phone.Whose = "her mother"
	}
	return []identity.Contact{phone}
}

// addressesOf are where she is now, near the organisation, and where she comes from.
func addressesOf(n int, organisation id.Organisation) []identity.Address {
	h := slices.IndexFunc(houses, func(h *house) bool { return h.id == organisation })
	at := func(kind identity.AddressKind, province string, n int) identity.Address {
		in := slices.IndexFunc(directory.AllProvinces, func(p directory.Province) bool { return p.ISO == province })
		district := directory.AllProvinces[in].Code + "01"
		village := villages[n%len(villages)].latin
		if n%2 == 0 {
			village = villages[n%len(villages)].khmer
		}
		return identity.Address{Kind: kind, Province: province, District: district, Commune: district + "01", Village: village + " (invented)"}
	}
	return []identity.Address{at(identity.Current, organisations[h].province, n), at(identity.Home, fmt.Sprintf("KH-%d", 1+n%24), n/2)}
}
