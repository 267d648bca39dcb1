/* test_lib: libqianyin through its public header: the example runs, what is visible is
 * what is promised, and wrong calls are refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/source.h"
#include "crypto/keyfile.h"
#include "doc/zip_write.h"
#include "lib/lib.h"
#include "pki/trust.h"
#include "unit/pki/issue_kit.h"

struct room {
	struct kit *k;
	struct arena *a;
	char folder[32];
	struct cert signer, maker;
	struct key *maker_key;
	qy_context *ctx;
};

static char *at(struct room *r, const char *name)
{
	return arena_printf(r->a, "%s/%s", r->folder, name);
}

static void put(struct room *r, const char *name, struct bytes b)
{
	struct err e;

	if (!file_write(at(r, name), 0600, b, &e))
		fail_msg("%s", e.text);
}

static struct bytes get(struct room *r, const char *name)
{
	struct bytes b = {NULL, 0};
	struct err e;

	if (!file_slurp(r->a, at(r, name), 1 << 24, &b, &e))
		fail_msg("%s", e.text);
	return b;
}

static struct qy_bytes public_bytes(struct bytes b)
{
	return (struct qy_bytes){b.p, b.n};
}

/* Runs a command; its output in "out". */
static int run(struct room *r, const char *command)
{
	int status = system(arena_printf(
		r->a, "{ %s; } >%s/out 2>&1 </dev/null", command, r->folder));

	return status < 0 ? status : status >> 8;
}

static void put_p12(
	struct room *r, const char *name, struct key *key, const struct cert *cert)
{
	AUTO(secret) password = secret_of("1234", 4);
	AUTO(secret) file = NULL;
	struct err e;

	if (!keyfile_write_pkcs12(&file, r->k->w, key, "k", &cert->der, 1, password, &e))
		fail_msg("%s", e.text);
	put(r, name, bytes_make(secret_view(file), secret_size(file)));
}

static void put_trust(struct room *r)
{
	struct trust_licence licence = {
		"1", KIT_NOW - 3650 * TIME_DAY, KIT_NOW + 8000 * TIME_DAY};
	struct trust_anchor anchor = {.cert = r->k->ca,
		.name = "测试机构",
		.purposes = TRUST_SIGNER | TRUST_SEAL_MAKER,
		.service = licence,
		.cipher = licence,
		.admitted_from = TIME_NONE,
		.admitted_to = TIME_NONE};
	struct trust t = {.serial = 7,
		.made_at = KIT_NOW,
		.title = "测试",
		.anchors = &anchor,
		.count = 1};
	struct bytes store, crl;
	int64_t now = world_system()->now(world_system());
	struct err e;

	if (!trust_write(r->a, &store, r->k->w, &t, r->k->ca_key, r->k->ca.der, &e) ||
		!issue_crl(r->a, &crl, r->k->w, &r->k->ca, r->k->ca_key, 1, false, 0,
			now - TIME_HOUR, now + TIME_DAY, NULL, 0, &e))
		fail_msg("%s", e.text);
	put(r, "trust", store);
	put(r, "crl", crl);
}

static void put_ofd(struct room *r)
{
	static const struct {
		const char *name, *text;
	} parts[] = {
		{"OFD.xml", "<ofd:OFD xmlns:ofd=\"http://www.ofdspec.org/2016\" "
			    "DocType=\"OFD\" Version=\"1.1\"><ofd:DocBody><ofd:DocInfo>"
			    "<ofd:DocID>1</ofd:DocID></ofd:DocInfo><ofd:DocRoot>"
			    "Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"},
		{"Doc_0/Document.xml",
			"<ofd:Document xmlns:ofd=\"http://www.ofdspec.org/2016\">"
			"<ofd:CommonData><ofd:MaxUnitID>9</ofd:MaxUnitID><ofd:PageArea>"
			"<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
			"</ofd:CommonData><ofd:Pages><ofd:Page ID=\"1\" "
			"BaseLoc=\"Page.xml\"/></ofd:Pages></ofd:Document>"},
		{"Doc_0/Page.xml",
			"<ofd:Page xmlns:ofd=\"http://www.ofdspec.org/2016\"/>"},
	};
	AUTO_BUF b = buf_make(1 << 16);
	AUTO(zip_writer) w = zip_writer_new(sink_to_buf(&b));
	struct err e;

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		assert_true(zip_add(w, bytes_str(parts[i].name), bytes_str(parts[i].text),
			false, &e));
	assert_true(zip_finish(w, &e));
	put(r, "in.ofd", buf_bytes(&b));
}

