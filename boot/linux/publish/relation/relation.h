/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * relation.h - how a guest's counter lies to the host's: measured in a way of each kind of guest.
 *
 * A kind is a line of kinds.def. Nobody else knows what kinds there are.
 */
#ifndef PUBLISH_RELATION_H
#define PUBLISH_RELATION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "boot/linux/common/host.h"
#include "boot/linux/common/vm.h"

struct machine;
struct relation_kind;

/*
 * guest counter = (scaled host counter - zero) / host_ticks_a_tick, with zero in [earliest, latest] and
 * scaled = (host counter * ratio) >> frac_bits; all of 64 bits, which wrap.
 */
struct counter_relation {
    uint64_t zero_earliest_ticks;
    uint64_t zero_latest_ticks;
    uint32_t host_ticks_a_tick;
    uint8_t frac_bits;
    uint64_t ratio; /* 0: not scaled */
};

struct relation {
    const struct relation_kind *kind; /* null: not open */
    struct machine *machine;          /* null: there is none */
    enum host_counter counter;        /* the host's that the guest's follows */
    uint8_t counter_id;               /* enum vmclock_counter_id of whoever reads the page */
    const char *arch_name;
    struct counter_relation value;
    int wait_ms;         /* of RELATION_LATER */
    pid_t pid;           /* of a KVM guest's process, set before relation_open; 0: there is none */
    const char *debugfs; /* the same, for tests; null: the kernel's */
    void *own;           /* the kind's */
};

/* What comes of letting a guest go on. */
enum relation_progress {
    RELATION_KNOWN, /* it runs, and value holds */
    RELATION_AGAIN, /* it runs, and value is too wide: it is to be stopped and let go on again */
    RELATION_LATER, /* it runs, and nothing is known: the same in wait_ms */
    RELATION_OTHERS /* somebody else let it go on or stopped it: nothing is known */
};

/* One way to measure. All but open may be null where there is nothing to do. */
struct relation_kind {
    enum accelerator accelerator; /* whose guests are of this kind */
    /* Sets counter, counter_id, arch_name, own. wanted: the guest's, or ANY. Returns 0, or -1
     * having said why the guest cannot be related. */
    int (*open)(struct relation *relation, enum guest_arch wanted);
    void (*close)(struct relation *relation);
    /* As relation_measure. Null: the guest has to be stopped, and is related as it goes on. */
    int (*measure)(struct relation *relation);
    int (*stopped)(struct relation *relation);
    void (*ceased)(struct relation *relation);
    /* As relation_doubt, relation_hurry. */
    void (*doubt)(struct relation *relation);
    void (*hurry)(struct relation *relation);
    /* As relation_resume; never null where there is a machine. */
    int (*resume)(struct relation *relation, const struct host_rate *rate, unsigned attempt,
                  bool has_run);
};

/*
 * Finds the kind of a guest. machine: of machine_open, kept; null: readers of this host's own
 * counter. wanted: the architecture that the guest has to be of, or ANY. Returns 0, or -1 having
 * said why it cannot be related.
 */
int relation_open(struct relation *relation, struct machine *machine, enum guest_arch wanted);

/* What a guest's counter is at a value of the host's, by the middle of the bracket. */
uint64_t relation_guest_ticks(const struct counter_relation *relation, uint64_t host_ticks);

/* The host's ticks in one of the guest's, rounded up. */
uint64_t relation_tick_ceil(const struct counter_relation *relation);

/* No effect on one that is not open. */
void relation_close(struct relation *relation);

/* Whether a guest that runs can only be related by stopping it. */
bool relation_needs_stop(const struct relation *relation);

/*
 * Before each update: looks at a guest that runs, where that can be done. Returns 0: value is as it
 * was, 1: it was measured anew, which is a disruption, RELATION_UNSEEN having said why it is not known
 * now, to be asked again, or -1 having said why it is lost for good.
 */
#define RELATION_UNSEEN 2
int relation_measure(struct relation *relation);

/* Something happened that may have changed it: relation_measure looks, however short a time ago it did. */
void relation_doubt(struct relation *relation);

/* The same, but what cannot be seen right now goes on as without it. */
void relation_hurry(struct relation *relation);

/* We have just stopped the guest. Returns 0, or -1 having said why. */
int relation_stopped(struct relation *relation);

/* Somebody else stopped the guest: what has held until now no longer does. */
void relation_ceased(struct relation *relation);

/*
 * Lets a guest that stands still go on.
 *
 * rate: of the host's counter. attempt: how often RELATION_AGAIN was the answer right before.
 * has_run: whether its counter can be another than 0. Returns an enum relation_progress, or -1
 * having said why.
 */
int relation_resume(struct relation *relation, const struct host_rate *rate, unsigned attempt,
                    bool has_run);

#endif
