/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The CMOS clock of PCs: from its registers to the time.
 */
#include <vmclock/civil.h>
#include <vmclock/cmos.h>
#include <vmclock/error.h>
#include <vmclock/types.h>
#include "drivers/source/internal.h"

/*
 * An update takes 2.3 ms; in a machine of QEMU's until the host lets its timers run, which was for longer than 2^16
 * tries. A register takes some 0.2 to 2 us.
 */
#define CMOS_TRIES_MAX (UINT32_C(1) << 20)
#define CMOS_GETS_MAX 1000000u              /* some 4 us each at the least */
#define CMOS_MEMORY 0x0eu                   /* the first register that is none of the clock's own */
#define CMOS_END 0x80u                      /* one more bit in the index port masks NMI */
#define CMOS_RAW (VMCLOCK_CMOS_FIELDS + 1u) /* the fields, then the century */

uint8_t vmclock_cmos_index(unsigned field)
{
    static const uint8_t index[VMCLOCK_CMOS_FIELDS] = {0x00, 0x02, 0x04, 0x07, 0x08, 0x09};

    return index[field];
}

static uint8_t cmos_reg(const struct vmclock_cmos *cmos, uint8_t index)
{
    return cmos->read(cmos->context, index);
}

int vmclock_cmos_present(const struct vmclock_cmos *cmos)
{
    if (cmos_reg(cmos, VMCLOCK_CMOS_A) == 0xff && cmos_reg(cmos, VMCLOCK_CMOS_B) == 0xff &&
        cmos_reg(cmos, VMCLOCK_CMOS_D) == 0xff)
        return VMCLOCK_ERR_RTC_ABSENT;
    return 0;
}

/* Returns 0, or VMCLOCK_ERR_RTC_INVALID for what is no number in this format. */
static int cmos_number(uint8_t raw, uint8_t mode, unsigned *value)
{
    if (!(mode & VMCLOCK_CMOS_B_BINARY)) {
        if ((raw & 0x0fu) > 9 || raw >> 4 > 9)
            return VMCLOCK_ERR_RTC_INVALID;
        raw = (uint8_t)((raw >> 4) * 10u + (raw & 0x0fu));
    }
    *value = raw;
    return 0;
}

uint8_t vmclock_cmos_century(const struct vmclock_cmos *cmos, uint8_t mode)
{
    unsigned century;

    if (cmos->century >= CMOS_MEMORY && cmos->century < CMOS_END)
        return cmos->century;
    if (cmos_number(cmos_reg(cmos, VMCLOCK_CMOS_CENTURY), mode, &century) != 0 || century < 19 ||
        century > 21)
        return 0;
    return VMCLOCK_CMOS_CENTURY;
}

/* 12 AM is midnight, 12 PM is noon. */
static int cmos_hour_of(uint8_t raw, uint8_t mode, unsigned *hour)
{
    int twelve = !(mode & VMCLOCK_CMOS_B_24_HOURS);
    uint8_t afternoon = twelve ? raw & VMCLOCK_CMOS_PM : 0;
    int error = cmos_number(raw & (uint8_t)~afternoon, mode, hour);

    if (error || !twelve)
        return error;
    if (*hour < 1 || *hour > 12)
        return VMCLOCK_ERR_RTC_INVALID;
    *hour = (*hour == 12 ? 0u : *hour) + (afternoon ? 12u : 0u);
    return 0;
}

static int cmos_year_of(uint8_t year_raw, uint8_t century_raw, uint8_t mode, int has_century,
                        unsigned *year)
{
    unsigned century;
    int error = cmos_number(year_raw, mode, year);

    if (error || *year > 99)
        return VMCLOCK_ERR_RTC_INVALID;
    if (!has_century) {
        *year += *year < 70 ? 2000u : 1900u;
        return 0;
    }
    error = cmos_number(century_raw, mode, &century);
    if (error || century < 19 || century > 99)
        return VMCLOCK_ERR_RTC_INVALID;
    *year += century * 100;
    return 0;
}

static int cmos_decode(const uint8_t *raw, uint8_t mode, int has_century,
                       struct vmclock_rtc_time *time)
{
    struct vmclock_civil civil;
    struct vmclock_utc utc;
    unsigned second, minute, hour, day, month, year;
    int error = cmos_number(raw[VMCLOCK_CMOS_SECOND], mode, &second);

