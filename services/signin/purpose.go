package signin

import (
	"slices"

	"onward/services/access"
	"onward/services/casefile"
	"onward/services/directory"
	"onward/services/fault"
)

// purposed gives a partner's application the purpose that it names, of those that
// it may have. One that may have a single purpose need not name it. People have
// none: what they name is passed over.
func purposed(actor access.Actor, named casefile.Purpose, allowed []casefile.Purpose) (access.Actor, error) {
	if actor.Role != access.PartnerApp {
		return actor, nil
	}
	if named == "" && len(allowed) == 1 {
		named = allowed[0]
	}
	switch {
	case named == "":
		return access.Actor{}, fault.Input("Onward-Purpose", "name the purpose of the query in this header: %v", allowed)
	case !slices.Contains(directory.KeyPurposes, named):
		return access.Actor{}, fault.Input("Onward-Purpose", "is none of the purposes of a partner's application")
	case !slices.Contains(allowed, named):
		return access.Actor{}, fault.New(fault.Forbidden, "this key is not for the purpose %s", named)
	}
	actor.Purpose = named
	return actor, nil
}
