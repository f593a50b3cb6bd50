package demo

import "fmt"

// person is a member of a class before they have done anything.
type person struct {
	handle string // ends their subject
	name   string
	zone   string
	habit  *habit
}

// subject identifies the person to the server. It shows that they are
// invented, and their class.
func (p person) subject(seed uint64) string { return fmt.Sprintf("demo-%d-%s", seed, p.handle) }

var trainer = person{handle: "ingrid", name: "Ingrid Solberg", zone: "Europe/Oslo"}

// people are the learners of a class. The first one is the learner to show.
var people = []person{
	{"amina", "Amina Diallo", "Africa/Dakar", keen},
	{"tomas", "Tomáš Novák", "Europe/Prague", gone},
	{"priya", "Priya Raman", "Asia/Kolkata", keen},
	{"liam", "Liam O’Connor", "Europe/Dublin", struggling},
	{"yuki", "Yuki Tanaka", "Asia/Tokyo", steady},
	{"mateo", "Mateo Fernández", "America/Argentina/Buenos_Aires", steady},
	{"fatima", "Fatima Zahra Alaoui", "Africa/Casablanca", keen},
	{"chidi", "Chidi Okafor", "Africa/Lagos", steady},
	{"hanna", "Hanna Kowalska", "Europe/Warsaw", steady},
	{"wei", "Wei Chen", "Asia/Shanghai", keen},
	{"sofia", "Sofía Ramírez", "America/Mexico_City", casual},
	{"lars", "Lars Jørgensen", "Europe/Copenhagen", casual},
	{"aroha", "Aroha Ngata", "Pacific/Auckland", steady},
	{"kwame", "Kwame Mensah", "Africa/Accra", casual},
	{"elena", "Elena Petrova", "Europe/Sofia", steady},
	{"minh", "Nguyễn Minh Anh", "Asia/Ho_Chi_Minh", casual},
	{"omar", "Omar Haddad", "Asia/Amman", steady},
	{"grace", "Grace Wanjiru", "Africa/Nairobi", certified},
	{"julien", "Julien Moreau", "Europe/Paris", casual},
	{"ayse", "Ayşe Yılmaz", "Europe/Istanbul", steady},
	{"noah", "Noah Williams", "America/Chicago", casual},
	{"isabela", "Isabela Souza", "America/Sao_Paulo", steady},
	{"jiwoo", "Kim Ji-woo", "Asia/Seoul", keen},
	{"marco", "Marco Bianchi", "Europe/Rome", gone},
	{"salome", "Salome Beridze", "Asia/Tbilisi", casual},
	{"arjun", "Arjun Patel", "Asia/Kolkata", steady},
	{"emma", "Emma Lindqvist", "Europe/Stockholm", casual},
	{"daniel", "Daniel Cohen", "Asia/Jerusalem", steady},
	{"leila", "Leila Hosseini", "Europe/Berlin", struggling},
	{"jack", "Jack Thompson", "Australia/Sydney", casual},
}

// habit is how a person learns.
type habit struct {
	skill float64 // how often they are right at first, 0 to 1
	grows float64 // how much two months of practice add to it
	days  float64 // the part of the day in which they learn
	until float64 // the part of the time after which they stop
	exams bool    // they take exam simulations
	holds bool    // they have an earlier certification that must soon be renewed
}

var (
	keen       = &habit{skill: 0.76, grows: 0.16, days: 0.50, until: 1, exams: true}
	steady     = &habit{skill: 0.68, grows: 0.16, days: 0.28, until: 1}
	casual     = &habit{skill: 0.60, grows: 0.12, days: 0.16, until: 1}
	struggling = &habit{skill: 0.16, grows: 0, days: 0.30, until: 1}
	gone       = &habit{skill: 0.58, grows: 0.10, days: 0.35, until: 0.5}
	certified  = &habit{skill: 0.88, grows: 0.06, days: 0.30, until: 1, exams: true, holds: true}
)