static int begin(void **state)
{
	struct room *r = NEW(struct room);
	struct issue_spec spec;
	void *kit;

	(void)kit_begin(&kit);
	r->k = kit;
	r->a = r->k->a;
	memcpy(r->folder, "test_lib.XXXXXX", 16);
	if (!mkdtemp(r->folder))
		return -1;
	r->maker_key = kit_key(r->k, KEY_SM2);
	/* The example runs by the system's clock: a CA that lives long. */
	spec = kit_spec(ISSUE_ROOT, "测试根");
	spec.not_after = KIT_NOW + 8000 * TIME_DAY;
	r->k->ca = kit_issue(r->k, &spec, &r->k->ca_key->pub, NULL, r->k->ca_key);
	spec = kit_spec(ISSUE_SIGN, "签章人");
	spec.not_after = KIT_NOW + 7000 * TIME_DAY;
	r->signer = kit_issue(r->k, &spec, &r->k->key->pub, &r->k->ca, r->k->ca_key);
	spec.profile = ISSUE_SEAL_MAKER;
	r->maker = kit_issue(r->k, &spec, &r->maker_key->pub, &r->k->ca, r->k->ca_key);
	put_trust(r);
	put_ofd(r);
	put_p12(r, "maker.p12", r->maker_key, &r->maker);
	put_p12(r, "holder.p12", r->k->key, &r->signer);
	put(r, "seal.png", BYTES("\x89PNG\r\n\x1a\n picture"));
	r->ctx = qy_context_new("en");
	*state = r;
	return 0;
}

static int end(void **state)
{
	struct room *r = *state;
	void *kit = r->k;

	qy_context_free(r->ctx);
	(void)!system(arena_printf(r->a, "rm -rf %s", r->folder));
	key_free(r->maker_key);
	mem_free(r);
	return kit_end(&kit);
}

/* --- the example and what is visible --- */

static void the_example_seals_and_is_total_passed(void **state)
{
	struct room *r = *state;
	const char *example = getenv("QIANYIN_EXAMPLE");
	int code;

	if (!example)
		SKIP("run by meson test: QIANYIN_EXAMPLE is not set");
	code = run(r, arena_printf(r->a,
			      "cd %s && echo 1234 | %s trust crl maker.p12 holder.p12 "
			      "seal.png in.ofd out.ofd",
			      r->folder, example));
	if (code != 0)
		fail_msg("%d: %s", code, arena_str(r->a, get(r, "out")));
	assert_true(bytes_find(get(r, "out"), BYTES("indication 0 \n")) != SIZE_MAX);
	assert_true(bytes_find(get(r, "out"), BYTES("signatures 1\n")) != SIZE_MAX);
	/* And it ends where something is wrong. */
	assert_int_equal(run(r, arena_printf(r->a,
					"cd %s && echo wrong | %s trust crl maker.p12 "
					"holder.p12 seal.png in.ofd out2.ofd",
					r->folder, example)),
		1);
}

/* Every name behind QY_API in the header. */
static size_t promised(struct room *r, const char **names, size_t max)
{
	struct bytes text, rest;
	size_t n = 0, from;
	struct err e;

	assert_true(file_slurp(r->a, source_path(r->a, "include/qianyin/qianyin.h"),
		1 << 20, &text, &e));
	rest = text;
	while ((from = bytes_find(rest, BYTES("\nQY_API "))) != SIZE_MAX) {
		size_t open, start;

		rest = bytes_from(rest, from + 8);
		open = bytes_find(rest, BYTES("("));
		for (start = open; start && rest.p[start - 1] != ' ' &&
				   rest.p[start - 1] != '*' && rest.p[start - 1] != '\n';)
			start--;
		assert_true(n < max);
		names[n++] = arena_str(r->a, bytes_make(rest.p + start, open - start));
	}
	return n;
}

