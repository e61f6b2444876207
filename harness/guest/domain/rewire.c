/* SPDX-License-Identifier: Apache-2.0 */
/* Replaces files and sockets in the XML of a saved domain. */
#include <errno.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "guest/domain/xml.h"

DEFINE_CLEANUP(xmlDocPtr, xmlFreeDoc)

static xmlNodePtr find_child(xmlNodePtr parent, const char *name)
{
    xmlNodePtr node = parent != NULL ? xmlFirstElementChild(parent) : NULL;

    while (node != NULL && !xmlStrEqual(node->name, BAD_CAST name))
        node = xmlNextElementSibling(node);
    return node;
}

static void set_attribute(xmlNodePtr node, const char *name, const char *value)
{
    xmlSetProp(node, BAD_CAST name, BAD_CAST value);
}

static bool set_child_text(xmlNodePtr parent, const char *name, const char *text)
{
    xmlNodePtr node = find_child(parent, name);

    if (text == NULL)
        return node == NULL;
    if (node == NULL)
        return false;
    xmlNodeSetContent(node, NULL);
    xmlNodeAddContent(node, BAD_CAST text);
    return true;
}

static void drop_child(xmlNodePtr parent, const char *name)
{
    xmlNodePtr node = find_child(parent, name);

    if (node != NULL) {
        xmlUnlinkNode(node);
        xmlFreeNode(node);
    }
}

/* The file for a disk, by its serial number; NULL for an unknown one. */
static const char *file_of_disk(xmlNodePtr disk, const struct guest_spec *spec)
{
    xmlNodePtr node = find_child(disk, "serial");
    xmlChar *serial = node != NULL ? xmlNodeGetContent(node) : NULL;
    const char *file = NULL;

    if (xmlStrEqual(serial, BAD_CAST GUEST_SERIAL_ROOT))
        file = spec->overlay;
    else if (xmlStrEqual(serial, BAD_CAST GUEST_SERIAL_PAYLOAD))
        file = spec->payload;
    else if (xmlStrEqual(serial, BAD_CAST GUEST_SERIAL_RESULTS))
        file = spec->results;
    else if (xmlStrEqual(serial, BAD_CAST GUEST_SERIAL_SEED))
        file = spec->seed;
    xmlFree(serial);
    return file;
}

static bool rewire_disk(xmlNodePtr disk, const struct guest_spec *spec)
{
    const char *file = file_of_disk(disk, spec);
    xmlNodePtr source = find_child(disk, "source");

    if (file == NULL || source == NULL)
        return false;
    set_attribute(source, "file", file);
    /* The old overlay's chain: libvirt determines the new one's. */
    drop_child(disk, "backingStore");
    return true;
}

/* Without a path, libvirt chooses one: the old path is removed. */
static bool rewire_socket(xmlNodePtr device, const char *path)
{
    xmlNodePtr source = find_child(device, "source");

    if (path == NULL)
        drop_child(device, "source");
    else if (source != NULL)
        set_attribute(source, "path", path);
    return path == NULL || source != NULL;
}

static bool rewire_devices(xmlNodePtr devices, const struct guest_spec *spec,
                           const struct domain_wiring *wiring)
{
    unsigned disks = 0;
    bool good = devices != NULL;

    for (xmlNodePtr node = good ? xmlFirstElementChild(devices) : NULL; node != NULL && good;
         node = xmlNextElementSibling(node)) {
        const char *name = (const char *)node->name;

        if (text_equal(name, "disk")) {
            good = rewire_disk(node, spec);
            disks++;
        } else if (text_equal(name, "serial") || text_equal(name, "console")) {
            good = rewire_socket(node, wiring->console_socket);
        } else if (text_equal(name, "channel")) {
            good = rewire_socket(node, wiring->agent_socket);
        }
    }
    return good && disks == (spec->seed != NULL ? 4 : 3);
}

int domain_xml_rewire(const char *saved, const struct guest_spec *spec,
                      const struct domain_wiring *wiring, char **ret_xml, struct error **err)
{
    _cleanup_(xmlFreeDoc_cleanup) xmlDocPtr document =
        xmlReadMemory(saved, (int)strlen(saved), "saved.xml", NULL,
                      XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    xmlNodePtr domain = document != NULL ? xmlDocGetRootElement(document) : NULL;
    xmlNodePtr os = domain != NULL ? find_child(domain, "os") : NULL;
    xmlChar *text = NULL;
    int size = 0;

    if (os == NULL || !set_child_text(os, "kernel", spec->image->kernel.path) ||
        !set_child_text(os, "initrd", spec->image->initrd.path) ||
        !set_child_text(os, "loader", spec->loader) || !set_child_text(os, "nvram", spec->nvram) ||
        !rewire_devices(find_child(domain, "devices"), spec, wiring))
        return error_set(err, -EBADMSG,
                         "the saved state of image '%s' on platform '%s' belongs to another kind "
                         "of guest: remove it and prepare again",
                         spec->image->name, spec->platform->name);
    xmlDocDumpMemory(document, &text, &size);
    if (text == NULL)
        text_out_of_memory();
    *ret_xml = text_ndup((const char *)text, (size_t)size);
    xmlFree(text);
    return 0;
}
