package track

// FollowUpPoint is a follow-up after a return to the community, counted in
// months. It stands here because two programmes share it: follow-up records the
// contact, reintegration reaches the milestone.
type FollowUpPoint string

// The points. UNSCHEDULED is a follow-up at any other time.
const (
	Month3      FollowUpPoint = "M3"
	Month6      FollowUpPoint = "M6"
	Month12     FollowUpPoint = "M12"
	Unscheduled FollowUpPoint = "UNSCHEDULED"
)

// FollowUpPoints lists the scheduled ones in order.
var FollowUpPoints = []FollowUpPoint{Month3, Month6, Month12}

// Months returns the number of months after the return.
func (p FollowUpPoint) Months() int {
	return map[FollowUpPoint]int{Month3: 3, Month6: 6, Month12: 12}[p]
}

// Milestone returns the milestone that a follow-up with contact reaches.
func (p FollowUpPoint) Milestone() Code {
	return map[FollowUpPoint]Code{Month3: FollowUpM3, Month6: FollowUpM6, Month12: FollowUpM12}[p]
}
