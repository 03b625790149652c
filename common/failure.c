#include "config.h"

#include "common/failure.h"

GQuark
failure_quark(void)
{
	return g_quark_from_static_string("gnomon-failure");
}
