package outcome

import (
	"fmt"

	"onward/services/activity"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/locale"
	"onward/services/outcome/cohort"
	"onward/services/scholarship"
	"onward/services/track"
)

// Code names an indicator.
type Code string

// The indicators.
const (
	Assisted             Code = "ASSISTED"
	ReintegrationSupport Code = "REINTEGRATION_SUPPORT"
	Reintegrated         Code = "REINTEGRATED"
	Sustained            Code = "SUSTAINED"
	ScholarshipsWomen    Code = "SCHOLARSHIPS_WOMEN"
	ScholarshipsGirls    Code = "SCHOLARSHIPS_GIRLS"
	Employed             Code = "EMPLOYED"
	CareerCentreServed   Code = "CAREER_CENTRE_SERVED"
	LegalRepresented     Code = "LEGAL_REPRESENTED"
	CourtReferred        Code = "COURT_REFERRED"
	Convictions          Code = "CONVICTIONS"
	ConvictedOfReferred  Code = "CONVICTIONS_OF_REFERRED"
	Networks             Code = "NETWORKS"

	ActivityPeopleReached      Code = "ACTIVITY_PEOPLE_REACHED"
	ActivityProvincesReached   Code = "ACTIVITY_PROVINCES_REACHED"
	ActivityPoliceTrained      Code = "ACTIVITY_POLICE_TRAINED"
	ActivityTeachersTrained    Code = "ACTIVITY_TEACHERS_TRAINED"
	ActivityForumParticipants  Code = "ACTIVITY_FORUM_PARTICIPANTS"
	ActivityRescued            Code = "ACTIVITY_RESCUED"
	ActivityPartnerConvictions Code = "ACTIVITY_PARTNER_CONVICTIONS"
	YouthClubs                 Code = "YOUTH_CLUBS"

	ScholarsWomen        Code = "SCHOLARSHIPS_WOMEN_PERSONS"
	ScholarsGirls        Code = "SCHOLARSHIPS_GIRLS_PERSONS"
	JobOffered           Code = "JOB_OFFERED"
	PlanWithin30         Code = "PLAN_WITHIN_30_DAYS"
	ContactKept          Code = "CONTACT_WITHIN_THRESHOLD"
	OpenToClose          Code = "OPEN_TO_CLOSE_DAYS"
	Caseload             Code = "CASELOAD_PER_WORKER"
	ServicesPerCase      Code = "SERVICES_PER_CASE"
	ReferralsCompleted   Code = "REFERRALS_COMPLETED"
	ScholarshipRetention Code = "SCHOLARSHIP_RETENTION"
	ShelterReturn180     Code = "SHELTER_RETURN_180_DAYS"
	ShelterReturn365     Code = "SHELTER_RETURN_365_DAYS"
	ShelterReturn730     Code = "SHELTER_RETURN_730_DAYS"
	Reemployed35         Code = "REEMPLOYED_WITHIN_35_DAYS"
	StallRate            Code = "STALL_RATE"
	FlagResolution       Code = "FLAG_RESOLUTION_DAYS"
	IndexChange          Code = "REINTEGRATION_INDEX_CHANGE"
	DaysBetween          Code = "DAYS_BETWEEN"
)

// Unit is what one of a figure is.
type Unit string

// The units.
const (
	Person      Unit = "PERSON" // distinct, after merges
	CaseUnit    Unit = "CASE"
	Award       Unit = "AWARD"
	Placement   Unit = "PLACEMENT"
	LegalMatter Unit = "LEGAL_MATTER"
	NetworkUnit Unit = "NETWORK"
	Participant Unit = "PARTICIPANT" // one who took part once
	Province    Unit = "PROVINCE"    // distinct
	Referral    Unit = "REFERRAL"
	Flag        Unit = "FLAG"
	Worker      Unit = "WORKER" // a worker on the last day of a month
	Assessment  Unit = "ASSESSMENT"
)

// AboutPeople reports whether a figure in the unit is about people in cases, so
// that small ones could reveal somebody.
func (u Unit) AboutPeople() bool {
	return u != NetworkUnit && u != Participant && u != Province && u != Worker
}

// Measure is what an indicator says of what it counts.
type Measure string

