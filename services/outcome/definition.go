package outcome

import "onward/services/locale"

// said writes a definition in both languages, and after it what several say in the
// same words.
func said(en, km string, then ...locale.Text) locale.Text {
	t := locale.Text{EN: en, KM: km}
	for _, more := range then {
		t.EN += " " + more.EN
		t.KM += " " + more.KM
	}
	return t
}

// What several definitions say in the same words.
var (
	byDay = locale.Text{
		EN: "Counted by the day on which it happened, not the day of recording; both ends of the period belong to it," +
			" and entries that were reversed do not count.",
		KM: "រាប់តាមថ្ងៃដែលបានកើតឡើង មិនមែនតាមថ្ងៃដែលបានកត់ត្រាទេ។ ថ្ងៃដំបូង និងថ្ងៃចុងក្រោយស្ថិតក្នុងរយៈពេលនោះដែរ" +
			" ហើយកំណត់ត្រាដែលត្រូវបានដកវិញ មិនត្រូវបានរាប់ទេ។",
	}
	onePerson = locale.Text{
		EN: "A person whose cases were merged is one; she is counted once however often it happened.",
		KM: "មនុស្សដែលករណីរបស់ខ្លួនត្រូវបានបញ្ចូលគ្នា គឺជាមនុស្សតែម្នាក់ ហើយត្រូវបានរាប់តែម្តង ទោះបីវាកើតឡើងប៉ុន្មានដងក៏ដោយ។",
	}
	consent = locale.Text{
		EN: "Whoever has no consent for REPORTING in force on that day is left out and counted apart; the last decision on record in" +
			" the surviving case decides, also on what happened before it. One event with consent is enough to be counted.",
		KM: "អ្នកដែលគ្មានការយល់ព្រមសម្រាប់ REPORTING (ការធ្វើរបាយការណ៍) ដែលមានសុពលភាពនៅថ្ងៃនោះ មិនត្រូវបានរាប់បញ្ចូលទេ ហើយត្រូវបានរាប់ដោយឡែក។" +
			" ការសម្រេចចិត្តចុងក្រោយដែលបានកត់ត្រាក្នុងករណីដែលនៅបន្ត គឺជាការកំណត់ ទោះចំពោះអ្វីដែលបានកើតឡើងមុនការសម្រេចចិត្តនោះក៏ដោយ។" +
			" ព្រឹត្តិការណ៍តែមួយដែលមានការយល់ព្រម គឺគ្រប់គ្រាន់សម្រាប់រាប់បញ្ចូល។",
	}
	itemConsent = locale.Text{
		EN: "Where she has no consent for REPORTING in force on that day, it is left out and counted apart; the last decision on" +
			" record in the surviving case decides, also on what happened before it.",
		KM: "ប្រសិនបើគ្មានការយល់ព្រមរបស់នាងសម្រាប់ REPORTING (ការធ្វើរបាយការណ៍) ដែលមានសុពលភាពនៅថ្ងៃនោះទេ វាមិនត្រូវបានរាប់បញ្ចូលទេ ហើយត្រូវបានរាប់ដោយឡែក។" +
			" ការសម្រេចចិត្តចុងក្រោយដែលបានកត់ត្រាក្នុងករណីដែលនៅបន្ត គឺជាការកំណត់ ទោះចំពោះអ្វីដែលបានកើតឡើងមុនការសម្រេចចិត្តនោះក៏ដោយ។",
	}
	missing = locale.Text{
		EN: "An unknown organisation, province or population is the category UNKNOWN.",
		KM: "អង្គការ ខេត្ត ឬក្រុមប្រជាជនដែលមិនដឹង ត្រូវបានដាក់ក្នុងប្រភេទ UNKNOWN (មិនដឹង)។",
	}
	lastDays = locale.Text{
		EN: "By quarter, those active on each quarter's last day, or on the period's last day for a quarter that it cuts short. One whose" +
			" first day is not known counts as begun. Consent does not enter.",
		KM: "បើរាប់តាមត្រីមាស គឺរាប់អ្វីដែលសកម្មនៅថ្ងៃចុងក្រោយនៃត្រីមាសនីមួយៗ ឬនៅថ្ងៃចុងក្រោយនៃរយៈពេល ចំពោះត្រីមាសដែលរយៈពេលនោះបញ្ចប់មុន។" +
			" អ្វីដែលមិនដឹងថ្ងៃដំបូង ត្រូវបានរាប់ថាបានចាប់ផ្តើមហើយ។ ការយល់ព្រមមិនពាក់ព័ន្ធទេ។",
	}
	later = locale.Text{
		EN: "Counted at the last day of that time, so that every one that is counted has had it; both ends of the period belong to it, and" +
			" entries that were reversed do not count.",
		KM: "រាប់នៅថ្ងៃចុងក្រោយនៃចំនួនថ្ងៃនោះ ដើម្បីឱ្យអ្វីៗដែលត្រូវបានរាប់សុទ្ធតែមានចំនួនថ្ងៃគ្រប់។ ថ្ងៃដំបូង និងថ្ងៃចុងក្រោយស្ថិតក្នុងរយៈពេលនោះដែរ" +
			" ហើយកំណត់ត្រាដែលត្រូវបានដកវិញ មិនត្រូវបានរាប់ទេ។",
	}
	each = locale.Text{
		EN: "Counted at the first day of the period on which it was open; by month, quarter or year, in each of them. A case is open still on" +
			" the day of its closing.",
		KM: "រាប់នៅថ្ងៃដំបូងនៃរយៈពេលដែលករណីនោះនៅបើក។ បើរាប់តាមខែ ត្រីមាស ឬឆ្នាំ គឺរាប់ក្នុងខែ ត្រីមាស ឬឆ្នាំនីមួយៗ។ នៅថ្ងៃបិទ ករណីនៅតែរាប់ថាបើក។",
	}
	participants = locale.Text{
		EN: "Participants are not deduplicated: the ledger names nobody, and who took part twice is counted twice.",
		KM: "អ្នកចូលរួមដដែលមិនត្រូវបានដកចេញទេ៖ បញ្ជីមិនមានឈ្មោះនរណាទេ ហើយអ្នកដែលចូលរួមពីរដង ត្រូវបានរាប់ពីរដង។",
	}
	byLastDay = locale.Text{
		EN: "Counted by the last day of the activity, at which all of it counts; both ends of the period belong to it, and what was" +
			" withdrawn does not count. Consent does not enter.",
		KM: "រាប់តាមថ្ងៃចុងក្រោយនៃសកម្មភាព ដែលសកម្មភាពទាំងមូលត្រូវបានរាប់នៅថ្ងៃនោះ។ ថ្ងៃដំបូង និងថ្ងៃចុងក្រោយស្ថិតក្នុងរយៈពេលនោះដែរ" +
			" ហើយអ្វីដែលត្រូវបានដកចេញ មិនត្រូវបានរាប់ទេ។ ការយល់ព្រមមិនពាក់ព័ន្ធទេ។",
	}
	oneProvince = locale.Text{
		EN: "By province, an activity in one province counts there and one in several under UNKNOWN. An unknown organisation or" +
			" population is the category UNKNOWN.",
		KM: "បើរាប់តាមខេត្ត សកម្មភាពក្នុងខេត្តតែមួយត្រូវបានរាប់ក្នុងខេត្តនោះ ហើយសកម្មភាពក្នុងខេត្តច្រើនត្រូវបានរាប់ក្នុង UNKNOWN (មិនដឹង)។" +
			" អង្គការ ឬក្រុមប្រជាជនដែលមិនដឹង ត្រូវបានដាក់ក្នុងប្រភេទ UNKNOWN (មិនដឹង)។",
	}
	reachedProvinces = locale.Text{
		EN: "By province, each province is one in its own group; in other groups, a province is one in each group in which it was reached." +
			" An unknown organisation or population is the category UNKNOWN.",
		KM: "បើរាប់តាមខេត្ត ខេត្តនីមួយៗរាប់ជាមួយក្នុងក្រុមរបស់វា។ ក្នុងក្រុមផ្សេង ខេត្តមួយរាប់ជាមួយក្នុងក្រុមនីមួយៗដែលយុទ្ធនាការបានទៅដល់។ អង្គការ ឬក្រុមប្រជាជនដែលមិនដឹង ត្រូវបានដាក់ក្នុងប្រភេទ UNKNOWN (មិនដឹង)។",
	}
)
