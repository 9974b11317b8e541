/* SPDX-License-Identifier: BSD-2-Clause */
#define bool _Bool
#define true 1
#define false 0
