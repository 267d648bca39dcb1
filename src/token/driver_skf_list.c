/* driver_skf_list: what is plugged in, as GM/T 0016 tells it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "token/skf_calls.h"

enum { CERT_ROOM = 16 * 1024, DEVINFO_ROOM = 4096 };

/* Manufacturer, label and serial stand before the first ULONG, where packing does not
 * matter: VERSION 2, Manufacturer 64, Issuer 64, Label 32, SerialNumber 32. */
struct skf_device_text {
	char maker[65], label[33], serial[33];
};

static uint32_t skf_device_info(skf_handle dev, struct skf_device_text *out)
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
	static uint8_t room[CERT_ROOM + SKF_GUARD];
	skf_handle container = NULL;
	char id[SKF_LIST_MAX];

	if (skf_open_named(skf.OpenContainer, app, name, &container) != SAR_OK)
		return;
	(void)snprintf(id, sizeof id, "%.200s/%.1000s", application, name);
	wire_put_number(w, 1);
	wire_put(w, bytes_str(id));
	wire_put(w, certificate(container, true, room));
	wire_put(w, certificate(container, false, room));
	skf_close(skf.CloseContainer, container);
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
	static struct skf_names applications, containers;
	skf_number most = 0, left = 0, m, l;
	size_t n;

	if (skf_names_get(&applications, skf_enum_applications, &dev, false) != SAR_OK)
		applications.n = 0;
	for (n = 0; n < applications.n; n++) {
		skf_handle app = NULL;

		if (skf_open_named(skf.OpenApplication, dev, applications.name[n],
			    &app) != SAR_OK)
			continue;
		if (skf_names_get(&containers, skf_enum_containers, &app, false) !=
			SAR_OK)
			containers.n = 0;
		/* Each application counts its own: the fewest is what is told. */
		if (containers.n)
			pin_info(app, &m, &l);
		if (containers.n && m && (!most || l < left)) {
			most = m;
			left = l;
		}
		for (size_t k = 0; k < containers.n; k++)
			put_container(w, app, applications.name[n], containers.name[k]);
		skf_close(skf.CloseApplication, app);
	}
	wire_put_number(w, 0);
	wire_put_number(w, (uint32_t)most);
	wire_put_number(w, (uint32_t)left);
}

static void put_token(struct writer *w, const char *device)
{
	struct skf_device_text text;
	skf_handle dev = NULL;
	bool ours = skf_token.dev && strcmp(device, skf_token.device) == 0;

	if (ours)
		dev = skf_token.dev;
	else if (skf_connect(device, &dev) != SAR_OK)
		return;
	if (skf_device_info(dev, &text) == SAR_OK) {
		wire_put_number(w, 1);
		wire_put(w, bytes_str(device));
		wire_put(w, bytes_str(text.label));
		wire_put(w, bytes_str(text.maker));
		wire_put(w, bytes_str(text.serial));
		put_applications(w, dev);
	}
	if (!ours)
		skf_close(skf.DisConnectDev, dev);
}

enum wire_answer skf_list(struct writer *w)
{
	static struct skf_names devices;
	uint32_t code = skf_names_get(&devices, skf_enum_devices, NULL, true);

	if (code != SAR_OK)
		return skf_failed("SKF_EnumDev", code);
	for (size_t i = 0; i < devices.n; i++)
		put_token(w, devices.name[i]);
	wire_put_number(w, 0);
	return WIRE_OK;
}
