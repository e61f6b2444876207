/* SPDX-License-Identifier: Apache-2.0 */
/* Transfers with libcurl, one after the other, until the file is complete. */
#include "catalog/fetch.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/path.h"
#include "base/text.h"

#define STALL_S 30
#define CONNECT_S 30
#define TRIES 4
#define VALIDATOR_MAX 256
#define RESERVE (UINT64_C(64) << 20) /* bytes left free on the disk */

DEFINE_CLEANUP(CURL *, curl_easy_cleanup)

struct transfer {
    const struct fetch_request *request;
    CURL *curl;
    char *path, *partial, *validator_path, *digest_path;
    int file;
    uint64_t have, at_start; /* bytes in the partial file, now and at the start of this attempt */
    uint64_t size;           /* size of the whole file; 0: unknown */
    char validator[VALIDATOR_MAX]; /* ETag or Last-Modified of the file that the partial file
                                      belongs to */
    char fresh[VALIDATOR_MAX];     /* the same from this response */
    int code;                      /* error with which a callback stopped the transfer; 0: none */
};

static void transfer_done(struct transfer *transfer)
{
    if (transfer->file >= 0)
        close(transfer->file);
    free(transfer->path);
    free(transfer->partial);
    free(transfer->validator_path);
    free(transfer->digest_path);
}

/* Copies the value of a "Name: value" header line to a slot if the name matches. */
static bool take_header(const char *line, size_t length, const char *name, char *slot)
{
    size_t size = strlen(name);

    if (length <= size + 1 || strncasecmp(line, name, size) != 0 || line[size] != ':')
        return false;
    line += size + 1;
    length -= size + 1;
    while (length > 0 && (*line == ' ' || *line == '\t'))
        line++, length--;
    while (length > 0 && (line[length - 1] == '\r' || line[length - 1] == '\n'))
        length--;
    if (length >= VALIDATOR_MAX)
        return false;
    memcpy(slot, line, length);
    slot[length] = '\0';
    return true;
}

static size_t on_header(char *line, size_t one, size_t length, void *closure)
{
    struct transfer *transfer = closure;
    char date[VALIDATOR_MAX];

    (void)one;
    if (length > 5 && strncmp(line, "HTTP/", 5) == 0)
        transfer->fresh[0] = '\0';
    /* A weak validator ("W/…") must not be used for byte ranges (RFC 9110, 13.1.5). */
    if (take_header(line, length, "ETag", date) && text_starts(date, "\""))
        strcpy(transfer->fresh, date);
    else if (transfer->fresh[0] == '\0' && take_header(line, length, "Last-Modified", date))
        strcpy(transfer->fresh, date);
    return length;
}

/* Called before the first byte: determines whether the server sends the rest or the whole file, and
 * whether there is enough space. */
static int begin_body(struct transfer *transfer)
{
    _cleanup_error_ struct error *err = NULL;
    curl_off_t length = -1;
    long status = 0;
    uint64_t free_bytes;

    curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(transfer->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    if (status != 206 && transfer->have > 0) {
        if (ftruncate(transfer->file, 0) < 0)
            return -errno;
        transfer->have = transfer->at_start = 0;
    }
    transfer->size = length > 0 ? transfer->have + (uint64_t)length : 0;
    snprintf(transfer->validator, sizeof(transfer->validator), "%s", transfer->fresh);
    if (path_write_atomic(transfer->validator_path, transfer->validator,
                          strlen(transfer->validator), &err) < 0)
        return err->code;
    if (length > 0 && path_free_bytes(transfer->request->folder, &free_bytes, &err) == 0 &&
        free_bytes < (uint64_t)length + RESERVE)
        return -ENOSPC;
    return 0;
}

static size_t on_data(char *data, size_t one, size_t length, void *closure)
{
    struct transfer *transfer = closure;
    long status = 0;

    (void)one;
    curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &status);
    if (status != 200 && status != 206)
        return length; /* the body of an error response */
    if (transfer->fresh[0] != '\1') {
        transfer->code = begin_body(transfer);
        transfer->fresh[0] = '\1';
    }
    for (size_t at = 0; at < length && transfer->code == 0;) {
        ssize_t put = pwrite(transfer->file, data + at, length - at, (off_t)transfer->have);

        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            transfer->code = put < 0 ? -errno : -EIO;
        else
            at += (size_t)put, transfer->have += (uint64_t)put;
    }
    if (transfer->code == 0 && transfer->request->progress != NULL)
        transfer->request->progress(transfer->request->closure, transfer->have, transfer->size);
    return transfer->code == 0 ? length : 0;
}

