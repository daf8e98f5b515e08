package audit

import (
	"bufio"
	"cmp"
	"context"
	"embed"
	"io"
	"slices"
	"strings"
	"time"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/id"
	"onward/services/locale"
	"onward/services/store"
)

// The texts of the list are message catalogues, one file a language, for translators to
// edit.
//
//go:embed messages/active.en.json messages/active.km.json
var messageFiles embed.FS

var messages = locale.Messages(messageFiles)

// LooksAt returns all looks at a case, the newest first.
func LooksAt(ctx context.Context, s store.Store, c id.Case) (looks []Seen, err error) {
	err = All(ctx, s, time.Time{}, func(r Record) {
		for _, l := range r.Looks {
			if slices.Contains(l.Cases, c) {
				looks = append(looks, Seen{r, l})
			}
		}
	})
	slices.SortStableFunc(looks, func(a, b Seen) int { return b.Record.At.Compare(a.Record.At) })
	return looks, err
}

// List is who looked at a case, to be handed to the survivor.
type List struct {
	Code  string       // of the case
	On    calendar.Day // of the list
	Looks []Seen
	Name  func(Seen) string // who it was, for people; not asked of the operator
}

// Write writes the list in English and in Khmer: for each day, the newest first, who did
// what, each once.
func (l List) Write(out io.Writer) error {
	w := bufio.NewWriter(out)
	for n, in := range []locale.Locale{locale.EN, locale.KM} {
		if n > 0 {
			_, _ = w.WriteString("\n\n")
		}
		l.write(w, in)
	}
	return w.Flush() // which returns what went wrong before
}

func (l List) write(w *bufio.Writer, in locale.Locale) {
	_, _ = w.WriteString(messages.Text(in, "title", l, 0) + "\n")
	if len(l.Looks) == 0 {
		_, _ = w.WriteString("\n" + messages.Text(in, "nobody", nil, 0) + "\n")
	}
	var day calendar.Day
	said := map[string]bool{} // of the day
	for _, s := range l.Looks {
		if on := calendar.DayOf(s.At); on != day {
			day, said = on, map[string]bool{}
			_, _ = w.WriteString("\n" + day.String() + "\n")
		}
		line := "  " + l.who(in, s) + ": " + s.what(in) + "\n"
		if !said[line] {
			said[line] = true
			_, _ = w.WriteString(line)
		}
	}
}

func (l List) who(in locale.Locale, s Seen) string {
	if s.Worker == "" {
		return messages.Text(in, "operator", nil, 0)
	}
	return l.Name(s)
}

// what says what was done, the most revealing class first.
func (s Seen) what(in locale.Locale) string {
	classes := slices.SortedFunc(slices.Values(s.Classes), func(a, b access.Class) int {
		return cmp.Compare(slices.Index(access.Classes, a), slices.Index(access.Classes, b))
	})
	words := make([]string, len(classes))
	for i, c := range classes {
		words[i] = access.Words(in, c)
	}
	kind := "kind." + string(s.Kind)
	if s.Kind == Export {
		kind += "." + string(s.ExportedFor)
	}
	return messages.Text(in, kind, struct{ What string }{strings.Join(words, ", ")}, 0)
}
