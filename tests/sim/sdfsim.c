/* sdfsim: a cryptographic machine of GM/T 0018 without hardware. See
 * docs/howto/simulators.md.
 * SPDX-License-Identifier: Apache-2.0
 *
 * The file LIBRARY.conf beside the library names a folder. In it `profile` holds words:
 * narrow (fields of 32 octets, as before 2012), no_isk (no ImportKeyWithISK_ECC but
 * InternalDecrypt_ECC), no_unwrap (neither), hang_sign, crash_sign, wrong_key. Each
 * subfolder 1, 2 … is an index with pin, sign.key and enc.key; what was done is appended
 * to its `log`.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crypto/secret.h"
#include "crypto/sm2_der.h"
#include "crypto/sm4.h"
#include "sim/sim.h"
#include "token/sdf.h"

struct session {
	bool allowed[SDF_KEYS_MAX + 1];
};

struct machine_key {
	uint8_t key[SM4_KEY];
};

static size_t field(void)
{
	return sim_has("narrow") ? SDF_FIELD_OLD : SDF_FIELD;
}

static bool index_folder(char out[2 * PATH_ROOM], unsigned index)
{
	char folder[PATH_ROOM];

	if (index == 0 || index > SDF_KEYS_MAX)
		return false;
	sim_folder(folder);
	(void)snprintf(out, 2 * PATH_ROOM, "%s/%u", folder, index);
	return access(out, F_OK) == 0;
}

EXPORT int SDF_OpenDevice(void **device)
{
	static int machine;
	char folder[PATH_ROOM];

	sim_folder(folder);
	if (access(folder, F_OK) != 0)
		return SDR_UNKNOWERR;
	*device = &machine;
	return SDR_OK;
}

EXPORT int SDF_CloseDevice(void *device)
{
	return device ? SDR_OK : SDR_INARGERR;
}

EXPORT int SDF_OpenSession(void *device, void **out)
{
	if (!device)
		return SDR_INARGERR;
	*out = NEW(struct session);
	return SDR_OK;
}

EXPORT int SDF_CloseSession(void *session)
{
	mem_free(session);
	return SDR_OK;
}

EXPORT int SDF_GetDeviceInfo(void *session, uint8_t *info)
{
	if (!session)
		return SDR_INARGERR;
	memset(info, 0, SDF_INFO);
	memcpy(info, "Qianyin", 7);
	memcpy(info + 40, "sdfsim", 6);
	memcpy(info + 56, "000000000001", 12);
	return SDR_OK;
}

EXPORT int SDF_GetPrivateKeyAccessRight(
	void *session, unsigned index, const char *password, unsigned n)
{
	char folder[2 * PATH_ROOM], pin[64];

	if (!index_folder(folder, index))
		return SDR_KEYNOTEXIST;
	sim_note(folder, "PIN");
	if (!sim_text(folder, "pin", pin, sizeof pin) || strlen(pin) != n ||
		!secret_equal(pin, password, n))
		return SDR_PARDENY;
	((struct session *)session)->allowed[index] = true;
	return SDR_OK;
}

EXPORT int SDF_ReleasePrivateKeyAccessRight(void *session, unsigned index)
{
	if (index && index <= SDF_KEYS_MAX)
		((struct session *)session)->allowed[index] = false;
	return SDR_OK;
}

static int export_key(unsigned index, const char *name, uint8_t *out)
{
	AUTO(key) key = NULL;
	char folder[2 * PATH_ROOM];
	size_t n = field();
	uint32_t bits = 256;

	if (!index_folder(folder, index) || !sim_key(folder, name, &key))
		return SDR_KEYNOTEXIST;
	memset(out, 0, 4 + 2 * n);
	memcpy(out, &bits, 4);
	memcpy(out + 4 + n - 32, key->pub.point.p, 32);
	memcpy(out + 4 + 2 * n - 32, key->pub.point.p + 32, 32);
	return SDR_OK;
}

EXPORT int SDF_ExportSignPublicKey_ECC(void *session, unsigned index, uint8_t *out)
{
	(void)session;
	return export_key(index, "sign.key", out);
}

EXPORT int SDF_ExportEncPublicKey_ECC(void *session, unsigned index, uint8_t *out)
{
	(void)session;
	return export_key(index, "enc.key", out);
}

/* The private key at an index whose password was given. */
static int private_key(
	struct session *s, unsigned index, const char *name, struct key **out)
{
	char folder[2 * PATH_ROOM];

