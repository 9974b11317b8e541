/* SPDX-License-Identifier: BSD-2-Clause */
/* string.h - stands in for U-Boot's. */
#include <string.h>
