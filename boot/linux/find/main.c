/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vmclock-find: where firmware tables say that the vmclock page is, and why not.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include "boot/linux/find/sources.h"

static const char help_text[] =
    "usage: vmclock-find [--keys] [TABLE...] [--fdt TREE] [--crs BUFFER] [--sysfs[=ROOT]]\n"
    "\n"
    "Says where firmware tables put the vmclock page, and why a table or a device is refused.\n"
    "\n"
    "  TABLE          a file with an ACPI table as in memory (DSDT, SSDT), or several one behind\n"
    "                 the other; \"-\": standard input\n"
    "  --fdt TREE     a flattened device tree; may be repeated\n"
    "  --crs BUFFER   the bytes of an evaluated _CRS; may be repeated\n"
    "  --sysfs[=ROOT] what Linux shows of this machine's firmware, mostly to root only:\n"
    "                 /sys/firmware/acpi/tables/{DSDT,SSDT*,dynamic/SSDT*}, /sys/firmware/fdt;\n"
    "                 or of another root directory\n"
    "  --keys         only the key=value lines, no lines for people\n"
    "  --help, --version\n"
    "\n"
    "Exit status: 0 a device was found; 1 none, and the line error=NAME says why; 2 wrong usage.\n"
    "AML is not executed: a device that only an interpreter can tell is \"unsupported\"; evaluate\n"
    "its _CRS (acpiexec -b \"evaluate \\_SB.VCLK._CRS\" TABLE) and pass the bytes to --crs.\n";

enum { OPTION_FDT = 256, OPTION_CRS, OPTION_SYSFS, OPTION_KEYS, OPTION_HELP, OPTION_VERSION };

static const struct option options[] = {
    {"fdt", required_argument, NULL, OPTION_FDT},
    {"crs", required_argument, NULL, OPTION_CRS},
    {"sysfs", optional_argument, NULL, OPTION_SYSFS},
    {"keys", no_argument, NULL, OPTION_KEYS},
    {"help", no_argument, NULL, OPTION_HELP},
    {"version", no_argument, NULL, OPTION_VERSION},
    {NULL, 0, NULL, 0},
};

static _Noreturn void usage_error(const char *text)
{
    if (text)
        fprintf(stderr, "vmclock-find: %s\n", text);
    fputs("vmclock-find: see --help\n", stderr);
    exit(2);
}

static _Noreturn void print_and_exit(const char *text)
{
    fputs(text, stdout);
    exit(fflush(stdout) ? 1 : 0);
}

int main(int argc, char **argv)
{
    static struct result result;
    bool only_keys = false, any = false;
    int option;

    /* In the order of the command line: "-" makes getopt hand over the files among the options. */
    while ((option = getopt_long(argc, argv, "-", options, NULL)) != -1) {
        any = any || option != OPTION_KEYS;
        if (option == 1)
            find_in_tables(optarg, &result);
        else if (option == OPTION_FDT)
            find_in_tree(optarg, &result);
        else if (option == OPTION_CRS)
            find_in_crs(optarg, &result);
        else if (option == OPTION_SYSFS)
            find_in_sysfs(optarg ? optarg : "", &result);
        else if (option == OPTION_KEYS)
            only_keys = true;
        else if (option == OPTION_HELP)
            print_and_exit(help_text);
        else if (option == OPTION_VERSION)
            print_and_exit("vmclock-find " VMCLOCK_PROGRAM_VERSION "\n");
        else
            usage_error(NULL);
    }
    for (; optind < argc; optind++, any = true)
        find_in_tables(argv[optind], &result);
    if (!any)
        usage_error("nothing to look at");
    result_print(&result, only_keys);
    if (fflush(stdout)) {
        perror("vmclock-find: standard output");
        return 1;
    }
    return result.devices.count ? 0 : 1;
}
