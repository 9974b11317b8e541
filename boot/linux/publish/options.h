/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * options.h - the command line of vmclock-publish, as a value.
 */
#ifndef PUBLISH_OPTIONS_H
#define PUBLISH_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "boot/linux/common/vm.h"

#define OPTIONS_MAX_SETS 32
#define TARGET_FILE_BYTES 4096u /* of a file that is made for a page */

/* Against what the published bound holds. */
enum authority {
    AUTHORITY_KERNEL = 0, /* UTC, as far as the kernel's own maximum error is true */
    AUTHORITY_HOST        /* the host's CLOCK_REALTIME, whatever that is worth */
};

/* What is done to a guest; VERB_NONE publishes. */
enum verb {
    VERB_NONE = 0,
    VERB_PAUSE,
    VERB_RESUME,
    VERB_SAVE,
    VERB_LOAD,
    VERB_MIGRATE_OUT,
    VERB_MIGRATE_IN,
    VERB_STATUS /* of no guest: of a publisher's all */
};

/* One page: a file's, or one in a QEMU's memory. */
struct guest_options {
    const char *name; /* never null */
    const char *file; /* null: the page is in QEMU's memory */
    bool has_offset;  /* the file is there and longer than the page: never made, never lengthened */
    uint64_t offset;  /* of the page in the file; a multiple of 8 */
    const char *qmp;  /* null: no QEMU, the host's own counter */
    bool has_phys;    /* without file and phys it is QEMU's own device's page */
    uint64_t phys;    /* of the page in the guest; a multiple of 8 */
    const char *control; /* socket; null: by the QMP socket's name */
    pid_t pid;           /* QEMU; 0: whoever listens on the QMP socket */
    pid_t kvm;           /* a KVM guest's process; 0: it is none */
    bool found;          /* by --all-kvm, not named: what it lacks may come, and is no failure */
    enum guest_arch arch;
    uint32_t size;
};

/* One --set FIELD=VALUE; see target.h for the fields. */
struct field_setting {
    uint8_t field;
    uint64_t value;
};

struct options {
    struct guest_options *guests;
    size_t guest_count;
    enum verb verb;
    const char *argument; /* of the verb; null if it has none */
    enum authority authority;
    uint32_t interval_ms;
    uint32_t max_slew_ppm;   /* by which the host's clock changes its rate; 0: not said */
    uint32_t oscillator_ppm; /* of the host's counter, for KVM guests; ... */
    bool oscillator_given;   /* ... for all */
    int16_t tai_offset_sec;  /* TAI minus UTC; 0: not given */
    bool once;
    bool all_kvm;
    bool json;
    const char *status;  /* a socket; null: STATUS_SOCKET with --all-kvm, else none */
    const char *metrics; /* null: none are written */
    const char *debugfs; /* null: the kernel's; another one is a test's */
    /* For tests only: what an honest publisher never does. */
    int64_t skew_ns;
    bool claim_bound;
    uint64_t claim_bound_ns;
    unsigned set_count;
    struct field_setting sets[OPTIONS_MAX_SETS];
};

/*
 * Reads the command line. Handles --help and --version (prints, exits 0) and whatever is wrong
 * (says so on stderr, exits 2); returns only with usable options.
 */
void options_parse(int argc, char **argv, struct options *options);

/* The verb as it is written on the command line. */
const char *options_verb_name(enum verb verb);

/* The verb of a name, or VERB_NONE; *takes_argument is whether it needs one. */
enum verb options_verb(const char *name, bool *takes_argument);

/* Prints the help. */
void options_help(void);

#endif
