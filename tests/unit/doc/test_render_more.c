/* Images, composites, shadings, patterns, annotations; what turns in circles or grows.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "doc/picture_decode_types.h"
#include "render_kit.h"

/* 2 × 2 pixels: red, green; blue, white. */
static struct bytes four_colours(struct arena *a)
{
	struct picture_pixels px;
	struct bytes png;
	struct err e;

	assert_true(pixels_make(a, 2, 2, &px, &e));
	px.data[0] = RED;
	px.data[1] = GREEN;
	px.data[2] = BLUE;
	px.data[3] = WHITE;
	assert_true(pixels_png(a, &px, 100, &png, &e));
	return png;
}

/* Left half black, right half white. */
static struct bytes half_mask(struct arena *a)
{
	struct picture_pixels px;
	struct bytes png;
	struct err e;

	assert_true(pixels_make(a, 2, 1, &px, &e));
	px.data[0] = BLACK;
	px.data[1] = WHITE;
	assert_true(pixels_png(a, &px, 100, &png, &e));
	return png;
}

#define MEDIA                                                                           \
	"<MultiMedias><MultiMedia ID='50' Type='Image'><MediaFile>i.png</MediaFile>"    \
	"</MultiMedia><MultiMedia ID='51' Type='Image'><MediaFile>m.png</MediaFile>"    \
	"</MultiMedia><MultiMedia ID='52' Type='Image'><MediaFile>none.png</MediaFile>" \
	"</MultiMedia></MultiMedias>"

static struct picture_pixels image_shown(struct arena *a, const char *content)
{
	return shown(a, &(struct paper){.resources = MEDIA,
				.content = content,
				.parts = {{"D/R/i.png", four_colours(a)},
					{"D/R/m.png", half_mask(a)}}});
}

static void an_image_fills_the_square_its_matrix_makes(void **state)
{
	AUTO(arena) a = arena_new();
	struct picture_pixels px;

	(void)state;
	//= GB/T 33190-2016 §10: the image fills the unit square, which CTM stretches
	px = image_shown(a, "<ImageObject ID='5' Boundary='10 10 40 20' ResourceID='50' "
			    "CTM='20 0 0 20 5 0'/>");
	assert_pixel(&px, 17, 12, RED);
	assert_pixel(&px, 33, 12, GREEN);
	assert_pixel(&px, 17, 28, BLUE);
	assert_pixel(&px, 14.5, 12, WHITE);
	px = image_shown(
		a, "<ImageObject ID='5' Boundary='10 10 40 20' ResourceID='50'/>");
	assert_pixel(&px, 11, 11, RED);
	assert_pixel(&px, 48, 11, GREEN);
}

static void a_mask_hides_where_it_is_dark(void **state)
{
	AUTO(arena) a = arena_new();
	struct picture_pixels px;

	(void)state;
	px = image_shown(a, "<ImageObject ID='5' Boundary='10 10 40 20' ResourceID='50' "
			    "ImageMask='51'/>");
	assert_pixel(&px, 11, 11, WHITE);
	assert_pixel(&px, 48, 11, GREEN);
}

static void a_substitute_stands_in_and_is_told(void **state)
{
	AUTO(arena) a = arena_new();
	struct paper p = {.resources = MEDIA,
		.content = "<ImageObject ID='5' Boundary='10 10 40 20' ResourceID='52' "
			   "Substitution='50'/>",
		.parts = {{"D/R/i.png", four_colours(a)}}};
	struct render_counts counts;
	struct picture_pixels px;
	struct err e;

	(void)state;
	assert_true(paper_draw(a, &p, &px, &counts, &e));
	assert_pixel(&px, 11, 11, RED);
	assert_int_equal(counts.image.drawn, 1);
	assert_int_equal(counts.note_count, 1);
	p.content = "<ImageObject ID='5' Boundary='10 10 40 20' ResourceID='52'/>";
	assert_true(paper_draw(a, &p, &px, &counts, &e));
	assert_int_equal(counts.image.failed, 1);
	assert_false(render_is_whole(&counts));
}

static void a_huge_image_is_refused_before_it_is_unpacked(void **state)
{
	AUTO(arena) a = arena_new();
	/* A PNG header of 30000 × 30000 and nothing behind it. */
	static const uint8_t huge[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0,
		0, 13, 'I', 'H', 'D', 'R', 0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30, 8, 2, 0, 0,
		0, 0x0e, 0x2c, 0x6d, 0x7c};
	struct paper p = {.resources = MEDIA,
		.content = "<ImageObject ID='5' Boundary='10 10 40 20' ResourceID='50'/>",
		.parts = {{"D/R/i.png", BYTES_OF(huge)}}};
	struct render_counts counts;
	struct picture_pixels px;
	struct err e;

	(void)state;
	assert_true(paper_draw(a, &p, &px, &counts, &e));
	assert_int_equal(counts.image.failed, 1);
	assert_true(arena_used(a) < 32 << 20);
}

