/* SPDX-License-Identifier: Apache-2.0 */
/* A single pass over the reason, word by word, where words are delimited by separators. */
#include "model/signature.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/text.h"

enum { LONG_NUMBER = 5, LONG_HEX = 8 };

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || (c & 0x80) != 0;
}

static size_t count_digits(const char *text)
{
    size_t count = 0;

    while (isdigit((unsigned char)text[count]))
        count++;
    return count;
}

/* Length of a time at the start of text, or 0: 12:34, 12:34:56.789, 2026-01-01,
 * 2026-01-01T12:34:56Z. */
static size_t match_time(const char *text)
{
    size_t length = 0;

    if (count_digits(text) == 4 && text[4] == '-' && count_digits(text + 5) == 2 &&
        text[7] == '-' && count_digits(text + 8) == 2)
        length = 10;
    if (length > 0 && (text[length] == 'T' || text[length] == ' ') &&
        count_digits(text + length + 1) == 2 && text[length + 3] == ':')
        length++;
    else if (length > 0)
        return length;
    if (count_digits(text + length) != 2 || text[length + 2] != ':' ||
        count_digits(text + length + 3) != 2)
        return 0;
    length += 5;
    if (text[length] == ':' && count_digits(text + length + 1) == 2)
        length += 3;
    if (text[length] == '.' && isdigit((unsigned char)text[length + 1]))
        length += 1 + count_digits(text + length + 1);
    if (text[length] == 'Z')
        length++;
    return length;
}

/* A number with a unit of time: 12s, 0.35 s, 1200 ms. */
static size_t match_duration(const char *text)
{
    static const char *const units[] = {"milliseconds", "microseconds", "seconds", "minutes",
                                        "second",       "minute",       "sec",     "min",
                                        "ms",           "us",           "ns",      "s"};
    size_t length = count_digits(text);

    if (length == 0)
        return 0;
    if (text[length] == '.' && isdigit((unsigned char)text[length + 1]))
        length += 1 + count_digits(text + length + 1);
    if (text[length] == ' ')
        length++;
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        size_t unit = strlen(units[i]);

        if (strncmp(text + length, units[i], unit) == 0 && !is_word(text[length + unit]))
            return length + unit;
    }
    return 0;
}

/* "pid 123", "pid=123", "process 77", "redis[123]:" */
static bool is_process_number(const char *start, const char *at)
{
    static const char *const before[] = {"pid ", "pid=", "pid: ", "process ", "tid ", "tid="};

    for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
        size_t length = strlen(before[i]);

        if ((size_t)(at - start) >= length && strncasecmp(at - length, before[i], length) == 0)
            return true;
    }
    return at - start >= 2 && at[-1] == '[' && is_word(at[-2]) && at[count_digits(at)] == ']';
}

/* The replacement for a word of this length; NULL: it is unchanged. */
static const char *replace_word(const char *start, const char *word, size_t length)
{
    size_t digits = count_digits(word), hex = 0, letters = 0;

    if (length > 2 && word[0] == '0' && (word[1] == 'x' || word[1] == 'X'))
        return "<hex>";
    if (digits == length && (length >= LONG_NUMBER || is_process_number(start, word)))
        return "<number>";
    while (hex < length && isxdigit((unsigned char)word[hex])) {
        letters += !isdigit((unsigned char)word[hex]);
        hex++;
    }
    return hex == length && length >= LONG_HEX && letters < length ? "<hex>" : NULL;
}

/* The rest of a path in a folder for temporary files: its first component is random, the others are
 * not. */
static size_t match_temporary(const char *text, size_t *ret_folder)
{
    static const char *const folders[] = {"/tmp/", "/var/tmp/", "/run/user/", "/dev/shm/"};

    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        size_t folder = strlen(folders[i]);

        if (strncmp(text, folders[i], folder) == 0) {
            size_t length = folder + strcspn(text + folder, "/ \t\n'\"`),;:]}>");

            *ret_folder = folder;
            return length > folder ? length : 0;
        }
    }
    return 0;
}

char *signature_normalise(const char *reason)
{
    struct buffer out = {0};
    const char *at = reason;

    while (*at != '\0') {
        bool begins = at == reason || !is_word(at[-1]);
        size_t folder = 0, length = begins ? match_temporary(at, &folder) : 0;
        const char *instead = NULL;

        if (length > 0) {
            buffer_add(&out, at, folder);
            buffer_text(&out, "<name>");
        } else if (begins && ((length = match_time(at)) > 0 || (length = match_duration(at)) > 0))
            buffer_text(&out, "<time>");
        else if (is_word(*at)) {
            while (is_word(at[length]))
                length++;
            instead = replace_word(reason, at, length);
            if (instead != NULL)
                buffer_text(&out, instead);
            else
                buffer_add(&out, at, length);
        } else if (isspace((unsigned char)*at)) {
            while (isspace((unsigned char)at[length]))
                length++;
            buffer_text(&out, " ");
        } else
            buffer_add(&out, at, length = 1);
        at += length;
    }
    return buffer_steal(&out);
}

void failure_signature(const char *case_id, enum status status, enum blame blame,
                       const char *reason, char ret_hex[SIGNATURE_TEXT_SIZE])
{
    _cleanup_free_ char *plain = NULL, *text = NULL;
    char sha256[DIGEST_TEXT_SIZE];

    *ret_hex = '\0';
    if (status != STATUS_FAIL && status != STATUS_ERROR && status != STATUS_MISS)
        return;
    plain = signature_normalise(reason != NULL ? reason : "");
    text = text_format("1\n%s\n%s\n%s\n%s\n", case_id != NULL ? case_id : "", status_name(status),
                       blame_name(blame), plain);
    digest_of_memory(text, strlen(text), sha256);
    memcpy(ret_hex, sha256, SIGNATURE_TEXT_SIZE - 1);
    ret_hex[SIGNATURE_TEXT_SIZE - 1] = '\0';
}
