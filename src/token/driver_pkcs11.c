/* driver_pkcs11: whatever speaks PKCS#11 2.x, with RSA and ECDSA keys.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Runs in the child. A key is named by its CKA_ID in hexadecimal; its certificate is the
 * object with the same CKA_ID. SM2 has no mechanism in the standard, so bids cannot be
 * sealed to such a token.
 */
#include <dlfcn.h>
#include <p11-kit/pkcs11.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "crypto/secret.h"
#include "token/driver.h"

enum {
	SLOTS_MAX = 64,
	CERTS_MAX = 16,
	CERT_ROOM = 16 * 1024,
	ID_MAX = 64,
	ID_TEXT = 2 * ID_MAX + 1,
	VALUE_ROOM = 1024
};

static CK_FUNCTION_LIST *p11;
static CK_SESSION_HANDLE session; /* of the token that is open */
static bool is_open;
static CK_SLOT_ID open_slot;

static enum wire_answer failed(const char *what, CK_RV rv)
{
	switch (rv) {
	case CKR_TOKEN_NOT_PRESENT:
	case CKR_DEVICE_REMOVED:
	case CKR_SLOT_ID_INVALID:
	case CKR_SESSION_HANDLE_INVALID:
		return driver_failed(WIRE_ABSENT, what, (uint32_t)rv);
	case CKR_FUNCTION_NOT_SUPPORTED:
	case CKR_MECHANISM_INVALID:
	case CKR_KEY_FUNCTION_NOT_PERMITTED:
		return driver_failed(WIRE_UNSUPPORTED, what, (uint32_t)rv);
	default:
		return driver_failed(WIRE_FAILED, what, (uint32_t)rv);
	}
}

static bool pkcs11_load(const char *path, struct err *e)
{
	void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	CK_C_GetFunctionList get;
	driver_any symbol;

	if (!library)
		return err_set(e, ERR_NOT_FOUND, "%s", dlerror());
	symbol = driver_symbol(library, "C_GetFunctionList");
	if (!symbol)
		return err_set(
			e, ERR_UNSUPPORTED, "the library has no C_GetFunctionList");
	get = (CK_C_GetFunctionList)symbol;
	if (get(&p11) != CKR_OK || !p11)
		return err_set(e, ERR_UNSUPPORTED, "C_GetFunctionList");
	if (p11->version.major != 2 && p11->version.major != 3)
		return err_set(e, ERR_UNSUPPORTED, "PKCS#11 %d", p11->version.major);
	return p11->C_Initialize(NULL) == CKR_OK ||
	       err_set(e, ERR_CRYPTO, "C_Initialize");
}

static void pkcs11_logout(void)
{
	if (is_open) {
		(void)p11->C_Logout(session);
		(void)p11->C_CloseSession(session);
	}
	is_open = false;
}

/* --- the list */

/* Text of fixed length, padded with blanks. */
static struct bytes padded(const unsigned char *p, size_t n)
{
	while (n && (p[n - 1] == ' ' || p[n - 1] == 0))
		n--;
	return bytes_make(p, n);
}

/* One attribute of an object into room; its size, or 0. */
static size_t attribute(CK_SESSION_HANDLE s, CK_OBJECT_HANDLE object,
	CK_ATTRIBUTE_TYPE type, uint8_t *room, size_t cap)
{
	CK_ATTRIBUTE a = {type, NULL, 0};

	if (p11->C_GetAttributeValue(s, object, &a, 1) != CKR_OK || a.ulValueLen > cap ||
		!a.ulValueLen)
		return 0;
	a.pValue = room;
	if (p11->C_GetAttributeValue(s, object, &a, 1) != CKR_OK || a.ulValueLen > cap)
		return 0;
	return a.ulValueLen;
}

/* Objects of a class, with this CKA_ID when id.n. */
static size_t find(CK_SESSION_HANDLE s, CK_OBJECT_CLASS class, struct bytes id,
	CK_OBJECT_HANDLE *out, size_t max)
{
	uint8_t copy[ID_MAX];
	CK_ATTRIBUTE want[2] = {{CKA_CLASS, &class, sizeof class}, {CKA_ID, copy, id.n}};
	CK_ULONG n = 0;

	if (id.n > sizeof copy)
		return 0;
	if (id.n)
		memcpy(copy, id.p, id.n);
	if (p11->C_FindObjectsInit(s, want, id.n ? 2 : 1) != CKR_OK)
		return 0;
	if (p11->C_FindObjects(s, out, max, &n) != CKR_OK || n > max)
		n = 0;
	(void)p11->C_FindObjectsFinal(s);
	return n;
}

static const char *id_text(char out[ID_TEXT], struct bytes id)
{
	for (size_t i = 0; i < id.n; i++)
		(void)snprintf(out + 2 * i, 3, "%02x", id.p[i]);
	return out;
}

