/* verdict: keeping the worst of each check and the worst of all.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pki/verdict.h"

#include <string.h>

static const struct {
	const char *name;
	enum msg title;
} checks[CHECK_COUNT] = {
#define CHECK(id, text) [CHECK_##id] = {text, MSG_CHECK_##id},
#include "pki/checks.tbl"
#undef CHECK
};

enum sub_class { CLASS_NONE, CLASS_INDETERMINATE, CLASS_FAILED };

static const struct {
	const char *name;
	enum sub_class class;
} subs[SUB_COUNT] = {
	[SUB_NONE] = {"", CLASS_NONE},
#define SUB(id, of_class) [SUB_##id] = {#id, CLASS_##of_class},
#include "pki/subs.tbl"
#undef SUB
};

enum { DETAIL_MAX = 2000 };

struct verdict verdict_make(struct arena *a, enum lang lang)
{
	return (struct verdict){.arena = a, .lang = lang};
}

/* Of two failures, or two things not checked: does a make the verdict worse than b? What
 * fails in total comes first, then what stands earlier in subs.tbl. */
static bool is_worse(const struct check *a, const struct check *b)
{
	if (a->result == CHECK_PASSED)
		return false;
	if (a->fatal != b->fatal)
		return a->fatal;
	return subs[a->sub].class != subs[b->sub].class ? subs[a->sub].class >
								  subs[b->sub].class
							: a->sub && (a->sub < b->sub ||
									    !b->sub);
}

void verdict_enter(struct verdict *v, enum check_id id, const struct check *c)
{
	struct check *old = &v->checks[id];

	if (!old->present || c->result > old->result) {
		*old = *c;
		old->present = true;
		old->detail = c->detail ? c->detail : "";
		return;
	}
	if (c->result < old->result)
		return;
	if (is_worse(c, old)) {
		old->sub = c->sub;
		old->fatal = c->fatal;
		old->rule = c->rule;
	}
	if (!c->detail || !c->detail[0])
		return;
	if (!old->detail[0])
		old->detail = c->detail;
	else if (strcmp(old->detail, c->detail) != 0 && strlen(old->detail) < DETAIL_MAX)
		old->detail = arena_printf(v->arena, "%s; %s", old->detail, c->detail);
}

void verdict_pass(
	struct verdict *v, enum check_id id, const char *rule, const char *detail)
{
	verdict_enter(v, id,
		&(struct check){.result = CHECK_PASSED, .rule = rule, .detail = detail});
}

void verdict_skip(struct verdict *v, enum check_id id, enum sub sub, const char *rule,
	const char *detail)
{
	verdict_enter(v, id,
		&(struct check){.result = CHECK_NOT_CHECKED,
			.sub = sub,
			.rule = rule,
			.detail = detail});
}

void verdict_fail(struct verdict *v, enum check_id id, enum sub sub, const char *rule,
	const char *detail)
{
	verdict_enter(v, id,
		&(struct check){.result = CHECK_FAILED,
			.sub = sub,
			.rule = rule,
			.detail = detail});
}

void verdict_fail_total(struct verdict *v, enum check_id id, enum sub sub,
	const char *rule, const char *detail)
{
	verdict_enter(v, id,
		&(struct check){.result = CHECK_FAILED,
			.sub = sub,
			.fatal = true,
			.rule = rule,
			.detail = detail});
}

//= ETSI EN 319 102-1 §5.1.3: a status indication with the sub-indication that explains it
static enum indication check_indication(enum check_id id, const struct check *c)
{
	if (!c->present || c->result == CHECK_PASSED)
		return INDICATION_PASSED;
	if (c->result == CHECK_FAILED)
		return c->fatal || subs[c->sub].class == CLASS_FAILED
			       ? INDICATION_FAILED
			       : INDICATION_INDETERMINATE;
	if (id == CHECK_SEAL_FILING || id == CHECK_SLOTS_COMPLETE ||
		id == CHECK_PICTURE_UNSIGNED)
		return INDICATION_PASSED;
	return INDICATION_INDETERMINATE;
}

enum indication verdict_indication(const struct verdict *v, enum sub *sub)
{
	enum indication worst = INDICATION_PASSED;

	*sub = SUB_NONE;
	for (enum check_id id = 0; id < CHECK_COUNT; id++) {
		const struct check *c = &v->checks[id];
		enum indication i = check_indication(id, c);

		if (i == INDICATION_PASSED || i < worst)
			continue;
		if (i > worst || c->sub < *sub)
			*sub = c->sub;
		worst = i;
	}
	return worst;
}

const char *check_name(enum check_id id)
{
	return checks[id].name;
}

const char *check_result_name(enum check_result result)
{
	static const char *const names[] = {"passed", "not-checked", "failed"};

	return names[result];
}

const char *indication_name(enum indication i)
{
	static const char *const names[] = {
		"TOTAL-PASSED", "NO-SIGNATURE", "INDETERMINATE", "TOTAL-FAILED"};

	return names[i];
}

const char *sub_name(enum sub sub)
{
	return subs[sub].name;
}

const char *check_title(enum lang lang, enum check_id id)
{
	return msg_text(lang, checks[id].title);
}
