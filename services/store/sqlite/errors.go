package sqlite

import (
	"context"
	"errors"
	"fmt"

	driver "modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"

	"onward/services/fault"
)

// failed turns an error of the engine into a fault that is named by the
// operation. A fault passes as it is.
func failed(err error, operation string, args ...any) error {
	var f *fault.Error
	if errors.As(err, &f) {
		return err
	}
	operation = fmt.Sprintf(operation, args...)
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return outOfTime(err, operation)
	}
	var e *driver.Error
	if !errors.As(err, &e) {
		return fault.Wrap(fault.Internal, err, "%s: the store failed", operation)
	}
	switch e.Code() & 0xff { // the primary code; the other bits say more
	case codes.SQLITE_CONSTRAINT:
		return fault.Wrap(fault.Conflict, err, "%s: there is such a document already", operation)
	case codes.SQLITE_BUSY, codes.SQLITE_LOCKED, codes.SQLITE_INTERRUPT:
		return fault.Wrap(fault.Unavailable, err, "%s: the store is busy", operation)
	case codes.SQLITE_FULL, codes.SQLITE_IOERR, codes.SQLITE_CANTOPEN:
		// The machine's trouble, not ours; whether a change was made is unknown.
		return fault.Wrap(fault.Unavailable, err, "%s: the disk failed or is full", operation)
	default:
		return fault.Wrap(fault.Internal, err, "%s: the store failed", operation)
	}
}

// failed is failed, but for errors that come of closing the store under a read.
func (s *Store) failed(err error, operation string, args ...any) error {
	select {
	case <-s.closing:
		return closed(fmt.Sprintf(operation, args...))
	default:
		return failed(err, operation, args...)
	}
}

func outOfTime(err error, operation string) error {
	return fault.Wrap(fault.Unavailable, err, "%s: time ran out", operation)
}

func closed(operation string) error {
	return fault.New(fault.Unavailable, "%s: the store was closed", operation)
}
