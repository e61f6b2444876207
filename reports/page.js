// SPDX-License-Identifier: Apache-2.0
// What the page can do besides its filter: choose a theme, copy a command, and unfold what paper shall show.
(function () {
    "use strict";
    var tools = document.getElementById("tools"), theme = tools.querySelector("select"), said = tools.querySelector("output");
    var DARK = "(prefers-color-scheme: dark)", KEY = "touchstone-theme";
    var print = document.body.getAttribute("data-print"), before = [];
    var first = all().map(function (one) { return one.open; });
    var dark = Array.prototype.find.call(document.styleSheets[0].cssRules, function (rule) {
        return rule.media && rule.media.mediaText === DARK;
    });

    function remembered() { // a browser may refuse to store anything for a file
        try {
            return localStorage.getItem(KEY) || "";
        } catch (error) {
            return "";
        }
    }
    function choose() {
        dark.media.mediaText = {"": DARK, light: "not all", dark: "all"}[theme.value];
        try {
            localStorage.setItem(KEY, theme.value);
        } catch (error) {
            return;
        }
    }

    function select(code) {
        var range = document.createRange();
        range.selectNodeContents(code);
        getSelection().removeAllRanges();
        getSelection().addRange(range);
    }
    function copy(code) { // where scripts may not write the clipboard, the command is selected for the reader
        function copied() {
            said.textContent = "";
            setTimeout(function () { said.textContent = tools.getAttribute("data-copied"); }, 50);
        }
        if (navigator.clipboard)
            navigator.clipboard.writeText(code.textContent).then(copied, function () { select(code); });
        else
            select(code);
    }
    function addButton(code) {
        var button = document.createElement("button");
        button.type = "button";
        button.textContent = tools.getAttribute("data-copy");
        button.setAttribute("aria-label", button.textContent + ": " + code.textContent);
        button.addEventListener("click", function () { copy(code); });
        code.after(" ", button);
    }

    // On paper, the details that are open are those that the report was asked for, and after it those that were.
    function all() { return Array.prototype.slice.call(document.querySelectorAll("details")); }
    function unfold() {
        all().forEach(function (one, i) {
            before[i] = one.open;
            one.open = print === "all" || first[i];
        });
    }
    function restore() {
        all().forEach(function (one, i) { one.open = before[i]; });
    }

    addEventListener("beforeprint", unfold);
    addEventListener("afterprint", restore);
    theme.value = remembered();
    theme.addEventListener("change", choose);
    choose();
    document.querySelectorAll("code[data-copy]").forEach(addButton);
    tools.hidden = false;
}());
