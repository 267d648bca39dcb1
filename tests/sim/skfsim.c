/* skfsim: a token library of GM/T 0016 without hardware, with the habits of real ones.
 * For tests of whoever talks to tokens; see docs/howto/simulators.md.
 * SPDX-License-Identifier: Apache-2.0
 *
 * The file LIBRARY.conf beside the library names a folder. In it `profile` holds the
 * habits, words of profiles.tbl; each subfolder is a token, plugged in while it has the
 * file `plugged`: label, serial, pin, tries, most (text), sign.key, sign.cer, enc.key,
 * enc.cer. All is read again at each call. What was done is appended to its `log`.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/source.h"
#include "base/text.h"
#include "crypto/keyfile.h"
#include "crypto/sm2_der.h"
#include "crypto/sm4.h"
#include "sim/sim.h"
#include "token/skf.h"

enum { TOKENS = 16 };

enum habit {
#define HABIT(name, text) HABIT_##name,
#include "profiles.tbl"
#undef HABIT
	HABIT_COUNT
};
static const char *const habit_names[] = {
#define HABIT(name, text) #name,
#include "profiles.tbl"
#undef HABIT
};

struct device {
	char path[PATH_ROOM];
	bool logged_in, locked_by_us;
};
static struct device devices[TOKENS];

struct session_key {
	uint8_t key[SM4_KEY];
};

/* --- state */

static bool has(enum habit h)
{
	return sim_has(habit_names[h]);
}

static void note(const struct device *d, const char *what)
{
	sim_note(d->path, what);
}

static bool is_plugged(const struct device *d)
{
	char path[2 * PATH_ROOM];

	(void)snprintf(path, sizeof path, "%s/plugged", d->path);
	return access(path, F_OK) == 0;
}

static int number(const struct device *d, const char *name, int otherwise)
{
	char text[32];

	return sim_text(d->path, name, text, sizeof text) ? (int)strtol(text, NULL, 10)
							  : otherwise;
}

/* What every call does first: the habits that are about time and life. */
static void habits(void)
{
	struct timespec slow = {1, 200000000};

	if (has(HABIT_chatty))
		(void)printf("SKF: trace\n"), (void)fflush(stdout);
	if (has(HABIT_slow))
		(void)nanosleep(&slow, NULL);
}

static void put_number(void *p, uint64_t n)
{
	uint32_t narrow = (uint32_t)n;

	if (has(HABIT_wide))
		memcpy(p, &n, sizeof n);
	else
		memcpy(p, &narrow, sizeof narrow);
}

static uint64_t get_number(const void *p)
{
	uint64_t n;
	uint32_t narrow;

	memcpy(&narrow, p, sizeof narrow);
	if (!has(HABIT_wide))
		return narrow;
	memcpy(&n, p, sizeof n);
	return n;
}

/* Gives octets out by the rules of the standard, or the library's own. */
static uint32_t give(uint8_t *out, void *size, const void *p, size_t n)
{
	uint64_t room = get_number(size);

	if (!out) {
		put_number(size, n);
		return SAR_OK;
	}
	if (has(HABIT_exact) ? room != n : room < n) {
		put_number(size, n);
		return SAR_BUFFER_TOO_SMALL;
	}
	memcpy(out, p, n);
	put_number(size, has(HABIT_long) ? 0x7fffffff : n);
	return SAR_OK;
}

static struct device *device_of(void *handle)
{
	struct device *d = handle;

	return d >= devices && d < devices + TOKENS && d->path[0] ? d : NULL;
}

static uint32_t check(void *handle, bool login, struct device **out)
{
	*out = device_of(handle);
	if (!*out)
		return SAR_INVALIDHANDLEERR;
	if (!is_plugged(*out)) {
		(*out)->logged_in = false;
		return SAR_DEVICE_REMOVED;
	}
	return login && !(*out)->logged_in ? SAR_USER_NOT_LOGGED_IN : SAR_OK;
}

/* --- devices and applications */

EXPORT uint32_t SKF_EnumDev(int present, char *list, void *size)
{
	char folder[PATH_ROOM], out[PATH_ROOM] = {0};
	struct dirent *entry;
	size_t n = 0;
	DIR *d;

	(void)present;
	habits();
	if (has(HABIT_crash_list))
		abort();
	if (has(HABIT_hang))
		(void)pause();
	sim_folder(folder);
	d = opendir(folder);
	while (d && (entry = readdir(d))) {
		struct device one = {.logged_in = false};

		(void)snprintf(one.path, sizeof one.path, "%.500s/%.200s", folder,
			entry->d_name);
		if (entry->d_name[0] == '.' || !is_plugged(&one))
			continue;
		n += (size_t)snprintf(out + n, sizeof out - n, "%s", entry->d_name) + 1;
	}
	if (d)
		(void)closedir(d);
	return give((uint8_t *)list, size, out, n + 1);
}

