package directory_test

import (
	"fmt"
	"testing"

	"onward/services/directory"
	"onward/services/fault"
)

// TestCheckPlace proves that the district and the commune of a site have codes
// that can be those of its province.
func TestCheckPlace(t *testing.T) {
	d, _ := house(t)
	tests := []struct{ province, district, commune, path string }{
		{"KH-12", "", "", ""},
		{"KH-12", "1201", "", ""},
		{"KH-12", "1201", "120103", ""},
		{"KH-1", "0102", "010207", ""},
		{"KH-1", "102", "", "district"},
		{"KH-1", "1201", "", "district"},
		{"KH-12", "0112", "", "district"},
		{"KH-12", "12", "", "district"},
		{"KH-12", "1200", "", "district"},
		{"KH-12", "12011", "", "district"},
		{"KH-12", "12a1", "", "district"},
		{"KH-12", "12០១", "", "district"},
		{"KH-12", "", "120103", "district"},
		{"KH-12", "1201", "120203", "commune"},
		{"KH-12", "1201", "1201", "commune"},
		{"KH-12", "1201", "12010", "commune"},
		{"KH-12", "1201", "120100", "commune"},
	}
	for _, test := range tests {
		err := d.Snapshot().Check(directory.Site{Organisation: lotus.ID, Name: "Site", Kind: directory.Office, Province: test.province, District: test.district, Commune: test.commune})
		if test.path != "" {
			wantFault(t, err, fault.Invalid, test.path)
		} else if err != nil {
			t.Errorf("%v: %v", test, err)
		}
	}
}

// TestOfficialCodes proves that the provinces come by official code, and that the
// number of each is that of its ISO code.
func TestOfficialCodes(t *testing.T) {
	if len(directory.AllProvinces) != 25 || len(directory.Provinces) != 25 {
		t.Fatalf("%d provinces", len(directory.AllProvinces))
	}
	khmer := map[string]bool{}
	for i, p := range directory.AllProvinces {
		if p.Code != fmt.Sprintf("%02d", i+1) || p.ISO != fmt.Sprintf("KH-%d", i+1) || p.Name.EN == "" {
			t.Errorf("province %d is %+v", i+1, p)
		}
		khmer[p.Name.KM] = true
	}
	if len(khmer) != 25 || khmer[""] {
		t.Errorf("names in Khmer: %v", khmer)
	}
}

// TestCheckKinds proves that a kind that is none is refused by name.
func TestCheckKinds(t *testing.T) {
	d, _ := house(t)
	for _, thing := range []directory.Thing{
		directory.Organisation{Code: "NEW", Name: "Name", Province: "KH-1", Kind: "CHARITY"},
		directory.Site{Name: "Name", Province: "KH-1", Kind: "TENT"},
		directory.Network{Name: "Name", Province: "KH-1", Kind: "CHOIR"},
	} {
		wantFault(t, d.Snapshot().Check(thing), fault.Invalid, "kind")
	}
}
