package people

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"

	"github.com/tidwall/btree"

	"onward/services/fault"
	"onward/services/id"
	"onward/services/identity"
	"onward/services/store"
	"onward/services/vault"
)

// index is the blind index in memory: tokens and the cases that have them. It holds no
// name and nothing from which one could be made.
type index struct {
	mu       *sync.RWMutex
	postings *btree.BTreeG[posting]
	people   map[id.Case]indexed
}

// posting is a token that a case has.
type posting struct {
	token  vault.Token
	caseID id.Case
}

// indexed is what the index knows of a case.
type indexed struct {
	version int
	tokens  []vault.Token
}

func newIndex() index {
	before := func(a, b posting) bool { return a.token < b.token || a.token == b.token && a.caseID < b.caseID }
	return index{&sync.RWMutex{}, btree.NewBTreeGOptions(before, btree.Options{NoLocks: true}), map[id.Case]indexed{}}
}

// take takes a document in, unless the index has a newer one.
func (x *index) take(doc store.Document) error {
	s, err := stateOf(doc)
	if err != nil {
		return err
	}
	tokens := make([]vault.Token, len(s.Tokens))
	for i, text := range s.Tokens {
		t, err := strconv.ParseUint(text, 36, 64)
		if err != nil {
			return fault.New(fault.Internal, "token %d of the identity of %s cannot be read", i, doc.ID)
		}
		tokens[i] = vault.Token(t)
	}
	caseID := id.Case(doc.ID)
	x.mu.Lock()
	defer x.mu.Unlock()
	known := x.people[caseID]
	if known.version >= doc.Version {
		return nil
	}
	for _, t := range known.tokens {
		x.postings.Delete(posting{t, caseID})
	}
	for _, t := range tokens {
		x.postings.Set(posting{t, caseID})
	}
	x.people[caseID] = indexed{doc.Version, tokens}
	return nil
}

// having lists the cases that have a token.
func (x *index) having(t vault.Token) []id.Case {
	var cases []id.Case
	x.postings.Ascend(posting{token: t}, func(p posting) bool {
		if p.token == t {
			cases = append(cases, p.caseID)
		}
		return p.token == t
	})
	return cases
}

// havingAll lists the cases that have all of some tokens.
func (x *index) havingAll(tokens []vault.Token) []id.Case {
	if len(tokens) == 0 {
		return nil
	}
	return slices.DeleteFunc(x.having(tokens[0]), func(c id.Case) bool {
		return slices.ContainsFunc(tokens[1:], func(t vault.Token) bool {
			_, has := x.postings.Get(posting{t, c})
			return !has
		})
	})
}

// Find lists the cases of an organisation that answer a query, each once. Who may know
// of them is the caller's to decide.
func (b *Book) Find(ctx context.Context, org id.Organisation, q identity.Query) ([]id.Case, error) {
	anyOf, err := b.hidden(ctx, string(org), q.Any)
	if err != nil {
		return nil, err
	}
	allOf, err := b.hidden(ctx, string(org), q.All)
	if err != nil {
		return nil, err
	}
	b.index.mu.RLock()
	defer b.index.mu.RUnlock()
	found := b.index.havingAll(allOf)
	for _, t := range anyOf {
		found = append(found, b.index.having(t)...)
	}
	slices.Sort(found)
	return slices.Compact(found), nil
}

// Sought returns a digest of what a query looks for, by which equal queries of an
// organisation can be counted without saying what they are for. It is keyed as the tokens
// are and equals none of them, so that who has no key can neither guess a name nor find
// the case that has it. It is cut to 24 bits [J], which tell
// the searches of one worker apart.
func (b *Book) Sought(ctx context.Context, org id.Organisation, q identity.Query) (string, error) {
	x, err := b.vault.Index(ctx, string(org))
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%06x", uint64(x.Token("sought "+q.Normal()))>>40), nil
}

// Alike lists the cases of all organisations that share something with a person by
// which it may be the same one, with what they share. Her own case is not among them.
func (b *Book) Alike(ctx context.Context, p Person) (map[id.Case][]identity.Sign, error) {
	terms := p.SharedTerms()
	tokens, err := b.hidden(ctx, programme, terms)
	if err != nil {
		return nil, err
	}
	alike := map[id.Case][]identity.Sign{}
	b.index.mu.RLock()
	defer b.index.mu.RUnlock()
	for i, t := range tokens {
		for _, c := range b.index.having(t) {
			if sign := terms[i].Sign(); c != p.Case && !slices.Contains(alike[c], sign) {
				alike[c] = append(alike[c], sign)
			}
		}
	}
	return alike, nil
}

// Sharing lists the cases of all organisations that have a token of a case, which tells
// by what she is found: those who may be the same person among them. It opens nothing.
func (b *Book) Sharing(caseID id.Case) []id.Case {
	b.index.mu.RLock()
	defer b.index.mu.RUnlock()
	var found []id.Case
	for _, t := range b.index.people[caseID].tokens {
		found = append(found, b.index.having(t)...)
	}
	slices.Sort(found)
	return slices.DeleteFunc(slices.Compact(found), func(c id.Case) bool { return c == caseID })
}

// Match names the pair of two cases, in either order, without telling either: by a
// digest under the secret of the programme's index.
func (b *Book) Match(ctx context.Context, one, other id.Case) (id.Match, error) {
	x, err := b.vault.Index(ctx, programme)
	if err != nil {
		return "", err
	}
	token := x.Token("match " + string(min(one, other)) + " " + string(max(one, other)))
	return id.Match(id.MatchPrefix + strconv.FormatUint(uint64(token), 36)), nil
}

// Load takes all people into the index, and takes those away again whose erasure an
// older copy of the store does not know of.
func (b *Book) Load(ctx context.Context) error {
	mark, err := b.store.Scan(ctx, store.People, b.index.take)
	if err != nil {
		return err
	}
	b.mark = mark
	erased, err := b.vault.Listed()
	if err != nil {
		return err
	}
	for _, e := range erased {
		if err := b.Erase(ctx, id.Case(e.Subject), e.At, id.Worker(e.By)); err != nil {
			return err
		}
	}
	return nil
}

// Follow takes the changes of other processes into the index until the context ends.
func (b *Book) Follow(ctx context.Context) error {
	return b.store.Watch(ctx, store.People, b.mark, b.index.take)
}
