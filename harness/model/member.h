/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Member tables describe the members of a struct once. The same table frees the struct, writes it
 * as JSON and reads it back; catalog/ reads and writes XML with it. To add a member to a struct,
 * add a row here; none of those four functions changes.
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
    MEMBER_SPELT,   /* text that the row's own functions convert; owns nothing */
    MEMBER_DIGEST,  /* char[DIGEST_TEXT_SIZE] */
    MEMBER_TEXTS,   /* struct strv */
    MEMBER_BOOL,    /* bool */
    MEMBER_ANSWER,  /* enum answer: true, false or absent */
    MEMBER_NUMBER,  /* an integer of any width */
    MEMBER_NUMBERS, /* VEC(uint32_t) */
    MEMBER_WORD,    /* an enum */
    MEMBER_WORDS,   /* VEC(enum …) */
    MEMBER_OBJECT,  /* a nested struct with its own table */
    MEMBER_ROWS,    /* VEC(struct …) whose entries have their own table */
    MEMBER_KEYED, /* array of structs indexed by an enum; entries whose `given` is true are written
                   */
};

enum {
    MEMBER_NULL = 1,   /* may be null in JSON: no text, or for a number 0 (signed: < 0) */
    MEMBER_ABSENT = 2, /* may be absent: an older version did not write it */
    MEMBER_OMIT = 4,   /* is not written when it is empty, 0 or false */
    MEMBER_HEX = 8,    /* a number written as "0x%08x" */
    MEMBER_EXACT = 16, /* XML text whose white space is significant, such as a path */
};

struct member {
    const char *json; /* key; "a/b" is member b of the object a; NULL: not in JSON */
    const char *xml;  /* location below the element: "os/@id", "title"; NULL: not in XML */
    enum member_kind kind;
    unsigned flags;
    size_t offset, size;
    int64_t min, max; /* inclusive range of a number */
    size_t limit;     /* largest size of a text in bytes or of a list in entries; 0: no bound */
    const struct words *words;
    const struct members *table;    /* for OBJECT, ROWS and KEYED */
    bool (*good)(const char *text); /* TEXT: a text that is not empty and for which this returns
                                       false is rejected */
    const char *(*spell)(const void *object); /* for SPELT */
    void (*set)(void *object, const char *text);
    size_t
        given; /* KEYED: offset of the bool in each struct that says whether the entry is present */
};

struct members {
    const struct member *rows;
    size_t count;
    size_t size; /* of the struct, in bytes */
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

/* Frees everything the struct owns and zeroes it. The struct itself is not freed. */
void members_done(const struct members *table, void *object);

/* Writes the struct's members to a JSON object, in the table's order. */
void members_to_json(const struct members *table, const void *object, json_t *to);

/* Reads the struct's members from a JSON object; unknown members are ignored. `what` names the
 * object in messages, which also give the location of the fault: "WHAT: cases 3: points 1: 'status'
 * is …". Returns -EBADMSG; members read before the fault stay set, so call members_done. */
int members_from_json(const struct members *table, const json_t *from, const char *what,
                      void *object, struct error **err);

/* Helpers for other code that walks a member table. */
void *member_of(const struct member *member, const void *object);
int64_t member_number(const struct member *member, const void *object);
void member_set_number(const struct member *member, void *object, int64_t value);

/* The layout of any VEC(…), and a function that appends a zeroed entry of the given size. */
struct member_list {
    char *items;
    size_t count;
};
void *member_list_add(struct member_list *list, size_t size);

#endif
