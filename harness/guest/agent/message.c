/* SPDX-License-Identifier: Apache-2.0 */
/* Builds requests for the guest agent and parses its replies. */
#include "guest/agent/message.h"

#include <errno.h>
#include <openssl/evp.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"

#define WHAT "the guest agent's reply"

void guest_output_done(struct guest_output *output)
{
    buffer_done(&output->out);
    buffer_done(&output->err);
}

static char *request_text(const char *name, json_t *arguments)
{
    _cleanup_json_ json_t *request =
        json_pack("{s:s, s:o}", "execute", name, "arguments", arguments);
    char *text = request != NULL ? json_dumps(request, JSON_COMPACT) : NULL;

    if (text == NULL)
        text_out_of_memory();
    return text;
}

static char *encode(const void *data, size_t length)
{
    char *text = text_calloc(1, (length + 2) / 3 * 4 + 1);

    EVP_EncodeBlock((unsigned char *)text, data, (int)length);
    return text;
}

/* -EILSEQ for text that is not UTF-8, which jansson would drop silently. */
static int add_strings(json_t *arguments, const char *key, const char *const *strings,
                       struct error **err)
{
    json_t *array = json_array();

    if (json_object_set_new(arguments, key, array) < 0)
        text_out_of_memory();
    for (; *strings != NULL; strings++)
        if (json_array_append_new(array, json_string(*strings)) < 0)
            return error_set(err, -EILSEQ,
                             "a guest command's %s holds a string that is not UTF-8: the agent's "
                             "JSON cannot carry it",
                             key);
    return 0;
}

int agent_message_exec(const struct guest_command *command, char **ret_text, struct error **err)
{
    _cleanup_json_ json_t *arguments = NULL;
    int code;

    if (command->input_length > AGENT_INPUT_MAX)
        return error_set(err, -E2BIG,
                         "guest command '%s': %zu bytes of standard input are more than the %d "
                         "that the agent is given: put them on the payload disk",
                         command->argv[0], command->input_length, AGENT_INPUT_MAX);
    arguments = json_pack("{s:s, s:b}", "path", command->argv[0], "capture-output", 1);
    if (arguments == NULL)
        return error_set(err, -EILSEQ, "a guest command's path is not UTF-8");
    code = add_strings(arguments, "arg", command->argv + 1, err);
    if (code == 0 && command->env != NULL)
        code = add_strings(arguments, "env", command->env, err);
    if (code < 0)
        return code;
    if (command->input != NULL) {
        _cleanup_free_ char *input = encode(command->input, command->input_length);

        json_object_set_new(arguments, "input-data", json_string(input));
    }
    *ret_text = request_text("guest-exec", steal_ptr(arguments));
    return 0;
}

char *agent_message_exec_status(int64_t pid)
{
    return request_text("guest-exec-status", json_pack("{s:I}", "pid", (json_int_t)pid));
}

/* The reply's "return" object; *ret_json owns it. */
static int parse_return(const char *reply, json_t **ret_json, json_t **ret_object,
                        struct error **err)
{
    _cleanup_json_ json_t *json = NULL;
    size_t length = strnlen(reply, AGENT_REPLY_MAX + 1);
    json_t *object;
    int code;

    if (length > AGENT_REPLY_MAX)
        return error_set(err, -EBADMSG, WHAT " is longer than %d bytes", AGENT_REPLY_MAX);
    code = json_parse(reply, length, WHAT, &json, err);
    if (code < 0)
        return code;
    object = json_object_get(json, "return");
    if (!json_is_object(object))
        return error_set(err, -EBADMSG, WHAT " has no object 'return'");
    *ret_object = object;
    *ret_json = steal_ptr(json);
    return 0;
}

int agent_message_parse_pid(const char *reply, int64_t *ret_pid, struct error **err)
{
    _cleanup_json_ json_t *json = NULL;
    json_t *object = NULL;
    int code = parse_return(reply, &json, &object, err);

    if (code < 0)
        return code;
    return json_get_integer(object, WHAT, "pid", 1, INT32_MAX, ret_pid, err);
}

/* RFC 4648, strict: EVP_DecodeBlock accepts blanks and misplaced padding. */
static bool is_base64(const char *text, size_t length)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t digits = strspn(text, alphabet);

    return length % 4 == 0 && length - digits <= 2 && strspn(text + digits, "=") == length - digits;
}

/* Appends at most `limit` bytes of the decoded text. */
static int decode(const char *text, size_t length, size_t limit, struct buffer *into,
                  bool *truncated)
{
    size_t wanted = (limit + 2) / 3 * 4, size;
    unsigned char *bytes;
    int got;

    if (!is_base64(text, length))
        return -EBADMSG;
    if (length > wanted) {
        *truncated = true;
        length = wanted;
    }
    if (length == 0)
        return 0;
    bytes = text_calloc(1, length / 4 * 3 + 1);
    got = EVP_DecodeBlock(bytes, (const unsigned char *)text, (int)length);
    size = got < 0 ? 0 : (size_t)got;
    /* EVP_DecodeBlock decodes padding as zero bytes. */
    for (size_t i = 1; i <= 2 && got >= 0; i++)
        size -= text[length - i] == '=' ? 1 : 0;
    if (size > limit) {
        *truncated = true;
        size = limit;
    }
    if (got >= 0)
        buffer_add(into, bytes, size);
    free(bytes);
    return got < 0 ? -EBADMSG : 0;
}

static int take_stream(const json_t *object, const char *key, const char *truncated_key,
                       size_t limit, struct buffer *into, bool *truncated, struct error **err)
{
    const json_t *value = json_object_get(object, key);

    if (json_is_true(json_object_get(object, truncated_key)))
        *truncated = true;
    if (value == NULL)
        return 0;
    if (!json_is_string(value) ||
        decode(json_string_value(value), json_string_length(value), limit, into, truncated) < 0)
        return error_set(err, -EBADMSG, WHAT ": '%s' is not base64", key);
    return 0;
}

static int take_end(const json_t *object, struct guest_output *output, struct error **err)
{
    bool exited = json_object_get(object, "exitcode") != NULL;
    int64_t value;
    int code = json_get_integer(object, WHAT, exited ? "exitcode" : "signal", 0, 255, &value, err);

    if (code < 0)
        return code;
    output->exited = exited;
    output->code = (int)value;
    return 0;
}

int agent_message_parse_status(const char *reply, size_t output_limit, bool *ret_done,
                               struct guest_output *ret_output, struct error **err)
{
    _cleanup_json_ json_t *json = NULL;
    _cleanup_(guest_output_done) struct guest_output output = {0};
    size_t limit = output_limit != 0 ? output_limit : 1 << 20;
    json_t *object = NULL;
    bool done;
    int code = parse_return(reply, &json, &object, err);

    if (code == 0)
        code = json_get_bool(object, WHAT, "exited", &done, err);
    if (code == 0 && !done) {
        *ret_done = false;
        return 0;
    }
    if (code == 0)
        code = take_end(object, &output, err);
    if (code == 0)
        code = take_stream(object, "out-data", "out-truncated", limit, &output.out,
                           &output.truncated, err);
    if (code == 0)
        code = take_stream(object, "err-data", "err-truncated", limit, &output.err,
                           &output.truncated, err);
    if (code < 0)
        return code;
    *ret_output = output;
    output = (struct guest_output){0};
    *ret_done = true;
    return 0;
}
