package demo

import (
	"fmt"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
)

// Cases of the years of the speech that its figures must not count, but for the
// last kind: who did not consent to REPORTING is counted apart.
var beside = []struct {
	n int
	story
}{
	{30, story{"declined", access.ShelterStaff, (*life).tellDeclined}},
	{10, story{"never taken in", access.ShelterStaff, (*life).tellIneligible}},
	{12, story{"not reported", access.ShelterStaff, (*life).tellUnreported}},
}

// besideLot tells the cases beside the programme.
func besideLot() lot {
	lives := 0
	for _, b := range beside {
		lives += b.n
	}
	return lot{lives: lives, tell: func(d *desk) error {
		for i, b := range beside {
			for n := range b.n {
				if _, err := d.live(fmt.Sprintf("beside-%d", i), n, houses[n%len(houses)], b.story); err != nil {
					return err
				}
			}
		}
		return nil
	}}
}

// opens moves to a day of the programme that leaves some days to go on.
func (l *life) opens(days int) *life {
	l.last = speechEnds
	return l.on(speechBegins + calendar.Day(l.between(0, int(speechEnds-speechBegins)-days)))
}

func (l *life) tellDeclined() {
	l.opens(10).refer(casefile.AtRisk, "", usual).after(1, 9).decline("Outside the programme's area")
}

func (l *life) tellIneligible() {
	l.opens(30).refer(casefile.VictimPossible, l.owner, usual).after(5, 30).close(pick(l, casefile.Ineligible, casefile.NotAVictim))
}

func (l *life) tellUnreported() {
	l.opens(200).take(casefile.VictimConfirmed, casefile.Medium, servicesOnly).decide(casefile.ForReporting, casefile.Refused)
	l.after(1, 10).serve(pick(l, otherServices...)).after(3, 40).serve(pick(l, reintegrationServices...)).after(20, 140).close(casefile.NoLongerNeeds)
}

// tellTwin tells the case of somebody who is known already: it is merged into
// the first one, and she stays one person.
func (l *life) tellTwin(first *life) {
	l.person, l.last = first.person, speechClosed
	l.on(first.state.OpenedOn+calendar.Day(l.between(20, 90))).take(first.state.Population(), casefile.Medium, usual)
	l.after(1, 10).serve(pick(l, otherServices...)).after(1, 20).merge(first.id)
}