    error = error ? error : cmos_number(raw[VMCLOCK_CMOS_MINUTE], mode, &minute);
    error = error ? error : cmos_hour_of(raw[VMCLOCK_CMOS_HOUR], mode, &hour);
    error = error ? error : cmos_number(raw[VMCLOCK_CMOS_DAY], mode, &day);
    error = error ? error : cmos_number(raw[VMCLOCK_CMOS_MONTH], mode, &month);
    if (!error)
        error = cmos_year_of(raw[VMCLOCK_CMOS_YEAR], raw[VMCLOCK_CMOS_FIELDS], mode, has_century,
                             &year);
    if (error)
        return error;
    civil.year = (int)year;
    civil.month = (uint8_t)month;
    civil.day = (uint8_t)day;
    civil.hour = (uint8_t)hour;
    civil.minute = (uint8_t)minute;
    civil.second = (uint8_t)second;
    civil.frac64 = 0;
    if (second > 59 || vmclock_civil_to_utc(&civil, &utc) != 0)
        return VMCLOCK_ERR_RTC_INVALID;
    time->posix_sec = utc.posix_sec;
    time->ns = 0;
    time->assumed = VMCLOCK_RTC_ASSUMED_UTC;
    if (!has_century)
        time->assumed |= VMCLOCK_RTC_ASSUMED_CENTURY;
    return 0;
}

static void cmos_read_fields(const struct vmclock_cmos *cmos, uint8_t century, uint8_t *raw)
{
    unsigned field;

    for (field = 0; field < VMCLOCK_CMOS_FIELDS; field++)
        raw[field] = cmos_reg(cmos, vmclock_cmos_index(field));
    raw[VMCLOCK_CMOS_FIELDS] = century != 0 ? cmos_reg(cmos, century) : 0;
}

/* Takes over what is new, and says whether anything was. */
static int cmos_differs(uint8_t *raw, const uint8_t *again)
{
    unsigned i;
    int different = 0;

    for (i = 0; i < CMOS_RAW; i++) {
        different |= raw[i] != again[i];
        raw[i] = again[i];
    }
    return different;
}

/*
 * The fields, once they are read twice alike, each time with no update before or after. A slow
 * reader can miss an update in the middle of one read: the seconds then differ in the next.
 */
static int cmos_read_twice(const struct vmclock_cmos *cmos, uint8_t century, uint8_t *raw)
{
    uint8_t again[CMOS_RAW];
    uint32_t tries;
    int any = 0;

    for (tries = 0; tries < CMOS_TRIES_MAX; tries++) {
        if (cmos_reg(cmos, VMCLOCK_CMOS_A) & VMCLOCK_CMOS_A_UPDATE)
            continue;
        cmos_read_fields(cmos, century, again);
        if (cmos_reg(cmos, VMCLOCK_CMOS_A) & VMCLOCK_CMOS_A_UPDATE)
            continue;
        if (!cmos_differs(raw, again) && any)
            return 0;
        any = 1;
    }
    return VMCLOCK_ERR_RTC_BUSY;
}

int vmclock_cmos_get(const struct vmclock_cmos *cmos, struct vmclock_rtc_time *time)
{
    uint8_t raw[CMOS_RAW];
    uint8_t mode, century;
    unsigned i;
    int error;

    if (!cmos || !cmos->read || !time)
        return VMCLOCK_ERR_ARGUMENT;
    error = vmclock_cmos_present(cmos);
    if (error)
        return error;
    mode = cmos_reg(cmos, VMCLOCK_CMOS_B);
    if (mode & VMCLOCK_CMOS_B_SET ||
        (cmos_reg(cmos, VMCLOCK_CMOS_A) & VMCLOCK_CMOS_A_RESET) == VMCLOCK_CMOS_A_RESET)
        return VMCLOCK_ERR_RTC_STOPPED;
    if (!(cmos_reg(cmos, VMCLOCK_CMOS_D) & VMCLOCK_CMOS_D_VALID))
        return VMCLOCK_ERR_RTC_INVALID;
    century = vmclock_cmos_century(cmos, mode);
    for (i = 0; i < CMOS_RAW; i++)
        raw[i] = 0;
    error = cmos_read_twice(cmos, century, raw);
    return error ? error : cmos_decode(raw, mode, century != 0, time);
}

static int cmos_get(const struct vmclock_rtc *rtc, struct vmclock_rtc_time *time)
{
    return vmclock_cmos_get(rtc->device.cmos, time);
}

void vmclock_rtc_of_cmos(struct vmclock_rtc *rtc, const struct vmclock_cmos *cmos)
{
    rtc->get = cmos_get;
    rtc->set = NULL;
    rtc->device.cmos = cmos;
    rtc->max_polls = CMOS_GETS_MAX;
    rtc->phase = VMCLOCK_RTC_PHASE_HALF;
}

int vmclock_cmos_sample(const struct vmclock *clk, const struct vmclock_cmos *cmos, int moment,
                        struct vmclock_sample *sample)
{
    struct vmclock_rtc rtc;

    vmclock_rtc_of_cmos(&rtc, cmos);
    return vmclock_rtc_sample(clk, &rtc, moment, sample);
}
