/* cmd_ca_ocsp: answers over HTTP on the loopback address whether certificates of a CA are
 * good (RFC 6960). SPDX-License-Identifier: Apache-2.0
 */
#include <sys/stat.h>

#include "base/text.h"
#include "base/time.h"
#include "cli/ca.h"
#include "cli/cert_fields.h"
#include "cli/serve.h"
#include "pki/ocsp_write.h"

enum { MINUTES_DEFAULT = 60, MINUTES_MAX = 7 * 24 * 60 };

/* Everything a request needs. Only the server's one thread touches it after the start. */
struct responder {
	struct cli *c;
	struct ca ca;
	struct stat seen; /* of ca.json when it was read */
	struct keyfile key;
	struct cert cert;
	int64_t lifetime;
};

/* Revocations count at once: the register is read again when it was replaced. */
static bool refresh(struct responder *r, struct err *e)
{
	struct stat now;

	if (stat(ca_path(&r->ca, "ca.json"), &now) != 0)
		return err_system(e, ERR_IO, "ca.json");
	if (now.st_ino == r->seen.st_ino && now.st_size == r->seen.st_size &&
		now.st_mtim.tv_sec == r->seen.st_mtim.tv_sec &&
		now.st_mtim.tv_nsec == r->seen.st_mtim.tv_nsec)
		return true;
	if (!ca_reload(&r->ca, e))
		return false;
	r->seen = now;
	return true;
}

static bool look_up(void *ctx, struct bytes serial, struct ocsp_state *out, struct err *e)
{
	struct responder *r = ctx;
	AUTO(arena) a = arena_new();
	struct ca_entry entry;

	if (!ca_find(&r->ca, hex_encode(a, serial), &entry, e)) {
		/* Never issued: unknown, as *out says already. */
		return e->code == ERR_NOT_FOUND;
	}
	out->status = entry.revoked ? OCSP_REVOKED : OCSP_GOOD;
	out->revoked_at = entry.revoked_at;
	out->reason = entry.reason;
	out->invalid_since = TIME_NONE;
	out->as_of = TIME_NONE;
	return true;
}

static void answer(struct responder *r, const struct http_request *req,
	struct bytes question, struct http_response *resp)
{
	struct ocsp_responder by = {.ca = &r->ca.sub,
		.cert = &r->cert,
		.key = r->key.key,
		.lookup = look_up,
		.ctx = r,
		.lifetime = r->lifetime};
	/* What is said while answering lives as long as the request, not as the run. */
	struct cli brief = *r->c;
	struct bytes der;
	struct err e;

	brief.arena = req->arena;
	r->ca.c = &brief;
	resp->status = 500;
	if ((refresh(r, &e) &&
		    ocsp_answer(req->arena, &der, r->c->world, &by, question, &e)) ||
		ocsp_refusal(req->arena, &der, OCSP_INTERNAL_ERROR, &e)) {
		resp->status = 200;
		resp->content_type = "application/ocsp-response";
		resp->body = der;
	}
	r->ca.c = r->c;
}

static void on_post(void *ctx, const struct http_request *req, struct http_response *resp)
{
	if (!http_has_type(req, "application/ocsp-request")) {
		http_plain(resp, 415);
		return;
	}
	answer(ctx, req, req->body, resp);
}

/* //= RFC 6960 Appendix A.1: GET {url}/{url-encoding of base-64 encoding of the request}
 */
static void on_get(void *ctx, const struct http_request *req, struct http_response *resp)
{
	struct bytes question;
	struct err e;

	if (!base64_decode(req->arena, bytes_from(req->path, 1), &question, &e)) {
		http_plain(resp, 400);
		return;
	}
	answer(ctx, req, question, resp);
}

static const struct http_route routes[] = {
	{HTTP_POST, "/…", on_post},
	{HTTP_GET, "/…", on_get},
};

static bool serve(struct responder *r, struct err *e)
{
	struct http_site site = {
		.routes = routes, .count = sizeof routes / sizeof *routes, .ctx = r};
	struct http_conf conf = {.listen = cli_text(r->c, "listen"),
		.body_max = OCSP_REQUEST_MAX,
		.header_max = 2 * OCSP_REQUEST_MAX};

	return cli_serve(r->c, &conf, &site, e);
}

static bool respond(struct responder *r, struct err *e)
{
	bool good;

	if (!cli_cert(r->c, ca_path(&r->ca, "ocsp.cer"), &r->cert, e) ||
		!ca_keyfile(&r->ca, "ocsp", &r->key, e))
		return false;
	good = serve(r, e);
	keyfile_fini(&r->key);
	return good;
}

static int run(struct cli *c)
{
	struct responder r = {.c = c,
		.lifetime =
			(int64_t)cli_number(c, "minutes", MINUTES_DEFAULT) * TIME_MINUTE};
	struct err e;
	bool good;

	if (!ca_open(&r.ca, c, cli_operand(c, 0), false, &e))
		return cli_fail(c, &e);
	good = respond(&r, &e);
	ca_close(&r.ca);
	return good ? 0 : cli_fail(c, &e);
}

static const struct cli_option options[] = {
	{"listen", 0, CLI_TEXT, CLI_REQUIRED, "127.0.0.1:PORT", MSG_OPT_LISTEN, 0},
	{"minutes", 0, CLI_NUMBER, 0, NULL, MSG_OPT_MINUTES, MINUTES_MAX},
	CA_PASSWORD_FILE,
	CLI_END,
};

static const struct cli_operand operands[] = {
	{"DIR", 0, MSG_OPT_CA_DIR},
	CLI_END,
};

const struct cli_command cmd_ca_ocsp = {
	.name = "ca ocsp",
	.run = run,
	.summary = MSG_CMD_CA_OCSP,
	.about = MSG_CMD_CA_OCSP_ABOUT,
	.options = options,
	.operands = operands,
};