static void put_keys(struct writer *w, CK_SESSION_HANDLE s)
{
	static uint8_t cert[CERT_ROOM];
	CK_OBJECT_HANDLE objects[CERTS_MAX];
	size_t n = find(s, CKO_CERTIFICATE, (struct bytes){0}, objects, CERTS_MAX);

	for (size_t i = 0; i < n; i++) {
		char text[ID_TEXT] = "";
		uint8_t id[ID_MAX];
		size_t id_n = attribute(s, objects[i], CKA_ID, id, sizeof id);
		size_t size = attribute(s, objects[i], CKA_VALUE, cert, sizeof cert);

		if (!id_n || !size)
			continue;
		wire_put_number(w, 1);
		wire_put(w, bytes_str(id_text(text, bytes_make(id, id_n))));
		wire_put(w, bytes_make(cert, size));
		wire_put(w, bytes_make(cert, size));
	}
}

/* Tries left as the wire has them, plus one: PKCS#11 tells the last and none. */
static uint32_t tries(CK_FLAGS flags)
{
	return flags & CKF_USER_PIN_LOCKED ? 1 : flags & CKF_USER_PIN_FINAL_TRY ? 2 : 0;
}

static void put_token(struct writer *w, CK_SLOT_ID slot)
{
	CK_SESSION_HANDLE s;
	CK_TOKEN_INFO info;
	char id[32];

	memset(&info, 0, sizeof info);
	if (p11->C_GetTokenInfo(slot, &info) != CKR_OK ||
		!(info.flags & CKF_TOKEN_INITIALIZED))
		return;
	(void)snprintf(id, sizeof id, "%lu", (unsigned long)slot);
	wire_put_number(w, 1);
	wire_put(w, bytes_str(id));
	wire_put(w, padded(info.label, sizeof info.label));
	wire_put(w, padded(info.manufacturerID, sizeof info.manufacturerID));
	wire_put(w, padded(info.serialNumber, sizeof info.serialNumber));
	if (p11->C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL, &s) == CKR_OK) {
		put_keys(w, s);
		(void)p11->C_CloseSession(s);
	}
	wire_put_number(w, 0);
	wire_put_number(w, 0);
	wire_put_number(w, tries(info.flags));
}

static enum wire_answer pkcs11_list(struct writer *w)
{
	CK_SLOT_ID slots[SLOTS_MAX];
	CK_ULONG n = SLOTS_MAX;
	CK_RV rv = p11->C_GetSlotList(CK_TRUE, slots, &n);

	if (rv != CKR_OK || n > SLOTS_MAX)
		return failed("C_GetSlotList", rv);
	for (CK_ULONG i = 0; i < n; i++)
		put_token(w, slots[i]);
	wire_put_number(w, 0);
	return WIRE_OK;
}

/* --- the open token */

static enum wire_answer pkcs11_login(
	struct bytes id, struct bytes key, struct bytes pin, uint32_t *tries_left)
{
	unsigned char text[128] = {0};
	CK_TOKEN_INFO info;
	struct err why;
	uint64_t slot;
	CK_RV rv;

	(void)key; /* one PIN for all of a token */
	*tries_left = 0;
	pkcs11_logout();
	if (!decimal_u64(id, UINT64_MAX - 1, &slot, &why) || pin.n > sizeof text)
		return driver_failed(WIRE_ABSENT, "slot", CKR_SLOT_ID_INVALID);
	open_slot = (CK_SLOT_ID)slot;
	rv = p11->C_OpenSession(open_slot, CKF_SERIAL_SESSION, NULL, NULL, &session);
	if (rv != CKR_OK)
		return failed("C_OpenSession", rv);
	is_open = true;
	memcpy(text, pin.p, pin.n);
	//= PKCS#11 2.40 §5.6: one C_Login for one PIN that was typed
	rv = p11->C_Login(session, CKU_USER, text, pin.n);
	mem_wipe(text, sizeof text);
	if (rv == CKR_OK)
		return WIRE_OK;
	pkcs11_logout();
	if (rv == CKR_PIN_LOCKED)
		return WIRE_PIN_LOCKED;
	if (rv != CKR_PIN_INCORRECT && rv != CKR_PIN_LEN_RANGE && rv != CKR_PIN_INVALID)
		return failed("C_Login", rv);
	memset(&info, 0, sizeof info);
	if (p11->C_GetTokenInfo(open_slot, &info) == CKR_OK)
		*tries_left = tries(info.flags);
	return *tries_left == 1 ? WIRE_PIN_LOCKED : WIRE_PIN_WRONG;
}

/* The private key whose CKA_ID a key's id spells. */
static enum wire_answer private_key(struct bytes key, CK_OBJECT_HANDLE *out)
{
	AUTO(arena) a = arena_new();
	struct bytes id;
	struct err why;

