// Package bookmark stores learners' bookmarks of content, with their notes.
// Its one law: a bookmark refers to content by its global id, whether or not
// that is still published.
package bookmark
