/* cmd_ca_init: founds a CA for demonstration and tests in a folder.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/source.h"
#include "base/time.h"
#include "cli/ca.h"
#include "cli/hooks.h"

#define ROOT_SPAN    (20 * 365 * TIME_DAY)
#define SUB_SPAN     (10 * 365 * TIME_DAY)
#define SERVICE_SPAN (3 * 365 * TIME_DAY)

/* The names of what a CA has, as they stand in its certificates whatever the language. */
static const struct {
	enum issue_profile profile;
	const char *stem, *title;
} services[] = {
	{ISSUE_OCSP, "ocsp", "OCSP 应答"},
	{ISSUE_SEAL_MAKER, "seal-maker", "电子印章制作系统"},
	{ISSUE_TSA, "tsa", "时间戳服务"},
	{ISSUE_SIGN, "kmc", "密钥管理中心"}, /* signs the delivery of encryption keys */
};

static bool write_pair(struct ca *ca, const char *stem, const struct cert *cert,
	struct key *key, const struct secret *password, struct err *e)
{
	struct cli *c = ca->c;
	struct arena *a = c->arena;
	AUTO(secret) file = NULL;

	if (!keyfile_write_pkcs8(&file, c->world, key, password, e))
		return false;
	return file_write(ca_path(ca, arena_printf(a, "%s.key", stem)), 0600,
		       bytes_make(secret_view(file), secret_size(file)), e) &&
	       file_write(ca_path(ca, arena_printf(a, "%s.cer", stem)), 0644,
		       bytes_str(pem_encode(a, "CERTIFICATE", cert->der)), e);
}

/* A certificate of the CA itself: self-signed when issuer is null. */
static bool found(struct ca *ca, const char *stem, struct issue_spec *spec,
	const struct cert *issuer, struct key *issuer_key, struct key *key,
	const struct secret *password, struct cert *out, struct err *e)
{
	struct world *w = hook_world(ca->c);
	struct bytes der;

	return issue_cert(ca->c->arena, &der, w, spec, &key->pub, issuer,
		       issuer ? issuer_key : key, e) &&
	       cert_parse(out, der, e) && write_pair(ca, stem, out, key, password, e) &&
	       ca_record(ca, out, profile_name(spec->profile), "root", e);
}

static bool found_chain(
	struct ca *ca, const struct secret *password, struct world *w, struct err *e)
{
	struct issue_spec spec = ca_spec(ca, ISSUE_ROOT, ROOT_SPAN);
	const char *name = ca_text(ca, "name");
	AUTO(key) root = NULL;
	AUTO(key) sub = NULL;

	spec.ocsp_url = NULL;
	spec.crl_url = NULL;
	spec.subject.organization = name;
	spec.subject.common_name = arena_printf(ca->c->arena, "%s 根 CA", name);
	if (!key_generate(&root, w, ca_kind(ca), e) ||
		!found(ca, "root", &spec, NULL, NULL, root, password, &ca->root, e))
		return err_in(e, "root");
	spec.profile = ISSUE_SUB_CA;
	spec.not_after = spec.not_before + SUB_SPAN;
	spec.subject.common_name = arena_printf(ca->c->arena, "%s 签发 CA", name);
	spec.crl_url = ca_text(ca, "crl_url");
	return (key_generate(&sub, w, ca_kind(ca), e) &&
		       found(ca, "ca", &spec, &ca->root, root, sub, password, &ca->sub,
			       e)) ||
	       err_in(e, "ca");
}

static bool found_services(
	struct ca *ca, const struct secret *password, struct world *w, struct err *e)
{
	const char *name = ca_text(ca, "name");

	for (size_t i = 0; i < sizeof services / sizeof *services; i++) {
		struct issue_spec spec = ca_spec(ca, services[i].profile, SERVICE_SPAN);
		AUTO(key) key = NULL;
		struct cert cert;

		spec.subject.organization = name;
		spec.subject.common_name =
			arena_printf(ca->c->arena, "%s %s", name, services[i].title);
		if (!key_generate(&key, w, ca_kind(ca), e) ||
			!ca_issue(ca, &spec, &key->pub, &cert, e) ||
			!write_pair(ca, services[i].stem, &cert, key, password, e))
			return err_in(e, "%s", services[i].stem);
	}
	return true;
}

static bool init(
	struct cli *c, struct ca *ca, const struct secret *password, struct err *e)
{
	struct world *w = hook_world(c);

	if (!found_chain(ca, password, w, e))
		return false;
	/* Opened with the password it was just written with. */
	if (!keyfile_open(c, ca_path(ca, "ca.key"), password, &ca->key, e))
		return false;
	ca->has_key = true;
	return found_services(ca, password, w, e);
}

static int run(struct cli *c)
{
	AUTO(secret) password = NULL;
	struct ca ca;
	struct err e;
	bool good;

	if (!cli_password_given(c, &password, &e) ||
		!ca_create(&ca, c, cli_operand(c, 0), cli_text(c, "name"),
			cli_key_kind(c, KEY_SM2), cli_text(c, "crl-url"),
			cli_text(c, "ocsp-url"), &e))
		return cli_fail(c, &e);
	good = init(c, &ca, password, &e);
	ca_close(&ca);
	if (!good)
		return cli_fail(c, &e);
	if (!password)
		cli_note(c, msg_text(c->lang, MSG_CA_KEYS_PLAIN));
	return 0;
}

static const struct cli_option options[] = {
	{"name", 0, CLI_TEXT, CLI_REQUIRED, NULL, MSG_OPT_CA_NAME, 0},
	{"kind", 0, CLI_CHOICE, 0, CLI_KEY_KINDS, MSG_OPT_KEY_KIND, 0},
	{"crl-url", 0, CLI_TEXT, 0, "URL", MSG_OPT_CRL_URL, 0},
	{"ocsp-url", 0, CLI_TEXT, 0, "URL", MSG_OPT_OCSP_URL, 0},
	CLI_PASSWORD_FILE,
	CLI_END,
};

static const struct cli_operand operands[] = {
	{"DIR", 0, MSG_OPT_CA_NEW_DIR},
	CLI_END,
};

const struct cli_command cmd_ca_init = {
	.name = "ca init",
	.run = run,
	.summary = MSG_CMD_CA_INIT,
	.about = MSG_CMD_CA_INIT_ABOUT,
	.options = options,
	.operands = operands,
};
