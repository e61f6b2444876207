/* SPDX-License-Identifier: Apache-2.0 */
/* Reads and writes XML according to a member table. */
#include "catalog/xml_members.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "base/error.h"

/* The location of a row: an attribute of a node, or (attribute NULL) the node's text. */
struct place {
    xmlNode *node;
    const char *attribute;
};

/* Follows "a/b/@c" to the node a/b; with `make`, missing elements are created. */
static struct place find_place(const xmlNode *from, const char *path, bool make)
{
    struct place place = {(xmlNode *)from, NULL};

    while (place.node != NULL && *path != '\0' && *path != '@') {
        size_t length = strcspn(path, "/");
        _cleanup_free_ char *name = text_ndup(path, length);
        xmlNode *child = xml_child(place.node, name);

        if (child == NULL && make)
            child = xmlNewChild(place.node, NULL, (const xmlChar *)name, NULL);
        place.node = child;
        path += length + (path[length] == '/');
    }
    if (*path == '@')
        place.attribute = path + 1;
    return place;
}

/* Caller frees; NULL if it does not exist. */
static char *get_text(const struct place *place)
{
    if (place->node == NULL)
        return NULL;
    return place->attribute != NULL ? xml_attribute(place->node, place->attribute)
                                    : xml_text(place->node);
}

/* An attribute including its white space. */
static char *get_exact(const struct place *place)
{
    xmlChar *value =
        place->node != NULL ? xmlGetNoNsProp(place->node, (const xmlChar *)place->attribute) : NULL;
    char *text = text_dup((const char *)value);

    xmlFree(value);
    return text;
}

/* The schema guarantees an integer; its range may be any 64-bit range. */
static int read_signed(const struct xml_file *file, const struct place *place,
                       const struct member *member, void *object, struct error **err)
{
    _cleanup_free_ char *text = get_text(place);
    char *end;
    int64_t value;

    if (text == NULL)
        return 0;
    errno = 0;
    value = strtoll(text, &end, 10);
    if (errno != 0 || *end != '\0' || value < member->min || value > member->max)
        return xml_error(file, place->node, err, "%s '%s' is not a number", place->attribute, text);
    member_set_number(member, object, value);
    return 0;
}

static int read_number(const struct xml_file *file, const struct place *place,
                       const struct member *member, void *object, struct error **err)
{
    uint64_t value = (uint64_t)member_number(member, object);
    int code;

    if (place->node == NULL)
        return 0;
    if (member->min < 0)
        return read_signed(file, place, member, object, err);
    code = xml_number(file, place->node, place->attribute, (uint64_t)member->min,
                      (uint64_t)member->max, &value, err);
    if (code == 0)
        member_set_number(member, object, (int64_t)value);
    return code;
}

static int read_word(const struct xml_file *file, const struct place *place,
                     const struct member *member, const char *text, int *ret_word,
                     struct error **err)
{
    if (words_find(member->words, text, ret_word))
        return 0;
    return xml_error(file, place->node, err, "'%s' is not known as %s", text, member->xml);
}

static int read_words(const struct xml_file *file, const struct place *place,
                      const struct member *member, struct member_list *list, struct error **err)
{
    _cleanup_free_ char *text = get_text(place);
    _cleanup_strv_ struct strv names = {0};

    if (text != NULL)
        strv_split(&names, text, " ");
    for (size_t i = 0; i < names.count; i++) {
        int word = 0, code = read_word(file, place, member, names.items[i], &word, err);

        if (code < 0)
            return code;
        for (size_t j = 0; j < list->count; j++)
            if (((const uint32_t *)(const void *)list->items)[j] == (uint32_t)word)
                return xml_error(file, place->node, err, "'%s' is named twice", names.items[i]);
        *(uint32_t *)member_list_add(list, sizeof(uint32_t)) = (uint32_t)word;
    }
    return 0;
}

static int read_digest(const struct xml_file *file, const struct place *place, char *to,
                       struct error **err)
{
    _cleanup_free_ char *text = get_text(place);

    if (text == NULL)
        return 0;
    if (!digest_is_text(text))
        return xml_error(file, place->node, err, "%s '%s' is not 64 lower-case hex digits",
                         place->attribute, text);
    memcpy(to, text, DIGEST_TEXT_SIZE);
    return 0;
}

/* An object whose first member is absent is absent itself. */
static int read_object(const struct xml_file *file, const struct place *place,
                       const struct member *member, void *at, struct error **err)
{
    struct place first = find_place(place->node, member->table->rows[0].xml, false);
    _cleanup_free_ char *text = get_text(&first);

    if (text == NULL)
        return 0;
    return xml_members_read(file, place->node, member->table, at, err);
}

