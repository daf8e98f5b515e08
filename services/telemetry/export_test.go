package telemetry

import (
	"regexp"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
)

var described = regexp.MustCompile(`fqName: "(onward_\w+)"`)

// Names returns the names of all series that the recorder's figures have, before
// anything has happened.
func (r *Recorder) Names() []string {
	out := make(chan *prometheus.Desc, 1000)
	r.registry.Describe(out)
	close(out)
	var names []string
	for d := range out {
		m := described.FindStringSubmatch(d.String())
		if m == nil {
			continue
		}
		if strings.HasSuffix(m[1], "_seconds") && !strings.HasSuffix(m[1], "timestamp_seconds") && !strings.HasSuffix(m[1], "age_seconds") {
			names = append(names, m[1]+"_bucket", m[1]+"_count", m[1]+"_sum")
			continue
		}
		names = append(names, m[1])
	}
	return names
}
