/* SPDX-License-Identifier: Apache-2.0 */
/* A bare walk over ELF files with libelf, the peer of the index: every name of the dynamic symbol
 * tables is read with its version, and nothing is stored. "walk_libelf LIST": one path on each line
 * of the file; prints the number of symbols and a sum of their names. */
#include <fcntl.h>
#include <gelf.h>
#include <inttypes.h>
#include <libelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define VERSIONS_MAX 65536

struct walk {
    uint64_t symbols, sum;
    const char *names[VERSIONS_MAX]; /* of the versions of one file, by index */
};

/* So that the names are read. */
static uint64_t hash(uint64_t sum, const char *name)
{
    for (; name != NULL && *name != '\0'; name++)
        sum = sum * 31 + (unsigned char)*name;
    return sum;
}

static void read_definitions(struct walk *walk, Elf *elf, Elf_Scn *section, const GElf_Shdr *head)
{
    Elf_Data *data = elf_getdata(section, NULL);
    GElf_Verdef row;
    GElf_Verdaux name;

    for (int at = 0; data != NULL && gelf_getverdef(data, at, &row) != NULL;
         at += (int)row.vd_next) {
        if (gelf_getverdaux(data, at + (int)row.vd_aux, &name) != NULL)
            walk->names[row.vd_ndx & 0x7fff] = elf_strptr(elf, head->sh_link, name.vda_name);
        if (row.vd_next == 0)
            return;
    }
}

static void read_needs(struct walk *walk, Elf *elf, Elf_Scn *section, const GElf_Shdr *head)
{
    Elf_Data *data = elf_getdata(section, NULL);
    GElf_Verneed row;
    GElf_Vernaux name;

    for (int at = 0; data != NULL && gelf_getverneed(data, at, &row) != NULL;
         at += (int)row.vn_next) {
        for (int aux = at + (int)row.vn_aux; gelf_getvernaux(data, aux, &name) != NULL;
             aux += (int)name.vna_next) {
            walk->names[name.vna_other & 0x7fff] = elf_strptr(elf, head->sh_link, name.vna_name);
            if (name.vna_next == 0)
                break;
        }
        if (row.vn_next == 0)
            return;
    }
}

static void read_symbols(struct walk *walk, Elf *elf, Elf_Scn *section, const GElf_Shdr *head,
                         Elf_Scn *versions)
{
    Elf_Data *data = elf_getdata(section, NULL);
    Elf_Data *indices = versions != NULL ? elf_getdata(versions, NULL) : NULL;
    GElf_Versym version;
    GElf_Sym symbol;

    for (int i = 1; data != NULL && gelf_getsym(data, i, &symbol) != NULL; i++) {
        walk->symbols++;
        walk->sum = hash(walk->sum, elf_strptr(elf, head->sh_link, symbol.st_name));
        if (indices != NULL && gelf_getversym(indices, i, &version) != NULL)
            walk->sum = hash(walk->sum, walk->names[version & 0x7fff]);
    }
}

static void read_file(struct walk *walk, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    Elf *elf = fd >= 0 ? elf_begin(fd, ELF_C_READ_MMAP, NULL) : NULL;
    Elf_Scn *section = NULL, *versions = NULL, *symbols = NULL;
    GElf_Shdr head, of_symbols = {0};

    memset(walk->names, 0, 256 * sizeof(walk->names[0]));
    while (elf != NULL && (section = elf_nextscn(elf, section)) != NULL) {
        if (gelf_getshdr(section, &head) == NULL)
            break;
        if (head.sh_type == SHT_GNU_versym) {
            versions = section;
        } else if (head.sh_type == SHT_GNU_verdef) {
            read_definitions(walk, elf, section, &head);
        } else if (head.sh_type == SHT_GNU_verneed) {
            read_needs(walk, elf, section, &head);
        } else if (head.sh_type == SHT_DYNSYM) {
            symbols = section;
            of_symbols = head;
        }
    }
    if (symbols != NULL)
        read_symbols(walk, elf, symbols, &of_symbols, versions);
    elf_end(elf);
    if (fd >= 0)
        close(fd);
}

int main(int argc, char **argv)
{
    static struct walk walk;
    FILE *list = argc == 2 ? fopen(argv[1], "re") : NULL;
    char path[4096];

    if (list == NULL || elf_version(EV_CURRENT) == EV_NONE) {
        fprintf(stderr, "usage: walk_libelf LIST\n");
        return EXIT_FAILURE;
    }
    while (fgets(path, sizeof(path), list) != NULL) {
        path[strcspn(path, "\n")] = '\0';
        read_file(&walk, path);
    }
    fclose(list);
    printf("%" PRIu64 " %" PRIx64 "\n", walk.symbols, walk.sum);
    return EXIT_SUCCESS;
}
