/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vmclock-publish: this host's time, kept fresh in the pages that guests share or QEMU has.
 */
#include <signal.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include "boot/linux/publish/control.h"
#include "boot/linux/publish/publication.h"
#include "boot/linux/publish/status.h"
#include "boot/linux/publish/transition.h"

/* A signal that is ignored, as nohup has it, is so still: blocked it would be seen. */
static bool is_ignored(int number)
{
    struct sigaction action;

    return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

static int block_signals(void)
{
    sigset_t ends;

    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    if (!is_ignored(SIGHUP))
        sigaddset(&ends, SIGHUP);
    /* Blocked from the start: a signal during an update must not leave the page odd. */
    sigprocmask(SIG_BLOCK, &ends, NULL);
    signal(SIGPIPE, SIG_IGN); /* whoever read our lines may be gone */
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is one guest's error */
    return signalfd(-1, &ends, SFD_CLOEXEC);
}

/* Each guest takes some descriptors: as many as we may have. */
static void raise_descriptors(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static int run(struct publication *p)
{
    int begun = publication_begin(p);

    if (begun > 0 && (p->options.once || p->options.verb != VERB_NONE))
        return failure("control", "told to end before that was done");
    if (begun)
        return begun < 0 ? -1 : 0;
    if (p->options.verb == VERB_NONE)
        return p->options.once ? 0 : publication_follow(p);
    if (p->guests[0]->failed)
        return -1;
    return transition_run(p->guests[0], p->options.verb, p->options.argument);
}

static bool has_kvm(const struct options *options)
{
    for (size_t i = 0; i < options->guest_count; i++)
        if (options->guests[i].kvm)
            return true;
    return false;
}

int main(int argc, char **argv)
{
    static struct publication p;
    int error;

    options_parse(argc, argv, &p.options);
    if (p.options.verb == VERB_STATUS)
        return status_ask(&p.options) < 0 ? 1 : 0;
    if (p.options.verb != VERB_NONE) {
        error = control_ask(&p.options.guests[0], p.options.verb, p.options.argument);
        if (error != CONTROL_NOBODY)
            return error ? 1 : 0;
    }
    raise_descriptors();
    clocks_init(&p.clocks, p.options.tai_offset_sec);
    p.clocks.slew.limit_ppb = p.options.max_slew_ppm * 1000;
    if (p.options.oscillator_given || p.options.all_kvm || has_kvm(&p.options))
        p.clocks.slew.oscillator_ppb = p.options.oscillator_ppm * 1000;
    if (publication_open(&p, block_signals()) < 0)
        return 1;
    error = run(&p);
    if (publication_end(&p, p.options.once && !error))
        error = -1;
    return error ? 1 : 0;
}