// The measures.
const (
	Count        Measure = "COUNT"        // how many
	Share        Measure = "SHARE"        // how many of a base fulfil it
	Distribution Measure = "DISTRIBUTION" // the quartiles of days
	Mean         Measure = "MEAN"         // the mean of a number
)

// Indicator is what a figure counts, in words and as the rule that counts it.
// Who changes what a rule counts raises the version and rewrites the words.
type Indicator struct {
	Code       Code
	Labels     locale.Text
	Definition string // in English: what is counted, by which day, and what is left out
	Unit       Unit
	Measure    Measure
	Version    int

	// counts reports whether an event counts.
	counts func(*event) bool

	// finds yields what counts of a case.
	finds func(*Query, *casefile.Case, func(sighting))

	// lasts reports whether a case that was open in a span of time fulfils.
	lasts func(*casefile.Case, calendar.Period) bool

	// follows yields what counts of a person, with the case of which it is.
	follows func(cohort.Person, func(record, sighting))

	// adds returns how many an activity adds.
	adds func(*activity.Activity) int

	// also returns a second entry on which the figure rests, where there is one:
	// it enters the digest with the event.
	also func(*event) track.Stamp
}

// once reports whether somebody or something is counted once, however often it is
// seen.
func (i *Indicator) once() bool {
	return i.Unit == Person || i.Unit == NetworkUnit || i.Code == ServicesPerCase
}

// Additive reports whether what counts lies in one group of every dimension and in
// one month, so that groups and months add up to the whole. Otherwise the same
// person, case or network may be in several.
func (i *Indicator) Additive() bool { return i.adds != nil || !i.once() && i.lasts == nil }

// Find returns the indicator with the code.
func Find(code Code) (Indicator, bool) {
	for i := range Registry {
		if Registry[i].Code == code {
			return Registry[i], true
		}
	}
	return Indicator{}, false
}

// What several definitions say in the same words.
const (
	byDay = " Counted by the day on which it happened, not the day of recording; both ends of the period belong to it," +
		" and entries that were reversed do not count."
	onePerson = " A person whose cases were merged is one; she is counted once however often it happened."
	consent   = " Whoever has no consent for REPORTING in force on that day is left out and counted apart; the last decision on record in" +
		" the surviving case decides, also on what happened before it. One event with consent is enough to be counted."
	itemConsent = " Where she has no consent for REPORTING in force on that day, it is left out and counted apart; the last decision on" +
		" record in the surviving case decides, also on what happened before it."
	missing  = " An unknown organisation, province or population is the category UNKNOWN."
	lastDays = " By quarter, those active on each quarter's last day, or on the period's last day for a quarter that it cuts short. One whose" +
		" first day is not known counts as begun. Consent does not enter."
	later = " Counted at the last day of that time, so that every one that is counted has had it; both ends of the period belong to it, and" +
		" entries that were reversed do not count."
	each         = " Counted at the first day of the period on which it was open; by month, quarter or year, in each of them."
	participants = " Participants are not deduplicated: the ledger names nobody, and who took part twice is counted twice."
	byLastDay    = " Counted by the last day of the activity, at which all of it counts; both ends of the period belong to it, and what was" +
		" withdrawn does not count. Consent does not enter."
	oneProvince = " By province, an activity in one province counts there and one in several under UNKNOWN. An unknown organisation or" +
		" population is the category UNKNOWN."
)

