/* render_unsigned: pictures that people would take for seals and no signature draws.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A picture of a seal on a page proves nothing and persuades everybody. What is found is
 * reported with its place; since only eyes can tell for certain, the check is then "not
 * checked" and changes no indication (design §5). Size and place are looked at first, so
 * that files without such pictures cost next to nothing.
 */
#ifndef QY_DOC_RENDER_UNSIGNED_H
#define QY_DOC_RENDER_UNSIGNED_H

#include "doc/ofd_package.h"
#include "doc/picture_decode.h"
#include "doc/report.h"

/* Sizes seals have, in mm. */
#define SEAL_SIDE_MIN 12.0
#define SEAL_SIDE_MAX 65.0

enum seal_look {
	SEAL_LOOK_NO,
	SEAL_LOOK_YES,     /* red ink that ends in a ring, an oval or a frame */
	SEAL_LOOK_UNKNOWN, /* of the right size, but its pixels were not looked at */
};

/* May a picture drawn so large be one of a seal at all? */
bool seal_size_is_likely(double w_mm, double h_mm);

/* Does it look like one, drawn w_mm by h_mm? For pictures of OFD and PDF alike. */
enum seal_look seal_look_at(const struct picture_pixels *px, double w_mm, double h_mm);

/* Enters picture.unsigned into every signature of the report of an OFD, and notes into
 * the report; nothing when the file holds no pictures. */
void ofd_check_pictures(struct report *r, const struct judge *j, const struct ofd *o);

/* Enters the same for one picture found elsewhere (PDF): page from 1, place in mm from
 * the top left. */
void report_picture(struct report *r, const struct judge *j, enum seal_look look,
	size_t page, double x, double y, double w, double h);

#endif
