/* report_json: the report for programs, in the shape of design §5.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/text.h"
#include "base/time.h"
#include "doc/report.h"

#include <jansson.h>

static json_t *text(const char *s)
{
	json_t *t = s ? json_string(s) : json_null();

	return t ? t : json_string("?");
}

static json_t *moment(struct arena *a, int64_t t)
{
	return t == TIME_NONE ? json_null() : json_string(time_iso(a, t));
}

static const char *kind_name(enum report_kind k)
{
	static const char *const names[] = {"seal", "signature", "seal-data",
		"certificate", "crl", "timestamp", "evidence", "evidence-record"};

	return names[k];
}

static const char *national_name(enum national n)
{
	static const char *const names[] = {"valid", "invalid", "undetermined"};

	return names[n];
}

static void put(json_t *o, const char *key, json_t *value)
{
	(void)json_object_set_new(o, key, value);
}

static json_t *signer_json(struct report *r, const struct report_signature *s)
{
	json_t *o = json_object();

	put(o, "title", text(s->signer_title));
	put(o, "subject", text(s->signer_subject));
	put(o, "credit_code", s->credit_code[0] ? text(s->credit_code) : json_null());
	put(o, "issuer", text(s->signer_issuer));
	put(o, "serial", text(hex_encode(r->arena, s->signer.serial)));
	put(o, "sm3", text(hex_encode(r->arena, BYTES_OF(s->signer.sm3))));
	put(o, "valid_from", moment(r->arena, s->signer.not_before));
	put(o, "valid_to", moment(r->arena, s->signer.not_after));
	put(o, "demonstration", json_boolean(s->signer.demonstration));
	return o;
}

static json_t *seal_json(struct report *r, const struct report_signature *s)
{
	json_t *o = json_object();

	put(o, "id", text(s->seal.id));
	put(o, "name", text(s->seal.name));
	put(o, "maker", text(s->seal.maker));
	put(o, "valid_from", moment(r->arena, s->seal.valid_from));
	put(o, "valid_to", moment(r->arena, s->seal.valid_to));
	put(o, "picture", text(s->seal.picture_type));
	put(o, "width_mm", json_real(s->seal.width_mm));
	put(o, "height_mm", json_real(s->seal.height_mm));
	return o;
}

static json_t *covers_json(const struct report_covers *c)
{
	json_t *o = json_object(), *names = json_array();

	for (size_t i = 0; i < c->uncovered_count; i++)
		(void)json_array_append_new(names, text(c->uncovered[i]));
	put(o, "whole_document", json_boolean(c->whole_document));
	put(o, "files", json_integer((json_int_t)c->files));
	put(o, "of", json_integer((json_int_t)c->of));
	put(o, "uncovered", names);
	if (c->entry_not_covered)
		put(o, "note", text("entry-not-covered"));
	return o;
}

static json_t *stamps_json(struct report *r, const struct report_signature *s)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s->stamp_count; i++) {
		const struct report_stamp *stamp = &s->stamps[i];
		json_t *o = json_object();

		put(o, "page", text(text_printable(r->arena, stamp->page, 40)));
		put(o, "boundary",
			json_pack("[f,f,f,f]", stamp->x, stamp->y, stamp->w, stamp->h));
		if (stamp->has_clip)
			put(o, "clip",
				json_pack("[f,f,f,f]", stamp->clip_x, stamp->clip_y,
					stamp->clip_w, stamp->clip_h));
		(void)json_array_append_new(list, o);
	}
	return list;
}

static json_t *checks_json(const struct verdict *v)
{
	json_t *list = json_array();

	for (enum check_id id = 0; id < CHECK_COUNT; id++) {
		const struct check *c = &v->checks[id];
		json_t *o;

		if (!c->present)
			continue;
		o = json_object();
		put(o, "id", text(check_name(id)));
		put(o, "title", text(check_title(v->lang, id)));
		put(o, "result", text(check_result_name(c->result)));
		put(o, "subindication", c->sub ? text(sub_name(c->sub)) : json_null());
		put(o, "detail", text(c->detail));
		put(o, "rule", text(c->rule));
		(void)json_array_append_new(list, o);
	}
	return list;
}

static json_t *signature_json(struct report *r, const struct report_signature *s)
{
	json_t *o = json_object(), *time = json_object(), *national = json_object();

	put(o, "kind", text(kind_name(s->kind)));
	put(o, "format", text(s->format));
	if (s->where)
		put(o, "where", text(s->where));
	put(o, "signer", s->has_signer ? signer_json(r, s) : json_null());
	if (s->seal.id)
		put(o, "seal", seal_json(r, s));
	put(time, "time",
		moment(r->arena, s->stamped != TIME_NONE ? s->stamped : s->claimed));
	put(time, "source", text(s->time_source));
	if (s->stamped != TIME_NONE)
		put(time, "claimed", moment(r->arena, s->claimed));
	put(o, "signed_at", time);
	if (s->covers.applies)
		put(o, "covers", covers_json(&s->covers));
	if (s->stamp_count)
		put(o, "stamps", stamps_json(r, s));
	if (s->provider)
		put(o, "provider", text(s->provider));
	if (s->apart)
		put(o, "apart", json_true());
	put(o, "indication", text(indication_name(s->indication)));
	put(o, "subindication", s->sub ? text(sub_name(s->sub)) : json_null());
	put(national, "result", text(national_name(s->national)));
	put(national, "note", text(s->national_note ? s->national_note : ""));
	put(o, "national", national);
	put(o, "checks", checks_json(&s->verdict));
	return o;
}

char *report_json(struct report *r)
{
	json_t *o = json_object(), *list = json_array(), *notes = json_array();
	json_t *trust = json_null();
	char *dump, *out;

	for (size_t i = 0; i < r->count; i++)
		(void)json_array_append_new(list, signature_json(r, &r->signatures[i]));
	for (size_t i = 0; i < r->note_count; i++)
		(void)json_array_append_new(notes, text(r->notes[i]));
	if (r->has_trust) {
		trust = json_object();
		put(trust, "serial", json_integer((json_int_t)r->trust_serial));
		put(trust, "sm3", text(hex_encode(r->arena, BYTES_OF(r->trust_sm3))));
	}
	put(o, "file", text(r->file));
	put(o, "format", text(r->format));
	put(o, "indication", text(indication_name(r->indication)));
	put(o, "subindication", r->sub ? text(sub_name(r->sub)) : json_null());
	put(o, "signatures", list);
	put(o, "notes", notes);
	if (r->proven_at != TIME_NONE)
		put(o, "proven_at", moment(r->arena, r->proven_at));
	put(o, "verified_at", moment(r->arena, r->verified_at));
	put(o, "trust", trust);
	dump = json_dumps(
		o, JSON_INDENT(2) | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(9));
	out = arena_printf(r->arena, "%s\n", dump ? dump : "{}");
	free(dump);
	json_decref(o);
	return out;
}
