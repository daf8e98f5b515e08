package stall

import (
	"onward/services/casefile"
	"onward/services/locale"
)

// sentence finds a text: of a rule, and where the rule waits for different
// things, of what it counts from.
type sentence struct {
	rule  casefile.RuleCode
	since string
}

// sentences are the explanations. With one fact the arguments are its day, the
// threshold and the day that was due; with two, the day of each, the day that was
// due and the name of the point.
var sentences = map[sentence]locale.Text{
	{rule: NoOwner}: {
		EN: "Nobody has owned this case since %[1]s; an owner is due within %[2]d days, by %[3]s.",
		KM: "ករណីនេះគ្មានអ្នកទទួលខុសត្រូវតាំងពីថ្ងៃទី %[1]s។ ត្រូវចាត់តាំងអ្នកទទួលខុសត្រូវក្នុងរយៈពេល %[2]d ថ្ងៃ គឺត្រឹមថ្ងៃទី %[3]s។"},
	{rule: NeverAssessed}: {
		EN: "The case was opened on %[1]s and nobody has assessed her needs; an assessment is due within %[2]d days, by %[3]s.",
		KM: "ករណីនេះបានបើកនៅថ្ងៃទី %[1]s ប៉ុន្តែមិនទាន់មានការវាយតម្លៃតម្រូវការរបស់នាងទេ។ ការវាយតម្លៃត្រូវធ្វើក្នុងរយៈពេល %[2]d ថ្ងៃ គឺត្រឹមថ្ងៃទី %[3]s។"},
	{NoContact, "LAST_CONTACT"}: {
		EN: "The last contact with her was on %[1]s; at her level of risk the next is due within %[2]d days, by %[3]s.",
		KM: "ការទំនាក់ទំនងចុងក្រោយជាមួយនាងគឺនៅថ្ងៃទី %[1]s។ តាមកម្រិតហានិភ័យរបស់នាង ត្រូវទាក់ទងម្តងទៀតក្នុងរយៈពេល %[2]d ថ្ងៃ គឺត្រឹមថ្ងៃទី %[3]s។"},
	{NoContact, "OPENED"}: {
		EN: "No contact with her is on record since the case was opened on %[1]s; it is due within %[2]d days, by %[3]s.",
		KM: "មិនមានកំណត់ត្រាអំពីការទំនាក់ទំនងជាមួយនាងទេ តាំងពីបើកករណីនៅថ្ងៃទី %[1]s។ ត្រូវទាក់ទងក្នុងរយៈពេល %[2]d ថ្ងៃ គឺត្រឹមថ្ងៃទី %[3]s។"},
	{rule: ActionOverdue}: {
		EN: "An action of her plan is due on %[1]s and is not done.",
		KM: "សកម្មភាពមួយក្នុងផែនការរបស់នាងត្រូវបញ្ចប់នៅថ្ងៃទី %[1]s ប៉ុន្តែមិនទាន់រួចរាល់។"},
	{ActionOverdue, planReview}: {
		EN: "Her plan is to be reviewed by %[1]s and no review is on record.",
		KM: "ផែនការរបស់នាងត្រូវពិនិត្យឡើងវិញត្រឹមថ្ងៃទី %[1]s ប៉ុន្តែមិនទាន់មានកំណត់ត្រានៃការពិនិត្យទេ។"},
	{ActionOverdue, followUpDue}: {
		EN: "A follow-up with her is due on %[1]s and is not recorded.",
		KM: "ការតាមដាននាងត្រូវធ្វើនៅថ្ងៃទី %[1]s ប៉ុន្តែមិនទាន់មានកំណត់ត្រា។"},
	{rule: ApprovalPending}: {
		EN: "An approval was asked for on %[1]s and is not decided; the answer is due within %[2]d days, by %[3]s.",
		KM: "ការអនុម័តត្រូវបានស្នើសុំនៅថ្ងៃទី %[1]s ប៉ុន្តែមិនទាន់មានការសម្រេច។ ចម្លើយត្រូវផ្តល់ក្នុងរយៈពេល %[2]d ថ្ងៃ គឺត្រឹមថ្ងៃទី %[3]s។"},
	{MilestoneDwell, "ADMITTED"}: {
		EN: "She has been in the shelter since %[1]s and is not READY_TO_LEAVE; the limit of %[2]d days ends on %[3]s.",
		KM: "នាងស្នាក់នៅក្នុងជម្រកតាំងពីថ្ងៃទី %[1]s ហើយមិនទាន់ត្រៀមខ្លួនចាកចេញ។ រយៈពេលកំណត់ %[2]d ថ្ងៃបានដល់នៅថ្ងៃទី %[3]s។"},
	{MilestoneDwell, "AWARDED"}: {
		EN: "A scholarship was awarded on %[1]s and she is not ENROLLED; the limit of %[2]d days ends on %[3]s.",
		KM: "អាហារូបករណ៍ត្រូវបានផ្តល់នៅថ្ងៃទី %[1]s ប៉ុន្តែនាងមិនទាន់ចុះឈ្មោះចូលរៀន។ រយៈពេលកំណត់ %[2]d ថ្ងៃបានដល់នៅថ្ងៃទី %[3]s។"},
	{MilestoneDwell, "JOB_READY"}: {
		EN: "She has been JOB_READY since %[1]s and has not started a job; the limit of %[2]d days ends on %[3]s.",
		KM: "នាងត្រៀមខ្លួនរួចរាល់សម្រាប់ការងារតាំងពីថ្ងៃទី %[1]s ប៉ុន្តែមិនទាន់ចាប់ផ្តើមការងារ។ រយៈពេលកំណត់ %[2]d ថ្ងៃបានដល់នៅថ្ងៃទី %[3]s។"},
	{MilestoneDwell, "REPRESENTED"}: {
		EN: "A legal matter has been represented since %[1]s and is not REFERRED_TO_COURT; the limit of %[2]d days ends on %[3]s.",
		KM: "រឿងក្តីមួយមានមេធាវីតំណាងតាំងពីថ្ងៃទី %[1]s ប៉ុន្តែមិនទាន់បញ្ជូនទៅតុលាការ។ រយៈពេលកំណត់ %[2]d ថ្ងៃបានដល់នៅថ្ងៃទី %[3]s។"},
	{rule: RetentionCheckMissed}: {
		EN: "She started the job on %[1]s; the check at %[4]s falls on %[2]s, is due by %[3]s and is not recorded.",
		KM: "នាងចាប់ផ្តើមការងារនៅថ្ងៃទី %[1]s។ ការពិនិត្យនៅ%[4]sត្រូវនឹងថ្ងៃទី %[2]s ត្រូវធ្វើត្រឹមថ្ងៃទី %[3]s ប៉ុន្តែមិនទាន់មានកំណត់ត្រា។"},
	{rule: ReturnFollowUpMissed}: {
		EN: "She returned to the community on %[1]s; the follow-up at %[4]s falls on %[2]s, is due by %[3]s and is not recorded.",
		KM: "នាងបានវិលត្រឡប់ទៅសហគមន៍នៅថ្ងៃទី %[1]s។ ការតាមដាននៅ%[4]sត្រូវនឹងថ្ងៃទី %[2]s ត្រូវធ្វើត្រឹមថ្ងៃទី %[3]s ប៉ុន្តែមិនទាន់មានកំណត់ត្រា។"},
	{since: consentGiven}: {
		EN: "Consent for %[4]s was given on %[1]s and its last day is %[2]s; ask her again and record what she decides.",
		KM: "ការយល់ព្រមសម្រាប់%[4]sត្រូវបានផ្តល់នៅថ្ងៃទី %[1]s ហើយមានសុពលភាពដល់ថ្ងៃទី %[2]s។ សូមសួរនាងម្តងទៀត ហើយកត់ត្រាការសម្រេចចិត្តរបស់នាង។"},
	{since: referralWaits}: {
		EN: "Another organisation sent a referral on %[1]s and it waits for an answer; the answer is due within %[2]d days, by %[3]s.",
		KM: "អង្គការមួយទៀតបានបញ្ជូនករណីមួយនៅថ្ងៃទី %[1]s ហើយកំពុងរង់ចាំចម្លើយ។ ចម្លើយត្រូវផ្តល់ក្នុងរយៈពេល %[2]d ថ្ងៃ គឺត្រឹមថ្ងៃទី %[3]s។"},
	{since: transferOffers}: {
		EN: "Another organisation offered the transfer of a case on %[1]s and it waits for an answer; the answer is due within %[2]d days, by %[3]s.",
		KM: "អង្គការមួយទៀតបានស្នើផ្ទេរករណីមួយនៅថ្ងៃទី %[1]s ហើយកំពុងរង់ចាំចម្លើយ។ ចម្លើយត្រូវផ្តល់ក្នុងរយៈពេល %[2]d ថ្ងៃ គឺត្រឹមថ្ងៃទី %[3]s។"},
}

