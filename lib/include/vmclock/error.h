/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * error.h - every reason for which there is no answer, by name.
 *
 * A function that can fail returns 0 or one of these negative codes. Codes are grouped by who has
 * to act: the caller, the page's publisher, the firmware's tables, the platform, other clocks.
 */
#ifndef VMCLOCK_ERROR_H
#define VMCLOCK_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

/* The one list: X(code, NAME, "name", "one sentence"). Codes never change their meaning. */
/* clang-format off */
#define VMCLOCK_ERRORS(X)                                                                          \
    /* the caller */                                                                               \
    X(-1, ARGUMENT, "argument", "A required argument is null or outside its documented range.")    \
    X(-2, MISALIGNED, "misaligned", "The page does not start on an 8-byte boundary.")              \
    X(-3, RANGE, "range", "The exact result does not fit the type that returns it.")               \
    X(-4, CALENDAR, "calendar", "There is no such date or time of day.")                           \
    X(-5, DISRUPTED, "disrupted", "The counter was disrupted since it was calibrated.")            \
    X(-6, CONTRADICTION, "contradiction", "Samples or sources of the time contradict each other.") \
    X(-7, RATE, "rate", "The samples do not tell how fast the counter is, nor does a frequency.")  \
    X(-8, TOO_FAR, "too-far", "The clock is farther off its reference than the caller allows.")    \
    X(-9, ROOM, "room", "The text does not fit the buffer that is given for it.")                  \
    X(-10, NOT_YET, "not-yet", "The time did not come within the ticks that the caller allows.")   \
    /* the page and its publisher */                                                               \
    X(-20, BUSY, "busy", "The page stayed in update for as many tries as the caller allows.")      \
    X(-21, MAGIC, "magic", "The page does not begin with the vmclock magic.")                      \
    X(-22, VERSION, "version", "The page has a version that this library does not know.")          \
    X(-23, SIZE, "size", "The page's size is too small to be of use or larger than the mapping.")  \
    X(-24, CHANGED, "changed", "Constant fields of the page changed while it was mapped.")         \
    X(-25, NO_CLOCK, "no-clock", "The page signals disruption only, it carries no clock.")         \
    X(-26, COUNTER, "counter", "The page's clock counts with a counter that this CPU lacks.")      \
    X(-27, UNSYNCHRONISED, "unsynchronised", "The publisher says that its clock is not usable.")   \
    X(-28, TIME_TYPE, "time-type", "The page's time is smeared or of an unknown type.")            \
    X(-29, PERIOD, "period", "The page's counter period is zero.")                                 \
    X(-30, STALE, "stale", "The page's reference point is farther away than the caller allows.")   \
    X(-31, NO_EPOCH, "no-epoch", "The page's time has no epoch, so neither UTC nor TAI is known.") \
    X(-32, TAI_OFFSET, "tai-offset", "The offset between TAI and UTC is absent or implausible.")   \
    X(-33, LEAP, "leap", "The leap indicator is unknown or contradicts the reference time.")       \
    X(-34, LEAP_HORIZON, "leap-horizon", "The page does not know the leap seconds of that time.")  \
    X(-35, SMEAR, "smear", "The smearing hint or the shape of the smear is not known.")            \
    X(-36, STEP, "step", "The new time lies outside the interval that was published before it.")   \
    X(-37, ESTIMATE, "estimate", "The page's publisher does not estimate its error.")              \
    /* the firmware's tables */                                                                    \
    X(-50, NO_DEVICE, "no-device", "The firmware describes no vmclock device.")                    \
    X(-51, RSDP, "rsdp", "The ACPI root pointer is damaged or gives no root table.")               \
    X(-52, TABLE, "table", "An ACPI table has a bad signature, length or checksum.")               \
    X(-53, AML, "aml", "The AML that describes the device is malformed.")                          \
    X(-54, UNSUPPORTED, "unsupported", "The device cannot be known without executing AML.")        \
    X(-55, RESOURCE, "resource", "The device's resources are not one valid memory range.")         \
    X(-56, EFI, "efi", "The EFI system table is damaged.")                                         \
    X(-57, FDT, "fdt", "The device tree is damaged or is not one.")                                \
    /* the platform */                                                                             \
    X(-70, MAP, "map", "The platform could not map the physical memory that was asked for.")       \
    X(-71, ACCESS, "access", "The platform could not read or write the page that is published.")   \
    /* the machine's other clocks, and what is set by ours */                                      \
    X(-90, RTC_ABSENT, "rtc-absent", "There is no real-time clock of that kind.")                  \
    X(-91, RTC_BUSY, "rtc-busy", "The real-time clock stayed in update for longer than it may.")   \
    X(-92, RTC_INVALID, "rtc-invalid", "The real-time clock lost its time or holds none.")         \
    X(-93, RTC_STOPPED, "rtc-stopped", "The real-time clock does not advance.")                    \
    X(-94, RTC_FIRMWARE, "rtc-firmware", "The firmware failed to get or set its real-time clock.") \
    X(-95, RTC_NOT_SET, "rtc-not-set", "The real-time clock does not show what it was set to.")    \
    X(-96, BOUND, "bound", "The time has no promised bound, or a wider one than is allowed.")
/* clang-format on */

enum vmclock_error {
    VMCLOCK_OK = 0,
#define VMCLOCK_ERROR_ENUM(code, NAME, name, text) VMCLOCK_ERR_##NAME = (code),
    VMCLOCK_ERRORS(VMCLOCK_ERROR_ENUM)
#undef VMCLOCK_ERROR_ENUM
};

/*
 * The short name of an error ("busy"), for programs and logs.
 *
 * error: what a function of this library returned.
 * Returns a static string: "ok" for 0, "unknown" for a code that is not in the list. Never null.
 * Bounded work, reentrant.
 */
const char *vmclock_error_name(int error);

/*
 * One English sentence that explains an error, for people.
 *
 * As vmclock_error_name; "Success." for 0.
 */
const char *vmclock_error_text(int error);

#ifdef __cplusplus
}
#endif
#endif
