/* SPDX-License-Identifier: BSD-2-Clause */
/* libfdt.h - stands in for U-Boot's. */
#include <libfdt.h>