// points are the names of the points of retention and follow-up, and of the
// purposes of consent.
var points = map[string]locale.Text{
	"DAY_90":  {EN: "90 days", KM: "ថ្ងៃទី ៩០"},
	"DAY_180": {EN: "180 days", KM: "ថ្ងៃទី ១៨០"},
	"DAY_365": {EN: "365 days", KM: "ថ្ងៃទី ៣៦៥"},
	"M3":      {EN: "three months", KM: "ខែទី ៣"},
	"M6":      {EN: "six months", KM: "ខែទី ៦"},
	"M12":     {EN: "twelve months", KM: "ខែទី ១២"},

	"SERVICES":    {EN: "services", KM: "ការទទួលសេវា"},
	"SHARE":       {EN: "sharing with other organisations", KM: "ការចែករំលែកជាមួយអង្គការផ្សេង"},
	"REPORTING":   {EN: "reporting", KM: "ការរាយការណ៍"},
	"RESEARCH":    {EN: "research", KM: "ការស្រាវជ្រាវ"},
	"PARTNER_APP": {EN: "a partner's application", KM: "កម្មវិធីរបស់ដៃគូ"},
}

// labels are the names of the next actions, by rule, or by the milestone that
// has been waiting.
var labels = map[string]locale.Text{
	"NO_OWNER":                {EN: "Take the case on", KM: "ទទួលខុសត្រូវលើករណីនេះ"},
	"NEVER_ASSESSED":          {EN: "Record the assessment", KM: "កត់ត្រាការវាយតម្លៃ"},
	"NO_CONTACT":              {EN: "Call her and record the follow-up", KM: "ទូរស័ព្ទទៅនាង ហើយកត់ត្រាការតាមដាន"},
	"ACTION_OVERDUE":          {EN: "Complete the action", KM: "បញ្ចប់សកម្មភាព"},
	"PLAN_REVIEW":             {EN: "Review the plan", KM: "ពិនិត្យផែនការឡើងវិញ"},
	"FOLLOW_UP_DUE":           {EN: "Record the follow-up", KM: "កត់ត្រាការតាមដាន"},
	"APPROVAL_PENDING":        {EN: "Approve the request", KM: "អនុម័តសំណើ"},
	"RETENTION_CHECK_MISSED":  {EN: "Record the retention check", KM: "កត់ត្រាការពិនិត្យការរក្សាការងារ"},
	"RETURN_FOLLOW_UP_MISSED": {EN: "Record the follow-up", KM: "កត់ត្រាការតាមដាន"},
	"ADMITTED":                {EN: "Record that she is ready to leave", KM: "កត់ត្រាថានាងត្រៀមខ្លួនចាកចេញ"},
	"AWARDED":                 {EN: "Record the enrolment", KM: "កត់ត្រាការចុះឈ្មោះចូលរៀន"},
	"JOB_READY":               {EN: "Introduce her to an employer", KM: "ណែនាំនាងទៅនិយោជក"},
	"CONSENT_GIVEN":           {EN: "Ask her again and record her decision", KM: "សួរនាងម្តងទៀត ហើយកត់ត្រាការសម្រេចចិត្តរបស់នាង"},
	"REFERRAL":                {EN: "Answer the referral", KM: "ឆ្លើយតបការបញ្ជូន"},
	"TRANSFER":                {EN: "Answer the transfer", KM: "ឆ្លើយតបការផ្ទេរ"},
	"REPRESENTED":             {EN: "Refer the matter to court", KM: "បញ្ជូនរឿងក្តីទៅតុលាការ"},
}
