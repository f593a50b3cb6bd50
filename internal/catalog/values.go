package catalog

// Date is a calendar date, written YYYY-MM-DD.
type Date string

// Decimal is an exact decimal number, written with digits and at most one
// point, such as 100 or 99.95.
type Decimal string

// Money is an amount in one currency.
type Money struct {
	Amount   Decimal `yaml:"amount" bson:"amount"`     // in the currency's main unit, such as dollars
	Currency string  `yaml:"currency" bson:"currency"` // ISO 4217 code, such as USD
}
