package main_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"
)

var overloadTime = flag.Duration("overload", time.Minute, "how long BenchmarkOverload overloads the server")

// The figures to hold, from the issue of the edge.
const (
	overload     = 10 // times what the server can do
	slower       = 3  // than without a load, at most, what is admitted may be at the 99th percentile
	recoverySoon = 2 * time.Second
)

// BenchmarkOverload measures the real program on loopback, on the demo's data, while
// ten times as many requests come as it can answer: how those that it admits fare beside
// those without a load, what becomes of the rest, how much memory it takes, and how
// soon it answers again as before. The rates of one worker are lifted, so that it is the
// cap on requests in flight that is tried. The requests are sent by a process on the
// same cores.
func BenchmarkOverload(b *testing.B) {
	tokenFile := filepath.Join(b.TempDir(), "t.json")
	s := start(b, local(b), "demo", "--tokens", tokenFile)
	l := newLoad(b, s, readTokens(b, tokenFile)["SUPERVISOR"])
	for b.Loop() {
		l.together(2*time.Second, 1) // to warm up
		calm := l.together(10*time.Second, 1)
		able := l.together(5*time.Second, 2*runtime.GOMAXPROCS(0)).rate(http.StatusOK)
		watch := watchMemory(s.cmd.Process.Pid)
		storm := l.arriving(*overloadTime, overload*able)
		peak := watch()
		recovery := l.recovery(slower * calm.percentile(99))
		ratio := float64(storm.percentile(99)) / float64(calm.percentile(99))
		b.ReportMetric(calm.percentile(50).Seconds()*1000, "calm-p50-ms")
		b.ReportMetric(calm.percentile(99).Seconds()*1000, "calm-p99-ms")
		b.ReportMetric(able, "able/s")
		b.ReportMetric(storm.sent(), "sent/s")
		b.ReportMetric(storm.rate(http.StatusOK), "200/s")
		b.ReportMetric(storm.rate(http.StatusTooManyRequests), "429/s")
		b.ReportMetric(storm.rate(http.StatusServiceUnavailable), "503/s")
		b.ReportMetric(float64(storm.others()), "others")
		b.ReportMetric(storm.percentile(50).Seconds()*1000, "admitted-p50-ms")
		b.ReportMetric(storm.percentile(99).Seconds()*1000, "admitted-p99-ms")
		b.ReportMetric(ratio, "of-calm-p99")
		b.ReportMetric(ratio/slower, "of-figure")
		b.ReportMetric(peak, "peak-MiB")
		b.ReportMetric(recovery.Seconds(), "recovery-s")
		b.ReportMetric(recovery.Seconds()/recoverySoon.Seconds(), "recovery-of-figure")
	}
}

// load sends one query, a page of cases with what is in them.
type load struct {
	client *http.Client
	url    string
	token  string
	body   []byte
}

// mostUnderWay bounds what the load itself holds.
const mostUnderWay = 1000

func newLoad(b *testing.B, s *server, token string) *load {
	body, err := json.Marshal(map[string]any{"query": `{ cases(first: 50) { nodes { id code status risk tracks { kind state milestones { code on } } history(first: 20) { nodes { id on } } } } }`})
	if err != nil {
		b.Fatal(err)
	}
	transport := &http.Transport{MaxIdleConnsPerHost: mostUnderWay}
	b.Cleanup(transport.CloseIdleConnections)
	return &load{client: &http.Client{Transport: transport, Timeout: 30 * time.Second}, url: s.url + "/graphql", token: token, body: body}
}

// ask sends a request and returns its status, 0 where no answer came, and how long that
// took.
func (l *load) ask() (status int, took time.Duration) {
	began := time.Now()
	req, err := http.NewRequest(http.MethodPost, l.url, bytes.NewReader(l.body))
	if err != nil {
		return 0, 0
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+l.token)
	resp, err := l.client.Do(req)
	if err != nil {
		return 0, 0
	}
	defer func() { _ = resp.Body.Close() }()
	if _, err = io.Copy(io.Discard, resp.Body); err != nil {
		return 0, 0
	}
	return resp.StatusCode, time.Since(began)
}

// fate is what became of the requests of a while.
type fate struct {
	mu       sync.Mutex
	lasted   time.Duration
	statuses map[int]int
	good     []time.Duration // how long those took that were answered
}

func (o *fate) note(status int, took time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.statuses[status]++; status == http.StatusOK {
		o.good = append(o.good, took)
	}
}

// percentile returns how long all but a few of those took that were answered.
func (o *fate) percentile(of int) time.Duration {
	if len(o.good) == 0 {
		return 0
	}
	slices.Sort(o.good)
	return o.good[(len(o.good)-1)*of/100]
}

func (o *fate) rate(status int) float64 { return float64(o.statuses[status]) / o.lasted.Seconds() }

func (o *fate) sent() (rate float64) {
	for status := range o.statuses {
		rate += o.rate(status)
	}
	return rate
}

// others counts what was neither answered nor sent away as it should.
func (o *fate) others() (n int) {
	for status, count := range o.statuses {
		if status != http.StatusOK && status != http.StatusTooManyRequests && status != http.StatusServiceUnavailable {
			n += count
		}
	}
	return n
}

// together has so many clients ask, each when it has its last answer.
func (l *load) together(lasting time.Duration, clients int) *fate {
	o := &fate{statuses: map[int]int{}}
	var group sync.WaitGroup
	began := time.Now()
	for range clients {
		group.Go(func() {
			for time.Since(began) < lasting {
				o.note(l.ask())
			}
		})
	}
	group.Wait()
	o.lasted = time.Since(began)
	return o
}

// arriving sends so many requests a second, whether or not those before them have been
// answered.
func (l *load) arriving(lasting time.Duration, rate float64) *fate {
	o := &fate{statuses: map[int]int{}}
	var group sync.WaitGroup
	under := make(chan struct{}, mostUnderWay)
	began, sent := time.Now(), 0
	for since := time.Duration(0); since < lasting; since = time.Since(began) {
		for ; sent < int(since.Seconds()*rate); sent++ {
			under <- struct{}{}
			group.Go(func() {
				o.note(l.ask())
				<-under
			})
		}
		time.Sleep(time.Millisecond)
	}
	group.Wait()
	o.lasted = time.Since(began)
	return o
}

// recovery returns how long it takes until twenty requests in a row are answered, none
// of them slower than normal; a minute where that does not come.
func (l *load) recovery(normal time.Duration) time.Duration {
	began, good, from := time.Now(), 0, time.Duration(0)
	for good < 20 && time.Since(began) < time.Minute {
		before := time.Since(began)
		if status, took := l.ask(); status != http.StatusOK || took > normal {
			good = 0
			continue
		}
		if good++; good == 1 {
			from = before
		}
	}
	if good < 20 {
		return time.Minute
	}
	return from
}

var residentLine = regexp.MustCompile(`VmRSS:\s+(\d+) kB`)

// watchMemory returns what returns the most memory, in MiB, that a process has had since;
// 0 where the system does not tell.
func watchMemory(pid int) func() float64 {
	stop, peak := make(chan struct{}), make(chan float64)
	go func() {
		most := 0.0
		for tick := time.NewTicker(50 * time.Millisecond); ; {
			if status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid)); err == nil {
				if m := residentLine.FindSubmatch(status); m != nil {
					kB, _ := strconv.ParseFloat(string(m[1]), 64)
					most = max(most, kB/1024)
				}
			}
			select {
			case <-stop:
				tick.Stop()
				peak <- most
				return
			case <-tick.C:
			}
		}
	}()
	return func() float64 { close(stop); return <-peak }
}
