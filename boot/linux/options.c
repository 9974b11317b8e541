/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "boot/linux/options.h"
#include "boot/linux/target.h"

static const char help_text[] =
    "usage: vmclock-publish --file PATH [--qmp SOCKET] [options]\n"
    "\n"
    "Publishes this host's time in the vmclock page at the start of a shared file, and keeps it\n"
    "fresh until it is told to end (SIGTERM, SIGINT) or QEMU goes away. Then the page is marked\n"
    "UNRELIABLE.\n"
    "\n"
    "  --file PATH           the shared file; made, 4 KiB, if it is missing\n"
    "  --offset N            the page begins N bytes into the file, a multiple of 8: for a "
    "guest's\n"
    "                        RAM file, which is neither made nor lengthened then\n"
    "  --qmp SOCKET          QMP socket of a QEMU that was started with -S and -accel tcg: the\n"
    "                        publisher starts the guest, to learn its counter's zero. Without it\n"
    "                        the page is for readers of this host's own counter\n"
    "  --arch ARCH           x86_64 or aarch64: refuse another guest (default: what QEMU says)\n"
    "  --authority WHO       kernel: the bound is against UTC and includes the kernel's own\n"
    "                        maximum error, 16 s where nothing disciplines the clock (default)\n"
    "                        host: the bound is against this host's CLOCK_REALTIME\n"
    "  --interval-ms N       refresh every N ms, 1 to 1000 (default 100)\n"
    "  --tai-offset N        TAI minus UTC, 10 to 99 s, where neither the kernel nor an unexpired\n"
    "                        leap-seconds.list knows it. With none the page counts UTC\n"
    "  --size N              bytes that the page claims, 32 to the file's end (default 4096)\n"
    "  --once                publish once and end; the page stays as it is\n"
    "  --help, --version\n"
    "\n"
    "For tests only, they make bad pages:\n"
    "  --skew-ns N           publish a time that is N ns ahead (behind if negative)\n"
    "  --claim-bound-ns N    publish this maximum error in place of the honest one\n"
    "  --set FIELD=VALUE     overwrite a field of each update, may be repeated. A page whose seq\n"
    "                        is set is written once. Fields:\n";

static const char help_end[] =
    "\n"
    "One line on stdout when the page is live and the guest runs:\n"
    "  ready bound_ns=N offset_ticks=N offset_error_ns=N counter_hz=N arch=ARCH\n"
    "bound_ns is the published maximum error. A guest's TSC is this host's less offset_ticks; an\n"
    "aarch64 guest counts CLOCK_MONOTONIC less offset_ticks ns. offset_error_ns is how far that\n"
    "may be wrong.\n"
    "Events, one a line, on stderr. Exit status: 0 ended as asked; 1 failed or refused, by name;\n"
    "2 wrong usage.\n"
    "\n"
    "The guest is started, and for a narrow bound perhaps stopped and started again within the\n"
    "first second; until the page is live its clock is INITIALIZING.\n"
    "STOP and RESUME of the guest by someone else: the page is UNRELIABLE from then on, as the\n"
    "counter's new zero cannot be known afterwards. A snapshot loaded behind the publisher's back\n"
    "restores an old page that looks good: nothing can be promised then but the page's age.\n"
    "A host clock that is stepped, or slewed faster than the kernel's tolerance (500 ppm), is\n"
    "wrong in the page until the next refresh; a step is noticed at once.\n";

