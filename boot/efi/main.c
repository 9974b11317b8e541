/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - vmclock-check: says what time the vmclock page tells, and how well.
 */
#include "boot/efi/args.h"
#include "boot/efi/check.h"
#include "boot/efi/console.h"
#include "boot/efi/firmware.h"
#include "boot/efi/machine.h"
#include "boot/efi/status.h"
#include "boot/report/questions.h"

#define QEMU_EXIT_USAGE 31u /* no report at all; the codes of reports are in states.def */

static const char help[] =
    "Usage: vmclock-check [OPTION]...\n"
    "\n"
    "Reads the time from the vmclock page that the hypervisor shares with this\n"
    "machine. Prints one line for people, then key=value lines for programs.\n"
    "\n"
    "  --serve      afterwards answer over COM2, on aarch64 over the console's\n"
    "               serial port: 'r' gives '=' and then the line\n"
    "               \"state earliest_ns latest_ns counter_now\"; 'q' ends\n"
    "  --set-rtc    first set the firmware's clock, if the page's time is known to be\n"
    "               right to a tenth of a second; read it back; takes 2 to 3 seconds\n"
    "  --tries N    give up on a page in constant update after N tries\n"
    "  --qemu-exit  at the end tell QEMU a verdict: by isa-debug-exit (port 0xf4),\n"
    "               on aarch64 by semihosting, a fault where that is not enabled\n"
    "  --help       this text\n"
    "\n"
    "rtc_utc is the firmware's clock; without a time zone it is taken as UTC.\n"
    "The status is success only if the report says state=ok, and with --set-rtc\n"
    "rtc_set=ok.\n";

static void serve(struct line *line, struct check *check)
{
    const struct report_line served = {line_read, line_write, NULL, line};

    /* Else the firmware resets after five minutes. */
    line->system->BootServices->SetWatchdogTimer(0, 0, 0, NULL);
    report_serve(&served, &check->report, check->opened ? &check->clk : NULL);
    line_close(line);
}

/* For people; the report has it as rtc_set. */
static void say_rtc_set(EFI_SYSTEM_TABLE *system, const struct check *check)
{
    if (!(check->report.have & REPORT_HAVE_RTC_SET))
        return;
    console_print(system, "vmclock-check: the real-time clock is ");
    console_print(system, check->report.rtc_set_error ? "not set: " : "set");
    if (check->report.rtc_set_error)
        console_print(system, vmclock_error_text(check->report.rtc_set_error));
    console_print(system, "\n");
}

static EFI_STATUS run(EFI_SYSTEM_TABLE *system, const struct options *options, uint8_t *code)
{
    const struct report_sink sink = {console_write, system};
    struct check check;
    struct line line;
    enum report_state state;
    EFI_STATUS status = EFI_SUCCESS;

    check_start(system, options, &check);
    /* Before the report: whoever has read it may ask, and no request is to be lost. */
    if (options->serve)
        status = line_open(system, &line);
    if (EFI_ERROR(status)) {
        console_print(system, "vmclock-check: there is no COM2 to serve on\n");
        return status;
    }
    say_rtc_set(system, &check);
    report_print(&check.report, &sink);
    if (options->serve)
        serve(&line, &check);
    state = report_state(&check.report);
    *code = report_state_code(state);
    if (state == REPORT_STATE_OK && options->set_rtc && check.report.rtc_set_error)
        return EFI_DEVICE_ERROR;
    return status_of_state(state);
}

EFI_STATUS EFIAPI efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system);

EFI_STATUS EFIAPI efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system)
{
    struct options options;
    uint8_t code = QEMU_EXIT_USAGE;
    EFI_STATUS status = args_parse(image, system, &options);

    if (!EFI_ERROR(status) && options.help)
        console_print(system, help);
    else if (!EFI_ERROR(status))
        status = run(system, &options, &code);
    if (options.qemu_exit)
        machine_exit(code);
    return status;
}
