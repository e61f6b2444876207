/* SPDX-License-Identifier: Apache-2.0 */
/* The certificate as a page in each language, and how it is verified without this program. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "certificate/content.h"
#include "certificate/sshsig.h"
#include "certificate/sums.h"
#include "model/image.h"
#include "reports/form.h"

struct pair {
    const char *in[LANGUAGE_COUNT];
};

/* What every row of a page is made of. */
struct page {
    const struct judged *judged;
    const struct certificate_statement *statement;
    enum language language;
    struct form *form;
};

static void add_heading(const struct page *page, const char *en, const char *zh)
{
    form_add(page->form, FORM_HEADING, FORM_PLAIN, page->language == LANGUAGE_ZH ? zh : en);
}

/* A table whose first row is its head. */
static struct form_block *add_table(const struct page *page, const struct pair *heads,
                                    const unsigned *widths, size_t columns)
{
    struct form_block *table = form_add(page->form, FORM_TABLE, FORM_PLAIN, "");

    table->columns = columns;
    for (size_t i = 0; i < columns; i++) {
        table->widths[i] = widths[i];
        form_add_cell(table, FORM_PLAIN, heads[i].in[page->language]);
    }
    return table;
}

static void add_row(const struct page *page, struct form_block *table, const char *en,
                    const char *zh, enum form_style style, const char *value)
{
    form_add_cell(table, FORM_PLAIN, page->language == LANGUAGE_ZH ? zh : en);
    form_add_cell(table, style, value != NULL ? value : "");
}

static void add_conclusion(const struct page *page)
{
    const struct programme_status *status = &page->judged->status;
    bool zh = page->language == LANGUAGE_ZH, reached = content_is_certificate(page->judged);
    _cleanup_free_ char *text =
        reached
            ? text_format("✔ %s",
                          status->programme->levels.items[status->reached].title.in[page->language])
            : text_dup(zh ? "✖ 未达到任何级别" : "✖ no level reached");

    add_heading(page, "Conclusion", "结论");
    form_add(page->form, FORM_PARAGRAPH, reached ? FORM_GOOD : FORM_BAD, text);
}

/* Of the packages that were installed, once for all platforms that have the same. */
static void add_versions(const struct page *page, struct form_block *table)
{
    _cleanup_strv_ struct strv versions = {0};
    _cleanup_free_ char *text = NULL;

    vec_foreach (column, &page->judged->status.columns)
        if (column->version != NULL && !strv_has(&versions, column->version))
            strv_add(&versions, column->version);
    if (versions.count == 0)
        return;
    text = strv_join(&versions, "\n");
    add_row(page, table, "Version of the product, by its packages", "产品版本（取自软件包）",
            FORM_PLAIN, text);
}

static void add_facts(const struct page *page)
{
    static const struct pair heads[] = {{{"Fact", "项目"}}, {{"Value", "内容"}}};
    static const unsigned widths[] = {30, 70};
    const struct certificate_statement *statement = page->statement;
    const struct run_record *run = &page->judged->about->run;
    const struct run_input *suite = run_find_input(run, "suite", page->judged->status.suite);
    struct form_block *table = add_table(page, heads, widths, 2);
    _cleanup_free_ char *programme =
        text_format("%s\n%s", page->judged->programme->name, page->judged->programme->file_sha256);
    _cleanup_free_ char *product =
        text_format("%s\n%s", page->judged->status.suite, suite != NULL ? suite->sha256 : "");
    char created[CLOCK_TEXT_SIZE];

    clock_format(statement->created_ms, created);
    add_row(page, table, "Programme, digest of its file", "认证项目及其文件摘要", FORM_CODE,
            programme);
    add_row(page, table, "Suite of the product, digest", "产品的测试套件及摘要", FORM_CODE,
            product);
    add_versions(page, table);
    add_row(page, table, "Operating system", "操作系统", FORM_PLAIN, page->judged->status.system);
    add_row(page, table, "Run", "运行编号", FORM_CODE, run->id);
    add_row(page, table, "Created", "签发时间", FORM_PLAIN, created);
    add_row(page, table, "Valid until", "有效期至", FORM_PLAIN,
            statement->valid_until[0] != '\0' ? statement->valid_until
            : page->language == LANGUAGE_ZH   ? "未限定"
                                              : "no end is named");
    add_row(page, table, "Identity of the signer, as stated", "签署者身份（自行填写）", FORM_STATED,
            statement->identity);
    add_row(page, table, "Made by", "生成工具", FORM_PLAIN, statement->version);
    for (int field = 0; field < FIELD_COUNT; field++)
        if (statement->stated.stated[field] != NULL) {
            const char *name =
                form_text(page->language, form_field_name((enum programme_field)field));
            _cleanup_free_ char *label =
                text_format(page->language == LANGUAGE_ZH ? "%s（自行填写）" : "%s (stated)", name);

            add_row(page, table, label, label, FORM_STATED, statement->stated.stated[field]);
        }
}

