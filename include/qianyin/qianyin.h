/* qianyin.h: sealing, signing and verifying documents of government procurement in China.
 * SPDX-License-Identifier: Apache-2.0
 *
 * This is the public C interface of libqianyin. It reads and writes open national
 * formats: OFD (GB/T 33190), electronic seals (GB/T 38540, GM/T 0031), message syntax
 * (GB/T 35275, RFC 5652), certificates of the Chinese profile.
 *
 * Conventions
 *   - Functions that can fail return 1 on success and 0 on failure, and then fill the
 * qy_error given (which may be NULL). A signature that does not hold is not a failure:
 * that is a report.
 *   - A `struct qy_bytes` is borrowed: the library copies what it keeps. What the library
 * gives out belongs to the object it was asked of and lives as long as that.
 *   - Option structures begin with their size; set the whole to zero and then `size` to
 * sizeof.
 *   - Nothing is global. Different contexts may be used by different threads at once; one
 * context by one thread at a time.
 *   - Texts are UTF-8. Times are seconds since 1970-01-01 UTC. Lengths on paper are
 * millimetres.
 *
 * Caveats
 *   - Nothing is fetched from a network, except through a function of the caller's
 * (qy_set_tsa). CRLs and OCSP answers are what the caller adds;
 * without them a revocation status is not checked, and not checked never becomes passed.
 *   - Without a trust store no chain can be built, and a verdict is at best
 * INDETERMINATE.
 *
 * A complete example, compiled and run as a test, is tests/unit/lib/example.c.
 */
#ifndef QIANYIN_H
#define QIANYIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define QY_API __attribute__((visibility("default")))

/* "0.1.0". */
QY_API const char *qy_version(void);

struct qy_bytes {
	const void *data;
	size_t size;
};

/* What kind of failure; the numbers never change. */
enum qy_code {
	QY_OK = 0,
	QY_MALFORMED = 1,   /* the octets are not what their format demands */
	QY_UNSUPPORTED = 2, /* a format, version or algorithm not read here */
	QY_TOO_LARGE = 3,
	QY_USAGE = 4, /* the caller asked for what cannot be asked */
	QY_NOT_FOUND = 5,
	QY_NO_INPUT = 6, /* an input file cannot be opened */
	QY_WRITE = 7,    /* an output file cannot be written */
	QY_IO = 8,
	QY_BUSY = 9,
	QY_DENIED = 10,   /* refused by a rule */
	QY_PASSWORD = 11, /* wrong or missing password */
	QY_DECRYPT = 12,  /* cannot be decrypted; one answer for every cause */
	QY_KEY_MISMATCH = 13,
	QY_SIGNER = 14, /* the certificate may not sign this */
	QY_ROLLBACK = 15,
	QY_CRYPTO = 16
};

struct qy_error {
	int code;       /* enum qy_code */
	char text[240]; /* technical, English; for logs */
};

/* --- contexts
 * --------------------------------------------------------------------------- */

/* Trust store, evidence, language and clock that acts share. */
typedef struct qy_context qy_context;

/* lang: "zh" or "en"; NULL is Chinese. Never fails. */
QY_API qy_context *qy_context_new(const char *lang);
QY_API void qy_context_free(qy_context *ctx);

/* The sentence of an error in the context's language, with its detail. Lives as long as
 * the context. */
QY_API const char *qy_error_message(qy_context *ctx, const struct qy_error *error);

/* Takes a moment instead of the system's clock; for verifying as of a time. */
QY_API void qy_set_time(qy_context *ctx, int64_t seconds);

/* Declares an algorithm broken from a day on, "sha256=2040-01-01": what it protects then
 * counts only where it is proven to be older (md5, sha1, sm3, sha256, sha384, sha512,
 * sm2, p256, p384, rsa, and rsa3072 for moduli of up to so many bits). */
QY_API int qy_declare_broken(
	qy_context *ctx, const char *declaration, struct qy_error *error);

enum { QY_TRUST_DEMONSTRATION = 1 }; /* accept demonstration CAs in this store */

/* Reads a signed trust store. Who signed it is the caller's to judge: qy_trust_signer
 * gives the SM3 of that certificate in hexadecimal, qy_trust_serial its serial number. */
QY_API int qy_trust_load(
	qy_context *ctx, struct qy_bytes store, unsigned flags, struct qy_error *error);
