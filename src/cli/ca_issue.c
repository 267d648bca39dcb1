/* ca_issue: certificates made by the CA, and handing them out; see ca.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/time.h"
#include "cli/ca.h"
#include "cli/hooks.h"

const char *profile_name(enum issue_profile profile)
{
	static const char *const names[] = {
		[ISSUE_ROOT] = "root",
		[ISSUE_SUB_CA] = "sub-ca",
		[ISSUE_SIGN] = "sign",
		[ISSUE_ENCRYPT] = "encrypt",
		[ISSUE_SEAL_MAKER] = "seal-maker",
		[ISSUE_TSA] = "tsa",
		[ISSUE_OCSP] = "ocsp",
		[ISSUE_EVENT] = "event",
		[ISSUE_ORDER] = "order",
	};

	return names[profile];
}

struct issue_spec ca_spec(const struct ca *ca, enum issue_profile profile, int64_t span)
{
	struct world *w = ca->c->world;
	int64_t now = w->now(w) / TIME_SECOND * TIME_SECOND;

	return (struct issue_spec){
		.profile = profile,
		.subject = {.country = "CN"},
		.not_before = now,
		.not_after = now + span,
		.crl_url = ca_text(ca, "crl_url"),
		.ocsp_url = ca_text(ca, "ocsp_url"),
		.demonstration = true,
	};
}

bool ca_issue(struct ca *ca, struct issue_spec *spec, const struct pubkey *pub,
	struct cert *out, struct err *e)
{
	struct cli *c = ca->c;
	struct bytes der;

	hook_spec(c, spec);
	if (spec->not_after > ca->sub.not_after)
		spec->not_after = ca->sub.not_after;
	if (!ca_unlock(ca, e) || !issue_cert(c->arena, &der, hook_world(c), spec, pub,
					 &ca->sub, ca->key.key, e))
		return false;
	der = hook_cert(c, der);
	return cert_parse(out, der, e) &&
	       ca_record(ca, out, profile_name(spec->profile), "ca", e);
}

bool holder_open(struct holder *h, struct cli *c, bool ask, struct err *e)
{
	*h = (struct holder){.folder = cli_text(c, "out")};
	if (!folder_make(h->folder, 0755, e))
		return false;
	if (cli_flag(c, "no-password"))
		return true;
	if (!ask)
		return cli_password_given(c, &h->password, e);
	return cli_password(c, &h->password, msg_text(c->lang, MSG_CLI_NEW_KEY), true, e);
}

void holder_close(struct holder *h)
{
	secret_free(h->password);
	h->password = NULL;
}

static const char *key_path(const struct holder *h, struct cli *c, const char *stem)
{
	return path_join(c, h->folder,
		arena_printf(c->arena, "%s.%s", stem, h->password ? "p12" : "key"));
}

bool holder_may_write(
	const struct holder *h, struct cli *c, const char *stem, struct err *e)
{
	return cli_may_create(c, key_path(h, c, stem), e) &&
	       cli_may_create(c,
		       path_join(c, h->folder, arena_printf(c->arena, "%s.cer", stem)),
		       e);
}

bool holder_write(struct holder *h, struct ca *ca, const char *stem,
	const struct cert *cert, struct key *key, struct err *e)
{
	struct cli *c = ca->c;
	struct arena *a = c->arena;
	const struct bytes chain[] = {cert->der, ca->sub.der, ca->root.der};
	const char *path = path_join(c, h->folder, arena_printf(a, "%s.cer", stem));
	AUTO(secret) file = NULL;

	if (key && !(h->password ? keyfile_write_pkcs12(&file, c->world, key,
					   name_title(a, cert->subject), chain, 3,
					   h->password, e)
				 : keyfile_write_pkcs8(&file, c->world, key, NULL, e)))
		return false;
	if (key && !cli_write_secret(c, key_path(h, c, stem), file, e))
		return false;
	return cli_write(
		c, path, 0644, bytes_str(pem_encode(a, "CERTIFICATE", cert->der)), e);
}

static bool issue_one(struct ca *ca, struct holder *h, enum issue_profile profile,
	const char *stem, const char *title, int64_t span, struct err *e)
{
	struct cli *c = ca->c;
	struct issue_spec spec = ca_spec(ca, profile, span);
	AUTO(key) key = NULL;
	struct cert cert;

	spec.subject.organization = ca_text(ca, "name");
	spec.subject.common_name = title;
	if (profile == ISSUE_EVENT) {
		spec.subject.organization = cli_text(c, "name");
		spec.id_number = cli_text(c, "id-number");
	}
	return holder_may_write(h, c, stem, e) &&
	       key_generate(&key, hook_world(c), ca_kind(ca), e) &&
	       ca_issue(ca, &spec, &key->pub, &cert, e) &&
	       holder_write(h, ca, stem, &cert, key, e);
}

int ca_issue_one(struct cli *c, enum issue_profile profile, const char *stem,
	const char *title, int64_t span)
{
	struct holder h = {0};
	struct ca ca;
	struct err e;
	bool good;

	if (!ca_open(&ca, c, cli_operand(c, 0), true, &e))
		return cli_fail(c, &e);
	good = holder_open(&h, c, true, &e) &&
	       issue_one(&ca, &h, profile, stem, title, span, &e);
	holder_close(&h);
	ca_close(&ca);
	return good ? 0 : cli_fail(c, &e);
}
