/* notice: what a notice may say, how it is set, and what a bid must be dealt to; see
 * notice.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/notice.h"

#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "doc/notice_json.h"
#include "doc/typeset.h"

/* --- what it may say */

static bool text_is_sane(struct bytes t)
{
	return t.n && t.n <= NOTICE_TEXT_MAX && utf8_is_valid(t);
}

static bool person_is_sane(const struct notice_person *p)
{
	return text_is_sane(p->name) && credit_code_is_valid(p->credit_code);
}

static bool person_is_nobody(const struct notice_person *p)
{
	return !p->name.n && !p->credit_code.n;
}

static bool heads_are_sane(const struct notice *n, struct err *e)
{
	if (!text_is_sane(n->tender) || !text_is_sane(n->title) ||
		!text_is_sane(n->platform) || !text_is_sane(n->origin))
		return err_set(e, ERR_MALFORMED, "tender, title, platform or origin");
	if (!person_is_sane(&n->purchaser) ||
		(!person_is_nobody(&n->agency) && !person_is_sane(&n->agency)) ||
		(!person_is_nobody(&n->operator) && !person_is_sane(&n->operator)))
		return err_set(e, ERR_MALFORMED, "purchaser, agency or operator");
	if (n->deadline <= 0 || n->deadline % TIME_SECOND || !n->round)
		return err_set(e, ERR_MALFORMED, "deadline or round");
	return true;
}

static bool lots_are_sane(const struct notice *n, struct err *e)
{
	if (!n->lot_count || n->lot_count > NOTICE_LOTS_MAX || !n->part_count ||
		n->part_count > NOTICE_PARTS_MAX)
		return err_set(e, ERR_MALFORMED, "number of lots or parts");
	for (size_t i = 0; i < n->lot_count; i++) {
		if (!text_is_sane(n->lots[i].id) || !text_is_sane(n->lots[i].title))
			return err_set(e, ERR_MALFORMED, "lot %zu", i + 1);
		for (size_t k = 0; k < i; k++)
			if (bytes_equal(n->lots[i].id, n->lots[k].id))
				return err_set(e, ERR_MALFORMED, "two lots of one id");
	}
	return true;
}

static bool lot_is_there(const struct notice *n, struct bytes id)
{
	for (size_t i = 0; i < n->lot_count; i++)
		if (bytes_equal(n->lots[i].id, id))
			return true;
	return false;
}

static bool parts_are_sane(const struct notice *n, struct err *e)
{
	for (size_t i = 0; i < n->part_count; i++) {
		const struct notice_part *p = &n->parts[i];

		if (!text_is_sane(p->id) || !text_is_sane(p->title) ||
			!lot_is_there(n, p->lot) ||
			(p->opened != NOTICE_FIRST_OPENING &&
				p->opened != NOTICE_SECOND_OPENING))
			return err_set(e, ERR_MALFORMED, "part %zu", i + 1);
		if (notice_part_find(n, p->lot, p->id) != p)
			return err_set(e, ERR_MALFORMED, "two parts of one id in a lot");
	}
	return true;
}

static bool others_are_sane(const struct notice *n, struct err *e)
{
	bool shared = n->policy != LOCKBOX_OWNER;

	if (n->trustee_count > NOTICE_TRUSTEES_MAX ||
		n->witness_count > NOTICE_WITNESSES_MAX ||
		shared != (n->trustee_count > 0) || shared != (n->t > 0))
		return err_set(
			e, ERR_MALFORMED, "policy, threshold and trustees do not fit");
	for (size_t i = 0; i < n->trustee_count; i++)
		if (!text_is_sane(n->trustees[i].role) ||
			!person_is_sane(&n->trustees[i].person) ||
			n->trustees[i].acceptance.n > ACCEPTANCE_MAX)
			return err_set(e, ERR_MALFORMED, "trustee %zu", i + 1);
	for (size_t i = 0; i < n->witness_count; i++)
		if (!person_is_sane(&n->witnesses[i].person))
			return err_set(e, ERR_MALFORMED, "witness %zu", i + 1);
	return true;
}

bool notice_is_sane(const struct notice *n, struct err *e)
{
	return heads_are_sane(n, e) && lots_are_sane(n, e) && parts_are_sane(n, e) &&
	       others_are_sane(n, e);
}

/* --- setting it */

struct bytes notice_template(struct arena *a, const struct notice *n)
{
	const char *agency =
		n->agency.name.n
			? "| 采购代理机构 | {{agency.name}}（{{agency.code}}） |\n"
			: "";
	const char *operator= n->operator.name.n
		? "| 平台运营机构 | {{operator.name}}（{{operator.code}}） |\n"
		: "";
	const char *trustees = n->trustee_count
				       ? "\n| # | 托管人 | 统一社会信用代码 | "
					 "密钥由谁生成 | 加密证书 SM3 |\n"
					 "|:-:|---|---|---|---|\n"
					 "| {{trustees.#}} | "
					 "{{trustees.role_text}}：{{trustees.name}} | "
					 "{{trustees.code}} | {{trustees.device_text}} | "
					 "{{trustees.encryption.sm3}} |\n"
				       : "";
	const char *witnesses =
		n->witness_count
			? "\n账本检查点由下列见证人固定：\n\n"
			  "| # | 见证人 | 统一社会信用代码 | 公钥 SM3 |\n"
			  "|:-:|---|---|---|\n"
			  "| {{witnesses.#}} | {{witnesses.name}} | {{witnesses.code}} | "
			  "{{witnesses.signing.sm3}} |\n"
			: "\n账本检查点没有见证人，一切依赖账本的结论均为“未经见证”。\n";

