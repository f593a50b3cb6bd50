package catalog

// Certification is a credential that an organisation awards for a role.
type Certification struct {
	Slug        string       `yaml:"slug" bson:"slug"`
	Code        string       `yaml:"code" bson:"code"` // the abbreviation people use, such as CSPO
	Title       string       `yaml:"title" bson:"title"`
	Summary     string       `yaml:"summary" bson:"summary"`
	RoleSlug    string       `yaml:"role" bson:"role"`
	Issuer      Organization `yaml:"issuer" bson:"issuer"`
	Audiences   []*Audience  `yaml:"audiences" bson:"audiences"`
	Benefits    []*Benefit   `yaml:"benefits" bson:"benefits"`
	Usages      []*Usage     `yaml:"usages" bson:"usages"`
	Eligibility Eligibility  `yaml:"eligibility" bson:"eligibility"`
	Training    Training     `yaml:"training" bson:"training"`
	Steps       []*Step      `yaml:"steps" bson:"steps"` // how to earn it, in order
	Renewal     Renewal      `yaml:"renewal" bson:"renewal"`
	NextSlugs   []string     `yaml:"next,omitempty" bson:"next,omitempty"`
	Claims      []*Claim     `yaml:"claims,omitempty" bson:"claims,omitempty"`
	Citations   []*Citation  `yaml:"citations" bson:"citations"`

	id   string
	role *Role
	next []*Certification
}

// ID returns certification/<slug>.
func (c *Certification) ID() string { return idOr(c.id, KindCertification, c.Slug) }

// Role returns the role that the certification is for.
func (c *Certification) Role() *Role { return c.role }

// Next returns the certifications that the path leads to from here.
func (c *Certification) Next() []*Certification { return c.next }

// Organization awards certifications.
type Organization struct {
	Name        string `yaml:"name" bson:"name"`
	Description string `yaml:"description" bson:"description"`
	NonProfit   bool   `yaml:"non_profit" bson:"non_profit"`
	URL         string `yaml:"url" bson:"url"`
}

// Audience is a group of people whom a certification is meant for.
type Audience struct {
	Statement `yaml:",inline" bson:",inline"`

	id            string
	certification *Certification
}

// ID returns audience/<slug>.
func (a *Audience) ID() string { return idOr(a.id, KindAudience, a.Slug) }

// FactKind returns KindAudience.
func (a *Audience) FactKind() ContentKind { return KindAudience }

// Certification returns the certification that is meant for the audience.
func (a *Audience) Certification() *Certification { return a.certification }

// Benefit is what a certification brings to its holder.
type Benefit struct {
	Statement `yaml:",inline" bson:",inline"`

	id            string
	certification *Certification
}

// ID returns benefit/<slug>.
func (b *Benefit) ID() string { return idOr(b.id, KindBenefit, b.Slug) }

// FactKind returns KindBenefit.
func (b *Benefit) FactKind() ContentKind { return KindBenefit }

// Certification returns the certification that brings the benefit.
func (b *Benefit) Certification() *Certification { return b.certification }

// Usage is what a holder does with a certification.
type Usage struct {
	Statement `yaml:",inline" bson:",inline"`

	id            string
	certification *Certification
}

// ID returns usage/<slug>.
func (u *Usage) ID() string { return idOr(u.id, KindUsage, u.Slug) }

// FactKind returns KindUsage.
func (u *Usage) FactKind() ContentKind { return KindUsage }

// Certification returns the certification used in this way.
func (u *Usage) Certification() *Certification { return u.certification }

// Eligibility says who may take the training.
type Eligibility struct {
	Open        bool        `yaml:"open" bson:"open"` // no formal requirement
	Summary     string      `yaml:"summary" bson:"summary"`
	Recommended []string    `yaml:"recommended" bson:"recommended"`
	Citations   []*Citation `yaml:"citations" bson:"citations"`
}

// Training is the course that leads to a certification.
type Training struct {
	Days             int         `yaml:"days" bson:"days"` // 0 when no source names a length
	ExamRequired     bool        `yaml:"exam_required" bson:"exam_required"`
	DeliveredBy      string      `yaml:"delivered_by" bson:"delivered_by"`
	Covers           []string    `yaml:"covers" bson:"covers"` // what it teaches
	Awards           []string    `yaml:"awards" bson:"awards"` // what one receives at the end
	ExampleLocations []string    `yaml:"example_locations" bson:"example_locations"`
	Citations        []*Citation `yaml:"citations" bson:"citations"`
}

// Length returns how many days it takes, or nil if no source states a length.
func (t *Training) Length() *int {
	if t.Days == 0 {
		return nil
	}
	return &t.Days
}

// Step is one step of a procedure; its place in the list is its position.
type Step struct {
	Statement `yaml:",inline" bson:",inline"`

	id       string
	position int
}

// ID returns step/<slug>.
func (s *Step) ID() string { return idOr(s.id, KindStep, s.Slug) }

// FactKind returns KindStep.
func (s *Step) FactKind() ContentKind { return KindStep }

// Position returns the step's place in its procedure, from 1.
func (s *Step) Position() int { return s.position }

// Renewal says how to keep a certification.
type Renewal struct {
	EveryMonths  int         `yaml:"every_months" bson:"every_months"`
	Fee          Money       `yaml:"fee" bson:"fee"`                                         // each time
	SEUsRequired *int        `yaml:"seus_required,omitempty" bson:"seus_required,omitempty"` // Scrum Education Units per period; omitted if the sources give none
	Steps        []*Step     `yaml:"steps" bson:"steps"`                                     // in order
	Citations    []*Citation `yaml:"citations" bson:"citations"`
}

// Claim is a subject on which the sources disagree, or which only some name.
type Claim struct {
	Subject    string              `yaml:"subject" bson:"subject"`
	Statements []*ClaimedStatement `yaml:"statements" bson:"statements"` // at least two
}

// ClaimedStatement is what one source says on the subject of a claim.
type ClaimedStatement struct {
	Text     string    `yaml:"text" bson:"text"`
	Citation *Citation `yaml:"citation" bson:"citation"`
}
