/* SPDX-License-Identifier: Apache-2.0 */
/* Parses the identity line. */
#include "suite/identity.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"

#define WHAT "the guest's identity line"
#define FEATURES_MAX 512
#define WORD_MAX 256

/* A string of limited length, copied for display. */
static int get_word(const json_t *json, const char *key, char **ret_text, struct error **err)
{
    const char *text;
    int code = json_get_string(json, WHAT, key, &text, err);
    struct buffer shown = {0};

    if (code < 0)
        return code;
    if (strlen(text) > WORD_MAX)
        return error_set(err, -EBADMSG, WHAT ": '%s' is longer than %d bytes", key, WORD_MAX);
    buffer_printable(&shown, text, strlen(text), false);
    *ret_text = buffer_steal(&shown);
    return 0;
}

static int get_hex(const json_t *json, const char *key, uint64_t max, uint64_t *ret_value,
                   struct error **err)
{
    const char *text;
    int code = json_get_string(json, WHAT, key, &text, err);

    if (code < 0)
        return code;
    if (!text_starts(text, "0x") || text_parse_u64(text, key, 0, max, ret_value, NULL) < 0)
        return error_set(err, -EBADMSG, WHAT ": '%s' is '%.40s', expected a number like 0x1f", key,
                         text);
    return 0;
}

static int get_int(const json_t *json, const char *key, int64_t max, int64_t *ret_value,
                   struct error **err)
{
    return json_get_integer(json, WHAT, key, 0, max, ret_value, err);
}

static int get_features(const json_t *json, struct strv *features, struct error **err)
{
    json_t *array, *item;
    size_t index;
    int code = json_get_array(json, WHAT, "features", FEATURES_MAX, &array, err);

    if (code < 0)
        return code;
    json_array_foreach(array, index, item)
    {
        const char *name = json_string_value(item);

        if (!text_is_name(name))
            return error_set(err, -EBADMSG, WHAT ": feature %zu is not a valid name", index + 1);
        strv_add(features, name);
    }
    strv_sort(features);
    return 0;
}

static int get_cpu(const json_t *json, struct guest_identity *identity, struct error **err)
{
    int64_t family, model, stepping;
    uint64_t midr;
    int code;

    if (identity->arch == ARCH_AARCH64) {
        code = get_hex(json, "midr", UINT32_MAX, &midr, err);
        if (code == 0)
            identity->midr = (uint32_t)midr;
        return code;
    }
    code = get_word(json, "vendor", &identity->vendor, err);
    if (code == 0)
        code = get_int(json, "family", 0xffff, &family, err);
    if (code == 0)
        code = get_int(json, "model", 0xffff, &model, err);
    if (code == 0)
        code = get_int(json, "stepping", 0xffff, &stepping, err);
    if (code < 0)
        return code;
    identity->family = (int)family;
    identity->model = (int)model;
    identity->stepping = (int)stepping;
    return 0;
}

static int get_system(const json_t *json, struct guest_identity *identity, struct error **err)
{
    static const struct {
        const char *key;
        size_t offset;
    } words[] = {
        {"kernel", offsetof(struct guest_identity, kernel)},
        {"os_id", offsetof(struct guest_identity, os_id)},
        {"os_version", offsetof(struct guest_identity, os_version)},
        {"clocksource", offsetof(struct guest_identity, clocksource)},
        {"boot_id", offsetof(struct guest_identity, boot_id)},
        {"init", offsetof(struct guest_identity, init)},
    };
    int64_t page_size, cpus, memory, root_free;
    int code = get_int(json, "page_size", 1 << 30, &page_size, err);

    for (size_t i = 0; code == 0 && i < sizeof(words) / sizeof(words[0]); i++)
        code = get_word(json, words[i].key, (char **)((char *)identity + words[i].offset), err);
    if (code == 0)
        code = get_int(json, "clock_ms", INT64_MAX, &identity->clock_ms, err);
    if (code == 0)
        code = get_int(json, "cpus", 65536, &cpus, err);
    if (code == 0)
        code = get_int(json, "memory_kib", INT64_MAX, &memory, err);
    if (code == 0)
        code = get_int(json, "root_free_kib", INT64_MAX, &root_free, err);
    if (code == 0 && json_object_get(json, "footprint") != NULL)
        code = get_word(json, "footprint", &identity->footprint, err);
    if (code == 0 && json_object_get(json, "keeper") != NULL)
        code = get_int(json, "keeper", INT32_MAX, &identity->keeper, err);
    if (code == 0)
        code = get_hex(json, "hwcap", UINT64_MAX, &identity->hwcap, err);
    if (code == 0)
        code = get_hex(json, "hwcap2", UINT64_MAX, &identity->hwcap2, err);
    if (code == 0)
        code = get_hex(json, "taint", UINT64_MAX, &identity->taint, err);
    if (code < 0)
        return code;
    identity->page_size = (uint32_t)page_size;
    identity->cpus = (unsigned)cpus;
    identity->memory_kib = (uint64_t)memory;
    identity->root_free_kib = (uint64_t)root_free;
    return 0;
}

