/* sim: see sim.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sim/sim.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/source.h"
#include "crypto/keyfile.h"

static char here; /* in whichever library this is part of */

void sim_folder(char out[PATH_ROOM])
{
	char conf[PATH_ROOM + 8];
	Dl_info info;
	FILE *f = NULL;

	out[0] = 0;
	if (dladdr((void *)(uintptr_t)&here, &info) && info.dli_fname) {
		(void)snprintf(conf, sizeof conf, "%s.conf", info.dli_fname);
		f = fopen(conf, "r");
	}
	if (f && fgets(out, PATH_ROOM, f))
		out[strcspn(out, "\n")] = 0;
	if (f)
		(void)fclose(f);
}

bool sim_text(const char *folder, const char *name, char *out, size_t n)
{
	char path[2 * PATH_ROOM];
	FILE *f;

	out[0] = 0;
	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	f = fopen(path, "r");
	if (!f)
		return false;
	if (fgets(out, (int)n, f))
		out[strcspn(out, "\n")] = 0;
	(void)fclose(f);
	return true;
}

void sim_text_put(const char *folder, const char *name, const char *text)
{
	char path[2 * PATH_ROOM];
	struct err e;

	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	if (!file_write(path, 0600, bytes_str(text), &e))
		abort();
}

bool sim_has(const char *wanted)
{
	char folder[PATH_ROOM], words[512], *word, *rest = words;

	sim_folder(folder);
	(void)sim_text(folder, "profile", words, sizeof words);
	while ((word = strsep(&rest, " ")))
		if (strcmp(word, wanted) == 0)
			return true;
	return false;
}

bool sim_key(const char *folder, const char *name, struct key **out)
{
	AUTO(arena) a = arena_new();
	char path[2 * PATH_ROOM];
	struct keyfile k;
	struct bytes file;
	struct err e;

	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	if (!file_slurp(a, path, KEYFILE_MAX, &file, &e) ||
		!keyfile_read(&k, a, file, NULL, &e))
		return false;
	*out = k.key;
	return true;
}

void sim_note(const char *folder, const char *line)
{
	char path[2 * PATH_ROOM];
	int fd;

	(void)snprintf(path, sizeof path, "%s/log", folder);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	(void)!write(fd, line, strlen(line));
	(void)!write(fd, "\n", 1);
	(void)close(fd);
}