static void the_library_shows_what_its_header_promises_and_no_more(void **state)
{
	struct room *r = *state;
	const char *so = getenv("QIANYIN_SO"), *names[100];
	size_t n = promised(r, names, 100), lines = 0;
	struct bytes out;

	if (!so)
		SKIP("run by meson test: QIANYIN_SO is not set");
	assert_true(n > 20);
	if (run(r, "command -v nm") != 0)
		SKIP("no nm here");
	assert_int_equal(
		run(r, arena_printf(r->a, "nm -D --defined-only %s | grep -v ' A '", so)),
		0);
	out = get(r, "out");
	for (size_t i = 0; i < out.n; i++)
		lines += out.p[i] == '\n';
	for (size_t i = 0; i < n; i++)
		if (bytes_find(out, bytes_str(arena_printf(r->a, " T %s@@QIANYIN_0.1\n",
					    names[i]))) == SIZE_MAX)
			fail_msg("%s is promised and not there", names[i]);
	assert_int_equal(lines, n);
}

static void the_header_compiles_as_strict_c11_and_as_cpp(void **state)
{
	static const char *const compilers[] = {"cc -std=c11 -x c", "clang -std=c11 -x c",
		"c++ -std=c++11 -x c++", "clang++ -std=c++11 -x c++"};
	struct room *r = *state;
	size_t tried = 0;

	for (size_t i = 0; i < sizeof compilers / sizeof *compilers; i++) {
		if (run(r, arena_printf(r->a, "command -v %.*s",
				   (int)strcspn(compilers[i], " "), compilers[i])) != 0)
			continue;
		tried++;
		put(r, "try.c",
			BYTES("#include <qianyin/qianyin.h>\n"
			      "int main(void) { return qy_version() == 0; }\n"));
		if (run(r, arena_printf(r->a,
				   "%s -pedantic -Wall -Wextra -Werror -fsyntax-only "
				   "-I%s "
				   "%s",
				   compilers[i], source_path(r->a, "include"),
				   at(r, "try.c"))) != 0)
			fail_msg("%s: %s", compilers[i], arena_str(r->a, get(r, "out")));
	}
	if (tried == 0)
		SKIP("no compiler here");
}

/* --- numbers --- */

static void numbers_never_change(void **state)
{
	static const struct {
		enum err_code code;
		int number;
	} promised_codes[] = {{ERR_MALFORMED, 1}, {ERR_UNSUPPORTED, 2},
		{ERR_TOO_LARGE, 3}, {ERR_USAGE, 4}, {ERR_NOT_FOUND, 5}, {ERR_NO_INPUT, 6},
		{ERR_WRITE, 7}, {ERR_IO, 8}, {ERR_BUSY, 9}, {ERR_DENIED, 10},
		{ERR_PASSWORD, 11}, {ERR_DECRYPT, 12}, {ERR_KEY_MISMATCH, 13},
		{ERR_SIGNER, 14}, {ERR_ROLLBACK, 15}, {ERR_CRYPTO, 16}};

	(void)state;
	/* Every error of ours has a number of its own. */
	assert_int_equal(sizeof promised_codes / sizeof *promised_codes, ERR_COUNT - 1);
	for (size_t i = 0; i < sizeof promised_codes / sizeof *promised_codes; i++) {
		struct qy_error out = {0};
		struct err e;

		err_set(&e, promised_codes[i].code, "why %d", (int)i);
		assert_int_equal(lib_fail(&out, &e), 0);
		assert_int_equal(out.code, promised_codes[i].number);
		assert_true(strncmp(out.text, "why ", 4) == 0);
		assert_int_equal(lib_fail(NULL, &e), 0);
	}
	assert_int_equal(QY_CRYPTO, 16);
	assert_int_equal(QY_TOTAL_FAILED, 3);
	assert_string_equal(qy_version(), "0.1.0");
}

static void every_error_has_a_sentence_in_both_languages(void **state)
{
	qy_context *zh = qy_context_new(NULL), *en = qy_context_new("en");

	(void)state;
	for (int code = QY_MALFORMED; code <= QY_CRYPTO; code++) {
		struct qy_error e = {.code = code, .text = "detail"};
		const char *a = qy_error_message(zh, &e), *b = qy_error_message(en, &e);

		assert_true(strstr(a, "detail") && strstr(b, "detail"));
		assert_string_not_equal(a, b);
	}
	qy_context_free(zh);
	qy_context_free(en);
	qy_context_free(NULL);
}

/* --- wrong calls --- */

static qy_key *open_key(struct room *r, const char *name)
{
	struct qy_error e;
	qy_key *key = NULL;

	if (!qy_key_open(
		    &key, public_bytes(get(r, name)), public_bytes(BYTES("1234")), &e))
		fail_msg("%s", e.text);
	return key;
}

