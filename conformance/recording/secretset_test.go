package recording

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestSecretSet finds what looking for each secret alone finds. Few letters, so that secrets
// start, end and repeat each other.
func TestSecretSet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[ab]{0,90}`)
		secrets := rapid.SliceOfN(rapid.OneOf(text, rapid.StringMatching(`[abc]{4,9}`)), 0, 20).Draw(t, "secrets")
		var set secretSet
		for i, secret := range secrets {
			set.add(secret)
			if i == len(secrets)/2 {
				set.in("") // secrets can come after a question
			}
		}
		for range 5 {
			text := text.Draw(t, "text")
			if len(secrets) > 0 && rapid.Bool().Draw(t, "holds one") {
				text += rapid.SampledFrom(secrets).Draw(t, "secret") + "c"
			}
			want := false
			for _, secret := range secrets {
				want = want || len(secret) >= 6 && strings.Contains(text, secret[:min(len(secret), longestSecret)])
			}
			require.Equal(t, want, set.in(text), "%q in %q", secrets, text)
		}
	})
	var none secretSet
	assert.False(t, none.in(strings.Repeat("a", 100)))
}

// The parts of a URL in a text that may hold a token, as one pattern each says it.
var (
	urlUser  = regexp.MustCompile(`(://)([^/?#\s"']*)(@)`)
	urlQuery = regexp.MustCompile(`(://[^?#\s"']*[?#])(\S+)()`)
)

func fill(pattern *regexp.Regexp, text string) string {
	return pattern.ReplaceAllStringFunc(text, func(match string) string {
		m := pattern.FindStringSubmatch(match)
		return m[1] + filler(utf8.RuneCountInString(m[2])) + m[3]
	})
}

// TestFillURLs fills what the patterns match.
func TestFillURLs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOf(rapid.SampledFrom([]string{
			"http", "://", ":", "//", "/", "@", "?", "#", "a", "u:p", " ", "\n", "\v", `"`, "'", "é", "\xff", "=", "https://u:p@h/p?q=1#f",
		})).Draw(t, "pieces"), "")
		require.Equal(t, fill(urlUser, fill(urlQuery, text)), fillURLs(text), "%q", text)
	})
}

func TestHoldsToken(t *testing.T) {
	for _, text := range []string{
		"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx.sig", "token eyJhbGciOiJIUzI1NiJ9.x", "-----BEGIN RSA PRIVATE KEY-----\nMII", "-----BEGIN PRIVATE KEY-----",
		"Authorization: Basic Ym9iOmh1bnRlcjIyMjI=", `"Bearer abcdefghijklmnop"`, "ghp_0123456789abcdefghij", "AKIAIOSFODNN7EXAMPLE", "a=sk_live_0123456789",
	} {
		assert.True(t, holdsToken(text), text)
	}
	for _, text := range []string{
		"", "eyJ", "heyJude, don't make it bad", "basic authentication", "Bearer of bad news", "-----BEGIN CERTIFICATE-----", "ghp_short", "xAKIAIOSFODNN7EXAMPLE",
	} {
		assert.False(t, holdsToken(text), text)
	}
}

// TestMeaning tells names of secrets from other names.
func TestMeaning(t *testing.T) {
	d := redaction{Redactor: anything()}
	for _, name := range []string{
		"token", "accessToken", "X-API-Key", "service_key", "serviceKey", "servicekey", "tls_client_key", "key", "KEY", "keys", "key2", "SSH_KEY", "privateKey",
		"passphrase", "password", "passwd", "sessionId", "session", "jwt", "db_pwd", "OTP", "authHeader_token", "Authorization", "set-cookie",
		strings.Repeat("x", 1000) + "_token",
	} {
		assert.True(t, d.meaning(name).token, name)
	}
	for _, name := range []string{"", "id", "monkey", "keyboard", "keyspace", "author", "passenger", "compass", "hotpot", "sidecar", "status", "bypass", "side"} {
		assert.False(t, d.meaning(name).token, name)
	}
	for i := range 3 * maxRemembered {
		d.meaning(fmt.Sprint("name", i))
	}
	assert.LessOrEqual(t, len(d.remembered), maxRemembered)
}
