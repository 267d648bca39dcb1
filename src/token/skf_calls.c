/* skf_calls: see skf_calls.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "token/skf_calls.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

struct skf_calls skf;
bool skf_wide;

enum wire_answer skf_failed(const char *what, uint32_t code)
{
	switch (code) {
	case SAR_DEVICE_REMOVED:
	case SAR_INVALIDHANDLEERR:
	case SAR_APPLICATION_NOT_EXISTS:
		return driver_failed(WIRE_ABSENT, what, code);
	case SAR_NOTSUPPORTYETERR:
		return driver_failed(WIRE_UNSUPPORTED, what, code);
	default:
		return driver_failed(WIRE_FAILED, what, code);
	}
}

static driver_any symbol(void *library, const char *name)
{
	char full[64];

	(void)snprintf(full, sizeof full, "SKF_%s", name);
	return driver_symbol(library, full);
}

bool skf_load(const char *path, struct err *e)
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

/* Takes a list "a\0b\0\0" apart, within size octets and never beyond the room. */
static void names_split(struct skf_names *v, size_t size)
{
	size_t at = 0;

	if (size > SKF_LIST_MAX)
		size = SKF_LIST_MAX;
	v->text[size] = 0;
	for (v->n = 0; at < size && v->text[at] && v->n < SKF_NAMES_MAX;
		at += strlen(v->text + at) + 1)
		v->name[v->n++] = v->text + at;
}

uint32_t skf_names_get(struct skf_names *v, skf_enum call, const void *of, bool probe)
{
	skf_number size = probe ? UINT64_C(0xAAAAAAAA) << 32 : 0;
	uint32_t code = RV(call(of, NULL, &size));

	if (probe && code == SAR_OK)
		skf_wide = size >> 32 != 0xAAAAAAAA;
	size &= 0xFFFFFFFF;
	memset(v, 0, sizeof *v);
	if (code != SAR_OK || size > SKF_LIST_MAX)
		size = SKF_LIST_MAX;
	code = RV(call(of, v->text, &size));
	if (code == SAR_OK)
		names_split(v, (size_t)(size & 0xFFFFFFFF));
	return code;
}

skf_number skf_enum_devices(const void *of, char *list, skf_number *size)
{
	(void)of;
	return ((skf_number(*)(int, char *, skf_number *))skf.EnumDev)(1, list, size);
}

skf_number skf_enum_applications(const void *of, char *list, skf_number *size)
{
	skf_handle dev;

	memcpy(&dev, of, sizeof dev);
	return ((skf_number(*)(skf_handle, char *, skf_number *))skf.EnumApplication)(
		dev, list, size);
}

skf_number skf_enum_containers(const void *of, char *list, skf_number *size)
{
	skf_handle app;

	memcpy(&app, of, sizeof app);
	return ((skf_number(*)(skf_handle, char *, skf_number *))skf.EnumContainer)(
		app, list, size);
}

void skf_close(driver_any call, skf_handle h)
{
	if (h && call)
		(void)((skf_on_handle)call)(h);
}

/* Names go in as writable copies: some libraries write to them. */
uint32_t skf_open_named(driver_any call, skf_handle in, const char *name, skf_handle *out)
{
	char copy[SKF_LIST_MAX];

	*out = NULL;
	(void)snprintf(copy, sizeof copy, "%s", name);
	return RV(((skf_number(*)(skf_handle, char *, skf_handle *))call)(in, copy, out));
}

uint32_t skf_connect(const char *name, skf_handle *dev)
{
	char copy[SKF_LIST_MAX];

	*dev = NULL;
	(void)snprintf(copy, sizeof copy, "%s", name);
	return RV(((skf_number(*)(char *, skf_handle *))skf.ConnectDev)(copy, dev));
}