QY_API const char *qy_trust_signer(qy_context *ctx);
QY_API uint64_t qy_trust_serial(qy_context *ctx);
/* Refuses a store older than one seen before; the memory is a small file in `folder`. */
QY_API int qy_trust_remember(qy_context *ctx, const char *folder, struct qy_error *error);

/* Adds certificates, CRLs or OCSP responses (DER or PEM) to what verdicts may rest on. */
QY_API int qy_evidence_add(qy_context *ctx, struct qy_bytes file, struct qy_error *error);

/* --- time stamps
 * -------------------------------------------------------------------------- */

/* Octets the library made; freed with qy_buffer_free. */
struct qy_buffer {
	void *data;
	size_t size;
};
QY_API void qy_buffer_free(struct qy_buffer *buffer);
/* Gives an empty buffer a copy of octets: for callbacks that hand something in. */
QY_API void qy_buffer_set(struct qy_buffer *buffer, struct qy_bytes octets);

/* Carries a TimeStampReq (RFC 3161, DER) to a time stamping authority and brings its
 * TimeStampResp, whatever it says, by qy_buffer_set. Over HTTP that is a POST of
 * application/timestamp-query. Returns 1; or 0, and fills the error (QY_BUSY when the
 * authority cannot be reached or does not answer in time). */
typedef int qy_stamper(void *user, struct qy_bytes request, struct qy_buffer *response,
	struct qy_error *error);

enum qy_digest { QY_SM3 = 0, QY_SHA256 = 1, QY_SHA512 = 2 };

struct qy_tsa_options {
	size_t size;
	int digest; /* enum qy_digest: of what is stamped; not every authority knows SM3
		     */
	qy_stamper *stamper;
	void *user;
};

/* From now on each signature and seal made in this context gets a time stamp over its
 * value, or is not made: the answer must be granted, be for this very digest and nonce,
 * hold in itself, and its clock must be within five minutes of ours (else QY_DENIED).
 * options NULL: no longer. */
QY_API int qy_set_tsa(
	qy_context *ctx, const struct qy_tsa_options *options, struct qy_error *error);

/* --- verifying
 * -------------------------------------------------------------------------- */

enum qy_indication {
	QY_TOTAL_PASSED = 0,
	QY_NO_SIGNATURE = 1,
	QY_INDETERMINATE = 2,
	QY_TOTAL_FAILED = 3
};

typedef struct qy_report qy_report;

typedef void qy_progress(void *user, uint64_t done, uint64_t total);

struct qy_verify_options {
	size_t size;
	const char *content_path; /* the document of a detached signature, or NULL */
	qy_progress *progress;    /* or NULL */
	void *user;
};

/* Verifies a file of any format read here; options may be NULL. Fails only when the file
 * cannot be read or is none of those formats. The report is freed with qy_report_free,
 * before the context. */
QY_API int qy_verify_file(qy_context *ctx, const char *path,
	const struct qy_verify_options *options, qy_report **out, struct qy_error *error);
QY_API int qy_verify_memory(qy_context *ctx, struct qy_bytes file, const char *name,
	qy_report **out, struct qy_error *error);
QY_API void qy_report_free(qy_report *report);

QY_API enum qy_indication qy_report_indication(const qy_report *report);
/* "HASH_FAILURE" and the like; "" when there is none. */
QY_API const char *qy_report_subindication(const qy_report *report);
QY_API size_t qy_report_count(const qy_report *report);
/* The whole report as JSON, and as text for people in the context's language. */
QY_API const char *qy_report_json(qy_report *report);
QY_API const char *qy_report_text(qy_report *report);
/* The same as one page of HTML, without scripts and without anything from elsewhere: for
 * each check what it shows and which article of the law it serves. */
QY_API const char *qy_report_html(qy_report *report);
/* The same as a paper of several pages: PDF, written whole before it stands under `path`,
 * replacing what stood there. Where the file verified has more than 64 signatures it says
 * that it is not whole. QY_NOT_FOUND: no font for pages is installed; QY_WRITE. */
QY_API int qy_report_pdf(qy_report *report, const char *path, struct qy_error *error);

/* --- keys
 * ------------------------------------------------------------------------------- */

typedef struct qy_key qy_key;

/* A private key from a file: PKCS#8, PKCS#12, CFCA's .sm2. The password is copied into
 * locked memory and wiped; data may be NULL for none. A certificate found beside the key
 * becomes its certificate. */
QY_API int qy_key_open(qy_key **out, struct qy_bytes file, struct qy_bytes password,
	struct qy_error *error);
