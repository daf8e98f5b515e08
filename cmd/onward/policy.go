package main

import (
	"fmt"
	"slices"

	"onward/services/access"
	"onward/services/locale"
)

type policyCmd struct {
	Explain policyExplainCmd `cmd:"" help:"Say in words who may see and do what."`
}

type policyExplainCmd struct {
	Role     []access.Role     `help:"The roles, such as SHELTER_STAFF; without it all, and the scheduled jobs." enum:"${roles}"`
	Relation []access.Relation `help:"How they stand to a case: ${enum}; without it every way." enum:"${relations}"`
	Language locale.Locale     `help:"The language: ${enum}." enum:"EN,KM" default:"EN"`
}

// Run prints what the table grants.
func (p *policyExplainCmd) Run() error {
	roles := p.Role
	if len(roles) == 0 {
		roles = append(slices.Clone(access.Roles), access.System)
	}
	fmt.Print(access.Explain(p.Language, roles, p.Relation))
	return nil
}
