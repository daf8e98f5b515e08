package directory

import "onward/services/locale"

// Province is one of Cambodia's 24 provinces or its capital.
type Province struct {
	Code string // official, of the national gazetteer (NCDD): "01" to "25"
	ISO  string // ISO 3166-2:KH: "KH-1" to "KH-25"
	Name locale.Text
}

// AllProvinces lists them by code. The number of a province is the same in the
// gazetteer as in ISO 3166-2:KH. A district is its province's code and two digits
// more (PPDD), a commune its district's code and two more (PPDDCC); their lists
// are long, change by sub-decree and are not shipped here.
var AllProvinces = []Province{
	{"01", "KH-1", locale.Text{EN: "Banteay Meanchey", KM: "បន្ទាយមានជ័យ"}},
	{"02", "KH-2", locale.Text{EN: "Battambang", KM: "បាត់ដំបង"}},
	{"03", "KH-3", locale.Text{EN: "Kampong Cham", KM: "កំពង់ចាម"}},
	{"04", "KH-4", locale.Text{EN: "Kampong Chhnang", KM: "កំពង់ឆ្នាំង"}},
	{"05", "KH-5", locale.Text{EN: "Kampong Speu", KM: "កំពង់ស្ពឺ"}},
	{"06", "KH-6", locale.Text{EN: "Kampong Thom", KM: "កំពង់ធំ"}},
	{"07", "KH-7", locale.Text{EN: "Kampot", KM: "កំពត"}},
	{"08", "KH-8", locale.Text{EN: "Kandal", KM: "កណ្ដាល"}},
	{"09", "KH-9", locale.Text{EN: "Koh Kong", KM: "កោះកុង"}},
	{"10", "KH-10", locale.Text{EN: "Kratie", KM: "ក្រចេះ"}},
	{"11", "KH-11", locale.Text{EN: "Mondulkiri", KM: "មណ្ឌលគិរី"}},
	{"12", "KH-12", locale.Text{EN: "Phnom Penh", KM: "ភ្នំពេញ"}},
	{"13", "KH-13", locale.Text{EN: "Preah Vihear", KM: "ព្រះវិហារ"}},
	{"14", "KH-14", locale.Text{EN: "Prey Veng", KM: "ព្រៃវែង"}},
	{"15", "KH-15", locale.Text{EN: "Pursat", KM: "ពោធិ៍សាត់"}},
	{"16", "KH-16", locale.Text{EN: "Ratanakiri", KM: "រតនគិរី"}},
	{"17", "KH-17", locale.Text{EN: "Siem Reap", KM: "សៀមរាប"}},
	{"18", "KH-18", locale.Text{EN: "Preah Sihanouk", KM: "ព្រះសីហនុ"}},
	{"19", "KH-19", locale.Text{EN: "Stung Treng", KM: "ស្ទឹងត្រែង"}},
	{"20", "KH-20", locale.Text{EN: "Svay Rieng", KM: "ស្វាយរៀង"}},
	{"21", "KH-21", locale.Text{EN: "Takeo", KM: "តាកែវ"}},
	{"22", "KH-22", locale.Text{EN: "Oddar Meanchey", KM: "ឧត្ដរមានជ័យ"}},
	{"23", "KH-23", locale.Text{EN: "Kep", KM: "កែប"}},
	{"24", "KH-24", locale.Text{EN: "Pailin", KM: "ប៉ៃលិន"}},
	{"25", "KH-25", locale.Text{EN: "Tboung Khmum", KM: "ត្បូងឃ្មុំ"}},
}

// Provinces are the English names by ISO 3166-2:KH.
var Provinces = func() map[string]string {
	names := map[string]string{}
	for _, p := range AllProvinces {
		names[p.ISO] = p.Name.EN
	}
	return names
}()

// officialCode returns the code of a province in the gazetteer, or "" where
// there is no such province.
func officialCode(iso string) string {
	for _, p := range AllProvinces {
		if p.ISO == iso {
			return p.Code
		}
	}
	return ""
}
