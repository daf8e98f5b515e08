package graph

import (
	"onward/jobs"
	"onward/services/audit"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/outcome"
	"onward/services/register"
	"onward/services/reminder"
	"onward/services/signin"
)

// Resolver is what the fields of the schema are answered from.
type Resolver struct {
	Casework  *casework.Service
	Register  *register.Register
	Directory *directory.Directory
	RollUps   *outcome.RollUps
	Digests   *reminder.Digests
	Jobs      *jobs.Runner
	SignIn    *signin.Door
	Audit     *audit.Log
	Trail     *audit.Trail
}
