/* asset: conditional requests; see asset.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http/asset.h"

#include <string.h>

#include "base/text.h"
#include "base/time.h"

enum { ETAGS_MAX = 4096, DATE_SIZE = 29 };

static const char days[] = "SunMonTueWedThuFriSat";
static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

//= RFC 9110 §5.6.7: IMF-fixdate
char *http_date(struct arena *a, int64_t t)
{
	struct civil c = civil_of_time(t);
	int64_t day = time_of_civil(&(struct civil){
			      .year = c.year, .month = c.month, .day = c.day}) /
		      TIME_DAY;
	/* The first of January 1970 was a Thursday. */
	size_t weekday = (size_t)(((day + 4) % 7 + 7) % 7);

	return arena_printf(a, "%.3s, %02d %.3s %04d %02d:%02d:%02d GMT",
		days + 3 * weekday, c.day, months + 3 * (size_t)(c.month - 1), c.year,
		c.hour, c.minute, c.second);
}

static int number_at(const uint8_t *p, size_t n)
{
	int value = 0;

	for (size_t i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9')
			return -1;
		value = value * 10 + (p[i] - '0');
	}
	return value;
}

bool http_date_read(struct bytes text, int64_t *t, struct err *e)
{
	AUTO(arena) a = arena_new();
	const uint8_t *p = text.p;
	size_t month;
	struct civil c;

	if (text.n != DATE_SIZE)
		return err_set(e, ERR_MALFORMED, "no date of HTTP");
	month = bytes_find(bytes_str(months), bytes_make(p + 8, 3));
	c = (struct civil){.year = number_at(p + 12, 4),
		.month = month % 3 ? 0 : (int)(month / 3) + 1,
		.day = number_at(p + 5, 2),
		.hour = number_at(p + 17, 2),
		.minute = number_at(p + 20, 2),
		.second = number_at(p + 23, 2)};
	if (month == SIZE_MAX || !civil_is_valid(&c) ||
		!bytes_equal(text, bytes_str(http_date(a, time_of_civil(&c)))))
		return err_set(e, ERR_MALFORMED, "no date of HTTP");
	*t = time_of_civil(&c);
	return true;
}

/* Is the tag in the list of If-None-Match? Weak comparison. */
static bool tag_in(struct bytes list, struct bytes tag)
{
	if (list.n > ETAGS_MAX)
		return false;
	if (bytes_equal(text_trim(list), BYTES("*")))
		return true;
	while (list.n) {
		size_t comma = bytes_find(list, BYTES(","));
		struct bytes one = text_trim(bytes_head(list, comma));

		list = comma == SIZE_MAX ? (struct bytes){0}
					 : bytes_from(list, comma + 1);
		if (bytes_starts(one, BYTES("W/")))
			one = bytes_from(one, 2);
		if (bytes_equal(one, tag))
			return true;
	}
	return false;
}

//= RFC 9110 §13.2.2: If-None-Match goes before If-Modified-Since
bool http_has_current(const struct http_request *req, const char *etag, int64_t modified)
{
	const char *tags = http_header(req, "If-None-Match");
	const char *since = http_header(req, "If-Modified-Since");
	int64_t t;
	struct err e;

	if (!(req->method & (HTTP_GET | HTTP_HEAD)))
		return false;
	if (tags)
		return etag && tag_in(bytes_str(tags), bytes_str(etag));
	return since && modified != TIME_NONE &&
	       http_date_read(bytes_str(since), &t, &e) && modified - t < TIME_SECOND;
}

void asset_send(const struct http_request *req, const struct asset *asset,
	struct http_response *resp)
{
	bool has = http_has_current(req, asset->etag, asset->modified);

	resp->status = has ? 304 : 200;
	if (!has) {
		resp->content_type = asset->type;
		resp->body = asset->octets;
	}
	http_set(resp, "ETag", asset->etag);
	if (asset->modified != TIME_NONE)
		http_set(resp, "Last-Modified", http_date(req->arena, asset->modified));
	http_set(resp, "Cache-Control",
		asset->max_age_s
			? arena_printf(req->arena, "public, max-age=%u, immutable",
				  asset->max_age_s)
			: "no-cache");
}
