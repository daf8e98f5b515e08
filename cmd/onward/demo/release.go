package demo

import (
	"context"
	"time"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/register"
	"onward/services/release"
	"onward/services/store"
	"onward/services/vault"
)

// Publish publishes the figures of the years of the speech as release 1, unless
// something is published already: drafted and checked by the coordinator, published
// by an administrator.
func Publish(ctx context.Context, s store.Store, v *vault.Vault, d *directory.Directory, k *release.Key, now time.Time) error {
	book := release.NewBook(s)
	if all, err := book.Published(ctx); err != nil || len(all) > 0 {
		return err
	}
	service := casework.New(s, v, register.New(), d, func() time.Time { return now }, casework.WithReleases(book, k))
	actor := func(role access.Role) access.Actor {
		return access.Actor{Worker: houses[0].workers[role][0], Role: role, Organisation: houses[0].id}
	}
	r, err := service.DraftRelease(ctx, actor(access.Coordinator), casework.DraftReleaseInput{RequestID: "demo-release",
		From: calendar.Date(2003, 1, 1), To: calendar.Date(2006, 12, 31), Note: "The years of the speech. All data is invented."})
	if err != nil {
		return err
	}
	in := casework.ReleaseInput{RequestID: "demo-release", ReleaseID: r.Release.ID}
	if _, err := service.CheckRelease(ctx, actor(access.Coordinator), casework.ReleaseInput{RequestID: "demo-release-check", ReleaseID: in.ReleaseID}); err != nil {
		return err
	}
	_, err = service.PublishRelease(ctx, actor(access.OrgAdmin), in)
	return err
}