/* Sets (or replaces) the certificate of the key, DER or PEM. QY_KEY_MISMATCH when it is
 * of another key. */
QY_API int qy_key_set_certificate(
	qy_key *key, struct qy_bytes certificate, struct qy_error *error);
QY_API struct qy_bytes qy_key_certificate(const qy_key *key);
QY_API void qy_key_free(qy_key *key);

struct qy_token_info {
	size_t size;
	const char *label, *serial;
	int tries_left; /* -1: the token does not tell */
};

struct qy_token_options {
	size_t size;
	const char
		*host;  /* the program qianyin-token, which holds the vendor's library */
	int timeout_ms; /* for one call of that library; 0: 2000 */
	int unwrap;     /* not 0: the encryption key, else the signing key */
	/* Puts the PIN into pin (room octets) and returns its size; 0 refuses, and then
	 * nothing is tried. Called once: a PIN is never tried again by itself. */
	size_t (*pin)(
		void *user, const struct qy_token_info *token, char *pin, size_t room);
	void *user;
};

/* A key in a token, by its name
 * "skf:/opt/vendor/libskf.so?token=SERIAL&key=APP/CONTAINER" (GM/T 0016; token and key
 * may be left out where there is one only), "pkcs11:…?…&key=0a01" (CKA_ID), or
 * "sdf:…?token=3&certificate=FILE" (GM/T 0018, an index; it holds no certificate).
 * Freeing the key makes the token forget the PIN. QY_PASSWORD: the PIN was wrong;
 * QY_DENIED: it is locked, or none was given; QY_NOT_FOUND: not plugged in; QY_BUSY: the
 * vendor's library does not answer. */
QY_API int qy_key_open_token(qy_key **out, const char *uri,
	const struct qy_token_options *options, struct qy_error *error);

struct qy_signer_options {
	size_t size;
	/* Signs a message whole (SM2 with SM3 and the default id, RSA or ECDSA with
	 * SHA-256, P-384 with SHA-384; value: DER for SM2 and ECDSA) and returns the size
	 * of the value; 0 refuses, and then error may say why. */
	size_t (*sign)(void *user, const uint8_t *message, size_t n, uint8_t *value,
		size_t room, struct qy_error *error);
	void *user;
};

/* A key that somebody else holds: another process, a server. Each value is verified with
 * the certificate before it is used. */
QY_API int qy_key_of_signer(qy_key **out, struct qy_bytes certificate,
	const struct qy_signer_options *options, struct qy_error *error);

/* --- seals
 * ------------------------------------------------------------------------------ */

struct qy_seal_make_options {
	size_t size;
	int version;      /* 4 (GB/T 38540-2020; also 0) or 5 (GM/T 0031-2025) */
	const char *id;   /* unique; ASCII */
	const char *name; /* UTF-8 */
	int person;       /* a person's seal instead of an organisation's */
	int64_t valid_from, valid_to; /* 0: now, and one year */
	struct qy_bytes picture;      /* PNG */
	unsigned width_mm, height_mm;
	const struct qy_bytes *holders; /* certificates of those who may seal with it */
	size_t holder_count;
	int by_digest; /* list digests instead of certificates */
};

/* Makes a seal signed by a seal maker's key. */
QY_API int qy_seal_make(qy_context *ctx, qy_key *maker,
	const struct qy_seal_make_options *options, struct qy_buffer *out,
	struct qy_error *error);

struct qy_seal_options {
	size_t size;
	struct qy_bytes
		seal; /* SESeal; empty: a signature (Type="Sign") instead of a seal */
	int page;     /* from 1; -1: the last; 0: not shown */
	double x_mm, y_mm;    /* its centre on that page; 0,0: in the lower right */
	int straddle;         /* 0 none, 1 right edge, 2 left edge */
	double straddle_y_mm; /* 0: middle of the page */
	struct qy_bytes order_digest; /* SM3 of the signing order, or empty */
};

/* Seals or signs an OFD file. The result is verified as a stranger would before it takes
 * its place under out_path; in_path and out_path may be the same. */
QY_API int qy_ofd_seal(qy_context *ctx, qy_key *key, const char *in_path,
	const char *out_path, const struct qy_seal_options *options,
	struct qy_error *error);

/* --- PDF
 * --------------------------------------------------------------------------------- */

