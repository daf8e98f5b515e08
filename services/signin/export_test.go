package signin

// Cheapen makes guesses at passwords cheap, as they were when computers were slow. It
// returns how to undo that.
func Cheapen() (undo func()) {
	was := presentCost
	presentCost = cost{Memory: 64, Passes: 1, Threads: 1}
	return func() { presentCost = was }
}

// Narrow leaves the door room to remember so many failures alone.
func (d *Door) Narrow(drawers, size int) { d.delays.drawers, d.delays.size = drawers, size }

// Occupy takes every turn to hash a password, and returns how to give them back.
func (d *Door) Occupy() (giveBack func()) {
	for range cap(d.turns) {
		d.turns <- struct{}{}
	}
	return func() {
		for range cap(d.turns) {
			<-d.turns
		}
	}
}
