/* render_family: see render_family.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/render_family.h"

#include "base/bytes.h"
#include "base/text.h"

enum { NAMES_MAX = 12, STAND_INS_MAX = 8 };

/* What a family is known as, and who stands in for it. The order counts: 仿宋 before 宋.
 */
static const struct {
	const char *known[NAMES_MAX];
	const char *stand_ins[STAND_INS_MAX];
} table[] = {
	{{"仿宋", "fangsong", "fang song"},
		{"FangSong", "仿宋", "FandolFang R", "FandolFang", "cwTeXFangSong",
			"Noto Serif CJK SC", "Noto Serif"}},
	{{"楷体", "楷體", "kaiti", "kai ti", "simkai"},
		{"KaiTi", "楷体", "FandolKai", "LXGW WenKai", "AR PL UKai CN",
			"Noto Serif CJK SC"}},
	{{"黑体", "雅黑", "等线", "simhei", "heiti", "yahei", "dengxian", "sans",
		 "pingfang", "微软"},
		{"SimHei", "黑体", "Noto Sans CJK SC", "WenQuanYi Zen Hei",
			"sans-serif"}},
	{{"小标宋", "宋", "simsun", "songti", "stsong", "nsimsun", "sun-ext", "ming"},
		{"SimSun", "宋体", "FandolSong", "Noto Serif CJK SC", "AR PL UMing CN",
			"serif"}},
	{{"courier", "consolas", "mono", "ocr"},
		{"Courier New", "Liberation Mono", "Nimbus Mono PS", "DejaVu Sans Mono",
			"Noto Sans Mono CJK SC", "monospace"}},
	{{"arial", "helvetica", "calibri", "verdana", "tahoma"},
		{"Arial", "Liberation Sans", "Nimbus Sans", "DejaVu Sans",
			"Noto Sans CJK SC", "sans-serif"}},
	{{"times", "cambria", "georgia", "roman"},
		{"Times New Roman", "Liberation Serif", "Nimbus Roman", "DejaVu Serif",
			"Noto Serif CJK SC", "serif"}},
};

static bool is_known_as(const char *name, size_t row)
{
	AUTO(arena) a = arena_new();
	struct bytes lower;

	if (!name || !name[0])
		return false;
	lower = bytes_str(ascii_lower(a, bytes_head(bytes_str(name), 200)));
	for (size_t i = 0; i < NAMES_MAX && table[row].known[i]; i++)
		if (bytes_find(lower, bytes_str(table[row].known[i])) != SIZE_MAX)
			return true;
	return false;
}

const char *const *family_stand_ins(const char *name, const char *family, bool serif)
{
	static const char *const with_serifs[] = {
		"Noto Serif CJK SC", "Noto Serif", "serif", NULL};
	static const char *const without[] = {
		"Noto Sans CJK SC", "Noto Sans", "sans-serif", NULL};
	/* What says nothing is taken for the body of a paper. */
	bool nameless = (!name || !name[0]) && (!family || !family[0]);

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (is_known_as(name, i) || is_known_as(family, i))
			return table[i].stand_ins;
	return serif || nameless ? with_serifs : without;
}
