package mongodb

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"go.mongodb.org/mongo-driver/v2/bson"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/store"
)

// record is a document as MongoDB holds it.
type record struct {
	ID        string    `bson:"_id"`
	Version   int       `bson:"v"`
	UpdatedAt time.Time `bson:"updatedAt"` // by the server's clock, give or take; for polling and for reports
	State     value     `bson:"state"`
	History   []entry   `bson:"history"`
}

// entry is a store.Entry as MongoDB holds it: the day as YYYY-MM-DD, the time
// as a date.
type entry struct {
	Version      int       `bson:"v"`
	Kind         string    `bson:"kind"`
	On           string    `bson:"on,omitempty"`
	At           time.Time `bson:"at"`
	By           string    `bson:"by,omitempty"`
	Organisation string    `bson:"org,omitempty"`
	Key          string    `bson:"key,omitempty"`
	Data         value     `bson:"data,omitempty"`
}

func entriesOf(history []store.Entry) []entry {
	entries := make([]entry, len(history)) // not nil, which would be stored as null
	for i, e := range history {
		entries[i] = entry{e.Version, e.Kind, e.On.String(), e.At, e.By, e.Organisation, e.Key, value(e.Data)}
	}
	return entries
}

// checkState refuses a state that is not a JSON object; what is in it is checked
// when it is written as BSON.
func checkState(state json.RawMessage) error {
	if jsontext.Value(state).Kind() != '{' {
		return fmt.Errorf("the state is not a JSON object")
	}
	return nil
}

// decode reads a document from its BSON, of which it keeps no part.
func decode(raw bson.Raw) (store.Document, error) {
	var r record
	if err := bson.Unmarshal(raw, &r); err != nil {
		id, _ := raw.Lookup("_id").StringValueOK()
		return store.Document{}, fault.Wrap(fault.Internal, err, "read %s: the document is damaged", id)
	}
	doc := store.Document{ID: r.ID, Version: r.Version, State: json.RawMessage(r.State)}
	if len(r.History) > 0 {
		doc.History = make([]store.Entry, len(r.History))
	}
	for i, e := range r.History {
		var on calendar.Day
		if err := on.UnmarshalText([]byte(e.On)); err != nil {
			return store.Document{}, fault.Wrap(fault.Internal, err, "read %s: entry %d is damaged", r.ID, i+1)
		}
		doc.History[i] = store.Entry{Version: e.Version, Kind: e.Kind, On: on, At: e.At.UTC(), By: e.By,
			Organisation: e.Organisation, Key: e.Key, Data: json.RawMessage(e.Data)}
	}
	return doc, nil
}
