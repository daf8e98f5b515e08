package audit

import (
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// tree is the Merkle tree of a log, reduced to what adding a leaf and telling the root
// need: the root of the full subtree at each level that its size has.
type tree struct {
	size   int64
	levels []tlog.Hash
}

// add adds a leaf.
func (t *tree) add(leaf []byte) {
	h := tlog.RecordHash(leaf)
	level := 0
	for ; t.size>>level&1 == 1; level++ {
		h = tlog.NodeHash(t.levels[level], h)
	}
	if level == len(t.levels) {
		t.levels = append(t.levels, h)
	} else {
		t.levels[level] = h
	}
	t.size++
}

// root returns the hash of the whole tree, as tlog.TreeHash tells it.
func (t *tree) root() tlog.Hash {
	var root tlog.Hash
	first := true
	for level, h := range t.levels {
		switch {
		case t.size>>level&1 == 0:
		case first:
			root, first = h, false
		default:
			root = tlog.NodeHash(h, root)
		}
	}
	return root
}

// clone returns a tree that grows apart.
func (t *tree) clone() tree { return tree{t.size, slices.Clone(t.levels)} }
