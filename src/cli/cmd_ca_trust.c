/* cmd_ca_trust: a trust store of demonstration CAs, for `--trust` together with `--demo`.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/time.h"
#include "cli/ca.h"
#include "cli/cert_fields.h"
#include "pki/trust.h"

/* The CAs of one store; kept open because what the store says points into them. */
struct set {
	struct ca *ca;
	size_t count;
};

/* Never licensed: what stands here says so, and the dates let verdicts be formed. */
static struct trust_licence demo_licence(const struct ca *ca)
{
	return (struct trust_licence){.number = "DEMONSTRATION",
		.from = ca->root.not_before,
		.to = ca->root.not_after};
}

static struct trust_anchor anchor_of(
	const struct ca *ca, const struct cert *cert, uint32_t purposes)
{
	return (struct trust_anchor){
		.cert = *cert,
		.name = arena_str(ca->c->arena, bytes_str(ca_text(ca, "name"))),
		.purposes = purposes,
		.credit_code = CREDIT_GM_ORGANIZATION_CODE,
		.independent = true,
		.service = demo_licence(ca),
		.cipher = demo_licence(ca),
		.admitted_from = TIME_NONE,
		.admitted_to = TIME_NONE,
	};
}

/* The root for everything but seals, whose makers stand in the store one by one: a seal
 * made with an ordinary certificate of the same CA must not count (protocols §4). */
static bool anchors_of(const struct ca *ca, struct trust *t, struct err *e)
{
	const uint32_t purposes =
		TRUST_SIGNER | TRUST_ENCRYPTION | TRUST_TSA | TRUST_EVENT;

	t->anchors[t->count++] = anchor_of(ca, &ca->root, purposes);
	for (size_t i = 0; i < ca_count(ca); i++) {
		struct ca_entry entry;
		struct cert cert;

		if (!ca_entry(ca, i, &entry, e))
			return false;
		if (strcmp(entry.profile, profile_name(ISSUE_SEAL_MAKER)) != 0 ||
			entry.revoked)
			continue;
		if (!cli_cert(ca->c,
			    ca_path(ca, arena_printf(ca->c->arena, "certs/%s.cer",
						entry.serial)),
			    &cert, e))
			return false;
		t->anchors[t->count++] = anchor_of(ca, &cert, TRUST_SEAL_MAKER);
	}
	return true;
}

static size_t anchors_max(const struct set *set)
{
	size_t n = 0;

	for (size_t i = 0; i < set->count; i++)
		n += 1 + ca_count(&set->ca[i]);
	return n;
}

static bool make(struct cli *c, struct set *set, struct err *e)
{
	int64_t now = c->world->now(c->world);
	struct trust t = {
		/* Grows by itself, so that a newer store is never taken for an older. */
		.serial = cli_number(c, "serial", (uint64_t)(now / TIME_SECOND)),
		.made_at = now,
		.title = cli_text(c, "title") ? cli_text(c, "title")
					      : ca_text(&set->ca[0], "name"),
		.anchors = ARENA_ARRAY(c->arena, anchors_max(set), struct trust_anchor),
		.extra = ARENA_ARRAY(c->arena, set->count, struct bytes),
		.extra_count = set->count,
	};
	struct keyfile root;
	struct bytes file;
	bool good;

	for (size_t i = 0; i < set->count; i++) {
		if (!anchors_of(&set->ca[i], &t, e))
			return false;
		t.extra[i] = set->ca[i].sub.der;
	}
	if (!ca_keyfile(&set->ca[0], "root", &root, e))
		return false;
	good = trust_write(
		       c->arena, &file, c->world, &t, root.key, set->ca[0].root.der, e) &&
	       cli_write(c, cli_text(c, "out"), 0644, file, e);
	keyfile_fini(&root);
	return good;
}

static int run(struct cli *c)
{
	struct set set = {.ca = ARENA_ARRAY(c->arena, c->operand_count, struct ca)};
	bool good = true;
	struct err e;

	while (good && set.count < c->operand_count) {
		good = ca_open(
			&set.ca[set.count], c, cli_operand(c, set.count), false, &e);
		set.count += good;
	}
	good = good && make(c, &set, &e);
	for (size_t i = 0; i < set.count; i++)
		ca_close(&set.ca[i]);
	return good ? 0 : cli_fail(c, &e);
}

static const struct cli_option options[] = {
	{"out", 'o', CLI_FILE, CLI_REQUIRED, NULL, MSG_OPT_OUT, 0},
	{"title", 0, CLI_TEXT, 0, NULL, MSG_OPT_TRUST_TITLE, 0},
	{"serial", 0, CLI_NUMBER, 0, NULL, MSG_OPT_TRUST_SERIAL, 0},
	CA_PASSWORD_FILE,
	CLI_END,
};

static const struct cli_operand operands[] = {
	{"DIR", CLI_REPEAT, MSG_OPT_CA_DIR},
	CLI_END,
};

const struct cli_command cmd_ca_trust = {
	.name = "ca trust",
	.run = run,
	.summary = MSG_CMD_CA_TRUST,
	.about = MSG_CMD_CA_TRUST_ABOUT,
	.options = options,
	.operands = operands,
};
