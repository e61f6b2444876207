/* SPDX-License-Identifier: Apache-2.0 */
/* The spellings of the enumerations, one table each. */
#include "model/words.h"

#include <stddef.h>
#include <string.h>

static bool find(const char *const *names, int count, const char *text, int *ret)
{
    for (int i = 0; text != NULL && i < count; i++)
        if (strcmp(names[i], text) == 0) {
            *ret = i;
            return true;
        }
    return false;
}

#define WORDS(type, count, ...)                                                                    \
    static const char *const type##_names[] = {__VA_ARGS__};                                       \
    _Static_assert(sizeof(type##_names) / sizeof(type##_names[0]) == (count), #type);              \
    const char *type##_name(enum type type)                                                        \
    {                                                                                              \
        return type##_names[type];                                                                 \
    }                                                                                              \
    const struct words type##_words = {type##_names, NULL, count};                                 \
    bool type##_parse(const char *text, enum type *ret)                                            \
    {                                                                                              \
        int value;                                                                                 \
                                                                                                   \
        if (!find(type##_names, count, text, &value))                                              \
            return false;                                                                          \
        *ret = (enum type)value;                                                                   \
        return true;                                                                               \
    }

WORDS(status, STATUS_COUNT, "SKIP", "DONE", "PASS", "MISS", "ERROR", "FAIL")
WORDS(verdict, VERDICT_COUNT, "not-assessed", "incompatible", "conditional", "compatible")
WORDS(blame, BLAME_COUNT, "none", "product", "suite", "image", "harness", "host")
WORDS(grade, GRADE_COUNT, "none", "reported", "emulated", "virtual", "native")
WORDS(accel, ACCEL_COUNT, "tcg", "kvm", "none")
WORDS(item, ITEM_COUNT, "install", "function", "performance", "stress", "endurance", "security",
      "uninstall", "extra")
WORDS(measure, MEASURE_COUNT, "idle", "load", "overload", "endurance")
WORDS(protocol, PROTOCOL_COUNT, "exit", "tap", "tap-documents", "junit", "ctest", "gtest", "gotest",
      "kselftest", "avocado", "phoronix")
WORDS(disk_format, DISK_FORMAT_COUNT, "raw", "qcow2")
WORDS(boot_kind, BOOT_KIND_COUNT, "kernel", "disk")
WORDS(entry_method, ENTRY_METHOD_COUNT, "agent", "seed", "console")
WORDS(job_kind, JOB_KIND_COUNT, "prepare", "cell")
WORDS(finding_severity, SEVERITY_COUNT, "WARN", "HIGH", "UNKNOWN", "BLOCK")
WORDS(prediction_state, PREDICTION_STATE_COUNT, "none", "nothing", "made", "failed")
WORDS(footprint_state, FOOTPRINT_STATE_COUNT, "none", "taken", "incomplete")
WORDS(footprint_phase, FOOTPRINT_PHASE_COUNT, "installed", "suite", "uninstalled")
WORDS(footprint_change, FOOTPRINT_CHANGE_COUNT, "new", "changed", "gone")
WORDS(footprint_kind, FOOTPRINT_KIND_COUNT, "file", "os-file", "unit", "enabled", "active", "cron",
      "alternative", "user", "group", "port", "sysctl", "module", "core", "denial", "taint")
WORDS(gap_kind, GAP_KIND_COUNT, "missing", "extra", "unknown")
WORDS(executed, EXECUTED_COUNT, "none", "unknown", "no", "failed", "yes")
WORDS(difference_across, ACROSS_COUNT, "any", "arch", "platform", "image")
WORDS(language, LANGUAGE_COUNT, "en", "zh")
WORDS(accel_policy, ACCEL_POLICY_COUNT, "auto", "tcg", "kvm")

static const char *const arch_names[] = {"x86_64", "aarch64"};
static const char *const arch_debian_names[] = {"amd64", "arm64"};
const struct words arch_words = {arch_names, arch_debian_names, ARCH_COUNT};

bool words_find(const struct words *words, const char *text, int *ret)
{
    return find(words->names, words->count, text, ret) ||
           (words->others != NULL && find(words->others, words->count, text, ret));
}

const char *arch_name(enum arch arch)
{
    return arch_names[arch];
}

const char *arch_debian_name(enum arch arch)
{
    return arch_debian_names[arch];
}

bool arch_parse(const char *text, enum arch *ret)
{
    int value;

    if (!words_find(&arch_words, text, &value))
        return false;
    *ret = (enum arch)value;
    return true;
}

const char *verdict_name_zh(enum verdict verdict)
{
    static const char *const names[] = {"未评估", "不兼容", "有条件兼容", "兼容"};

    return names[verdict];
}

const char *grade_name_zh(enum grade grade)
{
    static const char *const names[] = {[GRADE_NONE] = "无",
                                        [GRADE_REPORTED] = "外部报告",
                                        [GRADE_EMULATED] = "仿真环境",
                                        [GRADE_VIRTUAL] = "虚拟化",
                                        [GRADE_NATIVE] = "原生"};

    return names[grade];
}

const char *item_name_zh(enum item item)
{
    static const char *const names[] = {"安装部署", "业务功能", "业务性能", "极限压力",
                                        "长稳",     "安全",     "卸载",     "按需"};

    return names[item];
}
