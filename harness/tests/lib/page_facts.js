// SPDX-License-Identifier: Apache-2.0
// What page_browser.py asks a page: each function returns a list of what is wrong in it, in words.
var facts = (function () {
    "use strict";
    function all(selector) { return Array.from(document.querySelectorAll(selector)); }
    function name(element) {
        var text = (element.textContent || "").trim().replace(/\s+/g, " ").slice(0, 50);
        return "<" + element.tagName.toLowerCase() + (element.className ? " class=\"" + element.className + "\"" : "") + "> " + text;
    }
    function visible(element) { return element.checkVisibility({checkVisibilityCSS: true}) && element.getClientRects().length > 0; }

    function texts() { // text that can be seen, with its element
        var walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [], node;
        while ((node = walker.nextNode()))
            if (node.data.trim() !== "" && visible(node.parentElement))
                found.push(node);
        return found;
    }

    function headings() {
        var last = 0, wrong = [];
        all("h1,h2,h3,h4,h5,h6").forEach(function (heading) {
            var level = Number(heading.tagName[1]);
            if (level > last + 1)
                wrong.push(name(heading) + " after h" + last);
            last = level;
        });
        if (all("h1").length !== 1)
            wrong.push(all("h1").length + " h1");
        return wrong;
    }

    function named(element) {
        var label = element.getAttribute("aria-label") || element.textContent.trim() ||
            Array.from(element.labels || []).map(function (label) { return label.textContent.trim(); }).join("");
        return label !== "";
    }
    function controls() { return all("a[href],button,input,select,summary,[tabindex]"); }
    function unnamed() { return controls().filter(function (one) { return !named(one); }).map(name); }
    function scopes() { return all("th").filter(function (one) { return !one.scope || one.textContent.trim() === ""; }).map(name); }
    function languages() {
        var wrong = document.documentElement.lang ? [] : ["<html> has no lang"];
        var chinese = /[\u4e00-\u9fff]/;
        texts().forEach(function (node) {
            var at = node.parentElement.closest("[lang]");
            if (chinese.test(node.data) && at && !/^zh/.test(at.lang) && !node.parentElement.closest("pre,code,.points"))
                wrong.push("no lang: " + name(node.parentElement));
        });
        return wrong;
    }

    // On a page in Chinese: words of no name, punctuation of the other script, and missing spaces between the two.
    function leftovers(names) {
        var wrong = {};
        texts().forEach(function (node) {
            var element = node.parentElement, text = node.data.trim(), said = "";
            if (element.closest("[lang=en],code,pre,.points,.digests,#tools") ||
                (element.closest(".facts") && !element.closest(".of,p") && !/[\u4e00-\u9fff]/.test(text)))
                return;
            if (/[\u4e00-\u9fff] ?[:;,?!]/.test(text))
                said += "half-width punctuation ";
            if (/[，。：；、（）] /.test(text))
                said += "a space beside punctuation ";
            if (/[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]/.test(text))
                said += "no space ";
            (text.replace(/[\w.+-]*[\d_.\/][\w.\/+-]*/g, "").match(/[A-Za-z]{2,}/g) || []).forEach(function (word) {
                if (names.indexOf(word) < 0)
                    said += word + " ";
            });
            if (said !== "")
                wrong[said + "in: " + text.slice(0, 80)] = true;
        });
        return Object.keys(wrong);
    }

    function scrolls(element) { // it, or what contains it, has a bar of its own
        for (; element && element !== document.body; element = element.parentElement)
            if (/auto|scroll/.test(getComputedStyle(element).overflowX) && element.scrollWidth > element.clientWidth)
                return true;
        return false;
    }
    function beyond() {
        var width = document.documentElement.clientWidth, wrong = [];
        if (document.documentElement.scrollWidth > width)
            wrong.push("the page is " + document.documentElement.scrollWidth + " wide in a window of " + width);
        texts().forEach(function (node) {
            var range = document.createRange(), box;
            range.selectNodeContents(node);
            box = range.getBoundingClientRect();
            if (box.width > 1 && (box.right > width + 1 || box.left < -1) && !scrolls(node.parentElement))
                wrong.push("beyond the edge: " + name(node.parentElement));
        });
        return wrong;
    }
    function inside(words) { // those that nobody sees without scrolling sideways
        var width = document.documentElement.clientWidth, seen = {};
        texts().forEach(function (node) {
            var box = node.parentElement.getBoundingClientRect();
            if (box.right <= width + 1 && box.left >= -1)
                seen[node.data.trim()] = true;
        });
        all("#matrix [data-on]").forEach(function (cell) {
            if (getComputedStyle(cell, "::before").content.length > 2)
                seen["matrix: " + cell.getAttribute("data-on").split(" · ")[0]] = true;
        });
        return words.filter(function (word) { return !seen[word]; });
    }
    function broken() { // words of text, not of names and values, that are on two lines
        var wrong = [];
        texts().forEach(function (node) {
            var word = /[A-Za-z]{2,15}/g, match, range, tops;
            if (node.parentElement.closest("pre,code,.facts,.digests,.points,.tested td + td,.tested th,dd"))
                return;
            while ((match = word.exec(node.data))) {
                range = document.createRange();
                range.setStart(node, match.index);
                range.setEnd(node, match.index + match[0].length);
                tops = new Set(Array.from(range.getClientRects()).map(function (box) { return Math.round(box.top); }));
                if (tops.size > 1)
                    wrong.push(match[0] + " in " + name(node.parentElement));
            }
        });
        return wrong;
    }

    function colour(text) {
        var parts = text.match(/[\d.]+/g).map(Number);
        return {r: parts[0], g: parts[1], b: parts[2], a: parts.length > 3 ? parts[3] : 1};
    }
    function over(top, under) {
        function mix(key) { return top[key] * top.a + under[key] * (1 - top.a); }
        return {r: mix("r"), g: mix("g"), b: mix("b"), a: 1};
    }
    function ground(element) {
        var chain = [], result = {r: 255, g: 255, b: 255, a: 1};
        for (; element; element = element.parentElement)
            chain.unshift(colour(getComputedStyle(element).backgroundColor));
        chain.forEach(function (one) { result = over(one, result); });
        return result;
    }
    function light(c) {
        return [c.r, c.g, c.b].map(function (x) {
            x /= 255;
            return x <= 0.04045 ? x / 12.92 : Math.pow((x + 0.055) / 1.055, 2.4);
        }).reduce(function (sum, x, i) { return sum + x * [0.2126, 0.7152, 0.0722][i]; }, 0);
    }
    function faint() {
        var wrong = {};
        texts().forEach(function (node) {
            var element = node.parentElement, ink = colour(getComputedStyle(element).color), at, under = ground(element), a, b, ratio;
            for (at = element; at; at = at.parentElement)
                ink.a *= Number(getComputedStyle(at).opacity);
            ink = over(ink, under);
            a = light(ink) + 0.05;
            b = light(under) + 0.05;
            ratio = Math.max(a, b) / Math.min(a, b);
            if (ratio < 4.5)
                wrong[ratio.toFixed(2) + " " + name(element)] = true;
        });
        return Object.keys(wrong);
    }

    function stops() { // what Tab must reach, in order
        return controls().filter(function (one) { return visible(one) && one.tabIndex >= 0; });
    }
    function number() { // those stops, so that a key press can be compared with them
        stops().forEach(function (one, i) { one.setAttribute("data-stop", i); });
        return stops().length;
    }
    function focused() {
        var element = document.activeElement, style = getComputedStyle(element), box = element.getBoundingClientRect();
        return {at: Number(element.getAttribute("data-stop") || -1), name: name(element),
            shown: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1,
            seen: box.bottom > 0 && box.top < innerHeight};
    }
    function print() { // in print, with the rules of its style
        var wrong = [];
        all("thead").forEach(function (head) {
            if (visible(head) && getComputedStyle(head).display !== "table-header-group")
                wrong.push("does not repeat: " + name(head));
        });
        all("tr").forEach(function (row) {
            if (visible(row) && getComputedStyle(row).breakInside !== "avoid")
                wrong.push("may be split: " + name(row));
        });
        all(".wide,.scroll,.output,.points").forEach(function (box) {
            if (visible(box) && box.scrollHeight > box.clientHeight + 2)
                wrong.push("is cut: " + name(box));
        });
        return wrong;
    }
    function open() { all("details").forEach(function (one) { one.open = true; }); }
    function said() { 
        document.querySelectorAll("#filter,button").forEach(function (one) { one.hidden = true; }); // which only scripts show
        return document.querySelector("main").innerText.replace(/\s+/g, " "); }
    return {headings: headings, unnamed: unnamed, scopes: scopes, languages: languages, leftovers: leftovers, beyond: beyond, inside: inside,
        broken: broken, faint: faint, number: number, focused: focused, print: print, open: open, said: said};
}());
