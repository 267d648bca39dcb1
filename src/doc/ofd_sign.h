/* ofd_sign: adding a seal or a signature to an OFD package without touching what stands
 * in it.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Every entry is copied with its packed octets as they are. Only two are written anew:
 * OFD.xml, once, to enter <Signatures> by inserting it into the text, and Signatures.xml,
 * which no signature of ours ever covers. An earlier signature keeps its verdict unless
 * it had covered Signatures.xml.
 */
#ifndef QY_DOC_OFD_SIGN_H
#define QY_DOC_OFD_SIGN_H

#include "crypto/key.h"
#include "doc/ofd_package.h"
#include "doc/stamper.h"

enum ofd_straddle { OFD_STRADDLE_NONE, OFD_STRADDLE_RIGHT, OFD_STRADDLE_LEFT };

struct ofd_sign_spec {
	struct bytes seal; /* SESeal for Type="Seal"; empty for Type="Sign" */
	struct key *key;
	struct bytes cert; /* of the key, DER */
	int64_t time;
	struct bytes order_digest;     /* empty: without */
	const struct stamper *stamper; /* of the signature value; null: no time stamp */
	/* Where a seal is shown. Page from 1, 0: nowhere, -1: the last. Centre in mm from
	 * the page's top left corner; 0,0: in its lower right. */
	int page;
	double x_mm, y_mm;
	enum ofd_straddle
		straddle;     /* besides, a strip of the seal on every page's edge */
	double straddle_y_mm; /* its centre; 0: the middle of the page */
};

/* Writes the package with one signature more to `to`. The result is to be verified by the
 * caller before anybody gets it. ERR_MALFORMED for packages that are ambiguous, ERR_USAGE
 * for a page that does not exist, otherwise as ses_sign and cms_sign. */
MUST_USE bool ofd_sign(struct ofd *o, struct sink to, struct arena *a, struct world *w,
	const struct ofd_sign_spec *spec, struct err *e);

#endif
