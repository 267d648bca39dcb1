/* What an OFD says is what the page shows, object by object; what would hurt is refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "render_kit.h"

static void a_filled_square_stands_at_its_boundary(void **state)
{
	AUTO(arena) a = arena_new();
	struct picture_pixels px;

	(void)state;
	//= GB/T 33190-2016 §9.1: S, M, L, Q, B, A and C
	px = shown_content(a, SQUARE("20 30 10 10", "", "255 0 0"));
	assert_pixel(&px, 20.1, 30.1, RED);
	assert_pixel(&px, 29.8, 39.8, RED);
	assert_pixel(&px, 19.8, 35, WHITE);
	assert_pixel(&px, 30.2, 35, WHITE);
	assert_int_equal(ink(&px, 0, 0, 100, 60), 100 * 100);
}

static void nothing_reaches_beyond_the_boundary(void **state)
{
	AUTO(arena) a = arena_new();
	struct picture_pixels px;

	(void)state;
	px = shown_content(a, SQUARE("20 30 4 4", "LineWidth='0.1'", "255 0 0"));
	assert_pixel(&px, 23.5, 33.5, RED);
	assert_pixel(&px, 24.5, 33.5, WHITE);
}

static void the_matrix_turns_and_stretches(void **state)
{
	AUTO(arena) a = arena_new();
	struct picture_pixels px;

	(void)state;
	px = shown_content(a, SQUARE("20 20 40 40", "CTM='0 1 -2 0 30 5'", "0 0 255"));
	/* x' = -2 y + 30, y' = x + 5 */
	assert_pixel(&px, 30.5, 25.5, BLUE);
	assert_pixel(&px, 49.5, 34.5, BLUE);
	assert_pixel(&px, 29.5, 30, WHITE);
	assert_pixel(&px, 40, 24.5, WHITE);
	assert_pixel(&px, 40, 35.5, WHITE);
}

static void curves_and_arcs_bend(void **state)
{
	AUTO(arena) a = arena_new();
	struct picture_pixels px;

	(void)state;
	/* A circle of two arcs about 20, 20; half of it would be missing if one bent the
	 * other way. */
	px = shown_content(
		a, FILLED("0 0 100 60", "", "255 0 0",
			   "M 10 20 A 10 10 0 0 1 30 20 A 10 10 0 0 1 10 20 C"));
	assert_pixel(&px, 20, 10.5, RED);
	assert_pixel(&px, 20, 29.5, RED);
	assert_pixel(&px, 11.5, 11.5, WHITE);
	assert_true(ink(&px, 0, 0, 100, 60) > 31000 && ink(&px, 0, 0, 100, 60) < 31900);
	px = shown_content(
		a, FILLED("0 0 100 60", "", "255 0 0", "M 10 40 Q 30 0 50 40 C"));
	assert_pixel(&px, 30, 20.5, RED);
	assert_pixel(&px, 30, 19.5, WHITE);
	px = shown_content(
		a, FILLED("0 0 100 60", "", "255 0 0", "M10 40B10 0 50 0 50 40C"));
	assert_pixel(&px, 30, 10.5, RED);
	assert_pixel(&px, 30, 9.5, WHITE);
}

static void the_even_odd_rule_leaves_holes(void **state)
{
	AUTO(arena) a = arena_new();
	struct picture_pixels px;
	const char *two =
		"M 0 0 L 30 0 L 30 30 L 0 30 C M 10 10 L 20 10 L 20 20 L 10 20 C";

	(void)state;
	px = shown_content(
		a, arena_printf(a,
			   "<PathObject ID='5' Boundary='0 0 30 30' Stroke='false' "
			   "Fill='true' Rule='Even-Odd'><FillColor Value='255 0 0'/>"
			   "<AbbreviatedData>%s</AbbreviatedData></PathObject>"
			   "<PathObject ID='6' Boundary='40 0 30 30' Stroke='false' "
			   "Fill='true'><FillColor Value='255 0 0'/>"
			   "<AbbreviatedData>%s</AbbreviatedData></PathObject>",
			   two, two));
	assert_pixel(&px, 15, 15, WHITE);
	assert_pixel(&px, 55, 15, RED);
}

