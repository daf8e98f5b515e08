package disclosure

// PrimaryOnly takes complementary suppression out of Protect until the function that
// it returns is called.
func PrimaryOnly() (undo func()) {
	complementary = false
	return func() { complementary = true }
}
