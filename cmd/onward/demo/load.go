package demo

import (
	"fmt"

	"onward/services/casefile"
	"onward/services/employment"
	"onward/services/scholarship"
	"onward/services/track"
)

// load tells lives for load tests, of the last three years: most of them closed,
// some going well, and one in ten with something undone.
func (w *writer) load() error {
	for n := range w.o.ExtraCases {
		l := w.begin(fmt.Sprintf("load-%d", n), n%len(organisations), 0, w.o.Today)
		switch dice := w.random.IntN(10); {
		case dice == 0:
			stalls[w.random.IntN(len(stalls))](l, w.between(1, 60))
		case dice < 4:
			wells[w.random.IntN(len(wells))](l)
		default:
			l.past()
		}
		if err := w.finish(l); err != nil {
			return err
		}
	}
	return nil
}

// past tells a life whose case was closed within the last years.
func (l *life) past() {
	l.before(l.w.between(420, 1095)).assessed().after(3, 20).serve("counselling_trauma").after(3, 20).serve("training_education_vocational")
	switch l.w.random.IntN(3) {
	case 0:
		l.after(3, 20).start(employment.Contract).after(80, 95).check(employment.Day90)
	case 1:
		l.after(3, 20).award(scholarship.Women).after(5, 20).enrol().after(60, 90).endSchool(scholarship.Graduated)
	default:
		l.after(3, 20).admit().after(30, 60).reach(track.ReadyToLeave).after(1, 10).leave()
	}
	l.after(10, 60).serve("family_support_family_support").after(5, 30).close(casefile.NoLongerNeeds)
}