	return bytes_str(arena_printf(a,
		"# {{title}}\n\n"
		"## 一、项目\n\n"
		"| 项目 | 内容 |\n|---|---|\n"
		"| 采购项目编号 | {{tender}} |\n"
		"| 采购人 | {{purchaser.name}}（{{purchaser.code}}） |\n"
		"%s%s"
		"| 投标截止时间 | {{deadline_text}} |\n"
		"| 轮次 | 第 {{round}} 轮 |\n\n"
		"## 二、标段与投标文件的组成\n\n"
		"| 标段 | 名称 |\n|---|---|\n"
		"| {{lots.id}} | {{lots.title}} |\n\n"
		"| 标段 | 部分 | 名称 | 何时打开 |\n|---|---|---|---|\n"
		"| {{parts.lot}} | {{parts.id}} | {{parts.title}} | "
		"{{parts.opened_text}} |\n\n"
		"## 三、由谁打开\n\n"
		"{{policy_text}}。\n"
		"%s\n"
		"## 四、平台与账本\n\n"
		"平台 {{platform.id}}，网址 {{platform.origin}}。\n\n"
		"| 密钥 | SM3 |\n|---|---|\n"
		"| 接收投标的加密证书 | {{platform.intake.sm3}} |\n"
		"| 账本 | {{platform.log.sm3}} |\n"
		"| 回执 | {{platform.receipts.sm3}} |\n"
		"%s\n"
		"采购人（或其委托的采购代理机构）盖章：[[slot:purchaser.seal]]\n",
		agency, operator, trustees, witnesses));
}

bool notice_fields(
	struct arena *a, struct bytes *out, const struct notice *n, struct err *e)
{
	json_t *fields;
	struct notice check;
	char *text;
	bool good;

	if (!notice_is_sane(n, e)) {
		e->code = ERR_USAGE;
		return false;
	}
	fields = notice_json(a, n);
	good = notice_of_json(&check, a, fields, e);
	text = json_dumps(fields, JSON_SORT_KEYS | JSON_COMPACT);
	if (good && text)
		*out = arena_dup(a, bytes_str(text));
	free(text);
	json_decref(fields);
	if (!good)
		e->code = ERR_USAGE;
	return good;
}

bool notice_make(struct arena *a, struct world *w, const struct notice *n, struct sink to,
	struct err *e)
{
	struct typeset_spec spec = {.world = w, .template = notice_template(a, n)};
	struct typeset *t;

	return notice_fields(a, &spec.fields, n, e) && typeset(a, &spec, &t, e) &&
	       typeset_ofd(t, to, e);
}

/* --- what a bid is dealt to */

const struct notice_part *notice_part_find(
	const struct notice *n, struct bytes lot, struct bytes part)
{
	for (size_t i = 0; i < n->part_count; i++)
		if (bytes_equal(n->parts[i].lot, lot) &&
			bytes_equal(n->parts[i].id, part))
			return &n->parts[i];
	return NULL;
}

bool notice_parties(const struct notice *n, struct arena *a, struct lockbox_party **out,
	size_t *count, struct err *e)
{
	struct lockbox_party *all =
		ARENA_ARRAY(a, n->trustee_count + 1, struct lockbox_party);

	for (size_t i = 0; i < n->trustee_count; i++) {
		const struct notice_trustee *t = &n->trustees[i];

		if (!t->cert.key_known || t->cert.key.kind != KEY_SM2)
			return err_set(e, ERR_UNSUPPORTED,
				"trustee %zu: the key is not SM2", i + 1);
		all[i].i = (uint16_t)(i + 1);
		all[i].role = t->role;
		memcpy(all[i].cert, t->cert.sm3, SM3_SIZE);
		memcpy(all[i].point, t->cert.key.point.p, SM2_POINT);
	}
	*out = all;
	*count = n->trustee_count;
	return true;
}

static bool trustees_agree(
	const struct notice *n, const struct lockbox_context *c, struct err *e)
{
	size_t k = 0;

	for (; k < c->party_count && c->parties[k].i < LOCKBOX_OWNER_FIRST; k++) {
		const struct lockbox_party *p = &c->parties[k];

		if (k >= n->trustee_count || p->i != k + 1 ||
			!bytes_equal(p->role, n->trustees[k].role) ||
			!bytes_equal(
				BYTES_OF(p->cert), BYTES_OF(n->trustees[k].cert.sm3)))
			return err_set(e, ERR_DENIED,
				"trustee %u is not the one of the notice", p->i);
	}
	if (k != n->trustee_count)
		return err_set(e, ERR_DENIED, "trustees of the notice are left out");
	return true;
}

bool notice_allows(const struct notice *n, const struct lockbox_context *c, struct err *e)
{
	if (!bytes_equal(c->tender, n->tender) ||
		!bytes_equal(BYTES_OF(c->notice), BYTES_OF(n->sm3)))
		return err_set(e, ERR_DENIED, "dealt for another notice");
	if (!lot_is_there(n, c->lot) || c->round != n->round)
		return err_set(e, ERR_DENIED, "another lot or round");
	if (c->part.n && !notice_part_find(n, c->lot, c->part))
		return err_set(e, ERR_DENIED, "a part that the notice does not have");
	if (c->deadline != n->deadline)
		return err_set(e, ERR_DENIED, "another deadline");
	if (c->policy != n->policy || c->t != n->t)
		return err_set(e, ERR_DENIED, "another policy or threshold");
	return trustees_agree(n, c, e);
}
