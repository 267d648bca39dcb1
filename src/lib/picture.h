/* picture: the pictures that libqianyin shows. One of two files is linked: picture_any.c
 * reads all types and brings the libraries that draw; picture_png.c is for a program that
 * must start fast. SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_LIB_PICTURE_H
#define QY_LIB_PICTURE_H

#include "doc/picture_decode.h"

/* As picture_decode; ERR_UNSUPPORTED too for types that this program does not read. */
MUST_USE bool lib_picture_decode(struct arena *a, struct bytes octets, unsigned want_w,
	unsigned want_h, struct picture_pixels *out, struct err *e);

#endif
