/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stay.c - the report again and again.
 */
#include "boot/efi/console.h"
#include "boot/efi/json.h"
#include "boot/efi/keys.h"
#include "boot/efi/machine.h"
#include "boot/efi/stay.h"

#define REPORTS 3u
#define BETWEEN_SEC 10u
#define AFTERWARDS_SEC 600u

static const char advice[] =
    "These lines, from \"vmclock:\" on, are a report to the project: send all of\n"
    "them, and say what machine and hypervisor this is. A second and a third\n"
    "report follow, so that it is seen whether the time goes on.\n"
    "A key switches this machine off; without one that happens after ten minutes.\n\n";

void stay_watching(EFI_SYSTEM_TABLE *system, const struct options *options, struct check *check)
{
    const struct report_sink sink = {console_write, system};

    while (!keys_wait(system, 1)) {
        check_again(system, options, check);
        if (options->json)
            json_print(&check->report, &sink);
        else
            report_print_verdict(&check->report, &sink);
    }
}

/* Of texts that are the firmware's own, no more than this is printed. */
#define VENDOR_MAX 60u

static void describe(EFI_SYSTEM_TABLE *system, const struct report_sink *sink)
{
    const CHAR16 *vendor = system->FirmwareVendor;
    struct text text;

    text_init(&text, sink);
    text_put(&text, "machine.firmware=");
    for (unsigned i = 0; vendor && i < VENDOR_MAX && vendor[i]; i++)
        text_put_char(&text, vendor[i] >= ' ' && vendor[i] <= '~' ? (char)vendor[i] : '?');
    text_put_char(&text, ' ');
    text_put_hex(&text, system->FirmwareRevision);
    text_put(&text, ", UEFI ");
    text_put_hex(&text, system->Hdr.Revision);
    text_end_line(&text);
    machine_describe(&text);
    text_end_line(&text);
}

static void print(EFI_SYSTEM_TABLE *system, const struct check *check)
{
    const struct report_sink sink = {console_write, system};

    report_print(&check->report, &sink);
    describe(system, &sink);
    console_print(system, advice);
}

void stay_for_good(EFI_SYSTEM_TABLE *system, const struct options *options, struct check *check)
{
    unsigned reports = 1;
    int pressed;

    (void)keys_forget(system);
    print(system, check);
    while (!(pressed = keys_wait(system, BETWEEN_SEC)) && reports++ < REPORTS) {
        check_again(system, options, check);
        print(system, check);
    }
    if (!pressed)
        (void)keys_wait(system, AFTERWARDS_SEC - BETWEEN_SEC);
    console_print(system, "vmclock-check: the machine is switched off\n");
    system->RuntimeServices->ResetSystem(EfiResetShutdown, EFI_SUCCESS, 0, NULL);
}