static void lines_have_width_dashes_and_caps(void **state)
{
	AUTO(arena) a = arena_new();
	struct picture_pixels px;

	(void)state;
	px = shown_content(a,
		"<PathObject ID='5' Boundary='0 0 100 60' LineWidth='2'>"
		"<StrokeColor Value='0 0 255'/>"
		"<AbbreviatedData>M 10 10 L 50 10</AbbreviatedData></PathObject>"
		"<PathObject ID='6' Boundary='0 0 100 60' LineWidth='2' "
		"DashPattern='5 5'><AbbreviatedData>M 10 20 L 50 20</AbbreviatedData>"
		"</PathObject>"
		"<PathObject ID='7' Boundary='0 0 100 60' LineWidth='4' Cap='Square'>"
		"<AbbreviatedData>M 10 30 L 50 30</AbbreviatedData></PathObject>");
	assert_pixel(&px, 30, 9.2, BLUE);
	assert_pixel(&px, 30, 10.8, BLUE);
	assert_pixel(&px, 30, 11.3, WHITE);
	assert_pixel(&px, 12, 20, BLACK);
	assert_pixel(&px, 17, 20, WHITE);
	assert_pixel(&px, 8.5, 30, BLACK);
	assert_pixel(&px, 9.5, 10, WHITE);
}

static void drawing_parameters_are_inherited(void **state)
{
	AUTO(arena) a = arena_new();
	struct picture_pixels px;

	(void)state;
	//= GB/T 33190-2016 §8.2: Relative names the parameters these are laid over
	px = shown(a, &(struct paper){
			      .resources = "<DrawParams><DrawParam ID='20' LineWidth='4'>"
					   "<StrokeColor Value='255 0 0'/></DrawParam>"
					   "<DrawParam ID='21' Relative='20'>"
					   "<StrokeColor Value='0 255 0'/></DrawParam>"
					   "</DrawParams>",
			      .content = "<PathObject ID='5' Boundary='0 0 100 60' "
					 "DrawParam='21'><AbbreviatedData>M 0 20 L 100 20"
					 "</AbbreviatedData></PathObject>"});
	assert_pixel(&px, 50, 18.2, GREEN);
	assert_pixel(&px, 50, 21.8, GREEN);
	assert_pixel(&px, 50, 22.2, WHITE);
}

static void drawing_parameters_in_a_circle_are_cut(void **state)
{
	AUTO(arena) a = arena_new();
	struct paper p = {.resources = "<DrawParams><DrawParam ID='20' Relative='21'/>"
				       "<DrawParam ID='21' Relative='20'/></DrawParams>",
		.content = "<PathObject ID='5' Boundary='0 0 100 60' DrawParam='21'>"
			   "<AbbreviatedData>M 0 20 L 100 20</AbbreviatedData>"
			   "</PathObject>"};
	struct render_counts counts;
	struct picture_pixels px;
	struct err e;

	(void)state;
	assert_true(paper_draw(a, &p, &px, &counts, &e));
	assert_int_equal(counts.path.drawn, 1);
	assert_int_equal(counts.note_count, 1);
}

