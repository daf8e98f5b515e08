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
	{rule: NoApprovedPlan}: {
		EN: "The case was opened on %[1]s and no plan of hers has been approved; one is due within %[2]d days, by %[3]s.",
		KM: "ករណីនេះបានបើកនៅថ្ងៃទី %[1]s ប៉ុន្តែមិនទាន់មានផែនការដែលបានអនុម័តទេ។ ផែនការត្រូវអនុម័តក្នុងរយៈពេល %[2]d ថ្ងៃ គឺត្រឹមថ្ងៃទី %[3]s។"},
	{rule: ReassessmentDue}: {
		EN: "She was last assessed on %[1]s; a reassessment is due within %[2]d days, by %[3]s.",
		KM: "ការវាយតម្លៃចុងក្រោយរបស់នាងគឺនៅថ្ងៃទី %[1]s។ ការវាយតម្លៃឡើងវិញត្រូវធ្វើក្នុងរយៈពេល %[2]d ថ្ងៃ គឺត្រឹមថ្ងៃទី %[3]s។"},
	{rule: Absences}: {
		EN: "She has been away from school without an excuse since %[1]s; on the day after %[3]s that came to %[2]d school days in a row.",
		KM: "នាងអវត្តមានពីសាលាដោយគ្មានច្បាប់តាំងពីថ្ងៃទី %[1]s។ នៅថ្ងៃបន្ទាប់ពីថ្ងៃទី %[3]s អវត្តមាននេះបានដល់ %[2]d ថ្ងៃសិក្សាជាប់គ្នា។"},
	{ReferralUnanswered, openedFact}: {
		EN: "The referral came in on %[1]s and nobody has accepted or declined it; the answer is due within %[2]d days, by %[3]s.",
		KM: "ការបញ្ជូននេះបានមកដល់នៅថ្ងៃទី %[1]s ប៉ុន្តែមិនទាន់មានអ្នកទទួលយក ឬបដិសេធទេ។ ចម្លើយត្រូវផ្តល់ក្នុងរយៈពេល %[2]d ថ្ងៃ គឺត្រឹមថ្ងៃទី %[3]s។"},
	{ReferralUnanswered, "REFERRAL"}: {
		EN: "A referral was sent to another organisation on %[1]s and is not answered; the answer is due within %[2]d days, by %[3]s.",
		KM: "ការបញ្ជូនទៅអង្គការមួយទៀតត្រូវបានផ្ញើនៅថ្ងៃទី %[1]s ប៉ុន្តែមិនទាន់មានចម្លើយ។ ចម្លើយត្រូវផ្តល់ក្នុងរយៈពេល %[2]d ថ្ងៃ គឺត្រឹមថ្ងៃទី %[3]s។"},
	{ReferralUnanswered, "TRANSFER"}: {
		EN: "A transfer of the case was offered to another organisation on %[1]s and is not answered; the answer is due within %[2]d days, by %[3]s.",
		KM: "ការផ្ទេរករណីទៅអង្គការមួយទៀតត្រូវបានស្នើនៅថ្ងៃទី %[1]s ប៉ុន្តែមិនទាន់មានចម្លើយ។ ចម្លើយត្រូវផ្តល់ក្នុងរយៈពេល %[2]d ថ្ងៃ គឺត្រឹមថ្ងៃទី %[3]s។"},
	{Regression, jobLost}: {
		EN: "She lost a job on %[1]s, within %[2]d days of its start, has no other, and nobody has responded.",
		KM: "នាងបានបាត់បង់ការងារនៅថ្ងៃទី %[1]s ក្នុងរយៈពេល %[2]d ថ្ងៃបន្ទាប់ពីចាប់ផ្តើម។ នាងគ្មានការងារផ្សេង ហើយមិនទាន់មានអ្នកណាឆ្លើយតបទេ។"},
	{Regression, "DROPPED_OUT"}: {
		EN: "She dropped out of school on %[1]s, within %[2]d days of her enrolment, and nobody has responded.",
		KM: "នាងបានបោះបង់ការសិក្សានៅថ្ងៃទី %[1]s ក្នុងរយៈពេល %[2]d ថ្ងៃបន្ទាប់ពីចុះឈ្មោះចូលរៀន។ មិនទាន់មានអ្នកណាឆ្លើយតបទេ។"},
	{Regression, "EXPELLED"}: {
		EN: "She was expelled from school on %[1]s, within %[2]d days of her enrolment, and nobody has responded.",
		KM: "នាងត្រូវបានបណ្តេញចេញពីសាលានៅថ្ងៃទី %[1]s ក្នុងរយៈពេល %[2]d ថ្ងៃបន្ទាប់ពីចុះឈ្មោះចូលរៀន។ មិនទាន់មានអ្នកណាឆ្លើយតបទេ។"},
	{Regression, "ADMITTED"}: {
		EN: "She came back to a shelter on %[1]s, within %[2]d days of having left one, and nobody has responded.",
		KM: "នាងបានវិលមកជម្រកវិញនៅថ្ងៃទី %[1]s ក្នុងរយៈពេល %[2]d ថ្ងៃបន្ទាប់ពីចាកចេញ។ មិនទាន់មានអ្នកណាឆ្លើយតបទេ។"},
	{rule: Turned18}: {
		EN: "She turns 18 on %[1]s; her own consent for SERVICES is taken again then, at the latest %[2]d days after that day.",
		KM: "នាងគ្រប់អាយុ ១៨ ឆ្នាំនៅថ្ងៃទី %[1]s។ ត្រូវសុំការយល់ព្រមពីនាងផ្ទាល់ម្តងទៀតសម្រាប់សេវា យ៉ាងយូរ %[2]d ថ្ងៃបន្ទាប់ពីថ្ងៃនោះ។"},
	{RecordIncomplete, intakeSince}: {
		EN: "The intake began on %[1]s and is not finished; that is due within %[2]d days, by %[3]s.",
		KM: "ការទទួលករណីបានចាប់ផ្តើមនៅថ្ងៃទី %[1]s ប៉ុន្តែមិនទាន់បញ្ចប់។ ត្រូវបញ្ចប់ក្នុងរយៈពេល %[2]d ថ្ងៃ គឺត្រឹមថ្ងៃទី %[3]s។"},
	{RecordIncomplete, "LEFT"}: {
		EN: "She left the shelter on %[1]s, and where to or how safe that is was not recorded; that is due within %[2]d days, by %[3]s.",
		KM: "នាងបានចាកចេញពីជម្រកនៅថ្ងៃទី %[1]s ប៉ុន្តែមិនទាន់កត់ត្រាថានាងទៅណា ឬមានសុវត្ថិភាពប៉ុណ្ណា។ ត្រូវកត់ត្រាក្នុងរយៈពេល %[2]d ថ្ងៃ គឺត្រឹមថ្ងៃទី %[3]s។"},
}

