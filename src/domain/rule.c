/* rule: the evaluator; see rule.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "domain/rule.h"

#include <string.h>

#include "domain/rule_set.h"

void rules_free(struct rules *r)
{
	if (!r)
		return;
	arena_free(r->arena);
	mem_free(r);
}

size_t rules_count(const struct rules *r)
{
	return r->count;
}

const struct rule_row *rules_row(const struct rules *r, size_t i)
{
	return i < r->count ? r->rows + i : NULL;
}

int rule_order(const struct rule_row *a, const struct rule_row *b)
{
	int order = strcmp(a->id, b->id);

	if (order == 0)
		order = strcmp(a->region, b->region);
	if (order == 0)
		order = (a->from > b->from) - (a->from < b->from);
	return order;
}

/* How much of a region's code says something: 0 country, 2 province, 4 city, 6 county. */
static size_t region_depth(const char *region)
{
	size_t depth = RULE_REGION;

	while (depth > 0 && region[depth - 1] == '0' && region[depth - 2] == '0')
		depth -= 2;
	return depth;
}

static bool region_is(const char *region)
{
	return strlen(region) == RULE_REGION &&
	       strspn(region, "0123456789") == RULE_REGION;
}

//= GB/T 2260-2007 §4: two digits province, two city, two county
static bool row_covers(const struct rule_row *row, const char *region)
{
	return strncmp(row->region, region, region_depth(row->region)) == 0;
}

bool rule_find(const struct rules *r, const char *id, const char *region, int64_t at,
	const struct rule_row **out, struct err *e)
{
	const struct rule_row *best = NULL;

	if (!region_is(region))
		return err_set(e, ERR_USAGE, "rule %s: no region of six digits", id);
	for (size_t i = 0; i < r->count; i++) {
		const struct rule_row *row = r->rows + i;

		if (strcmp(row->id, id) != 0 || at < row->from || at >= row->to ||
			!row_covers(row, region))
			continue;
		if (!best || region_depth(row->region) > region_depth(best->region))
			best = row;
	}
	if (!best)
		return err_set(e, ERR_NOT_FOUND,
			"rule %s: no row in force in region %s at that time", id, region);
	*out = best;
	return true;
}

static const struct rule_parameter *parameter(
	const struct rule_row *row, const char *name)
{
	for (size_t i = 0; i < row->parameter_count; i++)
		if (strcmp(row->parameters[i].name, name) == 0)
			return row->parameters + i;
	return NULL;
}

bool rule_int(const struct rules *r, const char *id, const char *region, int64_t at,
	const char *name, int64_t *out, struct err *e)
{
	const struct rule_parameter *p;
	const struct rule_row *row;

	if (!rule_find(r, id, region, at, &row, e))
		return false;
	p = parameter(row, name);
	if (!p || p->text)
		return err_set(e, ERR_NOT_FOUND, "rule %s: no number '%s'", id, name);
	*out = p->number;
	return true;
}

static const struct {
	const char *name;
	int64_t unit;
} spans[] = {{"days", TIME_DAY}, {"hours", TIME_HOUR}, {"minutes", TIME_MINUTE},
	{"seconds", TIME_SECOND}};

bool rule_span(const struct rules *r, const char *id, const char *region, int64_t at,
	int64_t *out, struct err *e)
{
	const struct rule_row *row;
	int64_t span = 0;
	unsigned found = 0;

	if (!rule_find(r, id, region, at, &row, e))
		return false;
	for (size_t i = 0; i < sizeof spans / sizeof *spans; i++) {
		const struct rule_parameter *p = parameter(row, spans[i].name);

		if (!p || p->text ||
			__builtin_mul_overflow(p->number, spans[i].unit, &span))
			continue;
		found++;
	}
	if (found != 1)
		return err_set(e, ERR_NOT_FOUND, "rule %s: not one span of time", id);
	*out = span;
	return true;
}

static const struct {
	const char *id;
	bool span;
	const char *numbers[5];
} asked[] = {
	{RULE_CREDENTIAL_COOL_OFF, true, {0}},
	{RULE_CREDENTIAL_BID_AGE, true, {0}},
	{RULE_CREDENTIAL_WARN, false,
		{"first-days", "second-days", "third-days", "last-days"}},
	{RULE_RECOVERY_CREDENTIAL_AGE, true, {0}},
	{RULE_RECOVERY_COOL_OFF, true, {0}},
	{RULE_RECOVERY_CANCELLED_MAX, false, {"times"}},
	{RULE_SESSION_IDLE, true, {0}},
	{RULE_SESSION_LIFE, true, {0}},
	{RULE_STEP_UP_LIFE, true, {0}},
	{RULE_CHALLENGE_LIFE, true, {0}},
	{RULE_LOCK_OUT, true, {"failures", "minutes-max"}},
	{RULE_CERTIFICATE_STATUS, false, {"login", "binding", "step-up", "recovery"}},
	{RULE_LOSS_CONFIRM, true, {0}},
	{RULE_LOSS_LIMIT, false, {"times"}},
	{RULE_PASSWORD, false, {"length-min", "length-max"}},
	{RULE_ORGANISATION_PENDING_MAX, false, {"times"}},
	{RULE_INVITATION_LIFE, true, {0}},
	{RULE_INVITATION_OPEN_MAX, false, {"times"}},
	{RULE_MANDATE_LIFE_MAX, true, {0}},
	{RULE_MANDATE_ORDER_LIFE, true, {0}},
	{RULE_SECRET_READS_PER_HOUR, false, {"times"}},
};

bool rules_complete(const struct rules *r, int64_t at, struct err *e)
{
	int64_t value;

	for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
		const char *const *name = asked[i].numbers;

		if (asked[i].span &&
			!rule_span(r, asked[i].id, RULE_NATIONWIDE, at, &value, e))
			return false;
		for (size_t n = 0; n < 5 && name[n]; n++)
			if (!rule_int(r, asked[i].id, RULE_NATIONWIDE, at, name[n],
				    &value, e))
				return false;
	}
	return true;
}
