/*
 * What holds of every detector of the table, one that is added included, and their thresholds.
 */
#include "config.h"

#include "tests/maker.h"
#include "tests/suite.h"

#include <string.h>

#include "common/failure.h"
#include "common/hour.h"

static gboolean
is_part_of_a_sentence(const char *text)
{
	return text && *text && !g_str_has_suffix(text, ".");
}

START_TEST(every_detector_is_described_as_its_header_asks)
{
	gsize n;
	const Detector *const *table = detector_table(&n);

	for (gsize i = 0; i < n; i++) {
		const Detector *detector = table[i];
		const char *name = detector->name;
		ck_assert_msg(strspn(name, "abcdefghijklmnopqrstuvwxyz-") == strlen(name), "%s",
			name);
		ck_assert_msg(is_part_of_a_sentence(detector->title) &&
				      is_part_of_a_sentence(detector->origin) &&
				      is_part_of_a_sentence(detector->misses) &&
				      is_part_of_a_sentence(detector->mistakes),
			"%s: texts", name);
		ck_assert_msg(!detector->run == !detector->judge, "%s: run and judge", name);
		ck_assert_msg(detector->run || detector->groups, "%s: finds nothing", name);
		ck_assert_msg(detector->n_windows > 0, "%s: no windows", name);
		for (gsize w = 0; w < detector->n_windows; w++) {
			const DetectorWindow *window = &detector->windows[w];
			ck_assert_msg(window->step > 0 && window->step % HOUR_SECONDS == 0 &&
					      window->length >= window->step &&
					      window->length % HOUR_SECONDS == 0 &&
					      window->parameter < detector->n_parameters,
				"%s: window %" G_GSIZE_FORMAT, name, w);
		}
		ck_assert_uint_le(detector->n_parameters, DETECTOR_PARAMETERS_MAX);
		for (gsize k = 0; k < detector->n_parameters; k++) {
			const DetectorParameter *parameter = &detector->parameters[k];
			ck_assert_msg(parameter->min <= parameter->initial &&
					      parameter->initial <= parameter->max &&
					      is_part_of_a_sentence(parameter->help) &&
					      parameter->unit,
				"%s.%s", name, parameter->name);
		}
	}
}
END_TEST

/* What a detector fires when the windows of that span are asked for: of FindingWindow. */
static GArray *
fire(const Detector *detector, Subject subject, SubjectSpan span)
{
	g_autoptr(DetectorSettings) settings = detector_settings_new();
	Scene scene = {.span = span};
	DetectorCase at = {&subject, detector_settings_values(settings, detector), &scene};
	GArray *fired = g_array_new(FALSE, FALSE, sizeof(FindingWindow));

	subject.span = span;
	detector->run(detector, &at, fired);
	return fired;
}

static gboolean
has_window_of(const Detector *detector, gint64 length)
{
	for (gsize i = 0; i < detector->n_windows; i++)
		if (detector->windows[i].length == length)
			return TRUE;
	return FALSE;
}

/* Packets of many kinds to 20 targets each, from one source port, 25 ports of one of them. */
static void
do_everything(Maker *maker)
{
	static const Kind kinds[] = {KIND_SYN, KIND_SYNACK, KIND_RST, KIND_FINACK, KIND_XMAS,
		KIND_FIN, KIND_ACK, KIND_NULL, KIND_UDP};

	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
		Trait *trait = maker_trait(maker, 5, kinds[i]);
		trait->seen |= TRAIT_PORTS;
		trait->sport_min = trait->sport_max = 80;
		for (guint target = 0; target < 20; target++)
			maker_add(maker, 20 * i + target, 5, kinds[i], target == 0 ? 25 : 1);
	}
}

/* Oracle: the same when every window is asked for. */
START_TEST(a_detector_fires_whatever_is_asked_for)
{
	const SubjectSpan day_after = {
		MAKER_MIDNIGHT + MAKER_DAY, MAKER_MIDNIGHT + 2 * MAKER_DAY};
	g_autoptr(Maker) maker = maker_new();
	gsize n;
	const Detector *const *table = detector_table(&n);
	guint found = 0;

	do_everything(maker);
	Subject subject = subject_of(maker_facts(maker), 1, 32, 0);
	for (gsize i = 0; i < n; i++) {
		if (!table[i]->run)
			continue;
		g_autoptr(GArray) all = fire(table[i], subject, subject_always);
		g_autoptr(GArray) some = fire(table[i], subject, day_after);
		ck_assert_msg(all->len == some->len, "%s: %u of %u windows", table[i]->name,
			some->len, all->len);
		for (guint k = 0; k < all->len; k++)
			ck_assert_msg(has_window_of(table[i],
					      g_array_index(all, FindingWindow, k).length),
				"%s: a window of a length it has not", table[i]->name);
		found += all->len > 0;
	}
	ck_assert_uint_ge(found, 4);
}
END_TEST

/* Thresholds: detector (NULL: by unit), name, value; what is left of a sweep of 8 targets. */
static const struct {
	const char *detector, *name;
	guint64 value;
	gboolean taken;
	const char *expected;
} thresholds[] = {
	{NULL, "hosts", 8, TRUE, "hourly scan 8 +5h 1h"},
	{NULL, "hosts", 9, TRUE, ""},
	{NULL, "hosts", 0, FALSE, "hourly scan 8 +5h 1h"},
	{NULL, "hosts", G_MAXUINT32, FALSE, "hourly scan 8 +5h 1h"},
	{NULL, "moons", 9, FALSE, "hourly scan 8 +5h 1h"},
	{"hourly", "hosts", 9, TRUE,
		""}, /* an hour of 8 is a full one for low-and-slow: 8 >= 7 */
	{"hourly", "ports", 9, FALSE, "hourly scan 8 +5h 1h"},
};

START_TEST(thresholds_are_set_within_their_bounds)
{
	g_autoptr(Maker) maker = maker_new();
	g_autoptr(DetectorSettings) settings = detector_settings_new();
	g_autoptr(GPtrArray) findings =
		g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
	g_autoptr(GError) error = NULL;

	for (guint target = 0; target < 8; target++)
		maker_add(maker, target, 5, KIND_SYN, 1);
	ck_assert_int_eq(detector_settings_set(settings, thresholds[_i].detector,
				 thresholds[_i].name, thresholds[_i].value, &error),
		thresholds[_i].taken);
	ck_assert(thresholds[_i].taken || g_error_matches(error, FAILURE, FAILURE_USAGE));
	Subject subject = subject_of(maker_facts(maker), 1, 32, 0);
	Scene scene = {.span = subject.span};
	detection_subject(settings, &scene, &subject, findings);
	g_autofree char *told = maker_tell(findings);
	ck_assert_str_eq(told, thresholds[_i].expected);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_test(tests, every_detector_is_described_as_its_header_asks);
	tcase_add_test(tests, a_detector_fires_whatever_is_asked_for);
	tcase_add_loop_test(
		tests, thresholds_are_set_within_their_bounds, 0, G_N_ELEMENTS(thresholds));
}

int
main(void)
{
	return suite_run("detector", add_tests);
}
