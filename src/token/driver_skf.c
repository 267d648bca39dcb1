/* driver_skf: a token library of GM/T 0016 as GM/T 0016 has it, and as vendors have it.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Runs in the child. Nothing is assumed about sizes the library reports: every buffer has
 * room behind it, and every number is held against the buffer. One token is open at a
 * time, and held exclusively while it is.
 */
#include <stdio.h>
#include <string.h>

#include "crypto/secret.h"
#include "token/skf_calls.h"

enum { SIGNATURE_ROOM = 512, SIGNATURE_TOLD = 256, LOCK_MS = 1000 };

struct skf_token skf_token;

static void skf_logout(void)
{
	if (skf_token.app && skf.ClearSecureState)
		(void)((skf_on_handle)skf.ClearSecureState)(skf_token.app);
	skf_close(skf.CloseApplication, skf_token.app);
	if (skf_token.held)
		skf_close(skf.UnlockDev, skf_token.dev);
	skf_close(skf.DisConnectDev, skf_token.dev);
	memset(&skf_token, 0, sizeof skf_token);
}

/* Is it the application of the key "application/container"? */
static bool is_of(const char *application, struct bytes key)
{
	struct bytes name = bytes_str(application);

	return bytes_starts(key, name) && key.n > name.n && key.p[name.n] == '/';
}

/* The device by its name, and the application that the key is in: its PIN is asked. */
static enum wire_answer token_open(struct bytes id, struct bytes key)
{
	static struct skf_names devices, applications;
	uint32_t code = skf_names_get(&devices, skf_enum_devices, NULL, true);
	size_t at = 0;

	if (code != SAR_OK)
		return skf_failed("SKF_EnumDev", code);
	while (at < devices.n && !bytes_equal(bytes_str(devices.name[at]), id))
		at++;
	if (at == devices.n)
		return skf_failed("SKF_EnumDev", SAR_DEVICE_REMOVED);
	(void)snprintf(skf_token.device, sizeof skf_token.device, "%s", devices.name[at]);
	code = skf_connect(devices.name[at], &skf_token.dev);
	if (code != SAR_OK)
		return skf_failed("SKF_ConnectDev", code);
	//= Protocols §3: the token is held exclusively while open
	if (skf.LockDev) {
		code = RV(((skf_number(*)(skf_handle, skf_number))skf.LockDev)(
			skf_token.dev, LOCK_MS));
		skf_token.held = code == SAR_OK;
		if (!skf_token.held && code != SAR_NOTSUPPORTYETERR)
			return skf_failed("SKF_LockDev", code);
	}
	code = skf_names_get(&applications, skf_enum_applications, &skf_token.dev, false);
	for (size_t n = 0; code == SAR_OK && n < applications.n; n++) {
		if (!is_of(applications.name[n], key))
			continue;
		code = skf_open_named(skf.OpenApplication, skf_token.dev,
			applications.name[n], &skf_token.app);
		if (code != SAR_OK)
			return skf_failed("SKF_OpenApplication", code);
		(void)snprintf(skf_token.application, sizeof skf_token.application, "%s",
			applications.name[n]);
		return WIRE_OK;
	}
	return skf_failed("SKF_OpenApplication", SAR_APPLICATION_NOT_EXISTS);
}

static enum wire_answer skf_login(
	struct bytes id, struct bytes key, struct bytes pin, uint32_t *tries_left)
{
	char text[128] = {0};
	skf_number left = 0;
	enum wire_answer answer;
	uint32_t code;

	skf_logout();
	answer = token_open(id, key);
	if (answer == WIRE_OK && pin.n < sizeof text) {
		memcpy(text, pin.p, pin.n);
		//= GM/T 0016-2012 §7.2: one try for one PIN that was typed
		code = RV(((skf_number(*)(skf_handle, skf_number, char *, skf_number *))
				   skf.VerifyPIN)(skf_token.app, SKF_USER, text, &left));
		mem_wipe(text, sizeof text);
		*tries_left = code == SAR_PIN_INCORRECT ? (uint32_t)(left & 0xFF) + 1 : 0;
		answer = code == SAR_OK              ? WIRE_OK
			 : code == SAR_PIN_INCORRECT ? WIRE_PIN_WRONG
			 : code == SAR_PIN_LOCKED    ? WIRE_PIN_LOCKED
						     : skf_failed("SKF_VerifyPIN", code);
		if (code == SAR_PIN_INCORRECT && (left & 0xFF) == 0)
			answer = WIRE_PIN_LOCKED;
	}
	if (answer != WIRE_OK)
		skf_logout();
	return answer;
}

enum wire_answer skf_container_open(struct bytes key, skf_handle *out)
{
	struct bytes application = bytes_str(skf_token.application);
	char name[1024];
	uint32_t code;

	if (!skf_token.app)
		return skf_failed("key", SAR_USER_NOT_LOGGED_IN);
	if (!bytes_starts(key, application) || key.n <= application.n + 1 ||
		key.n - application.n >= sizeof name)
		return skf_failed("key", SAR_DEVICE_REMOVED);
	memset(name, 0, sizeof name);
	memcpy(name, key.p + application.n + 1, key.n - application.n - 1);
	code = skf_open_named(skf.OpenContainer, skf_token.app, name, out);
	return code == SAR_OK ? WIRE_OK : skf_failed("SKF_OpenContainer", code);
}

static enum wire_answer skf_sign(
	struct bytes key, enum sig_alg alg, struct bytes data, struct writer *w)
{
	uint8_t out[SIGNATURE_ROOM], in[64 * 1024];
	skf_handle container = NULL;
	enum wire_answer answer = skf_container_open(key, &container);
	uint32_t code;

	if (answer != WIRE_OK)
		return answer;
	if (alg != SIG_SM2_SM3 || data.n > sizeof in)
		return WIRE_UNSUPPORTED;
	memcpy(in, data.p, data.n);
	memset(out, 0, sizeof out);
	code = RV(((skf_number(*)(skf_handle, uint8_t *, skf_number,
		void *))skf.ECCSignData)(container, in, data.n, out));
	skf_close(skf.CloseContainer, container);
	if (code != SAR_OK)
		return skf_failed("SKF_ECCSignData", code);
	wire_put(w, bytes_make(out, SIGNATURE_TOLD));
	return WIRE_OK;
}
const struct token_driver token_driver_skf = {
	.load = skf_load,
	.list = skf_list,
	.login = skf_login,
	.sign = skf_sign,
	.unwrap = skf_unwrap,
	.logout = skf_logout,
};
