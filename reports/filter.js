// SPDX-License-Identifier: Apache-2.0
// The filter box of a page. Without scripts, the page shows everything and has no box.
(function () {
    "use strict";
    var facts = JSON.parse(document.getElementById("facts").textContent);
    var box = document.getElementById("filter"), input = box.querySelector("input"), said = box.querySelector("output");
    var marked = document.querySelectorAll("[data-cell]"), rows = document.querySelectorAll("tr[data-suite]");
    var at = {};

    function place(mark) { // of the cell that the element is about, in the facts
        var number = Number(mark.getAttribute("data-cell"));
        return facts.packed ? number : at[number];
    }

    function show(selected) {
        var i, suites = {}, cell;
        for (i = 0; i < marked.length; i++) {
            cell = place(marked[i]);
            marked[i].classList.toggle("off", selected !== null && !selected[cell]);
        }
        for (i = 0; selected !== null && i < selected.length; i++)
            if (selected[i])
                suites[facts.cells[i].own.suite] = true;
        for (i = 0; i < rows.length; i++)
            rows[i].classList.toggle("off", selected !== null && !suites[rows[i].getAttribute("data-suite")]);
    }

    function apply() {
        var text = input.value.trim(), selected = null;
        input.removeAttribute("aria-invalid");
        said.textContent = "";
        if (text !== "")
            try {
                selected = touchstoneQuery(facts, text, Date.now());
                said.textContent = selected.filter(Boolean).length + " / " + selected.length + " " +
                    said.getAttribute("data-unit");
            } catch (error) { // what it shows stays as it is: an error selects nothing
                input.setAttribute("aria-invalid", "true");
                said.textContent = error.message;
                return;
            }
        show(selected);
        history.replaceState(null, "", text === "" ? location.pathname : "#q=" + encodeURIComponent(text));
    }

    (facts.cells || []).forEach(function (cell, i) {
        at[cell.cell] = i;
    });
    box.addEventListener("submit", function (event) {
        event.preventDefault();
        apply();
    });
    input.addEventListener("input", apply);
    box.hidden = false;
    if (location.hash.slice(0, 3) === "#q=") {
        input.value = decodeURIComponent(location.hash.slice(3));
        apply();
    }
}());