static int set_up(struct transfer *transfer, struct curl_slist **headers, struct error **err)
{
    const struct fetch_request *request = transfer->request;
    CURL *curl = transfer->curl;
    char range[32];

    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_URL, request->url);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl, CURLOPT_MAXREDIRS, 8L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME,
                     (long)(request->stall_s != 0 ? request->stall_s : STALL_S));
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "touchstone");
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, transfer);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_data);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer);
    if (curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https") != CURLE_OK ||
        curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https") != CURLE_OK)
        return error_set(err, -ENOTSUP, "this libcurl cannot be restricted to HTTP and HTTPS");
    /* Request the rest only of the very same file: otherwise the server sends the whole file. */
    if (transfer->have > 0 && transfer->validator[0] != '\0') {
        _cleanup_free_ char *condition = text_format("If-Range: %s", transfer->validator);

        snprintf(range, sizeof(range), "%llu-", (unsigned long long)transfer->have);
        curl_easy_setopt(curl, CURLOPT_RANGE, range);
        *headers = curl_slist_append(NULL, condition);
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, *headers);
    } else if (transfer->have > 0) {
        if (ftruncate(transfer->file, 0) < 0)
            return error_set_errno(err, -errno, "cannot restart the download into '%s'",
                                   transfer->partial);
        transfer->have = 0;
    }
    transfer->at_start = transfer->have;
    transfer->size = 0;
    transfer->code = 0;
    return 0;
}

/* The result of an attempt: 0 complete; -EAGAIN try again; else the final error. */
static int judge(struct transfer *transfer, CURLcode result, const char *words, struct error **err)
{
    const char *url = transfer->request->url;
    long status = 0;

    curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &status);
    if (transfer->code == -ENOSPC)
        return error_set(err, -ENOSPC,
                         "not enough space in '%s' for '%s' (%llu bytes): free some, or give "
                         "another folder with --output",
                         transfer->request->folder, url, (unsigned long long)transfer->size);
    if (transfer->code < 0)
        return error_set_errno(err, transfer->code, "cannot write '%s'", transfer->partial);
    if (result == CURLE_OK && status == 416) {
        /* The server rejected the byte range: the partial file belongs to another version; it is
         * discarded. */
        if (ftruncate(transfer->file, 0) < 0)
            return error_set_errno(err, -errno, "cannot restart the download into '%s'",
                                   transfer->partial);
        transfer->have = 0;
        transfer->validator[0] = '\0';
        return error_set(err, -EAGAIN, "the server rejected the byte range");
    }
    if (result == CURLE_OK && (status == 200 || status == 206)) {
        if (transfer->size == 0 || transfer->have == transfer->size)
            return 0;
        return error_set(err, -EAGAIN, "the server sent %llu of %llu bytes",
                         (unsigned long long)transfer->have, (unsigned long long)transfer->size);
    }
    if (result == CURLE_OK)
        return error_set(err, status >= 500 ? -EAGAIN : -EIO,
                         "'%s': the server replied with HTTP status %ld", url, status);
    if (result == CURLE_URL_MALFORMAT || result == CURLE_UNSUPPORTED_PROTOCOL)
        return error_set(err, -EINVAL, "unsupported URL '%s': use http:// or https://", url);
    return error_set(err, -EAGAIN, "'%s': %s", url,
                     words[0] != '\0' ? words : curl_easy_strerror(result));
}

static int try_once(struct transfer *transfer, struct error **err)
{
    char words[CURL_ERROR_SIZE] = "";
    struct curl_slist *headers = NULL;
    int code = set_up(transfer, &headers, err);

    if (code == 0) {
        curl_easy_setopt(transfer->curl, CURLOPT_ERRORBUFFER, words);
        code = judge(transfer, curl_easy_perform(transfer->curl), words, err);
    }
    curl_slist_free_all(headers);
    return code;
}

/* Attempts that received data are not counted. */
static int transfer_all(struct transfer *transfer, unsigned *resumed, struct error **err)
{
    unsigned tries = transfer->request->tries != 0 ? transfer->request->tries : TRIES, barren = 0;

    for (;;) {
        _cleanup_error_ struct error *why = NULL;
        int code = try_once(transfer, &why);

        if (code == 0)
            return 0;
        barren = transfer->have > transfer->at_start ? 0 : barren + 1;
        if (code != -EAGAIN || barren >= tries)
            return error_set(
                err, code == -EAGAIN ? -EIO : code, "%s%s", error_message(why),
                code == -EAGAIN
                    ? ": the partial download is preserved; the same command continues it"
                    : "");
        log_info("%s: continued at byte %llu", error_said(why), (unsigned long long)transfer->have);
        ++*resumed;
    }
}

/* Reads the digest recorded beside the file, or "". */
static void read_recorded(const char *path, char hex[DIGEST_TEXT_SIZE])
{
    _cleanup_buffer_ struct buffer data = {0};

    hex[0] = '\0';
    if (path_read(path, 1024, &data, NULL) < 0 || data.length < 64)
        return;
    memcpy(hex, data.data, 64);
    hex[64] = '\0';
    if (!digest_is_text(hex))
        hex[0] = '\0';
}