/* Where the picture is shown. */
struct qy_pdf_place {
	int page;                  /* from 1; -1: the last */
	double x_mm, y_mm;         /* its centre, from the top left corner of the page as
				      shown; 0,0: in the lower right */
	double box_w_mm, box_h_mm; /* a larger picture is made to fit; 0: true size */
	int keep_inside;           /* moved so that all of it is on the page */
};

enum qy_pdf_form {
	QY_PDF_AUTO = 0,  /* SES with a seal, PAdES without */
	QY_PDF_PADES = 1, /* ETSI EN 319 142: CMS, read by foreign viewers too */
	QY_PDF_SES = 2,   /* GB/T 38540: the seal itself is signed */
};

struct qy_pdf_options {
	size_t size;
	int form;                   /* enum qy_pdf_form */
	struct qy_bytes seal;       /* SESeal, or empty; its picture is shown */
	struct qy_bytes picture;    /* another picture (PNG, JPEG, GIF, SVG), or empty */
	double width_mm, height_mm; /* of that picture */
	/* None with a picture: in the lower right of the last page, unless it straddles.
	 */
	const struct qy_pdf_place *places;
	size_t place_count;
	int straddle;                  /* 0 none, 1 right edge, 2 left edge */
	double straddle_y_mm;          /* 0: middle of the page */
	const char *reason, *location; /* or NULL */
	int certify;                   /* 1 to 3: DocMDP; 0: no certification */
	int lock;                      /* forbids later signatures and changes */
	struct qy_bytes order_digest;  /* SM3 of the signing order, or empty */
	qy_key *also; /* a second signature behind it with this key, shown nowhere: an RSA
			 or P-256 key lets foreign viewers check the file. NULL: none */
};

/* Seals or signs a PDF by an incremental revision. The result is verified as a stranger
 * would before it takes its place under out_path; in_path and out_path may be the same.
 * QY_DENIED when the file's certification, or the lock of an earlier signer, forbids it.
 */
QY_API int qy_pdf_sign(qy_context *ctx, qy_key *key, const char *in_path,
	const char *out_path, const struct qy_pdf_options *options,
	struct qy_error *error);

/* --- papers
 * ------------------------------------------------------------------------------ */

struct qy_image {
	const char *name; /* as `![words](name)` in the template asks for it */
	struct qy_bytes png;
};

struct qy_typeset_options {
	size_t size;
	struct qy_bytes markdown;    /* the template, docs/formats/paper-template.md */
	struct qy_bytes fields;      /* one JSON object, or empty */
	const char *title;           /* of the file; NULL: the title in the template */
	const char *author, *number; /* or NULL; the number stands on each page */
	const char *verify_url;      /* as a QR code on each page, or NULL */
	const struct qy_image *images;
	size_t image_count;
	int centre_numbers; /* of pages: in the middle, not at the outer edge */
	const char *pdf_path, *ofd_path; /* where to; one of them may be NULL */
};

/* Sets a paper once and writes the same pages as PDF, as OFD, or as both; files are
 * written whole before one appears. *layout (or NULL) gets JSON, not ended by a zero:
 * "pages"; "slots", each with name, role, kind, page, x, y, w, h in millimetres from the
 * upper left corner; "warnings". QY_MALFORMED: template or fields are not what they must
 * be; QY_USAGE: a field that is not given or cannot be shown, HTML; QY_TOO_LARGE;
 * QY_NOT_FOUND: no font is installed; QY_WRITE. */
QY_API int qy_typeset(qy_context *ctx, const struct qy_typeset_options *options,
	struct qy_buffer *layout, struct qy_error *error);

struct qy_render_options {
	size_t size;
	unsigned page;      /* from 1 */
	unsigned dpi;       /* 10 to 1200; 0: 150 */
	int without_stamps; /* OFD: the seals of signatures are left away */
	/* Draws beside the page what each signature is worth; NULL: not. Of this file. */
	const qy_report *report;
};

/* Draws a page of an OFD or PDF file as PNG. *is_whole (or NULL) says whether everything
 * on an OFD page was drawn; a PDF is drawn by poppler, in a child that can do no harm,
 * and always said to be whole. QY_USAGE: no such page; QY_MALFORMED; QY_TOO_LARGE;
 * QY_UNSUPPORTED: the tools of poppler are not installed; QY_BUSY: it took too long. */
QY_API int qy_render_png(qy_context *ctx, const char *path,
	const struct qy_render_options *options, struct qy_buffer *out, int *is_whole,
	struct qy_error *error);

