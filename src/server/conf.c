/* conf: see conf.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "server/conf.h"

#include <limits.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "base/source.h"

static const struct conf_item items[] = {
#define CONF(id, name, type, member, otherwise, min, max) \
	{#name, type, otherwise, min, max, MSG_CONF_##id, \
		offsetof(struct server_conf, name)},
#include "server/conf.tbl"
#undef CONF
};
enum { ITEMS = sizeof items / sizeof *items };

char *server_conf_print(struct arena *a, enum lang lang, const struct server_conf *values)
{
	return conf_print(a, lang, items, ITEMS, values);
}

static void otherwise(
	struct arena *a, const char **value, const char *fmt, const char *home)
{
	if (!(*value)[0])
		*value = arena_printf(a, "%s%s", fmt, home);
}

/* What lies in home unless said otherwise. */
static void complete(struct server_conf *c, struct arena *a)
{
	otherwise(a, &c->database, "sqlite:", c->home);
	otherwise(a, &c->blobs, "dir:", arena_printf(a, "%s/blobs", c->home));
	otherwise(a, &c->keystore, "", arena_printf(a, "%s/keystore", c->home));
	otherwise(a, &c->passphrase_file, "",
		arena_printf(a, "%s/keystore.passphrase", c->home));
	otherwise(a, &c->trust, "", arena_printf(a, "%s/trust", c->home));
	otherwise(a, &c->evidence, "", arena_printf(a, "%s/evidence", c->home));
}

bool server_conf_read(
	struct server_conf *out, struct arena *a, const char *path, struct err *e)
{
	struct bytes text = BYTES("");

	*out = (struct server_conf){0};
	if (path && !file_slurp(a, path, CONF_FILE_MAX, &text, e))
		return false;
	if (!conf_read(out, items, ITEMS, a, path ? path : "defaults", text, e))
		return false;
	out->path = path;
	complete(out, a);
	return true;
}

const char *server_program(struct arena *a, const struct server_conf *c, const char *name)
{
	/* Beside it when installed so; in the build, each layer has a folder. */
	static const char *const places[] = {"/", "/../libexec/qianyin/", "/../keeper/",
		"/../worker/", "/../courier/", "/../token/"};
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	char *slash;
	const char *at;

	if (c->programs[0]) {
		at = arena_printf(a, "%s/%s", c->programs, name);
		return access(at, X_OK) == 0 ? at : NULL;
	}
	if (n <= 0)
		return NULL;
	self[n] = 0;
	slash = strrchr(self, '/');
	if (slash)
		*slash = 0;
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		at = arena_printf(a, "%s%s%s", self, places[i], name);
		if (access(at, X_OK) == 0)
			return at;
	}
	return NULL;
}
