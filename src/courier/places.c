/* places: see places.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "courier/places.h"

#include <string.h>

#include "base/text.h"

/* Is each octet one of `fine`? */
static bool all_of(struct bytes b, const char *fine)
{
	for (size_t i = 0; i < b.n; i++)
		if (!b.p[i] || !strchr(fine, b.p[i]))
			return false;
	return true;
}

static bool host_is_fit(struct bytes host)
{
	if (host.n > 2 && host.p[0] == '[')
		return host.p[host.n - 1] == ']' &&
		       all_of(bytes_make(host.p + 1, host.n - 2), "0123456789abcdef:.");
	return host.n > 0 && host.n <= 253 && host.p[0] != '.' && host.p[0] != '-' &&
	       all_of(host, "abcdefghijklmnopqrstuvwxyz0123456789-.");
}

static bool path_is_fit(struct bytes path)
{
	return all_of(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "0123456789-._~!$&'()*+,;=:@/?%");
}

/* Escapes could hide a dot or a slash; behind the '?' they mean nothing. */
static bool path_is_plain(struct bytes path)
{
	struct bytes before = bytes_head(path, bytes_find(path, BYTES("?")));

	return bytes_find(before, BYTES("%")) == SIZE_MAX &&
	       bytes_find(before, BYTES("/.")) == SIZE_MAX &&
	       bytes_find(before, BYTES("//")) == SIZE_MAX;
}

/* The port behind a host, where there is one. */
static bool port_read(uint16_t *out, struct bytes text, bool secure, struct err *e)
{
	uint64_t port;

	*out = secure ? 443 : 80;
	if (!text.n)
		return true;
	if (text.p[0] != ':' || !decimal_u64(bytes_from(text, 1), 65535, &port, e) ||
		!port)
		return err_set(e, ERR_USAGE, "a port");
	*out = (uint16_t)port;
	return true;
}

/* Octets of the host at the beginning of an authority. */
static size_t host_length(struct bytes authority)
{
	size_t end;

	if (authority.n && authority.p[0] == '[') {
		end = bytes_find(authority, BYTES("]"));
		return end == SIZE_MAX ? authority.n : end + 1;
	}
	end = bytes_find(authority, BYTES(":"));
	return end == SIZE_MAX ? authority.n : end;
}

bool place_read(struct place *out, struct bytes url, struct err *e)
{
	struct bytes https = BYTES("https://"), http = BYTES("http://"), rest, authority;
	struct place p = {.secure = bytes_starts(url, https)};
	size_t slash;

	if (url.n > PLACE_URL_MAX || (!p.secure && !bytes_starts(url, http)))
		return err_set(e, ERR_USAGE, "not a URL of http or https");
	rest = bytes_from(url, p.secure ? https.n : http.n);
	slash = bytes_find(rest, BYTES("/"));
	authority = bytes_head(rest, slash);
	p.path = slash == SIZE_MAX ? (struct bytes){0} : bytes_from(rest, slash);
	p.host = bytes_head(authority, host_length(authority));
	if (!host_is_fit(p.host) || !path_is_fit(p.path))
		return err_set(e, ERR_USAGE, "a URL that is not plain");
	p.plain = path_is_plain(p.path);
	if (!port_read(&p.port, bytes_from(authority, p.host.n), p.secure, e))
		return false;
	*out = p;
	return true;
}

bool places_add(struct places *p, struct bytes entry, struct err *e)
{
	struct bytes copy = arena_dup(p->arena, entry);

	if (p->count == PLACES_MAX)
		return err_set(e, ERR_TOO_LARGE, "%d addresses", PLACES_MAX);
	if (!place_read(&p->list[p->count], copy, e))
		return err_in(e, "%.100s", (const char *)copy.p);
	if (!p->list[p->count].plain)
		return err_set(e, ERR_USAGE, "%.100s: its path", (const char *)copy.p);
	p->count++;
	return true;
}

/* "/a" holds "/a", "/a/b" and "/a?b", and not "/ab". */
static bool path_begins(const struct place *asked, struct bytes with)
{
	struct bytes rest;

	if (with.n && with.p[with.n - 1] == '/')
		with.n--;
	if (!with.n)
		return true;
	if (!asked->plain || !bytes_starts(asked->path, with))
		return false;
	rest = bytes_from(asked->path, with.n);
	return !rest.n || rest.p[0] == '/' || rest.p[0] == '?';
}

bool places_allow(const struct places *p, struct bytes url, struct err *e)
{
	struct place asked;

	if (!place_read(&asked, url, e))
		return false;
	for (size_t i = 0; i < p->count; i++) {
		const struct place *q = &p->list[i];

		if (q->secure == asked.secure && q->port == asked.port &&
			bytes_equal(q->host, asked.host) && path_begins(&asked, q->path))
			return true;
	}
	return err_set(e, ERR_DENIED, "an address that the operator did not enter");
}