EXPORT uint32_t SKF_ConnectDev(char *name, void **out)
{
	char folder[PATH_ROOM];
	struct device one = {.logged_in = false};

	habits();
	sim_folder(folder);
	(void)snprintf(one.path, sizeof one.path, "%.500s/%.200s", folder, name);
	if (!is_plugged(&one))
		return SAR_DEVICE_REMOVED;
	for (size_t i = 0; i < TOKENS; i++)
		if (!devices[i].path[0] || strcmp(devices[i].path, one.path) == 0) {
			if (!devices[i].path[0])
				devices[i] = one;
			*out = &devices[i];
			return SAR_OK;
		}
	return SAR_FAIL;
}

EXPORT uint32_t SKF_DisConnectDev(void *dev)
{
	struct device *d = device_of(dev);

	if (d)
		memset(d, 0, sizeof *d);
	return d ? SAR_OK : SAR_INVALIDHANDLEERR;
}

EXPORT uint32_t SKF_GetDevInfo(void *dev, uint8_t *info)
{
	struct device *d;
	uint32_t code = check(dev, false, &d);

	if (code != SAR_OK)
		return code;
	memset(info, 0, 294);
	info[0] = 1;
	(void)sim_text(d->path, "maker", (char *)info + 2, 64);
	(void)sim_text(d->path, "label", (char *)info + 130, 32);
	(void)sim_text(d->path, "serial", (char *)info + 162, 32);
	return SAR_OK;
}

EXPORT uint32_t SKF_LockDev(void *dev, uint64_t timeout)
{
	struct device *d;
	uint32_t code = check(dev, false, &d);

	(void)timeout;
	if (code == SAR_OK)
		d->locked_by_us = true;
	return code;
}

EXPORT uint32_t SKF_UnlockDev(void *dev)
{
	struct device *d = device_of(dev);

	if (d)
		d->locked_by_us = false;
	return d ? SAR_OK : SAR_INVALIDHANDLEERR;
}

EXPORT uint32_t SKF_EnumApplication(void *dev, char *list, void *size)
{
	struct device *d;
	uint32_t code = check(dev, false, &d);

	return code == SAR_OK ? give((uint8_t *)list, size, "CAAPP\0", 7) : code;
}

EXPORT uint32_t SKF_OpenApplication(void *dev, char *name, void **out)
{
	struct device *d;
	uint32_t code = check(dev, false, &d);

	if (code == SAR_OK && strcmp(name, "CAAPP") != 0)
		return SAR_APPLICATION_NOT_EXISTS;
	*out = d;
	return code;
}

EXPORT uint32_t SKF_CloseApplication(void *app)
{
	return device_of(app) ? SAR_OK : SAR_INVALIDHANDLEERR;
}

EXPORT uint32_t SKF_GetPINInfo(
	void *app, uint64_t type, void *most, void *left, int *standard)
{
	struct device *d;
	uint32_t code = check(app, false, &d);

	(void)type;
	if (has(HABIT_no_pin_info))
		return SAR_NOTSUPPORTYETERR;
	if (code != SAR_OK)
		return code;
	put_number(most, (uint64_t)number(d, "most", 10));
	put_number(left, (uint64_t)number(d, "tries", 10));
	*standard = 0;
	return SAR_OK;
}

EXPORT uint32_t SKF_VerifyPIN(void *app, uint64_t type, const char *pin, void *left)
{
	struct device *d;
	uint32_t code = check(app, false, &d);
	char right[128], text[32];
	int tries;

	(void)type;
	habits();
	if (code != SAR_OK)
		return code;
	tries = number(d, "tries", 10);
	if (has(HABIT_needs_lock) && !d->locked_by_us)
		return SAR_FAIL;
	if (tries <= 0) {
		note(d, "PIN locked");
		return SAR_PIN_LOCKED;
	}
	(void)sim_text(d->path, "pin", right, sizeof right);
	d->logged_in = strcmp(pin, right) == 0;
	note(d, d->logged_in ? "PIN right" : "PIN wrong");
	tries = d->logged_in ? number(d, "most", 10) : tries - 1;
	(void)snprintf(text, sizeof text, "%d", tries);
	sim_text_put(d->path, "tries", text);
	put_number(left, (uint64_t)tries);
	return d->logged_in ? SAR_OK : SAR_PIN_INCORRECT;
}

EXPORT uint32_t SKF_ClearSecureState(void *app)
{
	struct device *d = device_of(app);

	if (d)
		d->logged_in = false;
	return d ? SAR_OK : SAR_INVALIDHANDLEERR;
}

