/* skf_calls: the functions of a library of GM/T 0016, and its lists, names and handles.
 * Internal to the driver (driver_skf*.c).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_TOKEN_SKF_CALLS_H
#define QY_TOKEN_SKF_CALLS_H

#include "token/driver.h"
#include "token/skf.h"

enum { SKF_LIST_MAX = 16 * 1024, SKF_GUARD = 4096, SKF_NAMES_MAX = 64 };

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

extern struct skf_calls {
#define CALL(name) driver_any name;
	SKF_CALLS(CALL) SKF_OPTIONAL(CALL)
#undef CALL
} skf;

extern bool skf_wide; /* ULONG has 8 octets */

/* The token that is open. */
extern struct skf_token {
	skf_handle dev, app;
	char device[SKF_LIST_MAX], application[256];
	bool held;
} skf_token;

/* Numbers come back in 32 or 64 bits; the upper half of a register means nothing. */
#define RV(call) ((uint32_t)(call))

/* What a code of the library comes to; notes it. */
enum wire_answer skf_failed(const char *what, uint32_t code);

MUST_USE bool skf_load(const char *path, struct err *e);

/* A list "a\0b\0\0" of the library, taken apart; name[] points into text. */
struct skf_names {
	char text[SKF_LIST_MAX + SKF_GUARD];
	const char *name[SKF_NAMES_MAX];
	size_t n;
};
typedef skf_number (*skf_enum)(const void *of, char *list, skf_number *size);
/* of: null, or points to the handle of the device or application. */
skf_number skf_enum_devices(const void *of, char *list, skf_number *size);
skf_number skf_enum_applications(const void *of, char *list, skf_number *size);
skf_number skf_enum_containers(const void *of, char *list, skf_number *size);
/* Asks for the size first: some libraries want a buffer of exactly that, others none.
 * probe: finds out how wide a ULONG is, by where the answer ends. */
uint32_t skf_names_get(struct skf_names *v, skf_enum call, const void *of, bool probe);

typedef skf_number (*skf_on_handle)(skf_handle h);
/* Closes h by one of the library's functions; nothing for null. */
void skf_close(driver_any call, skf_handle h);
/* Opens the application or container of this name in what `in` stands for. */
uint32_t skf_open_named(
	driver_any call, skf_handle in, const char *name, skf_handle *out);
uint32_t skf_connect(const char *name, skf_handle *dev);

/* The container a key's id names, in the token that is open. */
enum wire_answer skf_container_open(struct bytes key, skf_handle *out);

enum wire_answer skf_list(struct writer *w);
enum wire_answer skf_unwrap(struct bytes key, const uint8_t c1[64], const uint8_t c3[32],
	struct bytes c2, struct bytes sealed, uint8_t *out);

#endif
