package graph_test

import (
	"context"
	"testing"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casework"
	"onward/services/release"
)

// testKey returns the key that signs the releases of tests. It is no secret.
func testKey(t *testing.T) *release.Key {
	t.Helper()
	k, err := release.ReadKey("PRIVATE+KEY+test+9fc3dc13+AU3ifVHCWvUPVQdQM2glR2yfk3wObXZpbjXPiSk+o4Yu")
	if err != nil {
		t.Fatal(err)
	}
	return k
}

var coordinator = access.Actor{Worker: workerOf(access.Coordinator), Role: access.Coordinator, Organisation: lotus}

// draft drafts a release of some months as the coordinator, and gives it a name.
func (w *world) draft(name string, from, to calendar.Day) release.Release {
	w.t.Helper()
	r, err := w.casework.DraftRelease(context.Background(), coordinator, casework.DraftReleaseInput{RequestID: name, From: from, To: to})
	w.must(err)
	w.names["release."+name] = string(r.Release.ID)
	return r.Release.Release
}

func (w *world) check(r release.Release) (release.Release, error) {
	p, err := w.casework.CheckRelease(context.Background(), coordinator, casework.ReleaseInput{RequestID: "check-" + string(r.ID), ReleaseID: r.ID})
	if err != nil {
		return r, err
	}
	return p.Release.Release, nil
}

func (w *world) publish(r release.Release) (release.Release, error) {
	p, err := w.casework.PublishRelease(context.Background(), orgAdmin, casework.ReleaseInput{RequestID: "publish-" + string(r.ID), ReleaseID: r.ID})
	if err != nil {
		return r, err
	}
	return p.Release.Release, nil
}

// published drafts, checks and publishes a release.
func (w *world) published(name string, from, to calendar.Day) release.Release {
	w.t.Helper()
	r, err := w.check(w.draft(name, from, to))
	w.must(err)
	r, err = w.publish(r)
	w.must(err)
	return r
}

// holdReleases puts releases into the world: one that is published, one that is
// checked, one that is a draft, and a draft of the administrator.
func (w *world) holdReleases() {
	w.t.Helper()
	w.published("published", calendar.Date(2025, 10, 1), calendar.Date(2025, 12, 31))
	_, err := w.check(w.draft("checked", calendar.Date(2026, 1, 1), calendar.Date(2026, 1, 31)))
	w.must(err)
	w.draft("draft", calendar.Date(2026, 2, 1), calendar.Date(2026, 2, 28))
	r, err := w.casework.DraftRelease(context.Background(), orgAdmin, casework.DraftReleaseInput{RequestID: "own", From: calendar.Date(2025, 9, 1), To: calendar.Date(2025, 9, 30)})
	w.must(err)
	w.names["release.own"] = string(r.Release.ID)
	_, err = w.casework.CheckRelease(context.Background(), orgAdmin, casework.ReleaseInput{RequestID: "own-check", ReleaseID: r.Release.ID})
	w.must(err)
}
