/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Real-time clocks' drivers in U-Boot that return success and write nothing, a part, or what cannot be.
 */
#include <errno.h>
#include <rtc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "boot/ports/u-boot/plat.h"

#define FIELDS 6u /* that are used: the first of the structure */

static int values[FIELDS]; /* in its order */
static unsigned writes;    /* a bit for each of them */
static int result;

int dm_rtc_get(struct udevice *dev, struct rtc_time *time)
{
    int *fields[FIELDS] = {&time->tm_sec,  &time->tm_min, &time->tm_hour,
                           &time->tm_mday, &time->tm_mon, &time->tm_year};
    assert_null(dev);
    for (unsigned i = 0; i < FIELDS; i++) {
        if (writes & 1u << i) {
            *fields[i] = values[i];
        }
    }
    return result;
}

static void gives(int error)
{
    struct rtc_time time = {.tm_year = 7};
    struct vmclock_utc utc = {8, 9, 0};
    assert_int_equal(vmclock_ask_rtc(NULL, &time, &utc), error);
    assert_int_equal(time.tm_year, error ? 7 : 2026);
    assert_int_equal(utc.posix_sec, error ? 8 : 1795350896);
    assert_int_equal(utc.frac64, error ? 9 : 0);
}

static void good(void)
{
    memcpy(values, (const int[]){56, 34, 12, 22, 11, 2026}, sizeof values);
    writes = (1u << FIELDS) - 1;
    result = 0;
    gives(0);
}

static void some_of_the_fields(void **state)
{
    (void)state;
    for (unsigned some = 0; some < (1u << FIELDS) - 1; some++) {
        good();
        writes = some;
        gives(-EINVAL);
    }
}

/* Beyond its range, and so that it fits once it is cut to a byte. */
static void one_field_wrong(void **state)
{
    static const struct {
        unsigned field;
        int value;
    } wrong[] = {{0, 60},  {0, -1},         {0, 312},         {1, 60},  {1, -1},    {1, 290},
                 {2, 24},  {2, -1},         {2, 268},         {3, 0},   {3, 31},    {3, 32},
                 {3, 278}, {4, 0},          {4, 13},          {4, 267}, {5, 10000}, {5, 0},
                 {5, -1},  {5, 0x7fffffff}, {5, 65536 + 2026}};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        good();
        values[wrong[i].field] = wrong[i].value;
        gives(-EINVAL);
    }
}

static void failure(void **state)
{
    (void)state;
    good();
    result = -EIO;
    gives(-EIO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(some_of_the_fields),
        cmocka_unit_test(one_field_wrong),
        cmocka_unit_test(failure),
    };
    return cmocka_run_group_tests_name("u-boot.ask", tests, NULL, NULL);
}
