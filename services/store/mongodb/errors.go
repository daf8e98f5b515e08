package mongodb

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"onward/services/fault"
)

// failed turns an error of the driver into a fault that is named by the
// operation. A fault passes as it is. The driver's text, which may hold values,
// stays in the cause.
func failed(err error, operation string, args ...any) error {
	var f *fault.Error
	if errors.As(err, &f) {
		return err
	}
	operation = fmt.Sprintf(operation, args...)
	var answer mongo.ServerError
	var unwritable mongo.MarshalError
	switch {
	case mongo.IsDuplicateKeyError(err):
		return fault.Wrap(fault.Conflict, err, "%s: there is such a document already", operation)
	case errors.Is(err, context.Canceled), mongo.IsTimeout(err):
		return fault.Wrap(fault.Unavailable, err, "%s: time ran out", operation)
	case errors.As(err, &unwritable):
		return fault.Wrap(fault.Internal, err, "%s: the document cannot be written", operation)
	case !errors.As(err, &answer), mongo.IsNetworkError(err), disconnected(err):
		return fault.Wrap(fault.Unavailable, err, "%s: the store cannot be reached", operation)
	case passing(err):
		return fault.Wrap(fault.Unavailable, err, "%s: the store is not ready", operation)
	default:
		return fault.Wrap(fault.Internal, err, "%s: the store failed", operation)
	}
}

// disconnected reports whether the driver has dropped its connections because
// another operation found them broken, as it does in a failover.
func disconnected(err error) bool {
	var dropped interface{ Retryable() bool }
	return errors.As(err, &dropped) && dropped.Retryable()
}

// passing reports whether the server's answer is of a kind that passes: it is
// starting, stopping, electing, or could not have a majority confirm a write,
// which may have been made all the same.
func passing(err error) bool {
	var write mongo.WriteException
	var bulk mongo.BulkWriteException
	if errors.As(err, &write) && write.WriteConcernError != nil || errors.As(err, &bulk) && bulk.WriteConcernError != nil {
		return true
	}
	return slices.ContainsFunc(mongo.ErrorCodes(err), func(code int) bool {
		switch code {
		case 6, 7, 89, 9001, // the network between the servers
			91, 189, 10107, 11600, 11602, 13435, 13436, // stopping, stepped down, not the primary
			50, 262, // out of time
			64, 100, // no majority to confirm a write
			133, 134, 211, // no member to read from, or none that is far enough
			234, 13388: // routing is being refreshed
			return true
		}
		return false
	})
}

func closed(operation string) error {
	return fault.New(fault.Unavailable, "%s: the store was closed", operation)
}
