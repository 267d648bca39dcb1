/* pdf: opening a file and reading its objects. See pdf.h; the cross-reference is read in
 * pdf_xref.c. SPDX-License-Identifier: Apache-2.0
 */
#include "doc/pdf_private.h"

enum { HEADER_WITHIN = 1024, EOF_WITHIN = 1024 + 64, LINKS_MAX = 32 };

/* Reads ahead: objects that follow one another are looked at one by one, and a system
 * call for each is most of what a large file costs. */
static bool fill_window(struct pdf *p, uint64_t at, size_t n, struct err *e)
{
	size_t ahead = n < PDF_WINDOW_AHEAD ? PDF_WINDOW_AHEAD : n;

	p->window_n = 0;
	if (ahead > p->window_size ||
		(p->window_size > PDF_WINDOW_KEEP && n <= PDF_WINDOW)) {
		mem_free(p->window);
		p->window_size = ahead;
		p->window = mem_alloc(p->window_size);
	}
	if (ahead > p->end - at)
		ahead = (size_t)(p->end - at);
	if (!source_read(p->source, at, p->window, ahead, e))
		return false;
	p->window_at = at;
	p->window_n = ahead;
	return true;
}

bool pdf_look(struct pdf *p, uint64_t at, size_t n, struct bytes *out, struct err *e)
{
	if (at > p->end)
		return err_set(e, ERR_MALFORMED,
			"PDF: an offset that leads beyond the end, %llu",
			(unsigned long long)at);
	if (n > p->end - at)
		n = (size_t)(p->end - at);
	if (!p->window || at < p->window_at || at - p->window_at > p->window_n ||
		n > p->window_n - (size_t)(at - p->window_at))
		if (!fill_window(p, at, n, e))
			return false;
	*out = bytes_make(p->window + (at - p->window_at), n);
	return true;
}

/* A parser over a window that is made larger as long as it says that it needs more. */
typedef bool parse_fn(struct pdf *p, struct arena *a, struct bytes in, uint64_t at,
	void *out, bool *needs_more, struct err *e);

static bool parse_at(struct pdf *p, struct arena *a, uint64_t at, parse_fn *parse,
	void *out, struct err *e)
{
	for (size_t size = PDF_WINDOW;; size *= 8) {
		bool needs_more = false;
		struct bytes in;

		if (!pdf_look(p, at, size, &in, e))
			return false;
		if (parse(p, a, in, at, out, &needs_more, e))
			return true;
		if (!needs_more || in.n < size)
			return false;
		if (size > PDF_OBJECT_MAX)
			return err_set(e, ERR_TOO_LARGE,
				"PDF: an object of more than %d octets", PDF_OBJECT_MAX);
	}
}

struct bare {
	struct pdf_value value;
	uint64_t end;
};

static bool parse_bare(struct pdf *p, struct arena *a, struct bytes in, uint64_t at,
	void *out, bool *needs_more, struct err *e)
{
	struct bytes rest = in;
	struct bare *b = out;

	(void)p;
	if (!pdf_value_read(&b->value, a, &rest, at, needs_more, e))
		return false;
	b->end = at + (in.n - rest.n);
	return true;
}

bool pdf_read_value(struct pdf *p, struct arena *a, uint64_t at, struct pdf_value *out,
	uint64_t *end, struct err *e)
{
	struct bare b;

	if (!parse_at(p, a, at, parse_bare, &b, e))
		return false;
	*out = b.value;
	*end = b.end;
	return true;
}

struct indirect {
	struct pdf_ref ref;
	struct pdf_value value;
	bool is_stream;
	uint64_t data_at, end; /* end: when it is no stream */
};

static bool lost(uint64_t at, struct err *e)
{
	return err_set(e, ERR_MALFORMED,
		"PDF: damaged: no object where the cross-reference says, octet %llu",
		(unsigned long long)at);
}

/* "n g obj" */
static bool take_head(struct bytes *in, struct pdf_ref *ref)
{
	uint64_t num, gen;

	pdf_skip_space(in);
	if (!pdf_take_number(in, PDF_NUMBER_MAX, &num))
		return false;
	pdf_skip_space(in);
	if (!pdf_take_number(in, 65535, &gen))
		return false;
	pdf_skip_space(in);
	*ref = (struct pdf_ref){(uint32_t)num, (uint16_t)gen};
	return pdf_take_word(in, "obj");
}

