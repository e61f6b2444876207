/* SPDX-License-Identifier: Apache-2.0 */
/* Compares the identity with the platform's rule for the grade and with the image's file. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "suite/identity.h"

/* Takes ownership of both texts. */
static void add(struct result *result, const char *key, char *expected, char *measured,
                bool matches)
{
    struct identity_check *check = vec_add(&result->identity);

    check->key = text_dup(key);
    check->expected = expected;
    check->measured = measured;
    check->matches = matches;
}

static void add_text(struct result *result, const char *key, const char *expected,
                     const char *measured)
{
    if (expected != NULL)
        add(result, key, text_dup(expected), text_dup(measured), strcmp(expected, measured) == 0);
}

static void add_number(struct result *result, const char *key, int expected, int measured)
{
    if (expected >= 0)
        add(result, key, text_format("%d", expected), text_format("%d", measured),
            expected == measured);
}

static void compare_part(const struct guest_identity *identity, const struct identity_rule *rule,
                         struct result *result)
{
    uint32_t mask = rule->midr_mask != 0 ? rule->midr_mask : UINT32_MAX;

    if (identity->arch == ARCH_X86_64) {
        if (rule->vendors.count > 0)
            add(result, "vendor", strv_join(&rule->vendors, " or "), text_dup(identity->vendor),
                strv_has(&rule->vendors, identity->vendor));
        add_number(result, "family", rule->family, identity->family);
        add_number(result, "model", rule->model, identity->model);
        return;
    }
    if (rule->midr == 0)
        return;
    add(result, "midr",
        mask == UINT32_MAX
            ? text_format("0x%08" PRIx32, rule->midr)
            : text_format("0x%08" PRIx32 " in the bits 0x%08" PRIx32, rule->midr, mask),
        text_format("0x%08" PRIx32, identity->midr), ((identity->midr ^ rule->midr) & mask) == 0);
}

static void compare_features(const struct guest_identity *identity,
                             const struct identity_rule *rule, struct result *result)
{
    for (size_t i = 0; i < rule->has.count; i++) {
        const char *name = rule->has.items[i];
        bool there = strv_has(&identity->features, name);

        add(result, "feature", text_format("%s", name),
            text_format("%s%s", there ? "" : "no ", name), there);
    }
    for (size_t i = 0; i < rule->lacks.count; i++) {
        const char *name = rule->lacks.items[i];
        bool there = strv_has(&identity->features, name);

        add(result, "feature", text_format("no %s", name),
            text_format("%s%s", there ? "" : "no ", name), !there);
    }
}

static void compare_page_size(const struct guest_identity *identity,
                              const struct platform *platform, const struct image *image,
                              struct result *result)
{
    _cleanup_strv_ struct strv sizes = {0};
    bool allowed = false;

    if (image->page_size != 0) {
        add(result, "page_size", text_format("%" PRIu32, image->page_size),
            text_format("%" PRIu32, identity->page_size), image->page_size == identity->page_size);
        return;
    }
    vec_foreach (size, &platform->page_sizes) {
        strv_take(&sizes, text_format("%" PRIu32, *size));
        allowed = allowed || *size == identity->page_size;
    }
    if (sizes.count > 0)
        add(result, "page_size", strv_join(&sizes, " or "),
            text_format("%" PRIu32, identity->page_size), allowed);
}

static void compare_clock(const struct guest_identity *identity, int64_t host_clock_ms,
                          struct result *result)
{
    /* No overflow: clock_ms is between 0 and INT64_MAX. */
    int64_t off = identity->clock_ms - host_clock_ms;

    add(result, "clock",
        text_format("within %d s of the host's", IDENTITY_CLOCK_TOLERANCE_MS / 1000),
        text_format("%+.3f s", (double)off / 1000),
        off <= IDENTITY_CLOCK_TOLERANCE_MS && off >= -IDENTITY_CLOCK_TOLERANCE_MS);
}

void identity_compare(const struct guest_identity *identity, const struct platform *platform,
                      const struct image *image, const struct feature_table *table,
                      int64_t host_clock_ms, struct result *result)
{
    const struct identity_rule *rule = &platform->identity[result->grade];

    result->identity_measured = true;
    add_text(result, "arch", arch_name(platform->arch), arch_name(identity->arch));
    if (!rule->given) {
        add(result, "rule", text_format("one for grade %s", grade_name(result->grade)),
            text_dup("none"), false);
    } else {
        compare_part(identity, rule, result);
        compare_features(identity, rule, result);
    }
    compare_page_size(identity, platform, image, result);
    add_text(result, "kernel", image->kernel_release, identity->kernel);
    add_text(result, "os_id", image->os_id, identity->os_id);
    add_text(result, "os_version", image->os_version, identity->os_version);
    compare_clock(identity, host_clock_ms, result);
    gaps_done(&result->gaps);
    gaps_compute(platform, table, &identity->features, &result->gaps);
}

char *identity_find_change(const struct guest_identity *before, const struct guest_identity *after)
{
    const struct {
        const char *key, *then, *now;
    } texts[] = {
        {"kernel", before->kernel, after->kernel},
        {"os_id", before->os_id, after->os_id},
        {"os_version", before->os_version, after->os_version},
        {"boot_id", before->boot_id, after->boot_id},
        {"vendor", before->vendor, after->vendor},
    };
    const struct {
        const char *key;
        uint64_t then, now;
    } numbers[] = {
        {"family", (uint64_t)before->family, (uint64_t)after->family},
        {"model", (uint64_t)before->model, (uint64_t)after->model},
        {"midr", before->midr, after->midr},
        {"page_size", before->page_size, after->page_size},
        {"hwcap", before->hwcap, after->hwcap},
    };

    if (before->arch != after->arch)
        return text_format("arch is '%s', it was '%s'", arch_name(after->arch),
                           arch_name(before->arch));
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (!text_equal(texts[i].then, texts[i].now))
            return text_format("%s is '%s', it was '%s'", texts[i].key, texts[i].now,
                               texts[i].then);
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        if (numbers[i].then != numbers[i].now)
            return text_format("%s is 0x%" PRIx64 ", it was 0x%" PRIx64, numbers[i].key,
                               numbers[i].now, numbers[i].then);
    /* A kernel never clears a taint flag. */
    if ((before->taint & ~after->taint) != 0)
        return text_format("taint is %" PRIu64 ", it was %" PRIu64, after->taint, before->taint);
    return NULL;
}

void identity_conclude(struct result *result)
{
    static const char *const of_image[] = {"page_size", "kernel", "os_id", "os_version"};

    vec_foreach (check, &result->identity) {
        if (check->matches)
            continue;
        result->outcome = STATUS_MISS;
        result->blame = BLAME_HOST;
        for (size_t i = 0; i < sizeof(of_image) / sizeof(of_image[0]); i++)
            if (strcmp(check->key, of_image[i]) == 0)
                result->blame = BLAME_IMAGE;
        free(result->reason);
        result->reason =
            text_format("the guest is not what the plan says: %s is '%s', expected '%s'",
                        check->key, check->measured, check->expected);
        return;
    }
}
