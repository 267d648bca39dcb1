/* evidence: see evidence.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/evidence.h"

#include "base/time.h"
#include "doc/freeze.h"

bool cli_constraints(struct cli *c, struct constraints *out, struct err *e)
{
	const char *text;

	*out = constraints_today();
	for (size_t at = 0; (text = cli_each(c, "broken", &at));)
		if (!constraints_declare(out, bytes_str(text), e))
			return err_in(e, "--broken %s", text);
	return true;
}

bool cli_judge(struct cli *c, struct judge *out, struct err *e)
{
	struct constraints *constraints = ARENA_NEW(c->arena, struct constraints);
	struct judge j = {.arena = c->arena,
		.lang = c->lang,
		.poe = poe_new(c->arena),
		.constraints = constraints,
		.record = record_new(c->arena),
		.now = c->world->now(c->world)};
	struct trust *trust;

	if (!cli_constraints(c, constraints, e) || !cli_trust(c, &trust, e) ||
		!cli_evidence(c, &j.evidence, e))
		return false;
	j.trust = trust;
	*out = j;
	return true;
}

/* --- authorities ----------------------------------------------------------------------
 */

bool cli_authorities_open(struct cli_authorities *out, struct cli *c, struct err *e)
{
	static const enum digest_alg algs[] = {
		DIGEST_SM3, DIGEST_SHA256, DIGEST_SHA384, DIGEST_SHA512};
	struct constraints *constraints = ARENA_NEW(c->arena, struct constraints);
	size_t urls = 0, n = sizeof algs / sizeof *algs;
	const char *url;

	*out = (struct cli_authorities){.count = 0};
	for (size_t at = 0; cli_each(c, "tsa", &at);)
		urls++;
	out->list = ARENA_ARRAY(c->arena, urls * n, struct cli_tsa *);
	out->stampers = ARENA_ARRAY(c->arena, urls * n, struct stamper);
	for (size_t at = 0; (url = cli_each(c, "tsa", &at));)
		for (size_t i = 0; i < n; i++) {
			if (!cli_tsa_open_url(&out->list[out->count], c, url, algs[i], e))
				return false;
			out->stampers[out->count] =
				*cli_tsa_stamper(out->list[out->count]);
			out->count++;
		}
	if (!cli_constraints(c, constraints, e))
		return false;
	out->all = (struct qye_stampers){out->stampers, out->count, constraints};
	return true;
}

void cli_authorities_fini(struct cli_authorities *a)
{
	for (size_t i = 0; i < a->count; i++)
		cli_tsa_free(a->list[i]);
}

/* --- results --------------------------------------------------------------------------
 */

bool cli_evidence_check(struct cli *c, const char *path, enum indication before,
	struct report **out, struct err *e)
{
	struct judge fresh;

	return cli_judge(c, &fresh, e) && freeze_check(&fresh, path, before, out, e);
}

void cli_pending(struct cli *c, const struct record *record)
{
	for (size_t i = 0; i < record->gap_count; i++)
		cli_note(c, cli_say(c, MSG_EVIDENCE_PENDING, record->gaps[i].subject,
				    record->gaps[i].issuer,
				    time_beijing(c->arena, record->gaps[i].at)));
}
