/* SPDX-License-Identifier: BSD-2-Clause */
#include "machine.h"

#define A 0x0a
#define B 0x0b
#define D 0x0d
#define UIP_NS 244000     /* UIP is set so long before the update, ... */
#define UPDATE_NS 1984000 /* ... which takes so long */

static const uint8_t places[] = {0x00, 0x02, 0x04, 0x07, 0x08, 0x09};

static uint8_t encode(const struct chip *chip, unsigned value)
{
    return (uint8_t)(chip->memory[B] & 4 ? value : value / 10 * 16 + value % 10);
}

static unsigned decode(const struct chip *chip, uint8_t raw)
{
    if (chip->memory[B] & 4)
        return raw;
    assert_in_range(raw & 15, 0, 9);
    assert_in_range(raw >> 4, 0, 9);
    return (raw >> 4) * 10u + (raw & 15u);
}

static void show(struct chip *chip)
{
    const struct vmclock_utc utc = {chip->sec, 0, 0};
    struct vmclock_civil civil;
    assert_int_equal(vmclock_utc_to_civil(&utc, &civil), 0);
    const unsigned hour = civil.hour;
    unsigned year = (unsigned)civil.year;
    uint8_t raw_hour = encode(chip, hour);
    if (!(chip->memory[B] & 2)) {
        const unsigned twelve = hour % 12 ? hour % 12 : 12;
        raw_hour = (uint8_t)(encode(chip, twelve) | (hour >= 12 ? 0x80 : 0));
    }
    const uint8_t raw[] = {
        encode(chip, civil.second), encode(chip, civil.minute), raw_hour,
        encode(chip, civil.day),    encode(chip, civil.month),  encode(chip, year % 100)};
    for (size_t i = 0; i < sizeof places; i++) {
        chip->memory[places[i]] = raw[i];
    }
    if (chip->century) {
        chip->memory[chip->century] = encode(chip, year / 100);
    }
}

/* What the fields say, when the clock starts again. */
static void take(struct chip *chip)
{
    const uint8_t raw = chip->memory[4];
    unsigned hour = decode(chip, raw & (chip->memory[B] & 2 ? 0xff : 0x7f));
    if (!(chip->memory[B] & 2)) {
        assert_in_range(hour, 1, 12);
        hour = hour % 12 + (raw & 0x80 ? 12 : 0);
    }
    unsigned year = decode(chip, chip->memory[9]);
    year += chip->century ? decode(chip, chip->memory[chip->century]) * 100
            : year < 70   ? 2000
                          : 1900;
    const struct vmclock_civil civil = {year,
                                        (uint8_t)decode(chip, chip->memory[8]),
                                        (uint8_t)decode(chip, chip->memory[7]),
                                        (uint8_t)hour,
                                        (uint8_t)decode(chip, chip->memory[2]),
                                        (uint8_t)decode(chip, chip->memory[0]),
                                        0};
    struct vmclock_utc utc;
    assert_int_equal(vmclock_civil_to_utc(&civil, &utc), 0);
    chip->sec = utc.posix_sec;
}

static int halted(const struct chip *chip)
{
    return chip->memory[B] & 0x80 || (chip->memory[A] & 0x60) == 0x60;
}

void machine_pass(struct machine *machine, int64_t ns)
{
    struct chip *chip = &machine->chip;
    machine->ns += ns;
    if (machine->jump_ns && machine->ns >= machine->jump_at_ns) {
        machine->ns += machine->jump_ns;
        machine->jump_ns = 0;
    }
    while (machine->ns >= chip->next_ns) {
        chip->next_ns += chip->rate_ns;
        if (!halted(chip)) {
            chip->sec++;
            show(chip);
        }
    }
    /* The load register moves it by whole seconds; its beat stays. */
    if (machine->pl031[2]) {
        machine->pl031_offset_ns += ((int64_t)machine->pl031[2] - machine->pl031[0]) * SEC;
        machine->pl031[2] = 0;
        machine->pl031_sets++;
    }
    machine->pl031[0] =
        (uint32_t)((START_SEC * SEC + machine->ns + machine->pl031_offset_ns) / SEC);
}

