package identity

// ID identifies the caller; always the same for one person.
func (c *Caller) ID() string { return c.Subject }
