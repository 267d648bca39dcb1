/* cmd_tsa_request: a time stamp on any file, as a file of its own.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/source.h"
#include "base/time.h"
#include "cli/stamp.h"
#include "doc/cms_check.h"
#include "doc/timestamp.h"

static bool digest_file(
	const char *path, enum digest_alg alg, uint8_t *out, struct err *e)
{
	AUTO(digest) d = digest_new(alg);
	AUTO(source) file = NULL;

	if (!source_open(&file, path, e) || !digest_put_source(d, file, e))
		return false;
	digest_finish(d, out);
	return true;
}

/* The time of a token that was checked. */
static bool time_of_token(struct bytes token, int64_t *t, struct err *e)
{
	struct timestamp info;
	struct cms c;

	if (!cms_read(&c, token, e) || !timestamp_read(&info, c.content.octets, e))
		return false;
	*t = info.time;
	return true;
}

static bool request(struct cli *c, struct cli_tsa *tsa, int64_t *at, struct err *e)
{
	const struct stamper *by = cli_tsa_stamper(tsa);
	const char *policy = cli_text(c, "policy");
	uint8_t imprint[DIGEST_MAX];
	struct bytes oid, token;

	if (policy) {
		if (!oid_parse(c->arena, bytes_str(policy), &oid, e))
			return err_set(e, ERR_USAGE, "--policy %s", policy);
		cli_tsa_policy(tsa, oid);
	}
	return digest_file(cli_operand(c, 0), by->alg, imprint, e) &&
	       by->stamp(by->ctx, c->arena, bytes_make(imprint, digest_size(by->alg)),
		       &token, e) &&
	       time_of_token(token, at, e) &&
	       cli_write(c, cli_text(c, "out"), 0644, token, e);
}

static int run(struct cli *c)
{
	AUTO(cli_tsa) tsa = NULL;
	struct err e;
	int64_t at;

	if (!cli_tsa_open(&tsa, c, &e) || !request(c, tsa, &at, &e))
		return cli_fail(c, &e);
	cli_note(c, cli_say(c, MSG_TSA_STAMPED, time_beijing(c->arena, at)));
	return 0;
}

static const struct cli_option options[] = {
	{"tsa", 0, CLI_TEXT, CLI_REQUIRED, "URL", MSG_OPT_TSA, 0},
	{"tsa-hash", 0, CLI_CHOICE, 0, "sm3|sha256|sha512", MSG_OPT_TSA_HASH, 0},
	{"policy", 0, CLI_TEXT, 0, "OID", MSG_OPT_TSA_ASK_POLICY, 0},
	{"out", 'o', CLI_FILE, CLI_REQUIRED, NULL, MSG_OPT_TSA_OUT, 0},
	CLI_END,
};

static const struct cli_operand operands[] = {
	{"FILE", 0, MSG_OPT_TSA_FILE},
	CLI_END,
};

const struct cli_command cmd_tsa_request = {
	.name = "tsa request",
	.run = run,
	.summary = MSG_CMD_TSA_REQUEST,
	.about = MSG_CMD_TSA_REQUEST_ABOUT,
	.options = options,
	.operands = operands,
};
