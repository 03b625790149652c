#include "config.h"

#include "report/calendar.h"

#include <string.h>

gboolean
calendar_parse(const char *text, guint *day)
{
	static const char shape[] = "0000-00-00";
	guint numbers[3] = {0}, part = 0;

	for (gsize i = 0; i < sizeof shape; i++)
		if (shape[i] == '0' ? !g_ascii_isdigit(text[i]) : text[i] != shape[i])
			return FALSE;
	for (; *text; text++)
		if (*text == '-')
			part++;
		else
			numbers[part] = 10 * numbers[part] + (guint)(*text - '0');
	if (numbers[0] < CALENDAR_YEAR_MIN || numbers[0] > CALENDAR_YEAR_MAX ||
		!g_date_valid_dmy(
			(GDateDay)numbers[2], (GDateMonth)numbers[1], (GDateYear)numbers[0]))
		return FALSE;
	GDate date;
	g_date_clear(&date, 1);
	g_date_set_dmy(
		&date, (GDateDay)numbers[2], (GDateMonth)numbers[1], (GDateYear)numbers[0]);
	*day = g_date_get_julian(&date);
	return TRUE;
}

static GDate
date_of(guint day)
{
	GDate date;

	g_date_clear(&date, 1);
	g_date_set_julian(&date, day);
	return date;
}

static char *
format(guint day, const char *form, char *buffer)
{
	GDate date = date_of(day);

	g_date_strftime(buffer, CALENDAR_TEXT_SIZE, form, &date);
	return buffer;
}

char *
calendar_format(guint day, char *buffer)
{
	return format(day, "%Y-%m-%d", buffer);
}

char *
calendar_folder(guint day, char *buffer)
{
	return format(day, "%Y/%m/%d", buffer);
}

guint
calendar_year(guint day)
{
	GDate date = date_of(day);

	return g_date_get_year(&date);
}

guint
calendar_day_of_month(guint day)
{
	GDate date = date_of(day);

	return g_date_get_day(&date);
}

guint
calendar_weekday(guint day)
{
	return (day - 1) % WEEK_DAYS + 1;
}

static Period
month_of(guint day)
{
	GDate date = date_of(day);
	guint first = day - g_date_get_day(&date) + 1;

	return (Period){
		.kind = PERIOD_MONTH,
		.year = g_date_get_year(&date),
		.number = g_date_get_month(&date),
		.first = first,
		.last = first - 1 +
			g_date_get_days_in_month(
				g_date_get_month(&date), g_date_get_year(&date)),
	};
}

static Period
week_of(guint day)
{
	guint monday = day - calendar_weekday(day) + 1;
	GDate thursday = date_of(monday + 3);

	return (Period){
		.kind = PERIOD_WEEK,
		.year = g_date_get_year(&thursday),
		.number = (g_date_get_day_of_year(&thursday) - 1) / WEEK_DAYS + 1,
		.first = monday,
		.last = monday + WEEK_DAYS - 1,
	};
}

Period
period_of(PeriodKind kind, guint day)
{
	return kind == PERIOD_MONTH ? month_of(day) : week_of(day);
}

char *
period_title(const Period *period)
{
	static const char *const months[] = {"January", "February", "March", "April", "May",
		"June", "July", "August", "September", "October", "November", "December"};

	if (period->kind == PERIOD_WEEK)
		return g_strdup_printf("Week %u of %u", period->number, period->year);
	return g_strdup_printf("%s %u", months[period->number - 1], period->year);
}

char *
period_path(const Period *period)
{
	return g_strdup_printf(
		period->kind == PERIOD_WEEK ? "%04u/week-%02u.html" : "%04u/%02u/index.html",
		period->year, period->number);
}
