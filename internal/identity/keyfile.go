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

// KeyUse says what a key of the server signs. Each use has its own key, so that
// a signature for one use is never valid for another.
type KeyUse string

const (
	TokenKey      KeyUse = "token"
	CredentialKey KeyUse = "credential"
)

// File returns the key's name in the data directory, such as token-key.pem.
func (u KeyUse) File() string { return string(u) + "-key.pem" }

func (u KeyUse) String() string { return string(u) + " key" }

// loss says what replacing the key would cost.
func (u KeyUse) loss() string {
	if u == CredentialKey {
		return "after which earlier downloads of credentials no longer verify"
	}
	return "which ends all sessions"
}

// maxKeyFile limits how much of a key file is read, in bytes. A key has about
// 120.
const maxKeyFile = 16 << 10

const pemType = "PRIVATE KEY"

// LoadOrCreateKey returns the key for a use in dir; if there is none, it
// creates directory and key from random. Processes that start at the same time
// get the same key. The file must be readable only by its owner.
func LoadOrCreateKey(dir string, use KeyUse, random io.Reader) (ed25519.PrivateKey, error) {
	key, err := StoredKey(dir, use)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if err := createKey(filepath.Join(dir, use.File()), use, random); err != nil {
		return nil, err
	}
	return StoredKey(dir, use) // any owner is accepted
}

// StoredKey returns the key for a use in dir. It fails with fs.ErrNotExist if
// there is none.
func StoredKey(dir string, use KeyUse) (ed25519.PrivateKey, error) {
	return loadKey(filepath.Join(dir, use.File()), use, 0o077)
}

// LoadKey returns the operator's key at path: an Ed25519 private key as PEM
// (PKCS #8). Its group may read the file, as for a mounted secret, but nobody
// else.
func LoadKey(path string, use KeyUse) (ed25519.PrivateKey, error) { return loadKey(path, use, 0o037) }

// ParseKey parses an Ed25519 private key as PEM (PKCS #8). Its errors never
// quote it.
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

func loadKey(path string, use KeyUse, forbidden fs.FileMode) (ed25519.PrivateKey, error) {
	info, err := os.Stat(path) // before opening, which would block on a pipe
	if err != nil {
		return nil, unreadable(path, use, err)
	}
	switch mode := info.Mode(); {
	case !mode.IsRegular():
		return nil, fmt.Errorf("the %s %s is not a file", use, path)
	case info.Size() > maxKeyFile:
		return nil, fmt.Errorf("the %s %s is too large to be one", use, path)
	case runtime.GOOS != "windows" && mode.Perm()&forbidden != 0: // Windows has no such bits
		return nil, fmt.Errorf("the %s %s is open to others (mode %04o): chmod 600 it, or delete it to get a new one, %s",
			use, path, mode.Perm(), use.loss())
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, unreadable(path, use, err)
	}
	key, err := ParseKey(data)
	if err != nil {
		return nil, fmt.Errorf("the %s %s cannot be used: %w", use, path, err)
	}
	return key, nil
}

// missing is fs.ErrNotExist in our own words.
type missing string

func (m missing) Error() string        { return string(m) }
func (m missing) Is(target error) bool { return target == fs.ErrNotExist }

func unreadable(path string, use KeyUse, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return missing(fmt.Sprintf("there is no %s at %s", use, path))
	}
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = e.Err
	}
	return fmt.Errorf("the %s %s cannot be read: %w", use, path, err)
}

// createKey writes a new key to path, completely or not at all. It never
// overwrites a key of another process.
func createKey(path string, use KeyUse, random io.Reader) (err error) {
	_, key, err := ed25519.GenerateKey(random)
	if err != nil {
		return fmt.Errorf("creating a %s: %w", use, err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return fmt.Errorf("encoding the %s: %w", use, err)
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("creating the directory of the %s: %w", use, err)
	}
	draft, err := os.CreateTemp(dir, "."+use.File()+"-*") // mode 0600
	if err != nil {
		return fmt.Errorf("writing the %s: %w", use, err)
	}
	defer func() { err = errors.Join(err, os.Remove(draft.Name())) }()

	err = errors.Join(
		pem.Encode(draft, &pem.Block{Type: pemType, Bytes: encoded}),
		draft.Sync(),
		draft.Close(),
	)
	if err != nil {
		return fmt.Errorf("writing the %s: %w", use, err)
	}
	// A link fails where a rename would replace another process's key.
	if err := os.Link(draft.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("writing the %s: %w", use, err)
	}
	if err := syncDirectory(dir); err != nil {
		return fmt.Errorf("writing the %s: %w", use, err)
	}
	return nil
}

// syncDirectory makes the file's name as durable as its content.
func syncDirectory(dir string) error {
	if runtime.GOOS == "windows" { // syncing a directory is impossible there
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
