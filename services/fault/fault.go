// Package fault names the ways in which Onward can refuse or fail. There are
// eight, so that every caller can treat every one of them on purpose.
package fault

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Kind says what went wrong, from the caller's point of view.
type Kind string

// The kinds are also the codes that the GraphQL API reports.
const (
	Invalid         Kind = "INVALID"         // the input breaks a rule; Fields says where
	NotFound        Kind = "NOT_FOUND"       // not there, or not the caller's to know of
	Conflict        Kind = "CONFLICT"        // the thing has changed since the caller looked
	Forbidden       Kind = "FORBIDDEN"       // the caller may see it but not do this
	Unauthenticated Kind = "UNAUTHENTICATED" // no live credentials
	TooCostly       Kind = "TOO_COSTLY"      // the request asks for more than one request may
	Unavailable     Kind = "UNAVAILABLE"     // try again: the store cannot be reached, time ran out, or too much is under way
	Internal        Kind = "INTERNAL"        // a defect of ours
)

// Kinds lists them.
var Kinds = []Kind{Invalid, NotFound, Conflict, Forbidden, Unauthenticated, TooCostly, Unavailable, Internal}

// Field is one broken rule: the path of the input field, as the schema writes
// it ("monthlyWage.amount"), and a message that is safe to show.
type Field struct {
	Path    string `json:"path"`
	Message string `json:"message"`
}

// Error is the one error type that crosses packages. Message and Fields are
// safe for users; Err is for logs only.
type Error struct {
	Kind    Kind
	Message string
	Fields  []Field
	Err     error
	Wait    time.Duration // of who asks too often: until it is of use to ask again; else 0
}

// Error describes the fault for logs. The first field is not written again where
// it is the message already, as Inputs makes it.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(strings.ToLower(string(e.Kind)))
	b.WriteString(": ")
	b.WriteString(e.Message)
	for i, f := range e.Fields {
		if said := f.Path + ": " + f.Message; i > 0 || said != e.Message {
			b.WriteString("; " + said)
		}
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	return b.String()
}

// Unwrap returns the cause, if there is one.
func (e *Error) Unwrap() error { return e.Err }

// New returns a fault with a message that is safe to show to users.
func New(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// Wrap returns a fault with a cause, which only logs will show.
func Wrap(kind Kind, err error, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...), Err: err}
}

// Input returns an Invalid fault about one field of the input.
func Input(path, format string, args ...any) *Error {
	return Inputs(Field{Path: path, Message: fmt.Sprintf(format, args...)})
}

// Inputs returns an Invalid fault about several fields. The message repeats the
// first of them, for clients that show nothing else.
func Inputs(fields ...Field) *Error {
	first := fields[0]
	return &Error{Kind: Invalid, Message: first.Path + ": " + first.Message, Fields: fields}
}

// KindOf returns the kind of an error; an error that is no fault is Internal.
func KindOf(err error) Kind {
	var f *Error
	if errors.As(err, &f) {
		return f.Kind
	}
	return Internal
}

// Is reports whether the error is a fault of the kind.
func Is(err error, kind Kind) bool { return err != nil && KindOf(err) == kind }
