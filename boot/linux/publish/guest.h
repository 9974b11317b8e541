/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * guest.h - one guest: its page, its machine, and how the one is kept true to the other.
 *
 * Its states and what leads from one to the next: the diagram in boot/linux/README.md.
 */
#ifndef PUBLISH_GUEST_H
#define PUBLISH_GUEST_H

#include <stdbool.h>
#include <stdint.h>
#include "boot/linux/common/event.h"
#include "boot/linux/publish/clocks.h"
#include "boot/linux/publish/options.h"
#include "boot/linux/publish/relation/relation.h"
#include "boot/linux/publish/socketfile.h"
#include "boot/linux/publish/target.h"
#include "boot/linux/qemu/machine.h"

enum guest_state {
    GUEST_WAITING = 0, /* the guest stands still */
    GUEST_SETTLING,    /* it was resumed by somebody else */
    GUEST_LIVE,        /* the page is refreshed */
    GUEST_GONE
};

struct task;

#define GUEST_ALIGNMENT 64 /* a line of the caches */

struct guest {
    /* What each turn looks at of all guests is together. */
    enum guest_state state;
    bool begun;        /* guest_begin was called */
    bool busy;         /* in an exchange with its QEMU: not to be touched meanwhile */
    bool unhurried;    /* busy for long, measures nothing; its page is marked, or not there yet */
    bool held;         /* stands still until we let it go on */
    bool has_machine;  /* a QEMU that is asked */
    struct task *task; /* its exchange with its QEMU that is under way; null: none */
    struct client *client; /* who asks at its control socket now; null: nobody */
    const struct guest_options *own;
    const struct options *options;
    struct clocks *clocks;
    const char *label; /* for the lines about it; null where it is the only one */
    bool acts_alone;   /* for one verb: nobody will refresh the page */
    bool failed;       /* GONE, and not because QEMU ended */
    bool page_lost;    /* the page could not be marked when QEMU said STOP: it is to fail */
    bool said_ready;
    int64_t settled_ms; /* CLOCK_MONOTONIC: when SETTLING is over */
    struct machine machine;
    struct target target;
    struct relation relation;
    unsigned breaks;   /* of the clock line, that the page knows of */
    uint64_t bound_ns; /* as published last */
    int control_fd;    /* -1: none */
    /* Of a KVM guest: */
    int pidfd;   /* its process; -1: none */
    int ends_fd; /* an epoll(7) that tells of its end; kept by the caller */
    int64_t began_ms;
    unsigned wait_ms; /* until the next try to find its page, or to see its counter; 0: the first */
    int64_t
        kept_ms; /* since when the page's clock is watched, whether others keep it; 0: it is not */
    uint32_t kept_seq; /* as it was then */
    unsigned
        counter_doubts; /* updates before which its counter is looked at: the kernel says that */
    bool counter_told;  /* it was set; else that some guest's was */
    struct socketfile control_file;
    char why[FAILURE_BYTES]; /* it has no clock now; empty: it has */
};

/*
 * From the command line to a page that is live, or waits. The caller has set options, own, clocks,
 * label and acts_alone, and the fd of the machine's qmp to -1; all else is 0.
 *
 * A failure is said, and ends the guest, as in all of its functions that return nothing: see failed.
 */
void guest_begin(struct guest *guest);

/*
 * One update from the newest sample, if it is still LIVE behind all that QEMU has said by now. No
 * effect on one that is busy, as in the next two.
 */
void guest_refresh(struct guest *guest);

/*
 * Has the CPU fetch what guest_refresh is going to touch of a guest, as other programs had the caches since the last
 * time; and then, when that is there, what it points to. Without them a thousand guests are waited for one by one.
 */
void guest_expect(const struct guest *guest);
void guest_expect_page(const struct guest *guest);

/* Reacts to what QEMU says: drains the connection. */
void guest_listen(struct guest *guest);

/* Whether QEMU's last answer came with an event behind it, of which no descriptor tells any more. */
bool guest_has_unheard(const struct guest *guest);

/* Reacts to settled_ms having come: waits, for the answers of its QEMU. */
void guest_settle(struct guest *guest);

/* Reacts to what was heard of others in an exchange that is over. */
void guest_catch_up(struct guest *guest);

/* Whether its page looks good: readers rely on it. */
bool guest_promises(const struct guest *guest);

/* The line of the host's counter that the guest's follows. */
struct clock_line *guest_line(const struct guest *guest);

/*
 * The first update of a new relation; LIVE behind it, or to be retried. Returns 0, 1 if its QEMU has said anything since
 * that may end the relation: then there is no update; or -1 having said why.
 */
int guest_go_live(struct guest *guest);

/* One update of a page that is LIVE. Returns 0, or -1 having said why. */
int guest_update(struct guest *guest);

/* As target_disrupt; of a page that is no more returns 1, and the guest is to be retried. */
int guest_disrupt(struct guest *guest);

/* Opens the page, where guest_begin could not as a migration was to come, and marks it. */
int guest_open_page(struct guest *guest);

/* A guest that runs: marks the page, stops the guest, marks the disruption. Then it is WAITING. */
int guest_suspend(struct guest *guest);

/*
 * Lets a guest that stands still go on, related anew and LIVE, or SETTLING if its counter is going to
 * jump; or only go on, if alone.
 */
int guest_resume(struct guest *guest, bool has_run);

/* Reacts to its process having ended. */
void guest_process_ended(struct guest *guest);

/* A KVM guest that is new: to be tried as soon as nobody waits for that. */
void guest_await(struct guest *guest);

/*
 * A KVM guest that has no clock now: to be tried again, after GUEST_EAGER_WAIT_MS in its first 30 s and then less
 * and less often, as far as others leave room (search.h). why: for people.
 */
#define GUEST_EAGER_WAIT_MS 50
void guest_retry(struct guest *guest, const char *why);

/* Marks the page and closes everything. */
void guest_end(struct guest *guest);

/* The same for a guest that failed. */
void guest_give_up(struct guest *guest);

#endif
