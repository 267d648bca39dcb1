/* cmd_cert_check: was this certificate good for this purpose at that time, and how do we
 * know. SPDX-License-Identifier: Apache-2.0
 */
#include <jansson.h>

#include "base/text.h"
#include "base/time.h"
#include "cli/cert_fields.h"
#include "cli/register.h"
#include "cli/trust_json.h"
#include "pki/opinion.h"

enum { PASSED = 0, FAILED = 1, INDETERMINATE = 2 };

static json_t *checks_json(const struct verdict *v)
{
	json_t *list = json_array();

	for (int i = 0; i < CHECK_COUNT; i++) {
		const struct check *k = &v->checks[i];
		json_t *one;

		if (!k->present)
			continue;
		one = json_pack("{s:s,s:s,s:s}", "id", check_name((enum check_id)i),
			"result", check_result_name(k->result), "detail", k->detail);
		if (k->result != CHECK_PASSED && k->sub != SUB_NONE)
			json_object_set_new(
				one, "subindication", json_string(sub_name(k->sub)));
		if (k->rule)
			json_object_set_new(one, "rule", json_string(k->rule));
		json_array_append_new(list, one);
	}
	return list;
}

static json_t *path_json(struct cli *c, const struct opinion *o)
{
	json_t *list = json_array();

	for (size_t i = 0; i < o->path_count; i++)
		json_array_append_new(
			list, json_pack("{s:s,s:s}", "subject",
				      name_format(c->arena, o->path[i].subject), "sm3",
				      hex_encode(c->arena, BYTES_OF(o->path[i].sm3))));
	return list;
}

static void print_json(struct cli *c, const struct opinion_request *r,
	const struct opinion *o, const struct verdict *v)
{
	enum sub sub;
	enum indication i = verdict_indication(v, &sub);
	json_t *out =
		json_pack("{s:s,s:s}", "subject", name_format(c->arena, r->cert->subject),
			"indication", indication_name(i));

	json_object_set_new(out, "subindication",
		sub == SUB_NONE ? json_null() : json_string(sub_name(sub)));
	json_object_set_new(out, "at", json_string(time_iso(c->arena, r->time.at)));
	json_object_set_new(out, "checks", checks_json(v));
	json_object_set_new(out, "path", path_json(c, o));
	if (r->trust)
		json_object_set_new(out, "trust",
			json_pack("{s:I,s:s}", "serial", (json_int_t)r->trust->serial,
				"sm3", hex_encode(c->arena, BYTES_OF(r->trust->sm3))));
	cli_json(c, out);
}

static void print_words(struct cli *c, const struct opinion_request *r,
	const struct opinion *o, const struct verdict *v)
{
	static const enum msg results[] = {[CHECK_PASSED] = MSG_RESULT_PASSED,
		[CHECK_NOT_CHECKED] = MSG_RESULT_NOT_CHECKED,
		[CHECK_FAILED] = MSG_RESULT_FAILED};
	enum sub sub;
	enum indication indication = verdict_indication(v, &sub);

	cli_row(c, MSG_FIELD_SUBJECT, name_format(c->arena, r->cert->subject));
	for (size_t i = 1; i < o->path_count; i++)
		cli_row(c, MSG_FIELD_ISSUED_BY,
			name_format(c->arena, o->path[i].subject));
	cli_row(c, MSG_FIELD_JUDGED_AT, time_beijing(c->arena, r->time.at));
	for (int i = 0; i < CHECK_COUNT; i++) {
		const struct check *k = &v->checks[i];

		if (!k->present)
			continue;
		cli_print(c, "[%s] %s%s%s\n", msg_text(c->lang, results[k->result]),
			check_title(c->lang, (enum check_id)i), *k->detail ? ": " : "",
			k->detail);
	}
	cli_row(c, MSG_FIELD_CONCLUSION,
		sub == SUB_NONE ? indication_name(indication)
				: arena_printf(c->arena, "%s / %s",
					  indication_name(indication), sub_name(sub)));
}

static int run(struct cli *c)
{
	int64_t now = c->world->now(c->world), at = cli_time(c, "at", TIME_NONE);
	struct opinion_request r = {.now = now,
		.time = {.at = at == TIME_NONE ? now : at,
			.is_proven = at != TIME_NONE,
			.claimed = TIME_NONE}};
	struct opinion *o = ARENA_NEW(c->arena, struct opinion);
	struct verdict v = verdict_make(c->arena, c->lang);
	struct evidence *evidence = NULL;
	struct trust *trust = NULL;
	enum indication indication;
	struct cert cert;
	struct err e;
	enum sub sub;

	if (!cli_cert(c, cli_operand(c, 0), &cert, &e) || !cli_trust(c, &trust, &e) ||
		!cli_evidence(c, &evidence, &e))
		return cli_fail(c, &e);
	r.cert = &cert;
	r.trust = trust;
	r.evidence = evidence;
	r.purpose = (enum trust_purpose)(1u << cli_choice(c, "purpose", 0));
	opinion_form(o, c->arena, c->lang, &r);
	opinion_enter(o, &v);
	if (c->json)
		print_json(c, &r, o, &v);
	else
		print_words(c, &r, o, &v);
	indication = verdict_indication(&v, &sub);
	return indication == INDICATION_PASSED   ? PASSED
	       : indication == INDICATION_FAILED ? FAILED
						 : INDETERMINATE;
}

static const struct cli_option options[] = {
	CLI_TRUST_ROWS,
	{"purpose", 0, CLI_CHOICE, 0, CLI_PURPOSES, MSG_OPT_PURPOSE, 0},
	{"at", 0, CLI_TIME, 0, NULL, MSG_OPT_AT, 0},
	CLI_END,
};

static const struct cli_operand operands[] = {
	{"FILE", 0, MSG_OPT_CERT_FILE},
	CLI_END,
};

static const struct cli_exit exits[] = {
	{PASSED, MSG_EXIT_CHECK_PASSED},
	{FAILED, MSG_EXIT_CHECK_FAILED},
	{INDETERMINATE, MSG_EXIT_CHECK_INDETERMINATE},
};

const struct cli_command cmd_cert_check = {
	.name = "cert check",
	.run = run,
	.summary = MSG_CMD_CERT_CHECK,
	.about = MSG_CMD_CERT_CHECK_ABOUT,
	.options = options,
	.operands = operands,
	.exits = exits,
	.exit_count = sizeof exits / sizeof *exits,
	.json = true,
};