static char *image_text(const struct page *page, const char *name)
{
    const struct image *image = judged_image(page->judged, name);

    if (image == NULL)
        return text_dup(name);
    return text_format("%s\n%s %s%s\n%s", name, image->os_id != NULL ? image->os_id : "",
                       image->os_version != NULL ? image->os_version : "",
                       !image->stand_in                ? ""
                       : page->language == LANGUAGE_ZH ? "（替代镜像）"
                                                       : " (stand-in)",
                       image->disk.path != NULL ? image->disk.sha256 : "");
}

static void add_platforms(const struct page *page)
{
    static const struct pair heads[] = {
        {{"Platform", "平台"}},
        {{"Image, OS, digest of the disk", "镜像、操作系统、磁盘摘要"}},
        {{"Grade", "环境等级"}},
        {{"Verdict", "结论"}},
        {{"Cases judged/planned/defined", "用例：已评定/计划/定义"}}};
    static const unsigned widths[] = {14, 40, 14, 16, 16};
    bool zh = page->language == LANGUAGE_ZH;
    struct form_block *table;

    add_heading(page, "Platforms", "平台");
    table = add_table(page, heads, widths, 5);
    for (size_t i = 0; i < page->judged->cells.count; i++) {
        const struct matrix_cell *cell = &page->judged->cells.items[i];
        const struct judgement *judgement = &cell->judgement;
        enum grade grade = page->judged->status.columns.items[i].grade;
        _cleanup_free_ char *image = image_text(page, cell->cell.image);
        _cleanup_free_ char *cases =
            text_format("%u/%u/%u%s", judgement->judged, judgement->total, judgement->defined,
                        !judgement->partial ? ""
                        : zh                ? "（部分）"
                                            : " (partial)");

        form_add_cell(table, FORM_PLAIN, cell->cell.platform);
        form_add_cell(table, FORM_PLAIN, image);
        form_add_cell(table, FORM_PLAIN, zh ? grade_name_zh(grade) : grade_name(grade));
        form_add_cell(table,
                      judgement->verdict == VERDICT_COMPATIBLE    ? FORM_GOOD
                      : judgement->verdict == VERDICT_CONDITIONAL ? FORM_OPEN
                                                                  : FORM_BAD,
                      zh ? verdict_name_zh(judgement->verdict) : verdict_name(judgement->verdict));
        form_add_cell(table, FORM_PLAIN, cases);
    }
}

static void add_items(const struct page *page)
{
    static const struct pair heads[] = {
        {{"Item", "测试项"}}, {{"Criterion", "判定标准"}}, {{"Result", "结果"}}};
    static const unsigned widths[] = {30, 46, 24};
    const struct programme_status *status = &page->judged->status;
    struct form_block *table;

    add_heading(page, "Items", "测试项");
    table = add_table(page, heads, widths, 3);
    for (size_t i = 0; i < status->items.count; i++) {
        const struct programme_item *item = &status->programme->items.items[i];
        _cleanup_free_ char *state =
            text_format("%s %s", form_state_sign(status->items.items[i]),
                        form_state_name(page->language, status->items.items[i]));

        form_add_cell(table, FORM_PLAIN, item->title.in[page->language]);
        form_add_cell(table, FORM_PLAIN, item->criterion.in[page->language]);
        form_add_cell(table, form_state_style(status->items.items[i]), state);
    }
}

#define COMMAND_SIGNATURE                                                                          \
    "ssh-keygen -Y verify -f allowed_signers -I IDENTITY -n " SSHSIG_NAMESPACE " -s " SUMS_FILE    \
    ".sig < " SUMS_FILE
#define COMMAND_SUMS "sha256sum --strict --quiet -c " SUMS_FILE