// Registry lists the indicators in the order in which they are reported. The
// figures are those of the programme's public account of itself; the definitions
// are ours.
var Registry = []Indicator{
	{
		Code: Assisted, Unit: Person, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "People assisted", KM: "អ្នកដែលបានទទួលជំនួយ"},
		Definition: "Distinct persons with at least one service delivery or milestone, of any track, in the period." +
			byDay + onePerson + consent + missing,
		counts: func(e *event) bool { return !e.isConviction() },
	},
	{
		Code: ReintegrationSupport, Unit: Person, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "People given reintegration support", KM: "អ្នកដែលបានទទួលការគាំទ្រសមាហរណកម្ម"},
		Definition: "Distinct persons with at least one delivery in the period of a service that the taxonomy puts in the group REINTEGRATION." +
			byDay + onePerson + consent + missing,
		counts: (*event).supportsReintegration,
	},
	{
		Code: Reintegrated, Unit: Person, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "People returned to the community", KM: "អ្នកដែលបានវិលត្រឡប់ទៅសហគមន៍វិញ"},
		Definition: "Distinct persons with the milestone RETURNED_TO_COMMUNITY in the period. A later return of the same person adds nothing." +
			byDay + onePerson + consent + missing,
		counts: func(e *event) bool { return e.code == track.ReturnedToCommunity },
	},
	{
		Code: Sustained, Unit: Person, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "People returned and safe after six months", KM: "អ្នកដែលបានវិលត្រឡប់ទៅសហគមន៍ ហើយមានសុវត្ថិភាពក្រោយប្រាំមួយខែ"},
		Definition: "Distinct persons with RETURNED_TO_COMMUNITY in the period whose six-month follow-up of that return was done on or before" +
			" the period's last day and found her safe. Counted at the day of the return. Safety that was not asked for is not safety." +
			byDay + onePerson + consent + missing,
		counts: (*event).sustained,
		also:   (*event).sixthMonth,
	},
	{
		Code: ScholarshipsWomen, Unit: Award, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "Scholarships for women", KM: "អាហារូបករណ៍សម្រាប់ស្ត្រី"},
		Definition: "Scholarships of the class WOMEN with the milestone AWARDED in the period. Two awards to one person are two;" +
			" applications, refusals and other classes are not counted." +
			byDay + itemConsent + missing,
		counts: func(e *event) bool { return e.awarded(scholarship.Women) },
	},
	{
		Code: ScholarshipsGirls, Unit: Award, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "Scholarships for girls in secondary school", KM: "អាហារូបករណ៍សម្រាប់សិស្សស្រីមធ្យមសិក្សា"},
		Definition: "Scholarships of the class GIRLS_SECONDARY with the milestone AWARDED in the period. Two awards to one person are two;" +
			" applications, refusals and other classes are not counted." +
			byDay + itemConsent + missing,
		counts: func(e *event) bool { return e.awarded(scholarship.GirlsSecondary) },
	},
	{
		Code: Employed, Unit: Person, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "People helped into work", KM: "អ្នកដែលបានទទួលការងារធ្វើ"},
		Definition: "Distinct persons with the milestone STARTED in the period on a placement with evidence. Evidence of any kind on record" +
			" counts, her own report included; a start without evidence, and an offer, do not." +
			byDay + onePerson + consent + missing,
		counts: (*event).startedWithEvidence,
	},
	{
		Code: CareerCentreServed, Unit: Person, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "People served by a career centre", KM: "អ្នកដែលបានទទួលសេវាពីមជ្ឈមណ្ឌលអាជីព"},
		Definition: "Distinct persons with at least one service delivery or milestone of the track CAREER in the period at a site that the" +
			" directory lists as a career centre. An event without a site is not counted." +
			byDay + onePerson + consent + missing,
		counts: (*event).servedByCareerCentre,
	},
	{
		Code: LegalRepresented, Unit: LegalMatter, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "Legal matters represented", KM: "រឿងក្តីដែលមានមេធាវីតំណាង"},
		Definition: "Legal matters with the milestone REPRESENTED in the period. Two matters of one person are two." +
			byDay + itemConsent + missing,
		counts: func(e *event) bool { return e.code == track.Represented },
	},
	{
		Code: CourtReferred, Unit: LegalMatter, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "Legal matters referred to court", KM: "រឿងក្តីដែលបានបញ្ជូនទៅតុលាការ"},
		Definition: "Legal matters with the milestone REFERRED_TO_COURT in the period, represented or not. Two matters of one person are two." +
			byDay + itemConsent + missing,
		counts: func(e *event) bool { return e.code == track.ReferredToCourt },
	},
	{
		Code: Convictions, Unit: LegalMatter, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "Legal matters ended in a conviction", KM: "រឿងក្តីដែលតុលាការបានផ្តន្ទាទោស"},
		Definition: "Legal matters with the verdict CONVICTION whose first conviction of a defendant was in the period, whenever they were" +
			" referred to court. A matter is counted once, however many defendants are convicted, and also where another one was acquitted" +
			" before. An acquittal, a discharge or a settlement is not counted." +
			byDay + itemConsent + missing,
		counts: (*event).isConviction,
	},
	{
		Code: ConvictedOfReferred, Unit: LegalMatter, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "Legal matters referred to court and ended in a conviction", KM: "រឿងក្តីដែលបានបញ្ជូនទៅតុលាការ ហើយតុលាការបានផ្តន្ទាទោស"},
		Definition: "Of the legal matters with the milestone REFERRED_TO_COURT in the period, those in which a defendant was convicted on or before" +
			" the period's last day; to be read beside COURT_REFERRED. Counted at the day of the referral: by quarter, each is a cohort of" +
			" those referred, followed up to the end of the whole period. A matter is counted once, however many defendants are convicted." +
			byDay + itemConsent + missing,
		counts: func(e *event) bool { return e.convicted() != nil },
		also:   func(e *event) track.Stamp { return *e.convicted() },
	},
	{
		Code: Networks, Unit: NetworkUnit, Measure: Count, Version: 2,
		Labels: locale.Text{EN: "Community networks active", KM: "បណ្តាញសហគមន៍ដែលកំពុងសកម្ម"},
		Definition: "Distinct community networks active on the period's last day, youth clubs left out: begun on or before it and not ended before it." +
			lastDays + missing,
	},
	{
		Code: ActivityPeopleReached, Unit: Participant, Measure: Count, Version: 1,
		Labels:     locale.Text{EN: "People reached by information campaigns", KM: "អ្នកដែលទទួលបានព័ត៌មានពីយុទ្ធនាការផ្សព្វផ្សាយ"},
		Definition: "The participants of activities of the kind AWARENESS_CAMPAIGN." + participants + byLastDay + oneProvince,
		adds:       participantsOf(activity.AwarenessCampaign),
	},
	{
		Code: ActivityProvincesReached, Unit: Province, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "Provinces reached by information campaigns", KM: "ខេត្តដែលយុទ្ធនាការផ្សព្វផ្សាយបានទៅដល់"},
		Definition: "Distinct provinces named by activities of the kind AWARENESS_CAMPAIGN." + byLastDay +
			" By province, each province is one in its own group; in other groups, a province is one in each group in which it was reached." +
			" An unknown organisation or population is the category UNKNOWN.",
	},
	{
		Code: ActivityPoliceTrained, Unit: Participant, Measure: Count, Version: 1,
		Labels:     locale.Text{EN: "Police trained", KM: "មន្ត្រីនគរបាលដែលបានទទួលការបណ្តុះបណ្តាល"},
		Definition: "The participants of activities of the kind POLICE_TRAINING." + participants + byLastDay + oneProvince,
		adds:       participantsOf(activity.PoliceTraining),
	},
	{
		Code: ActivityTeachersTrained, Unit: Participant, Measure: Count, Version: 1,
		Labels:     locale.Text{EN: "Teachers trained", KM: "គ្រូបង្រៀនដែលបានទទួលការបណ្តុះបណ្តាល"},
		Definition: "The participants of activities of the kind TEACHER_TRAINING." + participants + byLastDay + oneProvince,
		adds:       participantsOf(activity.TeacherTraining),
	},
	{
		Code: ActivityForumParticipants, Unit: Participant, Measure: Count, Version: 1,
		Labels:     locale.Text{EN: "Participants of courses and public forums", KM: "អ្នកចូលរួមវគ្គសិក្សា និងវេទិកាសាធារណៈ"},
		Definition: "The participants of activities of the kinds COURSE and COMMUNITY_FORUM." + participants + byLastDay + oneProvince,
		adds:       participantsOf(activity.Course, activity.CommunityForum),
	},
	{
		Code: ActivityRescued, Unit: Person, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "Victims rescued", KM: "ជនរងគ្រោះដែលត្រូវបានសង្គ្រោះ"},
		Definition: "Persons rescued in activities of the kind RESCUE, as each says how many. The ledger names nobody: a person rescued twice is" +
			" counted twice, and one who then has a case is counted here and among the cases." + byLastDay + oneProvince,
		adds: outcomeOf(activity.Rescue),
	},
	{
		Code: ActivityPartnerConvictions, Unit: LegalMatter, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "Convictions in partners' court cases", KM: "ការផ្តន្ទាទោសក្នុងរឿងក្តីរបស់អង្គការដៃគូ"},
		Definition: "Court cases of partners ended in a conviction in activities of the kind PARTNER_CONVICTION, as each says how many. The" +
			" convictions of cases in this register are counted in CONVICTIONS." + byLastDay + oneProvince,
		adds: outcomeOf(activity.PartnerConviction),
	},
	{
		Code: YouthClubs, Unit: NetworkUnit, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "Youth clubs active", KM: "ក្លឹបយុវជនដែលកំពុងសកម្ម"},
		Definition: "Distinct youth clubs active on the period's last day: begun on or before it and not ended before it." +
			lastDays + missing,
	},
	{
		Code: ScholarsWomen, Unit: Person, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "Women awarded a scholarship", KM: "ស្ត្រីដែលបានទទួលអាហារូបករណ៍"},
		Definition: "Distinct persons with a scholarship of the class WOMEN awarded in the period; to be read beside SCHOLARSHIPS_WOMEN, which" +
			" counts the awards." + byDay + onePerson + consent + missing,
		counts: func(e *event) bool { return e.awarded(scholarship.Women) },
	},
	{
		Code: ScholarsGirls, Unit: Person, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "Girls in secondary school awarded a scholarship", KM: "សិស្សស្រីមធ្យមសិក្សាដែលបានទទួលអាហារូបករណ៍"},
		Definition: "Distinct persons with a scholarship of the class GIRLS_SECONDARY awarded in the period; to be read beside SCHOLARSHIPS_GIRLS," +
			" which counts the awards." + byDay + onePerson + consent + missing,
		counts: func(e *event) bool { return e.awarded(scholarship.GirlsSecondary) },
	},
	{
		Code: JobOffered, Unit: Person, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "People offered work", KM: "អ្នកដែលត្រូវបានផ្តល់ការងារ"},
		Definition: "Distinct persons with the milestone OFFERED in the period, whether or not they started; shown apart from EMPLOYED." +
			byDay + onePerson + consent + missing,
		counts: func(e *event) bool { return e.code == track.Offered },
	},
	{
		Code: PlanWithin30, Unit: CaseUnit, Measure: Share, Version: 1,
		Labels: locale.Text{EN: "Cases with an approved plan within 30 days", KM: "ករណីដែលមានផែនការអនុម័តក្នុងរយៈពេល ៣០ ថ្ងៃ"},
		Definition: "Of the cases that were open for 30 days after their opening, those of which a plan was approved by then. Cases that were" +
			" declined, merged into another, or closed before are left out." + later + itemConsent + missing,
		finds: planned,
	},
	{
		Code: ContactKept, Unit: CaseUnit, Measure: Share, Version: 1,
		Labels: locale.Text{EN: "Cases on which no contact was overdue", KM: "ករណីដែលការទាក់ទងមិនបានហួសកាលកំណត់"},
		Definition: "Of the cases that were open at some time in the period, those on which the rule NO_CONTACT had no flag in it. The rule goes by" +
			" the thresholds of the organisation and the risk of the case; a day on which no scan has run shows no flag." + each + itemConsent + missing,
		lasts: contacted,
	},
	{
		Code: OpenToClose, Unit: CaseUnit, Measure: Distribution, Version: 1,
		Labels: locale.Text{EN: "Days from opening to closing", KM: "ចំនួនថ្ងៃពីការបើករហូតដល់ការបិទករណី"},
		Definition: "For each closing in the period, the days since the case was opened, or opened again. Cases that were merged into another are" +
			" left out, and so are cases that are still open: the figure says nothing of how long they will take." + byDay + itemConsent + missing,
		finds: closed,
	},
	{
		Code: Caseload, Unit: Worker, Measure: Mean, Version: 1,
		Labels: locale.Text{EN: "Cases per worker", KM: "ចំនួនករណីក្នុងបុគ្គលិកម្នាក់"},
		Definition: "The mean number of open cases that a worker owned on the last day of a month, over all months of the period that have ended" +
			" and all workers who owned one on that day. A case is its owner's of that day. Consent does not enter: it is the work that is counted." +
			missing,
		finds: owned,
	},
	{
		Code: ServicesPerCase, Unit: CaseUnit, Measure: Mean, Version: 1,
		Labels: locale.Text{EN: "Services per case", KM: "ចំនួនសេវាក្នុងមួយករណី"},
		Definition: "The mean number of service deliveries in the period, over the cases with at least one. Cases that were merged or continued by" +
			" another organisation are one." + byDay + consent + missing,
		counts: func(e *event) bool { return e.service != "" },
	},
	{
		Code: ReferralsCompleted, Unit: Referral, Measure: Share, Version: 1,
		Labels: locale.Text{EN: "Referrals completed", KM: "ការបញ្ជូនបន្តដែលបានបញ្ចប់"},
		Definition: "Of the referrals to another organisation that were sent in the period, those that were done by its end. One that waits, was" +
			" rejected or was revoked is not. Transfers are no referrals." + byDay + itemConsent + missing,
		finds: completed,
	},
	{
		Code: ScholarshipRetention, Unit: Award, Measure: Share, Version: 1,
		Labels: locale.Text{EN: "Scholars found enrolled, by term", KM: "អ្នកទទួលអាហារូបករណ៍ដែលនៅបន្តរៀន តាមឆមាស"},
		Definition: "Of the checks of attendance in the period, one for each scholarship and term, those that found the scholar enrolled, regular or" +
			" not. A term that nobody has checked is not counted." + byDay + itemConsent + missing,
		finds: kept,
	},
	shelterReturn(ShelterReturn180, 180, "១៨០"),
	shelterReturn(ShelterReturn365, 365, "៣៦៥"),
	shelterReturn(ShelterReturn730, 730, "៧៣០"),
	{
		Code: Reemployed35, Unit: Placement, Measure: Share, Version: 1,
		Labels: locale.Text{EN: "Jobs followed by another within 35 days", KM: "ការងារដែលមានការងារថ្មីបន្តក្នុងរយៈពេល ៣៥ ថ្ងៃ"},
		Definition: "Of the jobs that ended, those whose holder had another at some time in the 35 days after it, with evidence or not." +
			later + itemConsent + missing,
		follows: reemployed,
	},
	{
		Code: StallRate, Unit: CaseUnit, Measure: Share, Version: 1,
		Labels: locale.Text{EN: "Cases that were stalled", KM: "ករណីដែលជាប់គាំង"},
		Definition: "Of the cases that were open at some time in the period, those with a flag of any rule in it, acknowledged or not." +
			each + itemConsent + missing,
		lasts: stalled,
	},
	{
		Code: FlagResolution, Unit: Flag, Measure: Distribution, Version: 1,
		Labels: locale.Text{EN: "Days until a flag was resolved", KM: "ចំនួនថ្ងៃរហូតដល់បញ្ហាត្រូវបានដោះស្រាយ"},
		Definition: "For each flag that was resolved in the period, by itself or by hand, the days since its condition began. A flag that was raised" +
			" again counts once it is resolved again." + byDay + itemConsent + missing,
		finds: settled,
	},
	{
		Code: IndexChange, Unit: Assessment, Measure: Mean, Version: 1,
		Labels: locale.Text{EN: "Change in the reintegration index", KM: "ការប្រែប្រួលនៃសន្ទស្សន៍សមាហរណកម្ម"},
		Definition: "The mean change, in points of 100, between the first reintegration index of a case and each later one that was taken in the period" +
			" with the same instrument. The instrument is our own, and no other programme's figure compares with it." + byDay + itemConsent + missing,
		finds: progressed,
	},
	{
		Code: DaysBetween, Unit: CaseUnit, Measure: Distribution, Version: 1,
		Labels: locale.Text{EN: "Days between two milestones", KM: "ចំនួនថ្ងៃរវាងដំណាក់កាលពីរ"},
		Definition: "The days from the first milestone of one kind in a case to the first of the other on or after it, counted at the day of the latter." +
			" Cases that have not reached it are left out." + byDay + itemConsent + missing,
		finds: apart,
	},
}

// shelterReturn is the share of those who come back into a shelter within a number
// of days: HUD's measure 2, for shelters.
func shelterReturn(code Code, days calendar.Day, km string) Indicator {
	return Indicator{
		Code: code, Unit: Person, Measure: Share, Version: 1,
		Labels: locale.Text{EN: fmt.Sprintf("People back in a shelter within %d days", days), KM: "អ្នកដែលត្រឡប់មកមណ្ឌលវិញក្នុងរយៈពេល " + km + " ថ្ងៃ"},
		Definition: fmt.Sprintf("Of the distinct persons who had left a shelter %d days before, for another place than a shelter, those who were admitted"+
			" to one again within these days, by any organisation.", days) + later + onePerson + consent + missing,
		follows: returnedWithin(days),
	}
}
