/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - vmclock-check: says what time the vmclock page tells, and how well.
 */
#include "boot/efi/args.h"
#include "boot/efi/break.h"
#include "boot/efi/check.h"
#include "boot/efi/console.h"
#include "boot/efi/firmware.h"
#include "boot/efi/json.h"
#include "boot/efi/keys.h"
#include "boot/efi/machine.h"
#include "boot/efi/status.h"
#include "boot/efi/stay.h"
#include "boot/report/questions.h"

#define QEMU_EXIT_USAGE 31u /* no report at all; the codes of reports are in states.def */

static const char help[] =
    "Usage: vmclock-check [OPTION]...\n"
    "\n"
    "Reads the time from the vmclock page that the hypervisor shares with this\n"
    "machine. Prints one line for people, then key=value lines for programs.\n"
    "\n"
    "  -a ADDR      the page is at this address, hexadecimal\n"
    "  -b           stop at each full screen\n"
    "  -q           print nothing\n"
    "  -t SECONDS   wait so long, 0 to 3600, for a page that tells the time\n"
    "  -w           then a line each second, until a key is pressed\n"
    "  --json       one JSON object; with -w one each second\n"
    "  --serve      answer over COM2, on aarch64 over the console's serial port: 'r'\n"
    "               gives '=' and \"state earliest_ns latest_ns counter_now\", 'q' ends\n"
    "  --set-rtc    set the firmware's clock, if the time is right to a tenth of a\n"
    "               second; read it back; takes 2 to 3 seconds\n"
    "  --tries N    give up on a page in constant update after N tries\n"
    "  --qemu-exit  tell QEMU a verdict: by isa-debug-exit (port 0xf4), on aarch64 by\n"
    "               semihosting, a fault where that is not enabled\n"
    "  -h, --help   this text\n"
    "\n"
    "The status is success only if the report says state=ok, and with --set-rtc\n"
    "rtc_set=ok. A boot manager gets EFI_ABORTED then, and tries its next entry.\n";

static void serve(struct line *line, struct check *check)
{
    const struct report_line served = {line_read, line_write, NULL, line};

    report_serve(&served, &check->report, check->opened ? &check->clk : NULL);
    line_close(line);
}

static EFI_STATUS refuse(EFI_SYSTEM_TABLE *system, const char *why, EFI_STATUS status)
{
    console_print(system, "vmclock-check: ");
    console_print(system, why);
    console_print(system, "\n");
    return status;
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

static void print(EFI_SYSTEM_TABLE *system, const struct options *options,
                  const struct check *check)
{
    const struct report_sink sink = {console_write, system};

    if (options->quiet)
        return;
    if (options->json) {
        json_print(&check->report, &sink);
        return;
    }
    say_rtc_set(system, check);
    report_print(&check->report, &sink);
}

/* The report, and what goes on after it. */
static void tell(EFI_SYSTEM_TABLE *system, const struct options *options, struct check *check)
{
    if (options->origin == ORIGIN_DISK) {
        stay_for_good(system, options, check);
        return;
    }
    print(system, options, check);
    if (options->watch)
        stay_watching(system, options, check);
}

static EFI_STATUS run(EFI_SYSTEM_TABLE *system, const struct options *options, uint8_t *code)
{
    struct check check;
    struct line line;
    enum report_state state;

    /* Else the firmware resets what it has started after five minutes. */
    if (options->serve || options->watch || options->wait_sec || options->origin == ORIGIN_DISK)
        system->BootServices->SetWatchdogTimer(0, 0, 0, NULL);
    check_start(system, options, &check);
    /* Before the report: whoever has read it may ask, and no request is to be lost. */
    if (options->serve) {
        EFI_STATUS status = line_open(system, &line);

        if (EFI_ERROR(status))
            return refuse(system, "there is no COM2 to serve on", status);
    }
    tell(system, options, &check);
    if (options->serve)
        serve(&line, &check);
    state = report_state(&check.report);
    *code = report_state_code(state);
    if (state == REPORT_STATE_OK && options->set_rtc && check.report.rtc_set_error)
        return EFI_DEVICE_ERROR;
    return status_of_state(state);
}

/* The same with what the options need of the firmware's. */
static EFI_STATUS run_in(EFI_SYSTEM_TABLE *system, const struct options *options, uint8_t *code)
{
    struct page_break page_break = {NULL};
    EFI_STATUS status;

    if (options->watch && !keys_forget(system))
        return refuse(system, "-w: there is no keyboard to end it", EFI_UNSUPPORTED);
    if (options->page_break && EFI_ERROR(break_start(system, &page_break)))
        return refuse(system, "-b: there is no UEFI shell to stop the screen", EFI_UNSUPPORTED);
    status = run(system, options, code);
    break_end(&page_break);
    return status;
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
        status = run_in(system, &options, &code);
    if (options.qemu_exit)
        machine_exit(code);
    /* Success ends in a boot manager's menu, an error goes on to its next entry: UEFI 2.10, 3.1.1. */
    if (!EFI_ERROR(status) && options.origin != ORIGIN_SHELL)
        status = EFI_ABORTED;
    return status;
}
