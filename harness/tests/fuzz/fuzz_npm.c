/* SPDX-License-Identifier: Apache-2.0 */
/* The package.json of a package of npm, and whether a file names a script: read in parts as in one
 * piece. */
#include <stdlib.h>
#include <string.h>

#include "abi/package/named.h"
#include "abi/package/npm.h"
#include "base/cleanup.h"
#include "fuzz.h"

#define STEP 512

struct answers {
    bool word, folder, lists, ending, files;
};

static void ask(const struct named_part *part, struct answers *answers)
{
    answers->word |= named_word(part, "x.sh");
    answers->folder |= named_folder(part, "hooks", &answers->files);
    answers->lists |= named_lists(part);
    answers->ending |= named_ending(part, ".sh");
}

static void check_parts(const char *text, size_t size)
{
    const struct named_part whole = {text, size, true, true};
    _cleanup_strv_ struct strv words = {0};
    struct answers once = {0}, parts = {0};

    ask(&whole, &once);
    for (size_t at = 0;; at += STEP) {
        bool last = size - at <= NAMED_MAX + STEP;
        const struct named_part part = {text + at, last ? size - at : NAMED_MAX + STEP, at == 0,
                                        last};

        ask(&part, &parts);
        if (last)
            break;
    }
    if (once.word != parts.word || once.lists != parts.lists || (once.folder && !parts.folder) ||
        (once.files && !parts.files))
        abort();
    named_runs(&whole, size % 2 == 0, &words);
    for (size_t i = 1; i < words.count; i++)
        if (strcmp(words.items[i - 1], words.items[i]) >= 0)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct npm_commands commands = {0};
    _cleanup_free_ char *rest = NULL, *path = text_ndup((const char *)data, size);

    if (npm_manifest_read((const char *)data, size, &commands, &rest) == (rest == NULL))
        abort();
    npm_commands_done(&commands);
    if (npm_folder(path) > strlen(path))
        abort();
    if (size > 0)
        check_parts((const char *)data, size);
    return 0;
}