/* Is an OFD or PDF file closed: can nothing in it show something else tomorrow or to
 * somebody else (docs/formats/closed.md)? *json (or NULL) gets the findings as JSON, not
 * ended by a zero, sentences in the context's language. A file that is not closed is no
 * failure. QY_UNSUPPORTED for a file of another format. */
QY_API int qy_closed(qy_context *ctx, const char *path, int *is_closed,
	struct qy_buffer *json, struct qy_error *error);

/* --- proof that lasts
 * ------------------------------------------------------------------ */

enum qy_tree {
	QY_TREE_AS_DUE = 0,
	QY_TREE_SM3 = 1,
	QY_TREE_SHA384 = 2,
	QY_TREE_SHA512 = 3
};

struct qy_evidence_options {
	size_t size;
	/* An entry for each authority and digest it may be asked about: at least SM3 and
	 * SHA-256 for a .qye, SHA-256 for a PDF. 1 to 32. */
	const struct qy_tsa_options *authorities;
	size_t authority_count;
	const char
		*content_path; /* make: the document of a detached signature, or NULL */
	int tree;              /* renew: enum qy_tree, new hash trees by this digest */
};

/* Freezes what the verdict on a file rests on (trust store, evidence added, time stamps):
 * a PDF is copied to out_path with the evidence in it, for any other file a container
 * (.qye) that holds file and evidence is made there. *pending (or NULL) gets how many
 * certificates' status was not to be had: renew when the CA has said more. The result is
 * verified as a stranger would before it stands; the file itself is not touched.
 * QY_DENIED: the file failed or is not signed, or an authority refused; QY_USAGE: no
 * authority has the digest; QY_BUSY: none answers; QY_WRITE. */
QY_API int qy_evidence_make(qy_context *ctx, const char *path, const char *out_path,
	const struct qy_evidence_options *options, size_t *pending,
	struct qy_error *error);

/* Adds what is new to frozen evidence, or, when nothing is, stamps it again; with a tree,
 * builds new hash trees before their digest ages. path and out_path may be the same.
 * QY_DENIED when the evidence does not hold; else as qy_evidence_make. */
QY_API int qy_evidence_renew(qy_context *ctx, const char *path, const char *out_path,
	const struct qy_evidence_options *options, size_t *pending,
	struct qy_error *error);

/* --- messages
 * --------------------------------------------------------------------------- */

/* Signs a file as SignedData: GB/T 35275 with SM2, RFC 5652 with other keys. */
QY_API int qy_cms_sign(qy_context *ctx, qy_key *key, const char *content_path,
	int attached, struct qy_buffer *out, struct qy_error *error);

/* Encrypts to SM2 certificates: SignedAndEnvelopedData when there is a key, else
 * EnvelopedData, which nothing authenticates. */
QY_API int qy_cms_encrypt(qy_context *ctx, qy_key *signer, struct qy_bytes content,
	const struct qy_bytes *recipients, size_t count, struct qy_buffer *out,
	struct qy_error *error);

/* Decrypts. *is_signed says whether signers stand inside; when it is not NULL and they
 * do, *report (if not NULL) gets the verdict on them. The buffer is wiped when freed. */
QY_API int qy_cms_decrypt(qy_context *ctx, qy_key *key, struct qy_bytes message,
	struct qy_buffer *out, int *is_signed, qy_report **report,
	struct qy_error *error);

/* --- locked files
 * ------------------------------------------------------------------------- */

struct qy_lock_options {
	size_t size;
	const struct qy_bytes *recipients; /* certificates, DER or PEM: SM2, 1 … 255 */
	size_t recipient_count;
	qy_key *signer; /* who locks, or NULL: then nobody can tell who did */
};

/* Locks a file of any size to certificates: a `.qyb` (docs/formats/qyb.md), in bounded
 * memory on all cores. QY_SIGNER when a certificate may not encrypt. */
QY_API int qy_lock(qy_context *ctx, const char *in_path, const char *out_path,
	const struct qy_lock_options *options, struct qy_error *error);

/* Opens one. The content appears at out_path when all of it is authentic. *signer (may be
 * NULL) gets the certificate of who locked it, whose signature held, empty when nobody
 * signed; whether that certificate is good is for qy_verify's trust to say.
 * QY_KEY_MISMATCH when the key is no recipient's. */
QY_API int qy_unlock(qy_context *ctx, qy_key *key, const char *in_path,
	const char *out_path, struct qy_buffer *signer, struct qy_error *error);

#ifdef __cplusplus
}
#endif

#endif
