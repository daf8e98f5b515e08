package casework

import (
	"context"

	"onward/services/access"
	"onward/services/casefile"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/legal"
)

// OpenMatterInput begins a legal matter.
type OpenMatterInput struct {
	Request
	legal.Opened
}

// OpenMatter records that a legal matter began, and who represents her in it.
func (s *Service) OpenMatter(ctx context.Context, actor access.Actor, in OpenMatterInput) (*Change, error) {
	references := []reference{province("province", in.Province)}
	if r := in.RepresentedBy; r != nil {
		references = append(references, s.ownWorker(actor, "representedBy.workerId", r.WorkerID))
	}
	return s.record(ctx, actor, access.RecordLegal, in.Request, in.Opened, references...)
}

// DescribeMatterInput says what a matter is.
type DescribeMatterInput struct {
	Request
	legal.Described
}

// DescribeMatter records what was not known when the matter began, such as the
// number that the court gave it.
func (s *Service) DescribeMatter(ctx context.Context, actor access.Actor, in DescribeMatterInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordLegal, in.Request, in.Described, province("province", in.Province))
}

// AssignRepresentationInput gives a matter a representative.
type AssignRepresentationInput struct {
	Request
	legal.Represented
}

// AssignRepresentation records who represents her from a day on.
func (s *Service) AssignRepresentation(ctx context.Context, actor access.Actor, in AssignRepresentationInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordLegal, in.Request, in.Represented, s.ownWorker(actor, "workerId", in.WorkerID))
}

// AddDefendantInput adds a defendant to a matter.
type AddDefendantInput struct {
	Request
	legal.DefendantAdded
}

// AddDefendant records one more defendant, under the next letter of the matter.
// The letter is in the entry, so that it stays when another defendant's entry is
// reversed.
func (s *Service) AddDefendant(ctx context.Context, actor access.Actor, in AddDefendantInput) (*Change, error) {
	if err := check(s.Today(), "on", &in.Request, in.DefendantAdded); err != nil {
		return nil, err
	}
	i := plain(access.RecordLegal, in.DefendantAdded)
	i.data = func(c *casefile.Case) casefile.Data {
		added := in.DefendantAdded
		added.Label = c.Legal().NextLabel(added.MatterID)
		return added
	}
	return s.intend(ctx, actor, in.Request, i)
}

// RecordVerdictInput gives the verdict on a defendant.
type RecordVerdictInput struct {
	Request
	legal.VerdictGiven
}

// RecordVerdict records the verdict on a defendant.
func (s *Service) RecordVerdict(ctx context.Context, actor access.Actor, in RecordVerdictInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordLegal, in.Request, in.VerdictGiven)
}

// RecordCompensationInput records compensation.
type RecordCompensationInput struct {
	Request
	legal.Compensated
}

// RecordCompensation records compensation that was ordered or paid.
func (s *Service) RecordCompensation(ctx context.Context, actor access.Actor, in RecordCompensationInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordLegal, in.Request, in.Compensated)
}

// CloseMatterInput ends a matter.
type CloseMatterInput struct {
	Request
	legal.Closed
}

// CloseMatter records that a matter ended, and why.
func (s *Service) CloseMatter(ctx context.Context, actor access.Actor, in CloseMatterInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordLegal, in.Request, in.Closed)
}

// province refuses a province that does not exist.
func province(field, code string) reference {
	return func(context.Context, *casefile.Case) error {
		if _, ok := directory.Provinces[code]; !ok && code != "" {
			return fault.Input(field, "must be a province by ISO 3166-2:KH, KH-1 to KH-25")
		}
		return nil
	}
}