#define assert_refused(call, want)              \
	do {                                    \
		e.code = 0;                     \
		assert_int_equal(call, 0);      \
		assert_int_equal(e.code, want); \
	} while (0)

static void options_of_another_size_are_refused(void **state)
{
	struct room *r = *state;
	qy_key *key = open_key(r, "holder.p12");
	struct qy_seal_make_options make = {.id = "1", .name = "a"};
	struct qy_verify_options verify = {0};
	struct qy_seal_options seal = {0};
	struct qy_buffer out = {0};
	qy_report *report = NULL;
	struct qy_error e;

	for (size_t i = 0; i < 3; i++) {
		make.size = i == 0 ? 0 : i == 1 ? sizeof make - 1 : sizeof make + 8;
		seal.size = i == 0 ? 0 : i == 1 ? sizeof seal - 1 : sizeof seal + 8;
		verify.size = i == 0 ? 0 : i == 1 ? sizeof verify - 1 : sizeof verify + 8;
		assert_refused(qy_seal_make(r->ctx, key, &make, &out, &e), QY_USAGE);
		assert_refused(qy_ofd_seal(r->ctx, key, at(r, "in.ofd"),
				       at(r, "never.ofd"), &seal, &e),
			QY_USAGE);
		assert_refused(
			qy_verify_file(r->ctx, at(r, "in.ofd"), &verify, &report, &e),
			QY_USAGE);
	}
	assert_int_equal(access(at(r, "never.ofd"), F_OK), -1);
	assert_null(out.data);
	assert_null(report);
	qy_key_free(key);
}

static void nothing_given_is_refused_and_not_a_crash(void **state)
{
	struct room *r = *state;
	struct qy_bytes none = {NULL, 0};
	struct qy_seal_options seal = {.size = sizeof seal};
	qy_key *key = open_key(r, "holder.p12"), *no = NULL;
	struct qy_buffer out = {0};
	qy_report *report = NULL;
	struct qy_error e;

	assert_refused(qy_seal_make(r->ctx, key, NULL, &out, &e), QY_USAGE);
	assert_refused(qy_ofd_seal(r->ctx, key, "a", "b", NULL, &e), QY_USAGE);
	assert_refused(qy_ofd_seal(r->ctx, key, NULL, "b", &seal, &e), QY_USAGE);
	assert_refused(qy_ofd_seal(r->ctx, key, "a", NULL, &seal, &e), QY_USAGE);
	assert_refused(qy_ofd_seal(r->ctx, NULL, "a", "b", &seal, &e), QY_USAGE);
	assert_refused(qy_verify_file(r->ctx, NULL, NULL, &report, &e), QY_USAGE);
	assert_refused(qy_cms_sign(r->ctx, NULL, "a", 1, &out, &e), QY_USAGE);
	assert_refused(qy_cms_sign(r->ctx, key, NULL, 1, &out, &e), QY_USAGE);
	assert_refused(qy_cms_encrypt(r->ctx, NULL, none, NULL, 0, &out, &e), QY_USAGE);
	assert_refused(
		qy_cms_decrypt(r->ctx, NULL, none, &out, NULL, NULL, &e), QY_USAGE);
	assert_refused(
		qy_cms_decrypt(r->ctx, key, none, &out, NULL, NULL, &e), QY_MALFORMED);
	assert_refused(qy_verify_memory(r->ctx, none, NULL, &report, &e), QY_MALFORMED);
	assert_refused(qy_key_open(&no, none, none, &e), QY_MALFORMED);
	assert_refused(qy_trust_load(r->ctx, none, 0, &e), QY_MALFORMED);
	assert_refused(qy_evidence_add(r->ctx, none, &e), QY_MALFORMED);
	/* Without somewhere to put the error, too. */
	assert_int_equal(qy_trust_load(r->ctx, none, 0, NULL), 0);
	qy_buffer_free(&out);
	qy_buffer_free(NULL);
	qy_report_free(NULL);
	qy_key_free(NULL);
	qy_key_free(key);
}

