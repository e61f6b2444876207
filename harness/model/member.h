/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Member tables: what a struct is made of, stated once. A table drives how the struct is freed, how
 * it becomes JSON and how it is read back; catalog/ drives XML with the same rows. A new member of
 * a struct is a row here and nothing in those four.
 *
 *     static const struct member rows[] = {
 *         MEMBER(struct point, name, TEXT, "name"),
 *         MEMBER(struct point, detail, TEXT, "detail", .flags = MEMBER_NULL),
 *         MEMBER(struct point, status, WORD, "status", .words = &status_words),
 *     };
 *     const struct members point_members = MEMBERS(struct point, rows);
 */
#ifndef TS_MODEL_MEMBER_H
#define TS_MODEL_MEMBER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/words.h"

struct error;

enum member_kind {
    MEMBER_TEXT,    /* char *, owned */
    MEMBER_SPELT,   /* text by the row's own functions; owns nothing */
    MEMBER_DIGEST,  /* char[DIGEST_TEXT_SIZE] */
    MEMBER_TEXTS,   /* struct strv */
    MEMBER_BOOL,    /* bool */
    MEMBER_ANSWER,  /* enum answer: true, false, or not there */
    MEMBER_NUMBER,  /* an integer of any size */
    MEMBER_NUMBERS, /* VEC(uint32_t) */
    MEMBER_WORD,    /* an enum */
    MEMBER_WORDS,   /* VEC(enum …) */
    MEMBER_OBJECT,  /* a struct inside, with a table of its own */
    MEMBER_ROWS,    /* VEC(struct …), with a table of its own */
    MEMBER_KEYED,   /* struct …[], one for each word; those whose `given` is true are there */
};

enum {
    MEMBER_NULL = 1,   /* may be null: no text, or 0 (< 0 where it is signed) for a number */
    MEMBER_ABSENT = 2, /* need not be there: an older version did not write it */
    MEMBER_OMIT = 4,   /* is not written when it is empty, 0 or false */
    MEMBER_HEX = 8,    /* a number that is written as "0x%08x" */
    MEMBER_EXACT = 16, /* a text of XML whose white space counts: a path */
};

struct member {
    const char *json; /* key; "a/b" is b in the object a; NULL: not in JSON */
    const char *xml;  /* place below the element: "os/@id", "title"; NULL: not in XML */
    enum member_kind kind;
    unsigned flags;
    size_t offset, size;
    int64_t min, max; /* of a number */
    size_t limit;     /* most bytes of a text, most entries of a list; 0: no bound of its own */
    const struct words *words;
    const struct members *table;    /* of OBJECT, ROWS, KEYED */
    bool (*good)(const char *text); /* TEXT: what is neither empty nor false for it is refused */
    const char *(*spell)(const void *object); /* SPELT */
    void (*set)(void *object, const char *text);
    size_t given; /* KEYED: offset of the bool in each struct */
};

struct members {
    const struct member *rows;
    size_t count;
    size_t size; /* of the struct */
};

#define MEMBER(type, field, what, key, ...)                                                        \
    {                                                                                              \
        .kind = MEMBER_##what, .json = (key), .offset = offsetof(type, field),                     \
        .size = sizeof(((type *)0)->field), __VA_ARGS__                                            \
    }
#define MEMBERS(type, table_rows)                                                                  \
    {                                                                                              \
        .rows = (table_rows), .count = sizeof(table_rows) / sizeof((table_rows)[0]),               \
        .size = sizeof(type)                                                                       \
    }

/* Frees what the struct owns and zeroes it; the struct itself belongs to its owner. */
void members_done(const struct members *table, void *object);

/* Sets the struct's members in an object, in the table's order. */
void members_to_json(const struct members *table, const void *object, json_t *to);

/*
 * Reads them from an object; members of it that no row names are left alone. `what` names the
 * object in messages, which name the place of what is wrong: "WHAT: cases 3: points 1: 'status' is
 * …". -EBADMSG; what was read until then stays, for members_done.
 */
int members_from_json(const struct members *table, const json_t *from, const char *what,
                      void *object, struct error **err);

/* For whoever drives something else by a table. */
void *member_of(const struct member *member, const void *object);
int64_t member_number(const struct member *member, const void *object);
void member_set_number(const struct member *member, void *object, int64_t value);

/* Any VEC(…), and a zeroed entry of that size at its end. */
struct member_list {
    char *items;
    size_t count;
};
void *member_list_add(struct member_list *list, size_t size);

#endif
