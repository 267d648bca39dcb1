/* uri: see uri.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "token/uri.h"

#include <string.h>

enum { URI_MAX = 4096 };

#define FORM "skf|sdf|pkcs11:LIBRARY?token=…&key=…&certificate=…"

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static const char *unescape(struct arena *a, struct bytes b)
{
	char *out = arena_alloc(a, b.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < b.n; i++) {
		int hi, lo;

		if (b.p[i] != '%') {
			out[n++] = (char)b.p[i];
			continue;
		}
		if (i + 2 >= b.n || (hi = hex_digit((char)b.p[i + 1])) < 0 ||
			(lo = hex_digit((char)b.p[i + 2])) < 0 || hi + lo == 0)
			return NULL;
		out[n++] = (char)(hi * 16 + lo);
		i += 2;
	}
	return out;
}

/* The kind a text begins with, and the octets of "kind:"; 0: none. */
static size_t scheme_of(const char *text, enum token_kind *kind)
{
	for (int k = 0; k < TOKEN_KIND_COUNT; k++) {
		const char *name = token_kind_name((enum token_kind)k);
		size_t n = strlen(name);

		if (strncmp(text, name, n) == 0 && text[n] == ':') {
			*kind = (enum token_kind)k;
			return n + 1;
		}
	}
	return 0;
}

bool token_uri_is(const char *text)
{
	enum token_kind kind;

	return scheme_of(text, &kind) != 0;
}

static bool pair_read(struct token_uri *u, struct arena *a, struct bytes pair)
{
	const struct {
		struct bytes name;
		const char **to;
	} rows[] = {{BYTES("token="), &u->token}, {BYTES("key="), &u->key},
		{BYTES("certificate="), &u->certificate}};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (bytes_starts(pair, rows[i].name) && !*rows[i].to) {
			*rows[i].to = unescape(a, bytes_from(pair, rows[i].name.n));
			return *rows[i].to && **rows[i].to;
		}
	return false;
}

bool token_uri_read(
	struct token_uri *out, struct arena *a, const char *text, struct err *e)
{
	struct token_uri u = {.library = {.kind = TOKEN_SKF}};
	size_t scheme = scheme_of(text, &u.library.kind), at;
	struct bytes rest = bytes_str(text);

	if (!scheme || rest.n > URI_MAX)
		return err_set(e, ERR_USAGE, FORM);
	rest = bytes_from(rest, scheme);
	at = bytes_find(rest, BYTES("?"));
	u.library.path = unescape(a, bytes_head(rest, at));
	rest = at == SIZE_MAX ? (struct bytes){0} : bytes_from(rest, at + 1);
	if (!u.library.path || !*u.library.path)
		return err_set(e, ERR_USAGE, FORM);
	while (rest.n) {
		at = bytes_find(rest, BYTES("&"));
		if (!pair_read(&u, a, bytes_head(rest, at)))
			return err_set(e, ERR_USAGE, FORM);
		rest = at == SIZE_MAX ? (struct bytes){0} : bytes_from(rest, at + 1);
	}
	*out = u;
	return true;
}

static bool token_is(const struct token_info *t, const char *name)
{
	return !name || strcmp(t->serial, name) == 0 || strcmp(t->label, name) == 0;
}

static bool token_find(const struct token_info **out, const struct token_list *list,
	const struct token_uri *uri, struct err *e)
{
	*out = NULL;
	for (size_t i = 0; i < list->count; i++) {
		const struct token_info *t = &list->tokens[i];

		if (t->state == TOKEN_FAULTY)
			return err_set(e, ERR_BUSY, "%s: %s", uri->library.path, t->text);
		if (!token_is(t, uri->token))
			continue;
		if (*out)
			return err_set(e, ERR_USAGE, "several tokens: token=%s or %s",
				(*out)->serial, t->serial);
		*out = t;
	}
	if (!*out)
		return err_set(e, ERR_NOT_FOUND, "%s",
			uri->token ? "the token is not plugged in"
				   : "no token is plugged in");
	return true;
}

bool token_choose(struct token_choice *out, struct token_ring *r,
	const struct token_uri *uri, struct arena *a, struct err *e)
{
	const struct token_key_info *key = NULL;
	const struct token_info *t;
	struct token_list list;

	token_list(&list, r, a);
	if (!token_find(&t, &list, uri, e))
		return false;
	if (t->state == TOKEN_LOCKED)
		return err_set(e, ERR_DENIED, "the PIN of %s is locked", t->serial);
	for (size_t i = 0; i < t->key_count; i++) {
		if (uri->key && strcmp(t->keys[i].id, uri->key) != 0)
			continue;
		if (key)
			return err_set(e, ERR_USAGE, "several keys: key=%s or %s",
				key->id, t->keys[i].id);
		key = &t->keys[i];
	}
	if (!key)
		return err_set(e, ERR_NOT_FOUND, "no such key in the token");
	*out = (struct token_choice){*t, *key};
	return true;
}

bool token_pin_is_weak(const struct secret *pin)
{
	static const char *const known[] = {"12345678", "123456", "1234567890", "1234",
		"87654321", "654321", "88888888"};
	const uint8_t *p = secret_view(pin);
	size_t n = secret_size(pin);
	bool same = true;

	for (size_t i = 1; i < n; i++)
		same &= p[i] == p[0];
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strlen(known[i]) == n && secret_equal(known[i], p, n))
			return true;
	return same;
}
