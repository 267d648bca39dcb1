/* render_seal_look: would somebody take these pixels for a seal?
 * SPDX-License-Identifier: Apache-2.0
 *
 * Seals are red and end in a ring, an oval or a frame. What counts is the red ink: where
 * it reaches to, direction by direction, must lie on one ellipse or one rectangle.
 */
#include <math.h>

#include "doc/picture_decode_types.h"
#include "doc/render_unsigned.h"

enum { SECTORS = 48, SECTORS_NEEDED = 38, SAMPLES = 300 };

#define INK_MIN  0.02 /* of the picture */
#define RED_MIN  0.75 /* of the ink */
#define RED_MAX  0.85 /* of the box the red is in: beyond it is an area and no drawing */
#define EDGE_MIN 0.82 /* how far out ink has to reach, of the way to the edge */

struct ink {
	uint8_t *red; /* SAMPLES × SAMPLES, 1 where it is red */
	size_t inked, red_count;
	unsigned x0, y0, x1, y1; /* of the red */
};

static void sample(struct ink *k, unsigned x, unsigned y, uint32_t p)
{
	int alpha = (int)(p >> 24);
	/* On white paper. */
	int r = (int)(p >> 16 & 255) + 255 - alpha, g = (int)(p >> 8 & 255) + 255 - alpha,
	    b = (int)(p & 255) + 255 - alpha;

	if (r > 215 && g > 215 && b > 215)
		return;
	k->inked++;
	if (r < 110 || r < g + 50 || r < b + 40)
		return;
	k->red[y * SAMPLES + x] = 1;
	k->red_count++;
	k->x0 = x < k->x0 ? x : k->x0;
	k->y0 = y < k->y0 ? y : k->y0;
	k->x1 = x > k->x1 ? x : k->x1;
	k->y1 = y > k->y1 ? y : k->y1;
}

static void ink_gather(struct ink *k, const struct picture_pixels *px)
{
	for (unsigned y = 0; y < SAMPLES; y++) {
		const uint32_t *row =
			pixels_row(px, (unsigned)((uint64_t)y * px->h / SAMPLES));

		for (unsigned x = 0; x < SAMPLES; x++)
			sample(k, x, y, row[(uint64_t)x * px->w / SAMPLES]);
	}
}

/* In how many directions from the middle does red reach the edge: of the ellipse in the
 * box of the red, or of that box itself? */
static void edges_count(const struct ink *k, unsigned *ellipse, unsigned *frame)
{
	double cx = (k->x0 + k->x1) / 2.0, cy = (k->y0 + k->y1) / 2.0;
	double rx = (k->x1 - k->x0) / 2.0, ry = (k->y1 - k->y0) / 2.0;
	double round[SECTORS] = {0}, square[SECTORS] = {0};

	for (unsigned y = k->y0; y <= k->y1; y++)
		for (unsigned x = k->x0; x <= k->x1; x++) {
			double u = (x - cx) / rx, v = (y - cy) / ry;
			size_t i;

			if (!k->red[y * SAMPLES + x])
				continue;
			i = (size_t)((atan2(v, u) + M_PI) / (2 * M_PI) * SECTORS) %
			    SECTORS;
			round[i] = fmax(round[i], hypot(u, v));
			square[i] = fmax(square[i], fmax(fabs(u), fabs(v)));
		}
	*ellipse = *frame = 0;
	for (size_t i = 0; i < SECTORS; i++) {
		*ellipse += round[i] > EDGE_MIN && round[i] < 1.12;
		*frame += square[i] > EDGE_MIN;
	}
}

bool seal_size_is_likely(double w_mm, double h_mm)
{
	return w_mm >= SEAL_SIDE_MIN && h_mm >= SEAL_SIDE_MIN && w_mm <= SEAL_SIDE_MAX &&
	       h_mm <= SEAL_SIDE_MAX && w_mm / h_mm < 2.2 && h_mm / w_mm < 2.2;
}

enum seal_look seal_look_at(const struct picture_pixels *px, double w_mm, double h_mm)
{
	AUTO_MEM uint8_t *red = mem_alloc((size_t)SAMPLES * SAMPLES);
	struct ink k = {.red = red, .x0 = SAMPLES, .y0 = SAMPLES};
	unsigned ellipse, frame;

	if (!seal_size_is_likely(w_mm, h_mm))
		return SEAL_LOOK_NO;
	ink_gather(&k, px);
	if ((double)k.inked < INK_MIN * SAMPLES * SAMPLES ||
		(double)k.red_count < RED_MIN * (double)k.inked || k.x1 <= k.x0 + 20 ||
		k.y1 <= k.y0 + 20 ||
		(double)k.red_count > RED_MAX * (k.x1 - k.x0) * (k.y1 - k.y0))
		return SEAL_LOOK_NO;
	edges_count(&k, &ellipse, &frame);
	return ellipse >= SECTORS_NEEDED || frame >= SECTORS_NEEDED ? SEAL_LOOK_YES
								    : SEAL_LOOK_NO;
}
