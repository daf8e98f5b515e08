package outcome

import (
	"onward/services/activity"
	"onward/services/locale"
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
)

// Indicator is what a figure counts, in words and as the rule that counts it.
// Who changes what a rule counts raises the version and rewrites the words.
type Indicator struct {
	Code       Code
	Labels     locale.Text
	Definition string // in English: what is counted, by which day, and what is left out
	Unit       Unit
	Version    int

	// counts reports whether an event counts. Networks and activities are no
	// events of a case and have no such rule.
	counts func(*event) bool

	// adds returns how many an activity adds.
	adds func(*activity.Activity) int

	// also returns a second entry on which the figure rests, where there is one:
	// it enters the digest with the event.
	also func(*event) track.Stamp
}

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
		Code: Assisted, Unit: Person, Version: 1,
		Labels: locale.Text{EN: "People assisted", KM: "អ្នកដែលបានទទួលជំនួយ"},
		Definition: "Distinct persons with at least one service delivery or milestone, of any track, in the period." +
			byDay + onePerson + consent + missing,
		counts: func(e *event) bool { return !e.isConviction() },
	},
	{
		Code: ReintegrationSupport, Unit: Person, Version: 1,
		Labels: locale.Text{EN: "People given reintegration support", KM: "អ្នកដែលបានទទួលការគាំទ្រសមាហរណកម្ម"},
		Definition: "Distinct persons with at least one delivery in the period of a service that the taxonomy puts in the group REINTEGRATION." +
			byDay + onePerson + consent + missing,
		counts: (*event).supportsReintegration,
	},
	{
		Code: Reintegrated, Unit: Person, Version: 1,
		Labels: locale.Text{EN: "People returned to the community", KM: "អ្នកដែលបានវិលត្រឡប់ទៅសហគមន៍វិញ"},
		Definition: "Distinct persons with the milestone RETURNED_TO_COMMUNITY in the period. A later return of the same person adds nothing." +
			byDay + onePerson + consent + missing,
		counts: func(e *event) bool { return e.code == track.ReturnedToCommunity },
	},
	{
		Code: Sustained, Unit: Person, Version: 1,
		Labels: locale.Text{EN: "People returned and safe after six months", KM: "អ្នកដែលបានវិលត្រឡប់ទៅសហគមន៍ ហើយមានសុវត្ថិភាពក្រោយប្រាំមួយខែ"},
		Definition: "Distinct persons with RETURNED_TO_COMMUNITY in the period whose six-month follow-up of that return was done on or before" +
			" the period's last day and found her safe. Counted at the day of the return. Safety that was not asked for is not safety." +
			byDay + onePerson + consent + missing,
		counts: (*event).sustained,
		also:   (*event).sixthMonth,
	},
	{
		Code: ScholarshipsWomen, Unit: Award, Version: 1,
		Labels: locale.Text{EN: "Scholarships for women", KM: "អាហារូបករណ៍សម្រាប់ស្ត្រី"},
		Definition: "Scholarships of the class WOMEN with the milestone AWARDED in the period. Two awards to one person are two;" +
			" applications, refusals and other classes are not counted." +
			byDay + itemConsent + missing,
		counts: func(e *event) bool { return e.awarded(scholarship.Women) },
	},
	{
		Code: ScholarshipsGirls, Unit: Award, Version: 1,
		Labels: locale.Text{EN: "Scholarships for girls in secondary school", KM: "អាហារូបករណ៍សម្រាប់សិស្សស្រីមធ្យមសិក្សា"},
		Definition: "Scholarships of the class GIRLS_SECONDARY with the milestone AWARDED in the period. Two awards to one person are two;" +
			" applications, refusals and other classes are not counted." +
			byDay + itemConsent + missing,
		counts: func(e *event) bool { return e.awarded(scholarship.GirlsSecondary) },
	},
	{
		Code: Employed, Unit: Person, Version: 1,
		Labels: locale.Text{EN: "People helped into work", KM: "អ្នកដែលបានទទួលការងារធ្វើ"},
		Definition: "Distinct persons with the milestone STARTED in the period on a placement with evidence. Evidence of any kind on record" +
			" counts, her own report included; a start without evidence, and an offer, do not." +
			byDay + onePerson + consent + missing,
		counts: (*event).startedWithEvidence,
	},
	{
		Code: CareerCentreServed, Unit: Person, Version: 1,
		Labels: locale.Text{EN: "People served by a career centre", KM: "អ្នកដែលបានទទួលសេវាពីមជ្ឈមណ្ឌលអាជីព"},
		Definition: "Distinct persons with at least one service delivery or milestone of the track CAREER in the period at a site that the" +
			" directory lists as a career centre. An event without a site is not counted." +
			byDay + onePerson + consent + missing,
		counts: (*event).servedByCareerCentre,
	},
	{
		Code: LegalRepresented, Unit: LegalMatter, Version: 1,
		Labels: locale.Text{EN: "Legal matters represented", KM: "រឿងក្តីដែលមានមេធាវីតំណាង"},
		Definition: "Legal matters with the milestone REPRESENTED in the period. Two matters of one person are two." +
			byDay + itemConsent + missing,
		counts: func(e *event) bool { return e.code == track.Represented },
	},
	{
		Code: CourtReferred, Unit: LegalMatter, Version: 1,
		Labels: locale.Text{EN: "Legal matters referred to court", KM: "រឿងក្តីដែលបានបញ្ជូនទៅតុលាការ"},
		Definition: "Legal matters with the milestone REFERRED_TO_COURT in the period, represented or not. Two matters of one person are two." +
			byDay + itemConsent + missing,
		counts: func(e *event) bool { return e.code == track.ReferredToCourt },
	},
	{
		Code: Convictions, Unit: LegalMatter, Version: 1,
		Labels: locale.Text{EN: "Legal matters ended in a conviction", KM: "រឿងក្តីដែលតុលាការបានផ្តន្ទាទោស"},
		Definition: "Legal matters with the verdict CONVICTION whose first conviction of a defendant was in the period, whenever they were" +
			" referred to court. A matter is counted once, however many defendants are convicted, and also where another one was acquitted" +
			" before. An acquittal, a discharge or a settlement is not counted." +
			byDay + itemConsent + missing,
		counts: (*event).isConviction,
	},
	{
		Code: ConvictedOfReferred, Unit: LegalMatter, Version: 1,
		Labels: locale.Text{EN: "Legal matters referred to court and ended in a conviction", KM: "រឿងក្តីដែលបានបញ្ជូនទៅតុលាការ ហើយតុលាការបានផ្តន្ទាទោស"},
		Definition: "Of the legal matters with the milestone REFERRED_TO_COURT in the period, those in which a defendant was convicted on or before" +
			" the period's last day; to be read beside COURT_REFERRED. Counted at the day of the referral: by quarter, each is a cohort of" +
			" those referred, followed up to the end of the whole period. A matter is counted once, however many defendants are convicted." +
			byDay + itemConsent + missing,
		counts: func(e *event) bool { return e.convicted() != nil },
		also:   func(e *event) track.Stamp { return *e.convicted() },
	},
	{
		Code: Networks, Unit: NetworkUnit, Version: 2,
		Labels: locale.Text{EN: "Community networks active", KM: "បណ្តាញសហគមន៍ដែលកំពុងសកម្ម"},
		Definition: "Distinct community networks active on the period's last day, youth clubs left out: begun on or before it and not ended before it." +
			lastDays + missing,
	},
	{
		Code: ActivityPeopleReached, Unit: Participant, Version: 1,
		Labels:     locale.Text{EN: "People reached by information campaigns", KM: "អ្នកដែលទទួលបានព័ត៌មានពីយុទ្ធនាការផ្សព្វផ្សាយ"},
		Definition: "The participants of activities of the kind AWARENESS_CAMPAIGN." + participants + byLastDay + oneProvince,
		adds:       participantsOf(activity.AwarenessCampaign),
	},
	{
		Code: ActivityProvincesReached, Unit: Province, Version: 1,
		Labels: locale.Text{EN: "Provinces reached by information campaigns", KM: "ខេត្តដែលយុទ្ធនាការផ្សព្វផ្សាយបានទៅដល់"},
		Definition: "Distinct provinces named by activities of the kind AWARENESS_CAMPAIGN." + byLastDay +
			" By province, each province is one in its own group; in other groups, a province is one in each group in which it was reached." +
			" An unknown organisation or population is the category UNKNOWN.",
	},
	{
		Code: ActivityPoliceTrained, Unit: Participant, Version: 1,
		Labels:     locale.Text{EN: "Police trained", KM: "មន្ត្រីនគរបាលដែលបានទទួលការបណ្តុះបណ្តាល"},
		Definition: "The participants of activities of the kind POLICE_TRAINING." + participants + byLastDay + oneProvince,
		adds:       participantsOf(activity.PoliceTraining),
	},
	{
		Code: ActivityTeachersTrained, Unit: Participant, Version: 1,
		Labels:     locale.Text{EN: "Teachers trained", KM: "គ្រូបង្រៀនដែលបានទទួលការបណ្តុះបណ្តាល"},
		Definition: "The participants of activities of the kind TEACHER_TRAINING." + participants + byLastDay + oneProvince,
		adds:       participantsOf(activity.TeacherTraining),
	},
	{
		Code: ActivityForumParticipants, Unit: Participant, Version: 1,
		Labels:     locale.Text{EN: "Participants of courses and public forums", KM: "អ្នកចូលរួមវគ្គសិក្សា និងវេទិកាសាធារណៈ"},
		Definition: "The participants of activities of the kinds COURSE and COMMUNITY_FORUM." + participants + byLastDay + oneProvince,
		adds:       participantsOf(activity.Course, activity.CommunityForum),
	},
	{
		Code: ActivityRescued, Unit: Person, Version: 1,
		Labels: locale.Text{EN: "Victims rescued", KM: "ជនរងគ្រោះដែលត្រូវបានសង្គ្រោះ"},
		Definition: "Persons rescued in activities of the kind RESCUE, as each says how many. The ledger names nobody: a person rescued twice is" +
			" counted twice, and one who then has a case is counted here and among the cases." + byLastDay + oneProvince,
		adds: outcomeOf(activity.Rescue),
	},
	{
		Code: ActivityPartnerConvictions, Unit: LegalMatter, Version: 1,
		Labels: locale.Text{EN: "Convictions in partners' court cases", KM: "ការផ្តន្ទាទោសក្នុងរឿងក្តីរបស់អង្គការដៃគូ"},
		Definition: "Court cases of partners ended in a conviction in activities of the kind PARTNER_CONVICTION, as each says how many. The" +
			" convictions of cases in this register are counted in CONVICTIONS." + byLastDay + oneProvince,
		adds: outcomeOf(activity.PartnerConviction),
	},
	{
		Code: YouthClubs, Unit: NetworkUnit, Version: 1,
		Labels: locale.Text{EN: "Youth clubs active", KM: "ក្លឹបយុវជនដែលកំពុងសកម្ម"},
		Definition: "Distinct youth clubs active on the period's last day: begun on or before it and not ended before it." +
			lastDays + missing,
	},
}