static void composites_are_drawn_where_they_are_used(void **state)
{
	AUTO(arena) a = arena_new();
	struct picture_pixels px;

	(void)state;
	//= GB/T 33190-2016 §13: a CompositeObject shows a CompositeGraphicUnit
	px = shown(a,
		&(struct paper){
			.resources =
				"<CompositeGraphicUnits><CompositeGraphicUnit "
				"ID='60' Width='10' Height='10'><Content>" SQUARE(
					"0 0 10 10", "", "255 0 0") "</Content></Composit"
								    "eGraphicUnit></"
								    "CompositeGraphicUn"
								    "its>",
			.content =
				"<CompositeObject ID='5' Boundary='20 20 20 20' "
				"ResourceID='60'/><CompositeObject ID='6' "
				"Boundary='50 20 20 20' ResourceID='60' CTM='2 0 0 2 0 "
				"0'/>"});
	assert_pixel(&px, 29, 29, RED);
	assert_pixel(&px, 31, 31, WHITE);
	assert_pixel(&px, 69, 39, RED);
}

static void composites_that_contain_themselves_are_refused(void **state)
{
	AUTO(arena) a = arena_new();
	struct paper p = {.resources =
				  "<CompositeGraphicUnits>"
				  "<CompositeGraphicUnit ID='60' Width='10' Height='10'>"
				  "<Content><CompositeObject ID='7' Boundary='0 0 9 9' "
				  "ResourceID='61'/></Content></CompositeGraphicUnit>"
				  "<CompositeGraphicUnit ID='61' Width='10' Height='10'>"
				  "<Content><CompositeObject ID='8' Boundary='0 0 9 9' "
				  "ResourceID='60'/></Content></CompositeGraphicUnit>"
				  "</CompositeGraphicUnits>",
		.content = "<CompositeObject ID='5' Boundary='20 20 20 20' "
			   "ResourceID='60'/>"};
	struct render_counts counts;
	struct picture_pixels px;
	struct err e;

	(void)state;
	assert_true(paper_draw(a, &p, &px, &counts, &e));
	assert_non_null(strstr(counts.notes[0], "contains itself"));
	assert_int_equal(counts.composite.failed, 1);
	assert_int_equal(counts.composite.drawn, 0);
}

/* Thirty levels, each twice the one below: a thousand million squares. */
static void doublings_end_at_the_limit_of_objects(void **state)
{
	AUTO(arena) a = arena_new();
	AUTO_BUF res = buf_make(1 << 20);
	struct paper p = {.content = "<CompositeObject ID='5' Boundary='20 20 20 20' "
				     "ResourceID='130'/>"};
	struct render_counts counts;
	struct picture_pixels px;
	struct err e;

	(void)state;
	assert_true(buf_put(&res,
		bytes_str("<CompositeGraphicUnits><CompositeGraphicUnit ID='100' "
			  "Width='1' Height='1'><Content>" SQUARE("0 0 1 1", "",
				  "255 0 0") "</Content></CompositeGraphicUnit>"),
		&e));
	for (int i = 101; i <= 130; i++)
		assert_true(buf_put(&res,
			bytes_str(arena_printf(a,
				"<CompositeGraphicUnit ID='%d' Width='1' Height='1'>"
				"<Content><CompositeObject ID='1' Boundary='0 0 1 1' "
				"ResourceID='%d'/><CompositeObject ID='2' "
				"Boundary='0 0 1 1' ResourceID='%d'/></Content>"
				"</CompositeGraphicUnit>",
				i, i - 1, i - 1)),
			&e));
	assert_true(buf_put(&res, BYTES("</CompositeGraphicUnits>"), &e));
	p.resources = arena_str(a, buf_bytes(&res));
	assert_false(paper_draw(a, &p, &px, &counts, &e));
	assert_int_equal(e.code, ERR_TOO_LARGE);
}

static void blocks_too_deep_are_refused(void **state)
{
	AUTO(arena) a = arena_new();
	AUTO_BUF content = buf_make(1 << 20);
	struct paper p = {0};
	struct render_counts counts;
	struct picture_pixels px;
	struct err e;

	(void)state;
	for (int i = 0; i < 100; i++)
		assert_true(buf_put(&content, BYTES("<PageBlock>"), &e));
	assert_true(
		buf_put(&content, bytes_str(SQUARE("20 30 10 10", "", "255 0 0")), &e));
	for (int i = 0; i < 100; i++)
		assert_true(buf_put(&content, BYTES("</PageBlock>"), &e));
	p.content = arena_str(a, buf_bytes(&content));
	assert_false(paper_draw(a, &p, &px, &counts, &e));
	assert_int_equal(e.code, ERR_TOO_LARGE);
}

