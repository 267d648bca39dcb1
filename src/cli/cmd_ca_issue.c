/* cmd_ca_issue: the two certificates of an organisation or person: one to sign with, one
 * to be encrypted to. SPDX-License-Identifier: Apache-2.0
 *
 * The signing key is the holder's alone, made here for convenience or behind a request.
 * The encryption key is made by the CA and delivered under the signing key, as the
 * national scheme of dual certificates has it. //= GM/T 0015-2012 §5, GB/T 35276-2017
 * §7.4
 */
#include "base/source.h"
#include "base/time.h"
#include "cli/ca.h"
#include "cli/cert_fields.h"
#include "cli/hooks.h"
#include "doc/cms_write.h"
#include "pki/envelope_key.h"

enum { DAYS_DEFAULT = 365, DAYS_MAX = 3650 };

struct work {
	struct cli *c;
	struct ca ca;
	struct holder holder;
	struct cert sign, enc;
};

static struct issue_spec spec_of(struct work *k, enum issue_profile profile)
{
	struct cli *c = k->c;
	struct issue_spec spec = ca_spec(
		&k->ca, profile, (int64_t)cli_number(c, "days", DAYS_DEFAULT) * TIME_DAY);
	const char *person = cli_text(c, "person"), *name = cli_text(c, "name");

	spec.subject.province = cli_text(c, "province");
	spec.subject.city = cli_text(c, "city");
	spec.subject.organization = name;
	spec.subject.unit = cli_text(c, "unit");
	spec.subject.common_name = person ? person : name;
	spec.credit_code = cli_text(c, "credit-code");
	spec.id_number = cli_text(c, "id-number");
	return spec;
}

/* The public key of a request whose holder proved to have the private one. */
static bool request_of(struct work *k, struct request *out, struct err *e)
{
	const char *path = cli_text(k->c, "request");
	struct bytes file, rest, der;

	if (!cli_read(k->c, path, 2 * REQUEST_MAX, &file, e))
		return false;
	rest = file;
	if (!pem_next(k->c->arena, &rest, "CERTIFICATE REQUEST", &der, e)) {
		if (e->code != ERR_NOT_FOUND)
			return err_in(e, "%s", path);
		der = file;
	}
	if (!request_parse(out, der, e))
		return err_in(e, "%s", path);
	if (!request_verify(out))
		return err_set(e, ERR_DENIED, "%s: %s", path,
			msg_text(k->c->lang, MSG_CA_REQUEST_UNPROVEN));
	return true;
}

static bool issue_signing(struct work *k, struct err *e)
{
	struct issue_spec spec = spec_of(k, ISSUE_SIGN);
	AUTO(key) key = NULL;
	struct request request;
	struct pubkey pub;

	if (cli_text(k->c, "request")) {
		if (!request_of(k, &request, e))
			return false;
		pub = request.key;
	} else {
		if (!key_generate(&key, hook_world(k->c),
			    cli_key_kind(k->c, ca_kind(&k->ca)), e))
			return false;
		pub = key->pub;
	}
	return ca_issue(&k->ca, &spec, &pub, &k->sign, e) &&
	       holder_write(&k->holder, &k->ca, "sign", &k->sign, key, e);
}

/* SignedAndEnvelopedData by the key management centre: 32 zero octets, then the private
 * scalar, SM4-ECB without padding (standards §3, as measured). */
static bool envelope_signed(
	struct work *k, struct key *key, struct bytes *out, struct err *e)
{
	AUTO(secret) content = secret_new((size_t)2 * SM2_SCALAR);
	struct cms_seal_spec spec = {
		.recipients = &k->sign.der, .recipient_count = 1, .escrow = true};
	AUTO(secret) scalar = NULL;
	struct keyfile centre;
	struct cert cert;
	bool good;

	if (!key_sm2_scalar(&scalar, key, e) ||
		!cli_cert(k->c, ca_path(&k->ca, "kmc.cer"), &cert, e) ||
		!ca_keyfile(&k->ca, "kmc", &centre, e))
		return false;
	for (size_t i = 0; i < SM2_SCALAR; i++)
		secret_data(content)[SM2_SCALAR + i] = secret_view(scalar)[i];
	spec.content = bytes_make(secret_view(content), secret_size(content));
	spec.signer = centre.key;
	spec.signer_cert = cert.der;
	good = cms_envelope(k->c->arena, out, k->c->world, &spec, e);
	keyfile_fini(&centre);
	return good;
}

