/* time: the Gregorian calendar in days counted from March, so that leap days come last.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/time.h"

#include <stdio.h>
#include <string.h>

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

bool civil_is_valid(const struct civil *c)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int last;

	if (c->year < 1 || c->year > 9999 || c->month < 1 || c->month > 12)
		return false;
	last = days[c->month - 1] + (c->month == 2 && is_leap(c->year));
	return c->day >= 1 && c->day <= last && c->hour >= 0 && c->hour < 24 &&
	       c->minute >= 0 && c->minute < 60 && c->second >= 0 && c->second < 60;
}

static int64_t days_of_civil(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = y / 400, year_of_era = y % 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t day_of_era =
		year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * 146097 + day_of_era - 719468;
}

int64_t time_of_civil(const struct civil *c)
{
	int64_t seconds = days_of_civil(c->year, c->month, c->day) * 86400;

	return (seconds + c->hour * 3600 + c->minute * 60 + c->second) * TIME_SECOND;
}

struct civil civil_of_time(int64_t t)
{
	int64_t seconds = t / TIME_SECOND - (t % TIME_SECOND < 0);
	int64_t days = seconds / 86400 - (seconds % 86400 < 0);
	int64_t rest = seconds - days * 86400;
	int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	int month = (int)(mp < 10 ? mp + 3 : mp - 9);

	return (struct civil){
		.year = (int)(yoe + era * 400) + (month <= 2),
		.month = month,
		.day = (int)(doy - (153 * mp + 2) / 5 + 1),
		.hour = (int)(rest / 3600),
		.minute = (int)(rest / 60 % 60),
		.second = (int)(rest % 60),
	};
}

char *time_iso(struct arena *a, int64_t t)
{
	struct civil c = civil_of_time(t);

	return arena_printf(a, "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year, c.month, c.day,
		c.hour, c.minute, c.second);
}

char *time_beijing(struct arena *a, int64_t t)
{
	struct civil c = civil_of_time(t + 8 * TIME_HOUR);

	return arena_printf(a, "%04d-%02d-%02d %02d:%02d:%02d +08:00", c.year, c.month,
		c.day, c.hour, c.minute, c.second);
}

void time_generalized(char out[16], int64_t t)
{
	struct civil c = civil_of_time(t);
	char text[80];

	(void)snprintf(text, sizeof text, "%04d%02d%02d%02d%02d%02dZ", c.year, c.month,
		c.day, c.hour, c.minute, c.second);
	memcpy(out, text, 15);
	out[15] = 0;
}

/* Two or four digits at text[at]; -1 when they are none. */
static int digits(struct bytes text, size_t at, size_t n)
{
	int v = 0;

	for (size_t i = at; i < at + n; i++) {
		if (i >= text.n || text.p[i] < '0' || text.p[i] > '9')
			return -1;
		v = v * 10 + (text.p[i] - '0');
	}
	return v;
}

bool time_parse_iso(struct bytes text, int64_t *out, struct err *e)
{
	struct civil c = {.year = digits(text, 0, 4),
		.month = digits(text, 5, 2),
		.day = digits(text, 8, 2)};
	bool ok = text.n >= 10 && text.p[4] == '-' && text.p[7] == '-';

	if (ok && text.n != 10) {
		c.hour = digits(text, 11, 2);
		c.minute = digits(text, 14, 2);
		c.second = digits(text, 17, 2);
		ok = text.n == 20 && text.p[10] == 'T' && text.p[13] == ':' &&
		     text.p[16] == ':' && text.p[19] == 'Z';
	}
	if (!ok || !civil_is_valid(&c))
		return err_set(e, ERR_MALFORMED,
			"not a time of the form 2026-11-22 or 2026-11-22T08:30:00Z");
	*out = time_of_civil(&c);
	return true;
}
