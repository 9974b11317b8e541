/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The CMOS clock is set while its divider is held in reset, so that its first second ends half a
 * second after the release: MC146818A data sheet, "Divider Control".
 */
#include <vmclock/civil.h>
#include <vmclock/error.h>
#include <vmclock/types.h>
#include "drivers/source/set.h"

#define CMOS_SET_DIVIDER_NORMAL 0x20u

/* A century that is guessed from its register has to be guessed again by who reads it. */
static int cmos_set_year_fits(int64_t year, const struct vmclock_cmos *cmos, uint8_t century)
{
    if (century == 0)
        return year >= 1970 && year <= 2069;
    return year >= 1900 && year <= (century == cmos->century ? 9999 : 2199);
}

/* Not all CPUs divide, and the compilers' helpers are not ours to need. */
static unsigned cmos_set_tenth(unsigned value) /* below 100 */
{
    return value * 103 >> 10;
}

static unsigned cmos_set_hundredth(unsigned year) /* below 10000 */
{
    return year * 5243 >> 19;
}

static uint8_t cmos_set_raw_of(unsigned value, uint8_t mode)
{
    if (mode & VMCLOCK_CMOS_B_BINARY)
        return (uint8_t)value;
    return (uint8_t)(cmos_set_tenth(value) << 4 | (value - cmos_set_tenth(value) * 10));
}

static uint8_t cmos_set_raw_hour(unsigned hour, uint8_t mode)
{
    unsigned afternoon = hour >= 12;

    if (mode & VMCLOCK_CMOS_B_24_HOURS)
        return cmos_set_raw_of(hour, mode);
    hour -= afternoon ? 12 : 0;
    return (uint8_t)(cmos_set_raw_of(hour == 0 ? 12 : hour, mode) |
                     (afternoon ? VMCLOCK_CMOS_PM : 0));
}

static void cmos_set_put(const struct vmclock_cmos *cmos, uint8_t index, uint8_t value)
{
    cmos->write(cmos->context, index, value);
}

static void cmos_set_put_fields(const struct vmclock_cmos *cmos, const struct vmclock_civil *civil,
                                uint8_t century, uint8_t mode)
{
    unsigned year = (unsigned)civil->year, hundreds = cmos_set_hundredth(year);

    cmos_set_put(cmos, vmclock_cmos_index(VMCLOCK_CMOS_SECOND),
                 cmos_set_raw_of(civil->second, mode));
    cmos_set_put(cmos, vmclock_cmos_index(VMCLOCK_CMOS_MINUTE),
                 cmos_set_raw_of(civil->minute, mode));
    cmos_set_put(cmos, vmclock_cmos_index(VMCLOCK_CMOS_HOUR), cmos_set_raw_hour(civil->hour, mode));
    cmos_set_put(cmos, vmclock_cmos_index(VMCLOCK_CMOS_DAY), cmos_set_raw_of(civil->day, mode));
    cmos_set_put(cmos, vmclock_cmos_index(VMCLOCK_CMOS_MONTH), cmos_set_raw_of(civil->month, mode));
    cmos_set_put(cmos, vmclock_cmos_index(VMCLOCK_CMOS_YEAR),
                 cmos_set_raw_of(year - hundreds * 100, mode));
    if (century != 0)
        cmos_set_put(cmos, century, cmos_set_raw_of(hundreds, mode));
}

/* The value of register A with which the clock runs; bits that are none of ours as they were. */
static uint8_t cmos_set_running(uint8_t a)
{
    a &= (uint8_t)~VMCLOCK_CMOS_A_UPDATE;
    if ((a & VMCLOCK_CMOS_A_RESET) == CMOS_SET_DIVIDER_NORMAL)
        return a;
    return (uint8_t)((a & ~VMCLOCK_CMOS_A_DIVIDER) | CMOS_SET_DIVIDER_NORMAL);
}

static int cmos_set_time(const struct vmclock_rtc *rtc, int64_t posix_sec)
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
    if (!error)
        error = vmclock_cmos_present(cmos);
    if (error)
        return error;
    a = cmos_set_running(cmos->read(cmos->context, VMCLOCK_CMOS_A));
    b = cmos->read(cmos->context, VMCLOCK_CMOS_B) & (uint8_t)~VMCLOCK_CMOS_B_SET;
    century = vmclock_cmos_century(cmos, b);
    if (!cmos_set_year_fits(civil.year, cmos, century))
        return VMCLOCK_ERR_RANGE;
    cmos_set_put(cmos, VMCLOCK_CMOS_B, b | VMCLOCK_CMOS_B_SET);
    cmos_set_put(cmos, VMCLOCK_CMOS_A, a | VMCLOCK_CMOS_A_RESET);
    cmos_set_put_fields(cmos, &civil, century, b);
    cmos_set_put(cmos, VMCLOCK_CMOS_B, b);
    cmos_set_put(cmos, VMCLOCK_CMOS_A, a);
    return 0;
}

int vmclock_set_cmos(const struct vmclock_set *set, const struct vmclock_cmos *cmos,
                     struct vmclock_set_result *result)
{
    struct vmclock_rtc rtc;

    if (!cmos || !cmos->read || !cmos->write)
        return VMCLOCK_ERR_ARGUMENT;
    vmclock_rtc_of_cmos(&rtc, cmos);
    rtc.set = cmos_set_time;
    return vmclock_set_rtc(set, &rtc, result);
}
