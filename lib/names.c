/* SPDX-License-Identifier: BSD-2-Clause */
#include <vmclock/audit.h>
#include <vmclock/clock.h>
#include <vmclock/guard.h>
#include <vmclock/names.h>
#include <vmclock/page.h>
#include "lib/strings.h"

#define NAMES_CODE(code, NAME, name) (signed char)(code),
#define NAMES_NAME(code, NAME, name) name "\0"

#define NAMES_FUNCTION(function, LIST) \
    const char *function(uint8_t code) \
    { \
        static const signed char codes[] = {LIST(NAMES_CODE)}; \
        static const char names[] = LIST(NAMES_NAME) ""; \
\
        return vmclock_strings_find((signed char)code, codes, sizeof codes, names); \
    }

NAMES_FUNCTION(vmclock_counter_id_name, VMCLOCK_COUNTER_IDS)
NAMES_FUNCTION(vmclock_time_type_name, VMCLOCK_TIME_TYPES)
NAMES_FUNCTION(vmclock_clock_status_name, VMCLOCK_CLOCK_STATUSES)
NAMES_FUNCTION(vmclock_smear_hint_name, VMCLOCK_SMEAR_HINTS)
NAMES_FUNCTION(vmclock_leap_indicator_name, VMCLOCK_LEAP_INDICATORS)
NAMES_FUNCTION(vmclock_bound_kind_name, VMCLOCK_BOUND_KINDS)
NAMES_FUNCTION(vmclock_bound_by_name, VMCLOCK_BOUNDS_BY)
NAMES_FUNCTION(vmclock_disruption_name, VMCLOCK_DISRUPTIONS)
NAMES_FUNCTION(vmclock_audit_verdict_name, VMCLOCK_AUDIT_VERDICTS)
NAMES_FUNCTION(vmclock_cloned_name, VMCLOCK_CLONED_ANSWERS)
