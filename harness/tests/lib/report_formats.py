#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""report_formats.py STORE FOLDER: reads report.* in FOLDER with the readers that users have (the modules csv, json and
xml of Python, openpyxl, xmllint, Perl's TAP::Parser, JSON Schema) and compares each with what STORE must look like: each
test with the word that the format has for it, the points of cases, and the texts of reasons, unchanged. What is not
named here must not be there."""
import csv, glob, json, os, subprocess, sys, tempfile, warnings
import xml.etree.ElementTree as tree
warnings.simplefilter("ignore")
import jsonschema, openpyxl, openpyxl.utils.escape

store, folder = sys.argv[1:]
source = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
problems = []

# Outcomes: p passed, f failed, e error, m missing (an error too), s skipped, o neither passed nor failed. Cells as a whole
# are named "", points "CASE: NUMBER".
def cell(place, **outcomes):
    platform, suite = place.split("/")
    return {(platform, suite, "" if name == "whole" else name): outcome for name, outcome in outcomes.items()}

def points(place, case, outcomes):
    platform, suite = place.split("/")
    return {(platform, suite, "%s: %d" % (case, number + 1)): outcome for number, outcome in enumerate(outcomes)}

def refused(place):
    return cell(place, whole="e", install="s", persist="s", speed="s", lse="s")

def never(place, *cases):
    return cell(place, whole="e", **{case: "e" for case in cases})

redis = ("install", "persist", "speed", "lse")
failed = {**cell("kunpeng/redis", whole="f", install="p", persist="f", speed="o", lse="s"),
          **points("kunpeng/redis", "persist", "pfp")}
probed = {**cell("kunpeng/behaviour", whole="p", probe="p"), **cell("phytium/behaviour", whole="e", probe="o"),
          **cell("phytium-d3000/behaviour", whole="e", probe="e"), **cell("x86/behaviour", whole="p", probe="p"),
          **refused("x86/redis")}
flaky = cell("phytium/redis", whole="o", install="p", persist="p", speed="o", lse="s")
waived = {**cell("kunpeng/redis", whole="o", install="p", persist="o", speed="o", lse="s"),
          **points("kunpeng/redis", "persist", "ooo")}
# A view of a home whose evidence is gone: nothing that was green is judged.
lost = {**cell("kunpeng/behaviour", whole="e", probe="o"), **failed,
        **cell("phytium/behaviour", whole="e", probe="o"), **cell("phytium-d3000/behaviour", whole="e", probe="e"),
        **cell("phytium/redis", whole="e", install="o", persist="o", speed="o", lse="s"),
        **cell("x86/behaviour", whole="e", probe="o"), **refused("x86/redis")}
expected = {
    "sample": {**failed, **probed, **flaky},
    "sample-strict": {**failed, **probed, **flaky, ("phytium", "redis", ""): "f"},
    "partial": {**cell("kunpeng/behaviour", whole="p", probe="p"),
                **cell("kunpeng/redis", whole="o", install="p", persist="p", speed="s", lse="s", overload="s", remove="s")},
    "grade": {**cell("kunpeng/redis", whole="o", install="p", speed="o", tune="e"),
              **points("kunpeng/redis", "speed", "o"), **points("kunpeng/redis", "tune", "o")},
    "repeat": cell("kunpeng/redis", whole="f", install="p", persist="f"),
    "reported": cell("kunpeng/redis", whole="o", install="o"),
    "lost": lost,
    "waived": {**waived, **probed, **flaky},
    "waived-strict": {**failed, **probed, **flaky, ("phytium", "redis", ""): "f"},
    "hostile": {**cell("kunpeng/redis", whole="f", install="p", persist="f", speed="o", lse="s"),
                **points("kunpeng/redis", "persist", "pffppppps"), **never("kunpeng/behaviour", "probe"),
                **never("phytium/behaviour", "probe"), **never("phytium/redis", *redis),
                **never("phytium-d3000/behaviour", "probe"), **never("x86/behaviour", "probe"), **refused("x86/redis")},
}[store]
whole = {key: outcome for key, outcome in expected.items() if ": " not in key[2]}

def problem(text):
    problems.append(text)

def compare(name, got, wanted, words):
    """words: the word of the format for each outcome."""
    for key in sorted(set(got) | set(wanted)):
        word = words[wanted[key]] if key in wanted else None
        if got.get(key) != word:
            problem("%s: %s is %r, expected %r" % (name, "/".join(key), got.get(key), word))

def read(ending):
    return open(os.path.join(folder, "report" + ending), encoding="utf-8", newline="").read()

def validate(name, document, schema):
    checker = jsonschema.validators.validator_for(schema)(schema, format_checker=jsonschema.FormatChecker())
    for error in list(checker.iter_errors(document))[:5]:
        problem("%s: %s: %s" % (name, "/".join(map(str, error.absolute_path)), error.message[:300]))

def schema(name):
    return json.load(open(os.path.join(source, "harness", "tests", "data", "formats", name + ".json")))

def printable(text, limit=None):
    """What a text is on one line: control and hidden characters are escapes that can be seen."""
    data = text.encode()
    cut = limit is not None and len(data) > limit
    shown = ""
    for letter in (data[:limit].decode(errors="ignore") if cut else text):
        code = ord(letter)
        if code < 0x20 or code == 0x7f:
            shown += "\\x%02x" % code
        elif 0x80 <= code < 0xa0 or code in range(0x200b, 0x2010) or code in range(0x2028, 0x202f) or code & 0xfffe == 0xfffe:
            shown += "\\u{%x}" % code
        else:
            shown += letter
    return shown + ("…" if cut else "")

# The texts as the document of the program has them, which other tests check.
document = json.loads(read(".json"))
reasons, names = {}, {}
for one in document["cells"]:
    place = (one["platform"], one["suite"])
    reasons[place + ("",)] = one["reason"]
    for row in one["counted"]:
        reasons[place + (row["id"],)] = row["reason"]
    for row in one.get("cases", []):
        names[place + (row["id"],)] = [point["name"] for point in row.get("points", [])]

def same_text(name, got, limit=None, shown=True):
    """got: the reasons that the format has, for what has one there."""
    for key, text in got.items():
        if reasons.get(key) is None:
            continue
        wanted = printable(reasons[key], limit) if shown else reasons[key]
        if text != wanted:
            problem("%s: reason of %s is %r, expected %r" % (name, "/".join(key), text, wanted))

# --- tables -----------------------------------------------------------------------------------
TABLE = {"p": "passed", "f": "failed", "e": "error", "s": "skipped", "o": "open"}

def key_of(row):
    return (row["platform"], row["suite"], row["case"])

def check_rows(name, rows):
    compare(name, {key_of(row): row["normalised"] for row in rows}, whole, TABLE)
    same_text(name, {key_of(row): row["reason"] for row in rows if row["reason"]}, 2000)
    for row in rows:
        if row["kind"] == "cell" and row["status"] != row["verdict"]:
            problem("%s: the status of a cell is not its verdict: %r" % (name, row))
        if row["grade"] not in ("none", "reported", "emulated"):
            problem("%s: no grade: %r" % (name, row))

def check_csv():
    text = read(".csv")
    if "\n" in text.replace("\r\n", "") or not text.endswith("\r\n"):
        problem("csv: a line does not end with CR LF")
    rows = []
    for row in csv.DictReader(text.splitlines(True), strict=True):
        for key, value in row.items():
            if value[:1] in tuple("=+-@\t\r"):
                problem("csv: %s is a formula: %r" % (key, value))
            row[key] = value[1:] if value[:1] == "'" else value
        rows.append(row)
    check_rows("csv", rows)

def unescape_code(value):
    return openpyxl.utils.escape.unescape(value) if isinstance(value, str) else "" if value is None else value

def check_xlsx():
    book = openpyxl.load_workbook(os.path.join(folder, "report.xlsx"))
    rows = []
    for sheet in book:
        lines = list(sheet.iter_rows())
        titles = [one.value for one in lines[0]]
        for line in lines[1:]:
            if any(one.data_type == "f" for one in line):
                problem("xlsx: a formula in %s" % sheet.title)
            if any(one.hyperlink for one in line):
                problem("xlsx: a link in %s" % sheet.title)
            # _xHHHH_ is a character by its code for spreadsheets, but not for openpyxl.
            rows.append({title: unescape_code(one.value) for title, one in zip(titles, line)})
    if book.sheetnames != ["Cells", "Cases"]:
        problem("xlsx: sheets %r" % book.sheetnames)
    check_rows("xlsx", rows)

# --- JSON -------------------------------------------------------------------------------------
def check_jsonl():
    lines = [json.loads(line) for line in read(".jsonl").splitlines()]
    schemas = os.path.join(source, "harness", "man", "schemas")
    common = json.load(open(schemas + "/common.json"))
    form = json.load(open(schemas + "/touchstone-report-line.json"))
    checker = jsonschema.Draft202012Validator(form, resolver=jsonschema.RefResolver("", form, store={"common.json": common}))
    for line in lines:
        for error in list(checker.iter_errors(line))[:1]:
            problem("jsonl: %s: %s" % (line, error.message[:300]))
    if lines[0]["type"] != "run" or lines[0]["cells"] != len(document["cells"]):
        problem("jsonl: begins with %r" % lines[0])
    got, texts = {}, {}
    for line in lines[1:]:
        key = (line["platform"], line["suite"], line.get("case", ""))
        if line["type"] == "point":
            got[key[:2] + ("%s: %d" % (line["case"], line["number"]),)] = line["normalised"]
            if line["name"] != names[key][line["number"] - 1]:
                problem("jsonl: the name of a point is %r" % line["name"])
        else:
            got[key] = line["normalised"]
            texts[key] = line["reason"]
    compare("jsonl", got, expected, TABLE)
    same_text("jsonl", {key: text for key, text in texts.items() if text is not None}, shown=False)

def check_ctrf():
    one = json.loads(read(".ctrf.json"))
    validate("ctrf", one, schema("ctrf"))
    reference = os.path.join(os.environ.get("TOUCHSTONE_REFERENCE_DATA", source + "/../shared/data"), "schemas/ctrf.schema.json")
    if os.path.exists(reference):
        validate("ctrf (reference)", one, json.load(open(reference)))
    got, texts, flaky = {}, {}, set()
    for test in one["results"]["tests"]:
        platform, image, suite = test["suite"]
        name = test["name"][len(suite):-len(" on %s, %s" % (platform, image))]
        key = (platform, suite, "" if name == " as a whole" else name[1:])
        got[key] = test["status"]
        for number, step in enumerate(test.get("steps", [])):
            got[key[:2] + ("%s: %d" % (key[2], number + 1),)] = step["status"]
            if step["name"] != names[key][number]:
                problem("ctrf: the name of a step is %r" % step["name"])
        if "message" in test:
            texts[key] = test["message"]
        if test["flaky"]:
            flaky.add(key)
        if test["rawStatus"] == "PASS" and got[key] != "passed" or test["labels"]["verdict"] not in (
                "compatible", "conditional", "incompatible", "not-assessed"):
            problem("ctrf: %r" % test)
    words = {"p": "passed", "f": "failed", "e": "failed", "s": "skipped", "o": "other"}
    compare("ctrf", got, expected, words)
    same_text("ctrf", texts, shown=False)
    for word in set(words.values()):
        if one["results"]["summary"][word] != sum(words[outcome] == word for outcome in whole.values()):
            problem("ctrf: the summary counts %r" % one["results"]["summary"])
    if store == "sample" and flaky != {("phytium", "redis", ""), ("phytium", "redis", "persist")}:
        problem("ctrf: flaky are %r" % flaky)
    if store == "sample":
        persist = [test for test in one["results"]["tests"] if test["name"].startswith("redis/persist on phytium,")][0]
        if persist["retries"] != 1 or [row["status"] for row in persist["retryAttempts"]] != ["failed", "passed"]:
            problem("ctrf: the attempts of a flaky case: %r" % persist)

def check_intoto():
    words = {"p": "PASSED", "f": "FAILED", "e": "FAILED", "s": "WARNED", "o": "WARNED"}
    got = {}
    for line in read(".intoto.jsonl").splitlines():
        one = json.loads(line)
        validate("intoto", one, schema("intoto"))
        about = one["predicate"]["touchstone"]
        place = (about["platform"], about["suite"])
        got[place + ("",)] = one["predicate"]["result"]
        for word, list_name in (("PASSED", "passedTests"), ("WARNED", "warnedTests"), ("FAILED", "failedTests")):
            for test in one["predicate"][list_name]:
                got[place + (test,)] = word
    compare("intoto", got, whole, words)

def check_kcidb():
    one = json.loads(read(".kcidb.json"))
    validate("kcidb", one, schema("kcidb"))
    got, texts, built = {}, {}, {build["id"] for build in one["builds"]}
    if len({test["id"] for test in one["tests"]}) != len(one["tests"]):
        problem("kcidb: the same id twice")
    for test in one["tests"]:
        key = (test["environment"]["misc"]["platform"], test["misc"]["suite"], test["misc"].get("case", ""))
        word = test["status"]
        if test.get("waived"):
            word = "waived " + word
        got[key] = word
        if "comment" in test:
            texts[key] = test["comment"]
        if test["build_id"] not in built:
            problem("kcidb: no build %s" % test["build_id"])
    words = {"p": "PASS", "f": "FAIL", "e": "MISS", "s": "SKIP", "o": "DONE"}
    wanted = dict(whole)
    if store == "waived":
        wanted[("kunpeng", "redis", "persist")] = "w"
    if store == "grade":
        wanted[("kunpeng", "redis", "tune")] = "b"
    compare("kcidb", got, wanted, {**words, "w": "waived FAIL", "b": "ERROR"})
    same_text("kcidb", texts, 1000)

def check_allure():
    words = {"p": "passed", "f": "failed", "e": "broken", "s": "skipped", "o": "unknown"}
    path = os.path.join(folder, "report.allure")
    got, texts, files = {}, {}, set()
    for name in glob.glob(path + "/*-result.json"):
        one = json.load(open(name, encoding="utf-8"))
        validate("allure", one, schema("allure"))
        about = {row["name"]: row["value"] for row in one["parameters"]}
        suite = [row["value"] for row in one["labels"] if row["name"] == "suite"][0]
        key = (about["platform"], suite, "" if one["name"] == "as a whole" else one["name"])
        got[key] = one["status"]
        for number, step in enumerate(one.get("steps", [])):
            got[key[:2] + ("%s: %d" % (key[2], number + 1),)] = step["status"]
            if step["name"] != names[key][number]:
                problem("allure: the name of a step is %r" % step["name"])
        if "message" in one["statusDetails"]:
            texts[key] = one["statusDetails"]["message"]
        files |= {row["source"] for row in one["attachments"]}
        if os.path.basename(name) != one["uuid"] + "-result.json":
            problem("allure: %s holds %s" % (name, one["uuid"]))
    compare("allure", got, expected, words)
    same_text("allure", texts, shown=False)
    there = {os.path.basename(name) for name in glob.glob(path + "/*-attachment.txt")}
    if there != files or (store == "hostile") > len(there):
        problem("allure: attachments %r, files %r" % (files, there))
    for name in there:
        text = open(os.path.join(path, name), encoding="utf-8").read()
        if any(ord(letter) < 0x20 and letter not in "\n\t" for letter in text):
            problem("allure: a control character in %s" % name)
    jsonschema.validate(json.load(open(path + "/categories.json")), {
        "type": "array", "items": {"type": "object", "required": ["name", "matchedStatuses"]}})
    for line in open(path + "/environment.properties", encoding="ascii"):
        if " = " not in line:
            problem("allure: environment has %r" % line)

# --- XML --------------------------------------------------------------------------------------
def check_junit():
    path = os.path.join(folder, "report.xml")
    form = os.path.join(source, "harness", "tests", "data", "formats", "junit.xsd")
    checked = subprocess.run(["xmllint", "--noout", "--schema", form, path], capture_output=True, encoding="utf-8")
    if checked.returncode != 0:
        problem("junit: %s" % checked.stderr[:1000])
    root = tree.parse(path).getroot()
    words = {"p": "passed", "f": "failure", "e": "error", "s": "skipped", "o": "skipped"}
    got, texts, seen = {}, {}, set()
    counts = dict.fromkeys(("failure", "error", "skipped"), 0)
    for suite in root:
        about = {one.get("name"): one.get("value") for one in suite.find("properties")}
        place = (about["platform"], about["suite"])
        numbers = {}
        for test in suite.iter("testcase"):
            outcome = [one for one in test if one.tag in counts]
            name = test.get("name")[len(about["suite"]):-len(" on %s, %s" % (about["platform"], about["image"]))]
            key = place + ("" if name == " as a whole" else name[1:],)
            if ": " in key[2]:
                case = key[2].split(": ")[0]
                numbers[case] = numbers.get(case, 0) + 1
                key = place + ("%s: %d" % (case, numbers[case]),)
            if test.get("name") in seen or test.find("properties") is not None:
                problem("junit: %r is there twice or has properties" % test.get("name"))
            if any(word in test.get("name") for word in ("emulated", "reported", "conditional")):
                problem("junit: a grade or verdict in %r" % test.get("name"))
            seen.add(test.get("name"))
            got[key] = outcome[0].tag if outcome else "passed"
            if outcome:
                counts[outcome[0].tag] += 1
                if ": " not in key[2]:
                    texts[key] = outcome[0].get("message")
        for tag, attribute in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
            if int(suite.get(attribute)) != len(suite.findall("testcase/" + tag)):
                problem("junit: %s counts wrong %s" % (suite.get("name"), attribute))
    # What is in its parts already is skipped: a verdict in cases, a case in points.
    wanted = dict(expected)
    for key, outcome in expected.items():
        inner = [expected[other] for other in expected if other[:2] == key[:2] and (
            other[2].startswith(key[2] + ": ") if key[2] else other[2] and ": " not in other[2])]
        if ": " in key[2] or outcome not in "fe":
            continue
        if outcome in inner or not key[2] and {"f", "e"} & set(inner):
            wanted[key] = "s"
    compare("junit", got, wanted, words)
    same_text("junit", texts, 1000)
    if root.get("failures") != str(counts["failure"]) or root.get("errors") != str(counts["error"]) or root.get("skipped"):
        problem("junit: the root counts %r, there are %r" % (root.attrib, counts))

# --- TAP --------------------------------------------------------------------------------------
PARSER = """
use TAP::Parser;
for my $file (@ARGV) {
    my $parser = TAP::Parser->new({source => $file, exec => undef});
    while (my $one = $parser->next) {
        next unless $one->is_test;
        print join("\\t", $file, $one->number, $one->is_actual_ok ? 1 : 0, $one->directive, $one->description, $one->explanation), "\\n";
    }
    print "BAD\\t$file\\t$_\\n" for $parser->parse_errors;
}
"""

def unescape(text):
    return text.replace("\\\\", "\0").replace("\\#", "#").replace("\0", "\\")

def check_tap():
    """Each level is a document of its own for a reader of TAP 13."""
    lines = read(".tap").splitlines()
    if lines[0] != "TAP version 14":
        problem("tap: begins with %r" % lines[0])
    levels, documents = {0: "top"}, {"top": ["TAP version 13"]}
    places, keys = {}, {}
    for line in lines[1:]:
        depth = (len(line) - len(line.lstrip(" "))) // 4
        text = line[4 * depth:]
        if line.strip().startswith(("---", "...")) or line.startswith(" " * (4 * depth) + "  "):
            documents[levels[depth]].append(text)
        elif text.startswith("# Subtest: "):
            levels[depth + 1] = (levels[depth] if depth else "") + "/" + unescape(text[len("# Subtest: "):])
            documents[levels[depth + 1]] = ["TAP version 13"]
        else:
            documents[levels[depth]].append(text)
    got, texts = {}, {}
    with tempfile.TemporaryDirectory() as scratch:
        files = {}
        for number, (title, text) in enumerate(documents.items()):
            files["%s/%d.tap" % (scratch, number)] = title
            open("%s/%d.tap" % (scratch, number), "w", encoding="utf-8").write("\n".join(text) + "\n")
        read_back = subprocess.run(["perl", "-e", PARSER, *files], check=True, capture_output=True, encoding="utf-8")
        for line in read_back.stdout.splitlines():
            if line.startswith("BAD"):
                problem("tap: %s in %s" % (line.split("\t")[2], files[line.split("\t")[1]]))
                continue
            file, number, ok, directive, description, explanation = line.split("\t")
            title = files[file]
            name = unescape(description.lstrip("- "))
            word = "ok" if ok == "1" else "not ok"
            word = {"ok SKIP": "skip", "not ok TODO": "todo"}.get("%s %s" % (word, directive), word)
            suite, place = (name if title == "top" else title.split("/")[1]).split(" on ")
            key = (place.split(", ")[0], suite)
            if title == "top":
                key += ("",)
            elif title.count("/") == 1:
                key += (name,)
            else:
                key += ("%s: %s" % (title.split("/")[2], number),)
            got[key] = word
            if word == "skip" and ": " not in key[2]:
                texts[key] = unescape(explanation)
    words = {"p": "ok", "f": "not ok", "e": "not ok", "s": "skip", "o": "skip", "w": "todo"}
    wanted = dict(expected)
    if store == "waived":
        wanted[("kunpeng", "redis", "persist")] = "w"
    compare("tap", got, wanted, words)
    for key, text in texts.items():
        if reasons.get(key) and not text.endswith(printable(reasons[key], 1000).rstrip()):
            problem("tap: why %s is skipped is %r, expected %r" % ("/".join(key), text, printable(reasons[key], 1000)))

for check in (check_csv, check_xlsx, check_jsonl, check_ctrf, check_intoto, check_kcidb, check_allure, check_junit, check_tap):
    check()
for text in problems[:40]:
    print("%s: %s" % (store, text))
print("%s: %d tests and points in nine formats, %d problems" % (store, len(expected), len(problems)))
sys.exit(1 if problems else 0)