static void shadings_run_from_colour_to_colour(void **state)
{
	AUTO(arena) a = arena_new();
	struct picture_pixels px;
	uint32_t p;

	(void)state;
	//= GB/T 33190-2016 §8.3.3: without positions the segments are equally long
	px = shown_content(a,
		"<PathObject ID='5' Boundary='0 0 100 20' Stroke='false' Fill='true'>"
		"<FillColor><AxialShd StartPoint='20 0' EndPoint='80 0' Extend='1'>"
		"<Segment Position='0'><Color Value='255 0 0'/></Segment>"
		"<Segment Position='1'><Color Value='0 0 255'/></Segment></AxialShd>"
		"</FillColor><AbbreviatedData>M 0 0 L 100 0 L 100 20 L 0 20 C"
		"</AbbreviatedData></PathObject>"
		"<PathObject ID='6' Boundary='0 20 40 40' Stroke='false' Fill='true'>"
		"<FillColor><RadialShd StartPoint='20 20' EndPoint='20 20' "
		"EndRadius='10'><Segment><Color Value='0 255 0'/></Segment>"
		"<Segment><Color Value='0 255 0'/></Segment></RadialShd>"
		"</FillColor><AbbreviatedData>M 0 0 L 40 0 L 40 40 L 0 40 C"
		"</AbbreviatedData></PathObject>");
	assert_pixel(&px, 10, 10, RED);
	p = at(&px, 50, 10);
	assert_true((p >> 16 & 255) > 120 && (p >> 16 & 255) < 135 && (p & 255) > 120 &&
		    (p & 255) < 135);
	assert_pixel(&px, 90, 10, WHITE); /* it does not extend there */
	assert_pixel(&px, 20, 40, GREEN);
	assert_pixel(&px, 28, 40, GREEN);
	assert_pixel(&px, 31, 40, WHITE);
}

static void meshes_blend_their_corners(void **state)
{
	AUTO(arena) a = arena_new();
	struct picture_pixels px;

	(void)state;
	//= GB/T 33190-2016 §8.3.4.2: EdgeFlag 0 begins a triangle
	px = shown_content(a,
		"<PathObject ID='5' Boundary='0 0 50 50' Stroke='false' Fill='true'>"
		"<FillColor><GouraudShd><Point X='0' Y='0'><Color Value='255 0 0'/>"
		"</Point><Point X='40' Y='0'><Color Value='255 0 0'/></Point>"
		"<Point X='0' Y='40'><Color Value='255 0 0'/></Point>"
		"<BackColor Value='0 0 255'/></GouraudShd></FillColor>"
		"<AbbreviatedData>M 0 0 L 50 0 L 50 50 L 0 50 C</AbbreviatedData>"
		"</PathObject>"
		"<PathObject ID='6' Boundary='50 0 50 50' Stroke='false' Fill='true'>"
		"<FillColor><LaGouraudShd VerticesPerRow='2'>"
		"<Point X='0' Y='0'><Color Value='0 255 0'/></Point>"
		"<Point X='40' Y='0'><Color Value='0 255 0'/></Point>"
		"<Point X='0' Y='40'><Color Value='0 255 0'/></Point>"
		"<Point X='40' Y='40'><Color Value='0 255 0'/></Point>"
		"</LaGouraudShd></FillColor>"
		"<AbbreviatedData>M 0 0 L 50 0 L 50 50 L 0 50 C</AbbreviatedData>"
		"</PathObject>");
	assert_pixel(&px, 10, 10, RED);
	assert_pixel(&px, 40, 40, BLUE);
	assert_pixel(&px, 60, 10, GREEN);
	assert_pixel(&px, 85, 35, GREEN);
	assert_pixel(&px, 95, 45, WHITE);
}

static void patterns_repeat_their_cell(void **state)
{
	AUTO(arena) a = arena_new();
	struct picture_pixels px;

	(void)state;
	px = shown_content(a,
		"<PathObject ID='5' Boundary='0 0 100 60' Stroke='false' Fill='true'>"
		"<FillColor><Pattern Width='20' Height='20'><CellContent>" SQUARE(
			"0 0 10 10", "", "255 0 0") "</CellContent></Pattern></"
						    "FillColor><AbbreviatedData>M 0 0 L "
						    "60 0 L 60 60 L 0 60 "
						    "C</AbbreviatedData></PathObject>");
	assert_pixel(&px, 5, 5, RED);
	assert_pixel(&px, 25, 25, RED);
	assert_pixel(&px, 45, 5, RED);
	assert_pixel(&px, 15, 5, WHITE);
	assert_pixel(&px, 65, 5, WHITE);
}

