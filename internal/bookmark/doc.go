// Package bookmark keeps what learners have marked to find it again, with their
// notes. Its one law: a bookmark names content by its global id, and says
// nothing about whether that is still published.
package bookmark
