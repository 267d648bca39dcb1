/* rule_folder: rows out of a folder, or those that are compiled in; see rule.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/source.h"
#include "domain/rule.h"

static int is_rules_file(const struct dirent *d)
{
	return d->d_name[0] != '.' && bytes_ends(bytes_str(d->d_name), BYTES(".json"));
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	/* Not alphasort: that one asks the locale. */
	return strcmp((*a)->d_name, (*b)->d_name);
}

static bool slurp_all(struct arena *a, const char *folder, struct dirent **names,
	size_t n, struct rules_file *files, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		char *path = arena_printf(a, "%s/%s", folder, names[i]->d_name);

		files[i].name = path;
		if (!file_slurp(a, path, RULES_FILE_MAX, &files[i].text, e))
			return err_in(e, "rules");
	}
	return true;
}

static bool load_folder(struct rules **out, const char *folder, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct rules_file *files;
	struct dirent **names;
	int n = scandir(folder, &names, is_rules_file, by_name);
	bool good = false;

	if (n < 0)
		return err_system(e, ERR_NO_INPUT, folder);
	files = ARENA_ARRAY(a, (size_t)n + 1, struct rules_file);
	if (n == 0)
		(void)err_set(e, ERR_NO_INPUT, "%s: no rules in it", folder);
	else if (n > RULES_FILES_MAX)
		(void)err_set(e, ERR_TOO_LARGE, "%s: more than %d files", folder,
			RULES_FILES_MAX);
	else
		good = slurp_all(a, folder, names, (size_t)n, files, e) &&
		       rules_read(out, files, (size_t)n, e);
	for (int i = 0; i < n; i++)
		free(names[i]);
	free(names);
	return good;
}

bool rules_load(struct rules **out, const char *folder, struct err *e)
{
	if (folder)
		return load_folder(out, folder, e);
	return rules_read(out, rules_builtin, rules_builtin_count, e);
}
