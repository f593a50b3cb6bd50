package identity

// ID names the caller, always the same for one person.
func (c *Caller) ID() string { return c.Subject }
