/* cmd_tsa_serve: a time stamping authority over HTTP on the loopback address (RFC 3161).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/time.h"
#include "cli/keys.h"
#include "cli/serve.h"
#include "cli/tsa_state.h"
#include "doc/tsa.h"

#include <string.h>

enum { KEYS_MAX = 8, ACCURACY_DEFAULT_MS = 1000, ACCURACY_MAX_MS = 60 * 1000 };

/* Everything a request needs. Only the server's one thread touches it after the start. */
struct authority {
	struct cli *c;
	struct keyfile keys[KEYS_MAX];
	struct tsa_unit units[KEYS_MAX];
	size_t key_count; /* that were opened */
	struct tsa tsa;
	struct tsa_state *state;
};

static bool next_serial(void *ctx, int64_t now, uint8_t out[TIMESTAMP_SERIAL_MAX],
	size_t *n, struct err *e)
{
	struct authority *s = ctx;

	*n = TSA_SERIAL_SIZE;
	return tsa_state_next(s->state, now, out, e);
}

/* What the operator ought to see to; a client's mistakes are the client's. */
static bool is_ours(const struct err *why)
{
	return why->code == ERR_BUSY || why->code == ERR_WRITE || why->code == ERR_IO ||
	       why->code == ERR_SIGNER || why->code == ERR_CRYPTO;
}

static void on_post(void *ctx, const struct http_request *req, struct http_response *resp)
{
	struct authority *s = ctx;
	struct cli brief = *s->c;
	struct err why, e;

	//= RFC 3161 §3.4: application/timestamp-query in, application/timestamp-reply out
	if (!http_has_type(req, "application/timestamp-query")) {
		http_plain(resp, 415);
		return;
	}
	if (!tsa_answer(
		    req->arena, &resp->body, s->c->world, &s->tsa, req->body, &why, &e)) {
		http_plain(resp, 500);
		return;
	}
	resp->status = 200;
	resp->content_type = "application/timestamp-reply";
	/* What is said lives as long as the request, not as the run. */
	brief.arena = req->arena;
	if (is_ours(&why))
		cli_note(&brief, err_say(req->arena, brief.lang, &why));
}

static const struct http_route routes[] = {{HTTP_POST, "/…", on_post}};

/* The i-th value of an option that stands once for each key. */
static const char *value_at(struct cli *c, const char *name, size_t i)
{
	const char *value = NULL;
	size_t at = 0;

	for (size_t k = 0; k <= i; k++)
		value = cli_each(c, name, &at);
	return value;
}

static size_t count_of(struct cli *c, const char *name)
{
	size_t n = 0;

	for (size_t at = 0; cli_each(c, name, &at);)
		n++;
	return n;
}

static bool open_unit(struct authority *s, size_t i, struct err *e)
{
	struct cli *c = s->c;
	struct tsa_unit *u = &s->units[i];
	struct keyfile *k = &s->keys[i];
	const char *policy = value_at(c, "policy", count_of(c, "policy") == 1 ? 0 : i);
	int64_t now = c->world->now(c->world);

	if (!cli_keyfile(c, value_at(c, "key", i), k, e))
		return false;
	s->key_count++;
	if (!cli_key_cert(c, k, value_at(c, "certificate", i), &u->cert, e))
		return false;
	u->key = k->key;
	u->others = k->certs;
	u->others_count = k->cert_count;
	if (!timestamp_cert_fits(&u->cert))
		return err_set(
			e, ERR_SIGNER, "%s", msg_text(c->lang, MSG_TSA_NOT_FOR_STAMPS));
	if (now < u->cert.not_before || now > u->cert.not_after)
		return err_set(e, ERR_SIGNER, "%s", msg_text(c->lang, MSG_TSA_LAPSED));
	return !policy || oid_parse(c->arena, bytes_str(policy), &u->policy, e) ||
	       err_set(e, ERR_USAGE, "--policy %s", policy);
}

static bool open_units(struct authority *s, struct err *e)
{
	struct cli *c = s->c;
	size_t keys = count_of(c, "key"), certs = count_of(c, "certificate"),
	       policies = count_of(c, "policy");

	if (keys > KEYS_MAX || (certs && certs != keys) ||
		(policies > 1 && policies != keys))
		return err_set(e, ERR_USAGE, "%s", msg_text(c->lang, MSG_TSA_PAIRS));
	for (size_t i = 0; i < keys; i++)
		if (!open_unit(s, i, e))
			return false;
	s->tsa = (struct tsa){.units = s->units,
		.count = keys,
		.accuracy_ms = (uint32_t)cli_number(c, "accuracy", ACCURACY_DEFAULT_MS),
		.serial = next_serial,
		.ctx = s};
	return true;
}

static bool serve(struct authority *s, struct err *e)
{
	struct http_site site = {
		.routes = routes, .count = sizeof routes / sizeof *routes, .ctx = s};
	struct http_conf conf = {
		.listen = cli_text(s->c, "listen"), .body_max = TIMESTAMP_REQUEST_MAX};

	return tsa_state_open(&s->state, cli_text(s->c, "state"), s->c->world, e) &&
	       cli_serve(s->c, &conf, &site, e);
}

static int run(struct cli *c)
{
	struct authority s = {.c = c};
	struct err e;
	bool good = open_units(&s, &e) && serve(&s, &e);

	tsa_state_free(s.state);
	for (size_t i = 0; i < s.key_count; i++)
		keyfile_fini(&s.keys[i]);
	return good ? 0 : cli_fail(c, &e);
}

static const struct cli_option options[] = {
	{"key", 0, CLI_FILE, CLI_REQUIRED | CLI_REPEAT, NULL, MSG_OPT_TSA_KEY, 0},
	{"certificate", 0, CLI_FILE, CLI_REPEAT, NULL, MSG_OPT_TSA_CERTIFICATE, 0},
	{"policy", 0, CLI_TEXT, CLI_REPEAT, "OID", MSG_OPT_TSA_POLICY, 0},
	{"listen", 0, CLI_TEXT, CLI_REQUIRED, "127.0.0.1:PORT", MSG_OPT_LISTEN, 0},
	{"state", 0, CLI_FOLDER, CLI_REQUIRED, NULL, MSG_OPT_TSA_STATE, 0},
	{"accuracy", 0, CLI_NUMBER, 0, NULL, MSG_OPT_TSA_ACCURACY, ACCURACY_MAX_MS},
	CLI_PASSWORD_FILE,
	CLI_END,
};

const struct cli_command cmd_tsa_serve = {
	.name = "tsa serve",
	.run = run,
	.summary = MSG_CMD_TSA_SERVE,
	.about = MSG_CMD_TSA_SERVE_ABOUT,
	.options = options,
};
