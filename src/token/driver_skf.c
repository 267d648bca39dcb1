/* driver_skf: a token library of GM/T 0016 as GM/T 0016 has it, and as vendors have it.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Runs in the child. Nothing is assumed about sizes the library reports: every buffer has
 * room behind it, and every number is held against the buffer. One token is open at a
 * time, and held exclusively while it is.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/secret.h"
#include "crypto/sm4.h"
#include "token/driver.h"
#include "token/skf.h"

enum {
	LIST_MAX = 16 * 1024,
	CERT_ROOM = 16 * 1024,
	GUARD = 4096,
	DEVINFO_ROOM = 4096,
	NAMES_MAX = 64,
	SIGNATURE_ROOM = 512,
	SIGNATURE_TOLD = 256,
	LOCK_MS = 1000
};

/* Every function used, by its name in the standard; those below `vendor` may be missing.
 */
#define SKF_CALLS(CALL)         \
	CALL(EnumDev)           \
	CALL(ConnectDev)        \
	CALL(DisConnectDev)     \
	CALL(GetDevInfo)        \
	CALL(EnumApplication)   \
	CALL(OpenApplication)   \
	CALL(CloseApplication)  \
	CALL(VerifyPIN)         \
	CALL(EnumContainer)     \
	CALL(OpenContainer)     \
	CALL(CloseContainer)    \
	CALL(ExportCertificate) \
	CALL(ECCSignData)
#define SKF_OPTIONAL(CALL)     \
	CALL(LockDev)          \
	CALL(UnlockDev)        \
	CALL(GetPINInfo)       \
	CALL(ClearSecureState) \
	CALL(ImportSessionKey) \
	CALL(DecryptInit)      \
	CALL(Decrypt)          \
	CALL(CloseHandle)      \
	CALL(ECCPrvKeyDecrypt) \
	CALL(PrvKeyDecrypt)    \
	CALL(ECCDecrypt)

/* Called through the one type each has; see the casts in the wrappers below. */
typedef void (*skf_any)(void);
static struct {
#define CALL(name) skf_any name;
	SKF_CALLS(CALL) SKF_OPTIONAL(CALL)
#undef CALL
} skf;

static bool wide; /* ULONG has 8 octets */

/* The token that is open. */
static struct {
	skf_handle dev, app;
	char device[LIST_MAX], application[256];
	bool held;
} open_token;

/* Numbers come back in 32 or 64 bits; the upper half of a register means nothing. */
#define RV(call) ((uint32_t)(call))

static enum wire_answer failed(const char *what, uint32_t code)
{
	(void)snprintf(
		token_driver_text, sizeof token_driver_text, "%s: 0x%08X", what, code);
	switch (code) {
	case SAR_DEVICE_REMOVED:
	case SAR_INVALIDHANDLEERR:
	case SAR_APPLICATION_NOT_EXISTS:
		return WIRE_ABSENT;
	case SAR_NOTSUPPORTYETERR:
		return WIRE_UNSUPPORTED;
	default:
		return WIRE_FAILED;
	}
}

static skf_any symbol(void *library, const char *name)
{
	char full[64];
	skf_any out;
	void *p;

	(void)snprintf(full, sizeof full, "SKF_%s", name);
	p = dlsym(library, full);
	memcpy(&out, &p, sizeof out);
	return out;
}

static bool skf_load(const char *path, struct err *e)
{
	void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);

	if (!library)
		return err_set(e, ERR_NOT_FOUND, "%s", dlerror());
