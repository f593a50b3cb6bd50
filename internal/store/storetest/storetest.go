// Package storetest tests the behaviour of every store.Engine. Its one law: a
// test here passes on every engine, or the engine is wrong.
package storetest

import (
	"testing"

	"github.com/scrumkb/scrumkb/internal/store"
)

// Run tests the behaviour. open returns an engine on an empty database, which
// is removed when the test ends.
func Run(t *testing.T, open func(t *testing.T) store.Engine) {
	tests := map[string]func(*testing.T, store.Engine){
		"Insert":                 testInsert,
		"Get":                    testGet,
		"Replace":                testReplace,
		"Delete":                 testDelete,
		"CompareAndSwap":         testCompareAndSwap,
		"DeleteWhere":            testDeleteWhere,
		"GetMany":                testGetMany,
		"InsertMany":             testInsertMany,
		"InsertManyUnique":       testInsertManyUnique,
		"ReplaceMany":            testReplaceMany,
		"Heads":                  testHeads,
		"Amend":                  testAmend,
		"AmendOrNew":             testAmendOrNew,
		"AmendKnowing":           testAmendKnowing,
		"AmendMany":              testAmendMany,
		"Owned":                  testOwned,
		"RoundTrip":              testRoundTrip,
		"TooLarge":               testTooLarge,
		"UniqueIndex":            testUniqueIndex,
		"EnsureAgain":            testEnsureAgain,
		"NewField":               testNewField,
		"DeclaredLater":          testDeclaredLater,
		"ChangedIndex":           testChangedIndex,
		"Sharded":                testSharded,
		"Query":                  testQuery,
		"QueryMatchesNothing":    testQueryMatchesNothing,
		"PagingWhileOthersWrite": testPagingWhileOthersWrite,
		"ForgedCursor":           testForgedCursor,
		"Each":                   testEach,
		"EndedContext":           testEndedContext,
		"Closed":                 testClosed,
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}
