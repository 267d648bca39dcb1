/* driver_sdf: a cryptographic machine behind a library of GM/T 0018.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Runs in the child. A machine holds pairs of keys by index and no certificates: each
 * index is told as a token of its own, whose serial is the index, and the certificate
 * comes from whoever uses it. There is no count of tries.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "crypto/secret.h"
#include "crypto/sm4.h"
#include "token/driver.h"
#include "token/sdf.h"

enum { ROOM = 4096, SIGNATURE_TOLD = 256, POINT_HALF = 32, SEALED_MAX = 1024 };

#define SDF_CALLS(CALL)                \
	CALL(OpenDevice)               \
	CALL(CloseDevice)              \
	CALL(OpenSession)              \
	CALL(CloseSession)             \
	CALL(GetDeviceInfo)            \
	CALL(GetPrivateKeyAccessRight) \
	CALL(ExportSignPublicKey_ECC)  \
	CALL(ExportEncPublicKey_ECC)   \
	CALL(InternalSign_ECC)
/* SDF_InternalDecrypt_ECC came later than 2012. */
#define SDF_OPTIONAL(CALL)                 \
	CALL(ReleasePrivateKeyAccessRight) \
	CALL(ImportKeyWithISK_ECC)         \
	CALL(Decrypt)                      \
	CALL(DestroyKey)                   \
	CALL(InternalDecrypt_ECC)

static struct {
#define CALL(name) driver_any name;
	SDF_CALLS(CALL) SDF_OPTIONAL(CALL)
#undef CALL
} sdf;

static sdf_handle device, session;
static uint32_t open_index;      /* 0: none */
static size_t field = SDF_FIELD; /* found when a public key comes */

typedef int (*on_handle)(sdf_handle);
typedef int (*open_device)(sdf_handle *);
typedef int (*open_session)(sdf_handle, sdf_handle *);
typedef int (*on_room)(sdf_handle, uint8_t *);
typedef int (*on_index)(sdf_handle, unsigned, uint8_t *);
typedef int (*with_password)(sdf_handle, unsigned, char *, unsigned);
typedef int (*release)(sdf_handle, unsigned);
typedef int (*sign_call)(sdf_handle, unsigned, uint8_t *, unsigned, uint8_t *);
typedef int (*import_call)(sdf_handle, unsigned, uint8_t *, sdf_handle *);
typedef int (*decrypt_call)(sdf_handle, sdf_handle, unsigned, uint8_t *, uint8_t *,
	unsigned, uint8_t *, unsigned *);
typedef int (*destroy_call)(sdf_handle, sdf_handle);
typedef int (*open_envelope)(
	sdf_handle, unsigned, unsigned, uint8_t *, uint8_t *, unsigned *);

static enum wire_answer failed(const char *what, int code)
{
	switch ((unsigned)code) {
	case SDR_KEYNOTEXIST:
		return driver_failed(WIRE_ABSENT, what, (uint32_t)code);
	case SDR_NOTSUPPORT:
		return driver_failed(WIRE_UNSUPPORTED, what, (uint32_t)code);
	default:
		return driver_failed(WIRE_FAILED, what, (uint32_t)code);
	}
}

static bool sdf_load(const char *path, struct err *e)
{
	void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);

	if (!library)
		return err_set(e, ERR_NOT_FOUND, "%s", dlerror());
