/* pdf_dss: see pdf_dss.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/pdf_dss.h"

enum kind { CERT, CRL, OCSP, KINDS };

struct gather {
	struct pdf_dss_read *out;
	const struct judge *j;
	struct pdf *p;
	size_t left;
};

static void learn(const struct judge *j, enum kind kind, struct bytes der)
{
	struct err e;

	if (kind == CERT)
		judge_learn_cert(j, der);
	else if (kind == CRL)
		judge_learn_crl(j, der);
	else if (evidence_add_ocsp(j->evidence, der, &e) && j->file_at)
		judge_prove(j, der, j->file_at);
}

static bool add_object(
	struct gather *g, enum kind kind, const struct pdf_value *v, struct err *e)
{
	struct pdf_dss_read *out = g->out;
	size_t max = g->left < PDF_DSS_OBJECT_MAX ? g->left : PDF_DSS_OBJECT_MAX;
	struct pdf_value stream;
	struct bytes der;

	if (!pdf_resolve(g->p, g->j->arena, v, &stream, e))
		return false;
	if (stream.kind != PDF_STREAM)
		return err_set(e, ERR_MALFORMED, "DSS: not a stream");
	for (size_t i = 0; i < out->count; i++)
		if (out->objects[i].at == stream.data->at)
			return true;
	if (out->count == PDF_DSS_OBJECTS_MAX)
		return err_set(e, ERR_TOO_LARGE, "DSS: more than %d objects",
			PDF_DSS_OBJECTS_MAX);
	if (!pdf_slurp(g->p, g->j->arena, &stream, max, &der, e))
		return err_in(e, "DSS");
	g->left -= der.n;
	out->objects[out->count++] =
		(struct pdf_dss_object){der, stream.data->at, kind != CERT};
	learn(g->j, kind, der);
	return true;
}

/* What cannot be read is left out; only failures of reading itself end it all. */
static bool add_list(struct gather *g, enum kind kind, const struct pdf_value *dict,
	const char *key, struct err *e)
{
	struct pdf_value list;
	struct err why = {0};

	if (!pdf_get(g->p, g->j->arena, dict, key, &list, &why))
		list.kind = PDF_NULL;
	for (size_t i = 0; list.kind == PDF_ARRAY && i < list.count; i++)
		(void)(add_object(g, kind, &list.items[i], &why));
	if (why.code == ERR_IO) {
		*e = why;
		return false;
	}
	if (why.code != ERR_NONE)
		g->out->fault = arena_printf(g->j->arena, "%s", why.text);
	return true;
}

bool pdf_dss_gather(
	struct pdf_dss_read *out, const struct judge *j, struct pdf *p, struct err *e)
{
	static const char *const all[KINDS] = {"Certs", "CRLs", "OCSPs"};
	static const char *const own[KINDS] = {"Cert", "CRL", "OCSP"};
	struct gather g = {.out = out, .j = j, .p = p, .left = PDF_DSS_MAX_ALL};
	struct pdf_value root, dss, vris, vri;

	*out = (struct pdf_dss_read){0};
	if (!pdf_root(p, j->arena, &root, e) ||
		!pdf_get(p, j->arena, &root, "DSS", &dss, e) ||
		!pdf_get(p, j->arena, &dss, "VRI", &vris, e))
		return false;
	out->present = dss.kind == PDF_DICT;
	if (!out->present)
		return true;
	out->objects = ARENA_ARRAY(j->arena, PDF_DSS_OBJECTS_MAX, struct pdf_dss_object);
	//= ETSI EN 319 142-1 §5.4.2.2: Certs, OCSPs and CRLs of the store, and those of each VRI
	for (enum kind kind = CERT; kind < KINDS; kind++)
		if (!add_list(&g, kind, &dss, all[kind], e))
			return false;
	for (size_t i = 0; pdf_is_dict(&vris) && i < vris.count; i++) {
		if (!pdf_resolve(p, j->arena, &vris.entries[i].value, &vri, e))
			return false;
		for (enum kind kind = CERT; kind < KINDS; kind++)
			if (!add_list(&g, kind, &vri, own[kind], e))
				return false;
	}
	return true;
}
