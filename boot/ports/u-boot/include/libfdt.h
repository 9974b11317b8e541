/* SPDX-License-Identifier: BSD-2-Clause */
/* libfdt.h - U-Boot's own libfdt, by the name that drivers/fdt knows it by. */
#include <linux/libfdt.h>
