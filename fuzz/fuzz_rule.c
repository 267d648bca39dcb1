/* fuzz_rule: rows of rules: what is read is in order, answers questions, and is never two
 * answers to one.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "domain/rule.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

/* Its own row answers at its own first moment, unless a more specific one does. */
static void ask(const struct rules *r, const struct rule_row *row)
{
	const struct rule_row *found;
	struct err e = {0};
	int64_t value;

	demand(row->from < row->to);
	demand(rule_find(r, row->id, row->region, row->from, &found, &e));
	demand(strcmp(found->id, row->id) == 0 && found->from <= row->from &&
		found->to > row->from);
	(void)!rule_span(r, row->id, row->region, row->from, &value, &e);
	for (size_t i = 0; i < row->parameter_count; i++)
		if (found == row && !row->parameters[i].text)
			demand(rule_int(r, row->id, row->region, row->from,
				       row->parameters[i].name, &value, &e) &&
				value == row->parameters[i].number);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct rules_file file = {"fuzz.json", bytes_make(p, n)};
	struct rules *r = NULL;
	struct err e = {0};

	if (!rules_read(&r, &file, 1, &e)) {
		demand(e.code != ERR_NONE && strstr(e.text, "fuzz.json") && !r);
		return 0;
	}
	for (size_t i = 0; i < rules_count(r); i++)
		ask(r, rules_row(r, i));
	(void)!rules_complete(r, 0, &e);
	rules_free(r);
	return 0;
}