/* --- containers */

EXPORT uint32_t SKF_EnumContainer(void *app, char *list, void *size)
{
	struct device *d;
	uint32_t code = check(app, false, &d);

	return code == SAR_OK ? give((uint8_t *)list, size, "main\0", 6) : code;
}

EXPORT uint32_t SKF_OpenContainer(void *app, char *name, void **out)
{
	struct device *d;
	uint32_t code = check(app, false, &d);

	if (code == SAR_OK && strcmp(name, "main") != 0)
		return SAR_INVALIDPARAMERR;
	*out = d;
	return code;
}

EXPORT uint32_t SKF_CloseContainer(void *container)
{
	return device_of(container) ? SAR_OK : SAR_INVALIDHANDLEERR;
}

EXPORT uint32_t SKF_GetContainerType(void *container, void *type)
{
	struct device *d;
	uint32_t code = check(container, false, &d);

	if (code == SAR_OK)
		put_number(type, SKF_CONTAINER_ECC);
	return code;
}

EXPORT uint32_t SKF_ExportCertificate(void *container, int sign, uint8_t *out, void *size)
{
	AUTO(arena) a = arena_new();
	struct device *d;
	uint32_t code = check(container, false, &d);
	char path[2 * PATH_ROOM];
	struct bytes file, pem, der;
	struct err e;

	if (code != SAR_OK)
		return code;
	if (has(HABIT_garbage))
		return give(out, size, "\x30\x82\xff\xff garbage", 12);
	(void)snprintf(
		path, sizeof path, "%s/%s", d->path, sign ? "sign.cer" : "enc.cer");
	if (!file_slurp(a, path, 1 << 16, &file, &e))
		return SAR_CERTNOTFOUNTERR;
	pem = file;
	if (!pem_next(a, &pem, "CERTIFICATE", &der, &e))
		der = file;
	return give(out, size, der.p, der.n);
}

EXPORT uint32_t SKF_ECCSignData(void *container, uint8_t *data, uint64_t n, uint8_t *out)
{
	AUTO(key) key = NULL;
	AUTO(key) wrong = NULL;
	uint8_t digest[SM3_SIZE], der[80], rs[SM2_SIG];
	struct writer w = writer_over(der, sizeof der);
	enum sm2_sig_form form;
	struct device *d;
	uint32_t code = check(container, true, &d);
	struct err e;

	habits();
	if (code != SAR_OK)
		return code;
	if (has(HABIT_crash_sign))
		abort();
	if (has(HABIT_hang_sign))
		(void)pause();
	if (!has(HABIT_wide))
		n &= 0xFFFFFFFF;
	if (!sim_key(d->path, "sign.key", &key))
		return SAR_FAIL;
	if (has(HABIT_wrong_key)) {
		if (!key_generate(&wrong, world_system(), KEY_SM2, &e))
			return SAR_FAIL;
	}
	if (has(HABIT_hashes)) {
		AUTO(digest) h = NULL;

		if (!sig_begin(&h, &key->pub, SIG_SM2_SM3, SM2_DEFAULT_ID, &e))
			return SAR_FAIL;
		digest_put(h, bytes_make(data, (size_t)n));
		digest_finish(h, digest);
	} else if (n == SM3_SIZE) {
		memcpy(digest, data, SM3_SIZE);
	} else {
		return SAR_INDATALENERR;
	}
	note(d, "SIGN");
	if (!(wrong ? wrong : key)
			->ops->sign(wrong ? wrong : key, world_system(), SIG_SM2_SM3,
				digest, &w, &e) ||
		!sm2_sig_read(rs, &form, writer_bytes(&w), &e))
		return SAR_FAIL;
	if (has(HABIT_der)) {
		memcpy(out, der, w.n);
	} else if (has(HABIT_raw)) {
		memcpy(out, rs, SM2_SIG);
	} else {
		memset(out, 0, 128);
		memcpy(out + 32, rs, 32);
		memcpy(out + 96, rs + 32, 32);
	}
	return SAR_OK;
}

/* --- decryption */

static uint32_t open_blob(struct device *d, const uint8_t *blob, uint8_t key[SM4_KEY])
{
	AUTO(key) k = NULL;
	size_t head = has(HABIT_wide) ? 8 : 4;
	struct sm2_cipher c = {.c2 = {blob + 160 + head, SM4_KEY}};
	struct err e;

	if (get_number(blob + 160) != SM4_KEY)
		return SAR_INDATALENERR;
	memcpy(c.c1, blob + 32, 32);
	memcpy(c.c1 + 32, blob + 96, 32);
	memcpy(c.c3, blob + 128, 32);
	if (!sim_key(d->path, "enc.key", &k) || !k->ops->unwrap_sm2)
		return SAR_FAIL;
	note(d, "UNWRAP");
	return k->ops->unwrap_sm2(k, &c, key, &e) ? SAR_OK : SAR_DECRYPTPADERR;
}

