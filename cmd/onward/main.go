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

	"onward/services/fault"
)

// cli is the command line. Secrets are never flags: they come from the
// environment.
type cli struct {
	Config

	Serve        serveCmd        `cmd:"" help:"Serve the API."`
	Demo         demoCmd         `cmd:"" help:"Write synthetic data on an empty store and serve it."`
	Account      accountCmd      `cmd:"" help:"Accounts of workers and machines."`
	Organisation organisationCmd `cmd:"" help:"Organisations of the programme."`
	Site         siteCmd         `cmd:"" help:"Sites of an organisation."`
	Job          jobCmd          `cmd:"" help:"Scheduled jobs."`
	Verify       verifyCmd       `cmd:"" help:"Fold every case again and compare; exit 1 and name what differs."`
}

// explain says to an operator what went wrong: what the input breaks, field by
// field, and the cause where it is not the operator's.
func explain(err error) string {
	var f *fault.Error
	switch {
	case !errors.As(err, &f):
		return err.Error()
	case len(f.Fields) > 0:
		lines := make([]string, len(f.Fields))
		for i, field := range f.Fields {
			lines[i] = field.Path + ": " + field.Message
		}
		return strings.Join(lines, "\nonward: ")
	case f.Err != nil:
		return f.Message + ": " + f.Err.Error()
	}
	return f.Message
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	tuneMemory()
	var c cli
	k := kong.Parse(&c, kong.Name("onward"), kong.UsageOnError(),
		kong.Description("A reintegration and livelihood support tracker. Set MONGODB_URI to use MongoDB instead of the local file."),
		kong.BindTo(ctx, (*context.Context)(nil)))
	if err := k.Run(&c.Config); err != nil {
		fmt.Fprintln(os.Stderr, "onward: "+explain(err))
		os.Exit(1)
	}
}