int identity_parse(const char *text, size_t length, struct guest_identity *ret_identity,
                   struct error **err)
{
    _cleanup_json_ json_t *json = NULL;
    _cleanup_(guest_identity_done) struct guest_identity identity = {
        .family = -1, .model = -1, .stepping = -1};
    const char *arch;
    int code;

    if (length == 0 || length > IDENTITY_LINE_LIMIT)
        return error_set(err, -EBADMSG, WHAT " has %zu bytes, expected 1 to %d", length,
                         IDENTITY_LINE_LIMIT);
    code = json_parse(text, length, WHAT, &json, err);
    if (code == 0)
        code = json_get_string(json, WHAT, "arch", &arch, err);
    if (code < 0)
        return code;
    if (!arch_parse(arch, &identity.arch))
        return error_set(err, -EBADMSG, WHAT ": 'arch' is '%.40s', expected x86_64 or aarch64",
                         arch);
    code = get_cpu(json, &identity, err);
    if (code == 0)
        code = get_features(json, &identity.features, err);
    if (code == 0)
        code = get_system(json, &identity, err);
    if (code < 0)
        return code;
    *ret_identity = identity;
    identity = (struct guest_identity){0};
    return 0;
}

void guest_identity_done(struct guest_identity *identity)
{
    free(identity->vendor);
    free(identity->kernel);
    free(identity->os_id);
    free(identity->os_version);
    free(identity->clocksource);
    free(identity->boot_id);
    free(identity->init);
    free(identity->footprint);
    strv_done(&identity->features);
}

void identity_observe(const struct guest_identity *identity, struct result *result)
{
    _cleanup_free_ char *features = strv_join(&identity->features, " ");
    char text[64];

#define NUMBER(key, unit, format, ...)                                                             \
    do {                                                                                           \
        snprintf(text, sizeof(text), format, __VA_ARGS__);                                         \
        result_add_observation(result, NULL, key, text, unit);                                     \
    } while (0)
    result_add_observation(result, NULL, "cpu.arch", arch_name(identity->arch), NULL);
    if (identity->arch == ARCH_AARCH64) {
        NUMBER("cpu.midr", NULL, "0x%08" PRIx32, identity->midr);
    } else {
        result_add_observation(result, NULL, "cpu.vendor", identity->vendor, NULL);
        NUMBER("cpu.family", NULL, "%d", identity->family);
        NUMBER("cpu.model", NULL, "%d", identity->model);
        NUMBER("cpu.stepping", NULL, "%d", identity->stepping);
    }
    result_add_observation(result, NULL, "cpu.features", features, NULL);
    NUMBER("cpu.count", NULL, "%u", identity->cpus);
    NUMBER("cpu.hwcap", NULL, "0x%" PRIx64, identity->hwcap);
    NUMBER("cpu.hwcap2", NULL, "0x%" PRIx64, identity->hwcap2);
    NUMBER("disk.root_free", "KiB", "%" PRIu64, identity->root_free_kib);
    NUMBER("memory.size", "KiB", "%" PRIu64, identity->memory_kib);
    NUMBER("memory.page_size", "bytes", "%" PRIu32, identity->page_size);
    result_add_observation(result, NULL, "kernel.release", identity->kernel, NULL);
    NUMBER("kernel.taint", NULL, "%" PRIu64, identity->taint);
    result_add_observation(result, NULL, "os.id", identity->os_id, NULL);
    result_add_observation(result, NULL, "os.version", identity->os_version, NULL);
    result_add_observation(result, NULL, "os.init", identity->init, NULL);
    result_add_observation(result, NULL, "time.clocksource", identity->clocksource, NULL);
    result_add_observation(result, NULL, "system.boot_id", identity->boot_id, NULL);
#undef NUMBER
}
