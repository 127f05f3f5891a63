package espo

import (
	"math"
	"sync"
)

// Further tries cost a token of the client's budget. A success pays back what
// its own tries have cost, and one without further tries earns a tenth.
const (
	tenths        = 10
	defaultBudget = 100
)

// budget limits the further tries of a whole client, so that a server that is
// down is not asked several times as often.
type budget struct {
	mu   sync.Mutex
	left int // in tenths
	most int // in tenths; negative is no limit
}

func newBudget(tokens int) *budget {
	tokens = tenths * max(min(tokens, math.MaxInt/tenths/2), -1)
	return &budget{left: tokens, most: tokens}
}

// spend reports whether there is a token for another try, and takes it.
func (b *budget) spend() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.most < 0 {
		return true
	}
	if b.left < tenths {
		return false
	}
	b.left -= tenths
	return true
}

// earn notes a success that has cost so many tokens.
func (b *budget) earn(spent int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.left = min(b.left+max(spent*tenths, 1), max(b.most, 0))
}
