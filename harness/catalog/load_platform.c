/* SPDX-License-Identifier: Apache-2.0 */
/* A platform's file -> struct platform. */
#include <string.h>

#include "base/error.h"
#include "base/path.h"
#include "catalog/catalog.h"
#include "catalog/load.h"
#include "catalog/names.h"
#include "catalog/xml.h"

#define VCPUS_MAX 64
#define MEMORY_MIN_MIB 64
#define MEMORY_MAX_MIB (1024 * 1024)
#define PAGE_MAX (2 * 1024 * 1024)

/* The context for reading each part of the file. */
struct reading {
    const struct xml_file *file;
    const struct feature_table *table;
    struct platform *platform;
};

/* Reads a list of features, which must be in the table and must not be duplicates. */
static int read_features(const struct reading *in, const xmlNode *node, struct strv *ret_list,
                         struct error **err)
{
    _cleanup_strv_ struct strv words = {0};
    enum arch arch = in->platform->arch;

    xml_words(node, &words);
    for (size_t i = 0; i < words.count; i++) {
        const char *name = words.items[i];

        if (strv_has(ret_list, name))
            return xml_error(in->file, node, err,
                             "feature '%s' is listed twice in <%s>: remove one", name, node->name);
        if (in->table != NULL && feature_find(in->table, arch, name) == NULL) {
            _cleanup_free_ char *close = names_closest_feature(in->table, arch, name);

            return xml_error(in->file, node, err,
                             "feature '%s' is not in arch/features.xml for %s%s%s%s: correct it, "
                             "or add a row there",
                             name, arch_name(arch), close != NULL ? ", the closest is '" : "",
                             close != NULL ? close : "", close != NULL ? "'" : "");
        }
        strv_add(ret_list, name);
    }
    return 0;
}

static int refuse_both(const struct reading *in, const xmlNode *node, const struct strv *has,
                       const struct strv *lacks, const char *what, struct error **err)
{
    for (size_t i = 0; i < has->count; i++)
        if (strv_has(lacks, has->items[i]))
            return xml_error(in->file, node, err, "feature '%s' is in both %s: remove one",
                             has->items[i], what);
    return 0;
}

static int read_hex32(const struct reading *in, const xmlNode *node, const char *attribute,
                      uint32_t *ret_value, struct error **err)
{
    uint64_t value = *ret_value;
    int code = xml_number(in->file, node, attribute, 0, UINT32_MAX, &value, err);

    if (code == 0)
        *ret_value = (uint32_t)value;
    return code;
}

/* Reads vendor, family and model, or MIDR, depending on the architecture. */
static int read_who(const struct reading *in, const xmlNode *node, struct identity_rule *rule,
                    struct error **err)
{
    const xmlNode *midr = xml_child(node, "midr");
    const xmlNode *family = xml_child(node, "family"), *model = xml_child(node, "model");
    uint64_t value;
    int code;

    if (midr != NULL && in->platform->arch != ARCH_AARCH64)
        return xml_error(in->file, midr, err,
                         "<midr> is for aarch64: an x86_64 platform is identified by <vendor>, "
                         "<family> and <model>");
    for (const xmlNode *vendor = xml_child(node, "vendor"); vendor != NULL;
         vendor = xml_next(vendor, "vendor")) {
        if (in->platform->arch != ARCH_X86_64)
            return xml_error(in->file, vendor, err,
                             "<vendor> is for x86_64: an aarch64 platform is identified by <midr>");
        strv_take(&rule->vendors, xml_text(vendor));
    }
    if (family != NULL) {
        code = xml_number(in->file, family, NULL, 0, 0xfff, &value, err);
        if (code < 0)
            return code;
        rule->family = (int)value;
    }
    if (model != NULL) {
        code = xml_number(in->file, model, NULL, 0, 0xff, &value, err);
        if (code < 0)
            return code;
        rule->model = (int)value;
    }
    if (midr == NULL)
        return 0;
    code = read_hex32(in, midr, NULL, &rule->midr, err);
    if (code == 0)
        code = read_hex32(in, midr, "mask", &rule->midr_mask, err);
    if (code == 0 && (rule->midr & ~rule->midr_mask) != 0)
        code = xml_error(in->file, midr, err,
                         "midr 0x%08x has bits that its mask 0x%08x leaves out, so it never "
                         "matches: clear them",
                         rule->midr, rule->midr_mask);
    return code;
}

static int read_identity(const struct reading *in, const xmlNode *node, struct error **err)
{
    _cleanup_free_ char *name = xml_attribute(node, "grade");
    const xmlNode *has = xml_child(node, "has"), *lacks = xml_child(node, "lacks");
    struct identity_rule *rule;
    enum grade grade;
    int code;

    if (!grade_parse(name, &grade))
        return xml_error(in->file, node, err, "'%s' is not a grade", name);
    rule = &in->platform->identity[grade];
    if (rule->given)
        return xml_error(in->file, node, err, "grade '%s' has two identities: remove one", name);
    rule->given = true;
    code = read_who(in, node, rule, err);
    if (code == 0)
        code = read_features(in, has, &rule->has, err);
    if (code == 0)
        code = read_features(in, lacks, &rule->lacks, err);
    if (code == 0)
        code = refuse_both(in, node, &rule->has, &rule->lacks, "<has> and <lacks>", err);
    return code;
}

