/* trial_kit: one sealed file, altered again and again: what passes must be what it was.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_TESTS_TRIAL_KIT_H
#define QY_TESTS_TRIAL_KIT_H

#include "package_kit.h"

#define LIST   "Doc_0/Signs/Signatures.xml"
#define FOLDER "Doc_0/Signs/Sign_"

struct trial {
	struct desk *d;
	struct bytes sealed;      /* the file as it was */
	struct package was, work; /* its parts; a copy to be altered */
	struct arena *a;          /* of one alteration */
	size_t tried, passed, failed, unsure, refused;
};

static inline int trial_begin(void **state)
{
	struct trial *t = NEW(struct trial);
	void *desk;

	desk_begin(&desk);
	t->d = desk;
	t->sealed = package_sealed(t->d, "第一条　甲方向乙方采购");
	package_read(&t->was, t->d->a, t->sealed);
	*state = t;
	return 0;
}

static inline int trial_end(void **state)
{
	struct trial *t = *state;
	void *desk = t->d;

	print_message(
		"# %zu altered files: %zu failed, %zu indeterminate, %zu not read, %zu "
		"pass and are the same\n",
		t->tried, t->failed, t->unsure, t->refused, t->passed);
	desk_end(&desk);
	mem_free(t);
	return 0;
}

static inline bool holds(const struct package *p, struct bytes name, struct bytes data)
{
	for (size_t i = 0; i < p->n; i++)
		if (bytes_equal(p->names[i], name))
			return bytes_equal(p->data[i], data);
	return false;
}

/* What a signature writes for itself and nobody need cover. */
static inline bool is_own(struct bytes name)
{
	return bytes_equal(name, BYTES(LIST)) ||
	       bytes_ends(name, BYTES("/SignedValue.dat"));
}

/* Is the folder of the signature that this file belongs to gone altogether? */
static inline bool is_of_gone_signature(const struct package *now, struct bytes name)
{
	size_t n = sizeof FOLDER; /* and one digit for the NUL */

	if (!bytes_starts(name, BYTES(FOLDER)))
		return false;
	for (size_t i = 0; i < now->n; i++)
		if (bytes_starts(now->names[i], bytes_head(name, n)))
			return false;
	return true;
}

/* The same files with the same octets, none more, and the same pages; only a whole
 * signature may have been taken away. */
static inline bool is_same(struct trial *t, struct bytes file)
{
	AUTO(source) s = source_of_bytes(file);
	AUTO(ofd) o = NULL;
	struct package now;
	struct err e;

	package_read(&now, t->a, file);
	for (size_t i = 0; i < now.n; i++)
		if (!is_own(now.names[i]) && !holds(&t->was, now.names[i], now.data[i]))
			return false;
	for (size_t i = 0; i < t->was.n; i++)
		if (!is_own(t->was.names[i]) &&
			!holds(&now, t->was.names[i], t->was.data[i]) &&
			!is_of_gone_signature(&now, t->was.names[i]))
			return false;
	return ofd_open(&o, s, &e) && ofd_docs_n(o) == 1 && ofd_doc(o, 0)->tree &&
	       bytes_equal(ofd_doc(o, 0)->root.path, BYTES("Doc_0/Document.xml")) &&
	       ofd_doc(o, 0)->pages_n == 2 &&
	       bytes_equal(ofd_doc(o, 0)->pages[0].content.path,
		       BYTES("Doc_0/Pages/Page_0/Content.xml")) &&
	       bytes_equal(ofd_doc(o, 0)->pages[1].content.path,
		       BYTES("Doc_0/Pages/Page_1/Content.xml"));
}

static inline bool judge(struct report **r, const struct judge *j, struct bytes file)
{
	AUTO(source) s = source_of_bytes(file);
	struct err e;

	return verify_file(r, j, "altered.ofd", s, NULL, NULL, &e);
}

/* Judges one altered file; fails the test when it passes wrongly. Tells the indication.
 */
static inline enum indication attempt(
	struct trial *t, struct bytes file, const char *what)
{
	struct judge j = desk_judge_full(t->d, t->a);
	struct report *r;

	t->tried++;
	if (!judge(&r, &j, file)) {
		t->refused++;
		return INDICATION_NO_SIGNATURE;
	}
	if (r->indication == INDICATION_PASSED) {
		if (!is_same(t, file))
			fail_msg("passes and is not the same: %s", what);
		t->passed++;
	} else if (r->indication == INDICATION_FAILED) {
		t->failed++;
	} else {
		t->unsure++;
	}
	return r->indication;
}

/* The working copy, written out and judged. */
static inline enum indication attempt_work(struct trial *t, const char *what)
{
	return attempt(t, package_craft(t->a, &t->work, (struct craft_end){0}), what);
}

static inline void renew(struct trial *t)
{
	arena_free(t->a);
	t->a = arena_new();
	t->work = t->was;
}

/* One that must not pass, whatever stands in it. */
static inline void must_not_pass(struct trial *t, const char *what)
{
	if (attempt_work(t, what) == INDICATION_PASSED)
		fail_msg("passes: %s", what);
	renew(t);
}

static inline void start(struct trial *t)
{
	t->a = NULL;
	renew(t);
}

static inline void finish(struct trial *t)
{
	arena_free(t->a);
	t->a = NULL;
}

static inline struct bytes joined(struct arena *a, struct bytes x, struct bytes y)
{
	struct writer w = writer_in(a, x.n + y.n);

	write_bytes(&w, x);
	write_bytes(&w, y);
	return writer_bytes(&w);
}

#endif
