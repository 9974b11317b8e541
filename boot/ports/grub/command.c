/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * command.c - the module: the command vmclock, and the page as the clock of "date" and its likes.
 */
#include <grub/dl.h>
#include <grub/env.h>
#include <grub/extcmd.h>
#include <grub/i18n.h>
#include <grub/misc.h>
#include <grub/mm.h>
#include <grub/term.h>
#include <vmclock/text.h>
#include "boot/report/derive.h"
#include "boot/report/questions.h"
#include "clock.h"
#include "hook.h"

/* GRUB loads nothing that does not say so. The files here are under the BSD licence, which allows it. */
GRUB_MOD_LICENSE("GPLv3+");

grub_err_t grub_machine_get_datetime(struct grub_datetime *datetime);

enum { SET, SERVE };
static const struct grub_arg_option options[] = {
    {"set", 's', 0, N_("Set variables to the time, and print nothing."), N_("VARNAME"),
     ARG_TYPE_STRING},
    {"serve", 0, 0, N_("Answer \"r\" with a reading until \"q\", for programs."), 0, 0},
    {0, 0, 0, 0, 0, 0},
};

static void write_console(void *context, const char *text, size_t length)
{
    char string[161];
    size_t count;

    (void)context;
    for (; length; text += count, length -= count) {
        count = length < sizeof(string) ? length : sizeof(string) - 1;
        grub_memcpy(string, text, count);
        string[count] = '\0';
        grub_xputs(string);
    }
}

static int read_console(void *context)
{
    (void)context;
    return grub_getkey();
}

/* What the machine's own clock says; the report compares. */
static void ask_machine(struct report *report)
{
    struct grub_datetime datetime;
    struct vmclock_civil civil = {0, 0, 0, 0, 0, 0, 0};

    if (grub_machine_get_datetime(&datetime)) {
        grub_errno = GRUB_ERR_NONE;
        return;
    }
    civil.year = datetime.year;
    civil.month = datetime.month;
    civil.day = datetime.day;
    civil.hour = datetime.hour;
    civil.minute = datetime.minute;
    civil.second = datetime.second;
    if (!vmclock_civil_to_utc(&civil, &report->rtc))
        report->have |= REPORT_HAVE_RTC;
}

/* Sets VAR and a suffix; unsets it for null. */
static grub_err_t set_variable(const char *var, const char *suffix, const char *value)
{
    char *name = grub_xasprintf("%s%s", var, suffix);
    grub_err_t error = name ? GRUB_ERR_NONE : grub_errno;

    if (name && value)
        error = grub_env_set(name, value);
    else if (name)
        grub_env_unset(name);
    grub_free(name);
    return error;
}

static grub_err_t set_variables(const char *var, const struct report *report)
{
    const struct vmclock_utc_reading *now = &report->utc;
    int error = report_error(report);
    char interval[VMCLOCK_TEXT_INTERVAL_SIZE];
    char utc[VMCLOCK_TEXT_SIZE];
    char count[24];
    char *latest = NULL;
    int has_utc = !error && !vmclock_text_label(&now->utc, 9, utc, sizeof(utc));

    if (has_utc &&
        !vmclock_text_interval(&now->earliest, &now->latest, 9, interval, sizeof(interval)))
        latest = grub_strchr(interval, '/');
    if (latest)
        *latest++ = '\0';
    if (has_utc)
        grub_snprintf(count, sizeof(count), "%lld", (long long)now->utc.posix_sec);
    if (set_variable(var, "", has_utc ? utc : NULL) ||
        set_variable(var, "_unix", has_utc ? count : NULL) ||
        set_variable(var, "_earliest", latest ? interval : NULL) ||
        set_variable(var, "_latest", latest) ||
        set_variable(var, "_error", error ? vmclock_error_name(error) : NULL))
        return grub_errno;
    return has_utc ? GRUB_ERR_NONE : grub_error(GRUB_ERR_TEST_FAILURE, N_("false"));
}

static grub_err_t run(grub_extcmd_context_t context, int argc, char **args)
{
    const struct report_sink sink = {write_console, NULL};
    const struct report_line line = {read_console, write_console, NULL, NULL};
    struct report report;
    struct report machine = {.have = 0};

    (void)args;
    if (argc)
        return grub_error(GRUB_ERR_BAD_ARGUMENT, N_("unrecognized argument"));
    if (context->state[SERVE].set) {
        vmclock_grub_read(&report);
        report_serve(&line, &report, vmclock_grub_handle());
        return GRUB_ERR_NONE;
    }
    if (!context->state[SET].set)
        ask_machine(&machine);
    vmclock_grub_read(&report);
    if (context->state[SET].set)
        return set_variables(context->state[SET].arg, &report);
    report.have |= machine.have;
    report.rtc = machine.rtc;
    report_print(&report, &sink);
    return report_state(&report) == REPORT_STATE_OK
               ? GRUB_ERR_NONE
               : grub_error(GRUB_ERR_TEST_FAILURE, N_("false"));
}

static grub_extcmd_t command;

GRUB_MOD_INIT(vmclock)
{
    vmclock_grub_open();
    grub_datetime_hook = vmclock_grub_datetime;
    command = grub_register_extcmd("vmclock", run, 0, N_("[--set VARNAME | --serve]"),
                                   N_("Report the time that the hypervisor publishes."), options);
}

GRUB_MOD_FINI(vmclock)
{
    grub_datetime_hook = 0;
    grub_unregister_extcmd(command);
}
