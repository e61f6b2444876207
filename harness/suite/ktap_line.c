/* SPDX-License-Identifier: Apache-2.0 */
/* The statuses of KTAP: "ok" or "not ok" and a directive. */
#include "suite/ktap_line.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "suite/protocols.h"

static bool is_directive(const char *text, size_t length, const char *word)
{
    return length == strlen(word) && strncasecmp(text, word, length) == 0;
}

/* Sets the status from "ok" or "not ok" and the directive after " # ". */
static void classify(struct ktap_result *result, bool ok, const char *rest)
{
    static const struct {
        const char *word;
        enum status ok, not_ok;
    } directives[] = {
        {"SKIP", STATUS_SKIP, STATUS_SKIP},     {"TODO", STATUS_PASS, STATUS_DONE},
        {"XFAIL", STATUS_DONE, STATUS_DONE},    {"XPASS", STATUS_DONE, STATUS_FAIL},
        {"TIMEOUT", STATUS_ERROR, STATUS_FAIL}, {"ERROR", STATUS_ERROR, STATUS_ERROR},
    };
    size_t length = strcspn(rest, " \t:");

    result->status = ok ? STATUS_PASS : STATUS_FAIL;
    result->raw = text_dup(ok ? "ok" : "not ok");
    for (size_t i = 0; i < sizeof(directives) / sizeof(directives[0]); i++) {
        if (!is_directive(rest, length, directives[i].word))
            continue;
        result->status = ok ? directives[i].ok : directives[i].not_ok;
        free(result->raw);
        result->raw = text_format("%s # %s", ok ? "ok" : "not ok", directives[i].word);
        rest += length;
        break;
    }
    rest += strspn(rest, " \t:");
    if (*rest != '\0')
        result->detail = protocol_show(rest, strlen(rest));
}

bool ktap_result_parse(const char *text, struct ktap_result *result, size_t *ret_number)
{
    bool ok = !text_starts(text, "not ");
    const char *at = ok ? text : text + 4, *hash;
    char *stop;
    size_t length;

    if (!text_starts(at, "ok ") || !isdigit((unsigned char)at[3]))
        return false;
    *ret_number = strtoul(at + 3, &stop, 10);
    if (*stop != '\0' && *stop != ' ')
        return false;
    at = stop + strspn(stop, " ");
    if (text_starts(at, "- "))
        at += 2;
    hash = text_starts(at, "# ") ? at : strstr(at, " # ");
    length = hash != NULL ? (size_t)(hash - at) : strlen(at);
    classify(result, ok, hash != NULL ? hash + (*hash == '#' ? 2 : 3) : "");
    /* kselftest.h writes the name of a skipped test behind the directive. */
    result->name = length > 0               ? protocol_show(at, length)
                   : result->detail != NULL ? text_dup(result->detail)
                                            : text_format("%zu", *ret_number);
    return true;
}

const char *ktap_skip_prefix(const char *text, size_t *ret_width, bool *ret_prefixed)
{
    const char *at = text;

    *ret_prefixed = false;
    for (;;) {
        if (*at == ' ') {
            at++;
        } else if (*at == '#' && at[1] == ' ') {
            at += 2;
            *ret_prefixed = true;
        } else {
            break;
        }
    }
    *ret_width = (size_t)(at - text);
    return at;
}

void ktap_results_done(struct ktap_results *lines)
{
    vec_foreach (line, lines) {
        free(line->name);
        free(line->detail);
        free(line->raw);
    }
    vec_done(lines);
}