static _Noreturn void usage_error(const char *format, ...)
{
    va_list arguments;

    fputs("vmclock-publish: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputs(" (see --help)\n", stderr);
    exit(2);
}

static _Noreturn void print_help(void)
{
    fputs(help_text, stdout);
    for (unsigned i = 0; target_field_name(i); i++)
        printf("                          %s\n", target_field_name(i));
    fputs(help_end, stdout);
    exit(0);
}

/* A whole decimal or 0x number in [low, high], or exit 2. */
static int64_t parse_number(const char *option, const char *text, int64_t low, int64_t high)
{
    char *end;
    long long value;

    errno = 0;
    value = strtoll(text, &end, 0);
    if (errno || end == text || *end || value < low || value > high)
        usage_error("--%s: '%s' is not a number from %lld to %lld", option, text, (long long)low,
                    (long long)high);
    return value;
}

static enum guest_arch parse_arch(const char *text)
{
    if (!strcmp(text, "x86_64"))
        return GUEST_ARCH_X86_64;
    if (!strcmp(text, "aarch64"))
        return GUEST_ARCH_AARCH64;
    usage_error("--arch: '%s' is neither x86_64 nor aarch64", text);
}

static enum authority parse_authority(const char *text)
{
    if (!strcmp(text, "kernel"))
        return AUTHORITY_KERNEL;
    if (!strcmp(text, "host"))
        return AUTHORITY_HOST;
    usage_error("--authority: '%s' is neither kernel nor host", text);
}

static void parse_set(const char *text, struct options *options)
{
    const char *equals = strchr(text, '=');
    struct field_setting *setting = &options->sets[options->set_count];
    char *end;
    int field;

    if (options->set_count == OPTIONS_MAX_SETS)
        usage_error("--set: at most %d", OPTIONS_MAX_SETS);
    if (!equals)
        usage_error("--set: '%s' is not FIELD=VALUE", text);
    field = target_field_find(text, (size_t)(equals - text));
    if (field < 0)
        usage_error("--set: '%s' names no field of the page", text);
    errno = 0;
    /* strtoull takes a sign too: -37 is what the page holds as 0xffdb. */
    setting->value = strtoull(equals + 1, &end, 0);
    if (errno || end == equals + 1 || *end)
        usage_error("--set: '%s' has no number for its value", text);
    setting->field = (uint8_t)field;
    options->set_count++;
}

enum {
    OPT_FILE = 256,
    OPT_OFFSET,
    OPT_QMP,
    OPT_ARCH,
    OPT_AUTHORITY,
    OPT_INTERVAL,
    OPT_TAI,
    OPT_SIZE,
    OPT_ONCE,
    OPT_SKEW,
    OPT_CLAIM,
    OPT_SET,
    OPT_HELP,
    OPT_VERSION
};

static const struct option long_options[] = {
    {"file", required_argument, NULL, OPT_FILE},
    {"offset", required_argument, NULL, OPT_OFFSET},
    {"qmp", required_argument, NULL, OPT_QMP},
    {"arch", required_argument, NULL, OPT_ARCH},
    {"authority", required_argument, NULL, OPT_AUTHORITY},
    {"interval-ms", required_argument, NULL, OPT_INTERVAL},
    {"tai-offset", required_argument, NULL, OPT_TAI},
    {"size", required_argument, NULL, OPT_SIZE},
    {"once", no_argument, NULL, OPT_ONCE},
    {"skew-ns", required_argument, NULL, OPT_SKEW},
    {"claim-bound-ns", required_argument, NULL, OPT_CLAIM},
    {"set", required_argument, NULL, OPT_SET},
    {"help", no_argument, NULL, OPT_HELP},
    {"version", no_argument, NULL, OPT_VERSION},
    {NULL, 0, NULL, 0},
};

static void parse_one(int option, struct options *o)
{
    switch (option) {
    case OPT_FILE:
        o->file = optarg;
        break;
    case OPT_OFFSET:
        o->offset = (uint64_t)parse_number("offset", optarg, 0, INT64_MAX - UINT32_MAX);
        o->has_offset = true;
        if (o->offset % 8)
            usage_error("--offset: %s is not a multiple of 8", optarg);
        break;
    case OPT_QMP:
        o->qmp = optarg;
        break;
    case OPT_ARCH:
        o->arch = parse_arch(optarg);
        break;
    case OPT_AUTHORITY:
        o->authority = parse_authority(optarg);
        break;
    case OPT_INTERVAL:
        o->interval_ms = (uint32_t)parse_number("interval-ms", optarg, 1, 1000);
        break;
    case OPT_TAI:
        o->tai_offset_sec = (int16_t)parse_number("tai-offset", optarg, 10, 99);
        break;
    case OPT_SIZE:
        o->size = (uint32_t)parse_number("size", optarg, VMCLOCK_PAGE_SIZE_SIGNAL, UINT32_MAX);
        break;
    case OPT_ONCE:
        o->once = true;
        break;
    case OPT_SKEW:
        o->skew_ns =
            parse_number("skew-ns", optarg, -INT64_C(1000000000000000), INT64_C(1000000000000000));
        break;
    case OPT_CLAIM:
        o->claim_bound = true;
        o->claim_bound_ns = (uint64_t)parse_number("claim-bound-ns", optarg, 0, INT64_MAX);
        break;
    case OPT_SET:
        parse_set(optarg, o);
        break;
    case OPT_HELP:
        print_help();
    case OPT_VERSION:
        puts("vmclock-publish " VMCLOCK_PROGRAM_VERSION);
        exit(0);
    default: /* getopt_long has said what is wrong */
        exit(2);
    }
}

void options_parse(int argc, char **argv, struct options *options)
{
    int option;

    *options = (struct options){.interval_ms = 100, .size = TARGET_FILE_BYTES};
    while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1)
        parse_one(option, options);
    if (optind < argc)
        usage_error("'%s' is not an option", argv[optind]);
    if (!options->file)
        usage_error("--file is needed");
    if (options->once && options->qmp)
        usage_error("--once and --qmp exclude each other");
}
