/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * version.h - which libvmclock this is, for the preprocessor and as text.
 *
 * While the first number is 0, the second changes where something that compiled does so no more or means
 * something else; the third where it does not.
 */
#ifndef VMCLOCK_VERSION_H
#define VMCLOCK_VERSION_H

#define VMCLOCK_VERSION_MAJOR 0
#define VMCLOCK_VERSION_MINOR 2
#define VMCLOCK_VERSION_PATCH 0

#define VMCLOCK_VERSION "0.2.0"

/* One number that grows with the version: #if VMCLOCK_VERSION_NUMBER >= 2000, for 0.2.0 and later. */
#define VMCLOCK_VERSION_NUMBER \
    (VMCLOCK_VERSION_MAJOR * 1000000 + VMCLOCK_VERSION_MINOR * 1000 + VMCLOCK_VERSION_PATCH)

#endif
