package search

import "strings"

// FunctionWords connect the other words; they neither reveal an answer nor
// distinguish two questions.
func FunctionWords() map[string]bool {
	const list = `
		a about after all also an and another any are as at be because been before being both but by can could did do
		does doing during each either every few first following for from had has have having he her hers him his how
		if in into is it its itself last least less like many may me might more most much must my neither no nor not
		now of off on once one only or other others our out over own per same several shall she should since so some
		such than that the their theirs them then there these they this those through to too toward towards two three
		under until up upon us use used very was we were what when where whether which while who whom whose why will
		with within without would yet you your`
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}
