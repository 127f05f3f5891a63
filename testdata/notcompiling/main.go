// A program of filters by day that would be silently wrong.
package main

import (
	"time"

	"github.com/go-espo/espo"
)

func main() {
	day := espo.NewDate(2026, time.November, 20)

	_ = espo.Where(
		espo.Between("amount", 1, 2),
		espo.Between("createdAt", time.Now(), time.Now()),
		espo.Between("createdAt", espo.DateTime{}, espo.DateTime{}),
		espo.BetweenDays("closeDate", day, day).Date(),
		espo.Today("createdAt").In(time.UTC),
		espo.Ever("closeDate"),
	)

	_ = espo.Between("createdAt", day, day)       // does not compile
	_ = espo.Between[any]("createdAt", day, day)  // does not compile
	_ = espo.Where(espo.Today("createdAt"))       // does not compile
	_ = espo.Where(espo.NotOn("closeDate", day))  // does not compile
	_ = espo.Or(espo.LastDays("createdAt", 30))   // does not compile
	_ = espo.BetweenDays("createdAt", "a", "b")   // does not compile
	_ = espo.On("createdAt", time.Now())          // does not compile
	_ = espo.IsNull("createdAt").In(time.UTC)     // does not compile
	_ = espo.Today("createdAt").Date().InZone("") // does not compile
}
