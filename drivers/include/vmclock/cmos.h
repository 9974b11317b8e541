/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmos.h - the real-time clock of PCs, an MC146818 or what emulates one.
 *
 * All four formats (BCD or binary, 12 or 24 hours) are read, as register B says. The century is
 * that of the register which the FADT names, if that is one of 0Eh to 7Fh; without one, of register
 * 32h where that holds 19 to 21; else years 70 to 99 are 19xx and 00 to 69 are 20xx.
 *
 * The clock has one register window: nothing else may use it during a call, no interrupt handler
 * either. MC146818A data sheet; ACPI 6.5, 5.2.9 (CENTURY).
 */
#ifndef VMCLOCK_CMOS_H
#define VMCLOCK_CMOS_H

#include <vmclock/rtc.h>
#include <vmclock/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How to reach the clock. Kept by the caller; not changed. */
struct vmclock_cmos {
    uint8_t (*read)(void *context, uint8_t index);
    void (*write)(void *context, uint8_t index, uint8_t value); /* null: it cannot be set */
    void *context;
    uint8_t century; /* index of the century's register, as the FADT has it; 0: not named */
};

#if defined(__x86_64__) || defined(__i386__)
/*
 * The clock at its usual I/O ports, 70h and 71h; on x86 only. Each access re-enables NMI, which
 * bit 7 of port 70h may have masked.
 *
 * century: as in struct vmclock_cmos. cmos: filled; not null.
 */
void vmclock_cmos_ports(uint8_t century, struct vmclock_cmos *cmos);
#endif

/*
 * What the clock says now. Two successive reads have to agree, with no update before, between or
 * after the registers of each, so that no time is put together from two.
 *
 * cmos: not null, nor its read. time: not null.
 *
 * Returns 0, or with *time untouched
 *     VMCLOCK_ERR_ARGUMENT     cmos, its read or time is null
 *     VMCLOCK_ERR_RTC_ABSENT   every register that was asked reads FFh
 *     VMCLOCK_ERR_RTC_BUSY     it stayed in update, or changed, for 2^20 tries: some 0.2 to 2 s
 *     VMCLOCK_ERR_RTC_STOPPED  register B says that somebody is setting it (SET), or register A
 *                              that its divider is held in reset
 *     VMCLOCK_ERR_RTC_INVALID  register D says that it lost power (VRT), or there is no such date
 */
int vmclock_cmos_get(const struct vmclock_cmos *cmos, struct vmclock_rtc_time *time);

/*
 * A sample of the clock for vmclock_calibrate, with vmclock_rtc_source(VMCLOCK_BOUND_BY_CMOS).
 *
 * clk: an opened handle; its counter is what is calibrated. moment: enum vmclock_rtc_moment.
 *
 * Returns 0, or with *sample untouched an error of vmclock_cmos_get or vmclock_sample_begin and
 * _end, or
 * VMCLOCK_ERR_RTC_STOPPED when no second began while it waited.
 */
int vmclock_cmos_sample(const struct vmclock *clk, const struct vmclock_cmos *cmos, int moment,
                        struct vmclock_sample *sample);

#ifdef __cplusplus
}
#endif
#endif
