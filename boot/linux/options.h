/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * options.h - the command line of vmclock-publish, as a value.
 */
#ifndef PUBLISH_OPTIONS_H
#define PUBLISH_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#define OPTIONS_MAX_SETS 32

enum guest_arch { GUEST_ARCH_ANY = 0, GUEST_ARCH_X86_64, GUEST_ARCH_AARCH64 };

/* Against what the published bound holds. */
enum authority {
    AUTHORITY_KERNEL = 0, /* UTC, as far as the kernel's own maximum error is true */
    AUTHORITY_HOST        /* the host's CLOCK_REALTIME, whatever that is worth */
};

/* One --set FIELD=VALUE; see target.h for the fields. */
struct field_setting {
    uint8_t field;
    uint64_t value;
};

struct options {
    const char *file;
    bool has_offset; /* the file is there and longer than the page: never made, never lengthened */
    uint64_t offset; /* of the page in the file; a multiple of 8 */
    const char *qmp; /* null: no QEMU, the host's own counter */
    enum guest_arch arch;
    enum authority authority;
    uint32_t interval_ms;
    uint32_t size;
    int16_t tai_offset_sec; /* TAI minus UTC; 0: not given */
    bool once;
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

#endif