/* The encryption key travels under the signing key: nobody else can open it. */
static bool deliver(struct work *k, struct key *key, struct err *e)
{
	struct cli *c = k->c;
	struct bytes der;

	if (k->sign.key.kind != KEY_SM2 || key->pub.kind != KEY_SM2)
		return true;
	if (!envelope_key_write(c->arena, &der, c->world, &k->sign.key, key, e) ||
		!cli_write(c, path_join(c, k->holder.folder, "enc.envelopedkey"), 0644,
			der, e))
		return false;
	return envelope_signed(k, key, &der, e) &&
	       cli_write(c, path_join(c, k->holder.folder, "enc.p7"), 0644, der, e);
}

static bool issue_encryption(struct work *k, struct err *e)
{
	struct issue_spec spec = spec_of(k, ISSUE_ENCRYPT);
	AUTO(key) key = NULL;
	/* With a request there may be no password: then the envelope alone delivers. */
	bool as_file = !cli_text(k->c, "request") || k->holder.password ||
		       cli_flag(k->c, "no-password");

	return key_generate(&key, hook_world(k->c), k->sign.key.kind, e) &&
	       ca_issue(&k->ca, &spec, &key->pub, &k->enc, e) &&
	       holder_write(
		       &k->holder, &k->ca, "enc", &k->enc, as_file ? key : NULL, e) &&
	       deliver(k, key, e);
}

static bool write_chain(struct work *k, struct err *e)
{
	struct arena *a = k->c->arena;
	const char *text =
		arena_printf(a, "%s%s", pem_encode(a, "CERTIFICATE", k->ca.sub.der),
			pem_encode(a, "CERTIFICATE", k->ca.root.der));

	return cli_write(k->c, path_join(k->c, k->holder.folder, "chain.pem"), 0644,
		bytes_str(text), e);
}

/* P-256 signs; there is nothing here that encrypts to it. */
static bool issue(struct work *k, struct err *e)
{
	return holder_open(&k->holder, k->c, !cli_text(k->c, "request"), e) &&
	       holder_may_write(&k->holder, k->c, "sign", e) &&
	       holder_may_write(&k->holder, k->c, "enc", e) && issue_signing(k, e) &&
	       (k->sign.key.kind == KEY_P256 || k->sign.key.kind == KEY_P384 ||
		       cli_flag(k->c, "single") || issue_encryption(k, e)) &&
	       write_chain(k, e);
}

static int run(struct cli *c)
{
	struct work k = {.c = c};
	struct err e;
	bool good;

	if (!ca_open(&k.ca, c, cli_operand(c, 0), true, &e))
		return cli_fail(c, &e);
	good = issue(&k, &e);
	holder_close(&k.holder);
	ca_close(&k.ca);
	return good ? 0 : cli_fail(c, &e);
}

static const struct cli_option options[] = {
	{"name", 0, CLI_TEXT, CLI_REQUIRED, NULL, MSG_OPT_NAME, 0},
	{"credit-code", 0, CLI_TEXT, 0, "CODE", MSG_OPT_CREDIT_CODE, 0},
	{"person", 0, CLI_TEXT, 0, NULL, MSG_OPT_PERSON, 0},
	{"id-number", 0, CLI_TEXT, 0, NULL, MSG_OPT_ID_NUMBER, 0},
	{"unit", 0, CLI_TEXT, 0, NULL, MSG_OPT_UNIT, 0},
	{"province", 0, CLI_TEXT, 0, NULL, MSG_OPT_PROVINCE, 0},
	{"city", 0, CLI_TEXT, 0, NULL, MSG_OPT_CITY, 0},
	{"days", 0, CLI_NUMBER, 0, NULL, MSG_OPT_DAYS, DAYS_MAX},
	{"kind", 0, CLI_CHOICE, 0, CLI_KEY_KINDS, MSG_OPT_CA_KEY_KIND, 0},
	{"request", 0, CLI_FILE, 0, NULL, MSG_OPT_REQUEST, 0},
	{"single", 0, CLI_FLAG, 0, NULL, MSG_OPT_SINGLE, 0},
	CA_HOLDER_ROWS,
	CLI_END,
};

static const struct cli_operand operands[] = {
	{"DIR", 0, MSG_OPT_CA_DIR},
	CLI_END,
};

const struct cli_command cmd_ca_issue = {
	.name = "ca issue",
	.run = run,
	.summary = MSG_CMD_CA_ISSUE,
	.about = MSG_CMD_CA_ISSUE_ABOUT,
	.options = options,
	.operands = operands,
};