static void add_how(const struct page *page)
{
    bool zh = page->language == LANGUAGE_ZH;

    add_heading(page, "How to verify", "如何验证");
    form_add(page->form, FORM_PARAGRAPH, FORM_PLAIN,
             zh ? "在本目录中离线执行以下两条命令（详见 VERIFY.txt），或执行 touchstone verify："
                : "Offline, in this folder, with two standard commands (see VERIFY.txt), or with "
                  "touchstone verify:");
    form_add(page->form, FORM_PARAGRAPH, FORM_CODE, COMMAND_SIGNATURE);
    form_add(page->form, FORM_PARAGRAPH, FORM_CODE, COMMAND_SUMS);
}

static void add_limits(const struct page *page, bool standing, enum form_kind kind)
{
    _cleanup_strv_ struct strv limits = {0};

    content_limits(page->judged, page->statement, page->language, standing, &limits);
    for (size_t i = 0; i < limits.count; i++)
        form_add(page->form, kind, kind == FORM_NOTICE ? FORM_OPEN : FORM_PLAIN, limits.items[i]);
}

static void make_page(const struct page *page)
{
    _cleanup_free_ char *title = content_title(page->judged, page->language);

    page->form->title = text_dup(title);
    form_add(page->form, FORM_TITLE, FORM_PLAIN, title);
    add_conclusion(page);
    add_limits(page, false, FORM_NOTICE);
    add_facts(page);
    add_platforms(page);
    add_items(page);
    add_heading(page, "What this does not prove", "本文件不能证明的内容");
    add_limits(page, true, FORM_PARAGRAPH);
    add_how(page);
}

void content_write_page(const struct judged *judged, const struct certificate_statement *statement,
                        enum language language, struct buffer *ret_text)
{
    _cleanup_(form_done) struct form form = {.language = language};
    const struct page page = {judged, statement, language, &form};
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);

    if (out == NULL)
        text_out_of_memory();
    make_page(&page);
    form_write_html(&form, out);
    if (fclose(out) != 0)
        text_out_of_memory();
    buffer_add(ret_text, text, length);
    free(text);
}

void content_write_verify(const struct certificate_statement *statement, struct buffer *ret_text)
{
    const char *identity = statement->identity != NULL ? statement->identity : "IDENTITY";

    buffer_format(
        ret_text,
        "HOW TO VERIFY THIS FOLDER\n"
        "\n"
        "You need OpenSSH 8.2 or later, coreutils, and the file allowed_signers: one line\n"
        "'IDENTITY KEY' with the public key of the signer, which you got from the signer by "
        "another\n"
        "way than this folder. No network is needed. In this folder:\n"
        "\n"
        "  ssh-keygen -Y verify -f allowed_signers -I %s -n " SSHSIG_NAMESPACE " \\\n"
        "      -s " SUMS_FILE ".sig < " SUMS_FILE "\n"
        "  " COMMAND_SUMS "\n"
        "\n"
        "Both must succeed. They do not notice a file that was added, nor that the validity has\n"
        "ended: see 'valid_until' in certificate.json. 'touchstone verify DIR --signers\n"
        "allowed_signers' checks this too, judges the records in run.jsonl again by "
        "programme.xml,\n"
        "and compares the result with what the certificate says.\n"
        "\n"
        "A signature proves that nothing was changed after signing. It does not prove that the "
        "run\n"
        "was honest: that rests on your trust in the signer.\n"
        "\n"
        "\n"
        "如何验证本目录\n"
        "\n"
        "需要 OpenSSH 8.2 或更高版本、coreutils，以及 allowed_signers 文件：每行为“身份 "
        "公钥”，其中的公钥\n"
        "应通过本目录以外的途径从签署者处取得。无需联网。在本目录中执行：\n"
        "\n"
        "  ssh-keygen -Y verify -f allowed_signers -I %s -n " SSHSIG_NAMESPACE " \\\n"
        "      -s " SUMS_FILE ".sig < " SUMS_FILE "\n"
        "  " COMMAND_SUMS "\n"
        "\n"
        "两条命令都必须成功。它们不能发现目录中多出的文件，也不检查有效期（见 certificate.json "
        "中的\n"
        "valid_until）。“touchstone verify 目录 --signers allowed_signers”还会检查这些内容，并按\n"
        "programme.xml 重新评定 run.jsonl 中的记录，与证书所述逐项比对。\n"
        "\n"
        "签名只证明签署之后内容未被更改，不证明测试过程真实可信；后者取决于您对签署者的信任。\n",
        identity, identity);
}
