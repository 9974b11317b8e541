/* SPDX-License-Identifier: BSD-2-Clause */
/* rule.h - what is proven of each page's leap rule (leap.c), and what labels need of one (labels.c). */
#ifndef VMCLOCK_PROOF_RULE_H
#define VMCLOCK_PROOF_RULE_H

#include <vmclock/leap.h>

static int rule_is_sane(const struct vmclock_leap *rule)
{
    if (rule->leap < -1 || rule->leap > 1)
        return 0;
    if (rule->utc_error)
        return 1;
    return rule->before_sec >= -(1 << 16) && rule->before_sec <= 1 << 16 &&
           rule->known_from_sec >= -(INT64_C(1) << 24) &&
           rule->known_from_sec < rule->boundary_sec &&
           rule->boundary_sec < rule->known_until_sec &&
           rule->known_until_sec <= INT64_MAX - (INT64_C(1) << 31);
}

#endif
