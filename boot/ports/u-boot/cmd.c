/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command vmclock: the report, and answers on the console.
 */
#include <command.h>
#include <dm.h>
#include <rtc.h>
#include <stdio.h>
#include <vsprintf.h>
#include <linux/string.h>

#include "boot/report/questions.h"
#include "plat.h"

static void write_console(void *context, const char *text, size_t length)
{
	for (; length; text++, length--)
		putc(*text);
}

static int read_console(void *context)
{
	return getchar();
}

/* What the next real-time clock says; the report compares. */
static void ask_rtc(struct udevice *dev, struct report *report)
{
	struct udevice *next;
	struct rtc_time time;

	if (!vmclock_next_rtc(dev, &next) && !vmclock_ask_rtc(next, &time, &report->rtc))
		report->have |= REPORT_HAVE_RTC;
}

static int do_vmclock(struct cmd_tbl *cmdtp, int flag, int argc, char *const argv[])
{
	const struct report_sink sink = {write_console, NULL};
	const struct report_line line = {read_console, write_console, NULL, NULL};
	struct vmclock_plat *plat;
	struct vmclock_plat none = {.error = VMCLOCK_ERR_NO_DEVICE};
	struct udevice *dev = NULL;
	struct report report;
	struct report rtc = {0};

	if (argc > 2 || (argc == 2 && strcmp(argv[1], "serve")))
		return CMD_RET_USAGE;
	plat = vmclock_plat_get(&dev);
	if (!plat)
		plat = &none;
	if (argc == 2) {
		vmclock_plat_read(plat, &report);
		report_serve(&line, &report, plat->error ? NULL : &plat->clk);
		return CMD_RET_SUCCESS;
	}
	if (dev)
		ask_rtc(dev, &rtc);
	vmclock_plat_read(plat, &report);
	report.have |= rtc.have;
	report.rtc = rtc.rtc;
	report_print(&report, &sink);
	return report_state(&report) == REPORT_STATE_OK ? CMD_RET_SUCCESS : CMD_RET_FAILURE;
}

U_BOOT_CMD(vmclock, 2, 1, do_vmclock, "report the vmclock page",
	   "- print the time with its bounds, and all that the page says\n"
	   "vmclock serve - answer \"r\" with a reading until \"q\", for programs");
