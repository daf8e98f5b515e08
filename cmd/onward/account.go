package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/signin"
	"onward/services/store"
)

type accountCmd struct {
	Add     accountAddCmd     `cmd:"" help:"Add a worker and issue a token. The token is shown once."`
	List    accountListCmd    `cmd:"" help:"List the workers."`
	Disable accountDisableCmd `cmd:"" help:"End a worker's access."`
	Invite  accountInviteCmd  `cmd:"" help:"Invite a worker to a local account. The invitation is shown once."`
	Permit  accountPermitCmd  `cmd:"" help:"Say whether a worker may send GraphQL documents that nobody has registered."`
	Link    accountLinkCmd    `cmd:"" help:"Say who a worker is to the OpenID Connect provider."`
}

type accountAddCmd struct {
	Organisation string `required:"" help:"The organisation's code."`
	Role         string `required:"" help:"The role, such as SHELTER_STAFF." enum:"${roles}"`
	Name         string `required:"" help:"The worker's name, or the machine's."`
	AdHoc        bool   `help:"Let her send GraphQL documents that nobody has registered."`
}

// Run adds the worker and prints the token.
func (a *accountAddCmd) Run(ctx context.Context, c *Config) error {
	return withDirectory(openStore, ctx, c, func(d *directory.Directory) error {
		org, err := organisationByCode(d, a.Organisation)
		if err != nil {
			return err
		}
		w := directory.Worker{ID: id.Worker(id.New(id.WorkerPrefix)), Organisation: org.ID, Name: a.Name, Role: access.Role(a.Role), QueriesAdHoc: a.AdHoc}
		if err := d.Snapshot().Check(w); err != nil {
			return err
		}
		if err := d.Add(ctx, w); err != nil {
			return err
		}
		token, err := d.Issue(ctx, w.ID, time.Now())
		if err != nil {
			return err
		}
		fmt.Printf("worker  %s\ntoken   %s\nThe token is not stored and cannot be shown again.\n", w.ID, token)
		return nil
	})
}

type accountListCmd struct{}

// Run lists the workers of all organisations.
func (accountListCmd) Run(ctx context.Context, c *Config) error {
	return withDirectory(readStore, ctx, c, func(d *directory.Directory) error {
		s := d.Snapshot()
		var lines []string
		for _, w := range s.Workers {
			state := "active"
			if !w.DisabledAt.IsZero() {
				state = "disabled " + calendar.DayOf(w.DisabledAt).String()
			}
			lines = append(lines, fmt.Sprintf("%s\t%s\t%s\t%s\t%s", s.Organisations[w.Organisation].Code, w.Role, w.Name, w.ID, state))
		}
		slices.Sort(lines)
		t := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
		_, _ = fmt.Fprintln(t, "ORGANISATION\tROLE\tNAME\tWORKER\tSTATE\n"+strings.Join(lines, "\n"))
		return t.Flush()
	})
}

type accountDisableCmd struct {
	Worker string `arg:"" help:"The worker's identifier, as account list shows it."`
}

// Run ends a worker's access.
func (a *accountDisableCmd) Run(ctx context.Context, c *Config) error {
	return withDirectory(openStore, ctx, c, func(d *directory.Directory) error {
		return unlessUnknown(a.Worker, d.Disable(ctx, id.Worker(a.Worker), time.Now()), "disabled")
	})
}

type accountPermitCmd struct {
	Worker string `arg:"" help:"The worker's identifier, as account list shows it."`
	AdHoc  bool   `required:"" negatable:"" help:"Let her send GraphQL documents that nobody has registered, or not."`
}

// Run changes what the worker may send, from her next request on.
func (a *accountPermitCmd) Run(ctx context.Context, c *Config) error {
	return withDirectory(openStore, ctx, c, func(d *directory.Directory) error {
		worker := id.Worker(a.Worker)
		in := directory.UpdateWorkerInput{Request: directory.Request{RequestID: id.New("")}, WorkerID: worker, QueriesAdHoc: &a.AdHoc}
		_, err := d.UpdateWorker(ctx, operatorFor(d, worker), time.Now(), in)
		return unlessUnknown(a.Worker, err, "changed")
	})
}

type accountLinkCmd struct {
	Worker  string `arg:"" help:"The worker's identifier, as account list shows it."`
	Issuer  string `help:"The provider's issuer, as its tokens have it; without it and the subject the link is ended."`
	Subject string `help:"The person's subject at the provider."`
}

// Run links a worker to a person at a provider.
func (a *accountLinkCmd) Run(ctx context.Context, c *Config) error {
	return withDirectory(openStore, ctx, c, func(d *directory.Directory) error {
		worker := id.Worker(a.Worker)
		in := directory.LinkSignInInput{Request: directory.Request{RequestID: id.New("")}, WorkerID: worker, Issuer: &a.Issuer, Subject: &a.Subject}
		_, err := d.LinkSignIn(ctx, operatorFor(d, worker), time.Now(), in)
		done := "linked"
		if a.Issuer == "" && a.Subject == "" {
			done = "unlinked"
		}
		return unlessUnknown(a.Worker, err, done)
	})
}

// operatorOf returns as whom the operator changes what belongs to an organisation.
func operatorOf(org id.Organisation) access.Actor {
	return access.Actor{Name: "operator", Role: access.OrgAdmin, Organisation: org}
}

