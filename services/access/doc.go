// Package access says who may do and see what: roles, relations, classes of
// fields and actions, and the one table that joins them, in policy.go. What the
// table does not name is denied.
package access
