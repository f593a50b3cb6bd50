package catalog_test

import (
	"errors"
	"fmt"
	"slices"
	"sort"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/fault"
)

func itself(s string) string { return s }

// among returns how many of the sorted items come before key.
func among(items []string) func(string) int {
	return func(key string) int { return sort.SearchStrings(items, key) }
}

func letters(from, to rune) []string {
	var list []string
	for r := from; r <= to; r++ {
		list = append(list, string(r))
	}
	return list
}

func TestPaginate(t *testing.T) {
	items := letters('a', 'f')
	all, err := catalog.Paginate("letters", items, itself, nil, catalog.PageRequest{})
	if err != nil {
		t.Fatal(err)
	}
	cursorOf := func(item string) *string { return &all.Cursors[slices.Index(items, item)] }

	tests := map[string]struct {
		request  catalog.PageRequest
		want     []string
		next     bool
		previous bool
	}{
		"WithoutArguments":        {want: items},
		"First":                   {request: catalog.PageRequest{First: new(2)}, want: []string{"a", "b"}, next: true},
		"FirstAfter":              {request: catalog.PageRequest{First: new(2), After: cursorOf("b")}, want: []string{"c", "d"}, next: true, previous: true},
		"FirstAfterReachesTheEnd": {request: catalog.PageRequest{First: new(9), After: cursorOf("d")}, want: []string{"e", "f"}, previous: true},
		"FirstZeroIsEmpty":        {request: catalog.PageRequest{First: new(0)}, want: []string{}, next: true},
		"AfterTheLastIsEmpty":     {request: catalog.PageRequest{First: new(2), After: cursorOf("f")}, want: []string{}, previous: true},
		"Last":                    {request: catalog.PageRequest{Last: new(2)}, want: []string{"e", "f"}, previous: true},
		"LastBefore":              {request: catalog.PageRequest{Last: new(2), Before: cursorOf("d")}, want: []string{"b", "c"}, next: true, previous: true},
		"FirstBefore":             {request: catalog.PageRequest{First: new(2), Before: cursorOf("d")}, want: []string{"a", "b"}, next: true},
		"AfterAndBefore":          {request: catalog.PageRequest{After: cursorOf("a"), Before: cursorOf("d")}, want: []string{"b", "c"}, next: true, previous: true},
		"BeforePrecedesAfter":     {request: catalog.PageRequest{After: cursorOf("d"), Before: cursorOf("b")}, want: []string{}, next: true, previous: true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			page, err := catalog.Paginate("letters", items, itself, nil, tt.request)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, page.Items); diff != "" {
				t.Errorf("items (-want +got):\n%s", diff)
			}
			if page.HasNext != tt.next || page.HasPrevious != tt.previous {
				t.Errorf("next, previous = %t, %t, want %t, %t", page.HasNext, page.HasPrevious, tt.next, tt.previous)
			}
			if page.Total != len(items) || len(page.Cursors) != len(page.Items) {
				t.Errorf("total %d, %d cursors", page.Total, len(page.Cursors))
			}
		})
	}
}

func TestPaginateRefuses(t *testing.T) {
	other, err := catalog.Paginate("other", []string{"a"}, itself, nil, catalog.PageRequest{})
	if err != nil {
		t.Fatal(err)
	}
	gone, err := catalog.Paginate("letters", []string{"z"}, itself, nil, catalog.PageRequest{})
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		request catalog.PageRequest
		field   string
	}{
		"FirstAndLast":        {catalog.PageRequest{First: new(1), Last: new(1)}, "last"},
		"NegativeFirst":       {catalog.PageRequest{First: new(-1)}, "first"},
		"NegativeLast":        {catalog.PageRequest{Last: new(-1)}, "last"},
		"HugeFirst":           {catalog.PageRequest{First: new(101)}, "first"},
		"GarbageAfter":        {catalog.PageRequest{After: new("!!not-a-cursor")}, "after"},
		"EmptyBefore":         {catalog.PageRequest{Before: new("")}, "before"},
		"CursorOfAnotherList": {catalog.PageRequest{After: &other.Cursors[0]}, "after"},
		"RemovedItem":         {catalog.PageRequest{Before: &gone.Cursors[0]}, "before"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := catalog.Paginate("letters", letters('a', 'f'), itself, nil, tt.request)
			refused, ok := errors.AsType[*fault.Error](err)
			if !ok || refused.Code != fault.InvalidInput || refused.Field != tt.field {
				t.Errorf("got %v, want an invalid %s", err, tt.field)
			}
		})
	}
}

// Walking a list forward or backward, page by page, finds every unchanged item
// once, in order, even while other items are added and removed.
func TestPaginateWalksWhileTheListChanges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		universe := make([]string, 40)
		for i := range universe {
			universe[i] = fmt.Sprintf("%02d", i)
		}
		stays := rapid.SliceOfNDistinct(rapid.SampledFrom(universe), 0, 15, itself).Draw(t, "stays")
		slices.Sort(stays)
		size := rapid.IntRange(1, 6).Draw(t, "size")
		forward := rapid.Bool().Draw(t, "forward")

		var met []string
		var cursor *string
		for {
			list := append(slices.Clone(stays), rapid.SliceOf(rapid.SampledFrom(universe)).Draw(t, "others")...)
			slices.Sort(list)
			list = slices.Compact(list)
			request := catalog.PageRequest{First: &size, After: cursor}
			if !forward {
				request = catalog.PageRequest{Last: &size, Before: cursor}
			}
			page, err := catalog.Paginate("numbers", list, itself, among(list), request)
			if err != nil {
				t.Fatal(err)
			}
			if forward {
				met = append(met, page.Items...)
			} else {
				met = append(slices.Clone(page.Items), met...)
			}
			if len(page.Items) == 0 || forward && !page.HasNext || !forward && !page.HasPrevious {
				break
			}
			if forward {
				cursor = &page.Cursors[len(page.Cursors)-1]
			} else {
				cursor = &page.Cursors[0]
			}
		}
		met = slices.DeleteFunc(met, func(s string) bool { return !slices.Contains(stays, s) })
		if diff := cmp.Diff(slices.Clone(stays), met); diff != "" && len(stays)+len(met) > 0 {
			t.Errorf("items that stay (-want +got):\n%s", diff)
		}
	})
}

func FuzzPaginateCursor(f *testing.F) {
	f.Add("bGV0dGVyczph")
	f.Add("!!")
	f.Fuzz(func(t *testing.T, cursor string) {
		items := letters('a', 'f')
		page, err := catalog.Paginate("letters", items, itself, among(items), catalog.PageRequest{After: &cursor})
		if err != nil && fault.CodeOf(err) != fault.InvalidInput {
			t.Errorf("%q: %v", cursor, err)
		}
		if err == nil && len(page.Items) > len(items) {
			t.Errorf("%q: %d items", cursor, len(page.Items))
		}
	})
}
