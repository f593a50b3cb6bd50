package seed

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// files walks a directory of content.
type files struct {
	fsys     fs.FS
	found    []*file
	mistakes Mistakes
}

// readFiles returns the files that end in .yaml or .yml, sorted by path.
func readFiles(fsys fs.FS) ([]*file, Mistakes, error) {
	f := files{fsys: fsys}
	root, err := fs.Stat(fsys, ".")
	if err != nil {
		return nil, nil, fmt.Errorf("reading content files: %w", err)
	}
	if err := f.directory(".", []fs.FileInfo{root}); err != nil {
		return nil, nil, fmt.Errorf("reading content files: %w", err)
	}
	return f.found, f.mistakes, nil
}

// directory reads a directory; above are those that lead to it, and itself.
//
// A directory that Kubernetes mounts consists of links into a hidden one, so
// links are followed. Names that begin with a dot are ignored: version control
// and editors use them.
func (f *files) directory(dir string, above []fs.FileInfo) error {
	entries, err := fs.ReadDir(f.fsys, dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), ".") {
			continue
		}
		name := path.Join(dir, entry.Name())
		info, err := fs.Stat(f.fsys, name)
		switch {
		case err == nil && info.IsDir():
			if slices.ContainsFunc(above, func(a fs.FileInfo) bool { return os.SameFile(a, info) }) {
				f.report(name, "is a link to a directory that contains it")
				continue
			}
			if err := f.directory(name, append(slices.Clip(above), info)); err != nil {
				return err
			}
		case !isContent(name):
		case err != nil || !info.Mode().IsRegular(): // reading a pipe would block
			f.report(name, "is not a file that can be read")
		default:
			f.file(name)
		}
	}
	return nil
}

func isContent(name string) bool {
	ext := strings.ToLower(path.Ext(name))
	return ext == ".yaml" || ext == ".yml"
}

func (f *files) file(name string) {
	data, err := readBounded(f.fsys, name)
	if err != nil {
		f.report(name, "cannot be read: %v", reasonOf(err))
		return
	}
	read := newFile(name, data)
	if m, unfit := read.unfit(data); unfit {
		f.mistakes = append(f.mistakes, m)
		return
	}
	f.found = append(f.found, read)
}

func (f *files) report(name, format string, args ...any) {
	f.mistakes = append(f.mistakes, Mistake{File: name, Line: 1, Column: 1, Message: fmt.Sprintf(format, args...)})
}

// reasonOf omits the path, which the mistake already contains.
func reasonOf(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}

// readBounded reads at most one byte more than the limit.
func readBounded(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // opened for reading
	return io.ReadAll(io.LimitReader(f, maxFileBytes+1))
}