static void colours_come_from_spaces_and_palettes(void **state)
{
	AUTO(arena) a = arena_new();
	struct picture_pixels px;

	(void)state;
	//= GB/T 33190-2016 §8.3.1: GRAY, RGB or CMYK, 1, 2, 4, 8 or 16 bits a component
	px = shown(a,
		&(struct paper){
			.resources =
				"<ColorSpaces><ColorSpace ID='30' Type='CMYK'/>"
				"<ColorSpace ID='31' Type='GRAY' BitsPerComponent='1'/>"
				"<ColorSpace ID='32' Type='RGB'><Palette>"
				"<CV>1 2 3</CV><CV>0 255 0</CV></Palette></ColorSpace>"
				"</ColorSpaces>",
			.content =
				"<PathObject ID='5' Boundary='0 0 10 10' Stroke='false' "
				"Fill='true'><FillColor ColorSpace='30' "
				"Value='0 255 255 0'/><AbbreviatedData>M 0 0 L 10 0 L 10 "
				"10 L 0 10 C</AbbreviatedData></PathObject>"
				"<PathObject ID='6' Boundary='20 0 10 10' "
				"Stroke='false' Fill='true'><FillColor ColorSpace='31' "
				"Value='0'/><AbbreviatedData>M 0 0 L 10 0 L 10 10 L 0 10 "
				"C</AbbreviatedData></PathObject>"
				"<PathObject ID='7' Boundary='40 0 10 10' "
				"Stroke='false' Fill='true'><FillColor ColorSpace='32' "
				"Index='1'/><AbbreviatedData>M 0 0 L 10 0 L 10 10 L 0 10 "
				"C</AbbreviatedData></PathObject>"
				"<PathObject ID='8' Boundary='60 0 10 10' "
				"Stroke='false' Fill='true'><FillColor "
				"Value='#00 #00 #FF'/><AbbreviatedData>M 0 0 L 10 0 L 10 "
				"10 L 0 10 C</AbbreviatedData></PathObject>"});
	assert_pixel(&px, 5, 5, RED);
	assert_pixel(&px, 25, 5, BLACK);
	assert_pixel(&px, 45, 5, GREEN);
	assert_pixel(&px, 65, 5, BLUE);
}

static void alpha_lets_shine_through(void **state)
{
	AUTO(arena) a = arena_new();
	struct picture_pixels px;
	uint32_t p;

	(void)state;
	px = shown_content(a, SQUARE("20 30 10 10", "Alpha='128'", "255 0 0"));
	p = at(&px, 25, 35);
	assert_true((p >> 16 & 255) == 255 && (p & 255) > 120 && (p & 255) < 135);
}

static void what_is_not_visible_is_not_drawn(void **state)
{
	AUTO(arena) a = arena_new();
	struct paper p = {.content = SQUARE("0 0 10 10", "Visible='false'", "255 0 0")};
	struct render_counts counts;
	struct picture_pixels px;
	struct err e;

	(void)state;
	assert_true(paper_draw(a, &p, &px, &counts, &e));
	assert_int_equal(counts.path.hidden, 1);
	assert_true(render_is_whole(&counts));
	assert_int_equal(ink(&px, 0, 0, 100, 60), 0);
}

static void clips_cut(void **state)
{
	AUTO(arena) a = arena_new();
	struct picture_pixels px;

	(void)state;
	//= GB/T 33190-2016 §8.4: a clip is the union of its areas, several clips their intersection
	px = shown_content(a,
		"<PathObject ID='5' Boundary='0 0 40 40' Stroke='false' Fill='true'>"
		"<Clips><Clip><Area><Path Boundary='0 0 40 40'><AbbreviatedData>M 0 0 L "
		"10 0 L 10 10 L 0 10 C</AbbreviatedData></Path></Area>"
		"<Area><Path Boundary='20 20 40 40'><AbbreviatedData>M 0 0 L "
		"10 0 L 10 10 L 0 10 C</AbbreviatedData></Path></Area></Clip>"
		"<Clip><Area><Path Boundary='0 0 40 40'><AbbreviatedData>M 5 0 L "
		"40 0 L 40 40 L 5 40 C</AbbreviatedData></Path></Area></Clip></Clips>"
		"<FillColor Value='255 0 0'/><AbbreviatedData>M 0 0 L 40 0 L 40 40 L 0 "
		"40 "
		"C</AbbreviatedData></PathObject>");
	assert_pixel(&px, 7, 5, RED);
	assert_pixel(&px, 3, 5, WHITE);
	assert_pixel(&px, 25, 25, RED);
	assert_pixel(&px, 15, 15, WHITE);
}

