/* SPDX-License-Identifier: BSD-2-Clause */
/* libfdt.h - any libfdt's, on the tree's own types; and limits as macros that #if cannot read. */
#include <linux/types.h>

#define UINT32_MAX ((u32)~0U)
#define UINT64_MAX ((u64)~0ULL)

#include_next <libfdt.h>
