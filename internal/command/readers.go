package command

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/scrumkb/scrumkb/internal/identity"
	"github.com/scrumkb/scrumkb/internal/server"
)

// The settings by type.
type (
	word       = setting[string, asItIs]
	span       = setting[time.Duration, duration]
	endpoint   = setting[string, address]
	networks   = setting[[]netip.Prefix, cidrs]
	webOrigins = setting[[]string, origins]
	mebibytes  = setting[int64, size]
	level      = setting[slog.Level, levelName]
	format     = setting[string, formatName]
	role       = setting[identity.Role, roleName]
	roleMap    = setting[map[string]identity.Role, roleNames]
)

type asItIs struct{}

func (asItIs) read(text string) (string, error) { return text, nil }

// duration is a duration such as 90s, 1h30m or 7d.
type duration struct{}

var (
	durationPattern = regexp.MustCompile(`^(?:([0-9]{1,6})d)?((?:[0-9]+(?:\.[0-9]+)?(?:h|ms|m|s))*)$`)
	numberPattern   = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?$`)
)

func (duration) read(text string) (time.Duration, error) {
	if strings.HasPrefix(text, "-") {
		return 0, fmt.Errorf("%q is negative; give a duration such as 90s, 30m, 8h or 7d", text)
	}
	if text == "0" {
		return 0, nil
	}
	if numberPattern.MatchString(text) {
		return 0, fmt.Errorf("%q lacks a unit: %[2]ss, %[2]sm, %[2]sh or %[2]sd", text, text)
	}
	parts := durationPattern.FindStringSubmatch(text)
	if parts == nil {
		return 0, fmt.Errorf("%q is not a duration such as 90s, 30m, 8h or 7d", text)
	}
	var total time.Duration
	if parts[1] != "" {
		days, _ := strconv.Atoi(parts[1]) // digits, as the pattern has it
		if days > int(math.MaxInt64/int64(2*24*time.Hour)) {
			return 0, fmt.Errorf("%q is too long", text)
		}
		total = time.Duration(days) * 24 * time.Hour
	}
	if parts[2] != "" {
		rest, err := time.ParseDuration(parts[2])
		if err != nil || rest > math.MaxInt64/2 {
			return 0, fmt.Errorf("%q is too long", text)
		}
		total += rest
	}
	return total, nil
}

// offset is a duration that may be negative.
type offset struct{}

func (offset) read(text string) (time.Duration, error) {
	back, negative := strings.CutPrefix(text, "-")
	d, err := duration{}.read(back)
	if negative {
		d = -d
	}
	return d, err
}

// address is where to listen: an optional host and a port.
type address struct{}

var hostPattern = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?\.?$`)

func (address) read(text string) (string, error) {
	const example = "127.0.0.1:8080, or :8080 for all addresses of this machine"
	if _, err := strconv.ParseUint(text, 10, 16); err == nil {
		return "", fmt.Errorf("%q is only a port; write 127.0.0.1:%[2]s, or :%[2]s for all addresses of this machine", text, text)
	}
	if strings.Contains(text, "://") {
		return "", fmt.Errorf("%q is a URL; write an address such as %s", text, example)
	}
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		return "", fmt.Errorf("%q is not an address such as %s", text, example)
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return "", fmt.Errorf("%q has no port between 0 and 65535, as in %s", text, example)
	}
	if _, err := netip.ParseAddr(host); host != "" && err != nil && !hostPattern.MatchString(host) {
		return "", fmt.Errorf("%q is not an address such as %s", text, example)
	}
	return text, nil
}

// items splits a list and drops empty parts.
func items(text string) []string {
	var list []string
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}

type cidrs struct{}

func (cidrs) severally() {}

func (cidrs) read(text string) ([]netip.Prefix, error) {
	var list []netip.Prefix
	var wrong []error
	for _, part := range items(text) {
		network, err := netip.ParsePrefix(part)
		if single, e := netip.ParseAddr(part); e == nil {
			err = fmt.Errorf("%q is an address; write %s/%d for that address only", part, part, single.BitLen())
		} else if err != nil {
			err = fmt.Errorf("%q is not a network such as 10.0.0.0/8", part)
		}
		wrong = append(wrong, err)
		list = append(list, network)
	}
	return list, errors.Join(wrong...)
}

type origins struct{}

func (origins) severally() {}

func (origins) read(text string) ([]string, error) {
	list := items(text)
	var wrong []error
	for _, origin := range list {
		wrong = append(wrong, server.CheckOrigin(origin))
	}
	return list, errors.Join(wrong...)
}

// size is a number of bytes, given in MiB.
type size struct{}

// mostMemory is more than any cache can use, in MiB.
const mostMemory = 65535

func (size) read(text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n > mostMemory {
		return 0, fmt.Errorf("%q is not a whole number of MiB between 0 and %d", text, mostMemory)
	}
	return n << 20, nil
}

type levelName struct{}

func (levelName) read(text string) (slog.Level, error) {
	for _, l := range []slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError} {
		if strings.EqualFold(text, l.String()) {
			return l, nil
		}
	}
	return 0, fmt.Errorf("%q is not one of debug, info, warn and error", text)
}

type formatName struct{}

func (formatName) read(text string) (string, error) {
	name := strings.ToLower(text)
	if !slices.Contains([]string{"auto", "text", "json"}, name) {
		return "", fmt.Errorf("%q is not one of auto, text and json", text)
	}
	return name, nil
}

type roleName struct{}

func (roleName) read(text string) (identity.Role, error) {
	role := identity.Role(strings.ToUpper(text))
	if !role.Valid() {
		return "", fmt.Errorf("%q is not one of learner, trainer and admin", text)
	}
	return role, nil
}

// roleNames maps values of a claim to roles, as in coach=trainer.
type roleNames struct{}

func (roleNames) severally() {}

func (roleNames) read(text string) (map[string]identity.Role, error) {
	roles := map[string]identity.Role{}
	var wrong []error
	for _, part := range items(text) {
		end := strings.LastIndexByte(part, '=')
		if end < 1 {
			wrong = append(wrong, fmt.Errorf("%q does not have the form VALUE=ROLE, such as coach=trainer", part))
			continue
		}
		role, err := roleName{}.read(part[end+1:])
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%q: %w", part, err))
		}
		roles[part[:end]] = role
	}
	return roles, errors.Join(wrong...)
}
