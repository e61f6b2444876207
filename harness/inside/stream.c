/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a stream of any length into limited memory: the beginning is stored, the rest counted. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "inside/inside.h"

/* The buffer doubles up to the limit; if memory runs out, the rest counts as dropped. */
static void keep(struct stream *stream, const char *data, size_t length)
{
    size_t room = stream->limit - stream->kept;
    size_t taken = length < room ? length : room;
    char *grown = stream->data;

    if (taken > 0) {
        /* The capacity grows in powers of two from 64 KiB, so that memory is allocated rarely. */
        size_t now = stream->kept == 0 ? 0 : 65536, want = 65536;

        while (now != 0 && now < stream->kept)
            now *= 2;
        while (want < stream->kept + taken)
            want *= 2;
        if (want > now)
            grown = realloc(stream->data, want);
        if (grown == NULL)
            taken = 0;
        else
            stream->data = grown;
    }
    if (taken > 0)
        memcpy(stream->data + stream->kept, data, taken);
    stream->kept += taken;
    stream->dropped += length - taken;
}

bool stream_read(struct stream *stream)
{
    static char block[65536];
    ssize_t got;

    if (stream->fd < 0)
        return false;
    got = read(stream->fd, block, sizeof(block));
    if (got > 0) {
        keep(stream, block, (size_t)got);
        return true;
    }
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    close(stream->fd);
    stream->fd = -1;
    return false;
}
