package vault

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
)

// Token stands in a blind index for something that must not be read there.
type Token uint64

// Index makes the tokens of one blind index, by HMAC-SHA-256 under its secret. The
// secret is random and lies among the data keys, wrapped by the master key: so it
// outlives a rotation of that, and is in every backup of keys.
type Index struct{ secret []byte }

// indexPrefix begins the subjects that are indexes and no case.
const indexPrefix = "index_"

// Index returns the blind index of a name, such as an organisation's. Its secret is
// made where there is none.
func (v *Vault) Index(ctx context.Context, name string) (*Index, error) {
	k, err := v.ForSealing(ctx, indexPrefix+name)
	if err != nil {
		return nil, err
	}
	return &Index{k.marks}, nil
}

// Token returns the token of a term. That a term has the token of any of a million
// others happens once in 2^44 times.
func (x *Index) Token(term string) Token {
	h := hmac.New(sha256.New, x.secret)
	h.Write([]byte(term))
	return Token(binary.BigEndian.Uint64(h.Sum(nil)))
}
