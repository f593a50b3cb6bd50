package catalog

// Source is a source of knowledge: a guide, a page, a study.
type Source struct {
	Slug       string  `yaml:"slug" bson:"slug"`
	Title      string  `yaml:"title" bson:"title"`
	Publisher  string  `yaml:"publisher" bson:"publisher"`
	Edition    *string `yaml:"edition,omitempty" bson:"edition,omitempty"`
	URL        *string `yaml:"url,omitempty" bson:"url,omitempty"`
	License    *string `yaml:"license,omitempty" bson:"license,omitempty"`
	VerifiedAt Date    `yaml:"verified_at" bson:"verified_at"` // when the content was last checked against it

	id string
}

// ID returns the source's global id, source/<slug>.
func (s *Source) ID() string { return idOr(s.id, KindSource, s.Slug) }

// Citation points to the part of a source that supports a statement.
type Citation struct {
	SourceSlug string  `yaml:"source" bson:"source"`
	Section    *string `yaml:"section,omitempty" bson:"section,omitempty"`
	Verified   Date    `yaml:"verified_at,omitempty" bson:"verified_at,omitempty"` // when it differs from the source's

	source *Source
}

// Source returns the cited source.
func (c *Citation) Source() *Source { return c.source }

// VerifiedAt returns the day on which the citation was last checked.
func (c *Citation) VerifiedAt() Date {
	if c.Verified != "" {
		return c.Verified
	}
	return c.source.VerifiedAt
}
