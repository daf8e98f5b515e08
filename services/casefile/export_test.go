package casefile

import "onward/services/sealed"

// Decode reads the data of an entry of a kind with its texts as they are stored.
func Decode(name string, data []byte) (Data, error) {
	return decode(name, data, func(_ string, _ bool, t sealed.Text) (sealed.Text, error) { return t, nil })
}

// Plainly reads the data of an entry of version 3 as a Reader does where they are plain.
func Plainly(name string, data []byte) (Data, bool) {
	var r sealed.Reader
	return kinds[name].plain(&r, 3, data)
}

// Slowly reads the data of an entry of version 3 by the language's rules.
func Slowly(name string, data []byte) (Data, error) {
	r := Reader{version: 3}
	return decode(name, data, r.refer)
}