static bool parse_indirect(struct pdf *p, struct arena *a, struct bytes in, uint64_t at,
	void *out, bool *needs_more, struct err *e)
{
	struct indirect *x = out;
	struct bytes rest = in;

	(void)p;
	if (!take_head(&rest, &x->ref))
		return lost(at, e);
	if (!pdf_value_read(&x->value, a, &rest, at + (in.n - rest.n), needs_more, e))
		return false;
	pdf_skip_space(&rest);
	x->is_stream = false;
	if (pdf_take_word(&rest, "endobj")) {
		x->end = at + (in.n - rest.n);
		return true;
	}
	*needs_more = rest.n < sizeof "stream\r\n";
	if (x->value.kind != PDF_DICT || !pdf_take_word(&rest, "stream"))
		return err_set(e, ERR_MALFORMED,
			"PDF: damaged: object %u does not end with endobj", x->ref.num);
	//= ISO 32000-1 §7.3.8.1: behind "stream" a line feed, or carriage return and line feed
	if (!bytes_starts(rest, BYTES("\n")) && !bytes_starts(rest, BYTES("\r\n")))
		return err_set(e, ERR_MALFORMED,
			"PDF: stream %u does not begin with a line end", x->ref.num);
	x->is_stream = true;
	x->data_at = at + (in.n - rest.n) + (rest.p[0] == '\r' ? 2 : 1);
	return true;
}

/* The data must end where /Length says; old makers leave out or add a line end. */
static bool end_stream(
	struct pdf *p, const struct indirect *x, uint64_t n, uint64_t *end, struct err *e)
{
	struct bytes in, rest;

	if (n > p->end - x->data_at)
		return err_set(e, ERR_MALFORMED,
			"PDF: damaged: stream %u is longer than the file", x->ref.num);
	if (!pdf_look(p, x->data_at + n, 256, &in, e))
		return false;
	rest = in;
	while (rest.n && pdf_is_space(rest.p[0]))
		rest = bytes_from(rest, 1);
	if (!pdf_take_word(&rest, "endstream"))
		return err_set(e, ERR_MALFORMED,
			"PDF: damaged: stream %u does not end where its length says",
			x->ref.num);
	pdf_skip_space(&rest);
	if (!pdf_take_word(&rest, "endobj"))
		return err_set(e, ERR_MALFORMED,
			"PDF: damaged: stream %u does not end with endobj", x->ref.num);
	*end = x->data_at + n + (in.n - rest.n);
	return true;
}

static bool read_stream(struct pdf *p, struct arena *a, struct indirect *x, struct err *e)
{
	const struct pdf_value *length = pdf_find(&x->value, "Length");
	struct pdf_value n;

	if (!length || !pdf_resolve(p, a, length, &n, e))
		return length ? err_in(e, "Length of stream %u", x->ref.num)
			      : err_set(e, ERR_MALFORMED, "PDF: stream %u has no length",
					x->ref.num);
	if (n.kind != PDF_INT || n.integer < 0)
		return err_set(
			e, ERR_MALFORMED, "PDF: stream %u has no length", x->ref.num);
	if (!end_stream(p, x, (uint64_t)n.integer, &x->end, e))
		return false;
	x->value.kind = PDF_STREAM;
	x->value.data = ARENA_NEW(a, struct pdf_data);
	*x->value.data = (struct pdf_data){x->data_at, (uint64_t)n.integer};
	return true;
}

bool pdf_read_indirect(struct pdf *p, struct arena *a, uint64_t at, struct pdf_ref *ref,
	struct pdf_value *out, uint64_t *end, struct err *e)
{
	struct indirect x = {0};

	if (!parse_at(p, a, at, parse_indirect, &x, e))
		return false;
	if (x.is_stream && !read_stream(p, a, &x, e))
		return false;
	*ref = x.ref;
	*out = x.value;
	*end = x.end;
	return true;
}

static bool read_plain(struct pdf *p, struct arena *a, const struct pdf_xref_entry *x,
	struct pdf_value *out, uint64_t *end, struct err *e)
{
	struct pdf_ref ref;

