/* pdf_filter: decoding the data of streams piece by piece: each filter hands on to the
 * next. See pdf_decode of pdf.h; predictors are in pdf_predictor.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/pdf_predictor.h"
#include "doc/pdf_private.h"

#include <zlib.h>

enum { FILTERS_MAX = 8, CHUNK = 32 << 10 };

struct stage {
	bool (*put)(struct stage *s, struct bytes in, struct err *e);
	bool (*end)(struct stage *s, struct err *e);
	struct stage *next; /* null: the sink */
	struct sink sink;
	uint64_t out, max; /* octets handed on, and allowed */
	/* Flate */
	z_stream z;
	bool is_zlib, is_done;
	/* ASCIIHex, ASCII85 */
	uint32_t word;
	int digits;
	struct pdf_predictor *predictor;
};

static bool hand_on(struct stage *s, struct bytes out, struct err *e)
{
	s->out += out.n;
	if (s->out > s->max)
		return err_set(e, ERR_TOO_LARGE,
			"PDF: a stream unpacks to more than %llu octets",
			(unsigned long long)s->max);
	if (out.n == 0)
		return true;
	return s->next ? s->next->put(s->next, out, e) : s->sink.put(s->sink.to, out, e);
}

static bool copy_put(struct stage *s, struct bytes in, struct err *e)
{
	return hand_on(s, in, e);
}

static bool copy_end(struct stage *s, struct err *e)
{
	(void)s;
	(void)e;
	return true;
}

//= ISO 32000-1 §7.4.4: zlib data; octets behind its end are none of it
static bool flate_put(struct stage *s, struct bytes in, struct err *e)
{
	uint8_t out[CHUNK];

	s->z.next_in = (Bytef *)(uintptr_t)in.p;
	s->z.avail_in = (uInt)in.n;
	while (!s->is_done) {
		int rc;

		s->z.next_out = out;
		s->z.avail_out = sizeof out;
		rc = inflate(&s->z, Z_NO_FLUSH);
		if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR)
			return err_set(e, ERR_MALFORMED, "PDF: broken Flate data");
		s->is_done = rc == Z_STREAM_END;
		if (!hand_on(s, bytes_make(out, sizeof out - s->z.avail_out), e))
			return false;
		if (s->z.avail_out)
			break;
	}
	return true;
}

static bool flate_end(struct stage *s, struct err *e)
{
	return s->is_done || err_set(e, ERR_MALFORMED, "PDF: Flate data that is cut off");
}

static int hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool hex_put(struct stage *s, struct bytes in, struct err *e)
{
	for (size_t i = 0; i < in.n && !s->is_done; i++) {
		int d = hex_digit(in.p[i]);
		uint8_t octet;

		if (pdf_is_space(in.p[i]))
			continue;
		s->is_done = in.p[i] == '>';
		if (d < 0 && !s->is_done)
			return err_set(e, ERR_MALFORMED, "PDF: broken ASCIIHex data");
		if (s->is_done && s->digits == 0)
			break;
		s->word = s->word << 4 | (uint32_t)(s->is_done ? 0 : d);
		if (++s->digits < 2 && !s->is_done)
			continue;
		octet = (uint8_t)s->word;
		s->word = 0;
		s->digits = 0;
		if (!hand_on(s, bytes_make(&octet, 1), e))
			return false;
	}
	return true;
}

static bool text_end(struct stage *s, struct err *e)
{
	return s->is_done || err_set(e, ERR_MALFORMED, "PDF: ASCII data that is cut off");
}

static bool put_word(struct stage *s, size_t n, struct err *e)
{
	uint8_t out[4] = {(uint8_t)(s->word >> 24), (uint8_t)(s->word >> 16),
		(uint8_t)(s->word >> 8), (uint8_t)s->word};

	s->word = 0;
	s->digits = 0;
	return hand_on(s, bytes_make(out, n), e);
}

