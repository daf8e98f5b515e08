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
	Definition locale.Text // what is counted, by which day, and what is left out
	Unit       Unit
	Measure    Measure
	Version    int

	LowerIsBetter bool // a figure above its target misses it

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

// AddsUp reports whether the figures of spans of time, each counted to its own end,
// add up to that of the whole: each thing lies in one span, and what it is there
// does not wait for what comes after.
func (i *Indicator) AddsUp() bool {
	return i.Additive() && i.Code != ConvictedOfReferred && i.Code != ReferralsCompleted
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

// Registry lists the indicators in the order in which they are reported. The
// figures are those of the programme's public account of itself; the definitions
// are ours.
var Registry = []Indicator{
	{
		Code: Assisted, Unit: Person, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "People assisted", KM: "អ្នកដែលបានទទួលជំនួយ"},
		Definition: said("Distinct persons with at least one service delivery or milestone, of any track, in the period.",
			"មនុស្សផ្សេងៗគ្នា ដែលមានការផ្តល់សេវា ឬដំណាក់កាលយ៉ាងតិចមួយ ក្នុងផ្លូវគាំទ្រណាមួយ ក្នុងរយៈពេលនោះ។",
			byDay, onePerson, consent, missing),
		counts: func(e *event) bool { return !e.isConviction() },
	},
	{
		Code: ReintegrationSupport, Unit: Person, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "People given reintegration support", KM: "អ្នកដែលបានទទួលការគាំទ្រសមាហរណកម្ម"},
		Definition: said("Distinct persons with at least one delivery in the period of a service that the taxonomy puts in the group REINTEGRATION.",
			"មនុស្សផ្សេងៗគ្នា ដែលបានទទួលយ៉ាងតិចម្តងក្នុងរយៈពេលនោះ នូវសេវាដែលបញ្ជីសេវាដាក់ក្នុងក្រុម REINTEGRATION (សមាហរណកម្ម)។",
			byDay, onePerson, consent, missing),
		counts: (*event).supportsReintegration,
	},
	{
		Code: Reintegrated, Unit: Person, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "People returned to the community", KM: "អ្នកដែលបានវិលត្រឡប់ទៅសហគមន៍វិញ"},
		Definition: said("Distinct persons with the milestone RETURNED_TO_COMMUNITY in the period. A later return of the same person adds nothing.",
			"មនុស្សផ្សេងៗគ្នា ដែលមានដំណាក់កាល RETURNED_TO_COMMUNITY (វិលត្រឡប់ទៅសហគមន៍) ក្នុងរយៈពេលនោះ។ ការវិលត្រឡប់លើកក្រោយរបស់មនុស្សដដែល មិនបន្ថែមចំនួនទេ។",
			byDay, onePerson, consent, missing),
		counts: func(e *event) bool { return e.code == track.ReturnedToCommunity },
	},
	{
		Code: Sustained, Unit: Person, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "People returned and safe after six months", KM: "អ្នកដែលបានវិលត្រឡប់ទៅសហគមន៍ ហើយមានសុវត្ថិភាពក្រោយប្រាំមួយខែ"},
		Definition: said("Distinct persons with RETURNED_TO_COMMUNITY in the period whose six-month follow-up of that return was done on or before"+
			" the period's last day and found her safe. Counted at the day of the return. Safety that was not asked for is not safety.",
			"មនុស្សផ្សេងៗគ្នា ដែលមានដំណាក់កាល RETURNED_TO_COMMUNITY (វិលត្រឡប់ទៅសហគមន៍) ក្នុងរយៈពេលនោះ ហើយការតាមដានប្រាំមួយខែក្រោយការវិលត្រឡប់នោះ ត្រូវបានធ្វើមុន ឬនៅថ្ងៃចុងក្រោយនៃរយៈពេល និងបានឃើញថានាងមានសុវត្ថិភាព។"+
				" រាប់នៅថ្ងៃវិលត្រឡប់។ សុវត្ថិភាពដែលមិនបានសួរ មិនរាប់ជាសុវត្ថិភាពទេ។",
			byDay, onePerson, consent, missing),
		counts: (*event).sustained,
		also:   (*event).sixthMonth,
	},
	{
		Code: ScholarshipsWomen, Unit: Award, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "Scholarships for women", KM: "អាហារូបករណ៍សម្រាប់ស្ត្រី"},
		Definition: said("Scholarships of the class WOMEN with the milestone AWARDED in the period. Two awards to one person are two;"+
			" applications, refusals and other classes are not counted.",
			"អាហារូបករណ៍នៃប្រភេទ WOMEN (ស្ត្រី) ដែលមានដំណាក់កាល AWARDED (បានផ្តល់) ក្នុងរយៈពេលនោះ។ អាហារូបករណ៍ពីរសម្រាប់មនុស្សម្នាក់ រាប់ជាពីរ។"+
				" ពាក្យស្នើសុំ ការបដិសេធ និងប្រភេទផ្សេង មិនត្រូវបានរាប់ទេ។",
			byDay, itemConsent, missing),
		counts: func(e *event) bool { return e.awarded(scholarship.Women) },
	},
	{
		Code: ScholarshipsGirls, Unit: Award, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "Scholarships for girls in secondary school", KM: "អាហារូបករណ៍សម្រាប់សិស្សស្រីមធ្យមសិក្សា"},
		Definition: said("Scholarships of the class GIRLS_SECONDARY with the milestone AWARDED in the period. Two awards to one person are two;"+
			" applications, refusals and other classes are not counted.",
			"អាហារូបករណ៍នៃប្រភេទ GIRLS_SECONDARY (សិស្សស្រីមធ្យមសិក្សា) ដែលមានដំណាក់កាល AWARDED (បានផ្តល់) ក្នុងរយៈពេលនោះ។"+
				" អាហារូបករណ៍ពីរសម្រាប់មនុស្សម្នាក់ រាប់ជាពីរ។ ពាក្យស្នើសុំ ការបដិសេធ និងប្រភេទផ្សេង មិនត្រូវបានរាប់ទេ។",
			byDay, itemConsent, missing),
		counts: func(e *event) bool { return e.awarded(scholarship.GirlsSecondary) },
	},
	{
		Code: Employed, Unit: Person, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "People helped into work", KM: "អ្នកដែលបានទទួលការងារធ្វើ"},
		Definition: said("Distinct persons with the milestone STARTED in the period on a placement with evidence. Evidence of any kind on record"+
			" counts, her own report included; a start without evidence, and an offer, do not.",
			"មនុស្សផ្សេងៗគ្នា ដែលមានដំណាក់កាល STARTED (ចាប់ផ្តើមការងារ) ក្នុងរយៈពេលនោះ ដោយមានភស្តុតាង។"+
				" ភស្តុតាងគ្រប់ប្រភេទដែលបានកត់ត្រាត្រូវបានរាប់ រួមទាំងការរាយការណ៍របស់នាងផ្ទាល់។ ការចាប់ផ្តើមដែលគ្មានភស្តុតាង និងការផ្តល់ការងារ មិនត្រូវបានរាប់ទេ។",
			byDay, onePerson, consent, missing),
		counts: (*event).startedWithEvidence,
	},
	{
		Code: CareerCentreServed, Unit: Person, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "People served by a career centre", KM: "អ្នកដែលបានទទួលសេវាពីមជ្ឈមណ្ឌលអាជីព"},
		Definition: said("Distinct persons with at least one service delivery or milestone of the track CAREER in the period at a site that the"+
			" directory lists as a career centre. An event without a site is not counted.",
			"មនុស្សផ្សេងៗគ្នា ដែលមានការផ្តល់សេវា ឬដំណាក់កាលក្នុងផ្លូវ CAREER (អាជីព) យ៉ាងតិចមួយក្នុងរយៈពេលនោះ នៅទីតាំងដែលបញ្ជីទីតាំងកំណត់ថាជាមជ្ឈមណ្ឌលអាជីព។"+
				" ព្រឹត្តិការណ៍ដែលគ្មានទីតាំង មិនត្រូវបានរាប់ទេ។",
			byDay, onePerson, consent, missing),
		counts: (*event).servedByCareerCentre,
	},
	{
		Code: LegalRepresented, Unit: LegalMatter, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "Legal matters represented", KM: "រឿងក្តីដែលមានមេធាវីតំណាង"},
		Definition: said("Legal matters with the milestone REPRESENTED in the period. Two matters of one person are two.",
			"រឿងក្តីដែលមានដំណាក់កាល REPRESENTED (មានមេធាវីតំណាង) ក្នុងរយៈពេលនោះ។ រឿងក្តីពីររបស់មនុស្សម្នាក់ រាប់ជាពីរ។",
			byDay, itemConsent, missing),
		counts: func(e *event) bool { return e.code == track.Represented },
	},
	{
		Code: CourtReferred, Unit: LegalMatter, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "Legal matters referred to court", KM: "រឿងក្តីដែលបានបញ្ជូនទៅតុលាការ"},
		Definition: said("Legal matters with the milestone REFERRED_TO_COURT in the period, represented or not. Two matters of one person are two.",
			"រឿងក្តីដែលមានដំណាក់កាល REFERRED_TO_COURT (បញ្ជូនទៅតុលាការ) ក្នុងរយៈពេលនោះ ទោះមានមេធាវីតំណាងឬគ្មានក៏ដោយ។ រឿងក្តីពីររបស់មនុស្សម្នាក់ រាប់ជាពីរ។",
			byDay, itemConsent, missing),
		counts: func(e *event) bool { return e.code == track.ReferredToCourt },
	},
	{
		Code: Convictions, Unit: LegalMatter, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "Legal matters ended in a conviction", KM: "រឿងក្តីដែលតុលាការបានផ្តន្ទាទោស"},
		Definition: said("Legal matters with the verdict CONVICTION whose first conviction of a defendant was in the period, whenever they were"+
			" referred to court. A matter is counted once, however many defendants are convicted, and also where another one was acquitted"+
			" before. An acquittal, a discharge or a settlement is not counted.",
			"រឿងក្តីដែលមានសាលក្រម CONVICTION (ផ្តន្ទាទោស) ហើយការផ្តន្ទាទោសជនជាប់ចោទជាលើកដំបូងស្ថិតក្នុងរយៈពេលនោះ ទោះបានបញ្ជូនទៅតុលាការនៅពេលណាក៏ដោយ។"+
				" រឿងក្តីមួយត្រូវបានរាប់តែម្តង ទោះមានជនជាប់ចោទប៉ុន្មាននាក់ត្រូវបានផ្តន្ទាទោស និងទោះម្នាក់ទៀតត្រូវបានរួចទោសពីមុនក៏ដោយ។"+
				" ការរួចទោស ការលើកលែងការចោទប្រកាន់ ឬការសម្រុះសម្រួល មិនត្រូវបានរាប់ទេ។",
			byDay, itemConsent, missing),
		counts: (*event).isConviction,
	},
	{
		Code: ConvictedOfReferred, Unit: LegalMatter, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "Legal matters referred to court and ended in a conviction", KM: "រឿងក្តីដែលបានបញ្ជូនទៅតុលាការ ហើយតុលាការបានផ្តន្ទាទោស"},
		Definition: said("Of the legal matters with the milestone REFERRED_TO_COURT in the period, those in which a defendant was convicted on or before"+
			" the period's last day; to be read beside COURT_REFERRED. Counted at the day of the referral: by quarter, each is a cohort of"+
			" those referred, followed up to the end of the whole period. A matter is counted once, however many defendants are convicted.",
			"ក្នុងចំណោមរឿងក្តីដែលមានដំណាក់កាល REFERRED_TO_COURT (បញ្ជូនទៅតុលាការ) ក្នុងរយៈពេលនោះ រាប់រឿងក្តីដែលជនជាប់ចោទត្រូវបានផ្តន្ទាទោសមុន ឬនៅថ្ងៃចុងក្រោយនៃរយៈពេល។"+
				" ត្រូវអានរួមជាមួយ COURT_REFERRED។ រាប់នៅថ្ងៃបញ្ជូន៖ បើតាមត្រីមាស ត្រីមាសនីមួយៗជាក្រុមរឿងក្តីដែលបានបញ្ជូន ហើយត្រូវបានតាមដានរហូតដល់ចុងរយៈពេលទាំងមូល។"+
				" រឿងក្តីមួយត្រូវបានរាប់តែម្តង ទោះមានជនជាប់ចោទប៉ុន្មាននាក់ត្រូវបានផ្តន្ទាទោសក៏ដោយ។",
			byDay, itemConsent, missing),
		counts: func(e *event) bool { return e.convicted() != nil },
		also:   func(e *event) track.Stamp { return *e.convicted() },
	},
	{
		Code: Networks, Unit: NetworkUnit, Measure: Count, Version: 2,
		Labels: locale.Text{EN: "Community networks active", KM: "បណ្តាញសហគមន៍ដែលកំពុងសកម្ម"},
		Definition: said("Distinct community networks active on the period's last day, youth clubs left out: begun on or before it and not ended before it.",
			"បណ្តាញសហគមន៍ផ្សេងៗគ្នាដែលសកម្មនៅថ្ងៃចុងក្រោយនៃរយៈពេល ដោយមិនរាប់ក្លឹបយុវជន៖ បានចាប់ផ្តើមមុន ឬនៅថ្ងៃនោះ ហើយមិនបានបញ្ចប់មុនថ្ងៃនោះ។",
			lastDays, missing),
	},
	{
		Code: ActivityPeopleReached, Unit: Participant, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "People reached by information campaigns", KM: "អ្នកដែលទទួលបានព័ត៌មានពីយុទ្ធនាការផ្សព្វផ្សាយ"},
		Definition: said("The participants of activities of the kind AWARENESS_CAMPAIGN.",
			"អ្នកចូលរួមក្នុងសកម្មភាពប្រភេទ AWARENESS_CAMPAIGN (យុទ្ធនាការផ្សព្វផ្សាយ)។",
			participants, byLastDay, oneProvince),
		adds: participantsOf(activity.AwarenessCampaign),
	},
	{
		Code: ActivityProvincesReached, Unit: Province, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "Provinces reached by information campaigns", KM: "ខេត្តដែលយុទ្ធនាការផ្សព្វផ្សាយបានទៅដល់"},
		Definition: said("Distinct provinces named by activities of the kind AWARENESS_CAMPAIGN.",
			"ខេត្តផ្សេងៗគ្នា ដែលសកម្មភាពប្រភេទ AWARENESS_CAMPAIGN (យុទ្ធនាការផ្សព្វផ្សាយ) បានបញ្ជាក់ឈ្មោះ។",
			byLastDay, reachedProvinces),
	},
	{
		Code: ActivityPoliceTrained, Unit: Participant, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "Police trained", KM: "មន្ត្រីនគរបាលដែលបានទទួលការបណ្តុះបណ្តាល"},
		Definition: said("The participants of activities of the kind POLICE_TRAINING.",
			"អ្នកចូលរួមក្នុងសកម្មភាពប្រភេទ POLICE_TRAINING (ការបណ្តុះបណ្តាលនគរបាល)។",
			participants, byLastDay, oneProvince),
		adds: participantsOf(activity.PoliceTraining),
	},
	{
		Code: ActivityTeachersTrained, Unit: Participant, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "Teachers trained", KM: "គ្រូបង្រៀនដែលបានទទួលការបណ្តុះបណ្តាល"},
		Definition: said("The participants of activities of the kind TEACHER_TRAINING.",
			"អ្នកចូលរួមក្នុងសកម្មភាពប្រភេទ TEACHER_TRAINING (ការបណ្តុះបណ្តាលគ្រូបង្រៀន)។",
			participants, byLastDay, oneProvince),
		adds: participantsOf(activity.TeacherTraining),
	},
	{
		Code: ActivityForumParticipants, Unit: Participant, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "Participants of courses and public forums", KM: "អ្នកចូលរួមវគ្គសិក្សា និងវេទិកាសាធារណៈ"},
		Definition: said("The participants of activities of the kinds COURSE and COMMUNITY_FORUM.",
			"អ្នកចូលរួមក្នុងសកម្មភាពប្រភេទ COURSE (វគ្គសិក្សា) និង COMMUNITY_FORUM (វេទិកាសហគមន៍)។",
			participants, byLastDay, oneProvince),
		adds: participantsOf(activity.Course, activity.CommunityForum),
	},
	{
		Code: ActivityRescued, Unit: Person, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "Victims rescued", KM: "ជនរងគ្រោះដែលត្រូវបានសង្គ្រោះ"},
		Definition: said("Persons rescued in activities of the kind RESCUE, as each says how many. The ledger names nobody: a person rescued twice is"+
			" counted twice, and one who then has a case is counted here and among the cases.",
			"មនុស្សដែលត្រូវបានសង្គ្រោះក្នុងសកម្មភាពប្រភេទ RESCUE (ការសង្គ្រោះ) តាមចំនួនដែលសកម្មភាពនីមួយៗបានបញ្ជាក់។"+
				" បញ្ជីមិនមានឈ្មោះនរណាទេ៖ មនុស្សដែលត្រូវបានសង្គ្រោះពីរដង ត្រូវបានរាប់ពីរដង ហើយអ្នកដែលមានករណីនៅពេលក្រោយ ត្រូវបានរាប់ទាំងនៅទីនេះ និងក្នុងចំណោមករណី។",
			byLastDay, oneProvince),
		adds: outcomeOf(activity.Rescue),
	},
	{
		Code: ActivityPartnerConvictions, Unit: LegalMatter, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "Convictions in partners' court cases", KM: "ការផ្តន្ទាទោសក្នុងរឿងក្តីរបស់អង្គការដៃគូ"},
		Definition: said("Court cases of partners ended in a conviction in activities of the kind PARTNER_CONVICTION, as each says how many. The"+
			" convictions of cases in this register are counted in CONVICTIONS.",
			"រឿងក្តីរបស់អង្គការដៃគូដែលបានបញ្ចប់ដោយការផ្តន្ទាទោស ក្នុងសកម្មភាពប្រភេទ PARTNER_CONVICTION (ការផ្តន្ទាទោសក្នុងរឿងក្តីរបស់ដៃគូ) តាមចំនួនដែលសកម្មភាពនីមួយៗបានបញ្ជាក់។"+
				" ការផ្តន្ទាទោសក្នុងករណីនៃបញ្ជីនេះ ត្រូវបានរាប់ក្នុង CONVICTIONS។",
			byLastDay, oneProvince),
		adds: outcomeOf(activity.PartnerConviction),
	},
	{
		Code: YouthClubs, Unit: NetworkUnit, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "Youth clubs active", KM: "ក្លឹបយុវជនដែលកំពុងសកម្ម"},
		Definition: said("Distinct youth clubs active on the period's last day: begun on or before it and not ended before it.",
			"ក្លឹបយុវជនផ្សេងៗគ្នាដែលសកម្មនៅថ្ងៃចុងក្រោយនៃរយៈពេល៖ បានចាប់ផ្តើមមុន ឬនៅថ្ងៃនោះ ហើយមិនបានបញ្ចប់មុនថ្ងៃនោះ។",
			lastDays, missing),
	},
	{
		Code: ScholarsWomen, Unit: Person, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "Women awarded a scholarship", KM: "ស្ត្រីដែលបានទទួលអាហារូបករណ៍"},
		Definition: said("Distinct persons with a scholarship of the class WOMEN awarded in the period; to be read beside SCHOLARSHIPS_WOMEN, which"+
			" counts the awards.",
			"មនុស្សផ្សេងៗគ្នា ដែលត្រូវបានផ្តល់អាហារូបករណ៍នៃប្រភេទ WOMEN (ស្ត្រី) ក្នុងរយៈពេលនោះ។ ត្រូវអានរួមជាមួយ SCHOLARSHIPS_WOMEN ដែលរាប់ចំនួនអាហារូបករណ៍។",
			byDay, onePerson, consent, missing),
		counts: func(e *event) bool { return e.awarded(scholarship.Women) },
	},
	{
		Code: ScholarsGirls, Unit: Person, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "Girls in secondary school awarded a scholarship", KM: "សិស្សស្រីមធ្យមសិក្សាដែលបានទទួលអាហារូបករណ៍"},
		Definition: said("Distinct persons with a scholarship of the class GIRLS_SECONDARY awarded in the period; to be read beside SCHOLARSHIPS_GIRLS,"+
			" which counts the awards.",
			"មនុស្សផ្សេងៗគ្នា ដែលត្រូវបានផ្តល់អាហារូបករណ៍នៃប្រភេទ GIRLS_SECONDARY (សិស្សស្រីមធ្យមសិក្សា) ក្នុងរយៈពេលនោះ។"+
				" ត្រូវអានរួមជាមួយ SCHOLARSHIPS_GIRLS ដែលរាប់ចំនួនអាហារូបករណ៍។",
			byDay, onePerson, consent, missing),
		counts: func(e *event) bool { return e.awarded(scholarship.GirlsSecondary) },
	},
	{
		Code: JobOffered, Unit: Person, Measure: Count, Version: 1,
		Labels: locale.Text{EN: "People offered work", KM: "អ្នកដែលត្រូវបានផ្តល់ការងារ"},
		Definition: said("Distinct persons with the milestone OFFERED in the period, whether or not they started; shown apart from EMPLOYED.",
			"មនុស្សផ្សេងៗគ្នា ដែលមានដំណាក់កាល OFFERED (បានផ្តល់ការងារ) ក្នុងរយៈពេលនោះ ទោះបានចាប់ផ្តើមការងារឬមិនបានក៏ដោយ។ បង្ហាញដោយឡែកពី EMPLOYED។",
			byDay, onePerson, consent, missing),
		counts: func(e *event) bool { return e.code == track.Offered },
	},
	{
		Code: PlanWithin30, Unit: CaseUnit, Measure: Share, Version: 1,
		Labels: locale.Text{EN: "Cases with an approved plan within 30 days", KM: "ករណីដែលមានផែនការអនុម័តក្នុងរយៈពេល ៣០ ថ្ងៃ"},
		Definition: said("Of the cases that were open for 30 days after their opening, those of which a plan was approved by then. Cases that were"+
			" declined, merged into another, or closed before are left out.",
			"ក្នុងចំណោមករណីដែលនៅបើករហូតគ្រប់ ៣០ ថ្ងៃក្រោយការបើក រាប់ករណីដែលផែនការត្រូវបានអនុម័តមិនលើសពីថ្ងៃទី ៣០ នោះ។"+
				" ករណីដែលត្រូវបានបដិសេធ ត្រូវបានបញ្ចូលទៅក្នុងករណីផ្សេង ឬត្រូវបានបិទមុនថ្ងៃនោះ មិនត្រូវបានរាប់បញ្ចូលទេ។",
			later, itemConsent, missing),
		finds: planned,
	},
	{
		Code: ContactKept, Unit: CaseUnit, Measure: Share, Version: 2,
		Labels: locale.Text{EN: "Cases on which no contact was overdue", KM: "ករណីដែលការទាក់ទងមិនបានហួសកាលកំណត់"},
		Definition: said("Of the cases that were open at some time in the period, those on which the rule NO_CONTACT had no flag in it, up to the day of"+
			" the count where the period goes on. The rule goes by"+
			" the thresholds of the organisation and the risk of the case; a day on which no scan has run shows no flag.",
			"ក្នុងចំណោមករណីដែលនៅបើកនៅពេលណាមួយក្នុងរយៈពេលនោះ រាប់ករណីដែលវិធាន NO_CONTACT (គ្មានការទាក់ទង) មិនមានការជូនដំណឹងក្នុងរយៈពេលនោះ គិតត្រឹមថ្ងៃរាប់ ប្រសិនបើរយៈពេលនោះមិនទាន់ចប់។"+
				" វិធាននេះផ្អែកលើរយៈពេលកំណត់របស់អង្គការ និងកម្រិតហានិភ័យនៃករណី។ ថ្ងៃដែលមិនបានដំណើរការពិនិត្យ មិនបង្ហាញការជូនដំណឹងទេ។",
			each, itemConsent, missing),
		lasts: contacted,
	},
	{
		Code: OpenToClose, Unit: CaseUnit, Measure: Distribution, Version: 1, LowerIsBetter: true,
		Labels: locale.Text{EN: "Days from opening to closing", KM: "ចំនួនថ្ងៃពីការបើករហូតដល់ការបិទករណី"},
		Definition: said("For each closing in the period, the days since the case was opened, or opened again. Cases that were merged into another are"+
			" left out, and so are cases that are still open: the figure says nothing of how long they will take.",
			"សម្រាប់ការបិទនីមួយៗក្នុងរយៈពេលនោះ គឺចំនួនថ្ងៃគិតពីករណីត្រូវបានបើក ឬបើកឡើងវិញ។"+
				" ករណីដែលត្រូវបានបញ្ចូលទៅក្នុងករណីផ្សេង មិនត្រូវបានរាប់បញ្ចូលទេ ហើយករណីដែលនៅបើកក៏ដូចគ្នា៖ តួលេខនេះមិននិយាយថាករណីទាំងនោះនឹងចំណាយពេលប៉ុន្មានទេ។",
			byDay, itemConsent, missing),
		finds: closed,
	},
	{
		Code: Caseload, Unit: Worker, Measure: Mean, Version: 1, LowerIsBetter: true,
		Labels: locale.Text{EN: "Cases per worker", KM: "ចំនួនករណីក្នុងបុគ្គលិកម្នាក់"},
		Definition: said("The mean number of open cases that a worker owned on the last day of a month, over all months of the period that have ended"+
			" and all workers who owned one on that day. A case is its owner's at the end of that day, and open still on the day of its closing. Consent does not enter: it is the work that is counted.",
			"ចំនួនមធ្យមនៃករណីដែលនៅបើក និងដែលបុគ្គលិកម្នាក់ទទួលខុសត្រូវនៅថ្ងៃចុងក្រោយនៃខែ គិតលើគ្រប់ខែក្នុងរយៈពេលដែលបានបញ្ចប់ និងគ្រប់បុគ្គលិកដែលទទួលខុសត្រូវករណីនៅថ្ងៃនោះ។"+
				" ករណីមួយជារបស់អ្នកទទួលខុសត្រូវនៅចុងថ្ងៃនោះ ហើយនៅថ្ងៃបិទ ករណីនៅតែរាប់ថាបើក។ ការយល់ព្រមមិនពាក់ព័ន្ធទេ៖ អ្វីដែលរាប់គឺការងារ។",
			missing),
		finds: owned,
	},
	{
		Code: ServicesPerCase, Unit: CaseUnit, Measure: Mean, Version: 1,
		Labels: locale.Text{EN: "Services per case", KM: "ចំនួនសេវាក្នុងមួយករណី"},
		Definition: said("The mean number of service deliveries in the period, over the cases with at least one. Cases that were merged or continued by"+
			" another organisation are one. Deliveries with consent alone enter the mean.",
			"ចំនួនមធ្យមនៃការផ្តល់សេវាក្នុងរយៈពេលនោះ គិតលើករណីដែលមានយ៉ាងតិចមួយ។ ករណីដែលត្រូវបានបញ្ចូលគ្នា ឬដែលអង្គការផ្សេងបន្ត រាប់ជាករណីតែមួយ។"+
				" មានតែការផ្តល់សេវាដែលមានការយល់ព្រមប៉ុណ្ណោះ ដែលត្រូវបានរាប់ក្នុងមធ្យម។",
			byDay, consent, missing),
		counts: func(e *event) bool { return e.service != "" },
	},
	{
		Code: ReferralsCompleted, Unit: Referral, Measure: Share, Version: 1,
		Labels: locale.Text{EN: "Referrals completed", KM: "ការបញ្ជូនបន្តដែលបានបញ្ចប់"},
		Definition: said("Of the referrals to another organisation that were sent in the period, those that were done by its end. One that waits, was"+
			" rejected or was revoked is not. Transfers are no referrals.",
			"ក្នុងចំណោមការបញ្ជូនបន្តទៅអង្គការផ្សេងដែលបានផ្ញើក្នុងរយៈពេលនោះ រាប់ការបញ្ជូនបន្តដែលបានបញ្ចប់មុន ឬនៅចុងរយៈពេល។"+
				" ការបញ្ជូនបន្តដែលនៅរង់ចាំ ត្រូវបានបដិសេធ ឬត្រូវបានលុបចោល មិនរាប់ថាបានបញ្ចប់ទេ។ ការផ្ទេរករណី មិនមែនជាការបញ្ជូនបន្តទេ។",
			byDay, itemConsent, missing),
		finds: completed,
	},
	{
		Code: ScholarshipRetention, Unit: Award, Measure: Share, Version: 1,
		Labels: locale.Text{EN: "Scholars found enrolled, by term", KM: "អ្នកទទួលអាហារូបករណ៍ដែលនៅបន្តរៀន តាមឆមាស"},
		Definition: said("Of the checks of attendance in the period, one for each scholarship and term, those that found the scholar enrolled, regular or"+
			" not. A term that nobody has checked is not counted.",
			"ក្នុងចំណោមការពិនិត្យវត្តមានក្នុងរយៈពេលនោះ ដែលមានមួយសម្រាប់អាហារូបករណ៍នីមួយៗ និងឆមាសនីមួយៗ រាប់ការពិនិត្យដែលឃើញថាអ្នកទទួលអាហារូបករណ៍នៅចុះឈ្មោះរៀន ទោះមករៀនទៀងទាត់ឬមិនទៀងទាត់ក៏ដោយ។"+
				" ឆមាសដែលគ្មាននរណាពិនិត្យ មិនត្រូវបានរាប់ទេ។",
			byDay, itemConsent, missing),
		finds: kept,
	},
	shelterReturn(ShelterReturn180, 180, "១៨០"),
	shelterReturn(ShelterReturn365, 365, "៣៦៥"),
	shelterReturn(ShelterReturn730, 730, "៧៣០"),
	{
		Code: Reemployed35, Unit: Placement, Measure: Share, Version: 2,
		Labels: locale.Text{EN: "Jobs followed by another within 35 days", KM: "ការងារដែលមានការងារថ្មីបន្តក្នុងរយៈពេល ៣៥ ថ្ងៃ"},
		Definition: said("Of the jobs that ended, those whose holder had another at some time in the 35 days after it, known to the same organisation, with evidence or not.",
			"ក្នុងចំណោមការងារដែលបានបញ្ចប់ រាប់ការងារដែលអ្នកធ្វើការមានការងារផ្សេងនៅពេលណាមួយក្នុងរយៈពេល ៣៥ ថ្ងៃបន្ទាប់ ដែលអង្គការដដែលដឹង ទោះមានភស្តុតាងឬគ្មានក៏ដោយ។",
			later, itemConsent, missing),
		follows: reemployed,
	},
	{
		Code: StallRate, Unit: CaseUnit, Measure: Share, Version: 2, LowerIsBetter: true,
		Labels: locale.Text{EN: "Cases that were stalled", KM: "ករណីដែលជាប់គាំង"},
		Definition: said("Of the cases that were open at some time in the period, those with a flag of any rule in it, acknowledged or not, up to the day"+
			" of the count where the period goes on.",
			"ក្នុងចំណោមករណីដែលនៅបើកនៅពេលណាមួយក្នុងរយៈពេលនោះ រាប់ករណីដែលមានការជូនដំណឹងពីវិធានណាមួយក្នុងរយៈពេលនោះ ទោះមាននរណាបានទទួលដឹងឬមិនទាន់ក៏ដោយ គិតត្រឹមថ្ងៃរាប់ ប្រសិនបើរយៈពេលនោះមិនទាន់ចប់។",
			each, itemConsent, missing),
		lasts: stalled,
	},
	{
		Code: FlagResolution, Unit: Flag, Measure: Distribution, Version: 1, LowerIsBetter: true,
		Labels: locale.Text{EN: "Days until a flag was resolved", KM: "ចំនួនថ្ងៃរហូតដល់បញ្ហាត្រូវបានដោះស្រាយ"},
		Definition: said("For each flag that was resolved in the period, by itself or by hand, the days since its condition began. A flag that was raised"+
			" again counts once it is resolved again.",
			"សម្រាប់ការជូនដំណឹងនីមួយៗដែលត្រូវបានដោះស្រាយក្នុងរយៈពេលនោះ ដោយស្វ័យប្រវត្តិ ឬដោយបុគ្គលិក គឺចំនួនថ្ងៃគិតពីពេលដែលបញ្ហាបានចាប់ផ្តើម។"+
				" ការជូនដំណឹងដែលត្រូវបានលើកឡើងម្តងទៀត ត្រូវបានរាប់នៅពេលដែលវាត្រូវបានដោះស្រាយម្តងទៀត។",
			byDay, itemConsent, missing),
		finds: settled,
	},
	{
		Code: IndexChange, Unit: Assessment, Measure: Mean, Version: 1,
		Labels: locale.Text{EN: "Change in the reintegration index", KM: "ការប្រែប្រួលនៃសន្ទស្សន៍សមាហរណកម្ម"},
		Definition: said("The mean change, in points of 100, between the first reintegration index of a case and each later one that was taken in the period"+
			" with the same instrument. The instrument is our own, and no other programme's figure compares with it.",
			"ការប្រែប្រួលជាមធ្យម គិតជាពិន្ទុក្នុងចំណោម ១០០ រវាងសន្ទស្សន៍សមាហរណកម្មដំបូងនៃករណី និងសន្ទស្សន៍ក្រោយៗនីមួយៗដែលបានវាស់ក្នុងរយៈពេលនោះ ដោយឧបករណ៍វាស់ដដែល។"+
				" ឧបករណ៍វាស់នេះជារបស់កម្មវិធីយើងផ្ទាល់ ហើយតួលេខរបស់កម្មវិធីផ្សេងមិនអាចប្រៀបធៀបជាមួយវាបានទេ។",
			byDay, itemConsent, missing),
		finds: progressed,
	},
	{
		Code: DaysBetween, Unit: CaseUnit, Measure: Distribution, Version: 1,
		Labels: locale.Text{EN: "Days between two milestones", KM: "ចំនួនថ្ងៃរវាងដំណាក់កាលពីរ"},
		Definition: said("The days from the first milestone of one kind in a case to the first of the other on or after it, counted at the day of the latter."+
			" Cases that have not reached it are left out.",
			"ចំនួនថ្ងៃពីដំណាក់កាលដំបូងនៃប្រភេទមួយក្នុងករណី ដល់ដំណាក់កាលដំបូងនៃប្រភេទមួយទៀតនៅថ្ងៃនោះ ឬក្រោយថ្ងៃនោះ ហើយរាប់នៅថ្ងៃនៃដំណាក់កាលក្រោយ។"+
				" ករណីដែលមិនទាន់ដល់ដំណាក់កាលក្រោយ មិនត្រូវបានរាប់បញ្ចូលទេ។",
			byDay, itemConsent, missing),
		finds: apart,
	},
}

