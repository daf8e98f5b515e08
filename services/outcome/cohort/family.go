package cohort

import "slices"

// Discoveries reports which of a family of comparisons chance does not explain, in
// their order, given the probability of each by chance: of those that it names, a
// share of Level at most is expected to be chance after all. For one comparison it
// is the level itself. The comparisons may be independent, or depend on each other
// so that one low probability makes the others lower, as those of one organisation do.
//
// Benjamini and Hochberg, Journal of the Royal Statistical Society B 57 (1995),
// 289–300; on dependence Benjamini and Yekutieli, Annals of Statistics 29 (2001),
// 1165–1188.
func Discoveries(ps []float64) []bool {
	found := make([]bool, len(ps))
	sorted := slices.Sorted(slices.Values(ps))
	for k := len(sorted); k > 0; k-- {
		if highest := sorted[k-1]; highest <= Level*float64(k)/float64(len(ps)) {
			for i, p := range ps {
				found[i] = p <= highest
			}
			break
		}
	}
	return found
}
