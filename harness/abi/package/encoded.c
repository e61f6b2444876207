/* SPDX-License-Identifier: Apache-2.0 */
#include "abi/package/encoded.h"

#include <string.h>

#include "abi/archive/blob.h"
#include "base/cleanup.h"
#include "base/error.h"

#define CHUNK (64 << 10)
#define TOKEN_MIN 40 /* characters of the first line of encoded text */
#define DENSE_LINE 60
#define DENSE_LONE 1024
#define DENSE_KINDS 20 /* a line of one character is no data */
#define LINE_HEAD 32   /* enough for "begin 644 " */

static int value_of_64(unsigned char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

static int value_of_hex(unsigned char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_space(unsigned char c)
{
    return c == '\n' || c == '\r' || c == '\t' || c == ' ';
}

/* The scan's state: which run is open, and the line and word that it reads. */
struct scan {
    struct encoded_list *list;
    struct encoded run;
    uint64_t at;         /* offset of the next character */
    uint64_t word, line; /* where they began */
    bool plain, hex;     /* the word so far consists of these digits */
    bool broken;         /* the line has something else than one such word */
    bool blank;          /* the line has a blank between words */
    uint64_t seen[2];    /* the ASCII characters of the line */
    uint64_t since;      /* the end of the last blank, or the start of the line */
    uint64_t dense;      /* length of the line before, if it was dense; 0: it was not */
    char head[LINE_HEAD];
    size_t head_length;
    bool uu; /* between "begin" and "end" */
};

static void close_run(struct scan *scan)
{
    if (scan->run.end >= scan->run.start + ENCODED_SMALL) {
        if (scan->list->runs.count < ENCODED_MAX)
            *(struct encoded *)vec_add(&scan->list->runs) = scan->run;
        else
            scan->list->cut = true;
    }
    scan->run = (struct encoded){0};
}

/* Joins the word that ends here to the run, or begins one with it. */
static void end_word(struct scan *scan)
{
    uint64_t length = scan->at - scan->word;

    if (scan->uu || length == 0)
        return;
    if (scan->run.end > 0 && (scan->broken || !scan->plain))
        close_run(scan);
    if (!scan->plain || (scan->run.end == 0 && length < TOKEN_MIN))
        return;
    if (scan->run.end == 0)
        scan->run = (struct encoded){.encoding = ENCODING_HEX, .start = scan->word};
    if (!scan->hex)
        scan->run.encoding = ENCODING_BASE64;
    scan->run.end = scan->at;
}

/* "begin 644 NAME" */
static bool is_uu_begin(const char *line, size_t length)
{
    if (length <= 10 || memcmp(line, "begin ", 6) != 0)
        return false;
    for (size_t i = 6; i < 9; i++)
        if (line[i] < '0' || line[i] > '7')
            return false;
    return line[9] == ' ';
}

/* Encoded text is one very long word, or lines of the same length below each other. */
static void count_dense(struct scan *scan, bool line_ends)
{
    uint64_t word = scan->at - scan->since, line = scan->at - scan->line;
    bool data =
        __builtin_popcountll(scan->seen[0]) + __builtin_popcountll(scan->seen[1]) >= DENSE_KINDS;
    bool dense = line_ends && data && !scan->blank && line >= DENSE_LINE;

    if (data && word >= DENSE_LONE)
        scan->list->dense += word;
    else if (dense && line == scan->dense)
        scan->list->dense += line;
    scan->dense = dense ? line : 0;
}

static void end_line(struct scan *scan)
{
    if (scan->uu && scan->head_length >= 3 && memcmp(scan->head, "end", 3) == 0) {
        scan->run.end = scan->line;
        scan->uu = false;
        close_run(scan);
    } else if (!scan->uu && is_uu_begin(scan->head, scan->head_length)) {
        close_run(scan);
        scan->uu = true;
        scan->run = (struct encoded){.encoding = ENCODING_UU, .start = scan->at + 1};
    }
    /* "}" alone */
    if (!scan->uu && scan->broken && scan->run.end > 0 && scan->run.end <= scan->line)
        close_run(scan);
    count_dense(scan, true);
    scan->line = scan->since = scan->at + 1;
    scan->head_length = 0;
    scan->broken = scan->blank = false;
    scan->seen[0] = scan->seen[1] = 0;
}

/* Quotes and brackets end a word; the run goes on only with the next line that is one bare word. */
static void add_char(struct scan *scan, unsigned char c)
{
    bool blank = c == ' ' || c == '\t';
    bool mark = strchr("'\"`<>(){}|;,", c) != NULL && c != '\0';

    scan->broken |= blank && scan->run.end > 0 && scan->at > scan->word;
    scan->blank |= blank && scan->at > scan->line;
    if (blank) {
        count_dense(scan, false);
        scan->since = scan->at + 1;
    }
    if (blank || mark || c == '\n' || c == '\r') {
        end_word(scan);
        scan->word = scan->at + 1;
        scan->plain = scan->hex = true;
    } else if (value_of_64(c) < 0 && c != '=') {
        scan->plain = false;
    } else if (value_of_hex(c) < 0) {
        scan->hex = false;
    }
    scan->broken |= mark;
    scan->seen[c / 64 % 2] |= UINT64_C(1) << c % 64;
    if (c == '\n')
        end_line(scan);
    else if (scan->head_length < LINE_HEAD)
        scan->head[scan->head_length++] = (char)c;
    scan->at++;
}

void encoded_find(const struct blob *blob, struct encoded_list *ret_list)
{
    _cleanup_free_ char *chunk = text_alloc(CHUNK);
    struct scan scan = {.list = ret_list, .plain = true, .hex = true};
    ssize_t got;

    while ((got = blob_read(blob, scan.at, chunk, CHUNK)) > 0)
        for (ssize_t i = 0; i < got; i++)
            add_char(&scan, (unsigned char)chunk[i]);
    end_word(&scan);
    end_line(&scan);
    if (scan.uu)
        scan.run.end = blob->size;
    close_run(&scan);
}

struct decoder {
    enum encoding encoding;
    unsigned bits, held; /* of base64 and hexadecimal digits */
    unsigned left;       /* bytes that the uuencoded line still gives */
    bool inside, ended;  /* the uuencoded line's length was read */
    char out[CHUNK];
    size_t length;
};

static void put_digit(struct decoder *decoder, int value, unsigned width)
{
    decoder->bits = (decoder->bits << width | (unsigned)value) & 0xffff;
    decoder->held += width;
    if (decoder->held >= 8) {
        decoder->held -= 8;
        decoder->out[decoder->length++] = (char)(decoder->bits >> decoder->held);
    }
}

/* A line begins with its number of bytes; what fills its last group is not output. */
static void put_uu(struct decoder *decoder, unsigned char c)
{
    size_t before = decoder->length;

    if (c == '\n') {
        decoder->inside = false;
        decoder->held = 0;
    } else if (c < ' ' || c > '`') {
        decoder->ended = c != '\r';
    } else if (!decoder->inside) {
        decoder->inside = true;
        decoder->left = (c - ' ') & 63;
    } else if (decoder->left > 0) {
        put_digit(decoder, (c - ' ') & 63, 6);
        decoder->left -= (unsigned)(decoder->length - before);
    }
}

static void put(struct decoder *decoder, unsigned char c)
{
    int value;

    if (decoder->encoding == ENCODING_UU) {
        put_uu(decoder, c);
        return;
    }
    if (is_space(c))
        return;
    value = decoder->encoding == ENCODING_HEX ? value_of_hex(c) : value_of_64(c);
    if (value < 0)
        decoder->ended = true;
    else
        put_digit(decoder, value, decoder->encoding == ENCODING_HEX ? 4 : 6);
}

int encoded_decode(const struct blob *blob, const struct encoded *encoded,
                   bool (*may_add)(void *context, uint64_t more), void *context,
                   struct spool *spool, struct error **err)
{
    _cleanup_free_ struct decoder *decoder = text_calloc(1, sizeof(*decoder));
    _cleanup_free_ char *chunk = text_alloc(CHUNK);
    ssize_t got;
    int code;

    decoder->encoding = encoded->encoding;
    for (uint64_t at = encoded->start; at < encoded->end && !decoder->ended; at += (uint64_t)got) {
        uint64_t left = encoded->end - at;

        got = blob_read(blob, at, chunk, left < CHUNK ? (size_t)left : CHUNK);
        if (got <= 0)
            break;
        for (ssize_t i = 0; i < got && !decoder->ended; i++)
            put(decoder, (unsigned char)chunk[i]);
        if (!may_add(context, decoder->length))
            return 0;
        code = spool_add(spool, decoder->out, decoder->length, err);
        if (code < 0)
            return code;
        decoder->length = 0;
    }
    return 0;
}
