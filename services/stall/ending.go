package stall

import (
	"fmt"

	"onward/services/casefile"
	"onward/services/locale"
)

// CauseOf returns why a flag resolved, or nothing where that was not kept.
func CauseOf(f casefile.Flag) casefile.Cause {
	if f.Dismissed {
		return casefile.CauseByHand
	}
	return f.Cause
}

// EndingText says in a sentence why a flag resolved.
func EndingText(f casefile.Flag, l locale.Locale) string {
	return fmt.Sprintf(endings[CauseOf(f)].In(l), f.ResolvedOn, f.MovedTo)
}

// endings are the sentences on why a flag resolved. The arguments are the day on
// which it did, and the day to which the deadline has moved. Flags that were
// resolved before causes were kept have none.
var endings = map[casefile.Cause]locale.Text{
	casefile.CauseRecorded: {
		EN: "It was resolved on %[1]s: what was missing has been recorded, or is no longer asked for.",
		KM: "បានដោះស្រាយនៅថ្ងៃទី %[1]s៖ អ្វីដែលខ្វះត្រូវបានកត់ត្រារួចហើយ ឬលែងត្រូវការទៀត។"},
	casefile.CauseCorrected: {
		EN: "It was resolved on %[1]s: a correction took back what it rested on.",
		KM: "បានដោះស្រាយនៅថ្ងៃទី %[1]s៖ ការកែតម្រូវបានដកចេញនូវអ្វីដែលជាមូលដ្ឋានរបស់វា។"},
	casefile.CauseMoved: {
		EN: "It was resolved on %[1]s: the day on which it is due has moved to %[2]s.",
		KM: "បានដោះស្រាយនៅថ្ងៃទី %[1]s៖ កាលកំណត់ត្រូវបានប្តូរទៅថ្ងៃទី %[2]s។"},
	casefile.CauseCaseEnded: {
		EN: "It was resolved on %[1]s: the case has ended.",
		KM: "បានដោះស្រាយនៅថ្ងៃទី %[1]s៖ ករណីនេះបានបញ្ចប់។"},
	casefile.CauseMoot: {
		EN: "It was resolved on %[1]s: what it is about no longer applies.",
		KM: "បានដោះស្រាយនៅថ្ងៃទី %[1]s៖ អ្វីដែលវាជូនដំណឹងលែងអនុវត្តទៀតហើយ។"},
	casefile.CauseByHand: {
		EN: "It was resolved by hand on %[1]s; the history says why.",
		KM: "បានដោះស្រាយដោយផ្ទាល់នៅថ្ងៃទី %[1]s។ មូលហេតុមាននៅក្នុងប្រវត្តិករណី។"},
	"": {
		EN: "It was resolved by itself on %[1]s.",
		KM: "បានដោះស្រាយដោយស្វ័យប្រវត្តិនៅថ្ងៃទី %[1]s។"},
}
