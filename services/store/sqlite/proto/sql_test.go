package proto

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	_ "modernc.org/sqlite"
)

func TestReadSpeed(t *testing.T) {
	if os.Getenv("PROTO") == "" {
		t.Skip()
	}
	for _, ps := range []int{4096, 8192, 16384, 32768} {
		dir := t.TempDir()
		dsn := fmt.Sprintf("file:%s/x.db?_pragma=page_size(%d)&_pragma=journal_mode(wal)&_pragma=synchronous(full)&_busy_timeout=5000", dir, ps)
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
		s, _ := tx.Prepare(`insert into cases values (?,?,?,?,?)`)
		for i := range n {
			if _, err := s.Exec(fmt.Sprintf("case_01JXYZ%020d", i*7919%n), 10, i, st, h); err != nil {
				t.Fatal(err)
			}
		}
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
		fmt.Println("page", ps, "insert/s", float64(n)/time.Since(t0).Seconds())
		up, _ := db.Prepare(`update cases set v=?, seq=?, state=?, history=history||? where id=? and v=?`)
		add := string(lines(1))
		for range 2 {
			t0 = time.Now()
			for i := range 1000 {
				r, err := up.Exec(11, n+i, st, add, fmt.Sprintf("case_01JXYZ%020d", i*13), 10)
				if err != nil {
					t.Fatal(err)
				}
				if k, _ := r.RowsAffected(); k != 1 && false {
					t.Fatal(k)
				}
			}
			fmt.Println("  append/s", 1000/time.Since(t0).Seconds())
		}
		t0 = time.Now()
		db.Exec("BEGIN IMMEDIATE")
		for i := range 1000 {
			r, err := up.Exec(12, 2*n+i, st, add, fmt.Sprintf("case_01JXYZ%020d", i*13), 11)
			if err != nil {
				t.Fatal(err)
			}
			if k, _ := r.RowsAffected(); k != 1 {
				t.Fatal(k)
			}
		}
		db.Exec("COMMIT")
		fmt.Println("  batched append/s", 1000/time.Since(t0).Seconds())
		for _, q := range []string{"select id,v,state,history from cases", "select id,v,cast(state as blob),cast(history as blob) from cases"} {
			for range 2 {
				t0 = time.Now()
				rows, err := db.Query(q)
				if err != nil {
					t.Fatal(err)
				}
				c := 0
				for rows.Next() {
					var id string
					var v int
					var a, b []byte
					if strings.Contains(q, "cast") {
						var ra, rb sql.RawBytes
						rows.Scan(&id, &v, &ra, &rb)
						a, b = ra, rb
					} else {
						var ra, rb string
						rows.Scan(&id, &v, &ra, &rb)
						a, b = []byte(ra), []byte(rb)
					}
					c += len(a) + len(b)
				}
				rows.Close()
				fmt.Println("  scan/s", q[:24], float64(n)/time.Since(t0).Seconds(), c/n)
			}
		}
		// raw driver
		conn, _ := db.Conn(context.Background())
		conn.Raw(func(dc any) error {
			t0 = time.Now()
			rows, err := dc.(driver.QueryerContext).QueryContext(context.Background(), "select id,v,cast(state as blob),cast(history as blob) from cases", nil)
			if err != nil {
				t.Fatal(err)
			}
			dest := make([]driver.Value, 4)
			c := 0
			for {
				if err := rows.Next(dest); err == io.EOF {
					break
				} else if err != nil {
					t.Fatal(err)
				}
				c += len(dest[2].([]byte))
			}
			rows.Close()
			fmt.Println("  raw scan/s", float64(n)/time.Since(t0).Seconds())
			return nil
		})
		conn.Close()
		// parallel
		db2, _ := sql.Open("sqlite", "file:"+dir+"/x.db?mode=ro")
		for _, workers := range []int{1, 2} {
			db2.SetMaxOpenConns(2)
			db2.SetMaxIdleConns(2)
			for range 2 {
				t0 = time.Now()
				var wg sync.WaitGroup
				var mu sync.Mutex
				next := 0
				for range workers {
					wg.Go(func() {
						s, err := db2.Prepare("select id,v,cast(state as blob),cast(history as blob) from cases where rowid>? and rowid<=?")
						if err != nil {
							t.Error(err)
							return
						}
						defer s.Close()
						for {
							mu.Lock()
							lo := next
							next += 256
							mu.Unlock()
							if lo > n {
								return
							}
							rows, err := s.Query(lo, lo+256)
							if err != nil {
								t.Error(err)
								return
							}
							for rows.Next() {
								var id string
								var v int
								var ra, rb sql.RawBytes
								rows.Scan(&id, &v, &ra, &rb)
							}
							rows.Close()
						}
					})
				}
				wg.Wait()
				fmt.Println("  parallel", workers, float64(n)/time.Since(t0).Seconds())
			}
		}
		db2.Close()
		db.Close()
	}
}
