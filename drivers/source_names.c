/* SPDX-License-Identifier: BSD-2-Clause */
#include <vmclock/names.h>
#include <vmclock/region.h>
#include <vmclock/sources.h>
#include "lib/strings.h"

#define SOURCE_NAMES_CODE(code, NAME, name) (signed char)(code),
#define SOURCE_NAMES_NAME(code, NAME, name) name "\0"

const char *vmclock_source_name(uint8_t bound_by)
{
    static const signed char codes[] = {VMCLOCK_TIME_SOURCES(SOURCE_NAMES_CODE)};
    static const char names[] = VMCLOCK_TIME_SOURCES(SOURCE_NAMES_NAME) "";
    const char *name = vmclock_strings_find((signed char)bound_by, codes, sizeof codes, names);

    return *name ? name : vmclock_bound_by_name(bound_by);
}

const char *vmclock_region_source_name(uint8_t source)
{
    static const signed char codes[] = {VMCLOCK_REGION_SOURCES(SOURCE_NAMES_CODE)};
    static const char names[] = VMCLOCK_REGION_SOURCES(SOURCE_NAMES_NAME) "";

    return vmclock_strings_find((signed char)source, codes, sizeof codes, names);
}
