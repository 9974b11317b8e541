# SPDX-License-Identifier: BSD-2-Clause
"""Random and extreme inputs of calibration."""
import cases
import model_calibrate as calibration
import model_clock as clock
from cases import u64
from model_clock import NS, SEC, U64

GHZ = 10**9  # ticks per second of cases.BASE
COUNTS = (1, 1, 2, 2, 2, 3, 4)


def near_ppb(rng):
    return rng.choice((0, 1, 50000, NS - 1, NS, NS + 1, rng.randrange(1000000), rng.getrandbits(32)))


def honest(rng, edge=False):
    """A source, and samples of it as they might be; then perhaps one thing is off."""
    hz = rng.choice((1, 2, 3, 1000, 62500000, 10**9, 2900000000, rng.randint(1, 1 << 62),
                     (1 << 64) - rng.randint(1, 9)))
    off = rng.choice((0, 1, 20000, 10**9)) * rng.random() / NS
    source = calibration.Source(
        ahead_ns=rng.choice((0, 1, NS, rng.getrandbits(rng.randint(1, 64)))),
        behind_ns=rng.choice((0, 1, NS, rng.getrandbits(rng.randint(1, 64)))),
        rate_ppb=rng.choice((0, 0, 20000)), time_type=rng.choice((0, 0, 1)),
        bound_by=rng.randrange(7), clock_status=rng.choice((2, 3)))
    how = calibration.How(
        frequency_hz=rng.choice((0, 0, hz, u64(rng))), tolerance_ppb=rng.choice((0, 50000, 100)),
        frequency_tolerance_ppb=rng.choice((0, 50000, 10**7)),
        tai_offset_sec=rng.choice((0, 37, -37)), leap_indicator=rng.randrange(6),
        smear_hint=rng.randrange(3))
    count = rng.choice(COUNTS)
    counter, at = u64(rng), rng.randrange(1 << rng.randint(64, 96))
    slack = rng.choice((0, 1, SEC // 10**9, SEC // 1000, SEC))
    samples = []
    for _ in range(count):
        took = rng.choice((0, 1, rng.randrange(max(2, min(hz, 1 << 50) // 1000))))
        jitter = rng.randint(0, slack)
        inside = rng.randint(0, took)
        shown = at + int(inside * SEC / hz)
        samples.append(calibration.Sample(counter, counter + took & U64, max(shown - jitter, 0),
                                          shown - jitter + slack, 7, 1))
        ticks = took + rng.choice((0, 1, rng.randrange(1, min(hz, 1 << 58) * 8 + 2)))
        counter = counter + ticks & U64
        at += int(ticks * SEC / hz * (1 + off))
    return source, how, samples


def spoil(rng, source, how, samples):
    pick = rng.randrange(9)
    if pick == 0:
        source = source._replace(time_type=rng.randrange(6), clock_status=rng.randrange(6))
    elif pick == 1:
        source = source._replace(rate_ppb=near_ppb(rng))
        how = how._replace(tolerance_ppb=near_ppb(rng))
    elif pick == 2:
        how = how._replace(frequency_tolerance_ppb=near_ppb(rng), frequency_hz=u64(rng))
    elif pick == 3:
        samples = samples[:rng.randrange(len(samples) + 1)]
    elif samples:
        index = rng.randrange(len(samples))
        s = samples[index]
        edge = rng.choice((-1, 0, 1, clock.TIME_MIN // 2, (1 << 126) - 1, 1 << 126, (1 << 127) - 1))
        samples = list(samples)
        samples[index] = s._replace(**rng.choice((
            {"marker": rng.choice((7, 8))}, {"counter_id": rng.choice((0, 1, 0xff))},
            {"before": u64(rng)}, {"after": u64(rng)}, {"before": s.after, "after": s.before},
            {"before": s.before - (1 << 62) & U64}, {"after": s.after + (1 << 62) & U64},
            {"earliest": edge, "latest": max(edge, s.latest)}, {"latest": edge},
            {"earliest": s.latest, "latest": s.earliest}, {"earliest": s.latest},
            {"earliest": s.earliest + SEC, "latest": s.latest + SEC})))
    return source, how, samples


def calibrate_cases(rng, count):
    for _ in range(count):
        case = honest(rng)
        yield spoil(rng, *case) if rng.random() < 0.35 else case


def moved(rng, s):
    """The same clock with its reference point some days off, within a microsecond."""
    ticks = rng.randint(-70, 70) * 86400 * GHZ + rng.randrange(-GHZ, GHZ) * 100
    at = (s.ref_sec << 64 | s.ref_frac64) + (ticks * s.period_frac >> s.period_shift)
    return s._replace(ref_counter=s.ref_counter + ticks & U64, ref_sec=at >> 64 & U64,
                      ref_frac64=at & U64, maxerror_ns=min(s.maxerror_ns + 1000, U64))


def elsewhere(rng, s):
    """What it may say otherwise of leap seconds."""
    return s._replace(**rng.choice((
        {"have": s.have & ~clock.HAVE_TAI_OFFSET}, {"tai_offset_sec": -s.tai_offset_sec},
        {"tai_offset_sec": s.tai_offset_sec + rng.choice((-1, 1))},
        {"tai_offset_sec": rng.choice((0, 9, 10, -10, -32768, 32767))},
        {"leap_indicator": rng.randrange(7)})))


def combine_cases(rng, count):
    for _ in range(count):
        base = cases.BASE._replace(maxerror_ns=rng.choice((0, 1, 1000, NS, u64(rng))),
                                   time_type=rng.choice((0, 1, 1)),
                                   leap_indicator=rng.choice((0, 0, 0, rng.randrange(7))))
        if rng.random() < 0.2:  # about the end of the month
            base = base._replace(ref_sec=base.ref_sec - rng.randrange(100))
        counter = rng.choice((base.ref_counter, base.ref_counter + rng.getrandbits(40), u64(rng),
                              base.ref_counter + rng.randint(-100, 100) * 86400 * GHZ & U64))
        if rng.random() < 0.2:  # in the very leap second, or beside it
            base = base._replace(ref_sec=cases.M0 + rng.choice((-1, 0, 36, 37, 38)),
                                 time_type=rng.choice((0, 1)), leap_indicator=rng.choice((1, 3, 4)),
                                 tai_offset_sec=rng.choice((36, 37)))
            counter = base.ref_counter + rng.randint(-3, 3) * GHZ & U64
        snapshots = []
        for _ in range(rng.choice((1, 2, 2, 2, 3, 3))):
            s = base._replace(
                ref_frac64=base.ref_frac64 + rng.randrange(SEC >> rng.randint(2, 60)) & U64,
                period_frac=base.period_frac + rng.choice((0, 1, -1)) * rng.getrandbits(50),
                period_maxerror_frac=rng.getrandbits(rng.randint(1, 52)),
                maxerror_ns=rng.choice((base.maxerror_ns, rng.getrandbits(rng.randint(1, 32)))),
                bound_by=rng.randrange(7), clock_status=rng.choice((2, 2, 3)))
            down = rng.choice((0, 0, 0, 1, 20))
            s = s._replace(period_frac=s.period_frac >> down, period_shift=s.period_shift - down,
                           period_maxerror_frac=s.period_maxerror_frac >> down)
            if rng.random() < 0.1:
                s = s._replace(**rng.choice((
                    {"counter_id": 0, "counter_read_id": 0}, {"disruption_marker": 8}, {"time_type": 1},
                    {"leap_indicator": 1}, {"have": clock.HAVE_ESTIMATE_ONLY}, {"have": 0},
                    {"period_frac": u64(rng)}, {"period_maxerror_frac": u64(rng)},
                    {"period_shift": rng.randrange(256)}, {"ref_sec": u64(rng)},
                    {"maxerror_ns": u64(rng)}, {"clock_status": 4})))
            if rng.random() < 0.15:
                s = moved(rng, s)
            if rng.random() < 0.15:
                s = elsewhere(rng, s)
            snapshots.append(s)
        if rng.random() < 0.02:
            snapshots = []
        yield snapshots, counter
