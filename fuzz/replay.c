/* replay: runs a fuzz target over the files of a folder, and over nothing, as a TAP test.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/source.h"

enum { INPUT_MAX = 64 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void feed(struct bytes b)
{
	/* Exactly as long as the input, so that a sanitizer sees the first octet read too
	 * far. */
	uint8_t *p = malloc(b.n);

	for (size_t i = 0; i < b.n; i++)
		p[i] = b.p[i];
	(void)LLVMFuzzerTestOneInput(p, b.n);
	free(p);
}

static bool feed_file(const char *folder, const char *name)
{
	AUTO(arena) a = arena_new();
	struct bytes b;
	struct err e;

	if (!file_slurp(a, arena_printf(a, "%s/%s", folder, name), INPUT_MAX, &b, &e)) {
		printf("# %s\n", e.text);
		return false;
	}
	feed(b);
	return true;
}

int main(int argc, char **argv)
{
	DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
	struct dirent *entry;
	int cases = 1;

	feed(BYTES(""));
	printf("ok 1 - nothing at all\n");
	while (folder && (entry = readdir(folder))) {
		if (entry->d_name[0] == '.')
			continue;
		/* Said before, so that a crash has a name. */
		printf("# %s\n", entry->d_name);
		(void)fflush(stdout);
		printf("%s %d - %s\n",
			feed_file(argv[1], entry->d_name) ? "ok" : "not ok", ++cases,
			entry->d_name);
	}
	if (folder)
		(void)closedir(folder);
	printf("1..%d\n", cases);
	return 0;
}