// points are the names of the points of retention and follow-up.
var points = map[string]locale.Text{
	"DAY_90":  {EN: "90 days", KM: "ថ្ងៃទី ៩០"},
	"DAY_180": {EN: "180 days", KM: "ថ្ងៃទី ១៨០"},
	"DAY_365": {EN: "365 days", KM: "ថ្ងៃទី ៣៦៥"},
	"M3":      {EN: "three months", KM: "ខែទី ៣"},
	"M6":      {EN: "six months", KM: "ខែទី ៦"},
	"M12":     {EN: "twelve months", KM: "ខែទី ១២"},
}

// labels are the names of the next actions, by the milestone that has been waiting,
// by rule, or by mutation.
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
	"REPRESENTED":             {EN: "Refer the matter to court", KM: "បញ្ជូនរឿងក្តីទៅតុលាការ"},
	"REASSESSMENT_DUE":        {EN: "Arrange the reassessment", KM: "រៀបចំការវាយតម្លៃឡើងវិញ"},
	"TURNED_18":               {EN: "Record her own decision", KM: "កត់ត្រាការសម្រេចចិត្តរបស់នាងផ្ទាល់"},
	"acceptCase":              {EN: "Accept the referral", KM: "ទទួលយកការបញ្ជូន"},
	"activateCase":            {EN: "Finish the intake", KM: "បញ្ចប់ការទទួលករណី"},
	"answerReferral":          {EN: "Accept what was sent to you", KM: "ទទួលយកសំណើដែលបានផ្ញើមក"},
	"approveRequest":          {EN: "Approve the request", KM: "អនុម័តសំណើ"},
	"recordConsent":           {EN: "Record her consent", KM: "កត់ត្រាការយល់ព្រមរបស់នាង"},
	"recordFollowUp":          {EN: "Contact her and record the follow-up", KM: "ទាក់ទងនាង ហើយកត់ត្រាការតាមដាន"},
	"resumeCase":              {EN: "End the hold", KM: "បញ្ចប់ការផ្អាកករណី"},
	"reviewPlan":              {EN: "Review the plan", KM: "ពិនិត្យផែនការឡើងវិញ"},
	"revokeReferral":          {EN: "Take it back", KM: "ដកសំណើវិញ"},
	"submitPlan":              {EN: "Submit the plan for approval", KM: "ដាក់ស្នើផែនការដើម្បីអនុម័ត"},
	"updatePlan":              {EN: "Write the plan", KM: "សរសេរផែនការ"},
}
