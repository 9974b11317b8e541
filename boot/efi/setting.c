/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setting.c - the firmware's clock, set by the driver where its user says so.
 */
#include <vmclock/efi_time.h>
#include <vmclock/error.h>
#include <vmclock/set.h>
#include <vmclock/utc.h>
#include "boot/efi/console.h"
#include "boot/efi/driver.h"
#include "boot/efi/policy.h"

#define VARIABLE_MAX 64u

/* Load options that are there win, wrong ones too; rEFInd gives an empty text to every driver. */
static void find_policy(struct driver *driver, const EFI_LOADED_IMAGE *loaded,
                        struct policy *policy)
{
    static const CHAR16 name[] = {'V', 'm', 'c', 'l', 'o', 'c', 'k',
                                  'D', 'r', 'i', 'v', 'e', 'r', 0};
    EFI_GUID guid = VMCLOCK_PROTOCOL_GUID;
    unsigned char value[VARIABLE_MAX];
    UINTN size = sizeof(value);
    EFI_STATUS status;

    if (loaded->LoadOptions && policy_parse(loaded->LoadOptions, loaded->LoadOptionsSize, policy))
        return;
    status = driver->system->RuntimeServices->GetVariable((CHAR16 *)(uintptr_t)name, &guid, NULL,
                                                          &size, value);
    (void)policy_parse(value, EFI_ERROR(status) || size > sizeof(value) ? 0 : size, policy);
    if (status == EFI_BUFFER_TOO_SMALL)
        policy->wrong = 1;
}

/* Whether the firmware's clock is no farther off than the policy lets it be. Returns 0 with *near set, or why
 * nobody can tell. */
static int is_near(const struct driver *driver, const struct policy *policy, int *near)
{
    struct vmclock_utc_reading now;
    struct vmclock_rtc_time rtc;
    int64_t off_sec;
    int error = vmclock_utc_now(&driver->clk, &now);

    if (!error)
        error = now.utc.error;
    if (error)
        return error;
    *near = 0; /* what shows no time is to be set */
    if (vmclock_efi_time_get(driver->system, &rtc))
        return 0;
    off_sec = rtc.posix_sec - now.utc.posix_sec; /* both are of years of at most six digits */
    *near = off_sec <= policy->off_sec && off_sec >= -policy->off_sec;
    return 0;
}

static void set_clock(struct driver *driver, const struct policy *policy)
{
    const struct vmclock_set set = {&driver->clk, NULL, VMCLOCK_SET_ERROR_NS_DEFAULT,
                                    VMCLOCK_SET_READINGS_DEFAULT};
    struct vmclock_set_result result;
    int near = 0;
    int error = driver->error;

    if (!error && policy->when == POLICY_IF_OFF)
        error = is_near(driver, policy, &near);
    if (!error && !near)
        error = vmclock_set_efi(&set, driver->system, &result);
    driver->clock_error = error;
    driver->clock = near ? VMCLOCK_PROTOCOL_CLOCK_NEAR : VMCLOCK_PROTOCOL_CLOCK_SET;
    if (error)
        driver->clock = VMCLOCK_PROTOCOL_CLOCK_REFUSED;
}

/* "vmclock-driver: WHAT: name: Sentence." Before the firmware has a console there is nobody to tell. */
static void complain(const struct driver *driver, const char *what, int error)
{
    EFI_SYSTEM_TABLE *system = driver->system;

    if (!system->ConOut)
        return;
    console_print(system, "vmclock-driver: ");
    console_print(system, what);
    console_print(system, ": ");
    console_print(system, vmclock_error_name(error));
    console_print(system, ": ");
    console_print(system, vmclock_error_text(error));
    console_print(system, "\n");
}

void setting_make(struct driver *driver, const EFI_LOADED_IMAGE *loaded)
{
    struct policy policy;

    driver->clock = VMCLOCK_PROTOCOL_CLOCK_NOT_ASKED;
    driver->clock_error = 0;
    find_policy(driver, loaded, &policy);
    if (policy.wrong) {
        driver->clock = VMCLOCK_PROTOCOL_CLOCK_REFUSED;
        driver->clock_error = VMCLOCK_ERR_ARGUMENT;
        complain(driver, "it is set=never, set=always or set=SECONDS", VMCLOCK_ERR_ARGUMENT);
    } else if (policy.when != POLICY_NEVER) {
        set_clock(driver, &policy);
        if (driver->clock_error)
            complain(driver, "the real-time clock is not set", driver->clock_error);
    } else if (driver->error && driver->error != VMCLOCK_ERR_NO_DEVICE) {
        complain(driver, "no time", driver->error);
    }
}
