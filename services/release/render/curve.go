package render

import (
	"slices"

	"onward/services/locale"
	"onward/services/release"
)

// The days at which a curve is read off in its table, and by which its axis is
// divided.
var (
	readAt  = []int{30, 90, 180, 365, 730, 1095, 1460, 1825}
	divided = []int{7, 14, 30, 60, 90, 180, 365, 730}
)

// curve draws an estimate as steps, its bounds as a band around them, and below
// the axis how many were at risk on some of its days.
func curve(l locale.Locale, c release.Curve) picture {
	const height, left, right, top, bottom = 304, 46.0, width - 14.0, 28.0, 200.0
	p := picture{Height: height, Legend: []key{{"k-curve", text(l, "legend.estimate", nil)}, {"k-band", text(l, "legend.bounds", nil)}}}
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
	p.shape("band", "", band(c.Points, x, y))
	p.shape("curve", "", "M"+at(x.at(0))+" "+at(y.at(100)), steps(c.Points, x, y, func(p release.Point) float64 { return p.Survival }))
	p.shape("axis", "", line(left, bottom, right, bottom))
	p.word("unit s", 0, bottom+66, text(l, "axis.atRisk", nil))
	for _, i := range readable(c.Points, x) {
		p.word("tick m", x.at(float64(c.Points[i].Day)), bottom+92, whole(c.Points[i].AtRisk))
		p.shape("axis", "", line(x.at(float64(c.Points[i].Day)), bottom+73, x.at(float64(c.Points[i].Day)), bottom+78))
	}
	return p
}

// steps is the way of a curve from day 0 on: level up to each day, then down.
func steps(points []release.Point, x, y scale, of func(release.Point) float64) string {
	path := ""
	for _, p := range points {
		path += "H" + at(x.at(float64(p.Day))) + "V" + at(y.at(100*of(p)))
	}
	return path
}

// band is the room between the bounds: along the upper one and back along the
// lower.
func band(points []release.Point, x, y scale) string {
	path := "M" + at(x.at(0)) + " " + at(y.at(100)) + steps(points, x, y, func(p release.Point) float64 { return p.Upper })
	for i, p := range slices.Backward(points) {
		before := 100.0
		if i > 0 {
			before = 100 * points[i-1].Lower
		}
		path += "V" + at(y.at(100*p.Lower)) + "H" + at(x.at(float64(p.Day))) + "V" + at(y.at(before))
	}
	return path + "H" + at(x.at(0)) + "z"
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

// reading is where a curve stands on a day.
type reading struct {
	Day   int
	Point release.Point
}

// readings are those on the days at which curves are read off, as far as it goes.
func readings(c release.Curve) []reading {
	var all []reading
	for _, day := range readAt {
		if day > c.Points[len(c.Points)-1].Day {
			break
		}
		here := release.Point{Survival: 1, Lower: 1, Upper: 1}
		for _, p := range c.Points {
			if p.Day <= day {
				here = p
			}
		}
		all = append(all, reading{day, here})
	}
	return all
}