static int read_cpu(const struct reading *in, const xmlNode *node, struct error **err)
{
    _cleanup_free_ char *name = xml_attribute(node, "accel");
    struct cpu_profile *profile;
    enum accel accel;
    int code;

    if (!accel_parse(name, &accel))
        return xml_error(in->file, node, err, "'%s' is not an accelerator", name);
    profile = &in->platform->profile[accel];
    if (profile->given)
        return xml_error(in->file, node, err, "accelerator '%s' has two <cpu>: remove one", name);
    profile->given = true;
    profile->mode = xml_attribute(node, "mode");
    profile->model = xml_attribute(node, "model");
    if (accel == ACCEL_TCG && profile->model == NULL)
        return xml_error(in->file, node, err,
                         "tcg has no host CPU to pass through: use mode=\"custom\" and a model");
    code = read_hex32(in, node, "midr", &profile->midr, err);
    if (code == 0 && profile->midr != 0 && in->platform->arch != ARCH_AARCH64)
        code = xml_error(in->file, node, err, "midr is for aarch64, this platform is x86_64");
    if (code == 0)
        code = read_features(in, xml_child(node, "enable"), &profile->enable, err);
    if (code == 0)
        code = read_features(in, xml_child(node, "disable"), &profile->disable, err);
    if (code == 0)
        code = refuse_both(in, node, &profile->enable, &profile->disable, "<enable> and <disable>",
                           err);
    return code;
}

static int read_machine(const struct reading *in, const xmlNode *node, struct error **err)
{
    struct platform *platform = in->platform;
    uint64_t vcpus = 0, memory = 0;
    int code;

    platform->machine = xml_attribute(node, "type");
    platform->firmware = xml_attribute(node, "firmware");
    platform->console = xml_attribute(node, "console");
    code = xml_number(in->file, node, "vcpus", 1, VCPUS_MAX, &vcpus, err);
    if (code == 0)
        code =
            xml_number(in->file, node, "memory-mib", MEMORY_MIN_MIB, MEMORY_MAX_MIB, &memory, err);
    if (code < 0)
        return code;
    platform->vcpus = (unsigned)vcpus;
    platform->memory_mib = (unsigned)memory;
    for (const xmlNode *page = xml_child(node, "page-size"); page != NULL;
         page = xml_next(page, "page-size")) {
        uint64_t size = 0;

        code = xml_number(in->file, page, NULL, 4096, PAGE_MAX, &size, err);
        if (code < 0)
            return code;
        if ((size & (size - 1)) != 0)
            return xml_error(in->file, page, err, "page size %u is not a power of two",
                             (unsigned)size);
        *vec_add(&platform->page_sizes) = (uint32_t)size;
    }
    return 0;
}

/* The schema allows only yes and no. */
static enum answer answer(const xmlNode *node, const char *name)
{
    _cleanup_free_ char *value = xml_attribute(node, name);

    return value == NULL ? ANSWER_UNKNOWN : text_equal(value, "yes") ? ANSWER_YES : ANSWER_NO;
}

static int read_all(const struct reading *in, const xmlNode *root, struct error **err)
{
    struct platform *platform = in->platform;
    int code = load_name(in->file, &platform->name, err);

    platform->variant_of = xml_attribute(root, "variant-of");
    load_titles(root, &platform->title, &platform->title_zh);
    platform->aarch32 = answer(root, "aarch32");
    platform->part = xml_text(xml_child(root, "part"));
    platform->source = xml_text(xml_child(root, "source"));
    if (code == 0)
        code = read_features(in, xml_child(root, "has"), &platform->has, err);
    if (code == 0)
        code = read_features(in, xml_child(root, "lacks"), &platform->lacks, err);
    if (code == 0)
        code = refuse_both(in, xml_child(root, "lacks"), &platform->has, &platform->lacks,
                           "<has> and <lacks>", err);
    for (const xmlNode *node = xml_child(root, "identity"); code == 0 && node != NULL;
         node = xml_next(node, "identity"))
        code = read_identity(in, node, err);
    for (const xmlNode *node = xml_child(root, "cpu"); code == 0 && node != NULL;
         node = xml_next(node, "cpu"))
        code = read_cpu(in, node, err);
    if (code == 0)
        code = read_machine(in, xml_child(root, "machine"), err);
    return code;
}

int catalog_load_platform(const char *path, const struct feature_table *table,
                          struct platform **ret_platform, struct error **err)
{
    _cleanup_(platform_free_cleanup) struct platform *platform = text_calloc(1, sizeof(*platform));
    _cleanup_xml_file_ struct xml_file *file = NULL;
    _cleanup_free_ char *arch = NULL;
    struct reading in = {.table = table, .platform = platform};
    int code = xml_file_open(path, "arch/platforms/platform.rng", &file, err);

    if (code < 0)
        return code;
    in.file = file;
    for (int grade = 0; grade < GRADE_COUNT; grade++)
        platform->identity[grade].family = platform->identity[grade].model = -1;
    arch = xml_attribute(xml_file_root(file), "arch");
    if (!arch_parse(arch, &platform->arch))
        return xml_error(file, xml_file_root(file), err, "'%s' is not an architecture", arch);
    code = read_all(&in, xml_file_root(file), err);
    if (code < 0)
        return code;
    strcpy(platform->file_sha256, xml_file_sha256(file));
    *ret_platform = steal_ptr(platform);
    return 0;
}
