/* SPDX-License-Identifier: BSD-2-Clause */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "boot/linux/common/option.h"
#include "boot/linux/publish/field.h"
#include "boot/linux/publish/options.h"
#include "boot/linux/publish/target.h"

#define OSCILLATOR_PPM 20

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
    const char *equals = strchr(text, '='), *number;
    struct field_setting *setting = &options->sets[options->set_count];
    int64_t negative;
    int field;

    if (options->set_count == OPTIONS_MAX_SETS)
        usage_error("--set: at most %d", OPTIONS_MAX_SETS);
    if (!equals)
        usage_error("--set: '%s' is not FIELD=VALUE", text);
    field = page_field_find(text, (size_t)(equals - text));
    if (field < 0)
        usage_error("--set: '%s' names no field of the page", text);
    number = equals + 1;
    if (number_parse(number, INT64_MIN, -1, &negative))
        setting->value = (uint64_t)negative; /* -37 is what the page holds as 0xffdb */
    else if (!number_scan(&number, &setting->value) || *number)
        usage_error("--set: '%s' has no number for its value", text);
    if (!page_field_fits((unsigned)field, setting->value, equals[1] == '-'))
        usage_error("--set: the value of '%s' is too large for its field", text);
    setting->field = (uint8_t)field;
    options->set_count++;
}

struct verb_name {
    const char *name;
    enum verb verb;
    bool takes_argument;
};

static const struct verb_name verbs[] = {
    {"pause", VERB_PAUSE, false},
    {"resume", VERB_RESUME, false},
    {"save", VERB_SAVE, true},
    {"load", VERB_LOAD, true},
    {"migrate-out", VERB_MIGRATE_OUT, true},
    {"migrate-in", VERB_MIGRATE_IN, true},
};
#define VERB_COUNT (sizeof(verbs) / sizeof(verbs[0]))

const char *options_verb_name(enum verb verb)
{
    for (unsigned i = 0; i < VERB_COUNT; i++)
        if (verbs[i].verb == verb)
            return verbs[i].name;
    return "publish";
}

enum verb options_verb(const char *name, bool *takes_argument)
{
    for (unsigned i = 0; i < VERB_COUNT; i++) {
        if (!strcmp(verbs[i].name, name)) {
            *takes_argument = verbs[i].takes_argument;
            return verbs[i].verb;
        }
    }
    return VERB_NONE;
}

/* The guest that the next of its options is about. */
static struct guest_options *current(struct options *o)
{
    return &o->guests[o->guest_count - 1];
}

static void add_guest(struct options *o)
{
    o->guests = realloc(o->guests, (o->guest_count + 1) * sizeof(*o->guests));
    if (!o->guests)
        usage_error("no memory for so many guests");
    o->guests[o->guest_count++] = (struct guest_options){.size = TARGET_FILE_BYTES};
}

enum {
    OPT_FILE = 256,
    OPT_OFFSET,
    OPT_QMP,
    OPT_PHYS,
    OPT_PID,
    OPT_KVM,
    OPT_NAME,
    OPT_CONTROL,
    OPT_ARCH,
    OPT_AUTHORITY,
    OPT_INTERVAL,
    OPT_MAX_SLEW,
    OPT_OSCILLATOR,
    OPT_TAI,
    OPT_SIZE,
    OPT_ONCE,
    OPT_ALL_KVM,
    OPT_DEBUGFS,
    OPT_JSON,
    OPT_STATUS,
    OPT_METRICS,
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
    {"phys", required_argument, NULL, OPT_PHYS},
    {"pid", required_argument, NULL, OPT_PID},
    {"kvm", required_argument, NULL, OPT_KVM},
    {"name", required_argument, NULL, OPT_NAME},
    {"control", required_argument, NULL, OPT_CONTROL},
    {"arch", required_argument, NULL, OPT_ARCH},
    {"authority", required_argument, NULL, OPT_AUTHORITY},
    {"interval-ms", required_argument, NULL, OPT_INTERVAL},
    {"max-slew-ppm", required_argument, NULL, OPT_MAX_SLEW},
    {"oscillator-ppm", required_argument, NULL, OPT_OSCILLATOR},
    {"tai-offset", required_argument, NULL, OPT_TAI},
    {"size", required_argument, NULL, OPT_SIZE},
    {"once", no_argument, NULL, OPT_ONCE},
    {"all-kvm", no_argument, NULL, OPT_ALL_KVM},
    {"json", no_argument, NULL, OPT_JSON},
    {"status", required_argument, NULL, OPT_STATUS},
    {"metrics", required_argument, NULL, OPT_METRICS},
    {"debugfs", required_argument, NULL, OPT_DEBUGFS},
    {"skew-ns", required_argument, NULL, OPT_SKEW},
    {"claim-bound-ns", required_argument, NULL, OPT_CLAIM},
    {"set", required_argument, NULL, OPT_SET},
    {"help", no_argument, NULL, OPT_HELP},
    {"version", no_argument, NULL, OPT_VERSION},
    {NULL, 0, NULL, 0},
};