#define CALL(name)                                \
	if (!(skf.name = symbol(library, #name))) \
		return err_set(e, ERR_UNSUPPORTED, "the library has no SKF_" #name);
	SKF_CALLS(CALL)
#undef CALL
#define CALL(name) skf.name = symbol(library, #name);
	SKF_OPTIONAL(CALL)
#undef CALL
	return true;
}

/* --- lists of names */

struct names {
	char text[LIST_MAX + GUARD];
	const char *name[NAMES_MAX];
	size_t n;
};

typedef skf_number (*enum_of)(const void *of, char *list, skf_number *size);

/* Takes a list "a\0b\0\0" apart, within size octets and never beyond the room. */
static void names_split(struct names *v, size_t size)
{
	size_t at = 0;

	if (size > LIST_MAX)
		size = LIST_MAX;
	v->text[size] = 0;
	for (v->n = 0; at < size && v->text[at] && v->n < NAMES_MAX;
		at += strlen(v->text + at) + 1)
		v->name[v->n++] = v->text + at;
}

/* Asks for the size first: some libraries want a buffer of exactly that, others none. */
static uint32_t names_get(struct names *v, enum_of call, const void *of, bool probe)
{
	skf_number size = probe ? UINT64_C(0xAAAAAAAA) << 32 : 0;
	uint32_t code = RV(call(of, NULL, &size));

	if (probe && code == SAR_OK)
		wide = size >> 32 != 0xAAAAAAAA;
	size &= 0xFFFFFFFF;
	memset(v, 0, sizeof *v);
	if (code != SAR_OK || size > LIST_MAX)
		size = LIST_MAX;
	code = RV(call(of, v->text, &size));
	if (code == SAR_OK)
		names_split(v, (size_t)(size & 0xFFFFFFFF));
	return code;
}

static skf_number enum_devices(const void *of, char *list, skf_number *size)
{
	(void)of;
	return ((skf_number(*)(int, char *, skf_number *))skf.EnumDev)(1, list, size);
}

static skf_number enum_applications(const void *of, char *list, skf_number *size)
{
	skf_handle dev;

	memcpy(&dev, of, sizeof dev);
	return ((skf_number(*)(skf_handle, char *, skf_number *))skf.EnumApplication)(
		dev, list, size);
}

static skf_number enum_containers(const void *of, char *list, skf_number *size)
{
	skf_handle app;

	memcpy(&app, of, sizeof app);
	return ((skf_number(*)(skf_handle, char *, skf_number *))skf.EnumContainer)(
		app, list, size);
}

/* --- handles */

typedef skf_number (*open_named)(const void *of, char *name, skf_handle *out);
typedef skf_number (*on_handle)(skf_handle h);

static void close_handle(skf_any call, skf_handle h)
{
	if (h && call)
		(void)((on_handle)call)(h);
}

/* Names go in as writable copies: some libraries write to them. */
static uint32_t open_by_name(
	skf_any call, skf_handle in, const char *name, skf_handle *out)
{
	char copy[LIST_MAX];

	*out = NULL;
	(void)snprintf(copy, sizeof copy, "%s", name);
	return RV(((skf_number(*)(skf_handle, char *, skf_handle *))call)(in, copy, out));
}

static uint32_t connect_device(const char *name, skf_handle *dev)
{
	char copy[LIST_MAX];

	*dev = NULL;
	(void)snprintf(copy, sizeof copy, "%s", name);
	return RV(((skf_number(*)(char *, skf_handle *))skf.ConnectDev)(copy, dev));
}

/* Manufacturer, label and serial stand before the first ULONG, where packing does not
 * matter: VERSION 2, Manufacturer 64, Issuer 64, Label 32, SerialNumber 32. */
struct device_text {
	char maker[65], label[33], serial[33];
};

static uint32_t device_info(skf_handle dev, struct device_text *out)
{
	uint8_t info[DEVINFO_ROOM] = {0};
	uint32_t code =
		RV(((skf_number(*)(skf_handle, void *))skf.GetDevInfo)(dev, info));

	memset(out, 0, sizeof *out);
	if (code == SAR_OK) {
		memcpy(out->maker, info + 2, 64);
		memcpy(out->label, info + 130, 32);
		memcpy(out->serial, info + 162, 32);
	}
	return code;
}

/* --- the list */

static struct bytes certificate(skf_handle container, bool sign, uint8_t *room)
{
	skf_number size = 0;
	skf_number (*call)(skf_handle, int, uint8_t *, skf_number *) = (skf_number(*)(
		skf_handle, int, uint8_t *, skf_number *))skf.ExportCertificate;
	uint32_t code = RV(call(container, sign, NULL, &size));

	size &= 0xFFFFFFFF;
	if (code != SAR_OK || size > CERT_ROOM || size == 0)
		size = CERT_ROOM;
	code = RV(call(container, sign, room, &size));
	size &= 0xFFFFFFFF;
	if (code != SAR_OK || size > CERT_ROOM)
		return (struct bytes){0};
	return bytes_make(room, (size_t)size);
}

static void put_container(
	struct writer *w, skf_handle app, const char *application, const char *name)
{
	static uint8_t room[CERT_ROOM + GUARD];
	skf_handle container = NULL;
	char id[LIST_MAX];

	if (open_by_name(skf.OpenContainer, app, name, &container) != SAR_OK)
		return;
	(void)snprintf(id, sizeof id, "%.200s/%.1000s", application, name);
	wire_put_number(w, 1);
	wire_put(w, bytes_str(id));
	wire_put(w, certificate(container, true, room));
	wire_put(w, certificate(container, false, room));
	close_handle(skf.CloseContainer, container);
}

static void pin_info(skf_handle app, skf_number *most, skf_number *left)
{
	int standard = 0;
	uint32_t code = SAR_NOTSUPPORTYETERR;

	*most = *left = 0;
	if (skf.GetPINInfo)
		code = RV(((skf_number(*)(skf_handle, skf_number, skf_number *,
			skf_number *, int *))skf.GetPINInfo)(
			app, SKF_USER, most, left, &standard));
	*most = code == SAR_OK ? (*most & 0xFF) + 1 : 0;
	*left = code == SAR_OK ? (*left & 0xFF) + 1 : 0;
}

/* Tries of the first application with containers; the containers of all. */
static void put_applications(struct writer *w, skf_handle dev)
{
	static struct names applications, containers;
	skf_number most = 0, left = 0;
	size_t n;

	if (names_get(&applications, enum_applications, &dev, false) != SAR_OK)
		applications.n = 0;
	for (n = 0; n < applications.n; n++) {
		skf_handle app = NULL;

		if (open_by_name(skf.OpenApplication, dev, applications.name[n], &app) !=
			SAR_OK)
			continue;
		if (!most)
			pin_info(app, &most, &left);
		if (names_get(&containers, enum_containers, &app, false) == SAR_OK)
			for (size_t k = 0; k < containers.n; k++)
				put_container(
					w, app, applications.name[n], containers.name[k]);
		close_handle(skf.CloseApplication, app);
	}
	wire_put_number(w, 0);
	wire_put_number(w, (uint32_t)most);
	wire_put_number(w, (uint32_t)left);
}

static void put_token(struct writer *w, const char *device)
{
	struct device_text text;
	skf_handle dev = NULL;
	bool ours = open_token.dev && strcmp(device, open_token.device) == 0;

	if (ours)
		dev = open_token.dev;
	else if (connect_device(device, &dev) != SAR_OK)
		return;
	if (device_info(dev, &text) == SAR_OK) {
		wire_put_number(w, 1);
		wire_put(w, bytes_str(device));
		wire_put(w, bytes_str(text.label));
		wire_put(w, bytes_str(text.maker));
		wire_put(w, bytes_str(text.serial));
		put_applications(w, dev);
	}
	if (!ours)
		close_handle(skf.DisConnectDev, dev);
}

static enum wire_answer skf_list(struct writer *w)
{
	static struct names devices;
	uint32_t code = names_get(&devices, enum_devices, NULL, true);

	if (code != SAR_OK)
		return failed("SKF_EnumDev", code);
	for (size_t i = 0; i < devices.n; i++)
		put_token(w, devices.name[i]);
	wire_put_number(w, 0);
	return WIRE_OK;
}

/* --- the open token */

static void skf_logout(void)
{
	if (open_token.app && skf.ClearSecureState)
		(void)((on_handle)skf.ClearSecureState)(open_token.app);
	close_handle(skf.CloseApplication, open_token.app);
	if (open_token.held)
		close_handle(skf.UnlockDev, open_token.dev);
	close_handle(skf.DisConnectDev, open_token.dev);
	memset(&open_token, 0, sizeof open_token);
}

/* The device by its name, and the first application that has containers. */
static enum wire_answer token_open(struct bytes id)
{
	static struct names devices, applications, containers;
	uint32_t code = names_get(&devices, enum_devices, NULL, true);
	size_t at = 0;

	if (code != SAR_OK)
		return failed("SKF_EnumDev", code);
	while (at < devices.n && !bytes_equal(bytes_str(devices.name[at]), id))
		at++;
	if (at == devices.n)
		return failed("SKF_EnumDev", SAR_DEVICE_REMOVED);
	(void)snprintf(
		open_token.device, sizeof open_token.device, "%s", devices.name[at]);
	code = connect_device(devices.name[at], &open_token.dev);
	if (code != SAR_OK)
		return failed("SKF_ConnectDev", code);
	if (skf.LockDev)
		open_token.held = RV(((skf_number(*)(skf_handle, skf_number))skf.LockDev)(
					  open_token.dev, LOCK_MS)) == SAR_OK;
	code = names_get(&applications, enum_applications, &open_token.dev, false);
	for (size_t n = 0; code == SAR_OK && n < applications.n; n++) {
		code = open_by_name(skf.OpenApplication, open_token.dev,
			applications.name[n], &open_token.app);
		if (code == SAR_OK &&
			names_get(&containers, enum_containers, &open_token.app, false) ==
				SAR_OK &&
			containers.n) {
			(void)snprintf(open_token.application,
				sizeof open_token.application, "%s",
				applications.name[n]);
			return WIRE_OK;
		}
		close_handle(skf.CloseApplication, open_token.app);
		open_token.app = NULL;
	}
	return failed("SKF_OpenApplication", SAR_APPLICATION_NOT_EXISTS);
}

static enum wire_answer skf_login(struct bytes id, struct bytes pin, uint32_t *tries_left)
{
	char text[128] = {0};
	skf_number left = 0;
	enum wire_answer answer;
	uint32_t code;

	skf_logout();
	answer = token_open(id);
	if (answer == WIRE_OK && pin.n < sizeof text) {
		memcpy(text, pin.p, pin.n);
		//= GM/T 0016-2012 §7.2: one try for one PIN that was typed
		code = RV(((skf_number(*)(skf_handle, skf_number, char *, skf_number *))
				   skf.VerifyPIN)(open_token.app, SKF_USER, text, &left));
		mem_wipe(text, sizeof text);
		*tries_left = code == SAR_PIN_INCORRECT ? (uint32_t)(left & 0xFF) + 1 : 0;
		answer = code == SAR_OK              ? WIRE_OK
			 : code == SAR_PIN_INCORRECT ? WIRE_PIN_WRONG
			 : code == SAR_PIN_LOCKED    ? WIRE_PIN_LOCKED
						     : failed("SKF_VerifyPIN", code);
		if (code == SAR_PIN_INCORRECT && (left & 0xFF) == 0)
			answer = WIRE_PIN_LOCKED;
	}
	if (answer != WIRE_OK)
		skf_logout();
	return answer;
}

static enum wire_answer container_open(struct bytes key, skf_handle *out)
{
	struct bytes application = bytes_str(open_token.application);
	char name[1024];
	uint32_t code;

	if (!open_token.app)
		return failed("key", SAR_USER_NOT_LOGGED_IN);
	if (!bytes_starts(key, application) || key.n <= application.n + 1 ||
		key.n - application.n >= sizeof name)
		return failed("key", SAR_DEVICE_REMOVED);
	memset(name, 0, sizeof name);
	memcpy(name, key.p + application.n + 1, key.n - application.n - 1);
	code = open_by_name(skf.OpenContainer, open_token.app, name, out);
	return code == SAR_OK ? WIRE_OK : failed("SKF_OpenContainer", code);
}

static enum wire_answer skf_sign(struct bytes key, struct bytes data, struct writer *w)
{
	uint8_t out[SIGNATURE_ROOM], in[64 * 1024];
	skf_handle container = NULL;
	enum wire_answer answer = container_open(key, &container);
	uint32_t code;

	if (answer != WIRE_OK)
		return answer;
	if (data.n > sizeof in)
		return WIRE_UNSUPPORTED;
	memcpy(in, data.p, data.n);
	memset(out, 0, sizeof out);
	code = RV(((skf_number(*)(skf_handle, uint8_t *, skf_number,
		void *))skf.ECCSignData)(container, in, data.n, out));
	close_handle(skf.CloseContainer, container);
	if (code != SAR_OK)
		return failed("SKF_ECCSignData", code);
	wire_put(w, bytes_make(out, SIGNATURE_TOLD));
	return WIRE_OK;
}

/* --- unwrapping */

/* ECCCIPHERBLOB in the library's own form. */
static size_t cipher_blob(
	uint8_t *blob, const uint8_t c1[64], const uint8_t c3[32], struct bytes c2)
{
	struct writer w = writer_over(blob, 1024);
	static const uint8_t zeros[32];

	write_bytes(&w, BYTES_OF(zeros));
	write_bytes(&w, bytes_make(c1, 32));
	write_bytes(&w, BYTES_OF(zeros));
	write_bytes(&w, bytes_make(c1 + 32, 32));
	write_bytes(&w, bytes_make(c3, 32));
	if (wide)
		write_le64(&w, c2.n);
	else
		write_le32(&w, (uint32_t)c2.n);
	write_bytes(&w, c2);
	return w.n;
}

/* BLOCKCIPHERPARAM goes by value, so its two sizes are two calls. */
struct cipher_param {
	uint8_t iv[32];
	uint32_t iv_size, padding, feed;
};
struct cipher_param_wide {
	uint8_t iv[32];
	uint64_t iv_size, padding, feed;
};

static uint32_t decrypt_init(skf_handle key)
{
	struct cipher_param p = {.iv_size = 0};
	struct cipher_param_wide q = {.iv_size = 0};

	return wide ? RV(((skf_number(*)(skf_handle,
			      struct cipher_param_wide))skf.DecryptInit)(key, q))
		    : RV(((skf_number(*)(
			      skf_handle, struct cipher_param))skf.DecryptInit)(key, p));
}

/* The portable way: the session key never leaves the token. */
static uint32_t by_session_key(skf_handle container, uint8_t *blob, size_t size,
	struct bytes sealed, uint8_t *out)
{
	uint8_t in[1024], room[1024 + GUARD];
	skf_number n = sizeof room - GUARD;
	skf_handle key = NULL;
	uint32_t code;

	if (!skf.ImportSessionKey || !skf.DecryptInit || !skf.Decrypt)
		return SAR_NOTSUPPORTYETERR;
	code = RV(((skf_number(*)(skf_handle, skf_number, uint8_t *, skf_number,
		skf_handle *))skf.ImportSessionKey)(
		container, SGD_SM4_ECB, blob, size, &key));
	if (code != SAR_OK)
		return code;
	memcpy(in, sealed.p, sealed.n);
	code = decrypt_init(key);
	if (code == SAR_OK)
		code = RV(((skf_number(*)(skf_handle, uint8_t *, skf_number, uint8_t *,
			skf_number *))skf.Decrypt)(key, in, sealed.n, room, &n));
	close_handle(skf.CloseHandle, key);
	if (code == SAR_OK && (n & 0xFFFFFFFF) != sealed.n)
		code = SAR_INDATALENERR;
	if (code == SAR_OK)
		memcpy(out, room, sealed.n);
	mem_wipe(room, sizeof room);
	return code;
}

typedef skf_number (*decrypt_short)(skf_handle, uint8_t *, uint8_t *, skf_number *);
typedef skf_number (*decrypt_spec)(
	skf_handle, skf_number, uint8_t *, uint8_t *, skf_number *);

/* What vendors added: the 16-octet key comes out, and the blocks are decrypted here. */
static uint32_t by_vendor_call(
	skf_handle container, uint8_t *blob, struct bytes sealed, uint8_t *out)
{
	AUTO(secret) room = secret_new(256 + GUARD);
	uint8_t *key = secret_data(room);
	skf_number n = 256;
	uint32_t code = SAR_NOTSUPPORTYETERR;
	struct err e;

	if (skf.ECCPrvKeyDecrypt)
		code = RV(
			((decrypt_short)skf.ECCPrvKeyDecrypt)(container, blob, key, &n));
	if (code == SAR_NOTSUPPORTYETERR && skf.PrvKeyDecrypt)
		code = RV(((decrypt_spec)skf.PrvKeyDecrypt)(container, 1, blob, key, &n));
	if (code == SAR_NOTSUPPORTYETERR && skf.ECCDecrypt)
		code = RV(((decrypt_short)skf.ECCDecrypt)(container, blob, key, &n));
	if (code != SAR_OK)
		return code;
	if ((n & 0xFFFFFFFF) != SM4_KEY || !sm4_ecb_decrypt(key, sealed, out, &e))
		return SAR_DECRYPTPADERR;
	return SAR_OK;
}

static enum wire_answer skf_unwrap(struct bytes key, const uint8_t c1[64],
	const uint8_t c3[32], struct bytes c2, struct bytes sealed, uint8_t *out)
{
	uint8_t blob[1024 + GUARD];
	skf_handle container = NULL;
	enum wire_answer answer;
	uint32_t code;
	size_t size;

	if (c2.n != SM4_KEY || sealed.n > 1024 || sealed.n % SM4_BLOCK)
		return WIRE_UNSUPPORTED;
	answer = container_open(key, &container);
	if (answer != WIRE_OK)
		return answer;
	size = cipher_blob(blob, c1, c3, c2);
	code = by_session_key(container, blob, size, sealed, out);
	if (code == SAR_NOTSUPPORTYETERR)
		code = by_vendor_call(container, blob, sealed, out);
	close_handle(skf.CloseContainer, container);
	return code == SAR_OK ? WIRE_OK : failed("unwrap", code);
}

const struct token_driver token_driver_skf = {
	.load = skf_load,
	.list = skf_list,
	.login = skf_login,
	.sign = skf_sign,
	.unwrap = skf_unwrap,
	.logout = skf_logout,
};