static bool ascii85_finish(struct stage *s, struct err *e)
{
	int have = s->digits;

	s->is_done = true;
	if (have == 0)
		return true;
	if (have == 1)
		return err_set(e, ERR_MALFORMED, "PDF: broken ASCII85 data");
	for (; s->digits < 5; s->digits++)
		s->word = s->word * 85 + 84;
	return put_word(s, (size_t)have - 1, e);
}

static bool ascii85_put(struct stage *s, struct bytes in, struct err *e)
{
	for (size_t i = 0; i < in.n && !s->is_done; i++) {
		uint8_t c = in.p[i];
		uint64_t word = s->word * UINT64_C(85) + (uint64_t)(c - '!');
		bool ok = true;

		if (pdf_is_space(c))
			continue;
		if (c == '~') {
			ok = ascii85_finish(s, e);
		} else if (c == 'z' && s->digits == 0) {
			ok = put_word(s, 4, e);
		} else if (c < '!' || c > 'u' || word > UINT32_MAX) {
			ok = err_set(e, ERR_MALFORMED, "PDF: broken ASCII85 data");
		} else {
			s->word = (uint32_t)word;
			ok = ++s->digits < 5 || put_word(s, 4, e);
		}
		if (!ok)
			return false;
	}
	return true;
}

static bool predictor_sink(void *to, struct bytes out, struct err *e)
{
	return hand_on(to, out, e);
}

static bool predictor_put(struct stage *s, struct bytes in, struct err *e)
{
	return pdf_predictor_put(s->predictor, in, (struct sink){predictor_sink, s}, e);
}

/* A row that is cut off is no row. */
static bool predictor_end(struct stage *s, struct err *e)
{
	return pdf_predictor_is_whole(s->predictor) ||
	       err_set(e, ERR_MALFORMED, "PDF: a stream that ends within a row");
}

static bool is_filter(const struct pdf_value *v, const char *name, const char *brief)
{
	return pdf_is_name(v, name) || pdf_is_name(v, brief);
}

static bool begin_stage(struct stage *s, const struct pdf_value *filter, struct err *e)
{
	s->put = copy_put;
	s->end = copy_end;
	if (is_filter(filter, "FlateDecode", "Fl")) {
		s->put = flate_put;
		s->end = flate_end;
		s->is_zlib = inflateInit(&s->z) == Z_OK;
		return s->is_zlib || err_set(e, ERR_IO, "PDF: zlib");
	}
	if (is_filter(filter, "ASCIIHexDecode", "AHx")) {
		s->put = hex_put;
		s->end = text_end;
		return true;
	}
	if (is_filter(filter, "ASCII85Decode", "A85")) {
		s->put = ascii85_put;
		s->end = text_end;
		return true;
	}
	return err_set(e, ERR_UNSUPPORTED, "PDF: a filter not read here: %.*s",
		pdf_is(filter, PDF_NAME) ? (int)(filter->octets.n % 64) : 0,
		pdf_is(filter, PDF_NAME) ? (const char *)filter->octets.p : "");
}

struct pipe {
	struct pdf *p;
	struct arena *arena;
	struct stage stages[2 * FILTERS_MAX];
	size_t n;
	uint64_t max;
};

/* A filter, and its predictor where it has one. */
static bool add_filter(struct pipe *pipe, const struct pdf_value *filter,
	const struct pdf_value *params, struct err *e)
{
	struct pdf_value f, parms = {0}, predictor = {0};
	struct stage *s;

	if (pipe->n + 2 > sizeof pipe->stages / sizeof *pipe->stages)
		return err_set(
			e, ERR_TOO_LARGE, "PDF: more than %d filters", FILTERS_MAX);
	if (!pdf_resolve(pipe->p, pipe->arena, filter, &f, e) ||
		(params && !pdf_resolve(pipe->p, pipe->arena, params, &parms, e)) ||
		!pdf_get(pipe->p, pipe->arena, &parms, "Predictor", &predictor, e))
		return false;
	if (!begin_stage(&pipe->stages[pipe->n++], &f, e))
		return false;
	if (predictor.kind != PDF_INT || predictor.integer == 1)
		return true;
	s = &pipe->stages[pipe->n++];
	s->put = predictor_put;
	s->end = predictor_end;
	return pdf_predictor_make(&s->predictor, pipe->p, pipe->arena, &parms, e);
}

