/* testledger: the ledger and the notices of a platform, by hand, until the real one
 * exists: two witnesses, and a clock that can be set.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "base/source.h"
#include "pki/cert.h"
#include "verb.h"

static const struct verb *const tables[] = {ledger_verbs, notice_verbs};
enum { TABLES = sizeof tables / sizeof *tables };

bool verb_cert(struct arena *a, const char *path, struct bytes *der, struct err *e)
{
	struct bytes file;

	return file_slurp(a, path, CERT_MAX, &file, e) && cert_decode(a, file, der, e);
}

static const struct verb *verb_find(const char *name)
{
	for (size_t t = 0; t < TABLES; t++)
		for (const struct verb *v = tables[t]; v->name; v++)
			if (strcmp(v->name, name) == 0)
				return v;
	return NULL;
}

static int usage(void)
{
	for (size_t t = 0; t < TABLES; t++)
		for (const struct verb *v = tables[t]; v->name; v++)
			(void)fprintf(stderr, "testledger %s %s\n", v->name, v->usage);
	return 64;
}

int main(int argc, char **argv)
{
	const struct verb *v = argc > 1 ? verb_find(argv[1]) : NULL;
	AUTO(arena) a = arena_new();
	struct site s = {.a = a};
	struct err e = {0};
	bool ok;

	if (!v || argc - 2 < v->args)
		return usage();
	s.folder = argv[2];
	ok = (!v->open || site_open(&s, &e)) && v->run(&s, argv + 2, argc - 2, &e);
	site_close(&s);
	if (!ok)
		(void)fprintf(stderr, "%s: %s\n", err_name(e.code), e.text);
	return ok ? 0 : err_exit(e.code);
}
