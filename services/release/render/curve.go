package render

import (
	"onward/services/locale"
	"onward/services/release"
)

// divided are the lengths of the parts into which the axis of a curve is divided, in days.
var divided = []int{7, 14, 30, 60, 90, 180, 365, 730}

// curve draws an estimate as a dot on each day that is published, its bounds as a bar
// through it, and below the axis how many were at risk on some of these days. What
// happened on the days between is withheld, so that there the way from dot to dot is
// no steps, and only dashed.
func curve(l locale.Locale, c release.Curve) picture {
	const height, left, right, top, bottom = 304, 46.0, width - 14.0, 28.0, 200.0
	p := picture{Height: height, Legend: []key{{"k-dot", text(l, "legend.estimate", nil)}, {"k-range", text(l, "legend.bounds", nil)}, {"k-between", text(l, "legend.between", nil)}}}
	last := c.Points[len(c.Points)-1].Day
	x, y := scale{0, float64(max(last, 1)), left, right}, scale{0, 100, bottom, top}
	p.word("unit s", 0, 14, "%")
	for _, t := range []float64{0, 25, 50, 75, 100} {
		p.shape("grid", "", line(left, y.at(t), right, y.at(t)))
		p.word("tick e", left-6, y.at(t)+4, tick(t))
	}
	for _, day := range dayTicks(last) {
		p.shape("axis", "", line(x.at(float64(day)), bottom, x.at(float64(day)), bottom+4))
		p.word("tick m", x.at(float64(day)), bottom+19, whole(day))
	}
	p.word("unit m", (left+right)/2, bottom+39, text(l, "axis.since", map[string]string{"What": in(l, c.Since)}))
	between := "M" + at(x.at(0)) + " " + at(y.at(100))
	for _, point := range c.Points {
		between += "L" + at(x.at(float64(point.Day))) + " " + at(y.at(100*point.Survival))
	}
	p.shape("between", "", between)
	for _, point := range c.Points {
		day := x.at(float64(point.Day))
		p.shape("range", "", line(day, y.at(100*point.Lower), day, y.at(100*point.Upper)))
		p.shape("bar", whole(point.Day)+": "+percent(point.Survival), dot(day, y.at(100*point.Survival), 4))
	}
	p.shape("axis", "", line(left, bottom, right, bottom))
	p.word("unit s", 0, bottom+66, text(l, "axis.atRisk", nil))
	for _, i := range readable(c.Points, x) {
		p.word("tick m", x.at(float64(c.Points[i].Day)), bottom+92, whole(c.Points[i].AtRisk))
		p.shape("axis", "", line(x.at(float64(c.Points[i].Day)), bottom+73, x.at(float64(c.Points[i].Day)), bottom+78))
	}
	return p
}

// dayTicks divides the days up to the last into at most seven equal parts.
func dayTicks(last int) []int {
	step := divided[len(divided)-1]
	for _, s := range divided {
		if last <= 6*s {
			step = s
			break
		}
	}
	var ticks []int
	for day := 0; day <= last; day += step {
		ticks = append(ticks, day)
	}
	return ticks
}

// readable returns points whose numbers at risk have room beside each other. They
// stand below their own day: between two points, nobody here knows how many left.
func readable(points []release.Point, x scale) []int {
	var at []int
	room := x.a - 48
	for i, p := range points {
		if here := x.at(float64(p.Day)); here-room >= 48 {
			at, room = append(at, i), here
		}
	}
	return at
}
