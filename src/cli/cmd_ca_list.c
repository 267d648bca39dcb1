/* cmd_ca_list: what a CA issued, and the state of each.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <jansson.h>

#include "base/time.h"
#include "cli/ca.h"

static const char *state_name(const struct ca_entry *e)
{
	return !e->revoked ? "good" : e->reason == CRL_HOLD ? "held" : "revoked";
}

static enum msg state_words(const struct ca_entry *e)
{
	return !e->revoked             ? MSG_CA_STATE_GOOD
	       : e->reason == CRL_HOLD ? MSG_CA_STATE_HELD
				       : MSG_CA_STATE_REVOKED;
}

static json_t *entry_json(struct cli *c, const struct ca_entry *entry)
{
	json_t *out = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "serial", entry->serial,
		"profile", entry->profile, "subject", entry->subject, "not_before",
		time_iso(c->arena, entry->not_before), "not_after",
		time_iso(c->arena, entry->not_after), "state", state_name(entry));

	if (entry->revoked) {
		json_object_set_new(out, "revoked_at",
			json_string(time_iso(c->arena, entry->revoked_at)));
		json_object_set_new(
			out, "reason", json_integer((json_int_t)entry->reason));
	}
	return out;
}

static bool print(struct cli *c, struct ca *ca, struct err *e)
{
	json_t *list = c->json ? json_array() : NULL;

	for (size_t i = 0; i < ca_count(ca); i++) {
		struct ca_entry entry;

		if (!ca_entry(ca, i, &entry, e)) {
			json_decref(list);
			return false;
		}
		if (list)
			json_array_append_new(list, entry_json(c, &entry));
		else
			cli_print(c, "%s  %-10s  %s  %s  %s\n", entry.serial,
				entry.profile, time_beijing(c->arena, entry.not_after),
				msg_text(c->lang, state_words(&entry)), entry.subject);
	}
	if (list)
		cli_json(c, list);
	return true;
}

static int run(struct cli *c)
{
	struct ca ca;
	struct err e;
	bool good;

	if (!ca_open(&ca, c, cli_operand(c, 0), false, &e))
		return cli_fail(c, &e);
	good = print(c, &ca, &e);
	ca_close(&ca);
	return good ? 0 : cli_fail(c, &e);
}

static const struct cli_operand operands[] = {
	{"DIR", 0, MSG_OPT_CA_DIR},
	CLI_END,
};

const struct cli_command cmd_ca_list = {
	.name = "ca list",
	.run = run,
	.summary = MSG_CMD_CA_LIST,
	.about = MSG_CMD_CA_LIST_ABOUT,
	.operands = operands,
	.json = true,
};
