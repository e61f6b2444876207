/* SPDX-License-Identifier: Apache-2.0 */
/* Frames between other output: written, read, reassembled, damaged, forged, and excluded from
 * evidence; and secrets removed from a stream. */
#include <zlib.h>

#include "base/cleanup.h"
#include "cunit_run.h"
#include "guest/console/frame.h"
#include "guest/console/redact.h"

#define NONCE "0123456789abcdef"

static unsigned crc(const char *text)
{
    return (unsigned)crc32_z(0, (const unsigned char *)text, strlen(text));
}

static char *answer_line(const char *head)
{
    return text_format("%s %08x", head, crc(head));
}

static const struct {
    const char *before, *head, *after; /* a valid line, before it is modified */
    bool spoil, good;
} lines[] = {
    {"", "TSR " NONCE " 7 0/2 aGVsbG8=", "", false, true},
    {"", "TSR " NONCE " 7 0/2 aGVsbG8=", "\r", false, true},
    {"[   12.3] a message ", "TSR " NONCE " 7 0/2 aGVsbG8=", "", false, true},
    {"TSR " NONCE " 7 0/2 aGVs", "TSR " NONCE " 7 0/2 aGVsbG8=", "", false, true},
    {"", "TSR " NONCE " 7 0/2 aGVsbG8=", "", true, false},
    {"", "TSR " NONCE " 7 0/2 aGVsbG8=", "[  1.2] x", false, false},
    {"", "TSR 0123456789abcdee 7 0/2 aGVsbG8=", "", false, false},
    {"", "TSQ " NONCE " 7 0/2 aGVsbG8=", "", false, false},
    {"", "TSR " NONCE " -7 0/2 aGVsbG8=", "", false, false},
    {"", "TSR " NONCE " 7 0/2", "", false, false},
    {"", "TSR " NONCE " 99999999999999999999 0/2 aGVsbG8=", "", false, false},
};

static void test_parse(void)
{
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        _cleanup_free_ char *line = answer_line(lines[i].head);
        _cleanup_free_ char *whole = NULL;
        struct frame frame = {0};
        bool good;

        if (lines[i].spoil)
            line[30] ^= 1;
        whole = text_format("%s%s%s", lines[i].before, line, lines[i].after);
        good = frame_parse(whole, strlen(whole), NONCE, &frame);
        if (good != lines[i].good)
            printf("\nline %zu: '%s'\n", i, whole);
        CHECK_INT(good, lines[i].good);
        if (good) {
            CHECK_INT(frame.sequence, 7);
            CHECK_INT(frame.parts, 2);
            CHECK_INT(frame.length, 8);
        }
    }
    CU_ASSERT(!frame_parse("", 0, NONCE, &(struct frame){0}));
    CU_ASSERT(!frame_parse("TSR  1 0/1 QQ== 00000000", 24, "", &(struct frame){0}));
}

/* A request in parts consists of lines that the guest's parser accepts. */
static void test_write(void)
{
    char request[2 * FRAME_PART_BYTES + 5];
    _cleanup_buffer_ struct buffer text = {0};

    memset(request, 'r', sizeof(request));
    CHECK_INT(frame_count(0), 1);
    CHECK_INT(frame_count(FRAME_PART_BYTES), 1);
    CHECK_INT(frame_count(sizeof(request)), 3);
    frame_write(&text, NONCE, 3, request, sizeof(request), 2);
    CHECK_HAS(text.data, "TSQ " NONCE " 3 2/3 cnJycnI= ");
    CU_ASSERT(text.length < FRAME_LINE_MAX && text.data[text.length - 1] == '\n');
    {
        _cleanup_free_ char *head = text_ndup(text.data, text.length - 10);
        _cleanup_free_ char *again = text_format("%s %08x\n", head, crc(head));

        CHECK_TEXT(text.data, again);
    }
}

static void add_part(struct frame_answer *answer, unsigned long part, const char *text, bool whole)
{
    struct frame frame = {
        .kind = 'R', .sequence = 9, .part = part, .parts = 3, .text = text, .length = strlen(text)};

    CHECK_INT(frame_answer_add(answer, &frame), whole);
}

static void test_answer(void)
{
    _cleanup_(frame_answer_done) struct frame_answer answer = {0};
    _cleanup_free_ char *text = NULL;
    struct frame other = {
        .kind = 'R', .sequence = 8, .part = 0, .parts = 1, .text = "QQ==", .length = 4};
    size_t length;

    frame_answer_begin(&answer, 9);
    CHECK_INT(frame_answer_add(&answer, &other), false);
    add_part(&answer, 2, "IQA=", false); /* a NUL is an ordinary byte */
    add_part(&answer, 0, "aGVs", false);
    add_part(&answer, 0, "aGVs", false); /* duplicates are ignored */
    add_part(&answer, 7, "aGVs", false);
    add_part(&answer, 1, "aGV", false);
    add_part(&answer, 1, "bG8=", true);
    text = frame_answer_text(&answer, &length);
    CHECK_INT(length, 7);
    CU_ASSERT(memcmp(text, "hello!\0", 7) == 0);
    other.sequence = 9;
    other.parts = 4000000000UL;
    CHECK_INT(frame_answer_add(&answer, &other), true);
}

/* The result does not depend on how the output is split. */
static void test_filter(void)
{
    _cleanup_free_ char *frame = answer_line("TSR " NONCE " 7 0/1 aGVsbG8=");
    _cleanup_free_ char *text = text_format(
        "boot\r\n%s\nTSR is what I say\n[ 1.2] x %s\nTSR " NONCE " cut\nlogin: ", frame, frame);
    _cleanup_free_ char *wanted =
        text_format("boot\r\nTSR is what I say\n[ 1.2] x %s\nTSR " NONCE " cut\nlogin: ", frame);

    for (size_t step = 1; step < 60; step += 13) {
        struct frame_filter filter = {.nonce = NONCE};
        _cleanup_buffer_ struct buffer out = {0};

        for (size_t at = 0; at < strlen(text); at += step)
            frame_filter_feed(&filter, text + at,
                              strlen(text) - at < step ? strlen(text) - at : step, &out);
        buffer_add(&out, filter.held, filter.length);
        CHECK_TEXT(out.data, wanted);
    }
}

static void test_redact(void)
{
    static const char text[] = "pass: s3cr3ts3cr3 s3cs3cr3t. other-one s3cr3";

    for (size_t step = 1; step < 12; step += 5) {
        _cleanup_(redact_done) struct redact redact = {0};
        _cleanup_buffer_ struct buffer out = {0};

        redact_add(&redact, "s3cr3t");
        redact_add(&redact, "other-one");
        redact_add(&redact, "pas"); /* too short to be a secret */
        for (size_t at = 0; at < strlen(text); at += step)
            redact_feed(&redact, text + at, strlen(text) - at < step ? strlen(text) - at : step,
                        &out);
        redact_end(&redact, &out);
        CHECK_TEXT(out.data, "pass: ********s3cr3 s3c********. ******** s3cr3");
    }
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"lines", test_parse},
        {"requests", test_write},
        {"answers", test_answer},
        {"frames stay out of evidence", test_filter},
        {"secrets are shown as asterisks", test_redact},
        CU_TEST_INFO_NULL,
    };

    return cunit_run("console_frame", tests);
}
