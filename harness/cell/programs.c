/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the programs for guests beside the harness's own. */
#include "cell/programs.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "guest/media/payload.h"
#include "home/home.h"

static const char *const programs[][2] = {
    {"bin/touchstone-guest", "touchstone-guest"}, {"bin/guest-reboot", "guest-reboot"},
    {"bin/guest-power-cut", "guest-power-cut"},   {"bin/touchstone-install", "touchstone-install"},
    {"bin/touchstone-sample", "touchstone-sample"},
    {"bin/touchstone.sh", "touchstone.sh"},       {"bin/touchstone-probe", "touchstone-probe"}};
#define PROGRAMS (sizeof(programs) / sizeof(programs[0]))

/* Cases call `observe`, which is the same program under another name. */
#define OBSERVE "bin/observe"
#define OBSERVE_TARGET "touchstone-guest"

static char *program_path(const char *folder, enum arch arch, const char *library, size_t i)
{
    if (library != NULL && strcmp(programs[i][1], "touchstone.sh") == 0)
        return text_dup(library);
    return text_format("%s/guest/%s/%s", folder, arch_name(arch), programs[i][1]);
}

int programs_add(struct payload *payload, enum arch arch, const char *library, struct error **err)
{
    const char *folder = NULL;
    int code = home_programs_folder(&folder, err);

    for (size_t i = 0; code == 0 && i < PROGRAMS; i++) {
        _cleanup_free_ char *path = program_path(folder, arch, library, i);

        code = payload_add_file(payload, programs[i][0], path, 0755, err);
    }
    return code == 0 ? payload_add_link(payload, OBSERVE, OBSERVE_TARGET, err) : code;
}

int programs_digest(enum arch arch, const char *library, char ret_digest[DIGEST_TEXT_SIZE],
                    struct error **err)
{
    _cleanup_buffer_ struct buffer text = {0};
    const char *folder = NULL;
    int code = home_programs_folder(&folder, err);

    for (size_t i = 0; code == 0 && i < PROGRAMS; i++) {
        _cleanup_free_ char *path = program_path(folder, arch, library, i);
        char digest[DIGEST_TEXT_SIZE];

        code = digest_of_file(path, digest, NULL, err);
        if (code == 0)
            buffer_format(&text, "%s %s\n", programs[i][0], digest);
    }
    buffer_text(&text, OBSERVE " -> " OBSERVE_TARGET "\n");
    if (code == 0)
        digest_of_memory(text.data, text.length, ret_digest);
    return code;
}
