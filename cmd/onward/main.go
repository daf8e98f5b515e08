// Command onward follows survivors' cases from admission to a retained job and
// measures the programme: an API server, its demo, and what an operator needs.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"onward/services/access"
	"onward/services/fault"
)

// cli is the command line. Secrets are never flags: they come from the
// environment.
type cli struct {
	Config

	Serve        serveCmd        `cmd:"" help:"Serve the API."`
	Demo         demoCmd         `cmd:"" help:"Write synthetic data on an empty store and serve it."`
	Account      accountCmd      `cmd:"" help:"Accounts of workers and machines."`
	Key          keyCmd          `cmd:"" help:"Keys of partners' applications."`
	Document     documentCmd     `cmd:"" help:"Documents that partners' applications may send."`
	Organisation organisationCmd `cmd:"" help:"Organisations of the programme."`
	Site         siteCmd         `cmd:"" help:"Sites of an organisation."`
	Instrument   instrumentCmd   `cmd:"" help:"Instruments of assessment."`
	Job          jobCmd          `cmd:"" help:"Scheduled jobs."`
	MasterKey    masterKeyCmd    `cmd:"" help:"The master key, by which what is written of survivors is sealed."`
	Keys         keysCmd         `cmd:"" help:"The data keys of cases."`
	Audit        auditCmd        `cmd:"" help:"The record of who looked at what and who changed it."`
	Policy       policyCmd       `cmd:"" help:"The table of who may see and do what."`
	Schema       schemaCmd       `cmd:"" help:"Print the schema of the API, or compare it with a released one."`
	Person       personCmd       `cmd:"" help:"What is held about one survivor."`
	Report       reportCmd       `cmd:"" help:"Write a published release as JSON, CSV, XLSX and as a page in English and Khmer."`
	ReleaseKey   releaseKeyCmd   `cmd:"" help:"Make a key that signs releases."`
	Bench        benchCmd        `cmd:"" help:"Measure requests over synthetic cases, beside the same schema answering constants."`
	Verify       verifyCmd       `cmd:"" help:"Fold every case and count every release again, and compare; exit 1 and name what differs."`
}

// explain says to an operator what went wrong: what the input breaks, each by its
// flag, and the cause where it is not the operator's. What was said around a
// fault, such as which life of the demo it ended, stays.
func explain(err error, command *kong.Node) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return err.Error()
	}
	said := f.Message
	switch {
	case len(f.Fields) > 0:
		lines := make([]string, len(f.Fields))
		for i, field := range f.Fields {
			lines[i] = flagOf(field.Path, command) + ": " + field.Message
		}
		said = strings.Join(lines, "\nonward: ")
	case f.Err != nil:
		said += ": " + explain(f.Err, command)
	}
	return strings.Replace(err.Error(), f.Error(), said, 1)
}

// flagOf returns the flag of a command that gives a field of the input, or the
// field where there is none.
func flagOf(field string, command *kong.Node) string {
	for _, f := range command.Flags {
		if strings.EqualFold(strings.ReplaceAll(f.Name, "-", ""), field) {
			return "--" + f.Name
		}
	}
	return field
}

// joined lists codes as a flag's enum takes them.
func joined[T ~string](codes []T) string {
	words := make([]string, len(codes))
	for i, c := range codes {
		words[i] = string(c)
	}
	return strings.Join(words, ",")
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	tuneMemory()
	var c cli
	k := kong.Parse(&c, kong.Name("onward"), kong.UsageOnError(),
		kong.Description("A reintegration and livelihood support tracker. Set MONGODB_URI to use MongoDB instead of the local file."),
		kong.Vars{"roles": joined(access.Roles), "relations": joined(access.Relations)},
		kong.BindTo(ctx, (*context.Context)(nil)))
	if err := k.Run(&c.Config); err != nil {
		fmt.Fprintln(os.Stderr, "onward: "+explain(err, k.Selected()))
		os.Exit(1)
	}
}