/* Verifies the file's digest and records it. */
static int check_digest(const struct transfer *transfer, const char *path, const char *wanted,
                        struct fetched *fetched, struct error **err)
{
    int code = digest_of_file(path, fetched->sha256, NULL, err);

    if (code < 0)
        return code;
    fetched->first_use = wanted[0] == '\0';
    if (wanted[0] != '\0' && strcmp(wanted, fetched->sha256) != 0)
        return error_set(err, -EBADMSG,
                         "'%s' has sha256 %s, expected %s%s: it was modified in transit or "
                         "replaced by another file; the download is discarded",
                         transfer->request->url, fetched->sha256, wanted,
                         transfer->request->sha256 == NULL ? " (as recorded on first use)" : "");
    {
        _cleanup_free_ char *line =
            text_format("%s  %s\n", fetched->sha256, transfer->request->url);

        return path_write_atomic(transfer->digest_path, line, strlen(line), err);
    }
}

static int open_partial(struct transfer *transfer, struct error **err)
{
    _cleanup_buffer_ struct buffer validator = {0};
    struct stat st;

    transfer->file = open(transfer->partial, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (transfer->file < 0 || fstat(transfer->file, &st) < 0)
        return error_set_errno(err, -errno, "cannot write '%s'", transfer->partial);
    transfer->have = (uint64_t)st.st_size;
    if (path_read(transfer->validator_path, VALIDATOR_MAX - 1, &validator, NULL) == 0 &&
        validator.length > 0)
        snprintf(transfer->validator, sizeof(transfer->validator), "%s", validator.data);
    return 0;
}

static int download(struct transfer *transfer, const char *wanted, struct fetched *fetched,
                    struct error **err)
{
    int code = open_partial(transfer, err);

    if (code == 0)
        code = transfer_all(transfer, &fetched->resumed, err);
    if (code == 0 && fsync(transfer->file) < 0)
        code = error_set_errno(err, -errno, "cannot write '%s'", transfer->partial);
    if (code == 0)
        code = check_digest(transfer, transfer->partial, wanted, fetched, err);
    if (code == 0 && rename(transfer->partial, transfer->path) < 0)
        code = error_set_errno(err, -errno, "cannot rename the download to '%s'", transfer->path);
    if (code == -EBADMSG)
        unlink(transfer->partial);
    if (code == 0 || code == -EBADMSG)
        unlink(transfer->validator_path);
    return code;
}

/* The last part of the URL; only harmless characters are allowed. */
static int name_file(const char *url, char **ret_name, struct error **err)
{
    const char *path = strstr(url, "://"), *name;
    size_t length;

    if ((!text_starts(url, "http://") && !text_starts(url, "https://")) || path == NULL)
        return error_set(err, -EINVAL, "unsupported URL '%s': use http:// or https://", url);
    path += 3;
    length = strcspn(path, "?#");
    for (name = path + length; name > path && name[-1] != '/';)
        name--;
    length -= (size_t)(name - path);
    if (name == path || length == 0 || length > 200 || *name == '.' ||
        strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+-") < length)
        return error_set(err, -EINVAL, "'%s' does not end in a file name", url);
    *ret_name = text_ndup(name, length);
    return 0;
}

void fetched_done(struct fetched *fetched)
{
    free(fetched->path);
}

int fetch_image(const struct fetch_request *request, struct fetched *ret_fetched,
                struct error **err)
{
    _cleanup_(curl_easy_cleanup_cleanup) CURL *curl = curl_easy_init();
    _cleanup_(transfer_done) struct transfer transfer = {
        .request = request, .curl = curl, .file = -1};
    struct fetched fetched = {0};
    _cleanup_free_ char *name = NULL;
    char wanted[DIGEST_TEXT_SIZE];
    int code = name_file(request->url, &name, err);

    if (code == 0 && curl == NULL)
        code = error_set(err, -ENOMEM, "cannot initialise libcurl");
    if (code == 0)
        code = path_make_folders(request->folder, false, err);
    if (code < 0)
        return code;
    transfer.path = path_join(request->folder, name);
    transfer.partial = text_format("%s.partial", transfer.path);
    transfer.validator_path = text_format("%s.partial.of", transfer.path);
    transfer.digest_path = text_format("%s.sha256", transfer.path);
    read_recorded(transfer.digest_path, wanted);
    if (request->sha256 != NULL)
        snprintf(wanted, sizeof(wanted), "%s", request->sha256);
    fetched.was_there = path_exists(transfer.path);
    code = fetched.was_there ? check_digest(&transfer, transfer.path, wanted, &fetched, err)
                             : download(&transfer, wanted, &fetched, err);
    if (code < 0)
        return code;
    fetched.path = text_dup(transfer.path);
    *ret_fetched = fetched;
    return 0;
}
