/* SPDX-License-Identifier: Apache-2.0 */
/* Walks a suite's folder in the same way as the payload writer. */
#include "catalog/suite_payload.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "base/tree.h"
#include "model/suite.h"

/* Size of an entry in the archive: its header, records for what the header cannot represent,
 * padding. */
enum { HEADER_BYTES = 3 * 512 };

struct check {
    const char *folder;
    struct strv *problems, *warnings;
    struct suite_sizes sizes;
    char *arch_folders[ARCH_COUNT]; /* "files/amd64": the first folder found for each */
};

static int add_problem(struct check *check, int code, const char *text, struct error **err)
{
    if (check->problems == NULL)
        return error_set(err, code, "%s: %s", check->folder, text);
    strv_add(check->problems, text);
    return 0;
}

/* Rejects two folders for one architecture: a case would not know which is used. */
static int check_arch_folder(struct check *check, const struct tree_entry *entry, enum arch arch,
                             struct error **err)
{
    _cleanup_free_ char *text = NULL;

    if (check->arch_folders[arch] == NULL) {
        check->arch_folders[arch] = text_dup(entry->name);
        return 0;
    }
    text = text_format("'%s' and '%s' are both for %s guests: put all of it into one",
                       check->arch_folders[arch], entry->name, arch_name(arch));
    return add_problem(check, -EINVAL, text, err);
}

static void warn(struct check *check, const struct tree_entry *entry)
{
    _cleanup_buffer_ struct buffer name = {0};

    if (check->warnings == NULL)
        return;
    buffer_printable(&name, entry->name, strlen(entry->name), false);
    if (entry->kind == TREE_FILE && (entry->mode & (S_ISUID | S_ISGID)) != 0)
        strv_take(check->warnings,
                  text_format("'%s' is setuid or setgid, which a payload does not preserve: set "
                              "the mode in the case that installs it",
                              name.data));
    if (entry->kind == TREE_LINK && access(entry->path, F_OK) < 0)
        strv_take(
            check->warnings,
            text_format("'%s' is a symbolic link whose target is not in the folder", name.data));
}

static int check_entry(void *context, const struct tree_entry *entry, struct error **err)
{
    struct check *check = context;
    uint64_t bytes = HEADER_BYTES + strlen(entry->name) + entry->data;
    enum arch only;
    bool some = suite_file_arch(entry->name, &only);

    if (entry->kind == TREE_REFUSED)
        return add_problem(check, -EINVAL, entry->problem, err);
    warn(check, entry);
    check->sizes.all += entry->data;
    for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
        if (!some || arch == only)
            check->sizes.payload[arch] += bytes;
    if (some && entry->kind == TREE_FOLDER && strchr(entry->name + strlen("files/"), '/') == NULL)
        return check_arch_folder(check, entry, only, err);
    return 0;
}

static int check_sizes(struct check *check, struct error **err)
{
    for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
        if (check->sizes.payload[arch] > SUITE_PAYLOAD_MAX) {
            _cleanup_free_ char *text =
                text_format("the files for %s guests total %llu GiB of data, more than the %llu "
                            "GiB limit of a payload: remove some",
                            arch_name(arch), (unsigned long long)(check->sizes.payload[arch] >> 30),
                            (unsigned long long)(SUITE_PAYLOAD_MAX >> 30));

            return add_problem(check, -EFBIG, text, err);
        }
    return 0;
}

int catalog_check_payload(const char *folder, struct strv *problems, struct strv *warnings,
                          struct suite_sizes *ret_sizes, struct error **err)
{
    struct check check = {.folder = folder, .problems = problems, .warnings = warnings};
    int code = tree_walk(folder, problems != NULL, check_entry, &check, err);

    if (code == 0)
        code = check_sizes(&check, err);
    for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
        free(check.arch_folders[arch]);
    if (code == 0 && ret_sizes != NULL)
        *ret_sizes = check.sizes;
    return code;
}