// operatorFor returns as whom the operator changes what belongs to a worker: as an
// administrator of her organisation.
func operatorFor(d *directory.Directory, w id.Worker) access.Actor {
	return operatorOf(d.Snapshot().Workers[w].Organisation)
}

// unlessUnknown says what was done to a worker, or that there is none such.
func unlessUnknown(worker string, err error, done string) error {
	if fault.Is(err, fault.NotFound) {
		return fmt.Errorf("there is no worker %s; see: onward account list", worker)
	}
	if err == nil {
		fmt.Println(done + " " + worker)
	}
	return err
}

type accountInviteCmd struct {
	Worker string `arg:"" help:"The worker's identifier, as account list shows it."`
	Name   string `required:"" help:"The name by which she will sign in."`
}

// Run invites a worker and prints the invitation.
func (a *accountInviteCmd) Run(ctx context.Context, c *Config) error {
	return with(openStore, ctx, c, func(s store.Store) error {
		d, _, err := directory.Open(ctx, s)
		if err != nil {
			return err
		}
		worker := id.Worker(a.Worker)
		in := signin.InviteWorkerInput{Request: directory.Request{RequestID: id.New("")}, WorkerID: worker, Name: a.Name}
		invited, err := signin.New(d, s, time.Now).Invite(ctx, operatorFor(d, worker), time.Now(), in)
		if err != nil {
			return unlessUnknown(a.Worker, err, "")
		}
		fmt.Printf("name        %s\ninvitation  %s\nIt is good once, until %s. It is not stored and cannot be shown again.\n", invited.Name, invited.Token, invited.EndsAt.Format(time.RFC3339))
		return nil
	})
}

type organisationCmd struct {
	Add  organisationAddCmd  `cmd:"" help:"Add an organisation."`
	List organisationListCmd `cmd:"" help:"List the organisations."`
}

type organisationAddCmd struct {
	Code     string `required:"" help:"A short code of 2 to 6 capital letters and digits; case codes begin with it."`
	Name     string `required:"" help:"The name."`
	Province string `required:"" help:"The province of its office, by ISO 3166-2:KH, such as KH-12."`
	Kind     string `default:"NGO" enum:"SHELTER,CAREER_CENTRE,SCHOOL,EMPLOYER,LEGAL_AID,MINISTRY,NGO" help:"What it is: ${enum}."`
}

// Run adds an organisation.
func (o *organisationAddCmd) Run(ctx context.Context, c *Config) error {
	return withDirectory(openStore, ctx, c, func(d *directory.Directory) error {
		org := directory.Organisation{ID: id.Organisation(id.New(id.OrganisationPrefix)), Code: o.Code, Name: o.Name, Province: o.Province, Kind: directory.OrganisationKind(o.Kind)}
		if err := d.Snapshot().Check(org); err != nil {
			return err
		}
		if err := d.Add(ctx, org); err != nil {
			return err
		}
		fmt.Println(org.ID)
		return nil
	})
}

type organisationListCmd struct{}

// Run lists the organisations.
func (organisationListCmd) Run(ctx context.Context, c *Config) error {
	return withDirectory(readStore, ctx, c, func(d *directory.Directory) error {
		t := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
		_, _ = fmt.Fprintln(t, "CODE\tNAME\tPROVINCE\tORGANISATION")
		for _, o := range d.Snapshot().ListOrganisations(directory.OrganisationFilter{}) {
			_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", o.Code, o.Name, o.Province, o.ID)
		}
		return t.Flush()
	})
}

type siteCmd struct {
	Add siteAddCmd `cmd:"" help:"Add a site to an organisation."`
}

type siteAddCmd struct {
	Organisation string `required:"" help:"The organisation's code."`
	Name         string `required:"" help:"The name."`
	Kind         string `required:"" enum:"SHELTER,CAREER_CENTRE,LEGAL_CLINIC,OFFICE" help:"What it is: ${enum}."`
	Province     string `required:"" help:"The province, by ISO 3166-2:KH, such as KH-12."`
}

// Run adds a site.
func (s *siteAddCmd) Run(ctx context.Context, c *Config) error {
	return withDirectory(openStore, ctx, c, func(d *directory.Directory) error {
		org, err := organisationByCode(d, s.Organisation)
		if err != nil {
			return err
		}
		site := directory.Site{ID: id.Site(id.New(id.SitePrefix)), Organisation: org.ID, Name: s.Name, Kind: directory.SiteKind(s.Kind), Province: s.Province}
		if err := d.Snapshot().Check(site); err != nil {
			return err
		}
		if err := d.Add(ctx, site); err != nil {
			return err
		}
		fmt.Println(site.ID)
		return nil
	})
}

func organisationByCode(d *directory.Directory, code string) (directory.Organisation, error) {
	for _, o := range d.Snapshot().Organisations {
		if o.Code == code {
			return o, nil
		}
	}
	return directory.Organisation{}, fmt.Errorf("there is no organisation with the code %q; add it with: onward organisation add", code)
}

func withDirectory(open func(context.Context, *Config) (store.Store, error), ctx context.Context, c *Config, fn func(*directory.Directory) error) error {
	return with(open, ctx, c, func(s store.Store) error {
		d, _, err := directory.Open(ctx, s)
		if err != nil {
			return err
		}
		return fn(d)
	})
}
