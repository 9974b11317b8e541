/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * names.h - the short names of the values of enumerations ("synchronized"), for programs and logs.
 *
 * Each list stands once, where its enumeration is, as X(code, NAME, "name").
 *
 * All return a static string, never null: "" for a code that is not in the list, of which the number
 * is all that can be said. Bounded work, reentrant.
 */
#ifndef VMCLOCK_NAMES_H
#define VMCLOCK_NAMES_H

#include <vmclock/types.h>

#ifdef __cplusplus
extern "C" {
#endif

const char *vmclock_counter_id_name(uint8_t counter_id);         /* arm-vcnt, x86-tsc, invalid */
const char *vmclock_time_type_name(uint8_t time_type);           /* utc, tai, monotonic, ... */
const char *vmclock_clock_status_name(uint8_t clock_status);     /* synchronized, ... */
const char *vmclock_smear_hint_name(uint8_t smear_hint);         /* strict, noon-linear, utc-sls */
const char *vmclock_leap_indicator_name(uint8_t leap_indicator); /* none, pre-pos, ... */
const char *vmclock_bound_kind_name(uint8_t bound_kind);         /* none, max */
const char *vmclock_bound_by_name(uint8_t bound_by); /* page, caller, several; drivers: sources.h */
const char *vmclock_disruption_name(uint8_t disruption); /* none, soon, imminent */
const char *vmclock_audit_verdict_name(uint8_t verdict); /* refined, broken, ... */
const char *vmclock_cloned_name(uint8_t cloned);         /* no, yes, unknown */

#ifdef __cplusplus
}
#endif
#endif
