/* picture_decode_svg: librsvg, opened on use, since it brings forty libraries with it.
 * SPDX-License-Identifier: Apache-2.0
 *
 * The handle is made from octets without a base address: librsvg then loads nothing from
 * outside the picture.
 */
#include <cairo.h>
#include <dlfcn.h>
#include <math.h>

#include "doc/picture_decode_types.h"

/* What the library's headers declare, as far as it is used: they are not needed to
 * build. */
struct svg_rectangle {
	double x, y, width, height;
};

struct svg_library {
	void *(*new_from_data)(const uint8_t *data, size_t n, void **error);
	int (*size_in_pixels)(void *handle, double *w, double *h);
	void (*set_dpi)(void *handle, double dpi);
	int (*render)(void *handle, cairo_t *cr, const struct svg_rectangle *viewport,
		void **error);
	void (*unref)(void *object);
	void (*error_free)(void *error);
};

/* ISO C has no conversion from an object pointer to a function's; POSIX asks for this. */
#define LOOK_UP(library, name, to) (*(void **)(to) = dlsym((library), (name))) != NULL

static bool library_open(struct svg_library *l, struct err *e)
{
	void *so = dlopen("librsvg-2.so.2", RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);

	if (so && LOOK_UP(so, "rsvg_handle_new_from_data", &l->new_from_data) &&
		LOOK_UP(so, "rsvg_handle_get_intrinsic_size_in_pixels",
			&l->size_in_pixels) &&
		LOOK_UP(so, "rsvg_handle_set_dpi", &l->set_dpi) &&
		LOOK_UP(so, "rsvg_handle_render_document", &l->render) &&
		LOOK_UP(so, "g_object_unref", &l->unref) &&
		LOOK_UP(so, "g_error_free", &l->error_free))
		return true;
	return err_set(e, ERR_UNSUPPORTED, "SVG: librsvg 2.52 is not installed");
}

static bool svg_failed(const struct svg_library *l, void *error, struct err *e)
{
	if (error)
		l->error_free(error);
	return err_set(e, ERR_MALFORMED, "SVG: cannot be drawn");
}

static bool svg_size(const struct svg_library *l, void *handle, unsigned want_w,
	unsigned want_h, struct arena *a, struct picture_pixels *px, struct err *e)
{
	double w = want_w, h = want_h;

	if (!want_w || !want_h) {
		l->set_dpi(handle, 300);
		if (!l->size_in_pixels(handle, &w, &h) || !(w >= 1) || !(h >= 1))
			w = h = 512; /* it has no size of its own */
	}
	if (w > PICTURE_SIDE_MAX || h > PICTURE_SIDE_MAX)
		return err_set(e, ERR_TOO_LARGE, "SVG of %.0f by %.0f pixels", w, h);
	return pixels_make(a, (uint64_t)ceil(w), (uint64_t)ceil(h), px, e);
}

static bool svg_draw(const struct svg_library *l, void *handle,
	const struct picture_pixels *px, struct err *e)
{
	struct svg_rectangle all = {0, 0, px->w, px->h};
	cairo_surface_t *surface =
		cairo_image_surface_create_for_data((unsigned char *)px->data,
			CAIRO_FORMAT_ARGB32, (int)px->w, (int)px->h, (int)px->stride);
	cairo_t *cr = cairo_create(surface);
	void *error = NULL;
	bool good = l->render(handle, cr, &all, &error) != 0;

	cairo_destroy(cr);
	cairo_surface_finish(surface);
	cairo_surface_destroy(surface);
	return good || svg_failed(l, error, e);
}

bool picture_decode_svg(struct arena *a, struct bytes octets, unsigned want_w,
	unsigned want_h, struct picture_pixels *out, struct err *e)
{
	struct svg_library l = {0};
	struct picture_pixels px = {0};
	void *handle, *error = NULL;
	bool good;

	if (!library_open(&l, e))
		return false;
	handle = l.new_from_data(octets.p, octets.n, &error);
	if (!handle)
		return svg_failed(&l, error, e);
	good = svg_size(&l, handle, want_w, want_h, a, &px, e) &&
	       svg_draw(&l, handle, &px, e);
	l.unref(handle);
	if (good)
		*out = px;
	return good;
}
