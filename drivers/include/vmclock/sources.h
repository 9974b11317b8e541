/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sources.h - the sources of the time that drivers read, as bound_by of snapshots and readings names
 * them: numbers from VMCLOCK_BOUND_BY_DRIVERS on.
 */
#ifndef VMCLOCK_SOURCES_H
#define VMCLOCK_SOURCES_H

#include <vmclock/page.h>
#include <vmclock/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The one list: X(number, NAME, "name"). Numbers never change their meaning. */
/* clang-format off */
#define VMCLOCK_TIME_SOURCES(X) \
    X(VMCLOCK_BOUND_BY_DRIVERS + 0, CMOS, "cmos") /* the PC's CMOS clock: cmos.h */ \
    X(VMCLOCK_BOUND_BY_DRIVERS + 1, PL031, "pl031") /* the PL031 of Arm machines: pl031.h */ \
    X(VMCLOCK_BOUND_BY_DRIVERS + 2, EFI, "efi") /* the firmware's GetTime: efi_time.h */ \
    X(VMCLOCK_BOUND_BY_DRIVERS + 3, KVM, "kvm") /* the KVM clock: kvm_clock.h */
/* clang-format on */
enum vmclock_bound_by_driver {
#define VMCLOCK_VALUE(code, NAME, name) VMCLOCK_BOUND_BY_##NAME = (code),
    VMCLOCK_TIME_SOURCES(VMCLOCK_VALUE)
#undef VMCLOCK_VALUE
};

/*
 * The short name of whoever vouches for a bound: that of a source above, else what
 * vmclock_bound_by_name (names.h) says. Never null; "" for a number that is nobody's.
 */
const char *vmclock_source_name(uint8_t bound_by);

#ifdef __cplusplus
}
#endif
#endif