static int read_member(const struct xml_file *file, const xmlNode *node,
                       const struct member *member, void *object, struct error **err)
{
    struct place place = find_place(node, member->xml, false);
    void *at = member_of(member, object);
    _cleanup_free_ char *text = NULL;
    int word = 0, code;

    switch (member->kind) {
    case MEMBER_TEXT:
        text = member->flags & MEMBER_EXACT ? get_exact(&place) : get_text(&place);
        if (text != NULL)
            text_replace(at, text);
        return 0;
    case MEMBER_DIGEST:
        return read_digest(file, &place, at, err);
    case MEMBER_BOOL:
        text = get_text(&place);
        *(bool *)at = text_equal(text, "yes");
        return 0;
    case MEMBER_NUMBER:
        return read_number(file, &place, member, object, err);
    case MEMBER_WORD:
        text = get_text(&place);
        code = text != NULL ? read_word(file, &place, member, text, &word, err) : 0;
        if (code == 0)
            member_set_number(member, object, word);
        return code;
    case MEMBER_WORDS:
        return read_words(file, &place, member, at, err);
    case MEMBER_TEXTS:
        for (const xmlNode *each = place.node; each != NULL;
             each = xml_next(each, (const char *)each->name))
            strv_take(at, xml_text(each));
        return 0;
    case MEMBER_OBJECT:
        return read_object(file, &place, member, at, err);
    default:
        return error_set(err, -EINVAL, "member table: '%s' has a type that XML does not support",
                         member->xml);
    }
}

int xml_members_read(const struct xml_file *file, const xmlNode *node, const struct members *table,
                     void *object, struct error **err)
{
    int code = 0;

    for (size_t i = 0; code == 0 && i < table->count; i++)
        if (table->rows[i].xml != NULL)
            code = read_member(file, node, &table->rows[i], object, err);
    return code;
}

/* XML 1.0 (section 2.2) cannot represent control characters, and readers would turn tabs and
 * newlines into spaces. */
static int check_text(const char *place, const char *text, struct error **err)
{
    const char *at = text;

    while ((unsigned char)*at >= 0x20 && (unsigned char)*at != 0x7f)
        at++;
    if (*at == '\0' && xmlCheckUTF8((const xmlChar *)text))
        return 0;
    return error_set(err, -EINVAL, "%s has a control character or is not UTF-8: rename it", place);
}

static int set_text(xmlNode *node, const char *path, const char *text, struct error **err)
{
    struct place place;
    int code = check_text(path, text, err);

    if (code < 0)
        return code;
    place = find_place(node, path, true);
    if (place.attribute != NULL)
        xmlNewProp(place.node, (const xmlChar *)place.attribute, (const xmlChar *)text);
    else
        xmlNodeAddContent(place.node, (const xmlChar *)text);
    return 0;
}

static int write_texts(xmlNode *node, const char *path, const struct strv *texts,
                       struct error **err)
{
    const char *name = strrchr(path, '/') != NULL ? strrchr(path, '/') + 1 : path;
    _cleanup_free_ char *outer = text_ndup(path, (size_t)(name - path));

    for (size_t i = 0; i < texts->count; i++) {
        xmlNode *parent = find_place(node, outer, true).node;
        int code = check_text(path, texts->items[i], err);

        if (code < 0)
            return code;
        xmlNewTextChild(parent, NULL, (const xmlChar *)name, (const xmlChar *)texts->items[i]);
    }
    return 0;
}

static int write_words(xmlNode *node, const struct member *member, const struct member_list *list,
                       struct error **err)
{
    _cleanup_buffer_ struct buffer text = {0};

    for (size_t i = 0; i < list->count; i++)
        buffer_format(&text, "%s%s", i > 0 ? " " : "",
                      member->words->names[((const uint32_t *)(const void *)list->items)[i]]);
    return text.length > 0 ? set_text(node, member->xml, text.data, err) : 0;
}

static int write_number(xmlNode *node, const struct member *member, const void *object,
                        struct error **err)
{
    int64_t value = member_number(member, object);
    char text[24];

    if ((member->flags & MEMBER_NULL) && value == 0)
        return 0;
    if (member->min < 0)
        snprintf(text, sizeof(text), "%" PRId64, value);
    else
        snprintf(text, sizeof(text), "%" PRIu64, (uint64_t)value);
    return set_text(node, member->xml, text, err);
}

static int write_object(xmlNode *node, const struct member *member, const void *at,
                        struct error **err)
{
    const struct member *first = &member->table->rows[0];

    if (first->kind == MEMBER_TEXT && *(char *const *)member_of(first, at) == NULL)
        return 0;
    return xml_members_write(member->table, at, find_place(node, member->xml, true).node, err);
}

static int write_member(xmlNode *node, const struct member *member, const void *object,
                        struct error **err)
{
    const void *at = member_of(member, object);
    const char *text = NULL;

    switch (member->kind) {
    case MEMBER_TEXT:
        text = *(char *const *)at;
        break;
    case MEMBER_DIGEST:
        text = at;
        break;
    case MEMBER_BOOL:
        text = *(const bool *)at ? "yes" : NULL;
        break;
    case MEMBER_WORD:
        text = member->words->names[member_number(member, object)];
        break;
    case MEMBER_NUMBER:
        return write_number(node, member, object, err);
    case MEMBER_WORDS:
        return write_words(node, member, at, err);
    case MEMBER_TEXTS:
        return write_texts(node, member->xml, at, err);
    case MEMBER_OBJECT:
        return write_object(node, member, at, err);
    default:
        return error_set(err, -EINVAL, "member table: '%s' has a type that XML does not support",
                         member->xml);
    }
    return text != NULL ? set_text(node, member->xml, text, err) : 0;
}

int xml_members_write(const struct members *table, const void *object, xmlNode *node,
                      struct error **err)
{
    int code = 0;

    for (size_t i = 0; code == 0 && i < table->count; i++)
        if (table->rows[i].xml != NULL)
            code = write_member(node, &table->rows[i], object, err);
    return code;
}