static bool build(struct pipe *pipe, const struct pdf_value *stream, struct err *e)
{
	struct pdf_value filter, params;
	size_t n = 1;

	//= ISO 32000-1 §7.3.8.2: data in another file (/F) are not the stream's
	if (pdf_find(stream, "F"))
		return err_set(
			e, ERR_UNSUPPORTED, "PDF: a stream whose data lie elsewhere");
	if (!pdf_get(pipe->p, pipe->arena, stream, "Filter", &filter, e) ||
		!pdf_get(pipe->p, pipe->arena, stream, "DecodeParms", &params, e))
		return false;
	if (filter.kind == PDF_ARRAY)
		n = filter.count;
	else if (filter.kind == PDF_NULL)
		n = 0;
	for (size_t i = 0; i < n; i++) {
		const struct pdf_value *one =
			filter.kind == PDF_ARRAY ? &filter.items[i] : &filter;
		const struct pdf_value *with =
			params.kind == PDF_ARRAY
				? (i < params.count ? &params.items[i] : NULL)
				: &params;

		if (!add_filter(pipe, one, with, e))
			return false;
	}
	if (n == 0) {
		pipe->stages[0].put = copy_put;
		pipe->stages[0].end = copy_end;
		pipe->n = 1;
	}
	return true;
}

static bool run(struct pipe *pipe, const struct pdf_data *data, struct err *e)
{
	uint8_t chunk[CHUNK];
	uint64_t at = data->at, left = data->n;

	while (left) {
		size_t n = left < sizeof chunk ? (size_t)left : sizeof chunk;

		if (!source_read(pipe->p->source, at, chunk, n, e) ||
			!pipe->stages[0].put(&pipe->stages[0], bytes_make(chunk, n), e))
			return false;
		at += n;
		left -= n;
	}
	for (size_t i = 0; i < pipe->n; i++)
		if (!pipe->stages[i].end(&pipe->stages[i], e))
			return false;
	return true;
}

bool pdf_decode(struct pdf *p, const struct pdf_value *stream, uint64_t max,
	struct sink to, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct pipe pipe = {.p = p, .arena = a};
	bool ok;

	if (stream->kind != PDF_STREAM)
		return err_set(e, ERR_MALFORMED, "PDF: no stream");
	ok = build(&pipe, stream, e);
	for (size_t i = 0; i < pipe.n; i++) {
		bool last = i + 1 == pipe.n;

		pipe.stages[i].next = last ? NULL : &pipe.stages[i + 1];
		pipe.stages[i].sink = to;
		/* What is between filters may be larger: text, rows with their tags. */
		pipe.stages[i].max = last ? max : 4 * max + CHUNK;
	}
	ok = ok && run(&pipe, stream->data, e);
	for (size_t i = 0; i < pipe.n; i++)
		if (pipe.stages[i].is_zlib)
			(void)inflateEnd(&pipe.stages[i].z);
	return ok;
}

bool pdf_slurp(struct pdf *p, struct arena *a, const struct pdf_value *stream, size_t max,
	struct bytes *out, struct err *e)
{
	AUTO_BUF b = buf_make(max);

	if (!pdf_decode(p, stream, max, sink_to_buf(&b), e))
		return false;
	*out = arena_dup(a, buf_bytes(&b));
	return true;
}

bool pdf_raw(struct pdf *p, struct arena *a, const struct pdf_value *stream, size_t max,
	struct bytes *out, struct err *e)
{
	uint8_t *to;

	if (stream->kind != PDF_STREAM)
		return err_set(e, ERR_MALFORMED, "PDF: no stream");
	if (stream->data->n > max)
		return err_set(
			e, ERR_TOO_LARGE, "PDF: a stream of more than %zu octets", max);
	to = arena_alloc(a, (size_t)stream->data->n + 1);
	if (!source_read(p->source, stream->data->at, to, (size_t)stream->data->n, e))
		return false;
	*out = bytes_make(to, (size_t)stream->data->n);
	return true;
}
