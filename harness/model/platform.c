/* SPDX-License-Identifier: Apache-2.0 */
/* The members of a platform, in the order of its JSON. Its file is read by catalog/load_platform,
 * which also checks features and masks for consistency. */
#include "model/platform.h"

#include <stdlib.h>

#include "model/member.h"

#define HEX MEMBER_NULL | MEMBER_HEX

static const struct member identity_rows[] = {
    MEMBER(struct identity_rule, vendors, TEXTS, "vendors"),
    MEMBER(struct identity_rule, family, NUMBER, "family", .flags = MEMBER_NULL, .min = -1,
           .max = 0xfff),
    MEMBER(struct identity_rule, model, NUMBER, "model", .flags = MEMBER_NULL, .min = -1,
           .max = 0xff),
    MEMBER(struct identity_rule, midr, NUMBER, "midr", .flags = HEX),
    MEMBER(struct identity_rule, midr_mask, NUMBER, "midr_mask", .flags = HEX),
    MEMBER(struct identity_rule, has, TEXTS, "has"),
    MEMBER(struct identity_rule, lacks, TEXTS, "lacks"),
};
static const struct members identity_members = MEMBERS(struct identity_rule, identity_rows);

static const struct member profile_rows[] = {
    MEMBER(struct cpu_profile, mode, TEXT, "mode", .flags = MEMBER_NULL),
    MEMBER(struct cpu_profile, model, TEXT, "model", .flags = MEMBER_NULL),
    MEMBER(struct cpu_profile, midr, NUMBER, "midr", .flags = HEX),
    MEMBER(struct cpu_profile, enable, TEXTS, "enable"),
    MEMBER(struct cpu_profile, disable, TEXTS, "disable"),
};
static const struct members profile_members = MEMBERS(struct cpu_profile, profile_rows);

#define PLATFORM(field, kind, ...) MEMBER(struct platform, field, kind, #field, __VA_ARGS__)
#define PLATFORM_TEXT(field) PLATFORM(field, TEXT, .flags = MEMBER_NULL)

static const struct member platform_rows[] = {
    PLATFORM(name, TEXT),
    PLATFORM_TEXT(variant_of),
    PLATFORM_TEXT(title),
    PLATFORM_TEXT(title_zh),
    PLATFORM(arch, WORD, .words = &arch_words),
    PLATFORM(aarch32, ANSWER, .flags = MEMBER_OMIT | MEMBER_ABSENT),
    PLATFORM_TEXT(part),
    PLATFORM_TEXT(source),
    PLATFORM(has, TEXTS),
    PLATFORM(lacks, TEXTS),
    PLATFORM(identity, KEYED, .words = &grade_words, .table = &identity_members,
             .given = offsetof(struct identity_rule, given)),
    MEMBER(struct platform, profile, KEYED, "cpu", .words = &accel_words, .table = &profile_members,
           .given = offsetof(struct cpu_profile, given)),
    PLATFORM_TEXT(machine),
    PLATFORM_TEXT(firmware),
    PLATFORM_TEXT(console),
    PLATFORM(vcpus, NUMBER, .max = UINT32_MAX),
    PLATFORM(memory_mib, NUMBER, .max = UINT32_MAX),
    PLATFORM(page_sizes, NUMBERS),
};
const struct members platform_members = MEMBERS(struct platform, platform_rows);

void platform_free(struct platform *platform)
{
    if (platform == NULL)
        return;
    members_done(&platform_members, platform);
    free(platform);
}