static void keys_say_what_is_wrong_with_them(void **state)
{
	struct room *r = *state;
	struct qy_bytes file = public_bytes(get(r, "holder.p12"));
	qy_key *key = NULL;
	struct qy_error e;

	assert_refused(
		qy_key_open(&key, file, public_bytes(BYTES("x")), &e), QY_PASSWORD);
	assert_refused(
		qy_key_open(&key, file, (struct qy_bytes){NULL, 0}, &e), QY_PASSWORD);
	key = open_key(r, "holder.p12");
	assert_int_equal(qy_key_certificate(key).size, r->signer.der.n);
	assert_refused(qy_key_set_certificate(key, public_bytes(r->maker.der), &e),
		QY_KEY_MISMATCH);
	assert_true(qy_key_set_certificate(key, public_bytes(r->signer.der), &e));
	qy_key_free(key);
}

/* --- acts --- */

static void messages_go_there_and_back(void **state)
{
	struct room *r = *state;
	qy_context *ctx = qy_context_new("en");
	qy_key *key = open_key(r, "holder.p12");
	struct cert enc = kit_cert(r->k, ISSUE_ENCRYPT, "收", r->k->key);
	struct qy_bytes to = public_bytes(enc.der), message;
	struct qy_buffer sealed = {0}, plain = {0}, signature = {0};
	qy_report *report = NULL;
	struct qy_error e;
	int is_signed = 0;

	qy_set_time(ctx, KIT_NOW / TIME_SECOND);
	assert_true(qy_cms_encrypt(
		ctx, key, public_bytes(BYTES("secret")), &to, 1, &sealed, &e));
	message = (struct qy_bytes){sealed.data, sealed.size};
	assert_true(qy_cms_decrypt(ctx, key, message, &plain, &is_signed, &report, &e));
	assert_bytes(bytes_make(plain.data, plain.size), BYTES("secret"));
	assert_int_equal(is_signed, 1);
	assert_int_equal(qy_report_indication(report), QY_INDETERMINATE); /* no trust */
	assert_string_equal(
		qy_report_subindication(report), "NO_CERTIFICATE_CHAIN_FOUND");
	qy_report_free(report);
	put(r, "document", BYTES("document"));
	assert_true(qy_cms_sign(ctx, key, at(r, "document"), 0, &signature, &e));
	put(r, "document.p7", bytes_make(signature.data, signature.size));
	{
		struct qy_verify_options options = {
			.size = sizeof options, .content_path = at(r, "document")};

		assert_true(qy_trust_load(
			ctx, public_bytes(get(r, "trust")), QY_TRUST_DEMONSTRATION, &e));
		assert_int_equal(qy_trust_serial(ctx), 7);
		assert_int_equal(strlen(qy_trust_signer(ctx)), 64);
		assert_true(
			qy_verify_file(ctx, at(r, "document.p7"), &options, &report, &e));
		assert_int_equal(qy_report_count(report), 1);
		/* No CRL of that time: not checked never becomes passed. */
		assert_int_equal(qy_report_indication(report), QY_INDETERMINATE);
		assert_true(strstr(qy_report_json(report), "\"signature.value\""));
		qy_report_free(report);
	}
	qy_buffer_free(&sealed);
	qy_buffer_free(&plain);
	qy_buffer_free(&signature);
	assert_null(sealed.data);
	qy_key_free(key);
	qy_context_free(ctx);
}

/* An authority in the caller's hands, as qy_set_tsa wants it. */
struct authority {
	struct room *r;
	struct tsa_unit unit;
	struct tsa tsa;
	int fails; /* enum qy_code */
};

static int stamp_for(void *user, struct qy_bytes request, struct qy_buffer *response,
	struct qy_error *error)
{
	struct authority *t = user;
	struct bytes answer;
	struct err e;

	if (t->fails) {
		qy_buffer_set(response, public_bytes(BYTES("half an answer")));
		error->code = t->fails;
		(void)snprintf(error->text, sizeof error->text, "the line is cut");
		return 0;
	}
	assert_true(tsa_answer(t->r->a, &answer, t->r->k->w, &t->tsa,
		bytes_make(request.data, request.size), NULL, &e));
	/* Twice: what was set before is freed. */
	qy_buffer_set(response, public_bytes(BYTES("draft")));
	qy_buffer_set(response, public_bytes(answer));
	return 1;
}