#define CALL(name)                                              \
	if (!(sdf.name = driver_symbol(library, "SDF_" #name))) \
		return err_set(e, ERR_UNSUPPORTED, "the library has no SDF_" #name);
	SDF_CALLS(CALL)
#undef CALL
#define CALL(name) sdf.name = driver_symbol(library, "SDF_" #name);
	SDF_OPTIONAL(CALL)
#undef CALL
	return true;
}

static void sdf_logout(void)
{
	if (session && open_index && sdf.ReleasePrivateKeyAccessRight)
		(void)((release)sdf.ReleasePrivateKeyAccessRight)(session, open_index);
	if (session)
		(void)((on_handle)sdf.CloseSession)(session);
	if (device)
		(void)((on_handle)sdf.CloseDevice)(device);
	device = session = NULL;
	open_index = 0;
}

static enum wire_answer connect_machine(void)
{
	int code;

	if (session)
		return WIRE_OK;
	code = ((open_device)sdf.OpenDevice)(&device);
	if (code != SDR_OK)
		device = NULL;
	else
		code = ((open_session)sdf.OpenSession)(device, &session);
	if (code == SDR_OK)
		return WIRE_OK;
	session = NULL;
	sdf_logout();
	return failed("SDF_OpenDevice", code);
}

/* Is there a key of this use at the index? Learns the size of fields from what was left
 * untouched: bits, x, y are 132 octets, or 68. */
static bool has_key(driver_any call, unsigned index)
{
	uint8_t room[ROOM];
	bool old = true;

	memset(room, 0xA5, sizeof room);
	if (((on_index)call)(session, index, room) != SDR_OK)
		return false;
	for (size_t i = 4 + 2 * SDF_FIELD_OLD; i < 4 + 2 * SDF_FIELD; i++)
		old &= room[i] == 0xA5;
	field = old ? SDF_FIELD_OLD : SDF_FIELD;
	return true;
}

static void put_index(struct writer *w, unsigned index, const uint8_t *info)
{
	char number[16], label[17] = {0}, maker[41] = {0};

	(void)snprintf(number, sizeof number, "%u", index);
	memcpy(maker, info, 40);
	memcpy(label, info + 40, 16);
	wire_put_number(w, 1);
	wire_put(w, bytes_str(number));
	wire_put(w, bytes_str(label));
	wire_put(w, bytes_str(maker));
	wire_put(w, bytes_str(number));
	wire_put_number(w, 1);
	wire_put(w, bytes_str(number));
	wire_put(w, (struct bytes){0});
	wire_put(w, (struct bytes){0});
	wire_put_number(w, 0);
	wire_put_number(w, 0);
	wire_put_number(w, 0);
}

static enum wire_answer sdf_list(struct writer *w)
{
	uint8_t info[ROOM] = {0};
	bool kept = session != NULL;
	enum wire_answer answer = connect_machine();

	if (answer != WIRE_OK)
		return answer;
	if (((on_room)sdf.GetDeviceInfo)(session, info) != SDR_OK)
		memset(info, 0, sizeof info);
	for (unsigned i = 1; i <= SDF_KEYS_MAX; i++) {
		bool sign = has_key(sdf.ExportSignPublicKey_ECC, i);

		if (sign || has_key(sdf.ExportEncPublicKey_ECC, i))
			put_index(w, i, info);
	}
	wire_put_number(w, 0);
	if (!kept)
		sdf_logout();
	return WIRE_OK;
}

static uint32_t index_of(struct bytes id)
{
	struct err why;
	uint64_t n;

	return decimal_u64(id, SDF_KEYS_MAX, &n, &why) ? (uint32_t)n : 0;
}

static enum wire_answer sdf_login(
	struct bytes id, struct bytes key, struct bytes pin, uint32_t *tries_left)
{
	uint32_t index = index_of(id);
	char text[128] = {0};
	enum wire_answer answer;
	int code;

	(void)key; /* the token is the index */
	*tries_left = 0;
	sdf_logout();
	if (!index || pin.n >= sizeof text)
		return driver_failed(WIRE_ABSENT, "key", SDR_KEYNOTEXIST);
	answer = connect_machine();
	if (answer != WIRE_OK)
		return answer;
	if (!has_key(sdf.ExportSignPublicKey_ECC, index) &&
		!has_key(sdf.ExportEncPublicKey_ECC, index)) {
		sdf_logout();
		return driver_failed(WIRE_ABSENT, "key", SDR_KEYNOTEXIST);
	}
	memcpy(text, pin.p, pin.n);
	//= GM/T 0018-2012 §6.2.6: the right to use a private key is given for its password
	code = ((with_password)sdf.GetPrivateKeyAccessRight)(
		session, index, text, (unsigned)pin.n);
	mem_wipe(text, sizeof text);
	if (code == SDR_OK) {
		open_index = index;
		return WIRE_OK;
	}
	sdf_logout();
	return (unsigned)code == SDR_PARDENY
		       ? WIRE_PIN_WRONG
		       : failed("SDF_GetPrivateKeyAccessRight", code);
}

static enum wire_answer sdf_sign(
	struct bytes key, enum sig_alg alg, struct bytes data, struct writer *w)
{
	uint8_t out[ROOM] = {0}, digest[POINT_HALF];
	int code;

	if (!open_index || index_of(key) != open_index)
		return driver_failed(WIRE_ABSENT, "key", SDR_KEYNOTEXIST);
	if (alg != SIG_SM2_SM3 || data.n != sizeof digest)
		return WIRE_UNSUPPORTED;
	memcpy(digest, data.p, sizeof digest);
	code = ((sign_call)sdf.InternalSign_ECC)(
		session, open_index, digest, sizeof digest, out);
	if (code != SDR_OK)
		return failed("SDF_InternalSign_ECC", code);
	wire_put(w, bytes_make(out, SIGNATURE_TOLD));
	return WIRE_OK;
}

/* ECCCipher: x, y, M, L, C. */
static void cipher_struct(
	uint8_t *blob, const uint8_t c1[64], const uint8_t c3[32], struct bytes c2)
{
	static const uint8_t zeros[SDF_FIELD - POINT_HALF];
	struct bytes pad = bytes_make(zeros, field - POINT_HALF);
	struct writer w = writer_over(blob, ROOM);

	write_bytes(&w, pad);
	write_bytes(&w, bytes_make(c1, POINT_HALF));
	write_bytes(&w, pad);
	write_bytes(&w, bytes_make(c1 + POINT_HALF, POINT_HALF));
	write_bytes(&w, bytes_make(c3, 32));
	write_le32(&w, (uint32_t)c2.n);
	write_bytes(&w, c2);
}

/* The key stays in the machine. */
static int by_key_handle(uint8_t *blob, struct bytes sealed, uint8_t *out)
{
	uint8_t in[SEALED_MAX], room[SEALED_MAX + ROOM], iv[SM4_BLOCK] = {0};
	unsigned n = SEALED_MAX;
	sdf_handle key = NULL;
	int code;

	if (!sdf.ImportKeyWithISK_ECC || !sdf.Decrypt)
		return SDR_NOTSUPPORT;
	code = ((import_call)sdf.ImportKeyWithISK_ECC)(session, open_index, blob, &key);
	if (code != SDR_OK)
		return code;
	memcpy(in, sealed.p, sealed.n);
	code = ((decrypt_call)sdf.Decrypt)(
		session, key, SDF_SM4_ECB, iv, in, (unsigned)sealed.n, room, &n);
	if (sdf.DestroyKey)
		(void)((destroy_call)sdf.DestroyKey)(session, key);
	if (code == SDR_OK && n != sealed.n)
		code = SDR_ENCDATAERR;
	if (code == SDR_OK)
		memcpy(out, room, sealed.n);
	mem_wipe(room, sizeof room);
	return code;
}

/* The key comes out, and is used here. */
static int by_decryption(uint8_t *blob, struct bytes sealed, uint8_t *out)
{
	AUTO(secret) room = secret_new(ROOM);
	unsigned n = 256;
	struct err e;
	int code;

	if (!sdf.InternalDecrypt_ECC)
		return SDR_NOTSUPPORT;
	code = ((open_envelope)sdf.InternalDecrypt_ECC)(
		session, open_index, SDF_SM2_3, blob, secret_data(room), &n);
	if (code != SDR_OK)
		return code;
	return n == SM4_KEY && sm4_ecb_decrypt(secret_data(room), sealed, out, &e)
		       ? SDR_OK
		       : SDR_ENCDATAERR;
}

static enum wire_answer sdf_unwrap(struct bytes key, const uint8_t c1[64],
	const uint8_t c3[32], struct bytes c2, struct bytes sealed, uint8_t *out)
{
	uint8_t blob[ROOM] = {0};
	int code;

	if (!open_index || index_of(key) != open_index)
		return driver_failed(WIRE_ABSENT, "key", SDR_KEYNOTEXIST);
	if (c2.n != SM4_KEY || sealed.n > SEALED_MAX || sealed.n % SM4_BLOCK)
		return WIRE_UNSUPPORTED;
	cipher_struct(blob, c1, c3, c2);
	code = by_key_handle(blob, sealed, out);
	if ((unsigned)code == SDR_NOTSUPPORT)
		code = by_decryption(blob, sealed, out);
	return code == SDR_OK ? WIRE_OK : failed("unwrap", code);
}

const struct token_driver token_driver_sdf = {
	.load = sdf_load,
	.list = sdf_list,
	.login = sdf_login,
	.sign = sdf_sign,
	.unwrap = sdf_unwrap,
	.logout = sdf_logout,
};
