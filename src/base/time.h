/* time: moments as int64_t microseconds since 1970-01-01T00:00:00Z, always UTC.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_BASE_TIME_H
#define QY_BASE_TIME_H

#include "base/arena.h"
#include "base/err.h"

#define TIME_SECOND INT64_C(1000000)
#define TIME_MINUTE (60 * TIME_SECOND)
#define TIME_HOUR   (60 * TIME_MINUTE)
#define TIME_DAY    (24 * TIME_HOUR)
/* "No moment": not a valid time, smaller than all. */
#define TIME_NONE INT64_MIN

struct civil {
	int year, month, day, hour, minute, second; /* month and day from 1 */
};

/* False when the fields name no moment (30 February, 24:00, second 60). Years 1 to 9999.
 */
bool civil_is_valid(const struct civil *c);
/* The moment of a valid civil time in UTC. */
int64_t time_of_civil(const struct civil *c);
struct civil civil_of_time(int64_t t);

/* "2026-11-22T08:30:00Z", whole seconds. */
char *time_iso(struct arena *a, int64_t t);
/* "2026-11-22 16:30:00 +08:00": Beijing time, as people here read it. */
char *time_beijing(struct arena *a, int64_t t);
/* "YYYYMMDDHHMMSSZ" into out[16]. */
void time_generalized(char out[16], int64_t t);

/* Reads "YYYY-MM-DD" (midnight UTC) or "YYYY-MM-DDTHH:MM:SSZ", nothing else. */
MUST_USE bool time_parse_iso(struct bytes text, int64_t *out, struct err *e);

#endif