	if (!pdf_read_indirect(p, a, x->where, &ref, out, end, e))
		return err_in(e, "object %u", x->num);
	if (ref.num != x->num || ref.gen != x->extra)
		return lost(x->where, e);
	return true;
}

bool pdf_object(struct pdf *p, struct arena *a, struct pdf_ref ref, struct pdf_value *out,
	struct err *e)
{
	const struct pdf_xref_entry *x = pdf_entry(p, ref.num);
	struct pdf_value v = {0};
	uint64_t end;
	bool ok = true;

	if (p->nesting >= PDF_NESTING_MAX)
		return err_set(
			e, ERR_MALFORMED, "PDF: objects that need each other to be read");
	p->nesting++;
	if (x && x->kind == PDF_ENTRY_PLAIN && x->extra == ref.gen)
		ok = read_plain(p, a, x, &v, &end, e);
	else if (x && x->kind == PDF_ENTRY_PACKED && ref.gen == 0)
		ok = pdf_read_packed(p, a, x, &v, e);
	p->nesting--;
	if (ok)
		*out = v;
	return ok;
}

bool pdf_resolve(struct pdf *p, struct arena *a, const struct pdf_value *v,
	struct pdf_value *out, struct err *e)
{
	struct pdf_value x = *v;

	for (int i = 0; x.kind == PDF_REF; i++) {
		if (i == LINKS_MAX)
			return err_set(e, ERR_MALFORMED,
				"PDF: references that lead to each other");
		if (!pdf_object(p, a, (struct pdf_ref){x.num, x.gen}, &x, e))
			return false;
	}
	*out = x;
	return true;
}

bool pdf_get(struct pdf *p, struct arena *a, const struct pdf_value *dict,
	const char *key, struct pdf_value *out, struct err *e)
{
	const struct pdf_value *v = pdf_find(dict, key);

	if (!v) {
		*out = (struct pdf_value){0};
		return true;
	}
	return pdf_resolve(p, a, v, out, e) || err_in(e, "/%s", key);
}

bool pdf_root(struct pdf *p, struct arena *a, struct pdf_value *out, struct err *e)
{
	struct pdf_value root;

	if (!pdf_get(p, a, pdf_trailer(p), "Root", &root, e))
		return false;
	if (root.kind != PDF_DICT)
		return err_set(e, ERR_MALFORMED, "PDF: no catalog");
	*out = root;
	return true;
}

bool pdf_extent(struct pdf *p, uint32_t num, uint64_t *at, uint64_t *end, bool *found,
	struct err *e)
{
	const struct pdf_xref_entry *x = pdf_entry(p, num);
	AUTO(arena) a = arena_new();
	struct pdf_value v;
	uint64_t last;

	*found = false;
	if (!x || x->kind != PDF_ENTRY_PLAIN)
		return true;
	if (!read_plain(p, a, x, &v, &last, e))
		return false;
	*at = x->where;
	*end = last;
	*found = true;
	return true;
}

static bool find_header(struct pdf *p, struct err *e)
{
	struct bytes in;
	size_t at;

	if (!pdf_look(p, 0, HEADER_WITHIN, &in, e))
		return false;
	at = bytes_find(in, BYTES("%PDF-"));
	in = bytes_from(in, at == SIZE_MAX ? in.n : at + 5);
	if (in.n < 3 || in.p[0] < '0' || in.p[0] > '9' || in.p[1] != '.' ||
		in.p[2] < '0' || in.p[2] > '9')
		return err_set(e, ERR_MALFORMED, "PDF: no header");
	p->header_at = at;
	p->version = 10 * (in.p[0] - '0') + in.p[2] - '0';
	return true;
}

/* The last occurrence of needle, or SIZE_MAX. */
static size_t find_last(struct bytes hay, struct bytes needle)
{
	size_t last = SIZE_MAX, at, from = 0;

	while ((at = bytes_find(bytes_from(hay, from), needle)) != SIZE_MAX) {
		last = from + at;
		from = last + 1;
	}
	return last;
}

