/* SPDX-License-Identifier: BSD-2-Clause */
#include "efi.h"

struct efi efi;

static void write_date(struct date *to, const struct date *from, unsigned writes)
{
    to->year = writes & WRITES_YEAR ? from->year : to->year;
    to->month = writes & WRITES_MONTH ? from->month : to->month;
    to->day = writes & WRITES_DAY ? from->day : to->day;
    to->hour = writes & WRITES_HOUR ? from->hour : to->hour;
    to->minute = writes & WRITES_MINUTE ? from->minute : to->minute;
    to->second = writes & WRITES_SECOND ? from->second : to->second;
    to->nanosecond = writes & WRITES_NANOSECOND ? from->nanosecond : to->nanosecond;
    to->zone = writes & WRITES_ZONE ? from->zone : to->zone;
    to->pad1 = writes & WRITES_DATE ? from->pad1 : to->pad1;
    to->pad2 = writes & WRITES_DATE ? from->pad2 : to->pad2;
    to->daylight = writes & WRITES_DAYLIGHT ? from->daylight : to->daylight;
}

static uintptr_t EFIAPI get_time(struct date *date, struct abilities *abilities)
{
    machine_pass(&efi.machine, 60000);
    if (efi.get_status) {
        return efi.get_status;
    }
    const unsigned writes = efi.writes;
    efi.writes = efi.writes_next;
    efi.gets++;
    if (abilities && writes & WRITES_ABILITIES) {
        *abilities = (struct abilities){1, 50000000, efi.sets_to_zero};
    }
    const int64_t ns = START_SEC * SEC + efi.machine.ns + efi.offset_ns;
    const int64_t local = ns / SEC - (efi.zone == 2047 ? 0 : efi.zone * 60);
    const struct vmclock_utc utc = {local, 0, 0};
    struct vmclock_civil civil;
    assert_int_equal(vmclock_utc_to_civil(&utc, &civil), 0);
    const struct date now = {(uint16_t)civil.year,
                             civil.month,
                             civil.day,
                             civil.hour,
                             civil.minute,
                             civil.second,
                             0,
                             0,
                             efi.zone,
                             efi.daylight,
                             0};
    write_date(date, efi.fixed.month ? &efi.fixed : &now, writes);
    return 0;
}

static uintptr_t EFIAPI set_time(const struct date *date)
{
    const struct vmclock_civil civil = {date->year,   date->month,  date->day, date->hour,
                                        date->minute, date->second, 0};
    struct vmclock_utc utc;
    machine_pass(&efi.machine, 60000);
    efi.set = *date;
    efi.sets++;
    if (efi.set_status) {
        return efi.set_status;
    }
    assert_int_equal(vmclock_civil_to_utc(&civil, &utc), 0);
    const int64_t sec = utc.posix_sec + (date->zone == 2047 ? 0 : date->zone * 60);
    const int64_t true_ns = START_SEC * SEC + efi.machine.ns;
    const int64_t into = efi.sets_to_zero ? 0 : ((true_ns + efi.offset_ns) % SEC + SEC) % SEC;
    efi.offset_ns = sec * SEC + into - true_ns;
    efi.get_status = 0;
    efi.fixed.month = 0;
    return 0;
}

void efi_start(void)
{
    memset(&efi, 0, sizeof efi);
    machine_init(&efi.machine, 2);
    memcpy(efi.system.signature, "IBI SYST", 8);
    memcpy(efi.runtime.signature, "RUNTSERV", 8);
    efi.system.size = sizeof efi.system;
    efi.runtime.size = sizeof efi.runtime;
    efi.system.runtime = &efi.runtime;
    efi.runtime.get_time = get_time;
    efi.runtime.set_time = set_time;
    efi.zone = 2047;
    efi.writes = efi.writes_next = WRITES_DATE | WRITES_ABILITIES;
}
