package word_test

import (
	"encoding/json"
	"testing"

	"onward/services/word"
)

type colour string

func (colour) Words() []colour { return []colour{"RED", "GREEN"} }

type painted struct {
	Door word.Place[colour] `json:"door"`
	Wall word.Place[colour] `json:"wall,omitzero"`
}

// TestWordsAreWrittenOut proves that a place is in JSON the word itself, that it comes
// back as the same word, and that what is no word is refused.
func TestWordsAreWrittenOut(t *testing.T) {
	for _, c := range []struct {
		of   painted
		want string
	}{
		{painted{word.At(colour("GREEN")), word.At(colour("RED"))}, `{"door":"GREEN","wall":"RED"}`},
		{painted{Door: word.At(colour("RED"))}, `{"door":"RED"}`},
		{painted{}, `{"door":""}`},
	} {
		text, err := json.Marshal(c.of)
		if err != nil || string(text) != c.want {
			t.Fatalf("%v: %s, want %s", err, text, c.want)
		}
		var back painted
		if err := json.Unmarshal(text, &back); err != nil || back != c.of {
			t.Errorf("%v: %s came back as %v", err, text, back)
		}
	}
	if w := word.At(colour("BLUE")); w != 0 || w.Word() != "" {
		t.Errorf("a word that is on no list: %d, %q", w, w.Word())
	}
	for _, text := range []string{`{"door":"BLUE"}`, `{"door":"red"}`} {
		if err := json.Unmarshal([]byte(text), new(painted)); err == nil {
			t.Errorf("%s is read", text)
		}
	}
}