EXPORT uint32_t SKF_ImportSessionKey(
	void *container, uint64_t alg, const uint8_t *blob, uint64_t n, void **out)
{
	struct device *d;
	uint32_t code = check(container, true, &d);
	struct session_key *key;

	(void)n;
	habits();
	if (has(HABIT_vendor1) || has(HABIT_vendor2) || has(HABIT_vendor3) ||
		has(HABIT_no_decrypt))
		return SAR_NOTSUPPORTYETERR;
	if (code != SAR_OK)
		return code;
	if (has(HABIT_hang_unwrap))
		(void)pause();
	if (has(HABIT_crash_unwrap))
		abort();
	if ((uint32_t)alg != SGD_SM4_ECB)
		return SAR_NOTSUPPORTYETERR;
	key = NEW(struct session_key);
	code = open_blob(d, blob, key->key);
	if (code != SAR_OK) {
		mem_free(key);
		return code;
	}
	*out = key;
	return SAR_OK;
}

/* BLOCKCIPHERPARAM comes behind by value; only ECB is known, so it says nothing. */
EXPORT uint32_t SKF_DecryptInit(void *key)
{
	return key ? SAR_OK : SAR_INVALIDHANDLEERR;
}

EXPORT uint32_t SKF_Decrypt(
	void *of, const uint8_t *in, uint64_t n, uint8_t *out, void *size)
{
	struct session_key *key = of;
	uint8_t plain[1024];
	struct err e;

	n &= 0xFFFFFFFF;
	if (!key || n > sizeof plain)
		return SAR_INVALIDPARAMERR;
	if (!sm4_ecb_decrypt(key->key, bytes_make(in, (size_t)n), plain, &e))
		return SAR_INDATAERR;
	/* A buffer larger than the blocks is what the standard has for them. */
	memcpy(out, plain, (size_t)n);
	put_number(size, has(HABIT_long) ? n + 1 : n);
	return SAR_OK;
}

EXPORT uint32_t SKF_CloseHandle(void *key)
{
	if (key)
		mem_wipe(key, sizeof(struct session_key));
	mem_free(key);
	return SAR_OK;
}

static uint32_t vendor(
	enum habit mine, void *container, const uint8_t *blob, uint8_t *out, void *size)
{
	struct device *d;
	uint32_t code = check(container, true, &d);

	if (!has(mine))
		return SAR_NOTSUPPORTYETERR;
	if (code == SAR_OK)
		code = open_blob(d, blob, out);
	if (code == SAR_OK)
		put_number(size, SM4_KEY);
	return code;
}

EXPORT uint32_t SKF_ECCPrvKeyDecrypt(
	void *c, const uint8_t *blob, uint8_t *out, void *size)
{
	return vendor(HABIT_vendor1, c, blob, out, size);
}

EXPORT uint32_t SKF_PrvKeyDecrypt(
	void *c, uint64_t spec, const uint8_t *blob, uint8_t *out, void *size)
{
	return (uint32_t)spec == 1 ? vendor(HABIT_vendor2, c, blob, out, size)
				   : SAR_KEYUSAGEERR;
}

EXPORT uint32_t SKF_ECCDecrypt(void *c, const uint8_t *blob, uint8_t *out, void *size)
{
	return vendor(HABIT_vendor3, c, blob, out, size);
}

/* What the standard has besides, and nothing here uses. */
#define ABSENT(name)                         \
	EXPORT uint32_t SKF_##name(void);    \
	EXPORT uint32_t SKF_##name(void)     \
	{                                    \
		return SAR_NOTSUPPORTYETERR; \
	}
ABSENT(WaitForDevEvent)
ABSENT(CancelWaitForDevEvent)
ABSENT(GetDevState)
ABSENT(SetLabel)
ABSENT(Transmit)
ABSENT(ChangeDevAuthKey)
ABSENT(DevAuth)
ABSENT(ChangePIN)
ABSENT(UnblockPIN)
ABSENT(CreateApplication)
ABSENT(DeleteApplication)
ABSENT(CreateContainer)
ABSENT(DeleteContainer)
ABSENT(ImportCertificate)
ABSENT(GenRandom)
ABSENT(GenECCKeyPair)
ABSENT(ImportECCKeyPair)
ABSENT(ECCVerify)
ABSENT(ExportPublicKey)
ABSENT(DigestInit)
