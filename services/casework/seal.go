package casework

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"

	"onward/services/casefile"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/sealed"
	"onward/services/stall"
	"onward/services/vault"
)

// seal seals the texts of an entry under the key of its case: the entry then says
// how it is stored, and its data are as they are read from the store again. It is
// given every entry before it is applied, and again where the entry gets another
// version.
func (s *Service) seal(ctx context.Context, e casefile.Entry) (casefile.Entry, error) {
	var key *vault.Key
	data, err := casefile.EachText(e.Data, func(field string, compared bool, t sealed.Text) (_ sealed.Text, err error) {
		if key == nil {
			if key, err = s.vault.ForSealing(ctx, string(e.CaseID)); err != nil {
				return "", goneFor(err)
			}
		}
		return sealText(key, e, field, compared, t)
	})
	if err != nil {
		return e, err
	}
	if e.Stored, err = json.Marshal(data); err != nil {
		return e, fault.Wrap(fault.Internal, err, "encode entry %s", e.Kind())
	}
	if key != nil {
		e.Data, err = casefile.Referring(data, e.Version)
	}
	return e, err
}

// goneFor turns the refusal of a vault that the case is erased into that of a change.
func goneFor(err error) error {
	if fault.Is(err, fault.Conflict) {
		return fault.Input("caseId", "the case is erased; nothing more is recorded here")
	}
	return err
}

func sealText(key *vault.Key, e casefile.Entry, field string, compared bool, t sealed.Text) (sealed.Text, error) {
	if !t.Clear() {
		return "", fault.New(fault.Internal, "%s of entry %s is sealed already", field, e.Kind())
	}
	mark := ""
	if compared && !t.Blank() {
		mark = key.Mark(sealed.Normal(string(t)))
	}
	ciphertext, err := key.Seal(placeOf(e, field, mark), []byte(t))
	return sealed.Seal(mark, base64.RawURLEncoding.EncodeToString(ciphertext)), err
}

// placeOf names the place of a text within its case. None of the parts has a space.
func placeOf(e casefile.Entry, field, mark string) string {
	return strconv.Itoa(e.Version) + " " + e.Kind() + " " + field + " " + mark
}

// openText returns in clear the text of an entry to which a reference refers. It is
// empty where the case is erased. What was not sealed where it stands, or whose key is
// lost, is an Internal fault: somebody has changed the store.
func openText(ctx context.Context, v *vault.Vault, e casefile.Entry, r sealed.Ref) (string, error) {
	text, err := e.SealedText(r)
	if err != nil {
		return "", err
	}
	key, err := v.ForOpening(ctx, string(e.CaseID))
	if fault.Is(err, fault.Conflict) {
		return "", nil
	}
	if err != nil {
		return "", fault.Wrap(internalUnless(err), err, "open %s of %s", r.Field, e.ID())
	}
	mark, ciphertext, _ := text.Sealed()
	bytes, err := base64.RawURLEncoding.DecodeString(ciphertext)
	if err != nil {
		return "", fault.New(fault.Internal, "%s of %s is no sealed text", r.Field, e.ID())
	}
	clear, err := key.Open(placeOf(e, r.Field, mark), bytes)
	if err != nil {
		return "", fault.Wrap(fault.Internal, err, "open %s of %s", r.Field, e.ID())
	}
	return string(clear), nil
}

// internalUnless makes a fault Internal unless trying again may help.
func internalUnless(err error) fault.Kind {
	if fault.Is(err, fault.Unavailable) {
		return fault.Unavailable
	}
	return fault.Internal
}

// Open returns in clear what a text of a case says. It is nil where nothing is
// there and where the case is erased, and an Internal fault where the store was
// changed.
func (v *View) Open(ctx context.Context, caseID id.Case, t sealed.Text) (*string, error) {
	clear := string(t)
	if r, ok := t.Ref(); ok {
		history, err := v.known(ctx, caseID, r.Version)
		if err != nil {
			return nil, err
		}
		if clear, err = openText(ctx, v.vault, history[r.Version-1], r); err != nil {
			return nil, err
		}
	}
	if clear == "" {
		return nil, nil
	}
	return &clear, nil
}

// Note returns in clear the free texts of an entry, a line each.
func (v *View) Note(ctx context.Context, e *casefile.Entry) (*string, error) {
	var lines []string
	for _, t := range e.Note() {
		line, err := v.Open(ctx, e.CaseID, t)
		if err != nil {
			return nil, err
		}
		if line != nil {
			lines = append(lines, *line)
		}
	}
	if len(lines) == 0 {
		return nil, nil
	}
	said := strings.Join(lines, "\n")
	return &said, nil
}

// Input returns the input of a next action with the texts of the case in clear, as
// the client sends it.
func (v *View) Input(ctx context.Context, a *stall.NextAction) (string, error) {
	if !strings.Contains(a.Input, sealed.Prefix) {
		return a.Input, nil
	}
	var input any
	if err := json.Unmarshal([]byte(a.Input), &input); err != nil {
		return "", fault.Wrap(fault.Internal, err, "read the input of a next action")
	}
	input, err := v.openEach(ctx, a.CaseID, input)
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(input)
	return string(text), err
}

// openEach opens every text of a case in a JSON value.
func (v *View) openEach(ctx context.Context, caseID id.Case, value any) (opened any, err error) {
	return eachString(value, func(text string) (any, error) {
		clear, err := v.Open(ctx, caseID, sealed.Text(text))
		if clear == nil || err != nil {
			return nil, err
		}
		return *clear, nil
	})
}

// eachString puts something else in the place of every string in a JSON value.
func eachString(value any, put func(string) (any, error)) (_ any, err error) {
	switch value := value.(type) {
	case string:
		return put(value)
	case []any:
		for i := range value {
			if value[i], err = eachString(value[i], put); err != nil {
				return nil, err
			}
		}
	case map[string]any:
		for k := range value {
			if value[k], err = eachString(value[k], put); err != nil {
				return nil, err
			}
		}
	}
	return value, nil
}
