/* cookie: reading them strictly, setting them safely; see http.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "http/http.h"

//= RFC 6265 §4.1.1: cookie-octet; the quotes around a value are not part of ours
static bool is_cookie_octet(uint8_t c)
{
	return c == 0x21 || (c >= 0x23 && c <= 0x2b) || (c >= 0x2d && c <= 0x3a) ||
	       (c >= 0x3c && c <= 0x5b) || (c >= 0x5d && c <= 0x7e);
}

static bool is_value(struct bytes b)
{
	for (size_t i = 0; i < b.n; i++)
		if (!is_cookie_octet(b.p[i]))
			return false;
	return true;
}

/* Counts the cookies of that name in one header; *value is the last one's. */
static size_t find(struct bytes list, struct bytes name, struct bytes *value)
{
	size_t count = 0;

	while (list.n) {
		size_t end = bytes_find(list, BYTES(";"));
		struct bytes pair = text_trim(bytes_head(list, end));

		list = end == SIZE_MAX ? (struct bytes){0} : bytes_from(list, end + 1);
		if (pair.n > name.n && pair.p[name.n] == '=' &&
			bytes_starts(pair, name)) {
			*value = bytes_from(pair, name.n + 1);
			count++;
		}
	}
	return count;
}

const char *http_cookie(const struct http_request *req, const char *name)
{
	struct bytes value = {0};
	size_t count = 0;

	for (size_t i = 0; i < req->header_count; i++)
		if (ascii_equal_nocase(bytes_str(req->headers[i].name), BYTES("Cookie")))
			count += find(bytes_str(req->headers[i].value), bytes_str(name),
				&value);
	return count == 1 && is_value(value) ? arena_str(req->arena, value) : NULL;
}

void http_set_cookie(struct arena *a, struct http_response *resp, const char *name,
	const char *value, int64_t max_age_s, unsigned flags)
{
	bool host = bytes_starts(bytes_str(name), BYTES("__Host-"));
	const char *age = "";

	if (!is_value(bytes_str(value)) || (host && !(flags & HTTP_COOKIE_SECURE)))
		abort();
	if (max_age_s)
		age = arena_printf(
			a, "; Max-Age=%lld", (long long)(max_age_s > 0 ? max_age_s : 0));
	http_set(resp, "Set-Cookie",
		arena_printf(a, "%s=%s; Path=/; HttpOnly; SameSite=%s%s%s", name, value,
			flags & HTTP_COOKIE_STRICT ? "Strict" : "Lax", age,
			flags & HTTP_COOKIE_SECURE ? "; Secure" : ""));
}
