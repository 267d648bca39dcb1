/* pdf_sign: adding a signature, a seal or a time stamp to a PDF by a revision of its own.
 * SPDX-License-Identifier: Apache-2.0
 *
 * The file is copied as it stands and only added to: no octet that an earlier signature
 * covers is touched. What is written goes to an outfile, which the caller verifies as a
 * stranger would before it is committed. The outfile is empty, or holds the very octets
 * of `in` already: several additions follow one another by reading what was written:
 *
 *	if (!outfile_open(&to, path, 0644, e) || !pdf_sign(in, to, a, w, &spec, e) ||
 *		!source_open(&file, outfile_temporary(to), e) ||
 *		!pdf_open(&next, file, e) || !pdf_add_dss(next, to, a, w, &dss, e) || …
 *		!outfile_commit(to, e))
 *		return false;
 */
#ifndef QY_DOC_PDF_SIGN_H
#define QY_DOC_PDF_SIGN_H

#include "base/source.h"
#include "base/world.h"
#include "crypto/key.h"
#include "doc/stamper.h"

struct pdf;
struct picture_pixels;

enum { PDF_PLACES_MAX = 64, PDF_TEXT_MAX = 4096 };

enum pdf_sign_form {
	/* ETSI.CAdES.detached: CMS by any kind of key, which foreign readers know */
	PDF_SIGN_PADES,
	/* Contents is SES_Signature of GB/T 38540 over SM3 of the byte range: the seal
	 * itself is signed, with its maker's certificate (docs/formats/pdf.md) */
	PDF_SIGN_SES
};

/* What is shown where the signature stands. */
struct pdf_mark {
	const struct picture_pixels *pixels;
	double width_mm, height_mm; /* true size on paper */
	const char *alt;            /* what it is, for those who cannot see it; UTF-8 */
};

/* Where: millimetres on the page as people see it, turned and cropped as the file says,
 * from its top left corner. */
struct pdf_place {
	int page;          /* from 1; -1: the last */
	double x_mm, y_mm; /* the centre; 0,0: in the lower right */
	/* A box to stay within: a mark that is larger is made smaller to fit; 0: none. */
	double box_w_mm, box_h_mm;
	bool keep_inside; /* moved so that all of it is on the page, where it fits */
};

enum pdf_straddle { PDF_STRADDLE_NONE, PDF_STRADDLE_RIGHT, PDF_STRADDLE_LEFT };

struct pdf_sign_spec {
	enum pdf_sign_form form;
	struct key *key;
	struct bytes cert;          /* of the key, DER */
	const struct bytes *others; /* further certificates to carry (PAdES) */
	size_t others_count;
	/* The SESeal, DER. SES: signed along; PAdES: that whose picture is shown, empty
	 * when it is none. Either way it must allow the certificate (ses_seal_allows). */
	struct bytes seal;
	int64_t time;                         /* claimed: /M, and timeInfo of SES */
	struct bytes order_digest;            /* empty: without */
	const struct stamper *stamper;        /* null: without */
	const char *name, *reason, *location; /* UTF-8 of at most PDF_TEXT_MAX
						 octets, or null */
	const struct pdf_mark *mark;          /* null: nothing is shown */
	const struct pdf_place *places;       /* at most PDF_PLACES_MAX */
	size_t place_count;
	/* Besides, a strip of the mark on each page's edge (骑缝章). */
	enum pdf_straddle straddle;
	double straddle_y_mm; /* its centre; 0: the middle of the page */
	/* 1 … 3: this first signature certifies the file, and later revisions may do no
	 * more than DocMDP's P allows; 0: no certification. */
	int certify;
	bool lock;      /* nothing may be filled in or signed afterwards */
	size_t reserve; /* octets kept for the signature; 0: by estimate */
};

/* Adds a signature. ERR_USAGE: a page that does not exist, a place beyond it, a straddle
 * seal on one page, a spec that asks for what cannot be; ERR_DENIED: certifying a file
 * that has signatures, signing one whose certification forbids it; ERR_UNSUPPORTED: XFA
 * forms; ERR_TOO_LARGE: the signature does not fit into its reserve, or the file becomes
 * larger than 4 GB; otherwise as cms_sign and ses_sign. The arena holds nothing that the
 * caller needs afterwards. */
MUST_USE bool pdf_sign(struct pdf *in, struct outfile *to, struct arena *a,
	struct world *w, const struct pdf_sign_spec *spec, struct err *e);

/* Adds a document time stamp over the file as it stands (the last step of B-LTA, and its
 * renewal). Errors as pdf_sign, and the stamper's. */
MUST_USE bool pdf_add_timestamp(struct pdf *in, struct outfile *to, struct arena *a,
	struct world *w, const struct stamper *stamper, struct err *e);

#endif
