/* bytes: comparing and cutting borrowed runs of octets.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/bytes.h"

#include <string.h>

struct bytes bytes_str(const char *s)
{
	return (struct bytes){(const uint8_t *)s, s ? strlen(s) : 0};
}

bool bytes_equal(struct bytes a, struct bytes b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

int bytes_compare(struct bytes a, struct bytes b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;

	return c ? c : (a.n > b.n) - (a.n < b.n);
}

struct bytes bytes_from(struct bytes b, size_t n)
{
	if (n >= b.n)
		return (struct bytes){NULL, 0};
	return (struct bytes){b.p + n, b.n - n};
}

struct bytes bytes_head(struct bytes b, size_t n)
{
	return (struct bytes){b.p, n < b.n ? n : b.n};
}

bool bytes_starts(struct bytes b, struct bytes prefix)
{
	return b.n >= prefix.n && bytes_equal(bytes_head(b, prefix.n), prefix);
}

bool bytes_ends(struct bytes b, struct bytes suffix)
{
	if (suffix.n == 0)
		return true;
	return b.n >= suffix.n && bytes_equal(bytes_from(b, b.n - suffix.n), suffix);
}

size_t bytes_find(struct bytes hay, struct bytes needle)
{
	const void *hit;

	if (needle.n == 0)
		return 0;
	if (hay.n < needle.n)
		return SIZE_MAX;
	hit = memmem(hay.p, hay.n, needle.p, needle.n);
	return hit ? (size_t)((const uint8_t *)hit - hay.p) : SIZE_MAX;
}
