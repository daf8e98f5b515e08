package mongodbtest

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// The operations of the protocol that the driver uses.
const (
	opReply = 1    // the answer to opQuery
	opQuery = 2004 // the first greeting, before the server has said what it can
	opMsg   = 2013 // everything else
)

// message is one message on the wire: its request id, what it answers, its
// operation and the rest.
type message struct {
	id, answers, operation int32
	body                   []byte
}

const headerSize = 16

func readMessage(r io.Reader) (message, error) {
	var h [headerSize]byte
	if _, err := io.ReadFull(r, h[:]); err != nil {
		return message{}, err
	}
	field := func(i int) int32 { return int32(binary.LittleEndian.Uint32(h[4*i:])) }
	if field(0) < headerSize {
		return message{}, errors.New("a message shorter than its header")
	}
	m := message{id: field(1), answers: field(2), operation: field(3), body: make([]byte, field(0)-headerSize)}
	_, err := io.ReadFull(r, m.body)
	return m, err
}

func (m message) write(w io.Writer) error {
	b := make([]byte, 0, headerSize+len(m.body))
	for _, field := range []int32{int32(headerSize + len(m.body)), m.id, m.answers, m.operation} {
		b = binary.LittleEndian.AppendUint32(b, uint32(field))
	}
	_, err := w.Write(append(b, m.body...))
	return err
}

// prefix returns how many bytes of a message's body stand before its document.
func (m message) prefix() int {
	switch m.operation {
	case opReply: // flags, cursor, start, count
		return 4 + 8 + 4 + 4
	case opQuery: // flags, collection, skip, count
		return 4 + bytes.IndexByte(m.body[4:], 0) + 1 + 4 + 4
	default: // flags, kind of the section
		return 4 + 1
	}
}

// document returns the message's document and what follows it: the sequences of
// documents that a command carries.
func (m message) document() (bson.D, []byte, error) {
	b := m.body[m.prefix():]
	size := binary.LittleEndian.Uint32(b)
	var d bson.D
	err := bson.Unmarshal(b[:size], &d)
	return d, b[size:], err
}

// with returns the message with another document in place of its own.
func (m message) with(d bson.D) (message, error) {
	_, rest, err := m.document()
	if err != nil {
		return m, err
	}
	encoded, err := bson.Marshal(d)
	if err != nil {
		return m, err
	}
	m.body = bytes.Join([][]byte{m.body[:m.prefix()], encoded, rest}, nil)
	return m, nil
}

// sequence returns the documents of the first sequence that follows the
// message's document.
func sequence(rest []byte) ([]bson.Raw, error) {
	if len(rest) == 0 {
		return nil, nil
	}
	rest = rest[1 : binary.LittleEndian.Uint32(rest[1:])+1] // without its kind
	rest = rest[4+bytes.IndexByte(rest[4:], 0)+1:]          // without its size and name
	var docs []bson.Raw
	for len(rest) > 0 {
		size := binary.LittleEndian.Uint32(rest)
		docs, rest = append(docs, bson.Raw(rest[:size])), rest[size:]
	}
	return docs, nil
}