static void what_a_context_signs_is_stamped_or_not_signed(void **state)
{
	struct room *r = *state;
	qy_context *ctx = qy_context_new("en");
	qy_key *key = open_key(r, "holder.p12");
	struct qy_verify_options verify = {
		.size = sizeof verify, .content_path = at(r, "document")};
	struct authority t = {.r = r, .unit.key = kit_key(r->k, KEY_SM2)};
	struct qy_tsa_options o = {
		.size = sizeof o, .digest = QY_SHA256, .stamper = stamp_for, .user = &t};
	struct qy_buffer value = {0};
	qy_report *report = NULL;
	struct qy_error e;

	t.unit.cert = kit_cert(r->k, ISSUE_TSA, "时间戳", t.unit.key);
	t.tsa = (struct tsa){.units = &t.unit, .count = 1};
	qy_set_time(ctx, KIT_NOW / TIME_SECOND);
	put(r, "document", BYTES("document"));
	assert_true(qy_set_tsa(ctx, &o, &e));
	assert_true(qy_cms_sign(ctx, key, at(r, "document"), 0, &value, &e));
	put(r, "stamped.p7", bytes_make(value.data, value.size));
	qy_buffer_free(&value);
	assert_true(qy_verify_file(ctx, at(r, "stamped.p7"), &verify, &report, &e));
	assert_non_null(strstr(qy_report_json(report), "timestamp.imprint"));
	assert_non_null(strstr(qy_report_json(report), "SHA-256"));
	qy_report_free(report);
	/* No answer, no signature; the caller's own code comes through. */
	t.fails = QY_BUSY;
	assert_refused(qy_cms_sign(ctx, key, at(r, "document"), 0, &value, &e), QY_BUSY);
	assert_non_null(strstr(e.text, "the line is cut"));
	assert_null(value.data);
	t.fails = 0;
	/* Ten minutes later the authority's clock is a lie. */
	qy_set_time(ctx, KIT_NOW / TIME_SECOND + 600);
	assert_refused(
		qy_cms_sign(ctx, key, at(r, "document"), 0, &value, &e), QY_DENIED);
	o.size++;
	assert_refused(qy_set_tsa(ctx, &o, &e), QY_USAGE);
	o.size--;
	o.digest = 3;
	assert_refused(qy_set_tsa(ctx, &o, &e), QY_USAGE);
	o.digest = QY_SM3;
	o.stamper = NULL;
	assert_refused(qy_set_tsa(ctx, &o, &e), QY_USAGE);
	/* Refused options change nothing; null ends it. */
	assert_refused(
		qy_cms_sign(ctx, key, at(r, "document"), 0, &value, &e), QY_DENIED);
	assert_true(qy_set_tsa(ctx, NULL, &e));
	assert_true(qy_cms_sign(ctx, key, at(r, "document"), 0, &value, &e));
	qy_buffer_free(&value);
	key_free(t.unit.key);
	qy_key_free(key);
	qy_context_free(ctx);
}