// shelterReturn is the share of those who come back into a shelter of the same
// organisation within a number of days: HUD's measure 2, for shelters. It has one
// value for the organisation and for all who count over it, and tells neither of a
// stay elsewhere.
func shelterReturn(code Code, days calendar.Day, km string) Indicator {
	return Indicator{
		Code: code, Unit: Person, Measure: Share, Version: 2, LowerIsBetter: true,
		Labels: locale.Text{EN: fmt.Sprintf("People back with the same shelter organisation within %d days", days), KM: "អ្នកដែលត្រឡប់មកមណ្ឌលរបស់អង្គការដដែលវិញក្នុងរយៈពេល " + km + " ថ្ងៃ"},
		Definition: said(fmt.Sprintf("Of the distinct persons who had left a shelter %d days before, for a place that is neither a shelter nor a hospital,"+
			" those whom the organisation that they had left admitted again within these days, to the same shelter or to another. Admissions by other"+
			" organisations are not counted, also where she was transferred or referred to one.", days),
			"ក្នុងចំណោមមនុស្សផ្សេងៗគ្នា ដែលបានចាកចេញពីមណ្ឌល "+km+" ថ្ងៃមុន ទៅកន្លែងដែលមិនមែនជាមណ្ឌល ឬមន្ទីរពេទ្យ រាប់អ្នកដែលត្រូវបានទទួលចូលមណ្ឌលម្តងទៀត"+
				"ក្នុងរយៈពេល "+km+" ថ្ងៃនោះ ដោយអង្គការដែលពួកគាត់បានចាកចេញ ទោះជាមណ្ឌលដដែល ឬមណ្ឌលផ្សេង។ ការទទួលចូលដោយអង្គការផ្សេង មិនត្រូវបានរាប់ទេ ទោះនាងត្រូវបានផ្ទេរ ឬបញ្ជូនទៅអង្គការនោះក៏ដោយ។",
			later, onePerson, consent, missing),
		follows: returnedWithin(days),
	}
}