/* Takes an option of one guest; false if it is not one. */
static bool parse_guest(int option, struct options *o)
{
    if ((option == OPT_FILE && current(o)->file) || (option == OPT_QMP && current(o)->qmp) ||
        (option == OPT_KVM && (current(o)->kvm || current(o)->qmp)) ||
        (option == OPT_QMP && current(o)->kvm))
        add_guest(o);
    switch (option) {
    case OPT_FILE:
        current(o)->file = optarg;
        return true;
    case OPT_OFFSET:
        current(o)->offset = option_place("offset", optarg);
        current(o)->has_offset = true;
        return true;
    case OPT_QMP:
        current(o)->qmp = optarg;
        return true;
    case OPT_PHYS:
        current(o)->phys = option_place("phys", optarg);
        current(o)->has_phys = true;
        return true;
    case OPT_PID:
        current(o)->pid = (pid_t)option_number("pid", optarg, 1, INT32_MAX, 1);
        return true;
    case OPT_KVM:
        current(o)->kvm = (pid_t)option_number("kvm", optarg, 1, INT32_MAX, 1);
        return true;
    case OPT_NAME:
        current(o)->name = optarg;
        return true;
    case OPT_CONTROL:
        current(o)->control = optarg;
        return true;
    case OPT_ARCH:
        current(o)->arch = parse_arch(optarg);
        return true;
    case OPT_SIZE:
        current(o)->size =
            (uint32_t)option_number("size", optarg, TARGET_SMALLEST_BYTES, UINT32_MAX, 1);
        return true;
    default:
        return false;
    }
}

static void parse_one(int option, struct options *o)
{
    switch (option) {
    case OPT_AUTHORITY:
        o->authority = parse_authority(optarg);
        break;
    case OPT_INTERVAL:
        o->interval_ms = (uint32_t)option_number("interval-ms", optarg, 1, 1000, 1);
        break;
    case OPT_MAX_SLEW:
        o->max_slew_ppm = (uint32_t)option_number("max-slew-ppm", optarg, 1, 100000, 1);
        break;
    case OPT_OSCILLATOR:
        o->oscillator_ppm = (uint32_t)option_number("oscillator-ppm", optarg, 1, 1000, 1);
        o->oscillator_given = true;
        break;
    case OPT_TAI:
        o->tai_offset_sec = (int16_t)option_number("tai-offset", optarg, 10, 99, 1);
        break;
    case OPT_ONCE:
        o->once = true;
        break;
    case OPT_ALL_KVM:
        o->all_kvm = true;
        break;
    case OPT_JSON:
        o->json = true;
        break;
    case OPT_STATUS:
        o->status = optarg;
        break;
    case OPT_METRICS:
        o->metrics = optarg;
        break;
    case OPT_DEBUGFS:
        o->debugfs = optarg;
        break;
    case OPT_SKEW:
        o->skew_ns = option_number("skew-ns", optarg, -INT64_C(1000000000000000),
                                   INT64_C(1000000000000000), 1);
        break;
    case OPT_CLAIM:
        o->claim_bound = true;
        o->claim_bound_ns = (uint64_t)option_number("claim-bound-ns", optarg, 0, INT64_MAX, 1);
        break;
    case OPT_SET:
        parse_set(optarg, o);
        break;
    case OPT_HELP:
        options_help();
        exit(0);
    case OPT_VERSION:
        puts("vmclock-publish " VMCLOCK_PROGRAM_VERSION);
        exit(0);
    default: /* getopt_long has said what is wrong */
        exit(EXIT_WRONG_USAGE);
    }
}

