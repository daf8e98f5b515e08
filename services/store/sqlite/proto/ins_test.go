package proto

import (
	"database/sql"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

func TestInsertSpeed(t *testing.T) {
	if os.Getenv("PROTO") == "" {
		t.Skip()
	}
	for _, pr := range []string{
		"_pragma=page_size(4096)",
		"_pragma=page_size(8192)",
		"_pragma=page_size(8192)&_pragma=cache_size(-64000)",
		"_pragma=page_size(8192)&_pragma=cache_size(-256000)",
		"_pragma=page_size(8192)&_pragma=cache_size(-64000)&_pragma=wal_autocheckpoint(100000)",
		"_pragma=page_size(8192)&_pragma=cache_size(-64000)&_pragma=mmap_size(1000000000)",
	} {
		for _, multi := range []int{1, 8} {
			dir := t.TempDir()
			dsn := fmt.Sprintf("file:%s/x.db?%s&_pragma=journal_mode(wal)&_pragma=synchronous(full)&_busy_timeout=5000", dir, pr)
			db, err := sql.Open("sqlite", dsn)
			if err != nil {
				t.Fatal(err)
			}
			db.SetMaxOpenConns(1)
			if _, err := db.Exec(`create table cases (id text primary key, v integer not null, seq integer not null, state text not null, history text not null) strict; create index cs on cases(seq)`); err != nil {
				t.Fatal(err)
			}
			h := string(lines(10))
			st := `{"x":"` + strings.Repeat("a", 1500) + `"}`
			n := 20000
			t0 := time.Now()
			tx, _ := db.Begin()
			s, _ := tx.Prepare(`insert into cases values (?,?,?,?,?)` + strings.Repeat(",(?,?,?,?,?)", multi-1))
			var args []any
			for i := range n {
				args = append(args, fmt.Sprintf("case_01JXYZ%020d", i*7919%n), 10, i, st, h)
				if (i+1)%multi == 0 {
					if _, err := s.Exec(args...); err != nil {
						t.Fatal(err)
					}
					args = args[:0]
				}
			}
			t1 := time.Since(t0)
			if err := tx.Commit(); err != nil {
				t.Fatal(err)
			}
			fmt.Println(pr, multi, "insert/s", int(float64(n)/time.Since(t0).Seconds()), "before commit", int(float64(n)/t1.Seconds()))
			t0 = time.Now()
			db.Close()
			fmt.Println("   close", time.Since(t0))
		}
	}
}