static uint8_t chip_read(void *context, uint8_t index)
{
    struct machine *machine = context;
    struct chip *chip = &machine->chip;
    machine_pass(machine, machine->step_ns);
    chip->reads++;
    if (chip->dead) {
        return 0xff;
    }
    const int64_t to_next_ns = chip->next_ns - machine->ns;
    const int updating = to_next_ns > chip->rate_ns - UPDATE_NS && !halted(chip);
    if (index == A) {
        const int due = (to_next_ns <= UIP_NS && !halted(chip)) || updating;
        return (uint8_t)(chip->memory[A] | (due ? 0x80 : 0));
    }
    for (size_t i = 0; i < sizeof places; i++) {
        if (updating && index == places[i]) {
            return 0x5a; /* undefined, says the data sheet */
        }
    }
    return index == 0 && chip->wild ? (uint8_t)(chip->reads % 10) : chip->memory[index];
}

static void chip_write(void *context, uint8_t index, uint8_t value)
{
    struct machine *machine = context;
    struct chip *chip = &machine->chip;
    machine_pass(machine, machine->step_ns);
    chip->writes++;
    const int was = halted(chip);
    const int reset = (chip->memory[A] & 0x60) == 0x60;
    if (chip->no_reset && index == A) {
        return;
    }
    if (index != A && index != B) {
        assert_true(chip->memory[B] & 0x80); /* never while it counts */
        if (!chip->takes_none) {
            chip->memory[index] = value;
        }
        return;
    }
    assert_false(index == A && value & 0x80); /* UIP is read only */
    chip->memory[index] = value;
    if (was && !halted(chip)) {
        take(chip);
        show(chip);
    }
    if (reset && (chip->memory[A] & 0x60) != 0x60) {
        chip->next_ns = machine->ns + chip->rate_ns / 2;
    }
}

static uint64_t read_counter(void *context)
{
    struct machine *machine = context;
    machine_pass(machine, machine->step_ns);
    return (uint64_t)machine->ns;
}

void machine_put(struct machine *machine, size_t offset, size_t bytes, uint64_t value)
{
    memcpy((uint8_t *)machine->page + offset, &value, bytes);
}

int64_t machine_posix(const struct machine *machine)
{
    return START_SEC + machine->ns / SEC;
}

void machine_set_chip(struct machine *machine, int64_t sec, int64_t into_second_ns)
{
    machine->chip.sec = sec;
    machine->chip.next_ns = machine->ns + machine->chip.rate_ns - into_second_ns;
    show(&machine->chip);
}

void machine_init(struct machine *machine, uint8_t format)
{
    const struct vmclock_counter counter = {read_counter, machine, VMCLOCK_COUNTER_ID_X86_TSC};
    memset(machine, 0, sizeof *machine);
    machine->step_ns = 1000;
    machine->chip.rate_ns = SEC;
    machine->chip.century = 0x32;
    machine->chip.memory[A] = 0x26;
    machine->chip.memory[B] = format;
    machine->chip.memory[D] = 0x80;
    machine->chip.next_ns = SEC;
    machine_set_chip(machine, START_SEC, 0);
    machine->cmos = (struct vmclock_cmos){chip_read, chip_write, machine, 0};
    machine->pl031[0xfe0 / 4] = 0x31;
    machine->pl031[0xfe4 / 4] = 0x10;
    machine->pl031[0x00c / 4] = 1;
    machine_put(machine, 0x00, 4, 0x4b4c4356);
    machine_put(machine, 0x04, 4, sizeof machine->page);
    machine_put(machine, 0x08, 2, 1);
    machine_put(machine, 0x0a, 1, 1);
    machine_put(machine, 0x10, 8, 7);
    machine_put(machine, 0x18, 8, 0x50);
    machine_put(machine, 0x22, 1, VMCLOCK_CLOCK_STATUS_SYNCHRONIZED);
    machine_put(machine, 0x27, 1, 29);
    machine_put(machine, 0x30, 8, UINT64_C(0x89705F4136B4A597));
    machine_put(machine, 0x48, 8, (uint64_t)START_SEC);
    machine_put(machine, 0x60, 8, 1000000);
    assert_int_equal(
        vmclock_open_with_counter(&machine->clk, machine->page, sizeof machine->page, &counter), 0);
    machine_pass(machine, 0);
}
