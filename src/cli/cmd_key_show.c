/* cmd_key_show: what a key file holds, without ever showing the private key.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <jansson.h>

#include "base/text.h"
#include "cli/cert_fields.h"
#include "cli/keys.h"

static const char *kind_words(enum keyfile_kind kind)
{
	switch (kind) {
	case KEYFILE_PKCS8:
		return "PKCS#8";
	case KEYFILE_PKCS8_ENCRYPTED:
		return "PKCS#8, encrypted";
	case KEYFILE_PKCS12:
		return "PKCS#12";
	case KEYFILE_SM2:
		return "CFCA .sm2";
	}
	return "?";
}

static void cert_row(struct fields *f, struct bytes der)
{
	struct arena *a = f->c->arena;
	struct cert cert;
	struct err e;

	if (!cert_parse(&cert, der, &e)) {
		fields_add(
			f, MSG_FIELD_CERT, "certificates[]", err_say(a, f->c->lang, &e));
		return;
	}
	fields_add_as(f, MSG_FIELD_CERT, "certificates[]",
		arena_printf(a, "%s (%s)", name_format(a, cert.subject),
			cert_usage_words(f->c, &cert)),
		json_pack("{s:s,s:s,s:s}", "subject", name_format(a, cert.subject),
			"serial", serial_words(a, cert.serial), "sm3",
			hex_encode(a, BYTES_OF(cert.sm3))));
}

static int run(struct cli *c)
{
	struct fields f = fields_make(c);
	struct keyfile k;
	uint8_t id[SM3_SIZE];
	struct err e;

	if (!cli_keyfile(c, cli_operand(c, 0), &k, &e))
		return cli_fail(c, &e);
	fields_add(&f, MSG_FIELD_FILE_KIND, "file", kind_words(k.kind));
	fields_add(&f, MSG_FIELD_KEY, "public_key", key_words(c->arena, &k.key->pub));
	if (k.key->pub.point.n)
		fields_add(&f, MSG_FIELD_POINT, "point",
			arena_printf(c->arena, "04%s",
				hex_encode(c->arena, k.key->pub.point)));
	sm3_of(k.key->pub.spki, id);
	fields_add(&f, MSG_FIELD_KEY_SM3, "public_key_sm3",
		hex_encode(c->arena, BYTES_OF(id)));
	for (size_t i = 0; i < k.cert_count; i++)
		cert_row(&f, k.certs[i]);
	if (c->json)
		fields_add(&f, MSG_FIELD_KEY, "public_key_pem",
			pem_encode(c->arena, "PUBLIC KEY", k.key->pub.spki));
	fields_print(&f);
	if (!c->json)
		cli_print(c, "%s", pem_encode(c->arena, "PUBLIC KEY", k.key->pub.spki));
	keyfile_fini(&k);
	return 0;
}

static const struct cli_option options[] = {
	CLI_PASSWORD_FILE,
	CLI_END,
};

static const struct cli_operand operands[] = {
	{"FILE", 0, MSG_OPT_KEY_FILE},
	CLI_END,
};

const struct cli_command cmd_key_show = {
	.name = "key show",
	.run = run,
	.summary = MSG_CMD_KEY_SHOW,
	.about = MSG_CMD_KEY_SHOW_ABOUT,
	.options = options,
	.operands = operands,
	.json = true,
};