	if (!index_folder(folder, index) || !s)
		return SDR_KEYNOTEXIST;
	if (!s->allowed[index])
		return SDR_PARDENY;
	sim_note(folder, name);
	return sim_key(folder, name, out) ? SDR_OK : SDR_KEYNOTEXIST;
}

EXPORT int SDF_InternalSign_ECC(
	void *session, unsigned index, const uint8_t *digest, unsigned n, uint8_t *out)
{
	AUTO(key) key = NULL;
	AUTO(key) wrong = NULL;
	uint8_t der[SM2_SIG_DER_MAX], rs[SM2_SIG];
	struct writer w = writer_over(der, sizeof der);
	enum sm2_sig_form form;
	size_t size = field();
	struct err e;
	int code = private_key(session, index, "sign.key", &key);

	if (code != SDR_OK)
		return code;
	if (n != SM3_SIZE)
		return SDR_INARGERR;
	if (sim_has("hang_sign"))
		(void)pause();
	if (sim_has("crash_sign"))
		abort();
	if (sim_has("wrong_key") && !key_generate(&wrong, world_system(), KEY_SM2, &e))
		return SDR_SKOPERR;
	if (!key->ops->sign(
		    wrong ? wrong : key, world_system(), SIG_SM2_SM3, digest, &w, &e) ||
		!sm2_sig_read(rs, &form, writer_bytes(&w), &e))
		return SDR_SKOPERR;
	memset(out, 0, 2 * size);
	memcpy(out + size - 32, rs, 32);
	memcpy(out + 2 * size - 32, rs + 32, 32);
	return SDR_OK;
}

static int open_cipher(
	struct session *s, unsigned index, const uint8_t *blob, uint8_t key[SM4_KEY])
{
	AUTO(key) k = NULL;
	size_t n = field();
	struct sm2_cipher c = {.c2 = {blob + 2 * n + 36, SM4_KEY}};
	uint32_t size;
	struct err e;
	int code = private_key(s, index, "enc.key", &k);

	if (code != SDR_OK)
		return code;
	memcpy(&size, blob + 2 * n + 32, 4);
	if (size != SM4_KEY)
		return SDR_INARGERR;
	memcpy(c.c1, blob + n - 32, 32);
	memcpy(c.c1 + 32, blob + 2 * n - 32, 32);
	memcpy(c.c3, blob + 2 * n, 32);
	return k->ops->unwrap_sm2(k, &c, key, &e) ? SDR_OK : SDR_ENCDATAERR;
}

EXPORT int SDF_ImportKeyWithISK_ECC(
	void *session, unsigned index, const uint8_t *blob, void **out)
{
	struct machine_key *key;
	int code;

	if (sim_has("no_isk") || sim_has("no_unwrap"))
		return SDR_NOTSUPPORT;
	key = NEW(struct machine_key);
	code = open_cipher(session, index, blob, key->key);
	if (code == SDR_OK)
		*out = key;
	else
		mem_free(key);
	return code;
}

EXPORT int SDF_Decrypt(void *session, void *of, unsigned alg, uint8_t *iv,
	const uint8_t *in, unsigned n, uint8_t *out, unsigned *size)
{
	struct machine_key *key = of;
	struct err e;

	(void)session;
	(void)iv;
	if (!key || alg != SDF_SM4_ECB ||
		!sm4_ecb_decrypt(key->key, bytes_make(in, n), out, &e))
		return SDR_INARGERR;
	*size = n;
	return SDR_OK;
}

EXPORT int SDF_DestroyKey(void *session, void *key)
{
	(void)session;
	if (key)
		mem_wipe(key, sizeof(struct machine_key));
	mem_free(key);
	return SDR_OK;
}

EXPORT int SDF_InternalDecrypt_ECC(void *session, unsigned index, unsigned alg,
	const uint8_t *blob, uint8_t *out, unsigned *n)
{
	int code = SDR_NOTSUPPORT;

	if (!sim_has("no_unwrap") && alg == SDF_SM2_3)
		code = open_cipher(session, index, blob, out);
	if (code == SDR_OK)
		*n = SM4_KEY;
	return code;
}
