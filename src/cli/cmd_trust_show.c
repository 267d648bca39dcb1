/* cmd_trust_show: what a trust store says.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <jansson.h>

#include "base/text.h"
#include "base/time.h"
#include "cli/cert_fields.h"
#include "cli/register.h"
#include "cli/trust_json.h"

static json_t *licence_json(struct arena *a, const struct trust_licence *l)
{
	json_t *out;

	if (!l->number || !*l->number)
		return json_null();
	out = json_pack("{s:s}", "number", l->number);
	if (l->from != TIME_NONE)
		json_object_set_new(out, "from", json_string(time_iso(a, l->from)));
	if (l->to != TIME_NONE)
		json_object_set_new(out, "to", json_string(time_iso(a, l->to)));
	return out;
}

static json_t *anchor_json(struct arena *a, const struct trust_anchor *t)
{
	json_t *out = json_pack("{s:s,s:s,s:s,s:b,s:b,s:s}", "name", t->name, "subject",
		name_format(a, t->cert.subject), "credit_code",
		credit_code_field_name(t->credit_code), "independent", t->independent,
		"demonstration", t->cert.demonstration, "sm3",
		hex_encode(a, BYTES_OF(t->cert.sm3)));
	json_t *list = json_array();

	for (size_t i = 0; i < PURPOSE_COUNT; i++)
		if (t->purposes & 1u << i)
			json_array_append_new(list, json_string(purpose_name(i)));
	json_object_set_new(out, "purposes", list);
	json_object_set_new(out, "service_licence", licence_json(a, &t->service));
	json_object_set_new(out, "cipher_licence", licence_json(a, &t->cipher));
	return out;
}

static char *anchor_words(struct cli *c, const struct trust_anchor *t)
{
	const char *comma = msg_text(c->lang, MSG_CLI_COMMA);
	char *list = arena_printf(c->arena, "%s", "");

	for (size_t i = 0; i < PURPOSE_COUNT; i++)
		if (t->purposes & 1u << i)
			list = arena_printf(c->arena, "%s%s%s", list, *list ? comma : "",
				purpose_words(c->lang, i));
	return cli_say(c, MSG_TRUST_ANCHOR_LINE, t->name,
		name_format(c->arena, t->cert.subject), list,
		t->cert.demonstration ? msg_text(c->lang, MSG_TRUST_DEMONSTRATION) : "");
}

static int run(struct cli *c)
{
	struct fields f = fields_make(c);
	struct trust *t = NULL;
	struct bytes file;
	struct err e;

	if (!cli_read(c, cli_operand(c, 0), TRUST_MAX, &file, &e) ||
		!trust_read(&t, c->arena, file, &e))
		return cli_fail(c, &e);
	fields_add(&f, MSG_FIELD_TITLE, "title", t->title);
	fields_add_number(&f, MSG_FIELD_STORE_SERIAL, "serial", t->serial);
	fields_add_time(&f, MSG_FIELD_MADE_AT, "made_at", t->made_at);
	fields_add(&f, MSG_FIELD_STORE_SIGNER, "signer.subject",
		name_format(c->arena, t->signer.subject));
	fields_add(&f, MSG_FIELD_SIGNER_SM3, "signer.sm3",
		hex_encode(c->arena, BYTES_OF(t->signer.sm3)));
	for (size_t i = 0; i < t->count; i++)
		fields_add_as(&f, MSG_FIELD_ANCHOR, "anchors[]",
			anchor_words(c, &t->anchors[i]),
			anchor_json(c->arena, &t->anchors[i]));
	fields_add_number(&f, MSG_FIELD_EXTRA, "extra", t->extra_count);
	fields_add(&f, MSG_FIELD_SM3, "sm3", hex_encode(c->arena, BYTES_OF(t->sm3)));
	fields_print(&f);
	return 0;
}

static const struct cli_operand operands[] = {
	{"FILE", 0, MSG_OPT_TRUST_FILE},
	CLI_END,
};

const struct cli_command cmd_trust_show = {
	.name = "trust show",
	.run = run,
	.summary = MSG_CMD_TRUST_SHOW,
	.about = MSG_CMD_TRUST_SHOW_ABOUT,
	.operands = operands,
	.json = true,
};
