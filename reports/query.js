// SPDX-License-Identifier: Apache-2.0
// The query language of touchstone-query(7) in a page: the same grammar, and the same answers as `matrix --query`,
// which a test compares. ES5 without a library. touchstoneQuery(facts, text, now) returns an array with true for each
// selected cell, or throws {message} with the column. facts: see html_filter.c.
var touchstoneQuery = (function () {
    "use strict";
    var OPS = [":", "!=", ">=", "<=", ">", "<"], BYTES = 2000, PARTS = 200, DEPTH = 30;

    function fail(parser, at, text) {
        var before = parser.text.slice(0, at), column = 1, i;
        for (i = 0; i < before.length; i++)
            column += (before.charCodeAt(i) & 0xfc00) !== 0xdc00 ? 1 : 0;
        throw {message: "column " + column + ": " + text};
    }

    function fold(c) {
        return c >= "A" && c <= "Z" ? c.toLowerCase() : c;
    }

    function pair(text, at) { // a character beyond U+FFFF is two units
        return (text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00 ? 2 : 1;
    }

    function matches(pattern, text) {
        var p = 0, t = 0, star = -1, resume = 0, plain;
        while (t < text.length || p < pattern.length) {
            plain = pattern[p] === "\\" && p + 1 < pattern.length ? p + 1 : p;
            if (pattern[p] === "*") {
                star = ++p;
                resume = t;
            } else if (pattern[p] === "?" && t < text.length) {
                p++;
                t += pair(text, t);
            } else if (plain < pattern.length && t < text.length && fold(pattern[plain]) === fold(text[t])) {
                p = plain + 1;
                t++;
            } else if (star >= 0 && resume < text.length) {
                p = star;
                t = ++resume;
            } else
                return false;
        }
        return true;
    }

    function compares(op, value, other) {
        return op === "!=" ? value !== other : op === ">=" ? value >= other : op === "<=" ? value <= other
            : op === ">" ? value > other : op === "<" ? value < other : value === other;
    }

    // ---- tokens: {sign: "word", "op", "(", ")" or "end", text, at, end, quoted}

    function endsWord(c, value) {
        return c === undefined || " \t\n".indexOf(c) >= 0 || (value ? "()\"" : "()\":<>!=").indexOf(c) >= 0;
    }

    function readWord(parser, at, value, quoted) {
        var text = parser.text, from = at;
        while (quoted ? at < text.length && text[at] !== "\"" : !endsWord(text[at], value)) {
            if (!quoted && text[at] === "\\" && at + 1 === text.length)
                fail(parser, at, "nothing follows the backslash");
            at += text[at] === "\\" && at + 1 < text.length ? 2 : 1;
        }
        if (quoted && at >= text.length)
            fail(parser, from - 1, "the quote is not closed");
        return {sign: "word", text: text.slice(from, at), at: quoted ? from - 1 : from, end: at + (quoted ? 1 : 0),
                quoted: quoted};
    }

    function readOp(parser, at) {
        var i;
        for (i = 0; i < OPS.length; i++)
            if (parser.text.substr(at, OPS[i].length) === OPS[i])
                return {sign: "op", text: OPS[i], at: at, end: at + OPS[i].length};
        return fail(parser, at, "'" + parser.text[at] + "' is not an operator; write " +
                    (parser.text[at] === "=" ? "NAME:VALUE" : "'not' or '!='"));
    }

    function advance(parser, afterOp) {
        var text = parser.text, at = parser.token.end, c;
        while (at < text.length && " \t\n".indexOf(text[at]) >= 0)
            at++;
        c = text[at];
        parser.token = c === undefined ? {sign: "end", text: "", at: at, end: at}
            : c === "(" || c === ")" ? {sign: c, text: c, at: at, end: at + 1}
            : c === "\"" ? readWord(parser, at + 1, afterOp, true)
            : endsWord(c, afterOp) ? readOp(parser, at) : readWord(parser, at, afterOp, false);
    }

    function isWord(token, word) {
        return token.sign === "word" && !token.quoted && token.text.toLowerCase() === word;
    }

    function found(parser) {
        var token = parser.token;
        return token.sign === "end" ? "the end" : "'" + parser.text.slice(token.at, token.end) + "'";
    }

    function expect(parser, sign, what) {
        if (parser.token.sign !== sign)
            fail(parser, parser.token.at, "expected " + what + ", found " + found(parser));
        advance(parser, false);
    }

    // ---- values

    function ordered(parser, term, at) {
        if (term.op !== ":" && term.op !== "!=")
            fail(parser, at, "'" + term.name + "' has no order; use ':' or '!='");
    }

    function setWords(parser, term, about, at) {
        var known = about.words, fit = [], i;
        if (about.type !== "ranked")
            ordered(parser, term, at);
        for (i = 0; i < known.length; i++)
            if (matches(term.value, known[i].toLowerCase()))
                fit.push(i);
        if (fit.length === 0)
            fail(parser, at, "'" + term.value + "' is not " + about.meaning + "; possible here: " +
                 known.join(", ").toLowerCase());
        if (term.op !== ":" && term.op !== "!=") {
            if (fit.length > 1)
                fail(parser, at, "'" + term.name + "' needs one word after '" + term.op + "', not '" + term.value + "'");
            at = about.rank[fit[0]];
            for (fit = [], i = 0; i < known.length; i++)
                if (compares(term.op, about.rank[i], at))
                    fit.push(i);
        }
        term.words = fit;
    }

    function setNumber(parser, term, about, at) {
        var age = about.type === "age", parts = (age ? /^([0-9]{1,6})([hdw])$/ : /^([0-9]{1,6})()$/).exec(term.value);
        if (parts === null)
            fail(parser, at, "'" + term.value + "' is not " + (age ?
                 "an age; write hours, days or weeks, as 12h, 7d or 2w" : "a number below 1000000"));
        if (age && (term.op === ":" || term.op === "!="))
            fail(parser, at, "compare an age with '<' or '>'");
        term.number = Number(parts[1]) * (age ? {h: 3600000, d: 86400000, w: 604800000}[parts[2]] : 1);
    }

    function setKind(parser, term, about, at) {
        var i;
        ordered(parser, term, at);
        for (i = 0; i < about.words.length; i++)
            if (matches(term.value, about.words[i]))
                return;
        fail(parser, at, "'" + term.value + "' is not a kind of finding; 'touchstone explain' lists them");
    }

    function setValue(parser, term, at) {
        var about = term.name === "" ? null : parser.facts.names[term.name];
        if (about === null)
            return;
        if (about.type === "words" || about.type === "ranked")
            setWords(parser, term, about, at);
        else if (about.type === "number" || about.type === "age")
            setNumber(parser, term, about, at);
        else if (about.type === "kind")
            setKind(parser, term, about, at);
        else
            ordered(parser, term, at);
    }

    // ---- grammar: nodes are {kind, parts} and terms {kind: "term", name, op, value}

    function add(parser, node) {
        if (++parser.count > PARTS)
            fail(parser, parser.token.at, "the query has more than " + PARTS + " parts");
        node.id = parser.count;
        return node;
    }

    function readValue(parser, op) {
        advance(parser, true);
        if (parser.token.sign !== "word")
            fail(parser, parser.token.at, "expected a value after '" + op + "', found " + found(parser));
        return parser.token;
    }

    function parseTerm(parser, word) {
        var term = {kind: "term", name: "", op: ":", value: word.text}, at = word.at, value;
        if (parser.token.sign === "op" && !word.quoted) {
            term.op = parser.token.text;
            term.name = word.text;
            if (!Object.prototype.hasOwnProperty.call(parser.facts.names, term.name))
                fail(parser, at, (parser.facts.elsewhere.indexOf(term.name) < 0 ? "unknown name '" + term.name + "'"
                     : "the name '" + term.name + "' means nothing here") + "; possible here: " +
                     Object.keys(parser.facts.names).join(", "));
            value = readValue(parser, term.op);
            term.value = value.text;
            at = value.at;
            advance(parser, false);
        }
        add(parser, term);
        setValue(parser, term, at);
        return term;
    }

    function parseCount(parser, at) {
        var node = {kind: "count", op: parser.token.text}, value;
        if (parser.inCount)
            fail(parser, at, "count() inside of count()");
        value = readValue(parser, node.op);
        if (!/^[0-9]{1,4}$/.test(value.text))
            fail(parser, value.at, "'" + value.text + "' is not a number of platforms");
        node.number = Number(value.text);
        advance(parser, false);
        expect(parser, "(", "'(' after count");
        add(parser, node);
        parser.inCount = true;
        node.parts = [parseOr(parser)];
        parser.inCount = false;
        expect(parser, ")", "')'");
        return node;
    }

    function parsePrimary(parser) {
        var word = parser.token, node;
        if (word.sign === "(") {
            advance(parser, false);
            node = parseOr(parser);
            expect(parser, ")", "')'");
            return node;
        }
        if (word.sign !== "word" || isWord(word, "and") || isWord(word, "or"))
            fail(parser, word.at, "expected a term, such as status:fail, found " + found(parser));
        advance(parser, false);
        if (isWord(word, "count") && parser.token.sign === "op")
            return parseCount(parser, word.at);
        if (isWord(word, "seq") && parser.token.sign === "(")
            fail(parser, word.at, "seq() means nothing here: it looks at consecutive runs, which 'runs' and 'history' show");
        return parseTerm(parser, word);
    }

    function parseNot(parser) {
        var node = null;
        if (++parser.depth > DEPTH)
            fail(parser, parser.token.at, "more than " + DEPTH + " levels of parentheses");
        if (isWord(parser.token, "not")) {
            node = add(parser, {kind: "not"});
            advance(parser, false);
            node.parts = [parseNot(parser)];
        } else
            node = parsePrimary(parser);
        parser.depth--;
        return node;
    }

    function parseAnd(parser) {
        var parts = [parseNot(parser)];
        while (parser.token.sign !== "end" && parser.token.sign !== ")" && !isWord(parser.token, "or")) {
            if (isWord(parser.token, "and"))
                advance(parser, false);
            parts.push(parseNot(parser));
        }
        return parts.length === 1 ? parts[0] : add(parser, {kind: "and", parts: parts});
    }

    function parseOr(parser) {
        var parts = [parseAnd(parser)];
        while (isWord(parser.token, "or")) {
            advance(parser, false);
            parts.push(parseAnd(parser));
        }
        return parts.length === 1 ? parts[0] : add(parser, {kind: "or", parts: parts});
    }

    function parse(facts, text) {
        var parser = {facts: facts, text: text, token: {end: 0}, count: 0, depth: 0, inCount: false}, node, i;
        for (i = 0; i < text.length; i++)
            if ((text[i] < " " && text[i] !== "\t" && text[i] !== "\n") || text[i] === "\x7f")
                fail(parser, i, "a control character");
        if (unescape(encodeURIComponent(text)).length > BYTES)
            throw {message: "the query is longer than " + BYTES + " bytes"};
        advance(parser, false);
        if (parser.token.sign === "end")
            throw {message: "the query is empty"};
        node = parseOr(parser);
        if (parser.token.sign !== "end")
            fail(parser, parser.token.at, found(parser) + " without its '('");
        return node;
    }

    // ---- what is selected: seen is {cell, row, finding}, as in judge/select

    function factOf(state, seen, name) {
        var of = [seen.cell.own, seen.row, seen.finding, state.facts.run], i;
        for (i = 0; i < of.length; i++)
            if (of[i] && of[i][name] !== undefined)
                return of[i][name];
        return undefined;
    }

    function termHolds(state, term, seen) {
        var facts = state.facts, about = facts.names[term.name], value = factOf(state, seen, term.name), i;
        if (term.name === "") {
            for (i = 0; i < facts.any.length; i++) {
                value = factOf(state, seen, facts.any[i]);
                if (value !== undefined && matches(term.value, value))
                    return true;
            }
            return false;
        }
        if (value === undefined)
            return false;
        if (about.type === "words" || about.type === "ranked") {
            for (i = 0; i < term.words.length; i++)
                if (value >> term.words[i] & 1)
                    return term.op !== "!=";
            return term.op === "!=";
        }
        if (about.type === "number" || about.type === "age")
            return compares(term.op, about.type === "age" ? state.now - value : value, term.number);
        return matches(term.value, value) === (term.op === ":");
    }

    function holdsForRow(state, node, cell, row) {
        var i;
        if (cell.findings.length === 0)
            return holds(state, node, {cell: cell, row: row, finding: null});
        for (i = 0; i < cell.findings.length; i++)
            if (holds(state, node, {cell: cell, row: row, finding: cell.findings[i]}))
                return true;
        return false;
    }

    function selects(state, node, cell) {
        var key = node.id + " " + cell.at, i, answer = false;
        if (state.known[key] === undefined) {
            if (cell.rows.length === 0)
                answer = holdsForRow(state, node, cell, null);
            for (i = 0; !answer && i < cell.rows.length; i++)
                answer = holdsForRow(state, node, cell, cell.rows[i]);
            state.known[key] = answer;
        }
        return state.known[key];
    }

    function rowOf(row, cell) { // the row of the same case
        var i;
        for (i = 0; row && i < cell.rows.length; i++)
            if (cell.rows[i]["case"] === row["case"])
                return cell.rows[i];
        return null;
    }

    function groupOf(cell) {
        return cell.own.image + "/" + cell.own.suite;
    }

    function groupsOf(cells) {
        var groups = {};
        cells.forEach(function (cell) {
            var name = groupOf(cell);
            groups[name] = groups[name] || [];
            groups[name].push(cell);
        });
        return groups;
    }

    function countHolds(state, node, seen) {
        var platforms = {}, count = 0;
        state.groups[groupOf(seen.cell)].forEach(function (cell) {
            var own = cell.own;
            if (!platforms["p" + own.platform] &&
                holdsForRow(state, node.parts[0], cell, rowOf(seen.row, cell))) {
                platforms["p" + own.platform] = true;
                count++;
            }
        });
        return compares(node.op, count, node.number);
    }

    function holds(state, node, seen) {
        function here(part) {
            return holds(state, part, seen);
        }
        return node.kind === "and" ? node.parts.every(here)
            : node.kind === "or" ? node.parts.some(here)
            : node.kind === "not" ? !selects(state, node.parts[0], seen.cell)
            : node.kind === "count" ? countHolds(state, node, seen) : termHolds(state, node, seen);
    }

    // The cells of a large page, of which each name has its values once.
    function unpack(packed) {
        var names = Object.keys(packed);
        return packed[names[0]].at.map(function (ignored, i) {
            var own = {};
            names.forEach(function (name) {
                var value = packed[name].of[packed[name].at[i]];
                if (value !== null)
                    own[name] = value;
            });
            return {cell: i, own: own, rows: [], findings: []};
        });
    }

    return function (facts, text, now) {
        var node = parse(facts, text), state = {facts: facts, now: now, known: {}};
        facts.cells = facts.cells || unpack(facts.packed);
        state.groups = groupsOf(facts.cells);
        return facts.cells.map(function (cell, at) {
            cell.at = at;
            return selects(state, node, cell);
        });
    };
}());
