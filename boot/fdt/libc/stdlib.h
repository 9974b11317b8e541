/* SPDX-License-Identifier: BSD-2-Clause */
/* stdlib.h - libfdt_env.h includes it; the parts that read a tree use nothing of it. */