static const char *name_of_process(pid_t pid)
{
    char *name = NULL;

    if (asprintf(&name, "kvm %ld", (long)pid) < 0)
        usage_error("no memory for so many guests");
    return name;
}

static void check_guest(struct guest_options *guest, const struct options *o)
{
    if (!guest->file && !guest->qmp && !guest->kvm)
        usage_error("--file, --qmp or --kvm is needed");
    if (guest->file && guest->has_phys)
        usage_error("--file and --phys exclude each other");
    if (guest->has_offset && !guest->file)
        usage_error("--offset needs --file");
    if (!guest->qmp && (guest->has_phys || guest->pid || guest->control || guest->arch))
        usage_error("--phys, --pid, --control and --arch need --qmp");
    if (o->once && (guest->qmp || guest->kvm))
        usage_error("--once excludes --qmp and --kvm");
    if ((guest->qmp && !*guest->qmp) || (guest->control && !*guest->control))
        usage_error("--qmp and --control name a socket"); /* an empty name is an abstract one */
    if (!guest->name && guest->kvm)
        guest->name = name_of_process(guest->kvm);
    if (!guest->name)
        guest->name = guest->qmp ? guest->qmp : guest->file;
}

/* pause, or save NAME. A name or URI goes to QEMU's monitor as it is. */
static void parse_verb(int count, char **words, struct options *o)
{
    bool takes_argument = false;

    if (!count)
        return;
    o->verb = options_verb(words[0], &takes_argument);
    if (o->verb == VERB_NONE)
        usage_error("'%s' is no verb", words[0]);
    if (count != 1 + takes_argument)
        usage_error("%s takes %s", words[0], takes_argument ? "one argument" : "no argument");
    if (takes_argument)
        o->argument = words[1];
    if (takes_argument && (!*words[1] || strpbrk(words[1], "\"\\\n\r")))
        usage_error("%s: '%s' is empty or has a quote, a backslash or a new line", words[0],
                    words[1]);
    if (o->guest_count != 1 || !o->guests[0].qmp || o->once)
        usage_error("%s is for one guest, by its --qmp", words[0]);
}

static void check_status(const struct options *o)
{
    const struct guest_options *guest = &o->guests[0];

    if (guest->file || guest->qmp || guest->kvm || o->all_kvm || o->once)
        usage_error("status is of a publisher, by --status, and of no guest");
}

void options_parse(int argc, char **argv, struct options *options)
{
    int option;

    *options = (struct options){.interval_ms = 100, .oscillator_ppm = OSCILLATOR_PPM};
    add_guest(options);
    while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1)
        if (!parse_guest(option, options))
            parse_one(option, options);
    if (optind == argc - 1 && !strcmp(argv[optind], "status")) {
        options->verb = VERB_STATUS;
        check_status(options);
        return;
    }
    if (options->json)
        usage_error("--json is for status");
    if (options->all_kvm && options->guest_count == 1 && !options->guests[0].file &&
        !options->guests[0].qmp && !options->guests[0].kvm)
        options->guest_count = 0;
    if (options->all_kvm && options->once)
        usage_error("--once and --all-kvm exclude each other");
    for (size_t i = 0; i < options->guest_count; i++)
        check_guest(&options->guests[i], options);
    parse_verb(argc - optind, argv + optind, options);
}
