/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * internal.h - a real-time clock as those see it who sample and who set.
 */
#ifndef VMCLOCK_DRIVERS_SOURCE_INTERNAL_H
#define VMCLOCK_DRIVERS_SOURCE_INTERNAL_H

#include <vmclock/rtc.h>
#include "drivers/efi/system.h" /* VMCLOCK_EFI_CALL */

/* What happens to the clock's own second when it is set. */
enum vmclock_rtc_phase {
    VMCLOCK_RTC_PHASE_KEPT, /* it ends when it would have */
    VMCLOCK_RTC_PHASE_ZERO, /* a new one begins */
    VMCLOCK_RTC_PHASE_HALF  /* the new second is half over: the MC146818 */
};

struct vmclock_rtc {
    int (*get)(const struct vmclock_rtc *rtc, struct vmclock_rtc_time *time);
    int (*set)(const struct vmclock_rtc *rtc, int64_t posix_sec); /* null: it is only read */
    union {
        const struct vmclock_cmos *cmos;
        const volatile uint32_t *read_registers;
        volatile uint32_t *registers;
        const void *system_table;
    } device;
    uint32_t max_polls; /* gets that are more than any machine can do in two seconds */
    uint8_t phase;      /* enum vmclock_rtc_phase */
};

/* The three; what sets a clock is in its own file, so that readers do not link it. */
void vmclock_rtc_of_cmos(struct vmclock_rtc *rtc, const struct vmclock_cmos *cmos);
void vmclock_rtc_of_pl031(struct vmclock_rtc *rtc, const volatile uint32_t *registers);
void vmclock_rtc_of_efi(struct vmclock_rtc *rtc, const void *system_table);

/* One sample, at the moment asked for. */
int vmclock_rtc_sample(const struct vmclock *clk, const struct vmclock_rtc *rtc, int moment,
                       struct vmclock_sample *sample);

/* The registers of an MC146818. */
#define VMCLOCK_CMOS_A 0x0au
#define VMCLOCK_CMOS_A_UPDATE 0x80u  /* UIP: an update is due or under way */
#define VMCLOCK_CMOS_A_RESET 0x60u   /* both bits: the divider is held in reset */
#define VMCLOCK_CMOS_A_DIVIDER 0x70u /* all of it; 20h is the normal value */
#define VMCLOCK_CMOS_B 0x0bu
#define VMCLOCK_CMOS_B_SET 0x80u
#define VMCLOCK_CMOS_B_BINARY 0x04u
#define VMCLOCK_CMOS_B_24_HOURS 0x02u
#define VMCLOCK_CMOS_D 0x0du
#define VMCLOCK_CMOS_D_VALID 0x80u /* VRT: power was never lost */
#define VMCLOCK_CMOS_PM 0x80u      /* in the hour, with 12 hours */
#define VMCLOCK_CMOS_CENTURY 0x32u /* where it is by custom */

/* The clock's date and time, in this order in its registers. */
enum vmclock_cmos_field {
    VMCLOCK_CMOS_SECOND,
    VMCLOCK_CMOS_MINUTE,
    VMCLOCK_CMOS_HOUR,
    VMCLOCK_CMOS_DAY,
    VMCLOCK_CMOS_MONTH,
    VMCLOCK_CMOS_YEAR,
    VMCLOCK_CMOS_FIELDS
};
uint8_t vmclock_cmos_index(unsigned field);

/* VMCLOCK_ERR_RTC_ABSENT if nothing answers. */
int vmclock_cmos_present(const struct vmclock_cmos *cmos);

/* The index of the century's register, or 0. mode: register B. */
uint8_t vmclock_cmos_century(const struct vmclock_cmos *cmos, uint8_t mode);

/* The parts of the EFI tables that are used. */
struct vmclock_efi_date {
    uint16_t year;
    uint8_t month;
    uint8_t day;
    uint8_t hour;
    uint8_t minute;
    uint8_t second;
    uint8_t pad1;
    uint32_t nanosecond;
    int16_t zone_min; /* UTC = this time + zone_min */
    uint8_t daylight;
    uint8_t pad2;
};

struct vmclock_efi_abilities {
    uint32_t resolution_hz;
    uint32_t accuracy_ppt; /* 10^-12 */
    uint8_t sets_to_zero;  /* setting clears what is below the resolution */
};

#define VMCLOCK_EFI_NO_ZONE 2047

struct vmclock_efi_runtime {
    uint64_t signature;
    uint32_t revision;
    uint32_t header_size;
    uint32_t crc32;
    uint32_t reserved;
    vmclock_uintptr(VMCLOCK_EFI_CALL *get_time)(struct vmclock_efi_date *,
                                                struct vmclock_efi_abilities *);
    vmclock_uintptr(VMCLOCK_EFI_CALL *set_time)(const struct vmclock_efi_date *);
};

/* The table of the runtime services, checked as far as SetTime; or VMCLOCK_ERR_EFI. */
int vmclock_efi_runtime_of(const void *system_table, const struct vmclock_efi_runtime **runtime);

/*
 * GetTime's own answer. The date is to be checked: what was not written is no date. The zone exists, or
 * VMCLOCK_ERR_RTC_INVALID. abilities may be null; they are 0 where they were not written.
 */
int vmclock_efi_ask(const void *system_table, struct vmclock_efi_date *date,
                    struct vmclock_efi_abilities *abilities);

/* 0, or what a failed GetTime or SetTime is to us. */
int vmclock_efi_status(vmclock_uintptr status);

#endif
