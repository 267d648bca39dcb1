/* cmd_tsa_show: what a time stamp says, without judging it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/text.h"
#include "base/time.h"
#include "cli/cert_fields.h"
#include "doc/cms_read.h"
#include "doc/timestamp_answer.h"
#include "doc/timestamp_file.h"
#include "pki/sig_alg.h"

/* The certificate its signer names, among those it carries. */
static bool signer_cert(const struct cms *c, const struct cms_signer *s, struct cert *out)
{
	struct bytes run = c->certs;
	struct der d;
	struct err e;

	while (run.n && der_next(&run, &d, &e))
		if (cert_parse(out, d.whole, &e) &&
			cert_is_named(out, s->id.issuer, s->id.serial))
			return true;
	return false;
}

static void signer_fields(struct fields *f, const struct cms *c)
{
	struct arena *a = f->c->arena;
	struct bytes run = c->signers;
	struct cms_signer s;
	enum sig_alg alg;
	struct cert cert;
	struct err e;

	if (!cms_signer_next(&run, &s, &e))
		return;
	if (!signer_cert(c, &s, &cert)) {
		fields_add(f, MSG_FIELD_TSA, "tsa",
			s.id.issuer.n ? name_format(a, s.id.issuer) : "?");
		return;
	}
	fields_add(f, MSG_FIELD_TSA, "tsa", name_format(a, cert.subject));
	fields_add(f, MSG_FIELD_ISSUER, "issuer", name_format(a, cert.issuer));
	if (cert.key_known && sig_of_oids(&alg, s.digest_oid, s.sig_oid, cert.key.kind))
		fields_add(f, MSG_FIELD_SIGNED_BY, "signature_algorithm", sig_name(alg));
}

static void token_fields(struct fields *f, const struct cms *c, const struct timestamp *t)
{
	struct arena *a = f->c->arena;
	enum digest_alg alg;
	struct bytes nonce;
	struct err e;

	fields_add_time(f, MSG_FIELD_STAMPED_AT, "time", t->time);
	fields_add(f, MSG_FIELD_IMPRINT_ALG, "imprint_algorithm",
		digest_of_oid(&alg, t->imprint_oid) ? digest_name(alg)
						    : oid_format(a, t->imprint_oid));
	fields_add(f, MSG_FIELD_IMPRINT, "imprint", hex_encode(a, t->imprint));
	fields_add(f, MSG_FIELD_SERIAL, "serial", hex_encode(a, t->serial));
	fields_add(f, MSG_FIELD_POLICY, "policy", oid_format(a, t->policy));
	if (timestamp_nonce(t->tst_info, &nonce, &e) && nonce.n)
		fields_add(f, MSG_FIELD_NONCE, "nonce", hex_encode(a, nonce));
	signer_fields(f, c);
}

/* A file that holds no token: an answer that refuses says why. */
static bool no_token(struct bytes der, struct err *e)
{
	struct timestamp_question none = {.alg = DIGEST_SM3};
	AUTO(arena) a = arena_new();
	struct timestamp_response r;
	struct bytes token;

	if (!timestamp_response_read(&r, der, e))
		return err_set(e, ERR_MALFORMED, "neither a time stamp nor an answer");
	return timestamp_answer_check(a, &token, &none, der, 0, e);
}

static bool show(struct cli *c, struct bytes file, struct err *e)
{
	struct fields f = fields_make(c);
	struct bytes token;
	struct timestamp t;
	struct cms cms;

	if (!timestamp_file_is(file, &token))
		return no_token(file, e);
	if (!cms_read(&cms, token, e) || !timestamp_read(&t, cms.content.octets, e))
		return false;
	token_fields(&f, &cms, &t);
	fields_print(&f);
	return true;
}

static int run(struct cli *c)
{
	const char *path = cli_operand(c, 0);
	struct bytes file;
	struct err e;

	if (!cli_read(c, path, TIMESTAMP_MAX, &file, &e))
		return cli_fail(c, &e);
	if (show(c, file, &e))
		return 0;
	(void)err_in(&e, "%s", path);
	return cli_fail(c, &e);
}

static const struct cli_operand operands[] = {
	{"TOKEN", 0, MSG_OPT_TSA_TOKEN},
	CLI_END,
};

const struct cli_command cmd_tsa_show = {
	.name = "tsa show",
	.run = run,
	.summary = MSG_CMD_TSA_SHOW,
	.about = MSG_CMD_TSA_SHOW_ABOUT,
	.operands = operands,
	.json = true,
};
