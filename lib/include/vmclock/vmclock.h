/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vmclock.h - libvmclock: the right time in a virtual machine, without an operating system.
 *
 * Conventions of all headers:
 *   - C11 or gnu99, and C++ from C++11 on, by GCC or Clang; needs no libc: only <stdint.h> and
 *     <stddef.h>, or what stands for them (types.h).
 *   - Functions that can fail return 0 or a negative enum vmclock_error. Results come through the
 *     last parameters, which stay untouched on failure.
 *   - The quality of a clock (bound, status, leap second, announced disruption) is data in the
 *     result, not an error.
 *   - No static state and no allocation: everything is in structures that the caller owns. All
 *     functions are reentrant. None waits without a bound.
 *   - Pointers are not null unless it is said. Inputs are not changed.
 *   - Units are in the names: _ticks or counter, _sec, _ns, _frac64 (2^-64 s). ahead_ns is
 *     positive when our clock is ahead of the reference.
 *   - Whatever is given as an interval contains the time as far as the publisher's own bounds do:
 *     every rounding of an end goes outwards.
 *   - "UAPI.13" is the UAPI group's specification "VMClock".
 *
 * The way of the data:
 *   page  --vmclock_open-->  vmclock  --vmclock_utc_now-->  UTC, TAI, [earliest, latest]
 * and in its parts:
 *   vmclock  --vmclock_take_snapshot-->  vmclock_snapshot  --vmclock_utc_at-->  UTC, ...
 *                                                          --vmclock_at-->  the axis alone
 * Not in here is raw.h: conversions of instants whose moment the caller has to know.
 */
#ifndef VMCLOCK_VMCLOCK_H
#define VMCLOCK_VMCLOCK_H

#include <vmclock/abi.h>
#include <vmclock/audit.h>
#include <vmclock/calibrate.h>
#include <vmclock/civil.h>
#include <vmclock/clamp.h>
#include <vmclock/clock.h>
#include <vmclock/counter.h>
#include <vmclock/deadline.h>
#include <vmclock/error.h>
#include <vmclock/guard.h>
#include <vmclock/leap.h>
#include <vmclock/names.h>
#include <vmclock/page.h>
#include <vmclock/publish.h>
#include <vmclock/reader.h>
#include <vmclock/smear.h>
#include <vmclock/steer.h>
#include <vmclock/text.h>
#include <vmclock/time.h>
#include <vmclock/types.h>
#include <vmclock/utc.h>
#include <vmclock/version.h>

#endif
