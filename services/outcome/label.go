package outcome

import (
	"onward/services/casefile"
	"onward/services/demography"
	"onward/services/locale"
	"onward/services/scholarship"
	"onward/services/track"
)

// Label returns the value in words, and false where it names a thing of the
// directory or a span of time, which is its own name.
func (g GroupValue) Label() (locale.Text, bool) {
	if text, ok := noValues[g.Value]; ok {
		return text, true
	}
	text, ok := valueLabels[g.Dimension][g.Value]
	return text, ok
}

var noValues = map[string]locale.Text{
	Unknown:       {EN: "Not known", KM: "មិនដឹង"},
	NotApplicable: {EN: "Does not apply", KM: "មិនពាក់ព័ន្ធ"},
}

var valueLabels = map[Dimension]map[string]locale.Text{
	ByPopulation: {
		string(casefile.VictimPossible):  {EN: "Possible victims", KM: "អ្នកដែលអាចជាជនរងគ្រោះ"},
		string(casefile.VictimConfirmed): {EN: "Confirmed victims", KM: "ជនរងគ្រោះដែលបានបញ្ជាក់"},
		string(casefile.AtRisk):          {EN: "At risk", KM: "អ្នកប្រឈមនឹងហានិភ័យ"},
	},
	BySex: {
		string(demography.Female): {EN: "Female", KM: "ស្រី"},
		string(demography.Male):   {EN: "Male", KM: "ប្រុស"},
	},
	ByAgeBand: {
		string(demography.Under15):   {EN: "Under 15", KM: "ក្រោម ១៥ ឆ្នាំ"},
		string(demography.Age15To17): {EN: "15 to 17", KM: "១៥ ដល់ ១៧ ឆ្នាំ"},
		string(demography.Age18To24): {EN: "18 to 24", KM: "១៨ ដល់ ២៤ ឆ្នាំ"},
		string(demography.Age25To59): {EN: "25 to 59", KM: "២៥ ដល់ ៥៩ ឆ្នាំ"},
		string(demography.Age60Plus): {EN: "60 and older", KM: "៦០ ឆ្នាំឡើងទៅ"},
	},
	ByRisk: {
		string(casefile.Low):    {EN: "Low risk", KM: "ហានិភ័យទាប"},
		string(casefile.Medium): {EN: "Medium risk", KM: "ហានិភ័យមធ្យម"},
		string(casefile.High):   {EN: "High risk", KM: "ហានិភ័យខ្ពស់"},
	},
	ByTrack: {
		string(track.Shelter):       {EN: "Shelter", KM: "ជម្រក"},
		string(track.Scholarship):   {EN: "Scholarship", KM: "អាហារូបករណ៍"},
		string(track.Career):        {EN: "Career centre", KM: "មជ្ឈមណ្ឌលអាជីព"},
		string(track.Employment):    {EN: "Employment", KM: "ការងារ"},
		string(track.Legal):         {EN: "Legal", KM: "ផ្លូវច្បាប់"},
		string(track.Reintegration): {EN: "Reintegration", KM: "ការធ្វើសមាហរណកម្ម"},
	},
	ByClass: {
		string(scholarship.Women):          {EN: "Women", KM: "ស្ត្រី"},
		string(scholarship.GirlsSecondary): {EN: "Girls in secondary school", KM: "សិស្សស្រីនៅអនុវិទ្យាល័យ និងវិទ្យាល័យ"},
		string(scholarship.OtherClass):     {EN: "Others", KM: "ផ្សេងទៀត"},
	},
}
