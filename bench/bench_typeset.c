/* bench_typeset: pages set a second, from template and fields to the finished file: text,
 * headings and a table with amounts on each page. usage: bench_typeset FOLDER QIANYIN
 * SPDX-License-Identifier: Apache-2.0
 *
 * No peer is asked: what sets Chinese pages elsewhere is an office suite or TeX, neither
 * of which does the same work.
 */
#include "base/source.h"
#include "bench.h"
#include "doc/typeset.h"

enum { FILE_MAX = 256 << 20, CHAPTERS = 110, ROUNDS = 5 };

static void must(bool ok, const struct err *e)
{
	if (ok)
		return;
	(void)fprintf(stderr, "bench_typeset: %s\n", e->text);
	exit(1);
}

static void template_fill(struct buf *b)
{
	static const char chapter[] = "## "
				      "第一章　总则\n\n乙方自本合同生效之日起四十五日内交"
				      "货并完成安装，甲方在安装完成"
				      "后七个工作日内组织验收。合同签订后十日内，甲方支付"
				      "百分之四十，计{{m|money}}；验"
				      "收合格后十个工作日内，支付其余百分之六十。\n\n质量"
				      "保证期自验收合格之日起三十六个"
				      "月。逾期交货或者逾期付款的，每逾期一日，按照逾期部"
				      "分的千分之一支付违约金。争议协商"
				      "不成的，向甲方所在地人民法院提起诉讼。\n\n| 序号 "
				      "| 货物名称 | 数量 | 金额（元） "
				      "|\n|:--:|--|--:|--:|\n| {{r.#}} | {{r.n}} | "
				      "{{r.q}} | {{r.p|figures}} |\n\n";
	struct err e;

	must(buf_put(b, BYTES("# 合同\n\n"), &e), &e);
	for (int i = 0; i < CHAPTERS; i++)
		must(buf_put(b, bytes_make(chapter, sizeof chapter - 1), &e), &e);
}

static void row_of(const char *what, const struct typeset_spec *spec,
	bool (*write)(const struct typeset *t, struct sink to, struct err *e))
{
	double rates[ROUNDS];
	size_t pages = 0;

	for (size_t i = 0; i < ROUNDS; i++) {
		AUTO(arena) a = arena_new();
		AUTO_BUF file = buf_make(FILE_MAX);
		double start = bench_now();
		struct typeset *t;
		struct err e;

		must(typeset(a, spec, &t, &e) && write(t, sink_to_buf(&file), &e), &e);
		pages = typeset_pages(t);
		rates[i] = (double)pages / (bench_now() - start);
	}
	qsort(rates, ROUNDS, sizeof rates[0], bench_compare);
	printf("%-30s %9zu pages %10.0f p/s\n", what, pages, rates[ROUNDS / 2]);
	(void)fflush(stdout);
}

int main(void)
{
	AUTO_BUF template = buf_make(TYPESET_TEMPLATE_MAX);
	struct typeset_spec spec = {.world = world_system(),
		.fields = BYTES(
			"{\"m\":123456789,\"r\":[{\"n\":\"阅览桌\",\"q\":12,\"p\":1234"
			"500},{\"n\":\"阅览椅\",\"q\":720,\"p\":27720000},{\"n\":"
			"\"书架\",\"q\":86,\"p\":18490000}]}")};

	template_fill(&template);
	spec.template = buf_bytes(&template);
	row_of("typeset pages/s, as PDF", &spec, typeset_pdf);
	row_of("typeset pages/s, as OFD", &spec, typeset_ofd);
	return 0;
}
