package assessment

import "embed"

//go:embed instruments/*.json
var files embed.FS

// Shipped lists the instruments that come with the program, by their codes. Their
// wording, values and bands are our own [J]; ris-28 shares themes with the field's
// surveys of sustainable reintegration, and is none of them.
var Shipped = func() []*Instrument {
	names, err := files.ReadDir("instruments")
	if err != nil {
		panic(err) // embedded: cannot happen in a built binary that passed its tests
	}
	var all []*Instrument
	for _, f := range names {
		raw, err := files.ReadFile("instruments/" + f.Name())
		if err != nil {
			panic(err)
		}
		i, err := Parse(raw)
		if err != nil {
			panic(f.Name() + ": " + err.Error())
		}
		all = append(all, i)
	}
	return all
}()
