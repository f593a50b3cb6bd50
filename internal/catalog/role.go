package catalog

// Role is an accountability in a Scrum Team, such as the Product Owner.
type Role struct {
	Slug             string            `yaml:"slug" bson:"slug"`
	Title            string            `yaml:"title" bson:"title"`
	Summary          string            `yaml:"summary" bson:"summary"`
	Delivers         []string          `yaml:"delivers" bson:"delivers"` // what the role contributes
	Responsibilities []*Responsibility `yaml:"responsibilities" bson:"responsibilities"`
	Skills           []*Skill          `yaml:"skills" bson:"skills"`
	Citations        []*Citation       `yaml:"citations" bson:"citations"`

	id             string
	certifications []*Certification
}

// ID returns the role's global id, role/<slug>.
func (r *Role) ID() string { return idOr(r.id, KindRole, r.Slug) }

// Certifications returns the certifications for the role, in content order.
func (r *Role) Certifications() []*Certification { return r.certifications }

// Fact is one citable statement about a role or a certification.
type Fact interface {
	ID() string
	FactKind() ContentKind
	FactTitle() string
}

// Statement is what every fact consists of.
type Statement struct {
	Slug        string      `yaml:"slug" bson:"slug"` // unique among facts of its kind
	Title       string      `yaml:"title" bson:"title"`
	Description string      `yaml:"description" bson:"description"`
	Citations   []*Citation `yaml:"citations" bson:"citations"`
}

// FactTitle returns the fact in a few words.
func (s *Statement) FactTitle() string { return s.Title }

// Responsibility is something that a role is accountable for.
type Responsibility struct {
	Statement      `yaml:",inline" bson:",inline"`
	SkillSlugs     []string `yaml:"skills,omitempty" bson:"skills,omitempty"`
	ObjectiveCodes []string `yaml:"objectives,omitempty" bson:"objectives,omitempty"`

	id         string
	role       *Role
	skills     []*Skill
	objectives []*LearningObjective
}

// ID returns responsibility/<slug>.
func (r *Responsibility) ID() string { return idOr(r.id, KindResponsibility, r.Slug) }

// FactKind returns KindResponsibility.
func (r *Responsibility) FactKind() ContentKind { return KindResponsibility }

// Role returns the role that has it.
func (r *Responsibility) Role() *Role { return r.role }

// Skills returns the skills that it requires.
func (r *Responsibility) Skills() []*Skill { return r.skills }

// Objectives returns the learning objectives that prepare for it.
func (r *Responsibility) Objectives() []*LearningObjective { return r.objectives }

// Skill is an ability that a role needs.
type Skill struct {
	Statement      `yaml:",inline" bson:",inline"`
	ObjectiveCodes []string `yaml:"objectives,omitempty" bson:"objectives,omitempty"`

	id               string
	role             *Role
	responsibilities []*Responsibility
	objectives       []*LearningObjective
}

// ID returns skill/<slug>.
func (s *Skill) ID() string { return idOr(s.id, KindSkill, s.Slug) }

// FactKind returns KindSkill.
func (s *Skill) FactKind() ContentKind { return KindSkill }

// Role returns the role that needs it.
func (s *Skill) Role() *Role { return s.role }

// Responsibilities returns the responsibilities that require the skill.
func (s *Skill) Responsibilities() []*Responsibility { return s.responsibilities }

// Objectives returns the learning objectives that train it.
func (s *Skill) Objectives() []*LearningObjective { return s.objectives }