static void evidence_is_made_and_renewed_or_nothing_is_written(void **state)
{
	struct room *r = *state;
	qy_context *ctx = qy_context_new("en");
	qy_key *key = open_key(r, "holder.p12");
	struct authority t = {.r = r, .unit.key = kit_key(r->k, KEY_SM2)};
	struct qy_tsa_options tsa[2] = {
		{.size = sizeof *tsa, .digest = QY_SM3, .stamper = stamp_for, .user = &t},
		{.size = sizeof *tsa,
			.digest = QY_SHA256,
			.stamper = stamp_for,
			.user = &t}};
	struct qy_evidence_options o = {
		.size = sizeof o, .authorities = tsa, .authority_count = 2};
	const char *in = at(r, "signed.p7"), *qye = at(r, "a.qye");
	struct qy_buffer value = {0};
	qy_report *report = NULL;
	size_t pending = 99;
	struct qy_error e;

	t.unit.cert = kit_cert(r->k, ISSUE_TSA, "时间戳", t.unit.key);
	t.tsa = (struct tsa){.units = &t.unit, .count = 1};
	qy_set_time(ctx, KIT_NOW / TIME_SECOND);
	put(r, "document", BYTES("document"));
	assert_true(qy_cms_sign(ctx, key, at(r, "document"), 1, &value, &e));
	put(r, "signed.p7", bytes_make(value.data, value.size));
	qy_buffer_free(&value);
	t.fails = QY_BUSY;
	assert_refused(qy_evidence_make(ctx, in, qye, &o, &pending, &e), QY_BUSY);
	t.fails = 0;
	assert_refused(qy_evidence_make(ctx, in, qye, NULL, NULL, &e), QY_USAGE);
	assert_refused(qy_evidence_make(ctx, NULL, qye, &o, NULL, &e), QY_USAGE);
	o.authority_count = 0;
	assert_refused(qy_evidence_make(ctx, in, qye, &o, NULL, &e), QY_USAGE);
	o.authority_count = 2;
	/* What nobody signed is not frozen. */
	assert_refused(
		qy_evidence_make(ctx, at(r, "in.ofd"), qye, &o, NULL, &e), QY_DENIED);
	assert_int_equal(access(qye, F_OK), -1);
	assert_int_equal(pending, 99);
	if (!qy_evidence_make(ctx, in, qye, &o, &pending, &e))
		fail_msg("%s", e.text);
	assert_int_not_equal(pending, 99);
	assert_true(qy_verify_file(ctx, qye, NULL, &report, &e));
	assert_int_equal(qy_report_indication(report), QY_INDETERMINATE);
	qy_report_free(report);
	if (!qy_evidence_renew(ctx, qye, at(r, "b.qye"), &o, NULL, &e))
		fail_msg("%s", e.text);
	o.tree = QY_TREE_SHA512 + 1;
	assert_refused(
		qy_evidence_renew(ctx, qye, at(r, "c.qye"), &o, NULL, &e), QY_USAGE);
	o.tree = QY_TREE_AS_DUE;
	assert_refused(
		qy_evidence_renew(ctx, in, at(r, "c.qye"), &o, NULL, &e), QY_MALFORMED);
	assert_int_equal(access(at(r, "c.qye"), F_OK), -1);
	key_free(t.unit.key);
	qy_key_free(key);
	qy_context_free(ctx);
}

static void what_one_document_carries_counts_for_no_other(void **state)
{
	struct room *r = *state;
	qy_context *ctx = qy_context_new("en");
	qy_key *key = open_key(r, "holder.p12");
	struct qy_buffer signature = {0};
	qy_report *report = NULL;
	struct qy_error e;
	char *first = NULL;

	qy_set_time(ctx, KIT_NOW / TIME_SECOND);
	put(r, "document", BYTES("document"));
	assert_true(qy_cms_sign(ctx, key, at(r, "document"), 1, &signature, &e));
	for (int i = 0; i < 2; i++) {
		struct qy_bytes m = {signature.data, signature.size};

		assert_true(qy_verify_memory(ctx, m, "m", &report, &e));
		if (i == 0)
			first = mem_str(qy_report_json(report));
		else
			assert_string_equal(first, qy_report_json(report));
		qy_report_free(report);
	}
	mem_free(first);
	qy_buffer_free(&signature);
	qy_key_free(key);
	qy_context_free(ctx);
}

static void an_older_store_is_refused_once_a_newer_was_seen(void **state)
{
	struct room *r = *state;
	qy_context *ctx = qy_context_new("en");
	struct qy_error e;

	assert_refused(qy_trust_remember(ctx, r->folder, &e), QY_USAGE);
	assert_string_equal(qy_trust_signer(ctx), "");
	assert_true(qy_trust_load(ctx, public_bytes(get(r, "trust")), 0, &e));
	assert_true(qy_trust_remember(ctx, r->folder, &e));
	assert_true(qy_trust_remember(ctx, r->folder, &e));
	qy_context_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_example_seals_and_is_total_passed),
		cmocka_unit_test(the_library_shows_what_its_header_promises_and_no_more),
		cmocka_unit_test(the_header_compiles_as_strict_c11_and_as_cpp),
		cmocka_unit_test(numbers_never_change),
		cmocka_unit_test(every_error_has_a_sentence_in_both_languages),
		cmocka_unit_test(options_of_another_size_are_refused),
		cmocka_unit_test(nothing_given_is_refused_and_not_a_crash),
		cmocka_unit_test(keys_say_what_is_wrong_with_them),
		cmocka_unit_test(messages_go_there_and_back),
		cmocka_unit_test(what_a_context_signs_is_stamped_or_not_signed),
		cmocka_unit_test(evidence_is_made_and_renewed_or_nothing_is_written),
		cmocka_unit_test(what_one_document_carries_counts_for_no_other),
		cmocka_unit_test(an_older_store_is_refused_once_a_newer_was_seen),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
