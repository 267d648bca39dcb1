/* stamp: see stamp.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/stamp.h"

#include <stdio.h>
#include <string.h>

#include "net/http_client.h"

struct cli_tsa {
	const char *url;
	struct http_client *client;
	struct fetch fetch;
	enum qy_digest digest;
	struct stamper_ask ask;
	struct stamper stamper;
};

/* Status and type of what came, before anybody reads it. */
static bool check_answer(
	const char *url, const struct fetch_answer *answer, struct err *e)
{
	if (answer->status >= 500 || answer->status == 429)
		return err_set(
			e, ERR_BUSY, "%.100s: HTTP status %u", url, answer->status);
	if (answer->status != 200)
		return err_set(
			e, ERR_DENIED, "%.100s: HTTP status %u", url, answer->status);
	//= RFC 3161 §3.4: the answer is application/timestamp-reply
	if (strcmp(answer->content_type, "application/timestamp-reply") != 0 &&
		strcmp(answer->content_type, "application/timestamp-response") != 0)
		return err_set(e, ERR_MALFORMED, "%.100s: answers %.60s, no time stamp",
			url,
			answer->content_type[0] ? answer->content_type
						: "without a type");
	return true;
}

static bool carry(void *ctx, struct arena *a, struct bytes request,
	struct bytes *response, struct err *e)
{
	const struct cli_tsa *t = ctx;
	struct fetch_answer answer;

	//= RFC 3161 §3.4: a POST of application/timestamp-query
	if (!t->fetch.run(t->fetch.ctx, a,
		    &(struct fetch_request){.url = t->url,
			    .content_type = "application/timestamp-query",
			    .body = request,
			    .answer_max = TIMESTAMP_ANSWER_MAX},
		    &answer, e) ||
		!check_answer(t->url, &answer, e))
		return false;
	*response = answer.body;
	return true;
}

bool cli_tsa_open_url(struct cli_tsa **out, struct cli *c, const char *url,
	enum digest_alg alg, struct err *e)
{
	AUTO(cli_tsa) t = NULL;

	if (!fetch_url_is_plausible(bytes_str(url)))
		return err_set(e, ERR_USAGE, "%s", cli_say(c, MSG_CLI_NO_URL, url));
	t = NEW(struct cli_tsa);
	t->url = url;
	t->ask = (struct stamper_ask){
		.world = c->world, .carry = carry, .ctx = t, .alg = alg};
	t->stamper = stamper_that_asks(&t->ask);
	if (!http_client_new(&t->client, &(struct http_client_conf){0}, e))
		return false;
	t->fetch = http_client_fetch(t->client);
	*out = cli_tsa_move(&t);
	return true;
}

bool cli_tsa_open(struct cli_tsa **out, struct cli *c, struct err *e)
{
	static const enum digest_alg algs[] = {DIGEST_SM3, DIGEST_SHA256, DIGEST_SHA512};
	size_t choice = cli_choice(c, "tsa-hash", 0);
	const char *url = cli_text(c, "tsa");

	if (!url) {
		*out = NULL;
		return true;
	}
	if (!cli_tsa_open_url(out, c, url, algs[choice], e))
		return false;
	(*out)->digest = (enum qy_digest)choice;
	return true;
}

void cli_tsa_free(struct cli_tsa *t)
{
	if (!t)
		return;
	http_client_free(t->client);
	mem_free(t);
}

const struct stamper *cli_tsa_stamper(const struct cli_tsa *t)
{
	return t ? &t->stamper : NULL;
}

void cli_tsa_policy(struct cli_tsa *t, struct bytes policy)
{
	t->ask.policy = policy;
}

/* The library asks for octets and checks them itself. */
static int carry_for_library(void *user, struct qy_bytes request,
	struct qy_buffer *response, struct qy_error *error)
{
	AUTO(arena) a = arena_new();
	struct bytes answer;
	struct err e;

	if (!carry(user, a, bytes_make(request.data, request.size), &answer, &e)) {
		session_qy_err(error, &e);
		return 0;
	}
	qy_buffer_set(response, session_bytes(answer));
	return 1;
}

bool session_stamp(qy_context *ctx, struct cli_tsa *t, struct err *e)
{
	struct qy_error qe;

	if (!t)
		return true;
	return qy_set_tsa(ctx,
		       &(struct qy_tsa_options){.size = sizeof(struct qy_tsa_options),
			       .digest = (int)t->digest,
			       .stamper = carry_for_library,
			       .user = t},
		       &qe) ||
	       session_err(e, &qe);
}
