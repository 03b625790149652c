#include "config.h"

#include "common/service.h"
#include "tests/suite.h"

static const struct {
	gboolean udp;
	guint16 port;
	const char *name; /* NULL: none */
} names[] = {
	{FALSE, 20, "ftp-data"}, /* the first of the table */
	{FALSE, 23, "telnet"},
	{TRUE, 23, NULL}, /* registered, but nobody's service */
	{FALSE, 53, "domain"},
	{TRUE, 53, "domain"},
	{FALSE, 445, "microsoft-ds"},
	{FALSE, 514, "shell"},
	{TRUE, 514, "syslog"},
	{TRUE, 47808, "bacnet"}, /* the last */
	{FALSE, 0, NULL},
	{FALSE, 65535, NULL},
	{FALSE, 24, NULL},
};

START_TEST(a_port_has_the_name_that_is_registered_for_its_protocol)
{
	ck_assert_pstr_eq(service_name(names[_i].udp, names[_i].port), names[_i].name);
}
END_TEST

/* A table that is out of order would hide some of its own names. The figure is that of its
 * lines. */
START_TEST(every_name_of_the_table_is_found)
{
	guint found = 0;

	for (guint port = 0; port <= G_MAXUINT16; port++)
		found +=
			service_name(FALSE, (guint16)port) || service_name(TRUE, (guint16)port);
	ck_assert_uint_eq(found, 115);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_loop_test(tests, a_port_has_the_name_that_is_registered_for_its_protocol, 0,
		G_N_ELEMENTS(names));
	tcase_add_test(tests, every_name_of_the_table_is_found);
}

int
main(void)
{
	return suite_run("service", add_tests);
}
