/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The CMOS clock is set while its divider is held in reset, so that its first second ends half a
 * second after the release: MC146818A data sheet, "Divider Control".
 */
#include "set.h"

#include <stddef.h>
#include <vmclock/civil.h>
#include <vmclock/error.h>

#define CMOS_DIVIDER_NORMAL 0x20u

/* A century that is guessed from its register has to be guessed again by who reads it. */
static int year_fits(int64_t year, const struct vmclock_cmos *cmos, uint8_t century)
{
    if (century == 0)
        return year >= 1970 && year <= 2069;
    return year >= 1900 && year <= (century == cmos->century ? 9999 : 2199);
}

/* Not all CPUs divide, and the compilers' helpers are not ours to need. */
static unsigned tenth(unsigned value) /* below 100 */
{
    return value * 103 >> 10;
}

static unsigned hundredth(unsigned year) /* below 10000 */
{
    return year * 5243 >> 19;
}

static uint8_t raw_of(unsigned value, uint8_t mode)
{
    if (mode & VMCLOCK_CMOS_B_BINARY)
        return (uint8_t)value;
    return (uint8_t)(tenth(value) << 4 | (value - tenth(value) * 10));
}

static uint8_t raw_hour(unsigned hour, uint8_t mode)
{
    unsigned afternoon = hour >= 12;

    if (mode & VMCLOCK_CMOS_B_24_HOURS)
        return raw_of(hour, mode);
    hour -= afternoon ? 12 : 0;
    return (uint8_t)(raw_of(hour == 0 ? 12 : hour, mode) | (afternoon ? VMCLOCK_CMOS_PM : 0));
}

static void put(const struct vmclock_cmos *cmos, uint8_t index, uint8_t value)
{
    cmos->write(cmos->context, index, value);
}

static void put_fields(const struct vmclock_cmos *cmos, const struct vmclock_civil *civil,
                       uint8_t century, uint8_t mode)
{
    unsigned year = (unsigned)civil->year, hundreds = hundredth(year);

    put(cmos, vmclock_cmos_index(VMCLOCK_CMOS_SECOND), raw_of(civil->second, mode));
    put(cmos, vmclock_cmos_index(VMCLOCK_CMOS_MINUTE), raw_of(civil->minute, mode));
    put(cmos, vmclock_cmos_index(VMCLOCK_CMOS_HOUR), raw_hour(civil->hour, mode));
    put(cmos, vmclock_cmos_index(VMCLOCK_CMOS_DAY), raw_of(civil->day, mode));
    put(cmos, vmclock_cmos_index(VMCLOCK_CMOS_MONTH), raw_of(civil->month, mode));
    put(cmos, vmclock_cmos_index(VMCLOCK_CMOS_YEAR), raw_of(year - hundreds * 100, mode));
    if (century != 0)
        put(cmos, century, raw_of(hundreds, mode));
}

/* The value of register A with which the clock runs; bits that are none of ours as they were. */
static uint8_t running(uint8_t a)
{
    a &= (uint8_t)~VMCLOCK_CMOS_A_UPDATE;
    if ((a & VMCLOCK_CMOS_A_RESET) == CMOS_DIVIDER_NORMAL)
        return a;
    return (uint8_t)((a & ~VMCLOCK_CMOS_A_DIVIDER) | CMOS_DIVIDER_NORMAL);
}

static int set_cmos(const struct vmclock_rtc *rtc, int64_t posix_sec)
{
    const struct vmclock_cmos *cmos = rtc->device.cmos;
    struct vmclock_utc utc;
    struct vmclock_civil civil;
    uint8_t a, b, century;
    int error;

    utc.posix_sec = posix_sec;
    utc.frac64 = 0;
    utc.in_leap_second = 0;
    error = vmclock_utc_to_civil(&utc, &civil);
    if (error == 0)
        error = vmclock_cmos_present(cmos);
    if (error != 0)
        return error;
    a = running(cmos->read(cmos->context, VMCLOCK_CMOS_A));
    b = cmos->read(cmos->context, VMCLOCK_CMOS_B) & (uint8_t)~VMCLOCK_CMOS_B_SET;
    century = vmclock_cmos_century(cmos, b);
    if (!year_fits(civil.year, cmos, century))
        return VMCLOCK_ERR_RANGE;
    put(cmos, VMCLOCK_CMOS_B, b | VMCLOCK_CMOS_B_SET);
    put(cmos, VMCLOCK_CMOS_A, a | VMCLOCK_CMOS_A_RESET);
    put_fields(cmos, &civil, century, b);
    put(cmos, VMCLOCK_CMOS_B, b);
    put(cmos, VMCLOCK_CMOS_A, a);
    return 0;
}

int vmclock_set_cmos(const struct vmclock_set *set, const struct vmclock_cmos *cmos,
                     struct vmclock_set_result *result)
{
    struct vmclock_rtc rtc;

    if (cmos == NULL || cmos->read == NULL || cmos->write == NULL)
        return VMCLOCK_ERR_ARGUMENT;
    vmclock_rtc_of_cmos(&rtc, cmos);
    rtc.set = set_cmos;
    return vmclock_set_rtc(set, &rtc, result);
}
