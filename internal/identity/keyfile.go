package identity

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// KeyFile is the token key's name in the data directory.
const KeyFile = "token-key.pem"

// maxKeyFile bounds what is read of a key file, in bytes. A key has about 120.
const maxKeyFile = 16 << 10

const pemType = "PRIVATE KEY"

// LoadOrCreateKey returns the token key in dir, where it makes a directory
// and a key from random when there are none. Processes that start at the same
// time end with the same key. The file must be its owner's alone.
func LoadOrCreateKey(dir string, random io.Reader) (ed25519.PrivateKey, error) {
	path := filepath.Join(dir, KeyFile)
	key, err := loadKey(path, 0o077)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if err := createKey(path, random); err != nil {
		return nil, err
	}
	return loadKey(path, 0o077) // whose ever it is
}

// LoadKey returns the key that the operator keeps at path: an Ed25519 private
// key as PEM (PKCS #8). Its group may read the file, as in a mounted secret,
// and nobody else.
func LoadKey(path string) (ed25519.PrivateKey, error) { return loadKey(path, 0o037) }

// ParseKey reads an Ed25519 private key as PEM (PKCS #8). Its errors quote
// nothing of it.
func ParseKey(data []byte) (ed25519.PrivateKey, error) {
	block, rest := pem.Decode(data)
	switch {
	case block == nil || strings.TrimSpace(string(rest)) != "":
		return nil, errors.New("it must hold one PEM block and nothing else")
	case block.Type != pemType:
		return nil, errors.New("its PEM block is not a " + pemType + " (PKCS #8, not encrypted)")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, errors.New("its PEM block is damaged")
	}
	key, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, errors.New("its key is not an Ed25519 key")
	}
	return key, nil
}

func loadKey(path string, forbidden fs.FileMode) (ed25519.PrivateKey, error) {
	info, err := os.Stat(path) // before opening, which would wait for the other end of a pipe
	if err != nil {
		return nil, fmt.Errorf("reading the token key: %w", err)
	}
	switch mode := info.Mode(); {
	case !mode.IsRegular():
		return nil, fmt.Errorf("the token key %s is not a file", path)
	case info.Size() > maxKeyFile:
		return nil, fmt.Errorf("the token key %s is too large to be one", path)
	case runtime.GOOS != "windows" && mode.Perm()&forbidden != 0: // Windows has no such bits
		return nil, fmt.Errorf("the token key %s is open to others (mode %04o): chmod 600 it, or delete it to have a new one, which ends all sessions",
			path, mode.Perm())
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the token key: %w", err)
	}
	key, err := ParseKey(data)
	if err != nil {
		return nil, fmt.Errorf("the token key %s cannot be used: %w", path, err)
	}
	return key, nil
}

// createKey puts a new key at path, complete or not at all. It leaves alone
// what another process has put there first.
func createKey(path string, random io.Reader) (err error) {
	_, key, err := ed25519.GenerateKey(random)
	if err != nil {
		return fmt.Errorf("making a token key: %w", err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return fmt.Errorf("encoding the token key: %w", err)
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("making the token key's directory: %w", err)
	}
	draft, err := os.CreateTemp(dir, "."+KeyFile+"-*") // mode 0600
	if err != nil {
		return fmt.Errorf("writing the token key: %w", err)
	}
	defer func() { err = errors.Join(err, os.Remove(draft.Name())) }()

	err = errors.Join(
		pem.Encode(draft, &pem.Block{Type: pemType, Bytes: encoded}),
		draft.Sync(),
		draft.Close(),
	)
	if err != nil {
		return fmt.Errorf("writing the token key: %w", err)
	}
	// A link fails where a rename would replace the key of another process.
	if err := os.Link(draft.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("writing the token key: %w", err)
	}
	return syncDirectory(dir)
}

// syncDirectory makes the file's name as durable as its content.
func syncDirectory(dir string) error {
	if runtime.GOOS == "windows" { // which cannot
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("writing the token key: %w", err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("writing the token key: %w", err)
	}
	return nil
}