/* What the last startxref gives, as it stands. */
static bool find_start(struct pdf *p, uint64_t *start, struct err *e)
{
	uint64_t from = p->end > EOF_WITHIN ? p->end - EOF_WITHIN : 0;
	struct bytes in;
	size_t at;

	if (!pdf_look(p, from, EOF_WITHIN, &in, e))
		return false;
	//= ISO 32000-1 §7.5.5: startxref, an offset and %%EOF end the file
	at = find_last(in, BYTES("startxref"));
	in = bytes_from(in, at == SIZE_MAX ? in.n : at + 9);
	while (in.n && pdf_is_space(in.p[0]))
		in = bytes_from(in, 1);
	if (!pdf_take_number(&in, PDF_FILE_MAX, start))
		return err_set(e, ERR_MALFORMED,
			"PDF: damaged: no startxref at the end of the file");
	return true;
}

static void forget(struct pdf *p)
{
	for (size_t i = 0; i < p->revision_count; i++)
		mem_free(p->revisions[i].entries);
	mem_free(p->entries);
	p->entries = NULL;
	p->entry_count = p->revision_count = 0;
}

static bool read_xref_from(struct pdf *p, uint64_t base, uint64_t start, struct err *e)
{
	forget(p);
	p->base = base;
	if (start > p->end - base)
		return err_set(
			e, ERR_MALFORMED, "PDF: damaged: startxref leads beyond the end");
	return pdf_xref_read(p, base + start, e);
}

/* Offsets are counted from the header, but makers and readers differ in it when it does
 * not stand at the front: only a file that can be read in one way alone is read. */
static bool read_xref(struct pdf *p, struct err *e)
{
	uint64_t start;
	struct err other;

	if (!find_start(p, &start, e))
		return false;
	if (p->header_at == 0)
		return read_xref_from(p, 0, start, e);
	if (!read_xref_from(p, 0, start, &other))
		return read_xref_from(p, p->header_at, start, e);
	if (read_xref_from(p, p->header_at, start, &other))
		return err_set(e, ERR_MALFORMED,
			"PDF: two ways to read it: octets before the header");
	return read_xref_from(p, 0, start, e);
}

bool pdf_open(struct pdf **out, struct source *s, uint64_t end, struct err *e)
{
	AUTO(pdf) p = NEW(struct pdf);

	p->source = s;
	p->arena = arena_new();
	p->end = end ? end : source_size(s);
	if (p->end > source_size(s))
		return err_set(e, ERR_USAGE, "PDF: an end beyond the end of the file");
	if (p->end > PDF_FILE_MAX)
		return err_set(e, ERR_TOO_LARGE,
			"PDF: 4 GB or more: offsets of that size are not read");
	if (!find_header(p, e) || !read_xref(p, e))
		return false;
	if (pdf_find(pdf_trailer(p), "Encrypt"))
		return err_set(e, ERR_UNSUPPORTED,
			"PDF: the file is encrypted; it must be decrypted first");
	*out = pdf_move(&p);
	return true;
}

void pdf_free(struct pdf *p)
{
	if (!p)
		return;
	forget(p);
	for (size_t i = 0; i < PDF_PACKED_SLOTS; i++)
		arena_free(p->packed[i].arena);
	mem_free(p->window);
	mem_free(p->pages);
	mem_free(p->pages_by_num);
	arena_free(p->arena);
	mem_free(p);
}

struct source *pdf_source(const struct pdf *p)
{
	return p->source;
}

uint64_t pdf_end(const struct pdf *p)
{
	return p->end;
}

uint64_t pdf_header_at(const struct pdf *p)
{
	return p->header_at;
}

uint64_t pdf_base(const struct pdf *p)
{
	return p->base;
}

int pdf_version(const struct pdf *p)
{
	return p->version;
}

const struct pdf_value *pdf_trailer(const struct pdf *p)
{
	return &p->revisions[p->revision_count - 1].trailer;
}

size_t pdf_revisions(const struct pdf *p)
{
	return p->revision_count;
}

const struct pdf_revision *pdf_revision(const struct pdf *p, size_t i)
{
	return &p->revisions[i];
}

const struct pdf_xref_entry *pdf_entry(const struct pdf *p, uint32_t num)
{
	size_t low = 0, high = p->entry_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (p->entries[mid].num == num)
			return &p->entries[mid];
		if (p->entries[mid].num < num)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

const struct pdf_xref_entry *pdf_entries(const struct pdf *p, size_t *count)
{
	*count = p->entry_count;
	return p->entries;
}

uint32_t pdf_next_number(const struct pdf *p)
{
	return p->next_number;
}
