/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * efi.h - a firmware with a GetTime and a SetTime that do what they are told to, good or bad.
 */
#ifndef VMCLOCK_TESTS_SOURCE_EFI_H
#define VMCLOCK_TESTS_SOURCE_EFI_H

#include "machine.h"

#if defined(__x86_64__)
#define EFIAPI __attribute__((ms_abi))
#else
#define EFIAPI
#endif
#define EFI_ERROR_BIT ((uintptr_t)1 << (sizeof(uintptr_t) * 8 - 1))

/* As the specification lays them out. */
struct date {
    uint16_t year;
    uint8_t month, day, hour, minute, second, pad1;
    uint32_t nanosecond;
    int16_t zone;
    uint8_t daylight, pad2;
};
struct abilities {
    uint32_t resolution, accuracy;
    uint8_t sets_to_zero;
};
struct runtime {
    char signature[8];
    uint32_t revision, size, crc32, reserved;
    uintptr_t(EFIAPI *get_time)(struct date *date, struct abilities *abilities);
    uintptr_t(EFIAPI *set_time)(const struct date *date);
    void *others[12];
};
struct system_table {
    char signature[8];
    uint32_t revision, size, crc32, reserved;
    const uint16_t *vendor;
    uint32_t vendor_revision;
    void *console[6];
    struct runtime *runtime;
    void *boot;
    size_t entries;
    void *configuration;
};

/* What GetTime writes; bits for the fields of struct date, and one for all of struct abilities. */
enum written {
    WRITES_YEAR = 1,
    WRITES_MONTH = 2,
    WRITES_DAY = 4,
    WRITES_HOUR = 8,
    WRITES_MINUTE = 16,
    WRITES_SECOND = 32,
    WRITES_NANOSECOND = 64,
    WRITES_ZONE = 128,
    WRITES_DAYLIGHT = 256,
    WRITES_DATE = 511,
    WRITES_ABILITIES = 512
};

/* The one firmware that there is. It keeps local time, in a zone. */
extern struct efi {
    struct machine machine;
    struct system_table system;
    struct runtime runtime;
    uintptr_t get_status, set_status;
    struct date fixed; /* what GetTime gives, if its month is not 0 */
    struct date set;   /* by SetTime */
    int64_t offset_ns; /* of its clock to the true time */
    int16_t zone;
    uint8_t daylight, sets_to_zero;
    unsigned writes;      /* what GetTime writes, enum written ... */
    unsigned writes_next; /* ... and what from the next call on */
    unsigned gets, sets;
} efi;

/* A good one that states no zone. */
void efi_start(void);

#endif