static void a_pattern_of_too_many_cells_is_refused(void **state)
{
	AUTO(arena) a = arena_new();
	struct paper p = {
		.content = "<PathObject ID='5' Boundary='0 0 100 60' Stroke='false' "
			   "Fill='true'><FillColor><Pattern Width='0.01' "
			   "Height='0.01'><CellContent/></Pattern></FillColor>"
			   "<AbbreviatedData>M 0 0 L 60 0 L 60 60 L 0 60 "
			   "C</AbbreviatedData></PathObject>"};
	struct render_counts counts;
	struct picture_pixels px;
	struct err e;

	(void)state;
	assert_true(paper_draw(a, &p, &px, &counts, &e));
	assert_int_equal(counts.path.failed, 1);
}

static const char annots[] =
	"<PageAnnot><Annot ID='70' Type='Stamp'><Appearance Boundary='10 10 20 "
	"20'>" SQUARE("5 5 10 10", "",
		"255 0 0") "</Appearance></Annot><Annot ID='71' "
			   "Type='Stamp' Visible='false'><Appearance "
			   "Boundary='50 10 20 20'>" SQUARE("0 0 10 10", "",
				   "255 0 0") "</Appearance></Annot>"
					      "<Annot ID='72' "
					      "Type='Link'/></PageAnnot>";

static void annotations_lie_over_the_page(void **state)
{
	AUTO(arena) a = arena_new();
	struct paper p = {.document = "<Annotations>A.xml</Annotations>",
		.content = SQUARE("15 15 10 10", "", "0 0 255"),
		.parts = {
			{"D/A.xml", BYTES("<Annotations><Page PageID='1'><FileLoc>P1.xml"
					  "</FileLoc></Page></Annotations>")},
			{"D/P1.xml", bytes_str(annots)}}};
	struct render_counts counts;
	struct picture_pixels px;
	struct err e;

	(void)state;
	//= GB/T 33190-2016 §15.2: the objects of an Appearance lie relative to its Boundary
	assert_true(paper_draw(a, &p, &px, &counts, &e));
	assert_true(render_is_whole(&counts));
	assert_int_equal(counts.annotation.present, 3);
	assert_int_equal(counts.annotation.drawn, 1);
	assert_int_equal(counts.annotation.hidden, 2);
	assert_pixel(&px, 20, 20, RED);
	assert_pixel(&px, 55, 15, WHITE);
}

static void what_is_not_known_is_named(void **state)
{
	AUTO(arena) a = arena_new();
	struct paper p = {.content = "<HologramObject ID='5' Boundary='0 0 9 9'/>"};
	struct render_counts counts;
	struct picture_pixels px;
	struct err e;

	(void)state;
	assert_true(paper_draw(a, &p, &px, &counts, &e));
	assert_int_equal(counts.note_count, 1);
	assert_non_null(strstr(counts.notes[0], "HologramObject"));
}

static void matrices_that_show_nothing_do_not_stop_the_page(void **state)
{
	static const char *const broken[] = {"0 0 0 0 0 0", "1 1 1 1 0 0",
		"1e300 0 0 1 0 0", "nan 0 0 1 0 0", "1 0 0", "1e7 0 0 1e7 1e7 1e7",
		"1e-9 0 0 1e-9 0 0"};
	AUTO(arena) a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		struct paper p = {
			.content = arena_printf(a,
				"<PathObject ID='5' Boundary='0 0 9 9' "
				"CTM='%s'><AbbreviatedData>M 0 0 L 5 5"
				"</AbbreviatedData></PathObject>%s",
				broken[i], SQUARE("20 30 10 10", "", "255 0 0"))};
		struct render_counts counts;
		struct picture_pixels px;
		struct err e;

		assert_true(paper_draw(a, &p, &px, &counts, &e));
		assert_pixel(&px, 25, 35, RED);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_image_fills_the_square_its_matrix_makes),
		cmocka_unit_test(a_mask_hides_where_it_is_dark),
		cmocka_unit_test(a_substitute_stands_in_and_is_told),
		cmocka_unit_test(a_huge_image_is_refused_before_it_is_unpacked),
		cmocka_unit_test(composites_are_drawn_where_they_are_used),
		cmocka_unit_test(composites_that_contain_themselves_are_refused),
		cmocka_unit_test(doublings_end_at_the_limit_of_objects),
		cmocka_unit_test(blocks_too_deep_are_refused),
		cmocka_unit_test(shadings_run_from_colour_to_colour),
		cmocka_unit_test(meshes_blend_their_corners),
		cmocka_unit_test(patterns_repeat_their_cell),
		cmocka_unit_test(a_pattern_of_too_many_cells_is_refused),
		cmocka_unit_test(annotations_lie_over_the_page),
		cmocka_unit_test(what_is_not_known_is_named),
		cmocka_unit_test(matrices_that_show_nothing_do_not_stop_the_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
