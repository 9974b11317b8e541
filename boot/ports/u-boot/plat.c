/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The page: found by drivers/fdt, mapped as U-Boot maps memory, read by the core.
 */
#include <dm.h>
#include <errno.h>
#include <rtc.h>
#include <asm/armv8/mmu.h>
#include <asm/global_data.h>
#include <linux/libfdt.h>

#include <vmclock/fdt.h>

#include "plat.h"

DECLARE_GLOBAL_DATA_PTR;

void vmclock_plat_find(struct vmclock_plat *plat)
{
	plat->error = VMCLOCK_ERR_NO_DEVICE;
	if (gd->fdt_blob)
		plat->error = vmclock_fdt_find(gd->fdt_blob, fdt_totalsize(gd->fdt_blob),
					       &plat->region);
}

static int is_within(const struct vmclock_region *region, u64 start, u64 size)
{
	return region->phys >= start && region->phys - start < size &&
	       region->length <= size - (region->phys - start);
}

/* Whether there is memory. U-Boot maps more than a machine has. */
static int is_memory(const struct vmclock_region *region)
{
	int i;

	for (i = 0; i < CONFIG_NR_DRAM_BANKS; i++) {
		if (is_within(region, gd->bd->bi_dram[i].start, gd->bd->bi_dram[i].size))
			return 1;
	}
	return 0;
}

/* Where the page is mapped; null: nowhere. */
static const void *map_page(const struct vmclock_region *region)
{
	const struct mm_region *map;

	for (map = mem_map; map->size; map++) {
		if (!is_within(region, map->phys, map->size))
			continue;
		if ((map->attrs & PTE_BLOCK_MEMTYPE(7)) == PTE_BLOCK_MEMTYPE(MT_NORMAL) &&
		    !is_memory(region))
			return NULL;
		return (const void *)(uintptr_t)(map->virt + (region->phys - map->phys));
	}
	return NULL;
}

void vmclock_plat_open(struct vmclock_plat *plat)
{
	const void *mapped;

	if (plat->error)
		return;
	mapped = map_page(&plat->region);
	plat->error = mapped ? vmclock_open(&plat->clk, mapped, plat->region.length) :
			       VMCLOCK_ERR_MAP;
}

void vmclock_plat_read(const struct vmclock_plat *plat, struct report *report)
{
	report_init(report, plat->error);
	if (plat->region.length) {
		report->have |= REPORT_HAVE_REGION;
		report->region = plat->region;
	}
	if (!plat->error)
		report_read(report, &plat->clk);
}

int vmclock_next_rtc(struct udevice *dev, struct udevice **next)
{
	*next = dev;
	return uclass_next_device_err(next);
}

int vmclock_errno(enum report_state state)
{
	switch (state) {
	case REPORT_STATE_OK:
		return 0;
	case REPORT_STATE_NO_DEVICE:
		return -ENODEV;
	case REPORT_STATE_NO_CLOCK:
		return -ENODATA;
	case REPORT_STATE_WRONG_COUNTER:
		return -EOPNOTSUPP;
	case REPORT_STATE_UNSYNCHRONISED:
	case REPORT_STATE_BUSY:
		return -EAGAIN;
	case REPORT_STATE_BAD_PAGE:
	case REPORT_STATE_DISRUPTED:
		break;
	}
	return -EBADMSG;
}
