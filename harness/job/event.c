/* SPDX-License-Identifier: Apache-2.0 */
/* Progress events, for the worker and the controller. */
#include "job/event.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/text.h"

static const char *const kind_names[EVENT_KIND_COUNT] = {"phase", "case-start", "case-end",
                                                         "trouble"};
static int event_fd = -1;

void event_set_fd(int fd)
{
    event_fd = fd;
}

static void send(enum event_kind kind, const char *text, unsigned number, unsigned total,
                 const char *status)
{
    _cleanup_free_ char *line = NULL;
    _cleanup_json_ json_t *json = NULL;
    size_t length;

    if (event_fd < 0)
        return;
    json = json_pack("{s:s, s:s%, s:i, s:i, s:s}", "event", kind_names[kind], "text", text,
                     strnlen(text, sizeof(((struct event *)0)->text) - 1), "number", (int)number,
                     "total", (int)total, "status", status);
    line = json != NULL ? json_dumps(json, JSON_COMPACT) : NULL;
    if (line == NULL)
        return;
    length = strlen(line);
    line[length] =
        '\n'; /* replaces the NUL: a single write, so that lines in one pipe do not mix */
    /* If the controller is gone, the worker dies too; if it is slow, a line of progress is lost. */
    if (write(event_fd, line, length + 1) < 0)
        return;
}

void event_phase(const char *text)
{
    send(EVENT_PHASE, text, 0, 0, "");
}

void event_case_start(const char *id, unsigned number, unsigned total)
{
    send(EVENT_CASE_START, id, number, total, "");
}

void event_case_end(const char *id, unsigned number, unsigned total, const char *status)
{
    send(EVENT_CASE_END, id, number, total, status);
}

void event_trouble(const char *line)
{
    send(EVENT_TROUBLE, line, 0, 0, "");
}

static bool copy(char *to, size_t size, const json_t *value)
{
    const char *text = json_string_value(value);

    if (text == NULL || strlen(text) >= size)
        return false;
    strcpy(to, text);
    return true;
}

bool event_parse(const char *line, size_t length, struct event *ret_event)
{
    _cleanup_json_ json_t *json = NULL;
    struct event event = {.kind = EVENT_KIND_COUNT};
    const char *kind;

    if (length > 4096 || json_parse(line, length, "event", &json, NULL) < 0)
        return false;
    kind = json_string_value(json_object_get(json, "event"));
    for (int i = 0; kind != NULL && i < EVENT_KIND_COUNT; i++)
        if (strcmp(kind, kind_names[i]) == 0)
            event.kind = (enum event_kind)i;
    if (event.kind == EVENT_KIND_COUNT ||
        !copy(event.text, sizeof(event.text), json_object_get(json, "text")) ||
        !copy(event.status, sizeof(event.status), json_object_get(json, "status")))
        return false;
    event.number = (unsigned)json_integer_value(json_object_get(json, "number"));
    event.total = (unsigned)json_integer_value(json_object_get(json, "total"));
    *ret_event = event;
    return true;
}
