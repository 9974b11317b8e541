/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * host.h - this host's clocks: samples of counter and time together, and what the kernel says of
 * its own clock.
 */
#ifndef LINUX_HOST_H
#define LINUX_HOST_H

#include <stdbool.h>
#include <stdint.h>

/* The host counter that a guest's counter follows. */
enum host_counter {
    HOST_COUNTER_CPU,       /* what QEMU calls host ticks: x86 the TSC, arm64 CNTVCT */
    HOST_COUNTER_MONOTONIC, /* CLOCK_MONOTONIC, ns: QEMU's virtual clock */
    HOST_COUNTERS
};

/* REALTIME and MONOTONIC were read, in this order, between the two counter values. */
struct host_sample {
    uint64_t before_ticks;
    uint64_t after_ticks;
    int64_t realtime_ns;
    int64_t monotonic_ns;
};

/* The kernel's clock discipline, as adjtimex tells it. */
struct host_kernel {
    int state;              /* TIME_OK, TIME_INS, ...; TIME_ERROR hides the others */
    int status;             /* STA_* */
    int tai_offset_sec;     /* TAI minus UTC; 0: the kernel does not know */
    uint64_t maxerror_ns;   /* of REALTIME against UTC, until a second from now */
    uint32_t tolerance_ppb; /* how fast the kernel's clock may err */
    uint64_t esterror_ns;   /* of REALTIME, as whoever disciplines it believes */
    int64_t frequency_ppb;  /* by which the kernel corrects its counter's rate ... */
    int64_t tick_us;        /* ... and the length of its tick, usually 10,000 */
    int64_t offset_ns;      /* that it is still to slew away */
};

/* MONOTONIC and MONOTONIC_RAW, which nobody slews, at one moment. */
struct host_raw {
    int64_t monotonic_ns;
    int64_t raw_ns;
    int64_t width_ns; /* of the moment */
};

/* Ticks to ns as MONOTONIC counts them: what two samples said. */
struct host_rate {
    uint64_t ticks;
    uint64_t ns;
    uint32_t error_ppb; /* from the width of the samples */
};

/*
 * Makes a counter ready. Refuses (-1, having said why) one that this CPU lacks, or that the kernel
 * itself does not keep time by and the CPU does not call invariant.
 */
int host_open(enum host_counter counter);

/* The counter now, not read before earlier instructions. */
uint64_t host_ticks(enum host_counter counter);

/* The narrowest of a few samples. */
void host_sample(enum host_counter counter, struct host_sample *sample);

/* What the kernel says of its clock now. Returns 0, or -1 having said why. */
int host_kernel_read(struct host_kernel *kernel);

/* The narrowest of a few. */
void host_raw_read(struct host_raw *raw);

/* The rate between two samples, the newer at least 1 ms after the older. */
void host_rate_between(const struct host_sample *older, const struct host_sample *newer,
                       struct host_rate *rate);

/* ticks as ns, rounded down or up. */
uint64_t host_ns_floor(const struct host_rate *rate, uint64_t ticks);
uint64_t host_ns_ceil(const struct host_rate *rate, uint64_t ticks);

/* ns as ticks, rounded down. */
uint64_t host_ticks_floor(const struct host_rate *rate, uint64_t ns);

/* The middle of a sample's window, in ticks. */
static inline uint64_t host_sample_middle(const struct host_sample *sample)
{
    return sample->before_ticks + (sample->after_ticks - sample->before_ticks) / 2;
}

#endif