//= GB/T 33190-2016 §7.7: background layers below, foreground layers above, within each in the order they stand
static void templates_lie_below_or_above(void **state)
{
	AUTO(arena) a = arena_new();
	static const char back[] =
		"<Page><Content><Layer ID='40'>" SQUARE("0 0 10 10", "", "255 0 0")
			SQUARE("20 0 10 10", "", "255 0 0") "</Layer></Content></Page>";
	static const char front[] = "<Page><Content><Layer ID='41'>" SQUARE(
		"40 0 10 10", "", "0 255 0") "</Layer></Content></Page>";
	struct picture_pixels px;

	(void)state;
	px = shown(a, &(struct paper){.common = "<TemplatePage ID='8' BaseLoc='B.xml'/>"
						"<TemplatePage ID='9' BaseLoc='F.xml'/>",
			      .page = "<Template TemplateID='9' ZOrder='Foreground'/>"
				      "<Template TemplateID='8'/>",
			      .content = SQUARE("20 0 10 10", "", "0 0 255")
				      SQUARE("40 0 10 10", "", "0 0 255"),
			      .parts = {{"D/B.xml", bytes_str(back)},
				      {"D/F.xml", bytes_str(front)}}});
	assert_pixel(&px, 5, 5, RED);
	assert_pixel(&px, 25, 5, BLUE);
	assert_pixel(&px, 45, 5, GREEN);
}

static void a_page_with_its_own_box_begins_at_its_corner(void **state)
{
	AUTO(arena) a = arena_new();
	struct picture_pixels px;

	(void)state;
	px = shown(
		a, &(struct paper){
			   .page = "<Area><PhysicalBox>5 5 100 60</PhysicalBox></Area>",
			   .content = SQUARE("5 5 10 10", "", "255 0 0")});
	assert_pixel(&px, 0.1, 0.1, RED);
	assert_pixel(&px, 10.2, 5, WHITE);
}

static void pages_without_a_size_are_refused(void **state)
{
	static const char *const boxes[] = {"0 0 0 60", "0 0 100000 60", "x", "0 0 -5 5",
		"0 0 1e400 60", "0 0 4000 4000"};
	AUTO(arena) a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof boxes / sizeof *boxes; i++) {
		struct paper p = {
			.page = arena_printf(a,
				"<Area><PhysicalBox>%s</PhysicalBox></Area>", boxes[i])};
		struct render_counts counts;
		struct picture_pixels px;
		struct err e;

		/* What is no box is as good as none: the document's holds. */
		if (boxes[i][0] == 'x' || boxes[i][4] == '-' || boxes[i][5] == 'e') {
			assert_true(paper_draw(a, &p, &px, &counts, &e));
			continue;
		}
		assert_false(paper_draw(a, &p, &px, &counts, &e));
		assert_int_equal(e.code, i == 5 ? ERR_TOO_LARGE : ERR_MALFORMED);
	}
	assert_true(arena_used(a) < 64 << 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_filled_square_stands_at_its_boundary),
		cmocka_unit_test(nothing_reaches_beyond_the_boundary),
		cmocka_unit_test(the_matrix_turns_and_stretches),
		cmocka_unit_test(curves_and_arcs_bend),
		cmocka_unit_test(the_even_odd_rule_leaves_holes),
		cmocka_unit_test(lines_have_width_dashes_and_caps),
		cmocka_unit_test(drawing_parameters_are_inherited),
		cmocka_unit_test(drawing_parameters_in_a_circle_are_cut),
		cmocka_unit_test(colours_come_from_spaces_and_palettes),
		cmocka_unit_test(alpha_lets_shine_through),
		cmocka_unit_test(what_is_not_visible_is_not_drawn),
		cmocka_unit_test(clips_cut),
		cmocka_unit_test(templates_lie_below_or_above),
		cmocka_unit_test(a_page_with_its_own_box_begins_at_its_corner),
		cmocka_unit_test(pages_without_a_size_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