	*out = CK_INVALID_HANDLE;
	if (!is_open)
		return driver_failed(WIRE_ABSENT, "key", CKR_USER_NOT_LOGGED_IN);
	if (!hex_decode(a, key, &id, &why) || !id.n ||
		find(session, CKO_PRIVATE_KEY, id, out, 1) != 1)
		return driver_failed(WIRE_ABSENT, "key", CKR_KEY_HANDLE_INVALID);
	return WIRE_OK;
}

/* RFC 8017 §9.2: DigestInfo up to the digest, whose size is the last octet. */
static const uint8_t sha256_info[] = {0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86,
	0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};
static const uint8_t sha384_info[] = {0x30, 0x41, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86,
	0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02, 0x05, 0x00, 0x04, 0x30};
static const uint8_t sha512_info[] = {0x30, 0x51, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86,
	0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03, 0x05, 0x00, 0x04, 0x40};

/* What goes into the token, and by which mechanism; false when it is not this kind's. */
static bool signing_input(
	struct writer *w, CK_MECHANISM *m, enum sig_alg alg, struct bytes digest)
{
	static const struct {
		enum sig_alg alg;
		CK_MECHANISM_TYPE mechanism;
		struct bytes head;
		size_t size;
	} rows[] = {
		{SIG_RSA_SHA256, CKM_RSA_PKCS, {sha256_info, sizeof sha256_info}, 32},
		{SIG_RSA_SHA384, CKM_RSA_PKCS, {sha384_info, sizeof sha384_info}, 48},
		{SIG_RSA_SHA512, CKM_RSA_PKCS, {sha512_info, sizeof sha512_info}, 64},
		{SIG_ECDSA_SHA256, CKM_ECDSA, {NULL, 0}, 32},
		{SIG_ECDSA_SHA384, CKM_ECDSA, {NULL, 0}, 48},
		{SIG_ECDSA_SHA512, CKM_ECDSA, {NULL, 0}, 64},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].alg == alg && rows[i].size == digest.n) {
			*m = (CK_MECHANISM){rows[i].mechanism, NULL, 0};
			write_bytes(w, rows[i].head);
			write_bytes(w, digest);
			return true;
		}
	return false;
}

static enum wire_answer pkcs11_sign(
	struct bytes key, enum sig_alg alg, struct bytes data, struct writer *w)
{
	uint8_t in[128], out[VALUE_ROOM];
	struct writer what = writer_over(in, sizeof in);
	CK_OBJECT_HANDLE object;
	CK_MECHANISM m;
	CK_ULONG n = sizeof out;
	enum wire_answer answer = private_key(key, &object);
	CK_RV rv;

	if (answer != WIRE_OK)
		return answer;
	if (!signing_input(&what, &m, alg, data))
		return WIRE_UNSUPPORTED;
	rv = p11->C_SignInit(session, &m, object);
	if (rv == CKR_OK)
		rv = p11->C_Sign(session, in, what.n, out, &n);
	if (rv != CKR_OK || n > sizeof out)
		return failed("C_Sign", rv);
	wire_put(w, bytes_make(out, n));
	return WIRE_OK;
}

static enum wire_answer pkcs11_decrypt(
	struct bytes key, bool oaep, struct bytes data, struct writer *w)
{
	CK_RSA_PKCS_OAEP_PARAMS params = {
		CKM_SHA_1, CKG_MGF1_SHA1, CKZ_DATA_SPECIFIED, NULL, 0};
	CK_MECHANISM m = {CKM_RSA_PKCS, NULL, 0};
	AUTO(secret) room = secret_new(VALUE_ROOM);
	uint8_t in[VALUE_ROOM];
	CK_OBJECT_HANDLE object;
	CK_ULONG n = VALUE_ROOM;
	enum wire_answer answer = private_key(key, &object);
	CK_RV rv;

	if (answer != WIRE_OK)
		return answer;
	if (data.n > sizeof in)
		return WIRE_UNSUPPORTED;
	if (oaep)
		m = (CK_MECHANISM){CKM_RSA_PKCS_OAEP, &params, sizeof params};
	memcpy(in, data.p, data.n);
	rv = p11->C_DecryptInit(session, &m, object);
	if (rv == CKR_OK)
		rv = p11->C_Decrypt(session, in, data.n, secret_data(room), &n);
	if (rv != CKR_OK || n > VALUE_ROOM)
		return failed("C_Decrypt", rv);
	wire_put(w, bytes_make(secret_view(room), n));
	return WIRE_OK;
}

const struct token_driver token_driver_pkcs11 = {
	.load = pkcs11_load,
	.list = pkcs11_list,
	.login = pkcs11_login,
	.sign = pkcs11_sign,
	.decrypt = pkcs11_decrypt,
	.logout = pkcs11_logout,
};
