package graph

//go:generate go tool gqlgen generate
//go:generate go tool genqlient partnertest/genqlient.yaml
